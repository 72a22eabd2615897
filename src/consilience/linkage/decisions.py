"""Decisions: what analysts decided of pairs of claims, as linkage asks for it. One answer a pair, without contradiction."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from consilience.errors import UsageError
from consilience.model.decision import Answer, Decision


class ContradictionError(UsageError):
    """Decisions that cannot all hold: two claims kept apart that others make one.

    `chain` are the claims from the one to the other, each decided to be the same as the next.
    """

    def __init__(self, apart: Decision, chain: Sequence[str]) -> None:
        """Name the decision that parts, and the chain that unites."""
        self.chain = tuple(chain)
        super().__init__(
            f"decisions on {apart.a} and {apart.b}",
            f"{apart.answer.value}, and the same by {' = '.join(chain)}",
            "decisions that can all hold",
            "Take one of them back.",
        )


class Decisions:
    """The decisions that stand: of one pair the last that was told, and none that was taken back.

    Everything but which decision on a pair is the last is the same in whatever order they are told.
    """

    def __init__(self, told: Iterable[Decision] = ()) -> None:
        """Take them in the order in which they were made.

        Raises:
            ContradictionError: for decisions that cannot all hold, naming the first in order of their claims.
        """
        last = {decision.pair: decision for decision in told}
        self._standing = {pair: last[pair] for pair in sorted(last) if last[pair].answer is not Answer.OPEN}
        self._same: dict[str, set[str]] = defaultdict(set)
        self._of: dict[str, list[Decision]] = defaultdict(list)
        for (a, b), decision in self._standing.items():
            self._of[a].append(decision)
            self._of[b].append(decision)
            if decision.answer is Answer.SAME:
                self._same[a].add(b)
                self._same[b].add(a)
        for decision in self:
            chain = self._chain(*decision.pair) if decision.answer.parts else []
            if chain:
                raise ContradictionError(decision, chain)

    def __iter__(self) -> Iterator[Decision]:
        """Those that stand, in order of their claims."""
        return iter(self._standing.values())

    def __len__(self) -> int:
        """How many stand."""
        return len(self._standing)

    def on(self, a: str, b: str) -> Decision | None:
        """The decision on two claims, if one was made of just these."""
        return self._standing.get((a, b) if a <= b else (b, a)) if self._standing else None

    def of(self, claims: Iterable[str]) -> tuple[Decision, ...]:
        """The decisions that name one of some claims, in order."""
        if not self._standing:
            return ()
        return tuple(sorted({decision for name in claims for decision in self._of.get(name, ())}, key=_pair))

    def block(self, claim: str) -> frozenset[str]:
        """The claims that are decided to be of one fact with this one, and itself."""
        return frozenset(self._reached(claim))

    def keep_apart(self, claim: str, others: Iterable[str]) -> bool:
        """Whether a claim may not stand in a fact with some others: it, or what is one with it, is kept from one of them."""
        if not self._standing:
            return False
        barred = {
            decision.other(member)
            for member in self.block(claim)
            for decision in self._of.get(member, ())
            if decision.answer.parts
        }
        return bool(barred) and any(not barred.isdisjoint(self.block(other)) for other in others)

    def among(self, names: Mapping[str, str]) -> Decisions:
        """Those of which both claims are among the names, under their new names."""
        return Decisions(
            Decision.of((names[each.a], names[each.b]), each.answer, each.reason, each.by, each.at)
            for each in self
            if each.a in names and each.b in names
        )

    def numbered(self, ids: Sequence[str]) -> dict[tuple[int, int], str]:
        """The answers by the places of two claims in a list, the smaller place first."""
        if not self._standing:
            return {}
        place = {name: number for number, name in enumerate(ids)}
        return {
            (min(place[each.a], place[each.b]), max(place[each.a], place[each.b])): each.answer.value
            for each in self
            if each.a in place and each.b in place
        }

    def _chain(self, start: str, end: str) -> list[str]:
        """The shortest way between two claims over those that are decided to be the same; empty where there is none."""
        before = self._reached(start)
        if end not in before:
            return []
        chain = [end]
        while chain[-1] != start:
            chain.append(before[chain[-1]])
        return chain[::-1]

    def _reached(self, start: str) -> dict[str, str]:
        """The claims that are one with a claim, each with the one before it on the shortest way."""
        before, waiting = {start: start}, deque([start])
        while waiting:
            here = waiting.popleft()
            for there in sorted(self._same.get(here, ())):
                if there not in before:
                    before[there] = here
                    waiting.append(there)
        return before


def _pair(decision: Decision) -> tuple[str, str]:
    return decision.pair


NONE = Decisions()
"""No decisions: the evidence alone."""
