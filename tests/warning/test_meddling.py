"""What one partner can do to a level by what it says of others, by looking, by numbers and by names: a step at most."""

import pytest

from consilience.warning.level import Step
from tests.warning.watching import KINDS, day, run, told, watch


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    return watch(tmp_path_factory.mktemp("watch"))


def everything(row, partners="ABCD"):
    return [told(row, f"{name}{n}", name * 3, kind, n % 3) for name in partners for n, kind in enumerate(KINDS)]


def looks(row, name, modality="not-observed"):
    return [told(row, f"N{name}{on}", name, KINDS[0], on, modality=modality) for on in range(5, 120, 5)]


def remarks(row, rows):
    """What one partner says that claims of others rest on, on the day on which each is told."""
    return [
        told(
            row, f"L{n:03}", "LIAR", "provenance/origin", 0, about=each["claim_id"], origins="intelligence:ZZZ:one",
            reported_at=each["reported_at"],
        )
        for n, each in enumerate(rows)
    ]  # fmt: skip


def gap(lay, rows, more, watched, until=120):
    """By how many steps the level lies below and above what it would be without what one adds, at most."""
    without, with_more = (run(lay, listed, watched, until) for listed in (rows, [*rows, *more]))
    gaps = [one.step - without.on(one.day).step for one in with_more.levels]
    return min(gaps), max(gaps)


def test_who_says_that_looks_have_one_root_holds_nothing_up(lay, row, watched):
    looking = [*looks(row, "AAA"), *looks(row, "BBB")]
    assert run(lay, [*everything(row), *looking], watched, 120).last.step is Step.ROUTINE
    low, high = gap(lay, [*everything(row), *looking], remarks(row, looking), watched)
    assert (low, high) == (0, 0)


def test_who_says_that_a_withdrawal_has_one_root_holds_nothing_up(lay, row, watched):
    leaving = [told(row, f"W{name}", name, "movement/withdrawal", 10) for name in ("AAA", "BBB")]
    assert gap(lay, [*everything(row), *leaving], remarks(row, leaving), watched, 40) == (0, 0)


def test_who_denies_what_another_sees_all_the_while_lowers_nothing(lay, row, watched):
    rows = [*everything(row), *looks(row, "AAA", "observed")]
    assert gap(lay, rows, looks(row, "LIAR"), watched) == (0, 0)


FLOODS = {
    "numbers without bound": [
        {"kind": "personnel", "low": low, "best": best, "high": high}
        for low, best, high in (("0", "", 2**53), (2**53, 2**53, 2**53), (0, 0, 0), ("0", "", 10**11))
    ],
    "years ahead": [{"kind": kind, "period_from": "2031-01-01", "period_to": "2031-01-02"} for kind in KINDS],
    "said and withdrawn": [{"kind": kind, "withdrawn": day(30)} for kind in KINDS],
    "its own speakers": [{"kind": kind, "speaker": f"LIAR/{n}"} for kind in KINDS for n in range(3)],
    "the subject itself": [{"kind": kind, "speaker": "RUS/MoD", "partner": "RUS"} for kind in KINDS],
    "the names of others": [{"kind": kind, "origins": f"A{n}"} for n, kind in enumerate(KINDS)],
}


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("partners", ["A", "AB", "ABC"])
def test_no_flood_of_one_is_worth_more_than_a_step(lay, row, watched, flood, partners):
    more = []
    for n, cells in enumerate(FLOODS[flood] * 6):
        said = {"partner": "LIAR", **cells}
        more.append(told(row, f"L{n:03}", said.pop("partner"), said.pop("kind"), n % 20, **said))
    low, high = gap(lay, everything(row, partners), more, watched, 40)
    assert low >= 0
    assert high <= 1
