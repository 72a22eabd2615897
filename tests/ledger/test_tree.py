import hashlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consilience.ledger import tiles, tree
from consilience.ledger.errors import ProofError

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "rfc6962_tree.json").read_text())
MOST = 72
LEAVES = [tree.record_hash(number.to_bytes(2, "big")) for number in range(1, MOST + 1)]


def plain(leaves):
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return hashlib.sha256(b"\x01" + plain(leaves[:cut]) + plain(leaves[cut:])).digest()


def plain_path(index, leaves):
    """PATH of RFC 6962, section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    if index < cut:
        return [*plain_path(index, leaves[:cut]), plain(leaves[cut:])]
    return [*plain_path(index - cut, leaves[cut:]), plain(leaves[:cut])]


def plain_proof(old, leaves, whole=True):
    """SUBPROOF of RFC 6962, section 2.1.2, word for word."""
    if old == len(leaves):
        return [] if whole else [plain(leaves)]
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    if old <= cut:
        return [*plain_proof(old, leaves[:cut], whole), plain(leaves[cut:])]
    return [*plain_proof(old - cut, leaves[cut:], False), plain(leaves[:cut])]


def of(leaves):
    """Subtree hashes of some leaves, by the plain definition."""
    return lambda level, index: plain(leaves[index << level : (index + 1) << level])


ROOTS = [plain(LEAVES[:size]) for size in range(MOST + 1)]


def altered(path):
    """Every way to change one hash of a path, to leave one out, to put one in, and to swap two."""
    for at, step in enumerate(path):
        yield (*path[:at], bytes([step[0] ^ 1]) + step[1:], *path[at + 1 :])
        yield (*path[:at], *path[at + 1 :])
        yield (*path[:at], step[:-1], *path[at + 1 :])
    for at in range(len(path) + 1):
        yield (*path[:at], bytes(32), *path[at:])
    for at, (one, two) in enumerate(pairwise(path)):
        if one != two:
            yield (*path[:at], two, one, *path[at + 2 :])


def test_roots_and_proofs_are_those_of_the_rfc_6962_reference():
    leaves = [tree.record_hash(bytes.fromhex(record)) for record in VECTORS["leaves"]]
    assert tree.root(0, of([])).hex() == VECTORS["empty"]
    for size, root in enumerate(VECTORS["roots"], 1):
        assert tree.root(size, of(leaves[:size])).hex() == root
    roots = [bytes.fromhex(root) for root in VECTORS["roots"]]
    for case in VECTORS["consistency"]:
        proof = tree.hashes(tree.consistency_ranges(case["old"], case["new"]), of(leaves))
        assert [step.hex() for step in proof] == case["proof"]
        tree.verify_consistency(case["old"], case["new"], proof, (roots[case["old"] - 1], roots[case["new"] - 1]))


def test_every_inclusion_proof_verifies_and_every_altered_one_fails():
    for size in range(1, MOST + 1):
        for index in range(size):
            path = tree.hashes(tree.inclusion_ranges(index, size), of(LEAVES[:size]))
            assert list(path) == plain_path(index, LEAVES[:size])
            tree.verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])
            if size in (1, 2, 3, 7, 8, 13, 33, 64, 70):
                for wrong in altered(path):
                    with pytest.raises(ProofError):
                        tree.verify_inclusion(LEAVES[index], index, size, wrong, ROOTS[size])


def test_a_proof_for_another_leaf_place_or_tree_fails():
    for size in (1, 2, 5, 8, 21, 64):
        for index in range(size):
            path = tree.hashes(tree.inclusion_ranges(index, size), of(LEAVES[:size]))
            others = (
                (LEAVES[size], index, size, ROOTS[size]),
                (LEAVES[index], index, size, ROOTS[size + 1]),
                (LEAVES[index], size, size, ROOTS[size]),
                (LEAVES[index], -1, size, ROOTS[size]),
                *((LEAVES[index], other, size, ROOTS[size]) for other in range(size) if other != index),
            )
            for leaf, place, of_size, root in others:
                with pytest.raises(ProofError):
                    tree.verify_inclusion(leaf, place, of_size, path, root)


def test_every_consistency_proof_verifies_and_every_altered_one_fails():
    for new in range(MOST + 1):
        for old in range(new + 1):
            proof = tree.hashes(tree.consistency_ranges(old, new), of(LEAVES[:new]))
            if old:
                assert list(proof) == plain_proof(old, LEAVES[:new])
            tree.verify_consistency(old, new, proof, (ROOTS[old], ROOTS[new]))
            if new in (1, 2, 6, 8, 13, 33, 64):
                for wrong in altered(proof):
                    with pytest.raises(ProofError):
                        tree.verify_consistency(old, new, wrong, (ROOTS[old], ROOTS[new]))
                with pytest.raises(ProofError):
                    tree.verify_consistency(old, new, proof, (bytes(32), ROOTS[new]))
                if old:
                    with pytest.raises(ProofError):
                        tree.verify_consistency(old, new, proof, (ROOTS[old], bytes(32)))


def test_a_smaller_tree_does_not_extend_a_larger_one():
    for old, new in ((3, 2), (-1, 2)):
        with pytest.raises(ProofError):
            tree.verify_consistency(old, new, (), (bytes(32), bytes(32)))
        with pytest.raises(ProofError):
            tree.consistency_ranges(old, new)


def test_a_leaf_tells_nothing_without_its_salt():
    assert tree.leaf_hash(b"\1" * 32, b"data") != tree.leaf_hash(b"\2" * 32, b"data")
    record = hashlib.sha256(b"\1" * 32 + b"data").digest()
    assert tree.leaf_hash(b"\1" * 32, b"data") == tree.record_hash(record)


# --- Tiles ------------------------------------------------------------------------------------------------------------


def grown(batches):
    """An edge and all tiles after batches of leaves."""
    edge, stored, leaves = tiles.Frontier(), {}, []
    for count in batches:
        new = [tree.record_hash(b"%d" % number) for number in range(len(leaves), len(leaves) + count)]
        leaves += new
        edge, changed = edge.extended(new)
        stored.update({(tile.level, tile.number): tile.hashes for tile in changed})
    return edge, stored, leaves


@given(st.lists(st.integers(0, 400), max_size=6))
def test_tiles_give_the_hashes_of_the_plain_definition(batches):
    edge, stored, leaves = grown(batches)
    size = len(leaves)
    assert edge.size == size
    assert edge.root == plain(leaves)
    assert tiles.frontier(size, stored) == edge
    read = tiles.Pyramids(stored.get)
    for level in range(size.bit_length()):
        for index in range(size >> level):
            assert read(level, index) == plain(leaves[index << level : (index + 1) << level])
        with pytest.raises(KeyError):
            read(level, size >> level)


@given(st.data())
def test_paths_out_of_tiles_verify_at_every_earlier_size(data):
    _, stored, leaves = _LARGE
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    read = tiles.Pyramids(stored.get)
    roots = [tree.root(each, read) for each in (old, size)]
    path = tree.inclusion_ranges(index, size)
    assert set(tiles.spots(path)) <= stored.keys()
    tree.verify_inclusion(leaves[index], index, size, tree.hashes(path, read), roots[1])
    tree.verify_consistency(old, size, tree.hashes(tree.consistency_ranges(old, size), read), tuple(roots))


_LARGE = grown([66_000])


def test_tiles_lie_as_c2sp_tlog_tiles_has_them():
    edge, stored, _ = grown([70_000])
    widths = {spot: len(hashes) // 32 for spot, hashes in stored.items()}
    assert [sum(level == at for level, _ in widths) for at in (0, 1, 2)] == [274, 2, 1]
    assert (widths[0, 273], widths[1, 0], widths[1, 1], widths[2, 0]) == (112, 256, 17, 1)
    assert tiles.edge_spots(70_000) == ((0, 273), (1, 1), (2, 0))
    assert tiles.edge_spots(256) == ((1, 0),)
    assert tiles.Tile(0, 1_234_067, bytes(8192)).path == "tile/0/x001/x234/067"
    assert tiles.Tile(1, 0, bytes(32)).path == "tile/1/000.p/1"
    assert edge.size == 70_000


def test_a_tampered_or_narrow_tile_gives_no_edge():
    edge, stored, _ = grown([300])
    assert tiles.frontier(300, {**stored, (0, 1): stored[0, 1][:-32]}) is None
    assert tiles.frontier(300, {spot: hashes for spot, hashes in stored.items() if spot != (1, 0)}) is None
    assert tiles.frontier(300, {**stored, (0, 1): bytes(44 * 32)}).root != edge.root
