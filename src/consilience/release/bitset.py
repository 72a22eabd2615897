"""Bitset: the decision of `release.policy` for many labels at once, on sets of bits over interned labels."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from consilience.model.identity import PartnerId
from consilience.model.marking import Label
from consilience.model.roster import Roster
from consilience.release.policy import PUBLIC, Context, Grant, Question, Standing, required, standing

Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
_T = TypeVar("_T", bound=Hashable)
_S = TypeVar("_S", bound=str)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ALWAYS, _NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max
_WORD = 64


@dataclass(frozen=True, slots=True)
class Passed:
    """What one partner may have, over n labels in the order in which the table was given them.

    Attributes:
        allowed: shape (n,): whether every rule but consent lets it pass.
        asks: shape (n,): whether the label asks somebody's consent for this partner.
    """

    allowed: Flags
    asks: Flags
    _sets: tuple[frozenset[PartnerId], ...]
    _set_of: Places

    @property
    def free(self) -> Flags:
        """Shape (n,): what may go without asking anybody."""
        return self.allowed & ~self.asks

    @property
    def conditional(self) -> Flags:
        """Shape (n,): what may go once there is consent for the object itself."""
        return self.allowed & self.asks

    def originators(self, place: int) -> frozenset[PartnerId]:
        """Whose consent the label at `place` asks for this partner."""
        return self._sets[int(self._set_of[place])]


class Table:
    """Labels as columns of bits and numbers, each distinct label once, ready to be asked for any partner and time."""

    def __init__(self, labels: Sequence[Label], roster: Roster) -> None:
        """Lay out `labels` (n of them, repeats welcome) for the partners of `roster`."""
        self.labels, self.ids = _interned(labels)
        self._roster = roster
        self._anybody = np.array([label.rel is None for label in self.labels], np.bool_)
        self._partners, self._rel = _bits([label.rel or frozenset() for label in self.labels])
        self._controls, self._needed = _bits([label.controls for label in self.labels])
        self._origs, self._orig_of = _interned([label.orig for label in self.labels])
        self._tlp = np.array([label.tlp for label in self.labels], np.int8)
        self._embargo = _times([label.embargo for label in self.labels], _ALWAYS)
        self._expiry = _times([label.expiry for label in self.labels], _NEVER)
        self._ranks = _ranks(self.labels)

    def permitted(self, partner: PartnerId, now: datetime) -> Passed:
        """What `partner` may have at `now`, of all labels that were given."""
        known = standing(partner, self._roster)
        passes = np.zeros(len(self.labels), np.bool_) if known is None else self._passes(known, now)
        sets = tuple(required(orig, partner) for orig in self._origs)
        asked = np.array([bool(each) for each in sets], np.bool_)
        set_of = self._orig_of[self.ids]
        return Passed(passes[self.ids], asked[set_of], sets, set_of)

    def may(self, question: Question, context: Context, objects: Sequence[str] = ()) -> Flags:
        """Shape (n,): the whole decision of `policy.may`, consents included.

        The roster is the table's own. `objects` are the digests of n objects, one beside each label; without them
        the question's object stands beside every label.
        """
        passed = self.permitted(question.partner, context.now)
        given = passed.free
        for place in map(int, np.flatnonzero(passed.conditional)):
            digest = objects[place] if objects else question.object
            asked = passed.originators(place)
            given[place] = {Grant(one, digest, question.partner, question.use) for one in asked} <= context.consents
        return given

    def _passes(self, known: Standing, now: datetime) -> Flags:
        """Shape (distinct labels,): every rule but consent."""
        instant = _microseconds(now)
        found = (self._tlp <= int(known.reach)) & (self._embargo <= instant) & (instant < self._expiry)
        found &= self._anybody if known.code == PUBLIC else self._anybody | _has(self._rel, self._partners, known.code)
        found &= _within(self._needed, _mask(self._controls, known.accredited))
        for policy, ranks in self._ranks.items():
            found &= ranks <= known.ranks.get(policy, _ALWAYS)
        return found


def _interned(items: Sequence[_T]) -> tuple[tuple[_T, ...], Places]:
    """The distinct items in order of first appearance, and for each item its place among them."""
    places: dict[_T, int] = {}
    of = np.array([places.setdefault(item, len(places)) for item in items], np.intp)
    return tuple(places), of


def _microseconds(when: datetime) -> int:
    """Since 1970, exactly: a float would round the boundary away."""
    return (when - _EPOCH) // _MICROSECOND


def _times(found: Sequence[datetime | None], absent: int) -> Numbers:
    return np.array([absent if when is None else _microseconds(when) for when in found], np.int64)


def _ranks(labels: Sequence[Label]) -> dict[str, Numbers]:
    """For each policy that a label names, the rank in every label; where it is absent, one that anybody may have."""
    found: dict[str, Numbers] = {}
    for place, label in enumerate(labels):
        for policy, rank in label.levels:
            if policy not in found:
                found[policy] = np.full(len(labels), _ALWAYS, np.int64)
            found[policy][place] = max(rank, int(found[policy][place]))
    return found


def _bits(sets: Sequence[frozenset[_S]]) -> tuple[dict[str, int], Words]:
    """The number of each member, and the sets as bits: shape (words, sets), member i is bit i % 64 of word i // 64."""
    distinct, of = _interned(sets)
    names: dict[str, int] = {}
    for members in distinct:
        for name in sorted(members):
            names.setdefault(name, len(names))
    words = np.zeros((_words(names), len(distinct)), np.uint64)
    for place, members in enumerate(distinct):
        words[:, place] = _mask(names, members)
    return names, words[:, of]


def _words(names: Mapping[str, int]) -> int:
    return -(-len(names) // _WORD)


def _mask(names: Mapping[str, int], members: Collection[str]) -> Words:
    """One set as bits, shape (words,); members without a number are in no label and left out."""
    bits = sum(1 << names[name] for name in members if name in names)
    return np.frombuffer(bits.to_bytes(_words(names) * _WORD // 8, "little"), "<u8").astype(np.uint64)


def _has(words: Words, names: Mapping[str, int], name: str) -> Flags:
    """Shape (sets,): whether each set holds `name`."""
    if name not in names:
        return np.zeros(words.shape[1], np.bool_)
    word, bit = divmod(names[name], _WORD)
    held: Words = words[word] & np.uint64(1 << bit)
    found: Flags = held != 0
    return found


def _within(words: Words, mask: Words) -> Flags:
    """Shape (sets,): whether each set holds nothing beyond the mask."""
    beyond: Words = words & ~mask[:, None]
    found: Flags = np.count_nonzero(beyond, axis=0) == 0
    return found
