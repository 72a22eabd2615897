"""The board: what each partner saw, looked for, only tells, or is silent about; confirmed takes roots of one's own."""

from datetime import timedelta

import pytest

from consilience.model.indicator import Status
from consilience.warning.board import with_facts
from tests.warning.watching import FIRST, run, told, watch


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    return watch(tmp_path_factory.mktemp("watch"))


@pytest.fixture
def cell(lay, row, watched):
    """The cell of a partner for an indicator, from cells of rows."""

    def found(*rows, indicator="massing", partner="AAA", until=10):
        made = [told(row, f"C{n}", who, kind, on, **cells) for n, (who, kind, on, cells) in enumerate(rows)]
        return run(lay, made, watched, until).board.row(indicator).cell(partner)

    return found


MASSING = "movement/buildup"


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({}, Status.SEEN),
        ({"modality": "estimated"}, Status.SEEN),
        ({"modality": "denied"}, Status.NOT_SEEN),
        ({"modality": "not-observed"}, Status.NOT_SEEN),
        ({"low": "0", "best": "0", "high": "0", "unit": "personnel"}, Status.NOT_SEEN),
        ({"modality": "unverified"}, Status.POSSIBLE),
        ({"modality": "forecast"}, Status.POSSIBLE),
        ({"origins": "document:BBB-service:1"}, Status.POSSIBLE),
        ({"speaker": "BBB/minister"}, Status.POSSIBLE),
        ({"origins": "imagery:sat:1"}, Status.SEEN),
        ({"actor": "UKR"}, Status.NOT_LOOKING),
    ],
)
def test_what_one_claim_amounts_to(cell, cells, status):
    assert cell(("AAA", MASSING, 1, cells)).status is status


def test_silence_is_no_absence(cell):
    found = cell(("AAA", MASSING, 1, {}), partner="BBB")
    assert found.status is Status.NOT_LOOKING
    assert "silence" in found.because


def test_what_is_old_is_said_to_be_old(cell):
    found = cell(("AAA", MASSING, 1, {}), until=60)
    assert found.status is Status.NOT_LOOKING
    assert "2021-11-02" in found.because


def test_who_is_not_known_to_look_makes_it_possible(cell):
    found = cell(("BLOG", MASSING, 1, {}), partner="BLOG")
    assert found.status is Status.POSSIBLE


def test_two_with_roots_of_their_own_confirm_each_other(cell):
    assert cell(("AAA", MASSING, 1, {}), ("BBB", MASSING, 2, {})).status is Status.CONFIRMED


@pytest.mark.parametrize("origin", ["imagery:sat:1", "document:CCC-service:1"])
def test_two_on_one_root_do_not(cell, origin):
    shared = {"origins": origin}
    assert cell(("AAA", MASSING, 1, shared), ("BBB", MASSING, 2, shared)).status is not Status.CONFIRMED


def test_a_speakers_later_word_replaces_the_earlier_and_anothers_does_not(cell):
    voice = {"speaker": "AAA/chief"}
    denied = {"modality": "denied"}
    assert cell(("AAA", MASSING, 1, voice), ("AAA", MASSING, 2, {**voice, **denied})).status is Status.NOT_SEEN
    assert (
        cell(("AAA", MASSING, 1, voice), ("AAA", MASSING, 2, {"speaker": "AAA/other", **denied})).status is Status.SEEN
    )


def test_what_the_subject_denies_of_itself_is_no_look(lay, row, watched):
    found = run(lay, [told(row, "C0", "RUS", MASSING, 1, modality="denied", speaker="RUS/MoD")], watched, 5)
    assert found.board.row("massing").cell("RUS") is None


COUNT = {"low": "", "high": "", "unit": "personnel"}


@pytest.mark.parametrize(
    ("best", "more", "status"),
    [
        ("150000", {}, Status.SEEN),
        ("105000", {}, Status.POSSIBLE),
        ("60000", {}, Status.NOT_SEEN),
        ("150000", {"counted": "+separatists"}, Status.POSSIBLE),
        ("150000", {"counted": "ground-only"}, Status.SEEN),
        ("150000", {"counted": "additional-only"}, Status.NOT_LOOKING),
        ("150000", {"modality": "unverified"}, Status.NOT_LOOKING),
        ("150000", {"modality": "forecast"}, Status.NOT_LOOKING),
    ],
)
def test_a_strength_is_seen_where_a_partners_own_counts_make_it_probable(cell, best, more, status):
    cells = {**COUNT, "low": best, "best": best, "high": best, **more}
    assert cell(("AAA", "personnel", 1, cells), indicator="strength").status is status


def test_nobody_elses_count_moves_a_partners_own(cell):
    mine = ("AAA", "personnel", 1, {"low": "90000", "best": "90000", "high": "90000", "unit": "personnel"})
    flood = [("LIAR", "personnel", on, {"low": "1", "best": "1", "high": "1", "unit": "personnel"}) for on in range(9)]
    assert cell(mine, indicator="strength") == cell(mine, *flood, indicator="strength")


def test_cells_name_the_facts_that_their_claims_stand_in(winter):
    found = winter.warned("2022-02-16")
    facts = winter.picture("2022-02-16").facts
    board = with_facts(found.board, ((fact.id, (held.claim for held in fact.holdings)) for fact in facts))
    hospitals = board.row("field-hospitals").cell("GBR")
    assert hospitals.status is Status.SEEN
    titles = [fact.title for fact in facts if fact.id in hospitals.facts]
    assert titles
    assert all("hospital" in title for title in titles)


def test_the_record_has_all_five_statuses_by_name(winter):
    board = winter.warned("2022-02-23").board
    assert board.row("strength").status is Status.CONFIRMED
    assert board.row("field-hospitals").status is Status.SEEN
    assert board.row("battle-groups").status is Status.POSSIBLE
    assert board.row("public").status is Status.NOT_SEEN
    assert board.row("bridges").status is Status.NOT_LOOKING
    assert not board.row("bridges").cells
    assert board.day - timedelta(days=0) > FIRST
