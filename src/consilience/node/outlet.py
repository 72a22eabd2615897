"""Outlet: each partner's log as a collection of STIX objects, brought up to the log whenever the partner asks.

A collection is a pure function of the log behind it: which objects, in which order, and when each was added. What is
in no log for a partner is in no collection of its: there is nothing to filter.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path

from consilience.exchange.stix.extension import definitions
from consilience.exchange.stix.naming import incident_id
from consilience.exchange.stix.thing import StixObject
from consilience.exchange.stix.write import Writer, report
from consilience.exchange.taxii.arrival import Arrival, arrival
from consilience.exchange.taxii.resource import ApiRoot, Collection, Discovery
from consilience.exchange.taxii.store import Store
from consilience.ledger.entry import Entry
from consilience.model.entry import ClaimEntry, Remarking, Statement
from consilience.model.identity import PartnerId
from consilience.model.marking import Label, join_all
from consilience.node.giving import log_of
from consilience.node.home import write_whole
from consilience.node.node import Node
from consilience.trust.statement import reread

ROOT = "node"
"""The API root under which partners' collections stand."""

GIVEN, INBOX = "given", "inbox"
"""The aliases of a partner's two collections: what we gave it, and what it gives us."""

_NAMESPACE = uuid.UUID("9d1c7c0e-52a7-5b1f-8d4f-6f7f0a4f2c11")
_MILLISECOND = timedelta(milliseconds=1)
_PAGE = 500  # entries turned into objects at a time
_CLAIMS = frozenset({"claim"})


@dataclass(frozen=True, slots=True)
class _Place:
    """Up to where a log has been turned into objects, and when the last of them was added."""

    entries: int
    added: datetime | None


