"""Indicator: an item that reflects capability or intent for a course of action, and what would answer whether it is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from consilience.model.claim import Modality


class Bent(Enum):
    """What an indicator reflects: that somebody could, that he means to, or that he no longer can."""

    CAPABILITY = "capability"
    INTENT = "intent"
    RELIEF = "relief"


class Stage(Enum):
    """Early preparations serve an exercise or a threat as well; late ones cost much and serve little but the deed."""

    EARLY = "early"
    LATE = "late"


class Status(Enum):
    """How an indicator stands with a partner, from least to most. Silence where nobody looked is no absence."""

    NOT_LOOKING = "not looking"
    NOT_SEEN = "not seen"
    POSSIBLE = "possible"
    SEEN = "seen"
    CONFIRMED = "confirmed"

    @property
    def rank(self) -> int:
        """From 0, not looking, to 4, confirmed."""
        return list(Status).index(self)


@dataclass(frozen=True, slots=True)
class Query:
    """Which claims speak of an indicator. What is empty is not asked; a path stands for all that lie below it.

    `places` are names as a claim states them, `actors` whom it is about, `speakers` the states or bodies whose word it
    is. Only the `modalities` affirm it; a denial or a look that found nothing stands against it, whatever they are.
    """

    phenomena: tuple[str, ...]
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    modalities: frozenset[Modality] = frozenset({Modality.OBSERVED, Modality.ESTIMATED})


@dataclass(frozen=True, slots=True)
class Reaching:
    """Seen where a partner's own counts alone make `amount` of `unit` or more at least as probable as `probability`.

    `including` are categories that belong to what is asked, should a count name them (`air` of `+air`). A count with any
    other says only how many there are at most; a count of a part, how many at least.
    """

    amount: float
    unit: str
    probability: float
    including: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unusual:
    """Seen where a count of `unit` lies above what its own past lets one expect, by region and season.

    `chance` is how often that happens by chance in one region and one report. `past_days` go into the baseline, without
    the last `apart_days`; with fewer than `least` of them counted nothing is said.
    """

    unit: str
    chance: float
    past_days: int
    apart_days: int
    least: int


@dataclass(frozen=True, slots=True)
class Polled:
    """Seen where the answers to a pollster's question surely reach a share of those asked, sampling error taken in."""

    topic: str
    country: str
    answers: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Judged:
    """Seen where a partner's stated position on a question surely gives the hypotheses `points` (basis points) or more."""

    question: str
    hypotheses: tuple[str, ...]
    points: int


Measure = Reaching | Unusual | Polled | Judged


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a hypothesis.

    `looking` are the partners that look for it: what they see counts, what others tell is possible. A sighting stands for
    `window_days`. `source` says where the item or its threshold comes from, `hindsight` what was chosen knowing the outcome.
    """

    id: str
    title: str
    bent: Bent
    stage: Stage
    query: Query
    measure: Measure | None
    looking: tuple[str, ...]
    window_days: int
    source: str
    hindsight: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is warned of: a hypothesis, the question that resolves it if there is one, and its indicators.

    `marking` says who may know what is watched for; empty, nobody but who watches.
    """

    hypothesis: str
    question: str
    answers: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    marking: str = ""

    def indicator(self, name: str) -> Indicator | None:
        """The indicator of an id."""
        return next((each for each in self.indicators if each.id == name), None)
