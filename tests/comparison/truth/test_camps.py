"""Camps: a consistent difference of definition is told, and takes no side by numbers alone."""

import random

from consilience.comparison.truth import weigh
from tests.comparison.truth.making import elected, table


def flights(seed=1, gate=5, air=7):
    """Departures by gate and by take-off: the take-off camp is the larger, but tells arrivals worse."""
    chance = random.Random(seed)  # noqa: S311  (a generator that repeats)
    told, truth = [], {}
    for at in range(200):
        out = chance.randrange(300, 900)
        truth[f"f{at}", "out"], truth[f"f{at}", "in"] = str(out), str(out + 100)
        taxi = chance.randrange(11, 25)
        for who in range(gate):
            if chance.random() < 0.9:
                told.append((f"f{at}", "out", f"gate{who}", str(out)))
                told.append((f"f{at}", "in", f"gate{who}", str(out + 100)))
        for who in range(air):
            if chance.random() < 0.8:
                told.append((f"f{at}", "out", f"air{who}", str(out + taxi + chance.randrange(-1, 2))))
                told.append((f"f{at}", "in", f"air{who}", str(out + 100 - chance.randrange(3, 12))))
    return told, truth


def test_take_off_times_are_told_as_a_camp_and_gate_times_are_elected():
    told, truth = flights()
    found = weigh(table(told), kinds={"out": "clock", "in": "clock"})
    out = [row for row in found.camps.to_pylist() if row["attribute"] == "out"]
    assert [(row["side"], row["sources"]) for row in out] == [("late", [f"air{at}" for at in range(7)])]
    assert 14 <= out[0]["offset"] <= 22
    assert "definition" in out[0]["reason"]
    values = elected(found.values)
    assert sum(values[key] == value for key, value in truth.items()) > 0.98 * len(truth)


def test_camps_are_never_averaged():
    told, _ = flights()
    values = elected(weigh(table(told), kinds={"out": "clock", "in": "clock"}).values)
    said = {}
    for key, what, _, value in told:
        said.setdefault((key, what), set()).add(value)
    assert all(value in said[key] for key, value in values.items())


def test_errors_to_both_sides_are_no_camp():
    chance = random.Random(4)  # noqa: S311  (a generator that repeats)
    told = [
        (f"f{at}", "out", f"s{who}", str(500 + (chance.choice((-30, 30)) if who == 0 and at % 2 else 0)))
        for at in range(100) for who in range(5)
    ]  # fmt: skip
    assert weigh(table(told), kinds={"out": "clock"}).camps.num_rows == 0


def test_a_bias_is_told_with_its_source():
    told, _ = flights()
    rows = weigh(table(told), kinds={"out": "clock", "in": "clock"}).sources.to_pylist()
    bias = {(row["source"], row["attribute"]): row["bias"] for row in rows}
    assert bias["gate0", "out"] == 0
    assert 14 <= bias["air0", "out"] <= 20
