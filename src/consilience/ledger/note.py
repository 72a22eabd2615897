"""Signed notes, checkpoints and cosignatures: the C2SP formats by which a log's head is shown to the world.

Sources: C2SP signed-note, tlog-checkpoint and tlog-cosignature, version 1 of each.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from consilience.ledger import tree
from consilience.ledger.errors import ForgedNoteError, MalformedNoteError, UnknownNoteKeyError
from consilience.trust.ed25519 import check_public, holds

ED25519 = 0x01
"""Signature type of a log (signed-note)."""
COSIGNATURE = 0x04
"""Signature type of a witness: a time, then Ed25519 over both (tlog-cosignature)."""
MOST_BYTES = 64 * 1024
MOST_SIGNATURES = 64

_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, and halves of UTF-16 pairs
_LATEST = 253_402_300_799  # the last second that a calendar of four-digit years has


class NoteSigner(Protocol):
    """What signs notes: an Ed25519 key whose public half is known, since a note's key id is made of it."""

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key that notes are verified with, under the name that signature lines give it."""

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        """Refuse what can sign nothing."""
        if len(self.public) != 32 or self.kind not in (ED25519, COSIGNATURE):
            raise MalformedNoteError("note key", f"{len(self.public)} bytes of kind {self.kind}", "an Ed25519 key")
        checked_name(self.name)

    @property
    def id(self) -> bytes:
        """The four bytes that name it in a signature line (signed-note, "Signatures")."""
        encoded = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(encoded).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key in one line, as people exchange it: `name+id+base64`."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def read(cls, vkey: str) -> NoteKey:
        """The key that a line of `vkey` says; `MalformedNoteError` when its parts do not agree."""
        name, _, rest = vkey.partition("+")
        said, _, encoded = rest.partition("+")
        raw = _bytes(encoded, "verifier key")
        key = cls(name, raw[1:], raw[0] if raw else 0)
        check_public(key.public, "verifier key")
        if said != key.id.hex():
            raise MalformedNoteError("verifier key", vkey[:120], "name+id+base64 of an Ed25519 key, with its own id")
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who is said to have signed, by which key, and the bytes."""

    name: str
    id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """As it stands in a note."""
        return f"— {self.name} {_base64(self.id + self.value)}\n"

    @property
    def time(self) -> datetime:
        """When a cosignature says it was made; only for signatures of that kind."""
        return datetime.fromtimestamp(int.from_bytes(self.value[:8], "big"), UTC)


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures below it; nothing of it holds until `verified`."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def written(self) -> str:
        """The whole note."""
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin line, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed (tlog-checkpoint, "Note text")."""
        lines = (self.origin, str(self.size), _base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def checked_name(name: str) -> str:
    """A key name or origin that a signature line can carry: not empty, no space, no plus, no control character."""
    if not name or any(letter.isspace() or letter == "+" or ord(letter) < 0x20 for letter in name):
        raise MalformedNoteError("name in a note", repr(name[:80]), "a name without spaces and plus signs")
    return name


def sign(checkpoint: Checkpoint, signer: NoteSigner) -> str:
    """The checkpoint as a note signed by its log, under the log's origin as the name of the key."""
    key = NoteKey(checkpoint.origin, signer.public)
    signature = NoteSignature(key.name, key.id, signer.sign(checkpoint.text.encode()))
    return Note(checkpoint.text, (signature,)).written()


def signed_also(note: str, signer: NoteSigner) -> str:
    """A note of our own log, below which `signer` stands too: after a rotation the old key no longer counts."""
    read = parse(note)
    key = NoteKey(checkpoint_of(read.text).origin, signer.public)
    if any((line.name, line.id) == (key.name, key.id) for line in read.signatures):
        return note
    return note + NoteSignature(key.name, key.id, signer.sign(read.text.encode())).line


def cosign(note: str, name: str, signer: NoteSigner, at: datetime) -> str:
    """The note with one more line: the cosignature of a witness at a time (tlog-cosignature, "Format")."""
    read = parse(note)
    key = NoteKey(name, signer.public, COSIGNATURE)
    seconds = int(at.timestamp())
    value = seconds.to_bytes(8, "big") + signer.sign(_cosigned(read.text, seconds))
    return Note(read.text, (*read.signatures, NoteSignature(key.name, key.id, value))).written()


