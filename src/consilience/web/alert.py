"""Alert: the level of warning with its reasons, the board of indicators, and what a day brought, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from consilience.model.fact import Fact
from consilience.model.indicator import Bent, Status
from consilience.warning.history import History
from consilience.warning.level import Change, Level, Step
from consilience.warning.sighting import Cell, Row, Sighting
from consilience.warning.warned import headline, leaning, lowering, standing
from consilience.web.view import View
from consilience.web.words import day_words

GLYPHS = {
    Status.NOT_LOOKING: "unseen", Status.NOT_SEEN: "superseded", Status.POSSIBLE: "unverified",
    Status.SEEN: "standing", Status.CONFIRMED: "corroborated",
}  # fmt: skip
"""The glyph of each status."""

MEANS = {
    Status.NOT_LOOKING: "nothing said lately; silence is no absence",
    Status.NOT_SEEN: "looked, and did not see it",
    Status.POSSIBLE: "told by others, or short of what is asked for",
    Status.SEEN: "seen by one who looks",
    Status.CONFIRMED: "seen by two who look, on roots of their own",
}
_BENTS = {Bent.CAPABILITY: "Means", Bent.INTENT: "Intent", Bent.RELIEF: "Relief"}
_STRIP_DAYS = 180
_CITED = 3
_LISTED = 8  # sightings of one indicator


@dataclass(frozen=True, slots=True)
class Spot:
    """A sighting on the strip of an indicator: where on the days before (0 to 100), and what it said."""

    x: float
    status: Status


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: cells of the partners in columns, of the others who have something to say, and its sightings."""

    row: Row
    cells: tuple[Cell | None, ...]
    others: tuple[Cell, ...]
    silent: tuple[str, ...]
    spots: tuple[Spot, ...]
    told: tuple[Sighting, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Part:
    """The indicators of one bent."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Tread:
    """A stretch of days at one level, as the history draws it: `held` where nothing of these days supports it."""

    start: float
    end: float
    step: Step
    is_held: bool


@dataclass(frozen=True, slots=True)
class Alert:
    """The level part of the page."""

    history: History
    headline: str
    standing: str
    leaning: str
    lowering: str
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    treads: tuple[Tread, ...]
    ticks: tuple[tuple[float, str], ...]
    brought: tuple[Sighting, ...]
    change: Change | None

    @property
    def level(self) -> Level:
        """The level of the day."""
        return self.history.last

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, from the lowest."""
        return tuple(Step)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes, the newest first."""
        return tuple(reversed(self.history.changes))

    def title(self, indicator: str) -> str:
        """The title of an indicator."""
        found = self.history.dossier.watch.indicator(indicator)
        return found.title if found else indicator


def alert(view: View, found: History) -> Alert:
    """A history up to its last day, as the page shows it."""
    board = found.board
    columns = tuple(str(code) for code in view.cast.focus)
    fresh = [one for listed in found.said.values() for one in listed if one.told == found.last.day]
    change = found.changes[-1] if found.changes and found.changes[-1].day == found.last.day else None
    return Alert(
        history=found,
        headline=headline(found.last),
        standing=standing(found, day_words),
        leaning=leaning(found.last, view.cast.said),
        lowering=lowering(found),
        columns=columns,
        parts=tuple(
            Part(title, tuple(_line(found, row, columns) for row in board.rows if row.indicator.bent is bent))
            for bent, title in _BENTS.items()
            if any(row.indicator.bent is bent for row in board.rows)
        ),
        treads=tuple(_treads(found.levels)),
        ticks=tuple(_ticks(found.levels[0].day, found.last.day)),
        brought=tuple(sorted(fresh, key=lambda one: (-one.status.rank, one.indicator, one.partner, one.claims))),
        change=change,
    )


def _line(found: History, row: Row, columns: Sequence[str]) -> Line:
    """One indicator of the board."""
    said = sorted(
        found.said.get(row.indicator.id, ()), key=lambda one: (one.told, one.day, one.partner, one.claims), reverse=True
    )
    rest = [cell for cell in row.cells if cell.partner not in columns]
    others = tuple(cell for cell in rest if cell.status is not Status.NOT_LOOKING)
    silent = tuple(str(cell.partner) for cell in rest if cell.status is Status.NOT_LOOKING)
    start = found.last.day - timedelta(days=_STRIP_DAYS)
    spots = sorted(
        {Spot(round(100 * (one.day - start).days / _STRIP_DAYS, 1), one.status) for one in said if one.day > start},
        key=lambda spot: (spot.status.rank, spot.x),
    )
    cells = tuple(row.cell(code) for code in columns)
    return Line(row, cells, others, silent, tuple(spots), tuple(said[:_LISTED]), max(0, len(said) - _LISTED))


def _treads(levels: Sequence[Level]) -> Iterator[Tread]:
    """The levels as stretches of days, from 0 to 100."""
    length = max(len(levels), 1)
    start = 0
    for at in range(1, len(levels) + 1):
        if at == len(levels) or (levels[at].step, levels[at].held) != (levels[start].step, levels[start].held):
            yield Tread(
                round(100 * start / length, 2), round(100 * at / length, 2), levels[start].step, levels[start].held
            )
            start = at


def _ticks(first: date, last: date) -> Iterator[tuple[float, str]]:
    """The first of each quarter of a year."""
    day = first.replace(day=1)
    length = max((last - first).days, 1)
    while day <= last:
        if day >= first and (day.month in (1, 4, 7, 10) or length < _STRIP_DAYS):
            yield round(100 * (day - first).days / length, 2), f"{day:%b} {day.year}"
        day = (day + timedelta(days=32)).replace(day=1)


def cited(cell: Cell) -> tuple[str, ...]:
    """The claims of the newest sighting that says most, three at most."""
    chief = max(cell.sightings, key=lambda one: (one.status.rank, one.day, one.told, one.claims), default=None)
    return tuple(str(name) for name in chief.claims[:_CITED]) if chief else ()


def facts_of(view: View, claims: Iterable[str]) -> tuple[Fact, ...]:
    """The facts in which some claims stand, each once."""
    found = {fact.id: fact for name in claims for fact in view.facts_of.get(name, ())}
    return tuple(found[name] for name in sorted(found))
