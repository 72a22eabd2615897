"""Custody: whether a thing stays here or may leave, and to whom. What is derived carries the join of what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from consilience.model.claim import Claim
from consilience.model.identity import PartnerId, digest
from consilience.model.marking import Label, join_all
from consilience.model.roster import Roster
from consilience.release.audience import audience


class Custody:
    """The labels of what a desk holds, by the digest of its claims."""

    def __init__(self, roster: Roster, clock: Callable[[], datetime], home: PartnerId) -> None:
        """Speak of a roster's partners, as of the time when it is asked, at the node of one of them."""
        self._roster = roster
        self._clock = clock
        self._home = home
        self._labels: dict[str, Label] = {}

    def add(self, cells: Mapping[str, str], label: Label) -> None:
        """Note the label of the claim with these cells; said twice, both labels hold."""
        name = digest(dict(cells))
        self._labels[name] = self._labels[name].join(label) if name in self._labels else label

    def label(self, claims: Iterable[Claim]) -> Label:
        """The join of the labels of some claims; a claim that is not known is for nobody."""
        return join_all(self._labels.get(claim.digest, Label()) for claim in claims)

    def words(self, claims: Iterable[Claim]) -> str:
        """`stays here`, or `leaves this node, to GBR`: for one claim, or for all that is derived from several."""
        return audience(self.label(claims), self._roster, self._clock(), self._home)
