"""Outbox: what would go to an audience now, and what it has had, worked out once until something changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from consilience.desk import Desk
from consilience.model.entry import ClaimEntry
from consilience.model.identity import PartnerId
from consilience.node.disclosed import Had, disclosed
from consilience.node.giving import log_of
from consilience.node.node import Node, seen
from consilience.release.decision import Audience, Cells, Decision, Given, Judge
from consilience.release.policy import Refusal
from consilience.release.redact import TOGETHER
from consilience.settings import Settings
from consilience.trust.statement import reread

_KEPT = 32  # decisions and records that are remembered


@dataclass(frozen=True, slots=True)
class Record:
    """What one partner has had: its rows, oldest first, and to the letter the cells of each claim among them."""

    partner: PartnerId
    rows: tuple[Had, ...]
    cells: dict[Cells, Had]

    @property
    def last(self) -> datetime | None:
        """When something last went to it."""
        return self.rows[-1].at if self.rows else None

    @property
    def claims(self) -> int:
        """How many claims it has had; a retraction is none."""
        return len(self.cells)


@dataclass(frozen=True)
class Offer:
    """A decision beside what its audience has had."""

    decision: Decision
    records: tuple[Record, ...]

    @cached_property
    def whole(self) -> tuple[Given, ...]:
        """What would go to the letter."""
        return tuple(given for given in self.decision.given if given.is_whole)

    @cached_property
    def part(self) -> tuple[Given, ...]:
        """What would go in part."""
        return tuple(given for given in self.decision.given if not given.is_whole)

    @cached_property
    def new(self) -> int:
        """How many of them at least one of the audience has not had as they would go now."""
        return sum(self.had(given) is None for given in self.decision.given)

    def had(self, given: Given) -> Had | None:
        """When the audience had it so; None when one of it did not."""
        found = [record.cells.get(given.cells) for record in self.records]
        return max((row for row in found if row), key=lambda row: row.at) if all(found) and found else None

    @cached_property
    def told(self) -> frozenset[str]:
        """The ids of claims of which any of the audience has had something."""
        return frozenset(row.claim for record in self.records for row in record.rows)

    @cached_property
    def staying(self) -> frozenset[str]:
        """The ids of which nothing would go now."""
        return frozenset(kept.held.name for kept in self.decision.withheld) - {
            given.held.name for given in self.decision.given
        }

    @cached_property
    def untold(self) -> frozenset[str]:
        """The ids of claims that were withdrawn here after the audience had them, which it was not told."""
        decided = [item.held for item in self.decision.given] + [item.held for item in self.decision.withheld]
        standing = {row.claim for record in self.records for row in record.rows if row.state == "stands"}
        return frozenset(held.name for held in decided if held.retracted and held.name in standing)

    @property
    def last(self) -> datetime | None:
        """When something last went to any of the audience."""
        return max((record.last for record in self.records if record.last), default=None)


@dataclass(frozen=True, slots=True)
class Cut:
    """Columns of a claim that do not go, and why. Without a refusal they go, with names replaced that are not given."""

    columns: tuple[str, ...]
    why: tuple[Refusal, ...]


class Outbox:
    """Asks one node; who calls has the node's turn."""

    def __init__(self, node: Node) -> None:
        """Nothing is asked yet."""
        self._node = node
        self._decide: Callable[..., Decision] = lru_cache(maxsize=_KEPT)(self._decision)
        self._lay: Callable[..., Desk] = lru_cache(maxsize=_KEPT)(self._desk)
        self._tell: Callable[..., Record] = lru_cache(maxsize=_KEPT)(self._record)

    def offer(self, audience: Audience) -> Offer:
        """What would go to an audience now."""
        return Offer(self.decision(audience), tuple(self.record(partner) for partner in audience.partners))

    def decision(self, audience: Audience) -> Decision:
        """The decision; asked anew when the ledger grew, or time opened or closed a label or ended a consent."""
        return self._decide(audience, *self._state(audience))

    def desk(self, audience: Audience, settings: Settings) -> Desk:
        """The desk over what the decision gives, and nothing else."""
        return self._lay(audience, settings, *self._state(audience))

    def _state(self, audience: Audience) -> tuple[object, ...]:
        """All that a decision depends on but the words in which it tells the time."""
        permitted = self._node.permitted(audience)
        consents = self._node.context(audience.use).consents
        return permitted.free, permitted.conditional, consents, self._node.ledger.size()

    def _decision(self, audience: Audience, *_: object) -> Decision:
        return self._node.decision(audience)

    def _desk(self, audience: Audience, settings: Settings, *state: object) -> Desk:
        return seen(self._decide(audience, *state), self._node.places, settings)

    def record(self, partner: PartnerId) -> Record:
        """What a partner has had."""
        return self._tell(partner, self._node.ledger.size(log_of(partner)))

    def _record(self, partner: PartnerId, _: int) -> Record:
        rows = tuple(disclosed(self._node, partner))
        by_index = {row.index: row for row in rows}
        cells: dict[Cells, Had] = {}
        for entry in self._node.ledger.entries(log_of(partner), kinds=frozenset({"claim"})):
            content = reread(entry.envelope).content if entry.envelope else None
            if isinstance(content, ClaimEntry) and entry.index in by_index:
                cells[content.cells] = by_index[entry.index]
        return Record(partner, rows, cells)

    def cuts(self, audience: Audience, given: Given) -> tuple[Cut, ...]:
        """What does not go of a claim that goes in part, by the rules that cut it."""
        envelope = self._node.ledger.entry(given.held.seq).envelope
        content = reread(envelope).content if envelope else None
        if not isinstance(content, ClaimEntry):
            return ()
        left = dict(given.cells)
        changed = [name for name, text in content.cells if left.get(name) != text]
        labels = self._node.index.labels()
        judge = Judge(audience, self._node.context(audience.use), labels)
        cuts: dict[tuple[Refusal, ...], list[str]] = {}
        for portion in content.portions:
            why = judge.refusals(labels[given.held.base].join(portion.label), given.held.digest)
            if why:
                named = _together(portion.columns)
                cuts.setdefault(why, []).extend(name for name in changed if name in named)
        told = {name for names in cuts.values() for name in names}
        replaced = [name for name in changed if name not in told]
        found = [Cut(tuple(dict.fromkeys(names)), why) for why, names in cuts.items() if names]
        return (*found, Cut(tuple(replaced), ())) if replaced else tuple(found)


def _together(columns: tuple[str, ...]) -> frozenset[str]:
    """The columns with those that are cut with them."""
    return frozenset(columns).union(*(group for group in TOGETHER if group & set(columns)))
