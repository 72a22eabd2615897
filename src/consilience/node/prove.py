"""Prove: a whole node checked from the bytes up, what is derived from it rebuilt and compared, and heads witnessed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consilience.errors import UsageError
from consilience.ledger import audit as audits
from consilience.ledger import note as notes
from consilience.ledger.audit import Audit, Keys
from consilience.ledger.database import Database
from consilience.ledger.entry import MAIN, Entry
from consilience.ledger.note import COSIGNATURE, NoteKey
from consilience.ledger.witness import Witness
from consilience.model.entry import RosterEntry
from consilience.model.roster import Roster
from consilience.node.node import Node
from consilience.release.index import Index
from consilience.trust.statement import reread


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
    """Check every entry, hash, head, cosignature and erasure of every log, against the heads kept beside the database."""
    rosters = _Rosters(node)
    own = node.roster.member(node.partner)
    keys = Keys(tuple(key.public for key in own.keys) if own else (), tuple(witness_keys(node.roster)))
    heads = [head for log in _known_logs(node) if (head := node.home.head(log))]
    return audits.audit(node.ledger, rosters.at, keys, heads)


def rebuild(node: Node) -> Rebuilt:
    """Read the ledger from its start into fresh tables, and compare them, and the picture, with what is in use.

    What is in use is then replaced, so that a damaged index is mended by it.
    """
    node.catch_up()
    before, picture = node.index.digest(), node.desk().picture().digest
    with tempfile.TemporaryDirectory(dir=node.home.folder) as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'derived.db'}")
        try:
            fresh = Index(database)
            fresh.catch_up(node.said, node.ledger.size())
            after = fresh.digest()
            again = Node(node.home, node.ledger, fresh, node.clock).desk().picture().digest
        finally:
            database.close()
    if before != after:
        node.index.drop()
        node.catch_up()
    return Rebuilt(node.ledger.size(), before, after, picture, again)


def cosign(node: Node, note: str, proof: Sequence[bytes]) -> str:
    """Our cosignature below another partner's head, once it is shown to extend what we saw before.

    Raises:
        UsageError: a head of a log that is no partner's of the roster.
        LedgerError: see `Witness.cosign`; evidence of two histories is kept.
    """
    head = notes.checkpoint_of(notes.parse(note).text)
    for member in node.roster.members:
        for key in member.keys:
            named = NoteKey(head.origin, key.public)
            if head.origin.split("/")[1:2] == [member.code] and any(
                signature.id == named.id for signature in notes.parse(note).signatures
            ):
                return Witness(node.witness_name, node.signer, node.ledger, node.clock).cosign(note, proof, named)
    raise UsageError(
        f"checkpoint of {head.origin}", "no signature by a key on the roster", "a head that a partner signed",
        "Add the partner with its key: consilience partner add CODE --key HEX",
    )  # fmt: skip


def witness_keys(roster: Roster) -> list[NoteKey]:
    """The keys under which the roster's partners cosign."""
    return [
        NoteKey(f"witness/{member.code}", key.public, COSIGNATURE) for member in roster.members for key in member.keys
    ]


def _known_logs(node: Node) -> list[str]:
    """The logs of the ledger, and those of the roster's partners, which a rolled-back ledger may have lost."""
    return sorted({MAIN, *node.ledger.logs(), *(f"to/{member.code}" for member in node.roster.members), "to/PUBLIC"})


class _Rosters:
    """The roster in force at each entry: of the main log by its place there, of another log by the time of recording."""

    def __init__(self, node: Node) -> None:
        self._versions: list[tuple[Entry, Roster]] = []
        for entry in node.ledger.entries(kinds=frozenset({"roster"})):
            content = reread(entry.envelope or b"").content
            if isinstance(content, RosterEntry):
                self._versions.append((entry, content.roster))

    def at(self, entry: Entry) -> Roster:
        """The newest version recorded before the entry; for the first version itself, that one."""
        found = self._versions[0][1]
        for version, roster in self._versions:
            earlier = version.index < entry.index if entry.log == MAIN else version.recorded_at <= entry.recorded_at
            if not earlier:
                break
            found = roster
        return found
