"""Which addresses a capture may reach: public ones, in whatever spelling they come."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = (
    ipaddress.IPv6Network("64:ff9b::/96"),
    ipaddress.IPv6Network("64:ff9b:1::/48"),
)  # RFC 6052, RFC 8215
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, 2.5.5.1
_CARRIER_NAT = ipaddress.IPv4Network("100.64.0.0/10")  # RFC 6598
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")  # RFC 3879
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "169.254.169.254",  # most clouds
        "169.254.170.2",  # container credentials
        "100.100.100.200",  # Alibaba
        "168.63.129.16",  # Azure: a public address that answers only from within
        "192.0.0.192",  # Oracle
        "fd00:ec2::254",  # AWS over IPv6
    )
)


def refusal(address: Address) -> str | None:
    """Why ``address`` is not on the public internet, or None where it is.

    IPv4 addresses that hide in IPv6 ones (mapped, compatible, NAT64, 6to4, Teredo) are judged themselves.

    >>> refusal(ipaddress.ip_address("::ffff:127.0.0.1"))
    'loopback (inside ::ffff:7f00:1)'
    >>> refusal(ipaddress.ip_address("8.8.8.8")) is None
    True
    """
    if isinstance(address, ipaddress.IPv6Address):
        for inner in embedded(address):
            if reason := refusal(inner):
                return f"{reason} (inside {address.compressed})"
    return _kind(address)


def embedded(address: ipaddress.IPv6Address) -> tuple[ipaddress.IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 address carries, and to which a gateway may deliver it."""
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    low = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if any(address in network for network in _NAT64):
        return (low,)
    if address in _COMPATIBLE and int(address) > 1:
        return (low,)
    return ()


def _kind(address: Address) -> str | None:
    kinds = (
        (address in _METADATA, "a cloud metadata service"),
        (address.is_unspecified, "unspecified"),
        (address.is_loopback, "loopback"),
        (address.is_link_local, "link-local"),
        (address.is_multicast, "multicast"),
        (address.version == 4 and address in _CARRIER_NAT, "carrier-grade NAT"),
        (address.version == 6 and address in _SITE_LOCAL, "site-local"),
        (address.is_private, "private"),
        (address.is_reserved, "reserved"),
    )
    return next((name for applies, name in kinds if applies), None)
