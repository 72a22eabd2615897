"""Readings as a display: evidence against hypotheses, by what each partner said or by what its stated position implies.

An ACH matrix in words (Heuer 1999, chapter 8). Nothing is computed from it that enters a pool, as with `ach`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from consilience.conclusions.inquiry import Answer
from consilience.model.identity import PartnerId
from consilience.model.period import Moment
from consilience.model.reading import Mark, Reading

LIKELY, UNLIKELY = 5_500, 3_500
"""A band from here on is likely or more; up to there, unlikely or less (basis points; both ends of PHIA's steps)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One root of evidence (or several, where a claim reaches more): who read it, and how.

    `cells` hold for each hypothesis, in order, the marks by partner; `apart` are the pairs of hypotheses that some partner
    tells apart by it (consistent with one, inconsistent with the other); `disputed` the hypotheses on which two partners'
    marks are opposite.
    """

    roots: tuple[str, ...]
    claims: tuple[str, ...]
    readings: tuple[Reading, ...]
    cells: tuple[tuple[str, tuple[tuple[PartnerId, Mark], ...]], ...]
    apart: tuple[tuple[str, str], ...]
    disputed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """All evidence that somebody read, what tells most apart first. `unread` would be shown and nobody said how."""

    hypotheses: tuple[str, ...]
    rows: tuple[Row, ...]
    unread: tuple[str, ...]


def coded(answer: Answer) -> tuple[Reading, ...]:
    """How a partner took what its own stated position rests on, by rule.

    A claim in the basis of a position is consistent with each hypothesis that the position holds likely or more, and inconsistent
    with each that it holds unlikely or less. Of what lies between, or is open, nothing is said.
    """
    stated = answer.stated
    marks = []
    for band in answer.position.bands:
        if band.low >= LIKELY:
            marks.append((band.hypothesis, Mark.CONSISTENT))
        elif band.high <= UNLIKELY:
            marks.append((band.hypothesis, Mark.INCONSISTENT))
    return tuple(
        Reading(
            stated.question,
            stated.said,
            answer.partner,
            claim,
            tuple(marks),
            stated.claims,
            "by its stated position",
            is_coded=True,
        )
        for claim in stated.basis
    )


def grid(
    hypotheses: Sequence[str],
    answers: Sequence[Answer],
    readings: Sequence[Reading],
    roots: Callable[[str], frozenset[str]],
    cut: Moment | None = None,
) -> Grid:
    """The display of one question as of a time: rows of the record first, then what stated positions imply.

    The last row of a partner on a claim stands, and goes before what is coded. A claim that is not there has itself as its root.
    """
    found: dict[tuple[PartnerId, str], Reading] = {}
    for answer in answers:
        found |= {(each.partner, each.evidence): each for each in coded(answer)}
    said = [each for each in readings if cut is None or each.said.end <= cut.end]
    for each in sorted(said, key=lambda each: each.said.end):
        found[each.partner, each.evidence] = each
    by_root: dict[tuple[str, ...], list[Reading]] = {}
    for _, each in sorted(found.items()):
        by_root.setdefault(tuple(sorted(roots(each.evidence) or {each.evidence})), []).append(each)
    rows = [_row(hypotheses, at, mine) for at, mine in by_root.items()]
    rows.sort(key=lambda row: (not row.disputed, -len(row.apart), row.roots))
    read = tuple(row for row in rows if any(reading.marks for reading in row.readings))
    unread = tuple(claim for row in rows if row not in read for claim in row.claims)
    return Grid(tuple(hypotheses), read, unread)


def _row(hypotheses: Sequence[str], at: tuple[str, ...], mine: Sequence[Reading]) -> Row:
    """One root as all who read it have it."""
    cells = tuple((name, _marks(name, mine)) for name in hypotheses)
    apart = tuple(
        (one, other)
        for one, other in combinations(hypotheses, 2)
        if any({each.mark(one), each.mark(other)} == {Mark.CONSISTENT, Mark.INCONSISTENT} for each in mine)
    )
    disputed = tuple(name for name, marks in cells if _disputed(marks))
    return Row(at, tuple(sorted({each.evidence for each in mine})), tuple(mine), cells, apart, disputed)


def _disputed(marks: Sequence[tuple[PartnerId, Mark]]) -> bool:
    """Whether two partners read it in opposite ways."""
    opposite = {Mark.CONSISTENT, Mark.INCONSISTENT}
    return any(one != other and {a, b} == opposite for (one, a), (other, b) in combinations(marks, 2))


def _marks(hypothesis: str, mine: Sequence[Reading]) -> tuple[tuple[PartnerId, Mark], ...]:
    """Each partner's marks on a hypothesis, each once; a partner that read two claims of one root in two ways has both."""
    found = {(each.partner, mark) for each in mine if (mark := each.mark(hypothesis)) is not None}
    return tuple(sorted(found, key=lambda item: (item[0], item[1].value)))
