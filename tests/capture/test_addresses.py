"""Which addresses are let through, in every spelling."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.capture.addresses import refusal

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
        int(ipaddress.IPv6Address("2002::")) | number << 80,
    ):
        assert refusal(ipaddress.IPv6Address(outer)) is not None


@given(st.ip_addresses())
def test_nothing_that_python_holds_to_be_local_is_let_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if refusal(address) is None:
        assert address.is_global
