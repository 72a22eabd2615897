"""Roles: never a bare false, both sides where pages differ, and no page beyond what it says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.errors import UsageError
from consilience.model.accord import Accord, Cited, Clause, Dispute, Participation, Role
from consilience.model.check import Result, Side
from consilience.response.role import check_role
from consilience.response.statement import CeasefireStatement, understand

NAMES = {"Armed formations": "DPR-LPR"}


@pytest.fixture
def ask(accords):
    def find(text, as_of=None):
        return check_role(understand(text, accords, NAMES), accords, as_of)

    return find


def test_not_a_party_is_never_a_bare_false(ask):
    checked = ask("RUS is not a party to the Minsk Protocol")
    (finding,) = checked.findings
    assert checked.result is Result.PARTLY
    assert "signed: yes" in finding.because
    assert "for the Russian Federation" in finding.because
    assert {"AC03"} == {each.id for each in finding.evidence if each.side is Side.BEARS}
    assert {"AC31"} == {each.id for each in finding.evidence if each.side is Side.FOR}
    assert finding.unnamed
    assert any("disputed" in note for note in finding.notes)
    assert any("AC04" in note and "AC34" in note for note in finding.notes)


def test_a_role_that_one_page_states_and_another_denies_shows_both(ask):
    (finding,) = ask("Russia is a party to Minsk II").findings
    assert finding.result is Result.PARTLY
    assert {(each.id, each.side) for each in finding.evidence} == {("AC30", Side.FOR), ("AC31", Side.AGAINST)}


def test_negation_turns_the_result_and_the_sides_and_nothing_else(ask):
    yes, no = ask("UKR is a party to Minsk II").findings[0], ask("UKR is not a party to Minsk II").findings[0]
    assert (yes.result, no.result) == (Result.SUPPORTED, Result.CONTRADICTED)
    assert [each.id for each in yes.evidence] == [each.id for each in no.evidence]
    assert [each.side for each in no.evidence] == [Side.AGAINST]


def test_silence_of_the_pages_is_no_denial(ask):
    for text in ("France is a guarantor of Minsk II", "France is not a guarantor of Minsk II"):
        assert ask(text).result is Result.UNVERIFIABLE


def test_a_signature_that_pages_give_in_different_capacities_is_supported_in_part_only(ask):
    (finding,) = ask("DPR-LPR signed the Minsk Protocol").findings
    assert finding.result is Result.PARTLY


def test_a_dispute_of_later_is_not_known_before(ask):
    (before,) = ask("RUS is a party to Minsk II", date(2021, 10, 13)).findings
    (after,) = ask("RUS is a party to Minsk II", date(2021, 10, 14)).findings
    assert (before.result, after.result) == (Result.SUPPORTED, Result.PARTLY)


def test_an_accord_of_later_is_said_to_be_of_later(ask):
    checked = ask("RUS signed Minsk II", date(2014, 12, 1))
    assert checked.result is Result.UNVERIFIABLE
    assert "later than" in checked.findings[0].because


def test_one_name_of_several_accords_answers_for_each(ask):
    checked = ask("UKR is a signatory to the Minsk agreements")
    assert [finding.accord.day.year for finding in checked.findings] == [2014, 2014, 2015]
    assert checked.result is Result.PARTLY


def test_a_clause_that_no_source_confirms_is_marked():
    clause = Clause(Cited("X1", date(2015, 1, 1), "", ""), "3", "all", (), "Keep calm", "")
    pact = Accord("Pact", date(2015, 1, 1), (), (), (clause,), (), ())
    (finding,) = check_role(understand("UKR is a party to Pact", (pact,), {}), (pact,)).findings
    assert str(finding.unnamed[0]).endswith("(X1, unconfirmed: no source at hand)")
    assert not finding.unnamed[0].is_confirmed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RUS is not a party to the Minsk Protocol", "that RUS is not a party to the Minsk Protocol"),
        ("the russian federation isn\u2019t a party to minsk i.", "that RUS is not a party to the Minsk Protocol"),
        ("Russia was never a guarantor of the Minsk Memorandum", "that RUS is not a guarantor to the Minsk Memorandum"),
        ("Russia is no party to the Minsk Protocol", "that RUS is not a party to the Minsk Protocol"),
        ("The OSCE is a mediator of Minsk I", "that OSCE is a mediator to the Minsk Protocol"),
        ("OSCE is one of the witnesses to Minsk I", "that OSCE is a witness to the Minsk Protocol"),
        ("Ukraine did not sign Minsk II", "that UKR is not a signatory to the Package of Measures (Minsk II)"),
        ("Armed formations signed the Minsk Memorandum", "that DPR-LPR is a signatory to the Minsk Memorandum"),
    ],
)
def test_what_was_understood_is_said(accords, text, words):
    assert str(understand(text, accords, NAMES)) == words


@pytest.mark.parametrize("text", ["ceasefire", "the ceasefire", "The cease-fire is holding."])
def test_the_ceasefire_is_understood(accords, text):
    assert isinstance(understand(text, accords, NAMES), CeasefireStatement)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUS likes the Minsk Protocol", "ACTOR is \\[not\\] a ROLE to ACCORD"),
        ("", "ACTOR signed ACCORD"),
        ("RUS is a party", "ACTOR signed ACCORD"),
        ("Atlantis is a party to the Minsk Protocol", "RUS"),
        ("RUS is a party to the Treaty of Nowhere", "Minsk Protocol"),
        ("RUS is not no party to the Minsk Protocol", "one negation"),
        ("RUS never did not sign the Minsk Protocol", "a state"),
    ],
)
def test_what_is_not_understood_says_what_would_be(accords, text, expected):
    with pytest.raises(UsageError, match=expected):
        understand(text, accords, NAMES)


@given(st.text(max_size=80))
def test_any_text_is_understood_or_refused_with_a_reason(accords, text):
    try:
        found = str(understand(text, accords, NAMES))
    except UsageError as error:
        found = error.expected
    assert found


CITED = Cited("X", date(2015, 1, 1), "a page", "https://example.org")
ROLES = st.sampled_from(list(Role))


@given(st.lists(ROLES, max_size=4), st.lists(ROLES, max_size=3), ROLES)
def test_more_evidence_against_never_makes_a_role_more_certain(stated, denied, role):
    """A denial added to any accord leaves no result that only support gives."""
    parts = tuple(Participation(CITED, ("AAA",), each, "") for each in stated)
    disputes = tuple(Dispute(CITED, ("AAA",), each, "denies", ()) for each in denied)
    more = (*disputes, Dispute(CITED, ("AAA",), role, "denies", ()))
    results = []
    for each in (disputes, more):
        pact = Accord("Pact", date(2015, 1, 1), (), parts, (), (), each)
        text = f"AAA is a {role.value} to Pact"
        results.append(check_role(understand(text, (pact,), {"a": "AAA"}), (pact,)).findings[0])
    before, after = results
    assert after.result in (Result.PARTLY, Result.CONTRADICTED)
    assert (after.result is Result.CONTRADICTED) <= (before.result is not Result.SUPPORTED)
    assert len(after.evidence) == len(before.evidence) + 1


def test_a_word_that_is_a_code_in_small_letters_is_no_actor(accords):
    for text in ("Nor is a party to Minsk II", "and signed Minsk II"):
        with pytest.raises(UsageError):
            understand(text, accords, NAMES)
    assert understand("rus is not a party to Minsk II?", accords, NAMES).actor == "RUS"
