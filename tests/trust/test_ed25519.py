import json
from pathlib import Path

import pytest

from consilience.trust.ed25519 import _D, _P, _SMALL_ORDER, check_public, holds
from consilience.trust.errors import WeakKeyError
from consilience.trust.keys import SigningKey
from tests.trust.making import make_key

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "rfc8032_ed25519.json").read_text("utf-8"))["vectors"]
ORDER = 2**252 + 27742317777372353535851937790883648493


def root(square):
    """A square root modulo p; None if there is none."""
    found = pow(square, (_P + 3) // 8, _P)
    if (found * found - square) % _P:
        found = found * pow(2, (_P - 1) // 4, _P) % _P
    return None if (found * found - square) % _P else found


def double(x, y):
    """A point of the curve added to itself (RFC 8032, section 5.1.4, in affine coordinates)."""
    shared = _D * x * x % _P * y % _P * y % _P
    return 2 * x * y * pow(1 + shared, -1, _P) % _P, (y * y + x * x) * pow(1 - shared, -1, _P) % _P


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors_of_rfc_8032_are_met(vector):
    key = SigningKey.from_seed(bytes.fromhex(vector["seed"]))
    message, signature = bytes.fromhex(vector["message"]), bytes.fromhex(vector["signature"])
    assert key.public.hex() == vector["public"]
    assert key.sign(message) == signature
    assert holds(key.public, signature, message)
    assert not holds(key.public, signature, message + b"\0")
    check_public(key.public, "key")


def test_malleable_signature_with_the_order_added_is_refused():
    key = make_key()
    good = key.sign(b"message")
    twin = good[:32] + (int.from_bytes(good[32:], "little") + ORDER).to_bytes(32, "little")
    assert holds(key.public, good, b"message")
    assert not holds(key.public, twin, b"message")


@pytest.mark.parametrize("size", [0, 32, 63, 65, 128])
def test_signature_of_another_length_is_refused(size):
    key = make_key()
    assert not holds(key.public, (key.sign(b"") * 2)[:size], b"")


@pytest.mark.parametrize("y", sorted(_SMALL_ORDER))
@pytest.mark.parametrize("sign", [0, 1])
def test_public_key_of_small_order_is_refused(y, sign):
    x = root((y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P)
    point = (x, y)
    for _ in range(3):
        point = double(*point)
    assert point == (0, 1), "eight times the point is the neutral element"
    with pytest.raises(WeakKeyError, match="small order"):
        check_public((y | sign << 255).to_bytes(32, "little"), "key")


def test_there_is_a_signature_that_anybody_can_make_under_a_key_of_small_order():
    neutral = (1).to_bytes(32, "little")
    assert holds(neutral, neutral + bytes(32), b"any message at all")


@pytest.mark.parametrize("y", [_P, _P + 1, 2**255 - 1])
def test_public_key_in_a_second_spelling_is_refused(y):
    with pytest.raises(WeakKeyError, match="beyond the field"):
        check_public(y.to_bytes(32, "little"), "key")


def test_public_key_that_is_no_point_is_refused():
    off = next(y for y in range(2, 99) if root((y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P) is None)
    with pytest.raises(WeakKeyError, match="no point"):
        check_public(off.to_bytes(32, "little"), "key")


@pytest.mark.parametrize("size", [0, 31, 33])
def test_public_key_of_another_length_is_refused(size):
    with pytest.raises(WeakKeyError, match="bytes"):
        check_public(bytes(size), "key")
