"""Audit: everything in a ledger checked again from the bytes up, and each thing that is wrong named and said aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from consilience.errors import ConsilienceError
from consilience.ledger import note as notes
from consilience.ledger import tree
from consilience.ledger.entries import Ledger
from consilience.ledger.entry import Entry
from consilience.ledger.errors import LedgerError
from consilience.ledger.note import Checkpoint, NoteKey
from consilience.ledger.problem import (
    BrokenTile,
    ForgedCheckpoint,
    Problem,
    ReorderedEntries,
    RewrittenLog,
    RolledBack,
    TamperedEntry,
    TruncatedLog,
    UnexplainedGap,
    UnsignedEntries,
)
from consilience.ledger.tiles import WIDTH, Frontier, Tile
from consilience.model.entry import RosterEntry, Tombstone
from consilience.model.roster import Roster
from consilience.trust.errors import NotFoundingError
from consilience.trust.payload import kind_of
from consilience.trust.roster import fingerprint
from consilience.trust.verify import Verified, verify, verify_founding

RosterAt = Callable[[Entry], Roster]
"""The roster that an entry is checked against: the one in force when it was recorded, before the entry itself."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit came to: `findings` say what was checked, `problems` name what is wrong."""

    findings: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Keys:
    """What an audit trusts: the public keys that the node signed heads with, old ones too, and its witnesses' keys."""

    own: tuple[bytes, ...]
    witnesses: tuple[NoteKey, ...] = ()

    def of(self, origin: str) -> tuple[NoteKey, ...]:
        """The node's keys under the name of a log."""
        return tuple(NoteKey(origin, public) for public in self.own)


@dataclass(slots=True)
class _Walk:
    """One log as far as it has been read: `signed` holds when each entry was recorded, under which roster."""

    ledger: Ledger
    log: str
    keys: Keys
    problems: list[Problem] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)
    signed: list[tuple[datetime, Roster]] = field(default_factory=list)
    heads: int = 0
    cosignatures: int = 0
    size: int = 0  # of the newest head

    def add(self, kind: type[Problem], sentence: str) -> None:
        """Name something wrong."""
        self.problems.append(kind(self.log, sentence))


def audit(ledger: Ledger, roster_at: RosterAt, keys: Keys, heads: Sequence[str] = ()) -> Audit:
    """Check a whole ledger: every signature, hash, tile, head, cosignature and erasure, of every log.

    Args:
        ledger: the ledger; nobody appends to it meanwhile.
        roster_at: gives the roster to check an entry against. For a roster it is the version before; for the first
            version, that version itself.
        keys: what is trusted.
        heads: the newest signed heads kept outside of the database. Only these can show that a whole database was
            put back to an earlier state.
    """
    walks, tombstones = [], dict[tuple[str, int], str]()
    outside, strangers = _outside(ledger, keys, heads)
    for log in sorted({*ledger.logs(), *(log for log, _ in outside)}):
        walk = _Walk(ledger, log, keys)
        for entry in ledger.entries(log):
            if entry.index != len(walk.leaves):
                walk.add(TruncatedLog, f"entry {len(walk.leaves)} is not there, and entry {entry.index} is")
                break
            _check_entry(walk, entry, roster_at, tombstones)
        _check_heads(walk, [head for name, head in outside if name == log])
        walks.append(walk)
    for walk in walks:
        _check_erased(walk, tombstones)
    problems = tuple(problem for walk in walks for problem in walk.problems)
    return Audit(tuple(_finding(walk) for walk in walks), (*strangers, *problems))


def _outside(
    ledger: Ledger, keys: Keys, heads: Iterable[str]
) -> tuple[list[tuple[str, Checkpoint]], tuple[Problem, ...]]:
    """The heads from outside that are the node's own, by log; and what is wrong with the others."""
    found: list[tuple[str, Checkpoint]] = []
    problems: list[Problem] = []
    for note in heads:
        try:
            origin = notes.checkpoint_of(notes.parse(note).text).origin
            log = ledger.log_of(origin)
            found.append((log, notes.verified(note, keys.of(origin))))
        except LedgerError as wrong:
            problems.append(ForgedCheckpoint("head from outside", wrong.message))
    return found, tuple(problems)


# --- Entries ----------------------------------------------------------------------------------------------------------


