"""Prove: a whole node checked from the bytes up, what is derived from it rebuilt and compared, and heads witnessed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from consilience.errors import ConsilienceError, UsageError
from consilience.ledger import audit as audits
from consilience.ledger import note as notes
from consilience.ledger.audit import Audit, Keys
from consilience.ledger.database import Database
from consilience.ledger.entry import MAIN, Entry
from consilience.ledger.note import COSIGNATURE, NoteKey
from consilience.ledger.witness import Witness
from consilience.model.entry import RosterEntry
from consilience.model.roster import Roster
from consilience.node import opening
from consilience.node.home import Home, HomeError
from consilience.node.node import Node
from consilience.release.index import DerivedError, remade
from consilience.trust.errors import KeyRetiredError, TrustError
from consilience.trust.statement import reread

NOTHING = "nothing that can be read"
"""In the place of a digest of what cannot be opened."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What is derived, as it was and as a rebuilding from the ledger alone made it: digests of both."""

    entries: int
    index_before: str
    index_after: str
    picture_before: str
    picture_after: str

    @property
    def is_same(self) -> bool:
        """Whether the rebuilding gave the same bytes."""
        return (self.index_before, self.picture_before) == (self.index_after, self.picture_after)


def audit(node: Node) -> Audit:
    """Check every entry, hash, head, cosignature and erasure of every log, against the heads kept beside the database.

    It asks nothing of what is derived, and of the ledger no more than is there: see `open_node`, unchecked.
    """
    try:
        roster = node.roster
    except ConsilienceError:  # it is gone, or does not verify: the audit says so entry by entry
        roster = None
    own = roster.member(node.partner) if roster else None
    ours = {key.public for key in own.keys} if own else set()
    # A ledger put back to before a rotation does not list the key that signed its newest heads.
    ours |= {node.home.keys.load(name).public for name in node.home.keys.all()}
    keys = Keys(tuple(sorted(ours)), tuple(witness_keys(roster)) if roster else ())
    return audits.audit(node.ledger, _Rosters(node).at, keys, node.home.heads())


def rebuild(node: Node) -> Rebuilt:
    """Read the ledger from its start into fresh tables, and compare them, and the picture, with what is in use.

    What is in use is then replaced, so that a damaged index is mended by it; one that cannot even be opened is
    taken away first.

    Raises:
        RolledBackError: the ledger is not the one that the home remembers.
    """
    opening.check(node.home, node.ledger)
    before, picture = _in_use(node)
    with tempfile.TemporaryDirectory(dir=node.home.folder) as folder:
        fresh = replace(node.home, derived=f"sqlite:///{Path(folder) / 'derived.db'}")
        after, again = _digests(node, fresh)
    if before == NOTHING:
        _take_away(node)
    elif before != after:
        with opening.index_of(node.home) as index:
            index.drop()
    if before != after:
        _digests(node, node.home)
    return Rebuilt(node.ledger.size(), before, after, picture, again)


def _digests(node: Node, home: Home) -> tuple[str, str]:
    """Of the index of a home, brought up to the ledger, and of the picture."""
    with opening.index_of(home) as index:
        used = Node(home, node.ledger, index, node.clock)
        used.catch_up()
        return index.digest(), used.desk().picture().digest


def _in_use(node: Node) -> tuple[str, str]:
    """As `_digests` of what is in use; `NOTHING` when it cannot be read."""
    try:
        return _digests(node, node.home)
    except DerivedError:
        return NOTHING, NOTHING


def _take_away(node: Node) -> None:
    """Remove derived tables that cannot be read: their file, when they have one of their own."""
    home = node.home
    if home.derived == home.database:
        database = Database.open(home.derived)
        try:
            remade(database)
        finally:
            database.close()
        return
    file = home.derived.removeprefix("sqlite:///")
    try:
        for end in ("", "-wal", "-shm", "-journal"):
            Path(file + end).unlink(missing_ok=True)
    except OSError as error:
        raise HomeError(file, error.strerror or str(error), "a file that can be replaced") from error


def cosign(node: Node, note: str, proof: Sequence[bytes]) -> str:
    """Our cosignature below another partner's head, once it is shown to extend what we saw before.

    Raises:
        UsageError: a head of a log that is no partner's of the roster.
        KeyRetiredError: a head signed by a key that no longer holds, which may be a thief's.
        LedgerError: see `Witness.cosign`; evidence of two histories is kept.
    """
    head = notes.checkpoint_of(notes.parse(note).text)
    origin, now = head.origin, node.clock()
    member = node.roster.member(origin.partition("/")[2].partition("/")[0])
    owners = {NoteKey(origin, key.public): key for key in member.keys} if member else {}
    signed = notes.signers(note, owners)
    for named in signed:
        if owners[named].holds_at(now):
            return Witness(node.witness_name, node.signer, node.ledger, node.clock).cosign(note, proof, named)
    if signed:
        key = owners[signed[0]]
        next_step = "Ask its partner for a head under its present key, and whether the old one is in other hands."
        found = f"a head signed with key {key.id}, which held from {key.since} until {key.until}"
        raise KeyRetiredError(f"checkpoint of {origin}", found, "a key that holds today", next_step)
    raise UsageError(
        f"checkpoint of {origin}", "no signature by a key on the roster", "a head that a partner signed",
        "Add the partner with its key: consilience partner add CODE --key KEY",
    )  # fmt: skip


def witness_keys(roster: Roster) -> list[NoteKey]:
    """The keys under which the roster's partners cosign."""
    return [
        NoteKey(f"witness/{member.code}", key.public, COSIGNATURE) for member in roster.members for key in member.keys
    ]


class _Rosters:
    """The roster in force at each entry: of the main log by its place there, of another log by the time of recording."""

    def __init__(self, node: Node) -> None:
        self._versions: list[tuple[Entry, Roster]] = []
        for entry in node.ledger.entries(kinds=frozenset({"roster"})):
            with suppress(TrustError):  # one that cannot be read does not verify either, and is named
                content = reread(entry.envelope or b"").content
                if isinstance(content, RosterEntry):
                    self._versions.append((entry, content.roster))

    def at(self, entry: Entry) -> Roster:
        """The newest version recorded before the entry; for the first version itself, that one."""
        if not self._versions:
            return Roster(0, entry.recorded_at, frozenset(), 1, ())
        found = self._versions[0][1]
        for version, roster in self._versions:
            earlier = version.index < entry.index if entry.log == MAIN else version.recorded_at <= entry.recorded_at
            if not earlier:
                break
            found = roster
        return found
