"""What a page says and hears over WebSockets and event streams, as the browser reports it: one line of JSON a message.

The browser hands over messages put together and unpacked (CDP Network.webSocketFrame*): text as text, everything else
in Base64. Fragments, masks and compression are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from evidentia.capture.exchange import Exchange, listed_headers, parse_header_text
from evidentia.capture.limits import CONVERSATION_MESSAGES, LIMIT_OF_CONVERSATION, SAID_BYTES, SOCKET_BYTES
from evidentia.record.moment import now
from evidentia.record.sentences import Term

_TEXT = 1  # RFC 6455, 11.8: the opcode of a text message


@dataclass
class _Said:
    """What was said in one conversation. ``clock`` is the browser's wall clock less its own."""

    exchange: Exchange
    clock: float = 0.0
    lines: list[bytes] = field(default_factory=list)
    size: int = 0


class Sockets:
    """The WebSockets and event streams of a capture, by the browser's ids."""

    def __init__(self) -> None:
        self._sockets: dict[str, _Said] = {}
        self._streams: dict[str, _Said] = {}
        self._size = 0

    def take(self, method: str, params: dict[str, Any]) -> Exchange | None:
        """Take one event; the exchange that a new socket begins with."""
        number = str(params["requestId"])
        if method == "Network.webSocketCreated":
            url = str(params.get("url", ""))
            exchange = Exchange(request_id=number, url=url, method="GET", at=now(), kind="WebSocket")
            self._sockets.setdefault(number, _Said(exchange))
            return exchange
        socket = self._sockets.get(number)
        if socket is None:
            return None
        if method in ("Network.webSocketFrameSent", "Network.webSocketFrameReceived"):
            self._keep(socket, _message(socket.clock, params, sent=method.endswith("Sent")))
        else:
            _on(socket, method, params)
        return None

    def take_event(self, exchange: Exchange, params: dict[str, Any]) -> None:
        """Take one message of an event stream (HTML standard, 9.2)."""
        told = {
            "at": now(),
            "event": params.get("eventName"),
            "id": params.get("eventId"),
            "text": params.get("data"),
        }
        self._keep(self._streams.setdefault(exchange.request_id, _Said(exchange)), told)

    def finish(self) -> None:
        """Write down what was said until now."""
        for said in (*self._sockets.values(), *self._streams.values()):
            said.exchange.messages = b"".join(said.lines)

    def _keep(self, said: _Said, told: dict[str, Any]) -> None:
        full = said.size > SOCKET_BYTES or len(said.lines) >= CONVERSATION_MESSAGES
        if full or self._size > SAID_BYTES:
            limit = LIMIT_OF_CONVERSATION if full else Term("the limit of all conversations of one capture")
            said.exchange.lacks = f"{Term('messages after the first {n}').format(n=len(said.lines))}: {limit}"
            return
        line = msgspec.json.encode(told) + b"\n"
        said.lines.append(line)
        said.size += len(line)
        self._size += len(line)


def _on(socket: _Said, method: str, params: dict[str, Any]) -> None:
    exchange = socket.exchange
    if method == "Network.webSocketWillSendHandshakeRequest":
        wall = float(params["wallTime"])
        socket.clock = wall - float(params["timestamp"])
        exchange.at = datetime.fromtimestamp(wall, UTC)
        exchange.request_headers = listed_headers(params["request"].get("headers", {}))
    elif method == "Network.webSocketHandshakeResponseReceived":
        _on_handshake(exchange, params["response"])
    elif method == "Network.webSocketFrameError":
        exchange.failure = f"net::ERR_WS_PROTOCOL_ERROR: {params.get('errorMessage', '')}"
    elif method == "Network.webSocketClosed":
        exchange.finished = True


def _on_handshake(exchange: Exchange, response: dict[str, Any]) -> None:
    exchange.status, exchange.body = int(response["status"]), b""
    text = response.get("headersText")
    if text:
        exchange.status_line, exchange.response_headers = parse_header_text(text)
        exchange.headers_from_wire = True
    else:
        exchange.status_line = f"HTTP/1.1 {exchange.status} {response.get('statusText', '')}".rstrip()
        exchange.response_headers = listed_headers(response.get("headers", {}))
    if response.get("requestHeadersText"):
        exchange.request_headers = parse_header_text(response["requestHeadersText"])[1]


def _message(clock: float, params: dict[str, Any], *, sent: bool) -> dict[str, Any]:
    frame = params["response"]
    opcode, data = int(frame.get("opcode", 0)), str(frame.get("payloadData", ""))
    at = datetime.fromtimestamp(clock + float(params["timestamp"]), UTC)
    return {"at": at, "sent": sent, "opcode": opcode, "text" if opcode == _TEXT else "base64": data}
