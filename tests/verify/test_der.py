"""Walking DER: what is not DER is refused, and the declarative ASN.1 of ``cryptography`` sees the same elements."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from evidentia.verify.der import DerError, Element, elements, oid
from lab.pki import Lab


@asn1.sequence
class _Wrapper:
    elements: list[asn1.TLV]


def length(octets: int) -> bytes:
    """A length as DER has it."""
    if octets < 0x80:
        return bytes((octets,))
    size = (octets.bit_length() + 7) // 8
    return bytes((0x80 | size,)) + octets.to_bytes(size, "big")


def oracle(content: bytes) -> tuple[tuple[int, bytes], ...] | None:
    """Tag octets and contents as ``cryptography`` finds them, or None where it refuses the bytes."""
    inner = b"\x30" + length(len(content)) + content
    try:
        found = asn1.decode_der(_Wrapper, b"\x30" + length(len(inner)) + inner).elements
    except ValueError:
        return None
    at, made = 0, []
    for one in found:
        data = bytes(one.data)
        made.append((content[at], data))
        at += 1 + len(length(len(data))) + len(data)
    return tuple(made) if at == len(content) else None


def walked(content: bytes) -> tuple[Element, ...] | None:
    try:
        return elements(content)
    except DerError:
        return None


element = st.builds(
    lambda tag, data: bytes((tag,)) + length(len(data)) + data,
    st.sampled_from((0x01, 0x02, 0x04, 0x05, 0x06, 0x0C, 0x18, 0x30, 0x31, 0x80, 0x81, 0xA0, 0xA4)),
    st.binary(max_size=300),
)


@given(st.lists(element, max_size=4).map(b"".join))
def test_elements_are_found_one_after_the_other(content: bytes) -> None:
    found = elements(content)
    assert b"".join(one.encoded for one in found) == content
    assert tuple((one.tag, one.content) for one in found) == oracle(content)


@given(st.one_of(st.binary(max_size=12), st.lists(element, max_size=2).map(b"".join)), st.data())
def test_what_is_taken_is_what_the_oracle_takes(content: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(0, 2))):
        if content:
            at = data.draw(st.integers(0, len(content) - 1))
            content = content[:at] + data.draw(st.binary(max_size=2)) + content[at + 1 :]
    found = walked(content)
    if found is not None:
        assert tuple((one.tag, one.content) for one in found) == oracle(content)


def test_every_octet_of_a_real_token_is_judged_as_the_oracle_judges_it(lab: Lab) -> None:
    token = lab.stamp(b"Pilih Paslon A!", datetime(2025, 3, 1, tzinfo=UTC))
    (whole,) = elements(token)
    for content in (token, whole.content, elements(whole.content)[1].content):
        for at in range(min(len(content), 60)):
            for octet in (0x00, 0x1F, 0x7F, 0x80, 0x81, 0x82, 0xFF):
                changed = content[:at] + bytes((octet,)) + content[at + 1 :]
                found, expected = walked(changed), oracle(changed)
                if found is None and expected is not None:
                    assert any(tag == 0 or tag & 0x1F == 0x1F for tag, _ in expected), (at, octet)
                else:
                    taken = None if found is None else tuple((one.tag, one.content) for one in found)
                    assert taken == expected, (at, octet)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x04", id="no length"),
        pytest.param(b"\x04\x02a", id="shorter than it says"),
        pytest.param(b"\x04\x81\x01a", id="a length that is too long for what it says"),
        pytest.param(b"\x04\x82\x00\x81" + b"a" * 0x81, id="a length that begins with zero"),
        pytest.param(b"\x24\x80\x04\x01a\x00\x00", id="no definite length"),
        pytest.param(b"\x04\xff" + b"\x00" * 127, id="a length of 127 octets"),
        pytest.param(b"\x1f\x81\x01\x01a", id="a tag of several octets"),
        pytest.param(b"\x00\x00", id="the end of contents, which DER has not"),
        pytest.param(b"\x04\x85\x01\x00\x00\x00\x00", id="more than 4 GiB"),
    ],
)
def test_what_is_not_der_is_refused(content: bytes) -> None:
    with pytest.raises(DerError):
        elements(content)


def named(content: bytes) -> str | None:
    try:
        return oid(Element(0x06, content, b"\x06" + length(len(content)) + content))
    except DerError:
        return None


def named_by_the_oracle(content: bytes) -> str | None:
    try:
        return asn1.decode_der(ObjectIdentifier, b"\x06" + length(len(content)) + content).dotted_string
    except ValueError:
        return None


octets = st.one_of(
    st.binary(max_size=12), st.binary(min_size=60, max_size=66), st.sampled_from((b"*", b"x", b"\x7f"))
)


@given(octets)
def test_object_identifiers_are_read_as_the_oracle_reads_them(content: bytes) -> None:
    expected = named_by_the_oracle(content)
    found = named(content)
    if expected is None and found is not None:
        assert any(int(number) > 0xFFFFFFFF for number in found.split(".")), (
            "numbers that the oracle cannot hold"
        )
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("content", "dotted"),
    [
        (bytes.fromhex("2a864886f70d010701"), "1.2.840.113549.1.7.1"),
        (bytes.fromhex("608648016503040201"), "2.16.840.1.101.3.4.2.1"),
        (bytes.fromhex("883703"), "2.999.3"),
        (bytes.fromhex("2a80"), None),
        (bytes.fromhex("2a8001"), None),
        (b"", None),
    ],
)
def test_an_object_identifier_in_dotted_form(content: bytes, dotted: str | None) -> None:
    assert named(content) == dotted