class Outlet:
    """The collections of one node's partners in a store."""

    def __init__(self, node: Node, store: Store) -> None:
        """Keep `store` up to the logs of `node`; whoever calls lets one at a time refresh a partner's."""
        self._node = node
        self._store = store
        self._places: dict[PartnerId, _Place] = {}
        store.put_discovery(Discovery(f"Node of {node.partner}", default=ROOT))
        store.put_root(ApiRoot(ROOT, f"{node.partner}: what each partner was given, and what it gives"))

    def given(self, partner: PartnerId) -> str:
        """The id of the collection of what a partner was given."""
        return self._id(partner, GIVEN)

    def inbox(self, partner: PartnerId) -> str:
        """The id of the collection that a partner may add to."""
        return self._id(partner, INBOX)

    def open(self, partner: PartnerId) -> None:
        """Make the two collections of a partner, where they are not there yet."""
        us = self._node.partner
        self._store.put_collection(Collection(self.given(partner), ROOT, f"What {us} gave {partner}", alias=GIVEN))
        self._store.put_collection(Collection(self.inbox(partner), ROOT, f"What {partner} gives {us}", alias=INBOX))

    def refresh(self, partner: PartnerId) -> int:
        """Bring the collection of a partner up to its log; how many objects came to it."""
        size, log = self._node.ledger.size(log_of(partner)), log_of(partner)
        place = self._places.get(partner)
        if place is None:
            self.open(partner)
            place = self._kept(partner)
            if not self._store.position(self.given(partner)).count:
                place = _Place(0, None)  # the store is another than the one that was filled
        new = 0
        while place.entries < size:
            page = list(_first(self._node.ledger.entries(log, since=place.entries), _PAGE))
            last = page[-1].index + 1
            arrivals = list(self._stamped(self._objects(partner, page), place.added))
            outcomes = self._store.add(self.given(partner), arrivals)
            new += sum(outcome.kind == "added" for outcome in outcomes)
            place = _Place(last, arrivals[-1].added if arrivals else place.added)
            self._keep(partner, place)
        self._places[partner] = place
        return new

    def _objects(self, partner: PartnerId, page: Sequence[Entry]) -> Iterator[tuple[StixObject, datetime]]:
        """What some entries of a log show, each with when it was recorded; a report closes each release."""
        writer = Writer()
        named = _Named(self._node, log_of(partner))
        if page[0].index == 0:
            for thing in definitions():
                yield thing, page[0].recorded_at
        for recorded, group in groupby(page, key=lambda entry: entry.recorded_at):
            refs: list[str] = []
            for entry in group:
                if entry.envelope is None or entry.digest is None:
                    continue
                statement = reread(entry.envelope)
                look = partial(named.before, entry.index), partial(named.raised, entry.index)
                for thing in writer.objects(statement, entry.digest, named.statement, *look):
                    yield thing, recorded
                if isinstance(statement.content, ClaimEntry):
                    refs.append(incident_id(entry.digest))
            if refs:
                yield report(self._node.partner, recorded, refs, f"release to {partner}"), recorded

    @staticmethod
    def _stamped(objects: Iterator[tuple[StixObject, datetime]], last: datetime | None) -> Iterator[Arrival]:
        """Objects as they are added: no two at one moment, each at a whole millisecond after the one before."""
        for thing, recorded in objects:
            at = recorded.replace(microsecond=recorded.microsecond // 1000 * 1000)
            last = at if last is None or at > last else last + _MILLISECOND
            made = arrival(json.loads(thing.body))
            if isinstance(made, Arrival):
                yield Arrival(
                    thing.body, made.id, made.type, made.version, made.spec_version, made.media_type, made.content,
                    made.said, last,
                )  # fmt: skip

    def _id(self, partner: PartnerId, what: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{self._node.home.origin}/{what}/{partner}"))

    def _file(self, partner: PartnerId) -> Path:
        return self._node.home.folder / "outlet" / f"{partner}.json"

    def _kept(self, partner: PartnerId) -> _Place:
        """Where the last process came to; from the start when that is not known, which costs time and nothing else."""
        try:
            value = json.loads(self._file(partner).read_text(encoding="utf-8"))
            added = datetime.fromisoformat(value["added"]) if value["added"] else None
            return _Place(int(value["entries"]), added)
        except (OSError, ValueError, TypeError, KeyError):
            return _Place(0, None)

    def _keep(self, partner: PartnerId, place: _Place) -> None:
        file = self._file(partner)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        said = {"entries": place.entries, "added": place.added.isoformat() if place.added else None}
        write_whole(file, json.dumps(said).encode())


class _Named:
    """Claims of one log by digest and by id, and what raised them; read once, and only when a later entry asks."""

    def __init__(self, node: Node, log: str) -> None:
        self._node, self._log = node, log

    def statement(self, digest: str) -> Statement | None:
        """The claim of a digest."""
        found = self._claims.get(digest)
        return found[1] if found else None

    def before(self, index: int, name: str) -> str | None:
        """The digest of the claim with an id, of those that stand before an index."""
        return next(
            (digest for digest, (at, said) in self._claims.items() if at < index and said.claim_id == name), None
        )

    def raised(self, index: int, digest: str) -> Label:
        """The join of the labels that the entries before an index gave an object."""
        return join_all(label for at, name, label in self._raised if at < index and name == digest)

    @cached_property
    def _claims(self) -> dict[str, tuple[int, Statement]]:
        entries = self._node.ledger.entries(self._log, kinds=_CLAIMS)
        return {
            entry.digest: (entry.index, reread(entry.envelope)) for entry in entries if entry.digest and entry.envelope
        }

    @cached_property
    def _raised(self) -> list[tuple[int, str, Label]]:
        found = []
        for entry in self._node.ledger.entries(self._log, kinds=frozenset({"remarking"})):
            content = reread(entry.envelope).content if entry.envelope else None
            if isinstance(content, Remarking):
                found.append((entry.index, content.object, content.label))
        return found


def _first(entries: Iterator[Entry], most: int) -> Iterator[Entry]:
    """Some entries, and the rest of the release that the last of them belongs to: a report names all of it."""
    taken: list[Entry] = []
    for entry in entries:
        if len(taken) >= most and entry.recorded_at != taken[-1].recorded_at:
            return
        taken.append(entry)
        yield entry
