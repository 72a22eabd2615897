"""Matrix: what each partner knows, a row a fact and a column a partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass

from consilience.model.fact import Fact, Holding, Stance, Verdict
from consilience.model.identity import PartnerId
from consilience.web.links import Pair
from consilience.web.passage import Passage
from consilience.web.view import View, last_report, superseded, telling
from consilience.web.words import ASIDE, MARKS, period_words, plural, short_day

_SHOWN = 30  # rows of one table; the rest is a link away
_ALIKE = 3  # this many sole facts of one kind become one row
_VALUES = 3  # values of one partner in one cell


@dataclass(frozen=True, slots=True)
class Entry:
    """One claim, or several alike, in a cell: its value, what it replaced, and how it stands."""

    value: str
    mark: str
    was: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The mark in a word."""
        return MARKS[self.mark][0]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one partner holds on a fact; no entries mean that it has not reported."""

    partner: PartnerId
    entries: tuple[Entry, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A fact with a cell for each partner in focus, and the others that hold something."""

    fact: Fact
    when: str
    cells: tuple[Cell, ...]
    others: tuple[Cell, ...]
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Many sole facts of one kind in one row: how many, and the newest."""

    title: str
    facts: int
    latest: Fact
    when: str
    partner: PartnerId
    value: str
    filters: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The table: its columns, its rows, and how many facts it leaves for the comparison page."""

    columns: tuple[PartnerId, ...]
    has_others: bool
    rows: tuple[Row | Summary, ...]
    facts: int
    left: int


def matrix(view: View, facts: Sequence[Fact]) -> Matrix:
    """The table of some facts, in their order; daily tallies and single sightings become summary rows."""
    alike: dict[tuple[str, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind == "event" and fact.finding.verdict is Verdict.SOLE:
            alike[_kind(fact)].append(fact)
    many = {kind: members for kind, members in alike.items() if len(members) >= _ALIKE}
    gathered = {fact.id for members in many.values() for fact in members}
    lines: list[tuple[tuple[int, int, str], Row | Summary, int]] = [
        (telling(fact), row(view, fact), 1) for fact in facts if fact.id not in gathered
    ]
    for members in many.values():
        summary = _summary(members)
        lines.append((telling(summary.latest), summary, len(members)))
    lines.sort(key=lambda line: line[0])
    left = sum(line[2] for line in lines[_SHOWN:])
    shown = tuple(line[1] for line in lines[:_SHOWN])
    return Matrix(view.cast.focus, any(_is_held_by_others(view, line) for line in shown), shown, len(facts), left)


def _is_held_by_others(view: View, line: Row | Summary) -> bool:
    """Whether a partner out of focus holds what a row is about."""
    return bool(line.others) if isinstance(line, Row) else line.partner not in view.cast.focus


def row(view: View, fact: Fact) -> Row:
    """One fact as a row."""
    held: dict[PartnerId, list[Holding]] = defaultdict(list)
    for holding in fact.holdings:
        held[holding.claim.partner].append(holding)
    against = {name for relation in view.conflicts(fact) for name in (relation.a, relation.b)}
    cells = {partner: _cell(view, fact, partner, held[partner], against) for partner in held}
    return Row(
        fact,
        period_words(fact),
        tuple(cells.get(partner, Cell(partner, ())) for partner in view.cast.focus),
        tuple(cells[partner] for partner in view.cast.ordered(cells) if partner not in view.cast.focus),
        view.passage(fact),
    )


def mark(fact: Fact, holding: Holding, against: Container[str]) -> str:
    """How a claim stands in its fact: the name of its glyph."""
    if holding.stance in ASIDE:
        return ASIDE[holding.stance]
    verdict = fact.finding.verdict
    if verdict is Verdict.CONFLICTING and holding.claim.id not in against:
        return "standing"
    if verdict is Verdict.CIRCULAR and not _shares_root(fact, holding):
        return "standing"
    return verdict.value


def _shares_root(fact: Fact, holding: Holding) -> bool:
    """Whether a claim rests on another, or another rests on the same."""
    if holding.roots != (holding.claim.id,):
        return True
    return any(holding.claim.id in other.roots for other in fact.holdings if other.claim.id != holding.claim.id)


def _cell(view: View, fact: Fact, partner: PartnerId, held: Sequence[Holding], against: Container[str]) -> Cell:
    """What one partner holds: its current values with what they replaced, then the rest."""
    newest = sorted(held, key=lambda holding: holding.claim.reported_at.at, reverse=True)
    replaced = tuple(dict.fromkeys(holding.claim.value for holding in newest if superseded(holding)))
    current = [holding for holding in newest if holding.is_current]
    rest = [holding for holding in newest if not holding.is_current and not superseded(holding)]
    if current:  # what it says of other claims is said in the fact's details, and what it says itself counts
        rest = [holding for holding in rest if holding.stance is not Stance.SPEAKS_ABOUT]
    values = {holding.claim.value for holding in current}
    was = tuple(value for value in replaced if value not in values)
    entries: list[Entry] = []
    for holding in current + rest:
        first_current = holding.is_current and not entries
        entry = Entry(
            holding.claim.value,
            mark(fact, holding, against),
            was if first_current else (),
            tuple(view.rests_on(holding)),
        )
        if entry not in entries:
            entries.append(entry)
    if not entries:
        entries = [Entry(value, "superseded") for value in replaced]
    return Cell(partner, tuple(entries[:_VALUES]), max(0, len(entries) - _VALUES))


def _kind(fact: Fact) -> tuple[str, ...]:
    """What makes sole events alike: tallies share their place, single sightings their holder."""
    if any(holding.claim.count for holding in fact.holdings):
        return ("tally", fact.title)
    return ("sighting", fact.phenomenon, *fact.partners)


def _summary(members: Sequence[Fact]) -> Summary:
    """One row for facts that are alike."""
    latest = max(members, key=lambda fact: (last_report(fact), fact.period[1], fact.id))
    newest = max(latest.holdings, key=lambda holding: (holding.claim.reported_at.at, holding.claim.id)).claim
    places = {fact.place for fact in members}
    tallied = _kind(latest)[0] == "tally"
    title = latest.title if tallied else latest.title.removesuffix(f", {latest.place}")
    where = "" if tallied else f" at {plural(len(places), 'place')}"
    value = newest.value if tallied else latest.place
    return Summary(
        title=title,
        facts=len(members),
        latest=latest,
        when=f"{plural(len(members), 'fact')}{where}, latest {value} on {short_day(last_report(latest))}",
        partner=newest.partner,
        value=f"{value}, the latest" if tallied else plural(len(members), "sighting"),
        filters=(
            ("verdict", Verdict.SOLE.value), ("phenomenon", latest.phenomenon), ("partner", newest.partner),
            *([("place", latest.place)] if tallied and latest.place else []),
        ),
    )  # fmt: skip
