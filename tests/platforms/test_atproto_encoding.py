"""CIDs, DAG-CBOR and CAR: one form for everything, and nothing else is taken."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.platforms.atproto.car import MAX_BYTES, read_car
from evidentia.platforms.atproto.cid import Cid, Codec, Malformed, cid_of, parse_bytes, parse_text
from evidentia.platforms.atproto.dag_cbor import MAX_DEPTH, decode, encode
from evidentia.platforms.atproto.json_form import read_json
from tests.platforms.atproto_forge import Link, car, cbor, cid, head, spelled, varint

LINKS = st.binary(max_size=40).map(lambda data: Link(cid(data)))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.binary(max_size=300)
    | st.text(max_size=300)
    | LINKS
)
VALUES = st.recursive(
    LEAVES,
    lambda inside: st.lists(inside, max_size=5) | st.dictionaries(st.text(max_size=30), inside, max_size=5),
)


def with_cids(value: Any) -> Any:
    """The writer's value as the reader has it."""
    if isinstance(value, Link):
        return parse_bytes(value.cid)
    if isinstance(value, list):
        return [with_cids(each) for each in value]
    return {key: with_cids(each) for key, each in value.items()} if isinstance(value, dict) else value


@given(VALUES)
def test_two_writers_agree_and_what_was_written_is_read(value: Any) -> None:
    written = cbor(value)
    assert encode(with_cids(value)) == written
    assert decode(written) == with_cids(value)


@given(st.binary(max_size=200))
def test_whatever_is_taken_is_the_one_encoding(data: bytes) -> None:
    try:
        value = decode(data)
    except Malformed:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "cut short"),
        (b"\x18\x17", "as short as it can be"),
        (b"\x19\x00\xff", "as short as it can be"),
        (b"\x1b\x00\x00\x00\x00\xff\xff\xff\xff", "as short as it can be"),
        (b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff", "beyond 64 bits"),
        (b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff", "beyond 64 bits"),
        (b"\x5f\x41a\xff", "indefinite length"),
        (b"\x9f\xff", "indefinite length"),
        (b"\xbf\xff", "indefinite length"),
        (b"\x62\xff\xfe", "not UTF-8"),
        (b"\x62a", "cut short"),
        (b"\x9a\xff\xff\xff\xff", "cut short"),
        (b"\xf9\x00\x00", "a float"),
        (b"\xfb" + b"\0" * 8, "a float"),
        (b"\xf7", "simple value"),
        (b"\xf8\x14", "simple value"),
        (b"\xa2\x61b\x01\x61a\x02", "out of order"),
        (b"\xa2\x61a\x01\x61a\x02", "one twice"),
        (b"\xa2\x62aa\x01\x61b\x02", "out of order"),
        (b"\xa1\x01\x02", "no string"),
        (b"\xc1\x00", "tag 1"),
        (b"\xd8\x2a\x41\x00", "no CID"),
        (b"\xd8\x2a\x58\x25\x01" + cid(b""), "no CID"),
        (b"\x01\x01", "after the end"),
        (b"\x81" * (MAX_DEPTH + 2) + b"\x01", "deeper"),
        (b"\xa1\x61a" * 100_000, "deeper"),
    ],
)
def test_a_second_encoding_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(Malformed, match=what):
        decode(data)


@pytest.mark.parametrize("value", [1.5, 2**63, "\ud800", {"\ud800": 1}, object()])
def test_what_the_data_model_does_not_have_is_not_written(value: Any) -> None:
    with pytest.raises(Malformed):
        encode(value)


def test_the_empty_map_has_the_name_that_everyone_gives_it() -> None:
    assert str(cid_of(b"\xa0")) == "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"


def test_a_cid_has_one_spelling() -> None:
    named = cid_of(b"uji", Codec.RAW)
    assert parse_text(str(named)) == named == parse_bytes(bytes(named))
    assert str(named) == spelled(cid(b"uji", 0x55))
    assert named.names(b"uji")
    assert not named.names(b"Uji")
    for wrong in (
        str(named).upper(),
        str(named)[:-1],
        str(named) + "a",
        "z" + str(named)[1:],
        "",
        "b" + "é" * 58,
    ):
        with pytest.raises(Malformed):
            parse_text(wrong)


