"""Inquiry: what a record shows of a question on a day: the same, opposed, or not to be told; nothing from later."""

from collections.abc import Iterable
from functools import cache

import pytest

from consilience.comparison.lineage import Lineage
from consilience.conclusions.concurrence import Kind
from consilience.conclusions.inquiry import Course, Inquiry, inquire
from consilience.desk import Desk
from consilience.intake.scenario import shipped
from consilience.intake.stated import read_sayings
from consilience.model.identity import PartnerId
from consilience.model.period import parse_moment
from consilience.model.position import Band
from consilience.model.question import Hypothesis, Question
from consilience.model.stated import Asked, Stated
from consilience.model.yardstick import PHIA

WINTER = shipped() / "winter-2021-22"
HORIZON = parse_moment("2031-05-01").at
CROSSING = Asked(
    Question(
        "crossing", 1, "Passable?", (Hypothesis("yes", "yes"), Hypothesis("no", "no", rest=True)), HORIZON, HORIZON
    )
)
AUR, BOR, CAL = (PartnerId(code) for code in ("AUR", "BOR", "CAL"))
ALL = frozenset((AUR, BOR, CAL))


def _said(partner: PartnerId, low: int | None, high: int = 10_000, basis: str = "", day: str = "2031-04-01") -> Stated:
    bands = () if low is None else (Band("yes", low, high),)
    return Stated("crossing", parse_moment(day), partner, partner, PHIA, bands, ("C1",), tuple(basis.split()), "")


def _ask(stated: Iterable[Stated], comparing: frozenset[PartnerId] = ALL) -> Inquiry:
    return inquire(CROSSING, list(stated), comparing, lambda claim: frozenset((claim.lower(),)))


@cache
def _winter(name: str, day: str) -> Inquiry:
    desk, sayings, cut = Desk.read([WINTER]), read_sayings(WINTER), parse_moment(day)
    lineage = Lineage(desk.picture(cut).claims)
    asked = sayings.question(name)
    assert asked is not None
    return inquire(asked, sayings.stated, frozenset(desk.holdings.scenario.focus), lineage.roots, cut)


@pytest.mark.parametrize(
    ("bands", "course", "kind"),
    [
        ([(5500, 10_000), (5500, 10_000)], Course.SAME, Kind.CANNOT_TELL),
        ([(5500, 10_000), (0, 3500)], Course.OPPOSED, Kind.DIVERGENT),
        ([(5500, 10_000), (0, 9500)], Course.OPEN, Kind.CANNOT_TELL),
        ([(9000, 9000), (9000, 9000)], Course.SAME, Kind.INDEPENDENT),
    ],
)
def test_same_and_opposed_are_told_by_what_each_surely_holds_foremost(
    bands: list[tuple[int, int]], course: Course, kind: Kind
) -> None:
    found = _ask(_said(who, *band, basis=who) for who, band in zip((AUR, BOR), bands, strict=False))
    assert found.course is course
    assert found.concurrence is not None
    assert found.concurrence.kind is kind


def test_who_gave_no_likelihood_is_shown_and_has_not_concluded() -> None:
    found = _ask([_said(AUR, 9000, 9000), _said(BOR, None)])
    assert [answer.partner for answer in found.answers] == [AUR, BOR]
    assert (found.concluding, found.course, found.concurrence) == ((AUR,), Course.ALONE, None)


def test_the_side_that_is_spoken_of_takes_no_part_in_a_concurrence() -> None:
    found = _ask([_said(AUR, 9000, 9000), _said(BOR, 9000, 9000), _said(CAL, 0, 500)], frozenset((AUR, BOR)))
    assert (found.concluding, found.course) == ((AUR, BOR), Course.SAME)
    assert [answer.partner for answer in found.answers] == [AUR, BOR, CAL]


def test_a_shared_root_of_two_bases_is_never_independent() -> None:
    found = _ask([_said(AUR, 9000, 9000, "A1 R"), _said(BOR, 9000, 9000, "B1 R")])
    assert found.concurrence is not None
    assert found.concurrence.kind is Kind.SHARED_EVIDENCE


def test_in_december_the_figures_of_two_partners_point_alike_and_intent_is_one_partners_word() -> None:
    strength, attack = _winter("force-near-ukraine", "2021-12-06"), _winter("large-scale-attack", "2021-12-06")
    assert (strength.course, strength.concluding) == (Course.SAME, ("UKR", "USA"))
    usa = next(answer for answer in strength.answers if answer.partner == "USA")
    assert [other.speaker for other in usa.held.others] == ["USA/officials"]  # 70,000 of the day before stays in sight
    assert (attack.course, attack.concluding) == (Course.ALONE, ("UKR",))


def test_on_16_february_partners_conclude_the_opposite_from_figures_that_they_do_not_dispute() -> None:
    found = _winter("force-suffices", "2022-02-16")
    assert found.course is Course.OPPOSED
    assert found.concurrence is not None
    assert found.concurrence.kind is Kind.DIVERGENT
    assert found.concurrence.dissent is not None
    assert {"GBR", "UKR"} <= set(found.concluding)


def test_nothing_said_later_is_used_and_how_it_came_out_is_not_known_before() -> None:
    before, after = _winter("large-scale-attack", "2022-02-23"), _winter("large-scale-attack", "2022-02-24")
    assert before.resolution is None
    assert after.resolution is not None
    assert after.resolution.hypothesis == "large"
    assert _winter("withdrawal", "2022-02-14").answers == ()
