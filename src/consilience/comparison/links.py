"""Links: how the claims of a picture are linked: why any two are joined or kept apart, what is unsure, what is part of what.

It stands beside the picture and changes nothing of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np

from consilience.comparison.echoes import Echo
from consilience.comparison.facts import is_remark
from consilience.comparison.picture import Picture
from consilience.linkage.again import told_again
from consilience.linkage.decisions import Decisions
from consilience.linkage.grouping import Grouping, Rule
from consilience.linkage.groups import is_happening, link_claims
from consilience.linkage.linked import Linked
from consilience.linkage.linking import explained
from consilience.linkage.parts import reason
from consilience.linkage.shared import Condition, conditions
from consilience.linkage.unsure import Unsure, unsure
from consilience.linkage.waterfall import Waterfall, chance
from consilience.model.claim import Claim
from consilience.model.fact import Fact
from consilience.model.identity import ClaimId
from consilience.settings import Settings

_CALLED = ("data set", "partner")


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A link that is nearly even: the two claims to decide on, their facts (one, where they are merged), and why it matters.

    `claims` are how many stand on either side. `probability` that the two sides are one is uncalibrated.
    """

    a: ClaimId
    b: ClaimId
    facts: tuple[Fact, ...]
    is_merged: bool
    claims: tuple[int, int]
    probability: float
    words: str

    @property
    def commands(self) -> tuple[str, ...]:
        """What settles it."""
        return tuple(f"consilience decide {answer} {self.a} {self.b} --because …" for answer in ("same", "different"))