def _check_entry(walk: _Walk, entry: Entry, roster_at: RosterAt, tombstones: dict[tuple[str, int], str]) -> None:
    """Check one entry by itself, and take its leaf."""
    where, roster = f"entry {entry.index}", roster_at(entry)
    walk.signed.append((entry.recorded_at, roster))
    if entry.envelope is None or entry.salt is None:
        walk.erased.append(entry.index)
        walk.leaves.append(entry.leaf)
        return
    leaf = tree.leaf_hash(entry.salt, entry.envelope)
    walk.leaves.append(leaf)
    if leaf != entry.leaf:
        walk.add(TamperedEntry, f"{where} does not hash to its leaf")
    try:
        verified = _verified(entry, entry.envelope, roster)
    except ConsilienceError as wrong:
        walk.add(TamperedEntry, f"{where} does not verify: {wrong.message}")
        return
    said = verified.statement
    if (kind_of(said.content), said.issuer, verified.digest) != (entry.kind, entry.issuer, entry.digest):
        walk.add(
            TamperedEntry, f"{where} is filed as a {entry.kind} of {entry.issuer}, and its envelope says otherwise"
        )
    if isinstance(said.content, Tombstone):
        tombstones[said.content.log, said.content.index] = said.content.leaf


def _verified(entry: Entry, envelope: bytes, roster: Roster) -> Verified:
    """Verify an envelope again. That its key held on arrival was checked then: here it need only have held at issue.

    What a partner's own log vouched for may be older than the key's end, and what is released may be old.
    """
    if entry.kind == "roster" and roster.version == 1:
        founding = _founding(envelope, roster)
        if founding is not None:
            return founding
    return verify(envelope, roster)


def _founding(envelope: bytes, roster: Roster) -> Verified | None:
    """The first roster, vouched for by `roster` being the same; None when the envelope holds a later one."""
    try:
        verified = verify_founding(envelope, fingerprint(roster))
    except NotFoundingError:
        return None
    return verified if isinstance(verified.statement.content, RosterEntry) else None


def _check_erased(walk: _Walk, tombstones: dict[tuple[str, int], str]) -> None:
    """Every erased entry is explained by a tombstone, and every tombstone was carried out."""
    erased = set(walk.erased)
    for index in walk.erased:
        if tombstones.get((walk.log, index)) != walk.leaves[index].hex():
            walk.add(UnexplainedGap, f"entry {index} is erased, and no tombstone names it")
    for log, index in tombstones:
        if log == walk.log and index not in erased:
            walk.add(UnexplainedGap, f"entry {index} is named by a tombstone, and is not erased")


# --- Heads and tiles --------------------------------------------------------------------------------------------------


def _check_heads(walk: _Walk, outside: Sequence[Checkpoint]) -> None:
    """Check every head against the entries, then the tiles against the head that they must hash to."""
    heads = [head for size, note in walk.ledger.checkpoints(walk.log) if (head := _head(walk, size, note))]
    walk.size = max((head.size for head in heads), default=0)
    count = len(walk.leaves)
    if walk.size > count:
        walk.add(TruncatedLog, f"{walk.size} entries were signed, and {count} are there")
    if walk.size < count:
        walk.add(UnsignedEntries, f"{count} entries are there, and the newest head is of {walk.size}")
    wanted = {head.size for head in (*heads, *outside) if head.size <= count}
    roots = dict(_roots(walk.leaves, wanted))
    differing = [head for head in heads if head.size in roots and roots[head.size] != head.root]
    if differing:
        first = min(head.size for head in differing)
        walk.add(RewrittenLog, f"the entries do not hash to the head that was signed at size {first}")
    for head in outside:
        if head.size > count:
            walk.add(RolledBack, f"a head of size {head.size} was signed before, and {count} entries are there")
        elif roots[head.size] != head.root:
            walk.add(RolledBack, f"another history was signed before, at size {head.size}")
    _check_tiles(walk, next((head for head in heads if head.size == walk.size), None), bool(differing))


def _head(walk: _Walk, size: int, note: str) -> Checkpoint | None:
    """One stored head, if it is the node's own."""
    origin = walk.ledger.origin_of(walk.log)
    walk.heads += 1
    head = None
    try:
        head = notes.verified(note, walk.keys.of(origin))
        _check_ended(walk, size, notes.signers(note, walk.keys.of(origin)))
        walk.cosignatures += len(notes.cosignatures(note, walk.keys.witnesses))
    except LedgerError as wrong:
        walk.add(ForgedCheckpoint, f"the head at size {size}: {wrong.message}")
    if head is not None and head.size != size:
        walk.add(ForgedCheckpoint, f"the head at size {size} says size {head.size}")
        return None
    return head


