"""TLS as it was on the capture's own connection, reported by the browser that made it.

A tunnel cannot see the certificates of TLS 1.3, and a second connection might be shown others. The browser keeps
the chain that the server sent it (CDP Network.getCertificate), protocol and cipher (Network.SecurityDetails).
"""

from __future__ import annotations

import binascii
from urllib.parse import urlsplit

from evidentia.capture.cdp import CallFailed
from evidentia.capture.exchange import Exchange
from evidentia.capture.visit import Visit

SOURCE = "browser (CDP Network.getCertificate, Network.SecurityDetails)"

_CERTIFICATES = 20
"""A chain is three or four certificates long; more than this is somebody playing."""


async def chain(visit: Visit, url: str) -> tuple[bytes, ...]:
    """The certificates that the server of ``url`` sent, DER, leaf first; none where there was no TLS.

    Raises:
        BrowserGone: the browser ended.
    """
    parts = urlsplit(url)
    if parts.scheme != "https":
        return ()
    try:
        answer = await visit.connection.call(
            "Network.getCertificate", visit.session, origin=f"https://{parts.netloc}"
        )
    except CallFailed:
        return ()  # the browser met no certificate: there was no connection
    return tuple(binascii.a2b_base64(table) for table in answer["tableNames"][:_CERTIFICATES])


def protocol_and_cipher(exchange: Exchange | None) -> tuple[str, str]:
    """Protocol and cipher suite as the browser names them; empty where it said nothing.

    >>> protocol_and_cipher(None)
    ('', '')
    """
    said = exchange.tls if exchange else {}
    exchange_of_keys = said.get("keyExchangeGroup") or said.get("keyExchange", "")
    cipher = ", ".join(part for part in (said.get("cipher", ""), exchange_of_keys) if part)
    return said.get("protocol", ""), cipher
