"""Claim: "P, citing S, says V of F". Never merged with another, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from consilience.model.grading import Credibility, Reliability
from consilience.model.identity import ClaimId, PartnerId, Speaker
from consilience.model.marking import Marking
from consilience.model.period import Moment, Period
from consilience.model.phenomenon import Phenomenon
from consilience.model.place import Place


class Modality(Enum):
    """How a claim holds its content: a class (present, ahead) and a polarity."""

    OBSERVED = "observed"
    ESTIMATED = "estimated"
    FORECAST = "forecast"
    INTENDED = "intended"
    DENIED = "denied"
    NOT_OBSERVED = "not-observed"
    UNVERIFIED = "unverified"

    def __init__(self, name: str) -> None:
        """Note whether it says that the thing is not so, or was looked for and not seen: every comparison asks."""
        self.is_negation = name in ("denied", "not-observed")


class Tense(Enum):
    """The class of a modality: what is, or what lies ahead."""

    PRESENT = "present"
    AHEAD = "ahead"


_PRESENT, _AHEAD = frozenset({Tense.PRESENT}), frozenset({Tense.AHEAD})
_BOTH = _PRESENT | _AHEAD


@dataclass(frozen=True, slots=True)
class Count:
    """A quantity as an interval in `unit`; `low` and `high` None are open ends, `best` None is not stated."""

    low: float | None
    best: float | None
    high: float | None
    unit: str

    @property
    def is_zero(self) -> bool:
        """Whether it says that there are none."""
        return (self.best if self.high is None else self.high) == 0

    @property
    def centre(self) -> float:
        """One number to order by: the best, else the middle of a closed interval, else its stated end."""
        if self.best is not None:
            return self.best
        if self.low is not None and self.high is not None:
            return (self.low + self.high) / 2
        return self.low if self.low is not None else self.high or 0.0

    def __str__(self) -> str:
        """As an analyst writes it: `94,300`, `more than 92,000`, `up to 25`, `169,000-190,000`."""
        low, best, high = self.low, self.best, self.high
        if best is not None:
            return number(best)
        if low is not None and high is not None:
            if low == high:
                return number(low)
            return f"up to {number(high)}" if low == 0 else f"{number(low)}–{number(high)}"
        if low is not None:
            return f"more than {number(low)}"
        return f"up to {number(high)}" if high is not None else "unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """One assertion by one partner, every field as `docs/formats.md` describes it. Empty means unknown.

    `withdrawn` is when a later entry of the ledger retracted it: it stands in pictures of before, in none after.
    """

    id: ClaimId
    partner: PartnerId
    speaker: Speaker
    source: str
    reliability: Reliability | None
    credibility: Credibility | None
    origins: tuple[str, ...]
    modality: Modality
    actor: str
    phenomenon: Phenomenon
    place: Place
    counted: frozenset[str]
    period: Period | None
    reported_at: Moment
    count: Count | None
    text: str
    url: str
    marking: Marking
    about: tuple[str, ...]
    extras: tuple[tuple[str, str], ...]
    digest: str
    withdrawn: Moment | None = None
    tenses: frozenset[Tense] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work the tenses out once: every comparison reads them."""
        object.__setattr__(self, "tenses", self._tenses())

    def _tenses(self) -> frozenset[Tense]:
        """The classes it may be compared in; more than one for a negation that reaches ahead.

        Denied and not-observed are negations within the class of what they negate: the present, unless
        the phenomenon is an intent, the period is open, or it begins after the report. A denial of what
        lies ahead meets the present once that present has come: "none will stay after the 20th".
        """
        if self.phenomenon.is_ahead or self.modality in (Modality.FORECAST, Modality.INTENDED):
            return _AHEAD
        if self.denies_ahead or (self.modality is Modality.DENIED and self.period and self.period.finish is None):
            return _BOTH
        return _PRESENT

    def stands(self, as_of: Moment | None) -> bool:
        """Whether it was reported by `as_of` (at all, when None) and not withdrawn by then.

        A claim known to its day only is in from the end of that day.
        """
        if as_of is None:
            return self.withdrawn is None
        return self.reported_at.end <= as_of.end and not (self.withdrawn and self.withdrawn.end <= as_of.end)

    @property
    def denies_ahead(self) -> bool:
        """Whether it denies what begins after it was said."""
        starts_later = self.period is not None and self.period.start >= self.reported_at.end
        return self.modality is Modality.DENIED and starts_later

    @property
    def value(self) -> str:
        """What a table cell shows: the count, or what is said in a word."""
        if self.modality is Modality.DENIED:
            return "denied"
        if self.modality is Modality.NOT_OBSERVED:
            return "looked, not seen"
        if self.modality is Modality.UNVERIFIED:
            return "could not confirm"
        if self.count:
            return str(self.count)
        return {Modality.FORECAST: "expected", Modality.INTENDED: "planned"}.get(self.modality, "reported")


def number(value: float) -> str:
    """A number with thousands separators and no needless decimals."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.6g}"
