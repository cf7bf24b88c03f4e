"""Blocks and segments, read back by a small reader of the test's own; tshark is asked in ``test_wire.py``."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from evidentia.capture import pcapng
from evidentia.capture.pcapng import ACK, PSH, SYN, End

NEAR = End(ipaddress.ip_address("192.0.2.7"), 50_000)
FAR = End(ipaddress.ip_address("198.51.100.1"), 443)
NEAR6 = End(ipaddress.ip_address("2001:db8::7"), 50_000)
FAR6 = End(ipaddress.ip_address("2001:db8::1"), 443)


def blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each block; both lengths have to agree."""
    while data:
        kind, length = struct.unpack_from("<II", data)
        assert length % 4 == 0
        assert struct.unpack_from("<I", data, length - 4) == (length,)
        yield kind, data[8 : length - 4]
        data = data[length:]


def summed(data: bytes) -> int:
    """RFC 1071 word by word, as the text has it."""
    total = 0
    for (word,) in struct.iter_unpack("!H", data + b"\0" * (len(data) % 2)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total


@given(st.binary(min_size=1, max_size=200))
def test_the_checksum_is_that_of_rfc_1071(data: bytes) -> None:
    assert pcapng.checksum(data) == 0xFFFF - summed(data)


@given(st.binary(max_size=1500), st.integers(0, 2**33), st.integers(0, 2**33))
def test_a_segment_sums_up_and_holds_its_bytes(data: bytes, sequence: int, acknowledged: int) -> None:
    packet = pcapng.segment(NEAR, FAR, sequence, acknowledged, PSH | ACK, data)
    assert summed(packet[:20]) == 0xFFFF
    pseudo = packet[12:20] + struct.pack("!HH", 6, len(packet) - 20)
    assert summed(pseudo + packet[20:]) == 0xFFFF
    assert struct.unpack_from("!H", packet, 2) == (len(packet),)
    assert struct.unpack_from("!HHII", packet, 20) == (50_000, 443, sequence % 2**32, acknowledged % 2**32)
    assert packet[40:] == data


@given(st.binary(max_size=100))
def test_over_ipv6_too(data: bytes) -> None:
    packet = pcapng.segment(NEAR6, FAR6, 1, 1, PSH | ACK, data)
    pseudo = packet[8:40] + struct.pack("!IHBB", len(packet) - 40, 0, 0, 6)
    assert summed(pseudo + packet[40:]) == 0xFFFF
    assert packet[60:] == data


def test_an_opening_segment_says_how_much_is_taken_at_once() -> None:
    packet = pcapng.segment(NEAR, FAR, 0, 0, SYN)
    assert packet[32] >> 4 == 7  # 28 bytes of header
    assert packet[40:44] == b"\2\4" + struct.pack("!H", 1460)


@given(st.binary(max_size=50), st.integers(0, 2**63), st.text(max_size=20))
def test_blocks_are_whole_and_padded(data: bytes, at: int, comment: str) -> None:
    written = (
        pcapng.section_header(comment, "sistem", "uji")
        + pcapng.interface("pintu")
        + pcapng.secrets(data)
        + pcapng.packet(at, data, comment)
    )
    read = list(blocks(written))
    assert [kind for kind, _ in read] == [0x0A0D0D0A, 1, 10, 6]
    high, low, captured, original = struct.unpack_from("<IIII", read[3][1], 4)
    assert high << 32 | low == at
    assert captured == original == len(data)
    assert read[3][1][20 : 20 + captured] == data
    assert struct.unpack_from("<II", read[2][1]) == (0x544C534B, len(data))
    assert read[2][1][8 : 8 + len(data)] == data