def _check_ended(walk: _Walk, size: int, signers: Sequence[NoteKey]) -> None:
    """Name a head that was signed when its key had ended: with its last entry, under the roster before that entry."""
    if not 0 < size <= len(walk.signed):
        return
    when, roster = walk.signed[size - 1]
    ends = {key.public: key.until for member in roster.members for key in member.keys}
    for signer in signers:
        until = ends.get(signer.public)
        if until is not None and until <= when:
            walk.add(ForgedCheckpoint, f"the head at size {size}: signed at {when} with a key that ended at {until}")


def _roots(leaves: Iterable[bytes], sizes: set[int]) -> Iterable[tuple[int, bytes]]:
    """The roots at some sizes, by folding leaves one by one: on purpose not by way of tiles."""
    peaks: list[tuple[int, bytes]] = []
    if 0 in sizes:
        yield 0, tree.EMPTY_ROOT
    for size, leaf in enumerate(leaves, 1):
        level, grown = 0, leaf
        while peaks and peaks[-1][0] == level:
            grown = tree.node_hash(peaks.pop()[1], grown)
            level += 1
        peaks.append((level, grown))
        if size in sizes:
            root = peaks[-1][1]
            for _, left in reversed(peaks[:-1]):
                root = tree.node_hash(left, root)
            yield size, root


def _check_tiles(walk: _Walk, head: Checkpoint | None, entries_differ: bool) -> None:
    """Compare the leaves' tiles with the entries, and say which of the two the head speaks for; then the upper tiles."""
    stored = {(tile.level, tile.number): tile for tile in walk.ledger.tiles(walk.log)}
    kept = b"".join(tile.hashes for spot, tile in sorted(stored.items()) if spot[0] == 0)
    told = [kept[at : at + tree.SIZE] for at in range(0, len(kept), tree.SIZE)]
    upper = Frontier().extended(told)[1]
    expected = {(tile.level, tile.number): tile for tile in upper}
    for spot in sorted(expected.keys() | stored.keys()):
        if stored.get(spot) != expected.get(spot):
            walk.add(BrokenTile, f"tile {_path(spot, stored.get(spot))} does not hold what the tiles below it hash to")
    if told == walk.leaves:
        return
    if head is not None and not entries_differ:
        wrong = [number for number in range(-(-len(walk.leaves) // WIDTH)) if not _same(walk.leaves, told, number)]
        for number in wrong or [0]:
            walk.add(BrokenTile, f"tile {_path((0, number), None)} does not hold the leaves that were signed")
        return
    _name_changed(walk, told)


def _name_changed(walk: _Walk, told: list[bytes]) -> None:
    """Say of each entry that is not what its tile holds whether it was moved or replaced."""
    known = {leaf: index for index, leaf in enumerate(told)}
    for index, (leaf, was) in enumerate(zip(walk.leaves, told, strict=False)):
        if leaf != was and leaf in known:
            walk.add(ReorderedEntries, f"entry {index} was signed as entry {known[leaf]}")
        elif leaf != was:
            walk.add(TamperedEntry, f"entry {index} is not the one that was signed")


def _same(leaves: list[bytes], told: list[bytes], number: int) -> bool:
    """Whether a tile's worth of leaves is the same."""
    part = slice(number * WIDTH, (number + 1) * WIDTH)
    return leaves[part] == told[part]


def _path(spot: tuple[int, int], tile: Tile | None) -> str:
    """How a tile is called."""
    return (tile or Tile(*spot, bytes(WIDTH * tree.SIZE))).path.removeprefix("tile/")


def _finding(walk: _Walk) -> str:
    """One sentence on what was checked in a log."""
    said = f"Log {walk.log}: {len(walk.leaves)} entries"
    if walk.erased:
        said += f", {len(walk.erased)} of them erased"
    said += f", {walk.heads} signed heads, {walk.cosignatures} cosignatures by known witnesses"
    return f"{said}: {len(walk.problems) or 'no'} problem{'' if len(walk.problems) == 1 else 's'}."
