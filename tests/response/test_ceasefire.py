"""The ceasefire: counted by those whom the accord names, attributed to nobody, never added up, and no calm where nobody looked."""

from datetime import date

import pytest

from consilience.model.check import Result
from consilience.model.period import parse_moment
from consilience.response.ceasefire import check_ceasefire

COUNT = {"partner": "OSCE", "speaker": "OSCE/SMM", "actor": "", "phenomenon": "violation/ceasefire", "place": "Donetsk region",
         "counted": "+explosions", "unit": "violation"}  # fmt: skip


def of(desk, accords, as_of, since=None):
    return check_ceasefire(accords, desk.holdings.claims, parse_moment(as_of), since and date.fromisoformat(since))


@pytest.fixture
def counted(lay, row, accords):
    """Counts by name: (from, to, number, place, cells)."""

    def make(*counts, as_of="2021-12-10", since="2021-12-06"):
        rows = [
            row(f"O{number}", **COUNT | {"period_from": start, "period_to": end, "reported_at": "2021-12-10", "low": value,
                                          "best": value, "high": value} | cells)
            for number, (start, end, value, cells) in enumerate(counts)
        ]  # fmt: skip
        return of(lay(*rows), accords, as_of, since)

    return make


def test_the_record_is_held_against_the_clause_day_by_day(winter, accords):
    held = of(winter, accords, "2022-02-20")
    assert held.clause.cited.id == "AC23"
    assert held.monitors == ("OSCE",)
    assert held.result is Result.CONTRADICTED
    figures = {
        (tally.region, str(tally.period)[:10]): [count.best for _, count in tally.counts] for tally in held.tallies
    }
    assert figures["Donetsk region", "2022-02-17"] == [591]
    assert figures["Luhansk region", "2022-02-17"] == [975]


def test_what_was_reported_later_is_not_used(winter, accords):
    ids = {name for tally in of(winter, accords, "2022-02-18").tallies for name, _ in tally.counts}
    assert "OSCE-38-2022-D" in ids
    assert not any(name.startswith("OSCE-39") for name in ids)


def test_no_count_is_attributed_and_no_page_that_passes_counts_on_is_a_monitor(winter, accords):
    held = of(winter, accords, "2022-02-24", "2021-02-01")
    said = {name for tally in held.tallies for name, _ in (*tally.counts, *tally.explosions)}
    assert all(name.startswith("OSCE-") for name in said)
    assert "says of none whose they were" in held.because


def test_reports_that_differ_on_one_period_are_both_shown(winter, accords):
    held = of(winter, accords, "2021-10-05", "2021-09-25")
    differing = [tally for tally in held.tallies if tally.differs]
    assert differing
    assert all(len({count.best for _, count in tally.counts}) > 1 for tally in differing)


def test_explosions_are_part_of_the_violations_and_not_beside_them(winter, accords):
    held = of(winter, accords, "2022-02-19", "2022-02-17")
    (tally,) = [each for each in held.tallies if each.region == "Donetsk region" and "591" in str(each.counts[0][1])]
    assert [str(count) for _, count in tally.explosions] == ["553"]


def test_a_time_without_a_report_is_no_calm(counted):
    held = counted(("2021-12-06", "2021-12-07", 0, {}))
    assert [(str(gap.start.date()), str(gap.end.date())) for gap in held.gaps] == [("2021-12-08", "2021-12-11")]
    assert held.result is Result.PARTLY


def test_zero_over_all_of_the_time_supports_it(counted):
    assert counted(("2021-12-06", "2021-12-10", 0, {})).result is Result.SUPPORTED


def test_one_violation_contradicts_a_complete_ceasefire(counted):
    assert (
        counted(("2021-12-06", "2021-12-10", 0, {}), ("2021-12-07", "2021-12-07", 1, {})).result is Result.CONTRADICTED
    )


def test_nobody_counted_is_unverifiable(counted):
    for other in ({"partner": "UKR", "speaker": "UKR/MoD"}, {"phenomenon": "personnel"}):
        assert counted(("2021-12-06", "2021-12-10", 5, other)).result is Result.UNVERIFIABLE


def test_the_clause_does_not_hold_before_its_time(winter, accords):
    assert of(winter, accords, "2015-03-01", "2015-01-01").start.isoformat() == "2015-02-14T22:00:00+00:00"
    assert check_ceasefire(accords, (), parse_moment("2014-01-01")) is None