@dataclass(frozen=True, slots=True)
class Whole:
    """A claim that tells of several facts at once, its own fact, those that are parts of it, and why."""

    claim: ClaimId
    fact: Fact
    parts: tuple[Fact, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two claims stand in one fact, or in two.

    Single events have a `waterfall`; of anything else `conditions` say what they would have to share. `facts` are those of
    the first claim and those of the second. `echoes` are likenesses of their wording, where no origin is declared.
    """

    a: ClaimId
    b: ClaimId
    facts: tuple[tuple[Fact, ...], tuple[Fact, ...]]
    grouping: Grouping
    waterfall: Waterfall | None
    conditions: tuple[Condition, ...]
    echoes: tuple[Echo, ...]


class Links:
    """The links of one picture."""

    def __init__(self, picture: Picture, settings: Settings, linked: Linked | None = None) -> None:
        """Keep all that was weighed of the single events of a picture: as they were `linked` for it, or linked again."""
        self._settings = settings
        self.decisions = Decisions(picture.decisions)
        self.claims = {claim.id: claim for claim in picture.claims}
        told = [claim for claim in picture.claims if not is_remark(claim)]
        self._again = told_again(told, {name for decision in picture.decisions for name in decision.pair})
        self._repeats: dict[ClaimId, list[ClaimId]] = defaultdict(list)
        for name, first in self._again.items():
            self._repeats[first].append(name)
        firsts = [claim for claim in told if claim.id not in self._again]
        self._linked: Linked = linked or link_claims(firsts, settings, self.decisions)
        self._names: list[ClaimId] = [ClaimId(name) for name in self._linked.events.ids.to_pylist()]
        self._place = {name: number for number, name in enumerate(self._names)}
        self._facts: dict[ClaimId, list[Fact]] = defaultdict(list)
        for fact in picture.facts:
            for holding in fact.holdings:
                self._facts[holding.claim.id].append(fact)
        self.unsettled = tuple(self._unsettled())
        self.wholes = tuple(self._wholes())

    def explain(self, a: ClaimId, b: ClaimId, echoes: Sequence[Echo] = ()) -> Explanation:
        """Why two claims of the picture are joined or kept apart; `echoes` are those of the picture."""
        facts = tuple(self._facts.get(a, ())), tuple(self._facts.get(b, ()))
        joined = not {fact.id for fact in facts[0]}.isdisjoint(fact.id for fact in facts[1])
        heard = tuple(echo for echo in echoes if {echo.later, echo.earlier} == {a, b})
        one, two = self.claims[a], self.claims[b]
        if a in self._place and b in self._place:
            found = explained(self._linked, self._place[a], self._place[b])
            group = self._moved(a, b, found.grouping, joined=joined)
            return Explanation(a, b, facts, group, _of_partners(found.waterfall), (), heard)
        if all(is_happening(claim) and not is_remark(claim) for claim in (one, two)):
            alone = explained(link_claims([one, two], self._settings), 0, 1).waterfall
            return Explanation(a, b, facts, self._told_again(a, b), _of_partners(alone), (), heard)
        asked = conditions(one, two, self._settings.slice_days)
        if (a in self._again or b in self._again) and not all(each.holds for each in asked):
            return Explanation(a, b, facts, self._told_again(a, b), None, asked, heard)
        group = self._moved(a, b, _by_proposition(one, two, asked, joined=joined), joined=joined)
        return Explanation(a, b, facts, group, None, asked, heard)

    def _told_again(self, a: ClaimId, b: ClaimId) -> Grouping:
        """What became of two claims of which one at least tells the same as another, and stands wherever that one does."""
        one, two = (self._again.get(name, name) for name in (a, b))
        said = " and ".join(
            f"{name} tells the same as {first}, and goes with it"
            for name, first in ((a, one), (b, two))
            if name != first
        )
        if one == two:
            return Grouping(True, True, Rule.REPEAT, said)
        found = self.explain(one, two).grouping
        return replace(found, words=f"{said}; of {one} and {two}: {found.words}")

    def _moved(self, a: ClaimId, b: ClaimId, found: Grouping, *, joined: bool) -> Grouping:
        """What holds in place of what was found: what an analyst decided, or that one is held against the other."""
        decision = self.decisions.on(a, b)
        if decision:
            return Grouping(joined, True, Rule.DECISION, decision.words, found.mean, found.pairs, found.compared)
        if joined == found.is_joined:
            return found
        reverse = [name for name in (a, b) if self.claims[name].phenomenon.reverses]
        if joined and reverse:
            said = f"{' and '.join(reverse)} is held against the fact that it contradicts"
            return Grouping(True, True, Rule.PROPOSITION, said, found.mean, found.pairs, found.compared)
        said = f"decisions on other claims of their facts {'join' if joined else 'part'} them"
        return Grouping(joined, True, Rule.DECISION, said, found.mean, found.pairs, found.compared)

    def _unsettled(self) -> list[Unsettled]:
        """What is nearly even and not decided, in the order of `linkage.unsure`, with claims that tell the same counted too."""
        found: list[tuple[tuple[object, ...], Unsettled]] = []
        for each in unsure(self._linked):
            a, b = self._names[each.a], self._names[each.b]
            facts = {fact.id: fact for name in (a, b) for fact in self._facts[name]}
            shared = {fact.id for fact in self._facts[a]} & {fact.id for fact in self._facts[b]}
            if bool(shared) != each.is_merged or self.decisions.on(a, b):
                continue  # decisions moved it
            told = {name: fact for name, fact in facts.items() if not shared or name in shared}
            claims, gains = self._sides(each)
            brings = f", and would bring {gains} more partner{'' if gains == 1 else 's'} to it" if gains else ""
            sides = f"{_claims(claims[0])} with {a}, {_claims(claims[1])} with {b}"
            if each.is_merged:
                said = f"unsure whether {a} and {b} belong together, though they are merged: {sides}"
            elif each.is_torn:
                said = self._torn(each) + f": {sides}{brings}"
            else:
                said = f"unsure whether {b} belongs to the fact of {a}: {sides}{brings}"
            nearly = round(chance(each.mean), 3)
            order = (-gains, -sum(claims), abs(each.mean), a, b)
            found.append((order, Unsettled(a, b, tuple(told.values()), each.is_merged, claims, nearly, said)))
        return [each for _, each in sorted(found, key=itemgetter(0))]

    def _torn(self, each: Unsure) -> str:
        """What is torn, and between which facts."""
        linked = self._linked
        report = each.a if linked.torn.of(each.a) else each.b
        other = each.b if report == each.a else each.a
        rest = [at for at in linked.torn.of(report) if linked.group[at] != linked.group[other]]
        named = " or ".join(self._names[at] for at in rest)
        return (
            f"unsure whether {self._names[report]} belongs to the fact of {self._names[other]}, or to that of {named}, "
            "which rule each other out: it is counted with none"
        )

    def _sides(self, each: Unsure) -> tuple[tuple[int, int], int]:
        """How many claims stand on either side, with what tells the same; how many partners the smaller brings to the larger."""
        one, two = (self._linked.with_it(at) for at in (each.a, each.b))
        if each.is_merged:
            alone = each.a if each.reports[0] == 1 else each.b
            rest = one[one != alone]
            one, two = (np.array([alone]), rest) if alone == each.a else (rest, np.array([alone]))
        held = [self._with_repeats(side.tolist()) for side in (one, two)]
        partners = [{self.claims[name].partner for name in names} for names in held]
        return (len(held[0]), len(held[1])), len(partners[0] | partners[1]) - max(map(len, partners))

    def _with_repeats(self, numbers: Sequence[int]) -> list[ClaimId]:
        names = [self._names[number] for number in numbers]
        return [*names, *(again for name in names for again in self._repeats.get(name, ()))]

    def _wholes(self) -> list[Whole]:
        """Claims that tell of several facts at once, in order."""
        parts, found = self._linked.parts, []
        for number in np.unique(parts.whole).tolist():
            covered = {fact.id: fact for head in parts.of(number) for fact in self._facts[self._names[head]]}
            for fact in self._facts[self._names[number]]:
                rest = tuple(covered[name] for name in sorted(covered) if name != fact.id)
                found.append(Whole(self._names[number], fact, rest, reason(self._linked.events, parts, number)))
        return sorted(found, key=lambda whole: (whole.claim, whole.fact.id))


def _of_partners(found: Waterfall) -> Waterfall:
    """The same in the words of a picture, where a data set is a partner."""
    bars = (
        replace(bar, comparison=bar.comparison.replace(*_CALLED), level=bar.level.replace(*_CALLED))
        for bar in found.bars
    )
    return replace(found, bars=tuple(bars))


def _by_proposition(a: Claim, b: Claim, asked: Sequence[Condition], *, joined: bool) -> Grouping:
    """What became of two claims of which one at least is no single event."""
    missing = [each.aspect for each in asked if not each.holds]
    remarks = [claim.id for claim in (a, b) if is_remark(claim)]
    if remarks:
        said = f"{' and '.join(remarks)} speaks about claims, and goes with those that it speaks about"
    elif joined and missing:
        denials = [claim.id for claim in (a, b) if claim.modality.is_negation]
        said = f"{' and '.join(denials) or 'one'} is held against the fact that it contradicts"
    elif joined:
        said = "they share all that makes them one proposition, and fall into one slice of time"
    elif missing:
        said = f"they do not share {', '.join(missing)}"
    else:
        said = "they are of one proposition, but its slices of time are cut between them"
    return Grouping(joined, True, Rule.PROPOSITION, said)


def _claims(count: int) -> str:
    return f"{count:,} claim{'' if count == 1 else 's'}"
