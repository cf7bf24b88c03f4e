"""Which addresses are let through, in every spelling."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.capture.addresses import NoAddress, canonical, literal, refusal

INSIDE = [
    ("0.0.0.0", "unspecified"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("10.1.2.3", "private"),
    ("172.16.0.1", "private"),
    ("192.168.1.1", "private"),
    ("169.254.1.1", "link-local"),
    ("169.254.169.254", "a cloud metadata service"),
    ("168.63.129.16", "a cloud metadata service"),
    ("100.64.0.1", "carrier-grade NAT"),
    ("224.0.0.1", "multicast"),
    ("240.0.0.1", "private"),
    ("255.255.255.255", "private"),
    ("192.0.2.1", "private"),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("fe80::1", "link-local"),
    ("fec0::1", "site-local"),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "a cloud metadata service"),
    ("ff02::1", "multicast"),
    ("64:ff9b:1::808:808", "a local network's own NAT64"),
]

LOOPBACK_SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0x7f000001",
    "0x7F.0x0.0x0.0x1",
    "0x7f.1",
    "127.0.0.1.",
    "①②⑦.⓪.⓪.①",
    "１２７。０。０。１",  # full-width digits, ideographic full stops
    "[::1]",
    "::1%lo",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::127.0.0.1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:0:808:808:0:0:80ff:fffe",  # Teredo: the client's address stands inverted at the end
    "2a00:1450::5efe:7f00:1",  # ISATAP
]


@pytest.mark.parametrize(("text", "why"), INSIDE)
def test_what_is_not_public_is_refused_with_its_reason(text: str, why: str) -> None:
    assert refusal(ipaddress.ip_address(text)) == why


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "1.1.1.1", "203.0.114.1", "2606:4700::1111", "2a00:1450:4001::8a"]
)
def test_what_is_public_is_let_through(text: str) -> None:
    assert refusal(ipaddress.ip_address(text)) is None


inner_v4 = st.sampled_from([ipaddress.IPv4Address(text) for text, _ in INSIDE if ":" not in text])


@given(inner_v4)
def test_a_private_address_inside_an_ipv6_one_is_refused(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    for outer in (
        int(ipaddress.IPv6Address("::ffff:0:0")) | number,
        int(ipaddress.IPv6Address("64:ff9b::")) | number,
        int(ipaddress.IPv6Address("::ffff:0:0:0")) | number,
        int(ipaddress.IPv6Address("2002::")) | number << 80,
        int(ipaddress.IPv6Address("2a00:1450::5efe:0:0")) | number,
    ):
        assert refusal(ipaddress.IPv6Address(outer)) is not None


@given(st.ip_addresses())
def test_nothing_that_python_holds_to_be_local_is_let_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if refusal(address) is None:
        assert address.is_global


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
def test_loopback_is_known_in_every_spelling(host: str) -> None:
    address = literal(canonical(host))
    assert address is not None
    assert "loopback" in (refusal(address) or "")


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]"]
)
def test_the_metadata_service_is_known_in_every_spelling(host: str) -> None:
    address = literal(canonical(host))
    assert address is not None
    assert (refusal(address) or "").startswith("a cloud metadata service")


@pytest.mark.parametrize(
    "host", ["256.0.0.1", "1.2.3.4.5", "08.1.1.1", "0x100000000", "situs.7", "1..2", "::g", "0xg.0x1"]
)
def test_what_ends_in_a_number_and_is_no_address_is_never_left_to_a_resolver(host: str) -> None:
    with pytest.raises(NoAddress):
        literal(canonical(host))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_the_same_in_decimal_octal_and_hexadecimal(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    spellings = (
        str(address),
        str(number),
        hex(number),
        f"0{number:o}",
        f"{number >> 24}.{number & 0xFFFFFF}",
    )
    assert {literal(canonical(spelling)) for spelling in spellings} == {address}


@given(st.text(max_size=40))
def test_any_text_is_an_address_a_name_or_refused(host: str) -> None:
    try:
        address = literal(canonical(host))
    except NoAddress:
        return
    assert address is None or address.version in (4, 6)