def test_the_bits_that_base32_leaves_over_must_be_zero() -> None:
    text = str(Cid(Codec.RAW, bytes(32)))
    assert text.endswith("a")
    with pytest.raises(Malformed, match="one spelling"):
        parse_text(text[:-1] + "b")


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_cid_of_another_kind_is_refused(at: int) -> None:
    wrong = bytearray(cid(b"uji"))
    wrong[at] ^= 0x02
    with pytest.raises(Malformed):
        parse_bytes(bytes(wrong))


def test_a_number_without_a_fraction_is_an_integer() -> None:
    assert encode(read_json(b"[123.0, -0.0, 1e3]")) == encode([123, 0, 1000])


def test_json_spells_links_and_bytes_in_its_own_way() -> None:
    named = spelled(cid(b"uji", 0x55))
    value = read_json(
        f'{{"a": {{"$link": "{named}"}}, "b": {{"$bytes": "AAE"}}, "c": [true, null, -3]}}'.encode()
    )
    assert value == {"a": parse_text(named), "b": b"\0\1", "c": [True, None, -3]}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"1.5",
        b"1e300",
        b"-1e19",
        b"NaN",
        b'{"$link": "bafy"}',
        b'{"$bytes": "%"}',
        b'"\\ud800"',
        b"\xff",
        b"[" * 200_000,
        b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
    ],
)
def test_json_that_is_no_value_is_refused(text: bytes) -> None:
    with pytest.raises(Malformed):
        encode(read_json(text))


def test_every_block_is_hashed() -> None:
    block = cbor({"text": "Saya netral"})
    whole = car(cid(block), [block, b"\xa0"])
    read = read_car(whole)
    assert bytes(read.root) == cid(block)
    assert {bytes(name): data for name, data in read.blocks.items()} == {cid(b): b for b in (block, b"\xa0")}
    with pytest.raises(Malformed, match="hash"):
        read_car(whole.replace(b"netral", b"setuju"))


@pytest.mark.parametrize("cut", range(1, 140))
def test_a_car_that_is_cut_short_is_refused_or_lacks_its_last_block(cut: int) -> None:
    blocks = [cbor({"n": 1}), cbor({"n": 2})]
    whole = car(cid(blocks[0]), blocks)
    ends = {len(car(cid(blocks[0]), blocks[:kept])) for kept in range(3)}
    if len(whole) - cut in ends:  # a CAR does not say how many blocks it has
        assert len(read_car(whole[:-cut]).blocks) < 2
    else:
        with pytest.raises(Malformed):
            read_car(whole[:-cut])


@pytest.mark.parametrize(
    "header",
    [
        {"version": 2, "roots": [Link(cid(b""))]},
        {"version": True, "roots": [Link(cid(b""))]},
        {"version": 1, "roots": []},
        {"version": 1, "roots": [Link(cid(b"")), Link(cid(b"a"))]},
        {"version": 1, "roots": [cid(b"")]},
        {"version": 1, "roots": [Link(cid(b""))], "more": 1},
        [],
    ],
)
def test_a_header_that_is_not_version_1_with_one_root_is_refused(header: Any) -> None:
    written = cbor(header)
    with pytest.raises(Malformed, match="header"):
        read_car(varint(len(written)) + written)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"\x00",
        b"\xff" * 9,
        b"\x81\x00" + b"\xa0",
        varint(2**27) + b"\xa0",
        bytes(MAX_BYTES + 1),
    ],
)
def test_a_length_that_no_block_has_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_car(data)


def test_a_length_has_one_form() -> None:
    whole = car(cid(b"\xa0"), [b"\xa0"])
    assert whole[0] < 0x80
    with pytest.raises(Malformed, match="as short as it can be"):
        read_car(bytes([whole[0] | 0x80, 0]) + whole[1:])


def test_a_block_of_no_bytes_is_a_block() -> None:
    assert hashlib.sha256(b"").digest() == bytes(next(iter(read_car(car(cid(b""), [b""])).blocks)))[4:]


@given(st.integers(0, 2**63))
def test_numbers_are_as_short_as_they_can_be(number: int) -> None:
    if number < 2**63:
        assert encode(number) == head(0, number)
