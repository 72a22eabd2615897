"""Release: decisions by bit sets over interned labels, beside the same decisions asked one by one of the rule."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice, product
from typing import TypeVar

from consilience.model.identity import PartnerId
from consilience.model.marking import Label, Tlp
from consilience.model.roster import Member, Policy, Roster
from consilience.release.bitset import Flags, Table
from consilience.release.marking import read_marking
from consilience.release.policy import Context, Question, may

_T = TypeVar("_T")
NOW = datetime(2022, 1, 24, 12, tzinfo=UTC)
_PARTNERS = 30
_OBJECTS = 100_000
_ASKED_ONE_BY_ONE = 300  # objects: the rule itself is slow enough that few suffice
_MARKING = "NATO SECRET//CTL HUMINT//TLP:AMBER//REL TO P00, P07, P11//EMBARGO 2022-01-24"


def measure() -> list[str]:
    """A table row for each way of deciding; times are CPU seconds of this process."""
    known = roster()
    lines = ["| step | objects | partners | CPU s | decisions/s |", "|---|---|---|---|---|"]
    for name, kinds in (("500 distinct labels", 500), ("every label distinct", _OBJECTS)):
        distinct = labels(kinds)
        spread = [distinct[place % kinds] for place in range(_OBJECTS)]
        table, built = _timed(partial(Table, spread, known))
        found, took = _timed(partial(_free, table, known))
        lines.append(_row(f"bit sets, {name}", _OBJECTS, took))
        lines.append(_row(f"the same with laying out the table, {name}", _OBJECTS, built + took))
        asked, took = _timed(partial(_one_by_one, spread[:_ASKED_ONE_BY_ONE], known))
        assert asked == [answers[:_ASKED_ONE_BY_ONE].tolist() for answers in found], "both ways answer alike"
        lines.append(_row(f"the rule one by one, {name}", _ASKED_ONE_BY_ONE, took))
    _, took = _timed(lambda: [read_marking(_MARKING, PartnerId("P00"), known) for _ in range(1000)])
    return [*lines, "", f"Reading one marking of five segments, uncached: {took * 1000:.0f} µs."]


def _free(table: Table, roster: Roster) -> list[Flags]:
    return [table.permitted(member.code, NOW).free for member in roster.members]


def _one_by_one(labels: list[Label], roster: Roster) -> list[list[bool]]:
    context = Context(roster, NOW)
    return [[may(label, Question(member.code, ""), context) for label in labels] for member in roster.members]


def _row(step: str, objects: int, seconds: float) -> str:
    rate = objects * _PARTNERS / seconds
    return f"| {step} | {objects:,} | {_PARTNERS} | {seconds:.3f} | {rate / 1e6:.2f} M |"


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def roster() -> Roster:
    """Partners of every clearance and reach."""
    members = tuple(
        Member(
            code=PartnerId(f"P{number:02}"),
            name=f"Partner {number}",
            clearance=(("NATO", number % 5),),
            accredited=frozenset({"HUMINT"} if number % 3 else {"HUMINT", "SIGINT"}),
            reach=Tlp(2 + number % 3),
        )
        for number in range(_PARTNERS)
    )
    policy = Policy("NATO", ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET"))
    return Roster(1, NOW, frozenset({members[0].code}), 1, members, policies=(policy,))


def labels(count: int) -> list[Label]:
    """Distinct labels of every kind: they differ at least in their embargo."""
    codes = [PartnerId(f"P{number:02}") for number in range(_PARTNERS)]
    kinds = product(range(5), (frozenset(), frozenset({"SIGINT"})), Tlp, range(_PARTNERS))
    some = list(islice(kinds, count))
    return [
        Label(
            levels=(("NATO", rank),),
            rel=None if start % 7 == 0 else frozenset(codes[start : start + 9]),
            controls=controls,
            tlp=tlp,
            orig=frozenset({codes[start]}) if start % 5 == 0 else frozenset(),
            embargo=NOW + timedelta(microseconds=place - count // 2),
        )
        for place, (rank, controls, tlp, start) in ((place, some[place % len(some)]) for place in range(count))
    ]
