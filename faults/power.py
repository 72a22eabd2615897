"""Power: what a disk may hold after a power cut, worked out from what the shim recorded.

Certain is what a successful sync covered. Of what was written later, any part may have arrived: sectors of 512 bytes,
torn and out of order. A name whose folder was not synced may be missing. After a failed sync nobody knows what arrived
of what it was to cover, and no later sync says so (the kernel has marked it clean).
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
_RECORD = struct.Struct("=2Q q Q 4I")  # struct record in shim.c


@dataclass(frozen=True, slots=True)
class Record:
    """One call that went well, or a failed sync ("x"); `mark` is how many records a sync covers."""

    sequence: int
    mark: int
    offset: int
    length: int
    kind: str
    path: str
    other: str
    body: bytes


@dataclass(slots=True)
class File:
    """A file: what is certainly on the disk, and what was written to it since."""

    content: bytearray
    is_named: bool
    pending: list[Record] = field(default_factory=list)


def read(log: Path) -> list[Record]:
    """What all processes recorded, in order. A last record that its process died of is left out: it never returned."""
    return sorted((record for file in log.iterdir() for record in _of(file.read_bytes())), key=lambda one: one.sequence)


def _of(data: bytes) -> Iterator[Record]:
    at = 0
    while at + _RECORD.size <= len(data):
        sequence, mark, offset, length, kind, path, other, body = _RECORD.unpack_from(data, at)
        start = at + _RECORD.size
        at = start + path + other + body
        if at > len(data):
            return
        names = data[start : start + path + other].decode()
        yield Record(sequence, mark, offset, length, chr(kind), names[:path], names[path:], data[at - body : at])


class Disk:
    """The files under one folder, as records come in on top of a copy of it that is certain."""

    def __init__(self, under: Path, base: Path, *, sync_names: bool) -> None:
        """Nothing has been recorded yet. With `sync_names` a synced file has a name (ext4, XFS, Btrfs; POSIX does not)."""
        self._under, self._base, self._sync_names = under, base, sync_names
        self.files: dict[str, File | None] = {}  # by path under the folder; None: removed

    def take(self, record: Record, chance: random.Random) -> None:
        """One record more."""
        path = self._inner(record.path)
        match record.kind:
            case "s" | "x" if self._is_folder(path):
                self._name(path, record.kind)
            case "s":
                self._sync(path, record, None)
            case "x":
                self._sync(path, record, chance)
            case "c":
                self.files[path] = File(bytearray(), is_named=False)
            case "u":
                self.files[path] = None
            case "r":
                self.files[self._inner(record.other)], self.files[path] = self._file(path), None
            case "l":
                self.files[self._inner(record.other)] = self._file(path)
            case _:
                self._file(path).pending.append(record)

    def cut(self, chance: random.Random) -> None:
        """The power goes: what is pending arrives, or not, or in part."""
        for path, file in self.files.items():
            if file is None:
                continue
            whole, torn = len(file.pending), 0.0
            match chance.choice(("nothing", "everything", "prefix", "sectors", "sectors")):
                case "nothing":
                    whole = 0
                case "prefix":
                    whole = chance.randint(0, whole)
                case "sectors":
                    whole, torn = 0, chance.choice((0.1, 0.5, 0.9))
            for number, record in enumerate(file.pending):
                _apply(file.content, record, chance, 1.0 if number < whole else torn)
            file.pending.clear()
            if not file.is_named and chance.random() < 0.5:
                self.files[path] = None

    def write(self, folder: Path) -> None:
        """Write what is left into a copy of the folder."""
        for path, file in self.files.items():
            there = folder / path
            if file is None:
                there.unlink(missing_ok=True)
            else:
                there.parent.mkdir(parents=True, exist_ok=True)
                there.write_bytes(file.content)

    def _inner(self, path: str) -> str:
        return str(Path(path).relative_to(self._under)) if path else ""

    def _is_folder(self, path: str) -> bool:
        return (self._base / path).is_dir()

    def _file(self, path: str) -> File:
        """A file by its name; one that is met for the first time is as the copy has it."""
        found = self.files.get(path)
        if found is None:
            base = self._base / path
            known = path not in self.files and base.is_file()
            self.files[path] = found = File(bytearray(base.read_bytes() if known else b""), is_named=True)
        return found

    def _name(self, folder: str, kind: str) -> None:
        """A synced folder makes the names in it certain."""
        if kind == "s":
            for path, file in self.files.items():
                if file and Path(path).parent == Path(folder):
                    file.is_named = True

    def _sync(self, path: str, record: Record, chance: random.Random | None) -> None:
        """Make certain what a sync covers; with `chance`, it failed, and what of it arrived is decided now."""
        file = self._file(path)
        file.is_named |= self._sync_names and chance is None
        covered = [one for one in file.pending if one.sequence < record.mark]
        odds = 1.0 if chance is None else chance.choice((0.0, 0.5, 1.0))
        for one in covered:
            _apply(file.content, one, chance, odds)
        file.pending = file.pending[len(covered) :]


def _apply(content: bytearray, record: Record, chance: random.Random | None, odds: float) -> None:
    """Carry out a write or a change of size, each sector of it with the same odds."""
    if chance is None or odds >= 1:
        _put(content, record, 0, record.length)
    elif odds > 0 and record.kind in "wz":
        start = 0
        while start < record.length:
            end = min(record.length, SECTOR - (record.offset + start) % SECTOR + start)
            if chance.random() < odds:
                _put(content, record, start, end)
            start = end
    elif chance.random() < odds:
        _put(content, record, 0, record.length)


def _put(content: bytearray, record: Record, start: int, end: int) -> None:
    first, last = record.offset + start, record.offset + end
    if record.kind == "t":
        del content[record.length :]
        last = record.length
    if len(content) < last:
        content.extend(bytes(last - len(content)))
    if record.kind == "w":
        content[first:last] = record.body[start:end]
    elif record.kind == "z":
        content[first:last] = bytes(last - first)
