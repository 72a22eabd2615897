"""Narratives and audiences are read strictly."""

import pytest

from consilience.errors import IntakeError
from consilience.intake.narrative import read_hearings, read_narratives

HEAD = "id,title,tellers,audience,claims,leans_on,against,technique,technique_name,technique_note\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("N1,,AAA,,C1,,,,,", "what is told"),
        ("N1,Told,AAA,,,,,,,", "the ids of the claims"),
        ("N1,Told,AAA,,C1,,,distract,,", "an id of the DISARM Red framework"),
        ("N1,Told,AAA,,C1,,,T0077,Distract,", "why it fits"),
    ],
)
def test_a_row_that_says_too_little_is_named(tmp_path, row, expected):
    (tmp_path / "narratives.csv").write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(IntakeError, match=expected):
        read_narratives(tmp_path)


def test_a_claim_heard_by_nobody_is_refused_and_a_folder_without_tables_has_none(tmp_path):
    assert read_narratives(tmp_path) == ()
    assert read_hearings(tmp_path) == {}
    (tmp_path / "audiences.csv").write_text("id,audience,language\nC1,,en\n", encoding="utf-8")
    with pytest.raises(IntakeError, match="to whom it was said"):
        read_hearings(tmp_path)


def test_the_record_names_claims_that_it_holds(scenario, winter):
    ids = {str(claim.id) for claim in winter.holdings.claims}
    coded = read_narratives(scenario)
    assert set(read_hearings(scenario)) <= ids
    assert {name for each in coded for name in (*each.claims, *each.leans_on, *each.against)} <= ids
