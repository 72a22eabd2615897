"""Tiles: the hashes of the tree in rows of 256 (C2SP tlog-tiles), the growing edge of them, and what a path needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from consilience.ledger import tree

HEIGHT = 8
WIDTH = 1 << HEIGHT
Spot = tuple[int, int]
"""Where a tile is: (level, number)."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Up to 256 consecutive hashes of subtrees of 256**level leaves, one after the other; full when there are 256."""

    level: int
    number: int
    hashes: bytes

    @property
    def width(self) -> int:
        """How many hashes it holds."""
        return len(self.hashes) // tree.SIZE

    @property
    def path(self) -> str:
        """Where C2SP tlog-tiles serves it: `tile/0/x001/234`, `tile/0/000.p/17`."""
        rest, parts = self.number // 1000, [f"{self.number % 1000:03}"]
        while rest:
            rest, last = divmod(rest, 1000)
            parts.insert(0, f"x{last:03}")
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{'/'.join(parts)}{partial}"


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: its size, and the hashes of the partial tile at each level, from the leaves up."""

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def extended(self, leaves: Sequence[bytes]) -> tuple[Frontier, tuple[Tile, ...]]:
        """The edge after more leaves, and every tile that changed, whole."""
        edge, tiles = [], []
        level, rising = 0, b"".join(leaves)
        while rising:
            grown = (self.edge[level] if level < len(self.edge) else b"") + rising
            number = self.size >> HEIGHT * (level + 1)
            rising = b""
            while len(grown) >= WIDTH * tree.SIZE:
                full, grown = grown[: WIDTH * tree.SIZE], grown[WIDTH * tree.SIZE :]
                tiles.append(Tile(level, number, full))
                rising += _top(full)
                number += 1
            if grown:
                tiles.append(Tile(level, number, grown))
            edge.append(grown)
            level += 1
        return Frontier(self.size + len(leaves), (*edge, *self.edge[level:])), tuple(tiles)

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        known = Pyramids(
            {(level, self.size >> HEIGHT * (level + 1)): hashes for level, hashes in enumerate(self.edge)}.get
        )
        return tree.root(self.size, known)


def edge_spots(size: int) -> tuple[Spot, ...]:
    """Where the partial tiles of a tree are, from the leaves up; none where a level ends on a full tile."""
    return tuple(
        (level, size >> HEIGHT * (level + 1)) for level in range(_levels(size)) if size >> HEIGHT * level & (WIDTH - 1)
    )


def frontier(size: int, stored: Mapping[Spot, bytes]) -> Frontier | None:
    """The edge of a stored tree of `size` leaves; None when a tile is missing or too narrow."""
    edge = []
    for level in range(_levels(size)):
        width = size >> HEIGHT * level & (WIDTH - 1)
        hashes = stored.get((level, size >> HEIGHT * (level + 1)), b"") if width else b""
        if len(hashes) < width * tree.SIZE:
            return None
        edge.append(hashes[: width * tree.SIZE])
    return Frontier(size, tuple(edge))


def spots(ranges: Iterable[tuple[int, int]]) -> tuple[Spot, ...]:
    """The tiles that the hashes of some ranges of leaves are read from."""
    needed = {_spot(level, index) for start, end in ranges for level, index in tree.nodes(start, end)}
    return tuple(sorted(needed))


@dataclass(frozen=True, slots=True)
class Pyramids:
    """Subtree hashes out of tiles: what lies between two levels of tiles is hashed again, once for each tile.

    Calling it is `tree.Subtree`; a hash that no tile holds is a `KeyError`.
    """

    tile: Callable[[Spot], bytes | None]
    _rows: dict[Spot, list[bytes]] = field(default_factory=dict, repr=False)

    def __call__(self, level: int, index: int) -> bytes:
        """The hash of one complete subtree."""
        spot = _spot(level, index)
        rows = self._rows.get(spot)
        if rows is None:
            hashes = self.tile(spot)
            if hashes is None:
                raise KeyError(spot)
            rows = self._rows[spot] = [hashes]
        height = level % HEIGHT
        while len(rows) <= height:
            rows.append(_above(rows[-1]))
        start = (index & ((WIDTH >> height) - 1)) * tree.SIZE
        found = rows[height][start : start + tree.SIZE]
        if len(found) < tree.SIZE:
            raise KeyError(spot)
        return found


def _spot(level: int, index: int) -> Spot:
    """The tile that a subtree is read from: its own hashes, or hashes it is made of."""
    return level // HEIGHT, index >> (HEIGHT - level % HEIGHT)


def _levels(size: int) -> int:
    """How many levels of tiles a tree has."""
    return -(-size.bit_length() // HEIGHT) if size else 0


def _top(full: bytes) -> bytes:
    """The hash of a full tile's subtree."""
    while len(full) > tree.SIZE:
        full = _above(full)
    return full


def _above(row: bytes) -> bytes:
    """The row of parents: `tree.node_hash` of each two neighbours, written out, since nearly all of the time goes here."""
    pair = 2 * tree.SIZE
    return b"".join([sha256(b"\x01" + row[at : at + pair]).digest() for at in range(0, len(row) - pair + 1, pair)])
