"""Proof: one file that shows, offline, that a log holds an entry: the entry, its path to the root, the signed head."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from consilience.ledger import note as notes
from consilience.ledger import tree
from consilience.ledger.entries import Ledger
from consilience.ledger.entry import MAIN, Entry
from consilience.ledger.errors import MalformedProofError, NoSuchEntryError
from consilience.ledger.note import NoteKey
from consilience.model.entry import Statement
from consilience.model.identity import PartnerId
from consilience.model.roster import KeyId, Roster
from consilience.trust import canonical
from consilience.trust.canonical import Json
from consilience.trust.envelope import MAX_ENVELOPE
from consilience.trust.verify import verify

SCHEMA = "consilience.proof/1"
MOST_BYTES = 2 * MAX_ENVELOPE + 2 * notes.MOST_BYTES
_FEW = 20  # entries that are read one by one, rather than with the rest of a page
_HASH = re.compile("[0-9a-f]{64}")
_KEYS = {"schema", "envelope", "salt", "index", "path", "checkpoint"}


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof file proves, once every check of `check` has passed.

    Attributes:
        statement: what was said.
        key_id: the issuer's key that signed it.
        log_partner: whose key signed the head of the log.
        log_key_id: that key; one that has no end, if such a one signed.
        log_key_until: its end, None while it has none: from then on anybody may have it.
        origin: the log.
        index: where the entry stands in it.
        size: how many entries the log has under that head.
        witnesses: who else has seen that head, and when.
    """

    statement: Statement
    key_id: KeyId
    log_partner: PartnerId
    log_key_id: KeyId
    log_key_until: datetime | None
    origin: str
    index: int
    size: int
    witnesses: tuple[tuple[str, datetime], ...]

    @property
    def issuer(self) -> PartnerId:
        """Who said it."""
        return self.statement.issuer

    @property
    def words(self) -> tuple[str, ...]:
        """What is proven, and what is not, in plain sentences."""
        said = [
            f"{self.issuer} signed this statement with key {self.key_id[:16]}…, dated {self.statement.issued_at}.",
            f"It is entry {self.index} of {self.origin}, which has {self.size} under the head that {self.log_partner} "
            f"signed with key {self.log_key_id[:16]}….",
        ]
        if self.log_key_until is not None:
            said.append(
                f"That key holds only until {self.log_key_until}, and a head does not say when it was signed: ask "
                f"{self.log_partner} for a proof under its present key."
            )
        said += [f"{name} saw that head at {when}." for name, when in self.witnesses]
        if not self.witnesses:
            said.append("No witness that you trust has cosigned the head: the log may show others another one.")
        return tuple(said)


@dataclass(frozen=True, slots=True)
class _Read:
    """A proof file, parsed."""

    envelope: bytes
    salt: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: str


def make(ledger: Ledger, index: int, log: str = MAIN) -> bytes:
    """The proof file of an entry under the newest head; `NoSuchEntryError` when it is erased, or beyond the end."""
    entry = ledger.entry(index, log)
    checkpoint = ledger.checkpoint(log)
    made = _written(entry, ledger.inclusion(index, _size_of(checkpoint), log), checkpoint)
    if made is None:
        raise NoSuchEntryError(f"entry {index} of {log}", "erased content", "an entry that still has its content")
    return made


def make_many(ledger: Ledger, indices: range, log: str = MAIN) -> Iterator[bytes | None]:
    """The proof files of consecutive entries under one head, the newest; None for an erased one, nothing beyond the end.

    The head is read once, and the paths are reckoned together: a page costs a hundredth of as many calls of `make`.
    """
    checkpoint = ledger.checkpoint(log)
    size = _size_of(checkpoint)
    indices = range(indices.start, min(indices.stop, size))
    if not indices:
        return
    if len(indices) < _FEW:
        entries = [ledger.entry(index, log) for index in indices]
    else:
        entries = list(islice(ledger.entries(log, since=indices.start), len(indices)))
    edges = ledger.inclusion(indices[0], size, log), ledger.inclusion(indices[-1], size, log)
    for entry, path in zip(entries, tree.paths(indices, size, [entry.leaf for entry in entries], edges), strict=True):
        yield _written(entry, path, checkpoint)


