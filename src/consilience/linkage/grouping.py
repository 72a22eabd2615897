"""Grouping: what linkage did with a pair: joined or kept apart, by which rule, and whether that is sure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from consilience.linkage.cluster import components
from consilience.linkage.linked import Linked
from consilience.linkage.torn import SURE
from consilience.linkage.waterfall import BIT


class Rule(Enum):
    """By what a pair is joined or kept apart."""

    DECISION = "decision"  # of an analyst, on these two or on others of their groups
    EVIDENCE = "evidence"  # the pair's own weight and the mean say the same
    MEAN = "mean"  # the mean over the groups outweighs the pair's own weight
    PART_OF = "part-of"  # one tells of several facts at once
    APART = "apart"  # reports of theirs rule each other out, whatever vaguer ones lie between
    TORN = "torn"  # one is vague, and may be of any of several facts that rule each other out
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
    members = linked.with_it(a)
    mean, compared = linked.mean_within(members)
    pairs = len(members) * (len(members) - 1) // 2
    average = f"the {_pairs(pairs)} of their group weigh {_bits(mean)} on average"
    if linked.united(a, b):
        return Grouping(True, True, Rule.DECISION, "an analyst decided that they are one", mean, pairs, compared)
    if _blocks(linked)[a] == _blocks(linked)[b]:
        said = "decisions on other reports make them one with each other"
        return Grouping(True, True, Rule.DECISION, said, mean, pairs, compared)
    sure = min(linked.mean(np.array([number]), members[members != number])[0] for number in (a, b)) >= SURE
    if pairs == 1 or (odds > 0) == (mean > 0):
        rule, said = Rule.EVIDENCE, f"{average}, above even"
    else:
        rule, said = Rule.MEAN, f"{average}; this pair by itself weighs {_bits(odds)}"
    if mean <= 0:
        rule, said = Rule.DECISION, f"a decision on others of their group joins them; {average}"
    return Grouping(True, sure, rule, said + ("" if sure else "; that is nearly even"), mean, pairs, compared)


def _apart(linked: Linked, a: int, b: int, odds: float) -> Grouping:
    one, two = linked.with_it(a), linked.with_it(b)
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
    mean, compared = linked.mean(one, two)
    return replace(_by_evidence(linked, a, b, mean, odds), pairs=pairs, compared=compared)


def _by_evidence(linked: Linked, a: int, b: int, mean: float, odds: float) -> Grouping:
    """Why no decision, and not what one of them tells of, keeps two events apart."""
    one, two = linked.with_it(a), linked.with_it(b)
    torn = linked.torn_from(a, b)
    if torn is None and mean > 0:  # what is torn joins no third fact either
        torn = next((number for number in (*one.tolist(), *two.tolist()) if linked.torn.of(number)), None)
    if torn is not None:
        listed = " or ".join(_name(linked, number) for number in linked.torn.of(torn))
        said = (
            f"{_name(linked, torn)} may be of the fact of {listed}, which rule each other out: it is counted with none"
        )
        return Grouping(False, False, Rule.TORN, said, mean)
    out = linked.barred(one, two) if mean > -SURE else None
    if out is not None:
        x, y = (_name(linked, number) for number in out)
        said = (
            f"{x} and {y} rule each other out by the place and time that they state; what is vaguer makes them not one"
        )
        return Grouping(False, True, Rule.APART, said, mean)
    sure = mean <= -SURE
    pairs = len(one) * len(two)
    if pairs == 1:
        rule, said = Rule.EVIDENCE, f"the pair weighs {_bits(mean)}, not above even"
    else:
        said = f"the {_pairs(pairs)} between their groups weigh {_bits(mean)} on average, not above even"
        rule = Rule.EVIDENCE if odds <= 0 else Rule.MEAN
        said += f"; this pair by itself weighs {_bits(odds)}" if odds > 0 else ""
    said += "" if sure else "; that is nearly even"
    between = [_name(linked, number) for number in linked.torn_between(a, b)]
    if between:
        said += (
            f"; {', '.join(between)} may be of either, and {'is' if len(between) == 1 else 'are'} counted with neither"
        )
    return Grouping(False, sure, rule, said, mean)


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
