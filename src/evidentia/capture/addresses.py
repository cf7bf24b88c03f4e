"""Which addresses a capture may reach: public ones, in whatever spelling they come."""

from __future__ import annotations

import ipaddress
import unicodedata

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_LOCAL_NAT64 = ipaddress.IPv6Network(
    "64:ff9b:1::/48"
)  # RFC 8215: where the IPv4 address stands is the network's own
_TRANSLATED = ipaddress.IPv6Network("::ffff:0:0:0/96")  # RFC 7915 and before it RFC 2765
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291, 2.5.5.1
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})  # RFC 5214, 6.1: the upper half of the interface identifier
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


class NoAddress(ValueError):
    """A host that looks like an IPv4 address to browsers, and is none."""


def canonical(host: str) -> str:
    """A host name in one spelling: compatibility forms folded (UTS 46), no brackets, no zone, no final dot.

    A zone id (``fe80::1%eth0``) belongs to the machine, not to the address.

    >>> canonical("[FE80::1%eth0]"), canonical("\u2460\u2461\u2466\u3002\uff10.0.1"), canonical("Situs.Example.")
    ('fe80::1', '127.0.0.1', 'situs.example')
    """
    folded = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower()
    return folded.removeprefix("[").removesuffix("]").partition("%")[0].removesuffix(".")


def literal(host: str) -> Address | None:
    """The address that a host in canonical spelling stands for; None where it is a name.

    IPv4 is read as browsers do (WHATWG URL, host parsing): one to four numbers, decimal, octal or hexadecimal. So the
    system's resolver never gets to read it in a way of its own.

    Raises:
        NoAddress: its last part is a number, and the whole no address.

    >>> literal("0x7f.1"), literal("017700000001"), literal("situs.example")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host)
        except ValueError as error:
            raise NoAddress(f"{host!r} is no IPv6 address") from error
    parts = host.split(".")
    if not parts[-1].isascii() or not (parts[-1].isdigit() or _number(parts[-1]) is not None):
        return None
    numbers = [_number(part) for part in parts]
    known = [number for number in numbers if number is not None]
    if len(known) != len(parts) or len(parts) > 4 or any(number > 255 for number in known[:-1]):
        raise NoAddress(f"{host!r} is no IPv4 address")
    if known[-1] >= 256 ** (5 - len(known)):
        raise NoAddress(f"{host!r} is no IPv4 address")
    value = known[-1] + sum(number << 8 * (3 - place) for place, number in enumerate(known[:-1]))
    return ipaddress.IPv4Address(value)


def _number(part: str) -> int | None:
    """One part of an IPv4 address: ``0x`` hexadecimal, ``0`` octal, else decimal; None where it is no number."""
    digits, base = part, 10
    if part.startswith("0x"):
        digits, base = part[2:] or "0", 16
    elif len(part) > 1 and part.startswith("0"):
        digits, base = part[1:], 8
    allowed = "0123456789abcdef"[:base]
    if not digits or len(digits) > 32 or any(digit not in allowed for digit in digits):
        return None
    return int(digits, base)


def refusal(address: Address) -> str | None:
    """Why ``address`` is not on the public internet, or None where it is.

    IPv4 addresses that hide in IPv6 ones (mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP) are judged
    themselves.

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
    if address in _NAT64 or address in _TRANSLATED or (address in _COMPATIBLE and int(address) > 1):
        return (low,)
    if int(address) >> 32 & 0xFFFF_FFFF in _ISATAP:
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
        (address.version == 6 and address in _LOCAL_NAT64, "a local network's own NAT64"),
        (address.is_private, "private"),
        (address.is_reserved, "reserved"),
    )
    return next((name for applies, name in kinds if applies), None)
