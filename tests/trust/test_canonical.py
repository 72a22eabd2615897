import json
import struct
from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from consilience.trust.canonical import EXACT, MAX_DEPTH, encode, parse, parse_canonical
from consilience.trust.errors import (
    DeepNestingError,
    DuplicateKeyError,
    InexactNumberError,
    MalformedJsonError,
    NotCanonicalError,
    TooLargeError,
    TrustError,
    UnencodableError,
)

VECTORS = Path(__file__).parents[1] / "vectors"
SAMPLES = json.loads((VECTORS / "rfc8785_samples.json").read_text("utf-8"))
NUMBERS = json.loads((VECTORS / "rfc8785_numbers.json").read_text("utf-8"))
MOST = 1 << 20


def is_character(character):
    code = ord(character)
    return not (0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]).filter(is_character), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(1 - EXACT, EXACT - 1)
    | st.floats(1 - EXACT, EXACT - 1, allow_nan=False)
    | TEXTS
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def read(data, most=MOST):
    return parse(data, "payload", most)


def nested(depth, opening=b"[", closing=b"]"):
    return opening * depth + closing * depth


# --- RFC 8785 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", SAMPLES["samples"], ids=lambda sample: sample["name"])
def test_published_samples_have_their_published_bytes(sample):
    assert encode(json.loads(sample["input"])).hex() == sample["canonical"]


def test_the_bytes_of_section_3_2_4_are_met():
    values = next(sample for sample in SAMPLES["samples"] if sample["name"] == "values")
    assert encode(json.loads(values["input"])).hex() == SAMPLES["section_3_2_4"]


@pytest.mark.parametrize(("bits", "text"), NUMBERS["finite"])
def test_numbers_of_appendix_b_have_their_published_text(bits, text):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert encode(number) == text.encode()


@pytest.mark.parametrize("bits", NUMBERS["no_json"])
def test_nan_and_infinity_of_appendix_b_are_refused(bits):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    with pytest.raises(InexactNumberError, match="number"):
        encode([number])


@settings(max_examples=400)
@given(VALUES)
@example({"\U00010000": 1, "\uff00": 2})  # UTF-16 order is not code point order
@example({"a": {'\x7f\x00\x1f/\\"\u2028': -0.0}})
def test_bytes_equal_those_of_the_rfc8785_library(value):
    assert encode(value) == rfc8785.dumps(value)


@settings(max_examples=400)
@given(VALUES)
def test_canonical_bytes_read_back_to_themselves(value):
    data = encode(value)
    assert read(data) == value
    assert encode(parse_canonical(data, "payload", MOST)) == data


@settings(max_examples=200)
@given(VALUES)
def test_any_other_spelling_of_a_value_is_not_canonical(value):
    spelled = json.dumps(value, indent=1, ensure_ascii=True).encode()
    if spelled == encode(value):
        assert parse_canonical(spelled, "payload", MOST) == value
    else:
        with pytest.raises(NotCanonicalError):
            parse_canonical(spelled, "payload", MOST)


@settings(max_examples=1000)
@given(st.binary(max_size=60) | st.text('[]{}":,0123456789.eE+-truefalsn\\u \n', max_size=40).map(str.encode))
def test_random_bytes_give_a_value_or_a_named_error(data):
    with suppress(TrustError):
        value = parse_canonical(data, "payload", 50)
        assert encode(value) == data


# --- Attacks ----------------------------------------------------------------------------------------------------------


def test_data_over_the_bound_is_refused_before_it_is_read():
    assert read(b"[1]", most=3) == [1]
    with pytest.raises(TooLargeError, match="4 bytes, expected 3 at most"):
        read(b"\xff\xff\xff\xff", most=3)


@pytest.mark.parametrize(
    "data", [b'{"a":1,"a":1}', b'{"a":1,"\\u0061":2}', b'[{"b":{"":1,"":2}}]', '{"é":1,"\\u00e9":2}'.encode()]
)
def test_duplicate_key_is_refused_however_it_is_escaped(data):
    with pytest.raises(DuplicateKeyError, match="twice"):
        read(data)


def test_the_same_key_in_two_objects_is_no_duplicate():
    assert read(b'{"a":{"a":1},"b":{"a":2}}') == {"a": {"a": 1}, "b": {"a": 2}}


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":[', b"]}")])
def test_nesting_up_to_the_bound_is_read_and_one_deeper_is_refused(opening, closing):
    most = MAX_DEPTH // (opening.count(b"[") + opening.count(b"{"))
    assert read(nested(most - 1, opening, closing).replace(opening + closing, opening + b"[]" + closing))
    with pytest.raises(DeepNestingError, match="level 65"):
        read(nested(most + 1, opening, closing))


