"""Names become addresses here, once for each capture, and the answer is written down."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from evidentia.capture.addresses import Address, NoAddress, canonical, literal
from evidentia.record.item import DnsAnswer
from evidentia.record.moment import now
from evidentia.record.sentences import Term

RESOLVE_SECONDS = 20.0
"""How long a name may take. resolv.conf(5): 5 s for a server, asked twice, and there are commonly two."""

Lookup = Callable[[str], Awaitable[Iterable[str]]]
"""Gives the addresses of a name, in the order in which they are to be tried; raises OSError where there are none."""

_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")  # RFC 1035, 2.3.4; the underscore as it is used


class Unresolved(Exception):
    """A host that is no address, and for which there is none."""


class Resolver:
    """Resolves each name once. ``answers`` is what it was told."""

    def __init__(self, lookup: Lookup | None = None) -> None:
        self.answers: list[DnsAnswer] = []
        self._lookup = lookup or system_lookup
        self._asked: dict[str, asyncio.Future[tuple[Address, ...]]] = {}

    async def addresses(self, host: str) -> tuple[Address, ...]:
        """The addresses of a host. Whoever asks for the same name meanwhile waits for the same answer.

        Raises:
            Unresolved: there are none.
        """
        name = canonical(host)
        try:
            address = literal(name)
        except NoAddress as error:
            raise Unresolved(str(error)) from error
        if address is not None:
            return (address,)
        if not _NAME.fullmatch(name) or len(name) > 253:
            raise Unresolved(f"{host!r} is no host name")
        if name not in self._asked:
            self._asked[name] = asyncio.ensure_future(self._ask(name))
        return await asyncio.shield(self._asked[name])

    async def _ask(self, name: str) -> tuple[Address, ...]:
        addresses: tuple[Address, ...] = ()
        try:
            async with asyncio.timeout(RESOLVE_SECONDS):
                found = await self._lookup(name)
            addresses = tuple(dict.fromkeys(_read(text) for text in found))
        except TimeoutError as error:
            raise Unresolved(Term("no answer within {n} s").format(n=f"{RESOLVE_SECONDS:g}")) from error
        except (OSError, UnicodeError, ValueError) as error:
            raise Unresolved(str(error)) from error
        finally:
            told = tuple(address.compressed for address in addresses)
            self.answers.append(DnsAnswer(name=name, addresses=told, resolver=resolver_name(), at=now()))
        if not addresses:
            raise Unresolved(Term("it has no address"))
        return addresses


async def system_lookup(name: str) -> Iterable[str]:
    """What the system's own resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in found]


def resolver_name() -> str:
    """What resolves names here, what it leaves unsaid, and the servers that it is set up with."""
    try:
        lines = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    servers = [words[1] for line in lines if len(words := line.split()) > 1 and words[0] == "nameserver"]
    if not servers:
        return Term("system (getaddrinfo, which tells neither aliases nor times to live)")
    told = Term("system (getaddrinfo, which tells neither aliases nor times to live), nameserver {what}")
    return told.format(what=" ".join(servers))


def _read(text: str) -> Address:
    address = literal(canonical(text))  # canonical: without the zone ("fe80::1%eth0"), which is the machine's
    if address is None:
        raise ValueError(f"the resolver gave {text!r} for an address")
    return address
