"""Sighting: that a partner saw an indicator on a day, by which claims, and every hand that its word passed through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consilience.model.identity import ClaimId, FactId, PartnerId
from consilience.model.indicator import Indicator, Status


@dataclass(frozen=True, slots=True)
class Sighting:
    """One partner's word on one indicator.

    `day` is what it is about, or when it was told where that is earlier; `told` when it was reported. `hands` are all who
    could have made it up alone: the partner, those on whose word it rests, and the roots that are no claim of its own.
    """

    indicator: str
    partner: PartnerId
    status: Status
    day: date
    told: date
    claims: tuple[ClaimId, ...]
    roots: tuple[str, ...]
    hands: frozenset[str]
    because: str


@dataclass(frozen=True, slots=True)
class Cell:
    """How an indicator stands with one partner as of a day, in words, with the sightings that say so, newest first."""

    partner: PartnerId
    status: Status
    because: str
    sightings: tuple[Sighting, ...] = ()
    facts: tuple[FactId, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator as of a day: the status over all partners, and of each of them."""

    indicator: Indicator
    status: Status
    cells: tuple[Cell, ...]

    def cell(self, partner: str) -> Cell | None:
        """The cell of a partner; None where it neither looks nor spoke."""
        return next((each for each in self.cells if each.partner == partner), None)


@dataclass(frozen=True, slots=True)
class Board:
    """All indicators as of a day, in the order of their file."""

    day: date
    rows: tuple[Row, ...]

    @property
    def partners(self) -> tuple[PartnerId, ...]:
        """Partners of any row, in order of code."""
        return tuple(sorted({cell.partner for row in self.rows for cell in row.cells}))

    def row(self, indicator: str) -> Row | None:
        """The row of an indicator."""
        return next((each for each in self.rows if each.indicator.id == indicator), None)
