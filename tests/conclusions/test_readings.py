"""Readings: evidence against hypotheses in words; what is coded from positions follows one rule, and rows go before it."""

from consilience.conclusions.inquired import reading_words
from consilience.conclusions.inquiry import inquire
from consilience.conclusions.readings import grid
from consilience.model.identity import PartnerId
from consilience.model.period import parse_moment
from consilience.model.position import Band
from consilience.model.reading import Mark, Reading
from consilience.model.stated import Stated
from consilience.model.yardstick import PHIA
from tests.conclusions.test_inquiry import ALL, AUR, BOR, CROSSING

ROOTS = {"C1": frozenset({"image:1"}), "C2": frozenset({"image:1"}), "C3": frozenset({"C3"})}


def _said(partner: PartnerId, low: int, high: int, basis: str) -> Stated:
    bands = (Band("yes", low, high),)
    return Stated(
        "crossing", parse_moment("2031-04-01"), partner, partner, PHIA, bands, ("W1",), tuple(basis.split()), ""
    )


def _read(partner: PartnerId, claim: str, day: str = "2031-04-01", **marks: Mark) -> Reading:
    return Reading("crossing", parse_moment(day), partner, claim, tuple(sorted(marks.items())), ("W9",))


def _grid(stated, readings=(), day: str = "2031-04-30"):
    cut = parse_moment(day)
    found = inquire(CROSSING, stated, ALL, lambda claim: ROOTS.get(claim, frozenset()), cut)
    return grid(CROSSING.question.ids, found.answers, readings, lambda claim: ROOTS.get(claim, frozenset()), cut)


def test_what_a_position_rests_on_is_consistent_with_what_it_holds_likely_and_inconsistent_with_the_unlikely():
    found = _grid([_said(AUR, 6500, 10_000, "C1"), _said(BOR, 4000, 6000, "C3")])
    (row,) = found.rows
    assert dict(row.cells) == {"no": ((AUR, Mark.INCONSISTENT),), "yes": ((AUR, Mark.CONSISTENT),)}
    assert found.unread == ("C3",)  # between likely and unlikely nothing is said
    assert row.apart == (("no", "yes"),)


def test_one_root_is_one_row_and_partners_who_read_it_in_opposite_ways_are_flagged_first():
    found = _grid([_said(AUR, 6500, 10_000, "C1 C3"), _said(BOR, 0, 3500, "C2")])
    first, second = found.rows
    assert (first.roots, first.claims, first.disputed) == (("image:1",), ("C1", "C2"), ("no", "yes"))
    assert (second.claims, second.disputed) == (("C3",), ())
    assert "opposite ways on no and yes" in reading_words(first)


def test_one_partner_that_reads_two_claims_of_one_root_in_two_ways_disputes_with_nobody():
    found = _grid([], [_read(AUR, "C1", yes=Mark.CONSISTENT), _read(AUR, "C2", yes=Mark.INCONSISTENT)])
    (row,) = found.rows
    assert len(dict(row.cells)["yes"]) == 2
    assert row.disputed == ()


def test_a_row_of_the_record_goes_before_what_is_coded_and_a_later_one_before_an_earlier():
    stated = [_said(AUR, 6500, 10_000, "C1")]
    rows = [_read(AUR, "C1", "2031-04-02", yes=Mark.NEITHER), _read(AUR, "C1", "2031-04-10", yes=Mark.INCONSISTENT)]
    then, now = _grid(stated, rows, "2031-04-05"), _grid(stated, rows)
    assert dict(then.rows[0].cells)["yes"] == ((AUR, Mark.NEITHER),)
    assert dict(now.rows[0].cells)["yes"] == ((AUR, Mark.INCONSISTENT),)
    assert dict(now.rows[0].cells)["no"] == ()
