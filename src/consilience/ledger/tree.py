"""The Merkle tree of RFC 6962 as pure functions: hashes, paths, and the checks of paths (RFC 9162, section 2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from consilience.ledger.errors import ProofError

Subtree = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree of 2**level leaves that begins at leaf `index * 2**level`, as (level, index)."""
Node = tuple[int, int]
"""A complete subtree: (level, index)."""
Path = tuple[bytes, ...]
"""The hashes beside the way from a leaf to the root, the lowest first."""

EMPTY_ROOT = hashlib.sha256(b"").digest()
SIZE = 32
"""Bytes of a hash."""


def record_hash(data: bytes) -> bytes:
    """The leaf hash of a record (RFC 6962, section 2.1): H(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def leaf_hash(salt: bytes, envelope: bytes) -> bytes:
    """The leaf of a salted envelope: the record is H(salt || envelope), so that a guess at the envelope proves nothing.

    Args:
        salt: 32 random bytes of this entry alone. Once destroyed, the leaf says nothing about the envelope.
        envelope: the signed bytes.
    """
    return hashlib.sha256(b"\x00" + hashlib.sha256(salt + envelope).digest()).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962, section 2.1): H(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes(start: int, end: int) -> tuple[Node, ...]:
    """The complete subtrees, from left to right, that the leaves `start` to `end` (excluded) are made of.

    `start` is where a left branch ends, as in every range of a path, so that there are at most 64 of them.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return tuple(found)


def root(size: int, subtree: Subtree) -> bytes:
    """The root of the first `size` leaves."""
    return _hash(0, size, subtree) if size else EMPTY_ROOT


def inclusion_ranges(index: int, size: int) -> tuple[tuple[int, int], ...]:
    """The ranges of leaves whose hashes make the path from a leaf, in order (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size:
        raise ProofError("inclusion proof", f"leaf {index} of {size}", "a leaf inside the tree")
    found = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return tuple(reversed(found))


def paths(indices: range, size: int, leaves: Sequence[bytes], edges: tuple[Path, Path]) -> Iterator[Path]:
    """The paths of consecutive leaves, for little more than those of the first and the last.

    A subtree beside one of these paths lies outside of them all, and then stands in the first path or in the last; or
    it is made of such ones and of the leaves between.

    Args:
        indices: which leaves, in steps of one.
        size: of the tree.
        leaves: their hashes, in order.
        edges: the paths of the first and of the last of them.
    """
    if not indices:
        return
    known = {(index, index + 1): leaf for index, leaf in zip(indices, leaves, strict=True)}
    for index, path in zip((indices[0], indices[-1]), edges, strict=True):
        # What lies between the two is in these paths, too, and is the same whichever way it is reckoned.
        known |= zip(inclusion_ranges(index, size), path, strict=True)

    def of(start: int, end: int) -> bytes:
        found = known.get((start, end))
        if found is None:
            middle = start + _left(end - start)
            found = known[start, end] = node_hash(of(start, middle), of(middle, end))
        return found

    for index in indices:
        yield tuple(of(start, end) for start, end in inclusion_ranges(index, size))


def consistency_ranges(old: int, new: int) -> tuple[tuple[int, int], ...]:
    """The ranges of leaves whose hashes make the proof that `new` extends `old` (RFC 6962, section 2.1.2)."""
    if not 0 <= old <= new:
        raise ProofError("consistency proof", f"sizes {old} and {new}", "the smaller size first")
    if old in (0, new):
        return ()
    found = []
    start, end = 0, new
    while old < end:
        middle = start + _left(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    # The old tree itself need not be told when it is a complete subtree that begins at the first leaf.
    if start:
        found.append((start, end))
    return tuple(reversed(found))


def hashes(ranges: Sequence[tuple[int, int]], subtree: Subtree) -> tuple[bytes, ...]:
    """The hash of each range."""
    return tuple(_hash(start, end, subtree) for start, end in ranges)


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> None:
    """Check that a leaf stands at `index` of the tree of `size` leaves with the root `expected`.

    Raises:
        ProofError: it does not. Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise ProofError("inclusion proof", f"leaf {index} of {size}", "a leaf inside the tree")
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0 or len(step) != SIZE:
            raise ProofError("inclusion proof", f"{len(path)} hashes", f"a path of leaf {index} in {size}")
        if place & 1 or place == last:
            found = node_hash(step, found)
            place, last = _to_right_branch(place, last)
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last or found != expected:
        raise ProofError("inclusion proof", f"root {found.hex()}", f"root {expected.hex()}")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], roots: tuple[bytes, bytes]) -> None:
    """Check that the tree of `new` leaves begins with the tree of `old` leaves.

    Args:
        old: size of the older tree.
        new: size of the newer tree.
        proof: the hashes of RFC 6962, section 2.1.2.
        roots: of the older and of the newer tree.

    Raises:
        ProofError: it does not. Source: RFC 9162, section 2.1.4.2.
    """
    if not 0 <= old <= new:
        raise ProofError("consistency proof", f"sizes {old} and {new}", "the smaller size first")
    if old in (0, new):
        _trivial(old, new, proof, roots)
        return
    steps = list(proof)
    if not old & (old - 1):
        steps.insert(0, roots[0])
    if not steps or any(len(step) != SIZE for step in steps):
        raise ProofError("consistency proof", f"{len(proof)} hashes", f"a proof from {old} to {new}")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofError("consistency proof", f"{len(proof)} hashes", f"a proof from {old} to {new}")
        if place & 1 or place == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            place, last = _to_right_branch(place, last)
        else:
            newer = node_hash(newer, step)
        place, last = place >> 1, last >> 1
    if last or (older, newer) != roots:
        found = f"roots {older.hex()} and {newer.hex()}"
        raise ProofError("consistency proof", found, f"roots {roots[0].hex()} and {roots[1].hex()}")


def _trivial(old: int, new: int, proof: Sequence[bytes], roots: tuple[bytes, bytes]) -> None:
    """Nothing extends to anything, and a tree to itself, by no hash at all."""
    if proof:
        raise ProofError("consistency proof", f"{len(proof)} hashes", f"none from {old} to {new}")
    if old == new and roots[0] != roots[1]:
        raise ProofError("consistency proof", f"root {roots[1].hex()}", f"root {roots[0].hex()}")
    if old == 0 and roots[0] != EMPTY_ROOT:
        raise ProofError("consistency proof", f"root {roots[0].hex()}", "the root of the empty tree")


def _to_right_branch(place: int, last: int) -> tuple[int, int]:
    """Climb while the node is the lone one at the right edge, which has no sibling to be hashed with."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _left(size: int) -> int:
    """Leaves of the left branch: the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _hash(start: int, end: int, subtree: Subtree) -> bytes:
    """The hash of a range, folded from its complete subtrees, the rightmost first."""
    parts = nodes(start, end)
    found = subtree(*parts[-1])
    for level, index in reversed(parts[:-1]):
        found = node_hash(subtree(level, index), found)
    return found