def test_a_million_open_brackets_are_refused_without_recursion():
    with pytest.raises(DeepNestingError):
        read(b"[" * MOST)


def test_brackets_inside_text_do_not_count_as_nesting():
    assert read(b'["' + b"[" * 500 + b'\\"' + b"{" * 500 + b'"]')


def test_an_open_string_full_of_escaped_quotes_is_refused_in_linear_time():
    with pytest.raises(MalformedJsonError):
        read(b'"' + b"[{" * 65 + b'\\"' * (MOST // 2 - 100))


def test_a_megabyte_of_keys_with_one_twice_at_the_end_is_refused_in_linear_time():
    keys = [f"k{number}" for number in range(70_000)]
    data = ("{" + ",".join(f'"{key}":1' for key in [*keys, keys[-1]]) + "}").encode()
    before = process_time()
    with pytest.raises(DuplicateKeyError, match="k69999"):
        read(data)
    assert process_time() - before < 5, "a square of the keys takes a minute"


def test_a_value_that_is_too_deep_or_holds_itself_is_not_encoded():
    loop = []
    loop.append(loop)
    with pytest.raises(DeepNestingError):
        encode(loop)
    with pytest.raises(DeepNestingError):
        encode([0.5, read(nested(MAX_DEPTH))])


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(
    "text",
    [
        "9007199254740992",
        "9007199254740993",
        "9007199254740992.0",
        "1e16",
        "1E400",
        "1" * 5000,
        "0." + "1" * 5000,
        "1e-400",
        "NaN",
        "Infinity",
    ],
)
def test_number_beyond_2_to_the_53_or_beyond_a_double_is_refused(text, sign):
    if sign and text == "NaN":
        text = "NaN,-1"
        sign = ""
    with pytest.raises(InexactNumberError):
        read(f"[{sign}{text}]".encode())


def test_the_largest_exact_integers_are_read_and_written():
    assert encode(read(b"[9007199254740991,-9007199254740991]")) == b"[9007199254740991,-9007199254740991]"
    for number in (EXACT, -EXACT):
        with pytest.raises(InexactNumberError):
            encode([number])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\x00}\x00",
        b'"\xed\xa0\x80"',
        b'"\xc0\xaf"',
        b'"\\ud800"',
        b'["\\udc00\\ud800"]',
        b'{"\\ud83d":1}',
        b'"\\uffff"',
        b'"\\ufdd0"',
        b'"\xef\xbf\xbe"',
        b'"\xf0\x9f\xbf\xbf"',
        b'"\xef\xb7\x90"',
        b"{}{}",
        b"[1]x",
        b"[1,]",
        b"{'a':1}",
        b"[01]",
        b"[+1]",
        b"[.5]",
        b"[1.]",
        b'"\n"',
        b'"\\x41"',
        b"// no\n[]",
        b"tru",
    ],
)
def test_text_that_is_not_i_json_is_refused(data):
    with pytest.raises(MalformedJsonError):
        read(data)


def test_an_escaped_pair_of_surrogates_is_one_character():
    assert read(b'"\\ud83d\\ude00"') == "\U0001f600"
    assert encode("\U0001f600") == '"\U0001f600"'.encode()


@pytest.mark.parametrize(
    "data",
    [
        b' {"a":1}',
        b'{"a":1}\n',
        b'{"b":1,"a":2}',
        b"[1.0]",
        b"[-0]",
        b"[1e2]",
        b'"\\u0041"',
        b'"\\/"',
        b"[0.50]",
        b"[1e-07]",
    ],
)
def test_payload_that_is_not_canonical_is_refused(data):
    assert read(data) is not None
    with pytest.raises(NotCanonicalError, match="RFC 8785"):
        parse_canonical(data, "payload", MOST)


def test_keys_in_code_point_order_where_utf_16_differs_are_not_canonical():
    with pytest.raises(NotCanonicalError):
        parse_canonical('{"\uff00":1,"\U00010000":2}'.encode(), "payload", MOST)


@pytest.mark.parametrize(
    "value", [b"bytes", (1,), {1: 2}, {"a": {None: 1}}, "\ud800", ["\uffff"], {"\ufdd0": 0.5}, {1}]
)
def test_what_json_cannot_hold_is_not_encoded(value):
    with pytest.raises(UnencodableError):
        encode(value)
