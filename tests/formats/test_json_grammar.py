"""Canonical JSON: what RFC 8785 says, and every trap that other readers fall into."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.formats.canonical_json import LARGEST_DOCUMENT, decode_canonical, encode_canonical
from evidentia.record.errors import FormatError

LIMIT = (
    2**53 - 1
)  # beyond it a whole float is written as an integer, which no reader takes; events hold no floats
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LIMIT, LIMIT)
    | st.floats(-LIMIT, LIMIT)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(plain)
def test_what_is_written_is_read_back(value: object) -> None:
    data = encode_canonical(value)
    assert decode_canonical("x", data) == value
    assert encode_canonical(decode_canonical("x", data)) == data


@given(plain)
def test_it_is_json_that_others_read(value: object) -> None:
    assert json.loads(encode_canonical(value)) == value


@given(plain)
def test_the_quick_way_to_read_takes_nothing_that_the_slow_one_would_not(value: object) -> None:
    """msgspec's sorted form is RFC 8785's for most values, and for the others it must not be taken for it."""
    data = msgspec.json.encode(value, order="sorted")
    try:
        read = decode_canonical("x", data)
    except FormatError:
        assert encode_canonical(value) != data
    else:
        assert encode_canonical(read) == data


@given(st.binary(max_size=60))
def test_whatever_is_not_canonical_is_refused_in_words(data: bytes) -> None:
    try:
        value = decode_canonical("x", data)
    except FormatError:
        return
    assert encode_canonical(value) == data


# Built after RFC 8785's text: section 3.2.2.2 (strings), 3.2.2.3 (numbers, ECMAScript's form), 3.2.3 (UTF-16 order).
VECTORS = [
    ({"b": 1, "a": 2}, b'{"a":2,"b":1}'),
    (
        {"\u20ac": 1, "\r": 2, "1": 3, "\u0080": 4, "\u00f6": 5},
        '{"\\r":2,"1":3,"\u0080":4,"\u00f6":5,"\u20ac":1}'.encode(),
    ),
    ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'.encode()),
    ('\u000f\n\b"\\/\u007f', b'"\\u000f\\n\\b\\"\\\\/\x7f"'),
    ([0.0, -0.0, 1e21, 1e-7, 4.5, 0.002, 1e-27], b"[0,0,1e+21,1e-7,4.5,0.002,1e-27]"),
    ([333333333.33333329, 1e30, 9007199254740991], b"[333333333.3333333,1e+30,9007199254740991]"),
    ([True, False, None, {}, [], ""], b'[true,false,null,{},[],""]'),
]


@pytest.mark.parametrize(("value", "data"), VECTORS)
def test_vectors_after_rfc_8785(value: object, data: bytes) -> None:
    assert encode_canonical(value) == data


TRAPS = {
    "duplicate keys": b'{"a":1,"a":1}',
    "duplicate keys by escape": b'{"a":1,"\\u0061":1}',
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "a lone surrogate": b'"\\ud800"',
    "surrogates in reverse": b'"\\udc00\\ud800"',
    "a surrogate in UTF-8": b'"\xed\xa0\x80"',
    "an overlong form": b'"\xc0\xaf"',
    "UTF-16": '"a"'.encode("utf-16"),
    "a BOM": b"\xef\xbb\xbf{}",
    "beyond 2^53": b"9007199254740993",
    "beyond every float": b"1e999",
    "many digits": b"1" * 5000,
    "minus zero": b"-0",
    "a needless exponent": b"1E2",
    "a needless fraction": b"1.0",
    "a leading zero": b"01",
    "a plus": b"+1",
    "an underscore": b"1_0",
    "another script's digits": "٣".encode(),
    "blanks": b"[1, 2]",
    "a final newline": b"{}\n",
    "two values": b"{}{}",
    "a trailing comma": b"[1,]",
    "a comment": b"{}/**/",
    "single quotes": b"'a'",
    "a raw line break in a string": b'"a\nb"',
    "an escaped slash": b'"\\/"',
    "upper-case escapes": b'"\\u000F"',
    "keys out of order": b'{"b":1,"a":1}',
    "nothing": b"",
    "deep nesting": b"[" * 200_000 + b"]" * 200_000,
    "deep nesting without end": b"[" * 200_000,
    "too much": b'"' + b"a" * LARGEST_DOCUMENT + b'"',
}


@pytest.mark.parametrize("data", TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        decode_canonical("custody/000001.json", data)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53 + 1, "\ud800", {1: 2}, object(), {"a": b"\xff"}.keys()]
)
def test_what_json_cannot_hold_is_not_written(value: object) -> None:
    with pytest.raises(FormatError):
        encode_canonical(value)
