"""Marking and Label: who may have a thing, as its owner wrote it and as the release lattice computes with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import reduce

from consilience.model.identity import PartnerId


@dataclass(frozen=True, slots=True)
class Marking:
    """A marking as the partner wrote it (`TLP:CLEAR`, `REL TO UKR, GBR, USA`), kept to the letter."""

    text: str = ""

    @property
    def shown(self) -> str:
        """What a page prints: the marking, or that there is none and only the owner may have it."""
        return self.text or "unmarked: owner only"


class Tlp(IntEnum):
    """Traffic Light Protocol 2.0 (FIRST), from the widest circle to the narrowest."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def text(self) -> str:
        """As the standard writes it: `TLP:AMBER+STRICT`."""
        return "TLP:" + self.name.replace("_", "+")


class Pap(IntEnum):
    """Permissible Actions Protocol: what a receiver may do with it. Carried, never decided on."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    RED = 3


@dataclass(frozen=True, slots=True)
class Label:
    """One element of the release lattice. `join` is componentwise, so a join is never wider than its parts.

    A label holds codes of partners, not of groups: groups are resolved against the roster when a thing is
    marked, and who joins a group later gains nothing.

    Attributes:
        levels: the classification, as (policy, rank) pairs in order of policy; a join keeps each policy's highest.
        rel: the partners who may have it; None is anybody at all.
        controls: what a receiver must be accredited for.
        tlp: the Traffic Light Protocol's circle.
        pap: the Permissible Actions Protocol's limit.
        orig: the originators whose consent each release needs (ORCON).
        embargo: nobody before this; None is no embargo.
        expiry: nobody from this on; None is no end.
    """

    levels: tuple[tuple[str, int], ...] = ()
    rel: frozenset[PartnerId] | None = frozenset()
    controls: frozenset[str] = frozenset()
    tlp: Tlp = Tlp.CLEAR
    pap: Pap = Pap.CLEAR
    orig: frozenset[PartnerId] = frozenset()
    embargo: datetime | None = None
    expiry: datetime | None = None

    def join(self, other: Label) -> Label:
        """The least label that restricts at least as much as both."""
        return Label(
            levels=_highest(self.levels, other.levels),
            rel=_both(self.rel, other.rel),
            controls=self.controls | other.controls,
            tlp=max(self.tlp, other.tlp),
            pap=max(self.pap, other.pap),
            orig=self.orig | other.orig,
            embargo=max(filter(None, (self.embargo, other.embargo)), default=None),
            expiry=min(filter(None, (self.expiry, other.expiry)), default=None),
        )

    def dominates(self, other: Label) -> bool:
        """Whether this restricts at least as much as `other`."""
        return self.join(other) == self

    @property
    def is_open(self) -> bool:
        """Whether anybody at all may have it, always."""
        return self == OPEN


OPEN = Label(rel=None)
"""The least label: no restriction. The neutral element of `join`."""


def join_all(labels: Iterable[Label]) -> Label:
    """The join of several labels; of none, `OPEN`."""
    return reduce(Label.join, labels, OPEN)


def _highest(a: tuple[tuple[str, int], ...], b: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """The higher rank of each policy."""
    if a == b or not b:
        return a
    ranks = dict(a)
    for policy, rank in b:
        ranks[policy] = max(rank, ranks.get(policy, rank))
    return tuple(sorted(ranks.items()))


def _both(a: frozenset[PartnerId] | None, b: frozenset[PartnerId] | None) -> frozenset[PartnerId] | None:
    """The partners in both; None is everybody."""
    if a is None:
        return b
    return a if b is None else a & b
