"""Reliability: of what was said with 70 %, how much came true? The diagram's numbers, and the Brier score taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from consilience.errors import UsageError

BINS = 10
_EDGE = 1e-9  # so that 0.29 lies in the bin that begins there, whatever its last bit
_Z = 1.959963984540054  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers from `low` to `high` (the last one closed): how many, their mean, and what share came true.

    `share_low` to `share_high` is Wilson's 95 % interval for that share. It takes the questions as independent.
    """

    low: float
    high: float
    count: int
    mean: float
    share: float
    share_low: float
    share_high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Bins that hold anything, and the parts of the Brier score: brier = reliability - resolution + uncertainty + within.

    `reliability` is the distance from the diagonal (0 is best), `resolution` how far the bins are apart (more is
    better), `uncertainty` that of the base rate (Murphy 1973); `within` is what binning adds, since answers within a
    bin differ (Stephenson, Coelho and Jolliffe 2008).
    """

    bins: tuple[Bin, ...]
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float
    count: int


def diagram(probabilities: Sequence[float], came_true: Sequence[bool], bins: int = BINS) -> Reliability:
    """The reliability of answers about single hypotheses: the probability of each, and whether it came true.

    Bins are of equal width, so that they can be drawn and compared; their number is yours to choose.

    Raises:
        UsageError: none, or not one outcome for each answer, a probability outside 0 to 1, or no bins.
    """
    if not probabilities or len(probabilities) != len(came_true) or bins < 1:
        found = f"{len(probabilities)} answers, {len(came_true)} outcomes, {bins} bins"
        raise UsageError("reliability", found, "an outcome for each answer, and one of each at least")
    wrong = [p for p in probabilities if not 0 <= p <= 1]
    if wrong:
        raise UsageError("reliability", f"the probability {wrong[0]}", "a number from 0 to 1")
    pairs = sorted(zip(probabilities, came_true, strict=True))
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, hit in pairs:
        groups.setdefault(min(bins - 1, int(probability * bins + _EDGE)), []).append((probability, hit))
    binned = tuple(_bin(at / bins, (at + 1) / bins, group) for at, group in sorted(groups.items()))
    count = len(pairs)
    base = sum(hit for _, hit in pairs) / count
    brier = sum((probability - hit) ** 2 for probability, hit in pairs) / count
    reliability = sum(each.count * (each.mean - each.share) ** 2 for each in binned) / count
    resolution = sum(each.count * (each.share - base) ** 2 for each in binned) / count
    uncertainty = base * (1 - base)
    within = brier - (reliability - resolution + uncertainty)
    return Reliability(binned, brier, reliability, resolution, uncertainty, within, count)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval for a share (Wilson 1927); never outside 0 to 1, and of use where a share is 0 or 1."""
    share = hits / count
    centre = share + _Z**2 / (2 * count)
    reach = _Z * sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    scale = 1 + _Z**2 / count
    low = (centre - reach) / scale if hits else 0.0
    high = (centre + reach) / scale if hits < count else 1.0
    return low, high


def _bin(low: float, high: float, group: Sequence[tuple[float, bool]]) -> Bin:
    """One bin of what fell into it."""
    count, hits = len(group), sum(hit for _, hit in group)
    mean = sum(probability for probability, _ in group) / count
    return Bin(low, high, count, mean, hits / count, *wilson(hits, count))


@dataclass(frozen=True, slots=True)
class BandBin:
    """What was said with one band, in percent points from `low` to `high`: how often, and what share came true.

    `questions` is over how many questions; `share_low` to `share_high` is Wilson's 95 % interval, which takes all that was
    said as independent. `fits` says whether that interval meets the band.
    """

    low: float
    high: float
    count: int
    questions: int
    share: float
    share_low: float
    share_high: float

    @property
    def fits(self) -> bool:
        """Whether the share that came true, as far as it is known, could be what the band says."""
        return self.share_low <= self.high and self.low <= self.share_high


def banded(said: Sequence[tuple[str, float, float, bool]]) -> tuple[BandBin, ...]:
    """Reliability of words: for each band that was used, of what was said with it, how much came true.

    Each item is a question, the ends of a band (0 to 1), and whether the hypothesis came true. A band has no single number, so it is
    not put into a bin with others: each stands for itself.
    """
    groups: dict[tuple[float, float], list[tuple[str, bool]]] = {}
    for question, low, high, hit in said:
        groups.setdefault((low, high), []).append((question, hit))
    found = []
    for (low, high), group in sorted(groups.items()):
        hits, count = sum(hit for _, hit in group), len(group)
        found.append(BandBin(low, high, count, len({name for name, _ in group}), hits / count, *wilson(hits, count)))
    return tuple(found)
