"""Ledger: what was verified is appended here and nowhere else, proven by a tree, and never lost once acknowledged."""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from consilience.ledger import note as notes
from consilience.ledger import tiles, tree
from consilience.ledger.entry import MAIN, Appended, Batch, Entry
from consilience.ledger.errors import (
    DamagedLedgerError,
    MalformedNoteError,
    NoSuchEntryError,
    TombstonedError,
    TombstoneRefusedError,
)
from consilience.ledger.note import Checkpoint, NoteKey, NoteSigner
from consilience.ledger.store import Head, Reading, Store, Writing
from consilience.ledger.tiles import Frontier, Pyramids
from consilience.model.entry import Tombstone
from consilience.trust.payload import kind_of
from consilience.trust.verify import Verified

_PAGE = 500  # entries read at a time
_KEPT = frozenset({"tombstone", "roster"})  # what explains and verifies the rest cannot be erased

Means = tuple[Callable[[], datetime], Callable[[], bytes], bytes]  # clock, salt and secret


class Ledger:
    """One database with several logs: `main` for what the node recorded, `to/GBR` for what that partner was given.

    Threads and processes may share one database: those that write take turns. After an error nothing of the call is
    acknowledged, and the ledger can be used on; to append again is safe, for what is already there is recognised.
    """

    def __init__(self, store: Store, origin: str, signer: NoteSigner, means: Means) -> None:
        """Made by `open`."""
        self.origin = origin
        self._store = store
        self.signer = signer  # of the heads from now on: a rotation changes it
        self._clock, self._salt, self._secret = means
        self._edges: dict[str, tuple[bytes, Frontier]] = {}  # by log, each with its root
        self._turn = threading.RLock()

    @classmethod
    def open(
        cls,
        url: str,
        origin: str,
        signer: NoteSigner,
        *,
        clock: Callable[[], datetime],
        secret: bytes,
        salt: Callable[[], bytes] = lambda: os.urandom(32),
        busy_seconds: float = 10.0,
    ) -> Ledger:
        """Open the ledger at `url`, and make it where there is none. Close it, or use it in `with`.

        Args:
            url: `sqlite:///FILE`, or `postgresql+psycopg://USER@SERVER/DATABASE`.
            origin: the name of the node's main log to the world, as a URL without scheme; another log adds its own.
            signer: signs checkpoints. It may change from one opening to the next.
            clock: when things are recorded.
            secret: 32 bytes of the home, with which erased content is recognised and not given away.
            salt: 32 fresh random bytes a call.
            busy_seconds: how long a writer waits for those before it.

        Raises:
            LedgerError: see `Store.open` and `Database.open`.
        """
        notes.checked_name(origin)
        if len(secret) != 32:
            raise ValueError(f"the secret of a ledger is 32 bytes, not {len(secret)}")
        home = {"origin": origin, "secret": hmac.digest(secret, b"consilience/ledger/secret", "sha256").hex()}
        return cls(Store.open(url, home, busy_seconds), origin, signer, (clock, salt, secret))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._store.database.close()

    def append(self, *batches: Batch, ready: Callable[[], None] = lambda: None) -> tuple[Appended, ...]:
        """Append to one log or several in one transaction; on return it is on the disk, all of it.

        What a log already says (`Verified.subject`) is not appended again: its index is given. `ready` is called once
        nobody else can write: it may change the signer, or refuse by raising.

        Raises:
            TypeError: an item that is not Verified.
            TombstonedError: an item whose content was erased, from any log.
            StorageError: the database failed (StorageFullError, BusyError) or is damaged (DamagedLedgerError).
        """
        _only_verified(item for batch in batches for item in batch.items)
        with self._turn, self._store.writing() as writing:
            ready()
            return tuple([self._append(writing, batch) for batch in batches])

    def erase(self, tombstone: Verified) -> Appended:
        """Append a tombstone to the log that it names, and destroy what the entry held, in one transaction.

        Destroyed are salt, envelope and digest; copies in other logs and in backups need their own end.

        Raises:
            TombstoneRefusedError: not signed by the node's own key, or not of an entry that can be erased.
        """
        _only_verified((tombstone,))
        said = tombstone.statement.content
        if not isinstance(said, Tombstone):
            raise TombstoneRefusedError("erasure", f"a {kind_of(said)}", "a tombstone")
        own = hashlib.sha256(self.signer.public).hexdigest()
        if tombstone.key_id != own:
            raise TombstoneRefusedError("tombstone", f"signed by key {tombstone.key_id}", f"the node's own key, {own}")
        with self._turn, self._store.writing() as writing:
            entry = writing.entry(said.log, said.index)
            if entry is None or entry.leaf.hex() != said.leaf or entry.kind in _KEPT:
                found = f"a {entry.kind} with leaf {entry.leaf.hex()}" if entry else "no such entry"
                wanted = f"leaf {said.leaf}, neither tombstone nor roster"
                raise TombstoneRefusedError(f"entry {said.index} of {said.log}", found, wanted)
            done = self._append(writing, Batch(said.log, (tombstone,)))
            writing.erase(said.log, said.index)
        self._store.database.scrub()
        return done

    def logs(self) -> tuple[str, ...]:
        """The logs that hold an entry."""
        with self._store.reading() as reading:
            return reading.logs()

    def size(self, log: str = MAIN) -> int:
        """How many entries a log has; 0 when there is no such log."""
        with self._store.reading() as reading:
            return self._size(reading, log, None)

    def entry(self, index: int, log: str = MAIN) -> Entry:
        """One entry; `NoSuchEntryError` beyond the end."""
        with self._store.reading() as reading:
            found = reading.entry(log, index)
        if found is None:
            raise NoSuchEntryError(f"log {log}", f"index {index}", "the index of an entry")
        return found

    def entries(self, log: str = MAIN, since: int = 0, kinds: frozenset[str] | None = None) -> Iterator[Entry]:
        """The entries from index `since` on, of some kinds or all, in order; a page in memory at a time."""
        more = True
        while more:
            with self._store.reading() as reading:
                page = reading.page(log, since, kinds, _PAGE)
            yield from page
            since, more = page[-1].index + 1 if page else 0, len(page) == _PAGE

    def find(self, subject: str, log: str = MAIN) -> Entry | None:
        """The entry that says a thing (`Verified.subject`); once erased it is found as such. None if it never was there."""
        fingerprint = self._fingerprint(subject)
        with self._store.reading() as reading:
            known = reading.known([fingerprint]).get(fingerprint, [])
            return next((reading.entry(log, place.index) for place in known if place.log == log), None)

    def inclusion(self, index: int, size: int | None = None, log: str = MAIN) -> tuple[bytes, ...]:
        """The path from an entry to the root at a size, the newest when None (RFC 6962, section 2.1.1)."""
        with self._store.reading() as reading:
            size = self._size(reading, log, size)
            return _hashes(reading, log, tree.inclusion_ranges(index, size))

    def consistency(self, old: int, new: int | None = None, log: str = MAIN) -> tuple[bytes, ...]:
        """The proof that the log at size `new` begins with what it was at size `old` (RFC 6962, section 2.1.2)."""
        with self._store.reading() as reading:
            old, new = self._size(reading, log, old), self._size(reading, log, new)
            return _hashes(reading, log, tree.consistency_ranges(old, new))

    def checkpoint(self, log: str = MAIN, size: int | None = None) -> str:
        """The signed head of a log, by the key in use too, with its cosignatures: the newest, or one at a size."""
        with self._store.reading() as reading:
            size = self._size(reading, log, None) if size is None else size
            if found := reading.checkpoint(log, size):
                return notes.signed_also(found, self.signer) + "".join(reading.cosignatures(log, size))
        if size == 0:
            return notes.sign(Checkpoint(self.origin_of(log), 0, tree.EMPTY_ROOT), self.signer)
        raise NoSuchEntryError(f"log {log}", f"no head of size {size}", "a size at which it was signed")

    def checkpoints(self, log: str = MAIN) -> Iterator[tuple[int, str]]:
        """Every head ever signed with its cosignatures, as (size, note), in order of size."""
        since, more = 0, True
        while more:
            with self._store.reading() as reading:
                page = reading.checkpoints(log, since, _PAGE)
            yield from page
            since, more = page[-1][0] + 1 if page else 0, len(page) == _PAGE

    def tiles(self, log: str = MAIN) -> Iterator[tiles.Tile]:
        """Every stored tile, the leaves' first."""
        with self._store.reading() as reading:
            spots = reading.tile_spots(log)
        for start in range(0, len(spots), _PAGE):
            with self._store.reading() as reading:
                found = reading.tiles(log, spots[start : start + _PAGE])
            yield from (tiles.Tile(*spot, found[spot]) for spot in spots[start : start + _PAGE] if spot in found)

    def origin_of(self, log: str) -> str:
        """The origin line of a log: the node's own for `main`, with the log's name behind it for another."""
        return self.origin if log == MAIN else f"{self.origin}/{notes.checked_name(log)}"

    def log_of(self, origin: str) -> str:
        """The log of an origin line; the inverse of `origin_of`. `NoSuchEntryError` when it is another node's."""
        if origin != self.origin and not origin.startswith(f"{self.origin}/"):
            raise NoSuchEntryError("head", f"origin {origin}", f"{self.origin}, or a log of it")
        return origin[len(self.origin) + 1 :] or MAIN

    def durability(self) -> dict[str, str]:
        """The settings of the database on which durability rests, as it reports them itself."""
        return self._store.database.durability()

    def add_cosignature(self, note: str, witnesses: Sequence[NoteKey], log: str = MAIN) -> int:
        """Store the cosignatures of `witnesses` below one of our checkpoints, each verified; how many there were.

        Raises:
            MalformedNoteError: not a checkpoint of this log as it was signed.
            ForgedNoteError: a cosignature in a witness's name does not verify.
        """
        read = notes.parse(note)
        size = notes.checkpoint_of(read.text).size
        good = notes.cosignatures(note, witnesses)
        with self._turn, self._store.writing() as writing:
            ours = writing.checkpoint(log, size)
            if ours is None or notes.parse(ours).text != read.text:
                raise MalformedNoteError(f"cosigned note of size {size}", "another text", f"our checkpoint of {log}")
            for signature in good:
                writing.put_cosignature(log, size, f"{signature.name}+{signature.id.hex()}", signature.line)
        return len(good)

    def advance(self, origin: str, step: Callable[[str | None], str]) -> str:
        """Replace the remembered head of another's log: `step` is given the last and returns the next, or raises.

        Nobody can step in between, so that a witness never cosigns two heads that do not agree.
        """
        with self._turn, self._store.writing() as writing:
            note = step(writing.witnessed(origin))
            writing.put_witnessed(origin, note)
        return note

    def witnessed(self, origin: str) -> str | None:
        """The newest head of another's log that this node has cosigned; None before the first."""
        with self._store.reading() as reading:
            return reading.witnessed(origin)

    def keep(self, evidence: str) -> None:
        """Keep evidence against a log, once."""
        name = hashlib.sha256(evidence.encode()).hexdigest()
        with self._turn, self._store.writing() as writing:
            writing.add_incident(name, evidence, self._clock())

    def incidents(self) -> tuple[str, ...]:
        """The evidence kept, in order."""
        with self._store.reading() as reading:
            return reading.incidents()

    def _append(self, writing: Writing, batch: Batch) -> Appended:
        """Append to one log: find what is new, extend the tree, sign the head."""
        log, origin = batch.log, self.origin_of(batch.log)
        head = writing.head(log)
        size = head.size if head else 0
        fingerprints = [self._fingerprint(item.subject) for item in batch.items]
        places = self._places(writing, batch, fingerprints)
        now, indices, fresh = self._clock(), list[int](), list[tuple[Entry, bytes]]()
        for item, fingerprint in zip(batch.items, fingerprints, strict=True):
            index = places.setdefault(fingerprint, size + len(fresh))
            if index == size + len(fresh):
                fresh.append((self._entry(log, index, item, now), fingerprint))
            indices.append(index)
        if not fresh:
            return Appended(log, tuple(indices), 0, head.note if head else None)
        edge, changed = self._edge(writing, log, head).extended([entry.leaf for entry, _ in fresh])
        new = Head(edge.size, root := edge.root, notes.sign(Checkpoint(origin, edge.size, root), self.signer))
        writing.add_entries(fresh)
        writing.put_tiles(log, changed)
        writing.add_checkpoint(log, new)
        self._edges[log] = (root, edge)
        return Appended(log, tuple(indices), len(fresh), new.note)

    def _places(self, writing: Writing, batch: Batch, fingerprints: Sequence[bytes]) -> dict[bytes, int]:
        """Where the log already holds what a batch brings; refuses what was erased, from any log."""
        found = writing.known(fingerprints)
        for item, fingerprint in zip(batch.items, fingerprints, strict=True):
            erased = next((place for place in found.get(fingerprint, ()) if place.is_erased), None)
            if erased:
                where = f"erased as entry {erased.index} of {erased.log}"
                raise TombstonedError(f"object {item.digest}", where, "content that no tombstone names")
        return {
            fingerprint: place.index for fingerprint, places in found.items() for place in places
            if place.log == batch.log
        }  # fmt: skip

    def _entry(self, log: str, index: int, item: Verified, now: datetime) -> Entry:
        """A new entry, with a salt of its own."""
        salt, said = self._salt(), item.statement
        leaf = tree.leaf_hash(salt, item.envelope)
        return Entry(log, index, leaf, salt, item.envelope, kind_of(said.content), said.issuer, item.digest, now)

    def _edge(self, reading: Reading, log: str, head: Head | None) -> Frontier:
        """The edge of the tree under the newest head: from memory, unless another process has moved the head."""
        if head is None:
            return Frontier()
        root, edge = self._edges.get(log, (b"", Frontier()))
        if (edge.size, root) == (head.size, head.root):
            return edge
        stored = tiles.frontier(head.size, reading.tiles(log, tiles.edge_spots(head.size)))
        if stored is None or stored.root != head.root:
            raise _damaged(log, f"tiles that do not hash to the head of size {head.size}")
        return stored

    def _fingerprint(self, subject: str) -> bytes:
        """What stays of erased content: enough to know it again with the home's secret, too little to guess it by."""
        return hmac.digest(self._secret, subject.encode(), "sha256")

    @staticmethod
    def _size(reading: Reading, log: str, size: int | None) -> int:
        """A size that the log has or had."""
        newest = head.size if (head := reading.head(log)) else 0
        if size is not None and not 0 <= size <= newest:
            raise NoSuchEntryError(f"log {log}", f"size {size}", f"at most {newest}")
        return newest if size is None else size


def _hashes(reading: Reading, log: str, ranges: Sequence[tuple[int, int]]) -> tuple[bytes, ...]:
    """The hashes of some ranges of leaves, out of as few tiles as hold them."""
    try:
        return tree.hashes(ranges, Pyramids(reading.tiles(log, tiles.spots(ranges)).get))
    except KeyError as missing:
        raise _damaged(log, f"no hash in the tile {missing}") from missing


def _only_verified(items: Iterable[Verified]) -> None:
    """Types are checked at run time too: this is the door that nothing unverified may pass."""
    for item in items:
        if type(item) is not Verified:
            raise TypeError(f"a ledger takes only Verified, not {type(item).__name__}: verify the bytes first")


def _damaged(log: str, found: str) -> DamagedLedgerError:
    return DamagedLedgerError(f"log {log}", found, "the tree that was signed", "Restore it; consilience verify")
