"""R data: the data frames of an .rda file, read from R's own serialisation (R Internals, section 1.8)."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
from pathlib import Path

_UNPACK = {b"BZh": bz2.decompress, b"\x1f\x8b\x08": gzip.decompress, b"\xfd7z": lzma.decompress}
_NIL, _SYMBOL, _PAIRS, _CHAR, _LOGICAL, _INTEGER, _REAL, _STRING, _LIST = 254, 1, 2, 9, 10, 13, 14, 16, 19
_REFERENCE = 255
_MISSING = -(2**31)
_HEADERS = (b"RDX2\nX\n", b"RDX3\nX\n")
_HAS_ATTRIBUTES, _HAS_TAG = 0x200, 0x400


class _Reader:
    """One pass over the big-endian (XDR) stream; symbols are numbered as they come."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._symbols: list[str] = []

    def take(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def whole(self) -> int:
        return int(struct.unpack(">i", self.take(4))[0])

    def values(self, code: str, size: int) -> list[float]:
        count = self.whole()
        return list(struct.unpack(f">{count}{code}", self.take(size * count)))

    def item(self) -> object:
        """The next object: an atom or list as a Python list, pairs as a dict; attributes make a frame of a list."""
        flags = self.whole()
        kind = flags & 0xFF
        if kind == _NIL:
            return None
        if kind == _SYMBOL:
            self._symbols.append(str(self.item()))
            return self._symbols[-1]
        if kind == _REFERENCE:
            return self._symbols[(flags >> 8) - 1]
        if kind == _PAIRS:
            return self._pairs(flags)
        if kind == _CHAR:
            length = self.whole()
            return None if length < 0 else self.take(length).decode("utf-8", "replace")
        found = self._vector(kind)
        return _framed(found, self.item()) if flags & _HAS_ATTRIBUTES else found

    def _pairs(self, flags: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while flags & 0xFF == _PAIRS:
            if flags & _HAS_ATTRIBUTES:
                self.item()
            tag = str(self.item()) if flags & _HAS_TAG else str(len(found))
            found[tag] = self.item()
            flags = self.whole()
        return found

    def _vector(self, kind: int) -> list[object]:
        if kind in (_LOGICAL, _INTEGER):
            return [None if value == _MISSING else value for value in self.values("i", 4)]
        if kind == _REAL:
            return [None if value != value else value for value in self.values("d", 8)]
        if kind in (_STRING, _LIST):
            return [self.item() for _ in range(self.whole())]
        raise ValueError(f"R type {kind} at byte {self._at}: not one of a plain data frame's")


def _framed(values: list[object], attributes: object) -> object:
    """Factors as their levels, named lists as dicts."""
    said = attributes if isinstance(attributes, dict) else {}
    levels, names = said.get("levels"), said.get("names")
    if isinstance(levels, list):
        return [None if value is None else levels[int(str(value)) - 1] for value in values]
    return dict(zip(names, values, strict=True)) if isinstance(names, list) else values


def read(path: Path) -> dict[str, object]:
    """Every object of the file by name; a data frame is a dict of columns, NA is None."""
    packed = path.read_bytes()
    data = next((unpack(packed) for magic, unpack in _UNPACK.items() if packed.startswith(magic)), packed)
    if not data.startswith(_HEADERS):
        raise ValueError(f"{path.name}: begins {data[:7]!r}, expected {_HEADERS[-1]!r}")
    reader = _Reader(data[len(_HEADERS[0]) :])
    reader.take(12)  # format version, the R that wrote it, the oldest that reads it
    if data.startswith(_HEADERS[1]):
        reader.take(reader.whole())  # the native encoding
    found = reader.item()
    assert isinstance(found, dict)
    return found
