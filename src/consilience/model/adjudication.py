"""Adjudication: an analyst's word on what was true. It settles the question it is about, and teaches whom to rely on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from math import inf, isfinite

from consilience.model.claim import number
from consilience.model.period import Moment

_NUMBER = r"\d{1,15}(?:\.\d{1,6})?"
_VALUE = re.compile(rf"({_NUMBER})?(\.\.)?({_NUMBER})?")


class Ruling(Enum):
    """Whether what a claim says was so. `open` takes an earlier word back."""

    TRUE = "true"
    FALSE = "false"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a figure was: between two ends, both included; one number twice, or an end that is open (inf)."""

    low: float
    high: float

    @classmethod
    def of(cls, text: str) -> Bounds | None:
        """The bounds of `94300`, `92000..100000`, `92000..` or `..100000`; None for anything else."""
        bare = re.sub(r"[ ,_']", "", text)
        found = _VALUE.fullmatch(bare)
        if not found or not any(found.group(1, 3)) or (found[1] and found[3] and not found[2]):
            return None
        low = float(found[1]) if found[1] else 0.0
        high = float(found[3]) if found[3] else inf if found[2] else low
        return cls(low, high) if low <= high else None

    def holds(self, figure: float) -> bool:
        """Whether a figure lies within."""
        return self.low <= figure <= self.high

    @property
    def centre(self) -> float:
        """One figure for it: the middle, or the end that is not open."""
        return (self.low + self.high) / 2 if isfinite(self.high) else self.low

    @property
    def text(self) -> str:
        """As it is written: `94300`, `92000..100000`, `92000..`."""
        if self.low == self.high:
            return _plain(self.low)
        return f"{_plain(self.low)}..{_plain(self.high) if isfinite(self.high) else ''}"

    def __str__(self) -> str:
        """As it is read: `94,300`, `92,000–100,000`, `92,000 and more`."""
        if self.low == self.high:
            return number(self.low)
        return f"{number(self.low)}–{number(self.high)}" if isfinite(self.high) else f"{number(self.low)} and more"


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What is ruled of a claim by its id, with the figure if it is known; who ruled, when, and why.

    `true` says that what the claim says was so, `false` that it was not; of a denial `true` says that there was nothing. The
    figure of the claim is settled by `bounds` alone: a thing may have been so, and its number wrong.
    """

    claim: str
    ruling: Ruling
    reason: str
    by: str
    at: Moment
    bounds: Bounds | None = None

    @property
    def words(self) -> str:
        """The whole of it: `adjudicated by GBR/Hale, 2022-03-01, on C042: true, 94,300: the plates were counted`."""
        figure = f", {self.bounds}" if self.bounds else ""
        who = f" by {self.by}" if self.by else ""
        return f"adjudicated{who}, {self.at}, on {self.claim}: {self.ruling.value}{figure}: {self.reason}"


def standing(told: tuple[Adjudication, ...]) -> tuple[Adjudication, ...]:
    """Those that stand: of one claim the last that was told, and none that was taken back; in order of their claims."""
    last = {each.claim: each for each in told}
    return tuple(last[name] for name in sorted(last) if last[name].ruling is not Ruling.OPEN)