def parse(note: str) -> Note:
    """Read a note, strictly; its signatures are not checked. `MalformedNoteError` says what is wrong."""
    if len(note) > MOST_BYTES:
        raise MalformedNoteError("note", f"{len(note)} characters", f"at most {MOST_BYTES}")
    if _FORBIDDEN.search(note) or not note.endswith("\n"):
        raise MalformedNoteError("note", "a forbidden character, or no newline at the end", "lines of plain text")
    # The text is separated from the signatures by the last empty line.
    cut = note.rfind("\n\n")
    text, lines = note[: cut + 1], note[cut + 2 :]
    found = [_LINE.fullmatch(line) for line in lines.splitlines(keepends=True)]
    if cut < 0 or not 0 < len(found) <= MOST_SIGNATURES:
        raise MalformedNoteError("note", f"{len(found)} signature lines", f"a text and 1 to {MOST_SIGNATURES} of them")
    signatures = []
    for match in found:
        if match is None:
            raise MalformedNoteError("note", "another line", "signature lines below the last empty line")
        raw = _bytes(match[2], "signature line")
        signatures.append(NoteSignature(checked_name(match[1]), raw[:4], raw[4:]))
    return Note(text, tuple(signatures))


def checkpoint_of(text: str) -> Checkpoint:
    """Read the text of a note as a checkpoint, strictly."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise MalformedNoteError("checkpoint", f"{len(lines) - 1} lines", "origin, size and root, none of them empty")
    origin, size, root = lines[:3]
    if not _NUMBER.fullmatch(size):
        raise MalformedNoteError("checkpoint", f"size {size[:40]!r}", "a decimal number without leading zeros")
    hashed = _bytes(root, "root of a checkpoint")
    if len(hashed) != tree.SIZE:
        raise MalformedNoteError("checkpoint", f"a root of {len(hashed)} bytes", f"{tree.SIZE} bytes")
    return Checkpoint(origin, int(size), hashed, tuple(lines[3:-1]))


def verified(note: str, keys: Iterable[NoteKey]) -> Checkpoint:
    """The checkpoint of a note that at least one of the log's `keys` signed.

    As signed-note has it, signatures by other keys are ignored, and one bad signature by a known key spoils the
    note. The key must bear the origin as its name, so that one log's head is not taken for another's.

    Raises:
        MalformedNoteError: not a checkpoint.
        ForgedNoteError: a signature of a known key does not verify.
        UnknownNoteKeyError: none of the keys signed.
    """
    read = parse(note)
    checkpoint = checkpoint_of(read.text)
    known = [key for key in keys if key.name == checkpoint.origin and key.kind == ED25519]
    if not signers(note, known):
        found = ", ".join(f"{signature.name}+{signature.id.hex()}" for signature in read.signatures[:4])
        expected = " or ".join(f"{key.name}+{key.id.hex()}" for key in known[:4]) or f"a key of {checkpoint.origin}"
        raise UnknownNoteKeyError(f"checkpoint of {checkpoint.origin}", f"signed by {found}", f"signed by {expected}")
    return checkpoint


def signers(note: str, keys: Iterable[NoteKey]) -> tuple[NoteKey, ...]:
    """Which of `keys` signed a note; `ForgedNoteError` when a signature that names one of them does not verify."""
    read = parse(note)
    return tuple([key for key in keys if _signed(read, key)])


def cosignatures(note: str, keys: Sequence[NoteKey]) -> tuple[NoteSignature, ...]:
    """The cosignatures of the witnesses' `keys` on a note, each verified; `ForgedNoteError` when one is not good."""
    read = parse(note)
    return tuple(
        signature
        for key in keys if key.kind == COSIGNATURE and _signed(read, key)
        for signature in read.signatures if (signature.name, signature.id) == (key.name, key.id)
    )  # fmt: skip


def _signed(note: Note, key: NoteKey) -> bool:
    """Whether a key signed a note, once or more; a signature that claims to be its own must verify."""
    own = [signature for signature in note.signatures if (signature.name, signature.id) == (key.name, key.id)]
    for signature in own:
        value, data = signature.value, note.text.encode()
        if key.kind == COSIGNATURE:
            seconds, value = int.from_bytes(value[:8], "big"), value[8:]
            data = _cosigned(note.text, seconds)
            value = value if seconds <= _LATEST else b""
        if not holds(key.public, value, data):
            expected = f"one that verifies under {key.vkey}"
            raise ForgedNoteError(f"note of {note.text.split(chr(10), 1)[0]}", "a bad signature", expected)
    return bool(own)


def _cosigned(text: str, seconds: int) -> bytes:
    """What a witness signs (tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str, what: str) -> bytes:
    """Standard Base 64, and only its canonical form: padding whole, no spare bits."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise MalformedNoteError(what, "bytes that are no base64", "standard base64") from wrong
    if _base64(raw) != text:
        raise MalformedNoteError(what, "base64 with spare bits", "its canonical form")
    return raw
