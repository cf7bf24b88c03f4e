"""TLS as it was on the capture's own connection, reported by the browser that made it.

A tunnel cannot see the certificates of TLS 1.3, and a second connection might be shown others. The browser keeps
the chain that the server sent it (CDP Network.getCertificate), protocol and cipher (Network.SecurityDetails).

It keeps one chain for each origin, the last that it met. So it is asked the moment that a document's response arrives,
mostly before the page has brought anything else from there. How many connections to the server had passed the door by
the time of the answer is known: where it was more than one, the chain may be another one's, and the record says so.
"""

from __future__ import annotations

import asyncio
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from evidentia.capture.cdp import CallFailed, Connection
from evidentia.capture.exchange import Exchange
from evidentia.capture.limits import CDP_CALL_SECONDS
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from evidentia.capture.visit import Visit

SOURCE = "browser (CDP Network.getCertificate, Network.SecurityDetails)"
OTHERS = Term(
    "further connections to the same server were shown other certificates; those of the document are kept"
)

UNSURE = "; {} connections to the server were open by then, and it may be another one's than the document's"

_CERTIFICATES = 20
"""A chain is three or four certificates long; more than this is somebody playing."""

_DOCUMENTS = 20
"""Documents whose certificates are remembered, the last ones: a page can go on to another without end."""


class Certificates:
    """The browser's answers for each document of one visit, asked for as the documents came."""

    def __init__(self) -> None:
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._open: dict[str, int] = {}
        self.connections: Callable[[str], int] | None = None
        """How many connections were made to the server of an address so far, where somebody counts them."""

    def on_response(self, connection: Connection, session: str, params: dict[str, Any]) -> None:
        """A document's response has arrived (CDP Network.responseReceived)."""
        url = str(params["response"]["url"])
        if urlsplit(url).scheme != "https":
            return
        answer = connection.send("Network.getCertificate", session, origin=_origin(url))
        answer.add_done_callback(_seen)
        request = str(params["requestId"])
        self._answers[request] = answer
        if self.connections is not None:
            count = self.connections
            answer.add_done_callback(lambda _: self._open.update({request: count(url)}))
        while len(self._answers) > _DOCUMENTS:
            del self._answers[next(iter(self._answers))]

    def told_late(self, request_id: str) -> int:
        """How many connections could have been meant by the answer; 1 where there is no doubt."""
        return self._open.get(request_id, 1)

    async def of(self, request_id: str) -> tuple[bytes, ...] | None:
        """The chain of a document, DER, leaf first; None where the browser did not say.

        Raises:
            BrowserGone: the browser ended.
        """
        answer = self._answers.get(request_id)
        if answer is None:
            return None
        try:
            async with asyncio.timeout(CDP_CALL_SECONDS):
                return _chain(await answer)
        except (CallFailed, TimeoutError):
            return None


def source(visit: Visit) -> str:
    """Who reported the chain, and what is not certain of it."""
    documents = visit.documents()
    could = visit.certificates.told_late(documents[-1].request_id) if documents else 1
    return SOURCE if could <= 1 else SOURCE + UNSURE.format(could)


async def chain(visit: Visit, url: str) -> tuple[tuple[bytes, ...], bool]:
    """The certificates that the server of ``url`` sent with the document, DER, leaf first; none without TLS.

    And whether the browser tells of others by now. Where it does not, there may have been some all the same.

    Raises:
        BrowserGone: the browser ended.
    """
    if urlsplit(url).scheme != "https":
        return (), False
    documents = visit.documents()
    first = await visit.certificates.of(documents[-1].request_id) if documents else None
    try:
        last = _chain(
            await visit.connection.call("Network.getCertificate", visit.session, origin=_origin(url))
        )
    except CallFailed:
        last = ()  # the browser met no certificate: there was no connection
    return (last, False) if first is None else (first, first != last)


def _chain(answer: dict[str, Any]) -> tuple[bytes, ...]:
    return tuple(binascii.a2b_base64(table) for table in answer["tableNames"][:_CERTIFICATES])


def _origin(url: str) -> str:
    return f"https://{urlsplit(url).netloc}"


def _seen(answer: asyncio.Future[dict[str, Any]]) -> None:
    """Whoever needs the answer asks for it again; nobody else has to hear of a failure."""
    if not answer.cancelled():
        answer.exception()


def protocol_and_cipher(exchange: Exchange | None) -> tuple[str, str]:
    """Protocol and cipher suite as the browser names them; empty where it said nothing.

    >>> protocol_and_cipher(None)
    ('', '')
    """
    said = exchange.tls if exchange else {}
    exchange_of_keys = said.get("keyExchangeGroup") or said.get("keyExchange", "")
    cipher = ", ".join(part for part in (said.get("cipher", ""), exchange_of_keys) if part)
    return said.get("protocol", ""), cipher
