"""Weights: what each level of each comparison says for or against one event, and where the levels begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# --- Levels ------------------------------------------------------------------------------------------------------------
# The last level of a comparison is what lies beyond its last cut, or "not given" where there is such a level.

DISTANCE = (0.15, 0.45, 0.9, 1.8, 3.5, 7.0)  # in combined precisions
GAP = (0, 1, 2)  # days between the stated intervals
STEPS = (0, 1, 2)  # in the taxonomy
RATIO = (0.4, 1.0)  # absolute log-ratio of counts

LABELS: Mapping[str, tuple[str, ...]] = {
    "distance": (
        "well within their precision", "within half their precision", "within their precision",
        "within twice their precision", "within 3.5 times their precision", "within 7 times their precision",
        "farther than 7 times their precision",
    ),
    "time": ("on a day in common", "a day apart", "two days apart", "more than two days apart"),
    "kind": ("of one kind", "of a kind and its parent", "of sibling kinds", "of other kinds"),
    "count": (
        "one count, of five or more", "one count, of two to four", "one count, of one", "counts of nought",
        "counts within half", "counts within a factor of 2.7", "counts farther apart", "a count not given",
    ),
    "actors": ("an actor in common", "other actors", "actors not given"),
    "words": (
        "words no more alike than by chance", "words alike as one chance pair in two", "words alike as one chance pair in five",
        "words alike as one chance pair in fourteen", "words alike as one chance pair in fifty",
        "words more alike than 199 chance pairs in 200", "no text to compare",
    ),
    "data set": ("of two data sets", "of one data set"),
}  # fmt: skip

# By chance so few pairs of one place, of other times, share words that weigh as much.
TAILS = (0.5, 0.2, 0.07, 0.02, 0.005)
_UNLEARNED_CUTS = (0.02, 0.05, 0.1, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class Weights:
    """Natural-log Bayes factors by comparison and level, and what they are read with.

    `prior` is the log-odds before anything is compared. `cuts` are the cosines of words at which the levels begin, by pair of
    data sets (in order of name), for others those of `("", "")`; `worth` is what a word counts, 1 where it is not listed.
    `again` is what two reports of one data set weigh at least; `against` is what a pair weighs that was no candidate.
    """

    prior: float
    levels: Mapping[str, tuple[float, ...]]
    window: tuple[float, int]
    cuts: Mapping[tuple[str, str], tuple[float, ...]] = field(default_factory=lambda: {("", ""): _UNLEARNED_CUTS})
    worth: Mapping[str, float] = field(default_factory=dict)
    again: float = -9.0
    against: float = -3.0
    pairs: int = 0  # candidates they were learned from; 0 for those set by hand


# They follow the order of the weights that are learned on reports of violence; no labels were used to set them.
BY_HAND = Weights(
    prior=-1.5,
    levels={
        "distance": (1.6, 1.6, 1.5, 0.9, -0.2, -2.0, -4.0),
        "time": (1.2, 0.2, -0.8, -3.0),
        "kind": (0.9, 0.5, -0.2, -1.5),
        "count": (1.0, 1.0, 1.0, 1.0, 0.4, 0.0, -1.2, 0.0),
        "actors": (0.6, -1.5, 0.0),
        "words": (-0.3, -0.1, 0.1, 0.4, 0.8, 1.8, 0.0),
        "data set": (0.0, -3.5),
    },
    window=(10.0, 2),
)
