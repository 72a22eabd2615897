"""Conflicts as the pages draw them: one scale, every side, and a dissenter who is never left out."""

import csv

import pytest

from consilience.desk import Desk
from consilience.web.bottomline import bottom_line
from consilience.web.dispute import Scale, disputes
from consilience.web.view import View, read_as_of

COLUMNS = ("claim_id", "partner", "modality", "actor", "phenomenon", "place", "period_from", "period_to", "reported_at",
           "low", "best", "high", "unit")  # fmt: skip


@pytest.fixture
def view_of(tmp_path):
    def make(*claims):
        file = tmp_path / "claims.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(COLUMNS)
            for number, (partner, modality, best) in enumerate(claims):
                day = "2021-12-03"
                writer.writerow(
                    [
                        f"C{number}",
                        partner,
                        modality,
                        "RUS",
                        "personnel",
                        "UKR border",
                        day,
                        day,
                        day,
                        "",
                        best,
                        "",
                        "personnel",
                    ]
                )
        desk = Desk.read([file])
        return View(desk, read_as_of("", desk))

    return make


def only(view):
    (dispute,) = disputes(view, view.recent)
    return dispute


def test_dissenter_is_drawn_however_many_agree(view_of):
    agreeing = [(f"P{number:02}", "observed", 94_000) for number in range(7)]
    dispute = only(view_of(*agreeing, ("ZZZ", "observed", 20_000)))
    (apart,) = [side for side in dispute.sides if side.apart]
    assert apart.claim.partner == "ZZZ"
    assert apart.apart == "dissents"
    assert len(dispute.sides) == 6
    assert dispute.hidden == 2


def test_of_two_against_each_other_neither_dissents(view_of):
    dispute = only(view_of(("UKR", "observed", 94_000), ("USA", "observed", 70_000)))
    assert [side.apart for side in dispute.sides] == ["", ""]


def test_partner_on_both_sides_differs_with_itself_and_does_not_dissent(view_of):
    dispute = only(view_of(("UKR", "observed", 94_000), ("USA", "observed", 94_000), ("USA", "observed", 20_000)))
    assert [side.apart for side in dispute.sides if side.apart] == ["differs"]


def test_sides_lie_on_one_scale_in_order_of_their_figures(view_of):
    dispute = only(view_of(("UKR", "observed", 94_000), ("USA", "observed", 70_000)))
    smaller, larger = dispute.sides
    assert (smaller.claim.partner, larger.claim.partner) == ("USA", "UKR")
    assert 0 < smaller.start <= smaller.best < larger.best <= larger.start + larger.width < 100


def test_single_figure_has_no_scale():
    assert Scale.over([(1.0, 2.0)]) is None
    assert Scale.over([(1.0, 1.0), (1.0, 1.0)]).at(1.0) == 50.0


def test_denial_is_told_in_words(view_of):
    view = view_of(("UKR", "observed", 94_000), ("RUS", "denied", ""))
    told = [line.text for line in bottom_line(view, disputes(view, view.recent))]
    assert any("denies it" in text and "says 94,000" in text for text in told)


def test_nothing_reported_is_said_plainly(view_of):
    view = view_of(("UKR", "observed", 94_000))
    before = View(view.desk, read_as_of("2021-01-01", view.desk))
    assert [line.text for line in bottom_line(before, [])] == ["Nothing had been reported by 1 January 2021."]