def _size_of(checkpoint: str) -> int:
    return notes.checkpoint_of(notes.parse(checkpoint).text).size


def _written(entry: Entry, path: Sequence[bytes], checkpoint: str) -> bytes | None:
    """The file of an entry with its path; None when it is erased."""
    if entry.envelope is None or entry.salt is None:
        return None
    steps: list[Json] = [step.hex() for step in path]
    value: dict[str, Json] = {
        "schema": SCHEMA, "envelope": entry.envelope.decode(), "salt": entry.salt.hex(), "index": entry.index,
        "path": steps, "checkpoint": checkpoint,
    }  # fmt: skip
    return canonical.encode(value)


def check(data: bytes, roster: Roster, witnesses: Sequence[NoteKey] = ()) -> Proven:
    """What a proof file proves to whoever trusts `roster`, without any ledger at hand.

    The checks, in order:

    1. It is canonical JSON in the shape of a proof (TrustError, MalformedProofError).
    2. The envelope passes all checks of `trust.verify` (TrustError).
    3. The head is a checkpoint signed by a key that the roster lists (MalformedNoteError, ForgedNoteError,
       UnknownNoteKeyError).
    4. The salted envelope is a leaf that the path leads from to the head's root (ProofError).
    5. Each cosignature in the name of a witness verifies (ForgedNoteError).

    An entry that is itself a roster is checked against the roster before it, as `trust.verify` has it.
    """
    read = _read(data)  # 1
    verified = verify(read.envelope, roster)  # 2
    text = notes.checkpoint_of(notes.parse(read.checkpoint).text)
    owners = {NoteKey(text.origin, key.public): (member.code, key) for member in roster.members for key in member.keys}
    head = notes.verified(read.checkpoint, owners)  # 3
    leaf = tree.leaf_hash(read.salt, read.envelope)
    tree.verify_inclusion(leaf, read.index, head.size, read.path, head.root)  # 4
    seen = notes.cosignatures(read.checkpoint, witnesses)  # 5
    signed = [owners[named] for named in notes.signers(read.checkpoint, owners)]
    partner, log_key = next((owner for owner in signed if owner[1].until is None), signed[0])
    return Proven(
        verified.statement, verified.key_id, partner, log_key.id, log_key.until, head.origin, read.index, head.size,
        tuple((signature.name, signature.time) for signature in seen),
    )  # fmt: skip


def place_of(data: bytes) -> tuple[int, str]:
    """Where a proof file says that its entry stands, and under which signed head; nothing of it is verified.

    Raises:
        TrustError, MalformedProofError: it is no proof file.
    """
    read = _read(data)
    return read.index, read.checkpoint


def envelope_of(data: bytes) -> bytes:
    """The envelope in a proof file; nothing of it is verified.

    Raises:
        TrustError, MalformedProofError: it is no proof file.
    """
    return _read(data).envelope


def _read(data: bytes) -> _Read:
    """The parts of a proof file."""
    value = canonical.parse_canonical(data, "proof", MOST_BYTES)
    if not isinstance(value, dict) or value.keys() != _KEYS or value["schema"] != SCHEMA:
        raise MalformedProofError("proof", "another kind of file", f"{SCHEMA} with {', '.join(sorted(_KEYS))}")
    envelope, salt, index, path, checkpoint = (
        value[name] for name in ("envelope", "salt", "index", "path", "checkpoint")
    )
    if not (isinstance(envelope, str) and isinstance(checkpoint, str) and type(index) is int and index >= 0):
        raise MalformedProofError("proof", "a value of the wrong type", "texts, and an index of 0 or more")
    if not isinstance(path, list) or len(path) > 64:
        raise MalformedProofError("proof", "no path", "a list of at most 64 hashes")
    return _Read(envelope.encode(), _hash(salt), index, tuple(_hash(step) for step in path), checkpoint)


def _hash(value: Json) -> bytes:
    """32 bytes in lower-case hexadecimal."""
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise MalformedProofError("proof", "a hash or salt of another form", "64 hexadecimal digits")
    return bytes.fromhex(value)
