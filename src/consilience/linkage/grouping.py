"""Grouping: what linkage did with a pair: joined or kept apart, by which rule, and whether that is sure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.cluster import components
from consilience.linkage.events import SURE, Linked
from consilience.linkage.waterfall import BIT


class Rule(Enum):
    """By what a pair is joined or kept apart."""

    DECISION = "decision"  # of an analyst, on these two or on others of their groups
    EVIDENCE = "evidence"  # the pair's own weight and the mean say the same
    MEAN = "mean"  # the mean over the groups outweighs the pair's own weight
    PART_OF = "part-of"  # one tells of several facts at once
    REPEAT = "repeat"  # one tells the same as the other, told first, and goes with it (`linkage.again`)
    PROPOSITION = "proposition"  # what both would have to share to be of one level


@dataclass(frozen=True, slots=True)
class Grouping:
    """What became of a pair.

    `mean` is the mean log-odds (nats) that decided: over all pairs of the group of both, or over all pairs between their two
    groups; None where none was taken. `pairs` is over how many, `compared` how many of these weighed more than a pair
    that was no candidate. `is_sure` is False where the mean lies within one nat of even.
    """

    is_joined: bool
    is_sure: bool
    rule: Rule
    words: str
    mean: float | None = None
    pairs: int = 0
    compared: int = 0

    @property
    def state(self) -> str:
        """`joined`, `kept apart`, or either with the word unsure."""
        return ("joined" if self.is_joined else "kept apart") + ("" if self.is_sure else ", unsure")


def grouping(linked: Linked, a: int, b: int, odds: float) -> Grouping:
    """What became of two events by number, of which the pair's own log-odds are given."""
    if linked.group[a] == linked.group[b]:
        return _joined(linked, a, b, odds)
    return _apart(linked, a, b, odds)


def _joined(linked: Linked, a: int, b: int, odds: float) -> Grouping:
    members = np.flatnonzero(linked.group == linked.group[a])
    mean, compared = _mean(linked, members, members)
    pairs = len(members) * (len(members) - 1) // 2
    average = f"the {_pairs(pairs)} of their group weigh {_bits(mean)} on average"
    if linked.united(a, b):
        return Grouping(True, True, Rule.DECISION, "an analyst decided that they are one", mean, pairs, compared)
    if _blocks(linked)[a] == _blocks(linked)[b]:
        said = "decisions on other reports make them one with each other"
        return Grouping(True, True, Rule.DECISION, said, mean, pairs, compared)
    sure = min(_belongs(linked, number, members) for number in (a, b)) >= SURE
    if pairs == 1 or (odds > 0) == (mean > 0):
        rule, said = Rule.EVIDENCE, f"{average}, above even"
    else:
        rule, said = Rule.MEAN, f"{average}; this pair by itself weighs {_bits(odds)}"
    if mean <= 0:
        rule, said = Rule.DECISION, f"a decision on others of their group joins them; {average}"
    return Grouping(True, sure, rule, said + ("" if sure else "; that is nearly even"), mean, pairs, compared)


def _apart(linked: Linked, a: int, b: int, odds: float) -> Grouping:
    one, two = (np.flatnonzero(linked.group == linked.group[number]) for number in (a, b))
    pairs = len(one) * len(two)
    whole = linked.whole(a, b)
    if whole is not None:
        other = b if whole == a else a
        said = f"{_name(linked, whole)} tells of several facts at once, of which {_name(linked, other)} is a part"
        return Grouping(False, True, Rule.PART_OF, said, None, pairs, 0)
    if linked.parted(one, two):
        ours = linked.parted(np.array([a]), np.array([b]))
        said = "an analyst keeps them apart" if ours else "an analyst keeps others of their groups apart"
        return Grouping(False, True, Rule.DECISION, said, None, pairs, 0)
    mean, compared = _mean(linked, one, two)
    sure = mean <= -SURE
    if pairs == 1:
        rule, said = Rule.EVIDENCE, f"the pair weighs {_bits(mean)}, not above even"
    else:
        said = f"the {_pairs(pairs)} between their groups weigh {_bits(mean)} on average, not above even"
        rule = Rule.EVIDENCE if odds <= 0 else Rule.MEAN
        said += f"; this pair by itself weighs {_bits(odds)}" if odds > 0 else ""
    return Grouping(False, sure, rule, said + ("" if sure else "; that is nearly even"), mean, pairs, compared)


def _mean(linked: Linked, one: NDArray[np.int64], two: NDArray[np.int64]) -> tuple[float, int]:
    """The mean log-odds over the pairs of two groups, or of one with itself; pairs that were no candidates count against."""
    edges, against = linked.edges, linked.weights.against
    crossing = np.isin(edges.a, one) & np.isin(edges.b, two)
    same = one is two
    if not same:
        crossing |= np.isin(edges.a, two) & np.isin(edges.b, one)
    pairs = len(one) * (len(one) - 1) // 2 if same else len(one) * len(two)
    above = float(np.maximum(edges.odds[crossing] - against, 0.0).sum())
    return against + above / max(1, pairs), int(crossing.sum())


def _belongs(linked: Linked, number: int, members: NDArray[np.int64]) -> float:
    """The mean log-odds of one event to the others of its group."""
    return _mean(linked, np.array([number]), members[members != number])[0]


def _blocks(linked: Linked) -> NDArray[np.int32]:
    """For each event the first one that decisions make one with it."""
    same = linked.decided.same
    return components(len(linked.group), same[:, 0], same[:, 1])


def _name(linked: Linked, number: int) -> str:
    return str(linked.events.ids[number].as_py())


def _bits(odds: float) -> str:
    return f"{odds / BIT:+.1f} bits"


def _pairs(count: int) -> str:
    return f"{count:,} pair{'' if count == 1 else 's'}"
