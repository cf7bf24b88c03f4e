"""What the browser reports of its network, put together as exchanges (CDP domain Network).

Events of one request come in several kinds and in no fixed order: the request with its redirects, the headers as
they were on the wire ("ExtraInfo"), the response, its end. Bodies are asked for as soon as a request has ended.
Durable messages (Network.configureDurableMessages) give them byte for byte even after the page has moved on;
without them the browser decodes text first, and bytes that were not valid in their charset are lost.
"""

from __future__ import annotations

import asyncio
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from evidentia.capture.cdp import BrowserGone, CallFailed, Connection
from evidentia.capture.exchange import Exchange, listed_headers, parse_header_text
from evidentia.capture.limits import (
    BODIES_BYTES,
    BODY_BYTES,
    EXCHANGES,
    LIMIT_OF_CAPTURE,
    NOTED_CHARACTERS,
    PAGE_NAMED,
)
from evidentia.capture.sockets import Sockets
from evidentia.record.sentences import Term

_ON_NETWORK = ("http://", "https://")
_ENDLESS = frozenset({"EventSource", "WebSocket"})
_NO_BODY_STATUS = frozenset({204, 205, 304})
_MORE = Term("and more of the like, each of them new")
_SECURITY = ("protocol", "cipher", "keyExchange", "keyExchangeGroup", "subjectName", "issuer")


@dataclass
class _Wire:
    """What came of one request id: its hops, and the wire's headers that wait for their hop."""

    hops: list[Exchange] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    responses: list[dict[str, Any]] = field(default_factory=list)
    with_wire_headers: list[bool] = field(default_factory=list)
    session: str = ""


class Recorder:
    """Turns events into exchanges. ``changed`` is set whenever a request begins or ends."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._decoding: set[str] = set()
        self.not_captured: list[str] = []
        self._wires: dict[str, _Wire] = {}
        self._order: list[Exchange] = []
        self._sockets = Sockets()
        self._in_flight: set[str] = set()
        self._bodies: list[asyncio.Task[None]] = []
        self._body_bytes = 0
        self._connection: Connection | None = None
        self._handlers: dict[str, Callable[[str, dict[str, Any]], None]] = {
            "Network.requestWillBeSent": self._on_request,
            "Network.requestWillBeSentExtraInfo": self._on_request_headers,
            "Network.responseReceivedExtraInfo": self._on_response_headers,
            "Network.responseReceived": self._on_response,
            "Network.dataReceived": self._on_data,
            "Network.requestServedFromCache": self._on_cached,
            "Network.loadingFinished": self._on_finished,
            "Network.loadingFailed": self._on_failed,
            "Network.eventSourceMessageReceived": self._on_server_event,
            "Network.webTransportCreated": self._on_webtransport,
        }

    async def watch(self, connection: Connection, session: str) -> None:
        """Begin to record a page, frame or worker: no cache, and bodies as they came."""
        self._connection = connection
        limits = {"maxTotalBufferSize": BODIES_BYTES, "maxResourceBufferSize": BODY_BYTES}
        enabled = [
            connection.send("Network.enable", session, maxPostDataSize=BODY_BYTES, **limits),
            connection.send("Network.configureDurableMessages", session, **limits),
            connection.send("Network.setCacheDisabled", session, cacheDisabled=True),
            connection.send("Network.setBypassServiceWorker", session, bypass=True),
        ]
        outcomes = await asyncio.gather(*enabled, return_exceptions=True)
        if isinstance(outcomes[0], BaseException):
            raise outcomes[0]
        if isinstance(outcomes[1], BaseException):
            self._decoding.add(session)

    def on_event(self, session: str, method: str, params: dict[str, Any]) -> None:
        """Take one event of the browser; those of other domains pass by."""
        handler = self._handlers.get(method)
        if handler is not None:
            handler(session, params)
        elif method.startswith("Network.webSocket"):
            if method == "Network.webSocketCreated" and not self._has_room():
                return
            opened = self._sockets.take(method, params)
            if opened is not None:
                self._order.append(opened)

    @property
    def begun(self) -> int:
        """How many requests were made so far."""
        return len(self._order)

    @property
    def quiet(self) -> bool:
        """Whether no request is in flight."""
        return not self._in_flight

    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything so far, in the order in which it was asked for."""
        return tuple(self._order)

    async def settle(self) -> None:
        """Wait for the bodies that were asked for, and close what is still open."""
        self._sockets.finish()
        for exchange in self._order:
            exchange.request_lacks = exchange.request_lacks or _not_handed_over(exchange)
        unfinished = [one for one in self._order if one.unfinished]
        for hop in unfinished:
            # Its server has not ended it, or its page crashed before it said so: what has come can still be had.
            hop.lacks = hop.lacks or Term("the response had not ended when the page was taken")
            if hop.decoded_bytes and hop.kind not in _ENDLESS:
                self._fetch_body(hop, self._wires[hop.request_id].session)
        await asyncio.gather(*self._bodies)
        for hop in unfinished:
            messages = len(hop.messages.splitlines())
            hop.lacks += f"; its {messages} messages are kept" if messages else ""
            hop.lacks += f"; the {len(hop.body)} bytes of it that had come are kept" if hop.body else ""

    def _on_request(self, session: str, params: dict[str, Any]) -> None:
        request_id, request = params["requestId"], params["request"]
        if request_id not in self._wires and not self._has_room():
            return
        wire = self._wires.setdefault(request_id, _Wire())
        wire.session = session
        redirect = params.get("redirectResponse")
        if redirect is not None and wire.hops and wire.hops[-1].status is None:
            self._end_in_redirect(wire, redirect, request["url"], bool(params.get("redirectHasExtraInfo")))
        elif wire.hops and redirect is None:
            return  # the same request, told by a second session: a frame of another process
        if not self._has_room():
            return
        exchange = _begun(request_id, params)
        wire.hops.append(exchange)
        self._order.append(exchange)
        if not exchange.off_network and exchange.kind not in _ENDLESS:
            self._in_flight.add(request_id)
        self._match(wire)
        self.changed.set()

    def _end_in_redirect(self, wire: _Wire, response: dict[str, Any], to: str, has_extra: bool) -> None:
        hop = wire.hops[-1]
        _answered(hop, response)
        hop.redirected_to, hop.finished = to, True
        wire.with_wire_headers.append(has_extra)
        self._match(wire)
        if hop.header("Non-Authoritative-Reason"):
            hop.off_network = Term("the browser itself redirected")
        elif hop.header("Content-Length") == "0":
            hop.body = b""
        else:
            hop.lacks = Term("the browser hands over no body of a redirect")

    def _on_request_headers(self, session: str, params: dict[str, Any]) -> None:
        wire = self._wire(params["requestId"])
        if wire is not None:
            wire.requests.append(params)
            self._match(wire)

    def _on_response_headers(self, session: str, params: dict[str, Any]) -> None:
        wire = self._wire(params["requestId"])
        if wire is not None:
            wire.responses.append(params)
            self._match(wire)

    def _on_response(self, session: str, params: dict[str, Any]) -> None:
        wire = self._wires.get(params["requestId"])
        if wire is None or not wire.hops or wire.hops[-1].status is not None:
            return
        wire.session = session
        _answered(wire.hops[-1], params["response"])
        wire.with_wire_headers.append(bool(params.get("hasExtraInfo")))
        self._match(wire)

    def _on_data(self, session: str, params: dict[str, Any]) -> None:
        if hop := self._last_hop(params):
            hop.decoded_bytes += int(params.get("dataLength", 0))

    def _on_server_event(self, session: str, params: dict[str, Any]) -> None:
        """A message of an event stream (EventSource): the browser hands over these, and no body."""
        hop = self._last_hop(params)
        if hop is not None:
            self._sockets.take_event(hop, params)

    def _on_cached(self, session: str, params: dict[str, Any]) -> None:
        if hop := self._last_hop(params):
            hop.off_network = Term("the browser had it in memory already")

    def _on_finished(self, session: str, params: dict[str, Any]) -> None:
        hop = self._last_hop(params)
        if hop is None or hop.finished:
            return
        hop.finished = True
        self._wires[params["requestId"]].session = session
        if hop.archived:
            self._fetch_body(hop, session)
        self._ended(params["requestId"])

    def _on_failed(self, session: str, params: dict[str, Any]) -> None:
        hop = self._last_hop(params)
        if hop is None or hop.finished:
            return
        hop.finished = True
        hop.failure = str(params.get("errorText", "")) + _blocked(params)
        if hop.archived:
            hop.lacks = f"{Term('the response broke off')}: {hop.failure}"
            self._fetch_body(hop, session)
        self._ended(params["requestId"])

    def _on_webtransport(self, session: str, params: dict[str, Any]) -> None:
        url = str(params.get("url", ""))[:NOTED_CHARACTERS]
        self._say(
            f"{Term('what was said over {url}').format(url=url)}: {Term('WebTransport is not recorded')}"
        )

    def _wire(self, request_id: str) -> _Wire | None:
        """What is known of a request, or has just become so; None where there are too many."""
        if (
            request_id not in self._wires and len(self._wires) >= 2 * EXCHANGES
        ):  # WebSockets have headers alone
            return None
        return self._wires.setdefault(request_id, _Wire())

    def _has_room(self) -> bool:
        if len(self._order) < EXCHANGES:
            return True
        self._say(f"{Term('requests after the first {n}').format(n=EXCHANGES)}: {LIMIT_OF_CAPTURE}")
        return False

    def _ended(self, request_id: str) -> None:
        self._in_flight.discard(request_id)
        self.changed.set()

    def _last_hop(self, params: dict[str, Any]) -> Exchange | None:
        wire = self._wires.get(params["requestId"])
        return wire.hops[-1] if wire is not None and wire.hops else None

    def _match(self, wire: _Wire) -> None:
        """Give each hop the headers that the wire had. They come in the order of the hops that have any."""
        answered = len(wire.with_wire_headers)
        having = [hop for hop, has in zip(wire.hops, wire.with_wire_headers, strict=False) if has]
        for hop, response in zip(having, wire.responses, strict=False):
            _wire_headers(hop, response)
        for hop, request in zip(having + wire.hops[answered:], wire.requests, strict=False):
            hop.request_headers = listed_headers(request.get("headers", {}))

    def _fetch_body(self, hop: Exchange, session: str) -> None:
        if hop.method == "HEAD" or hop.status in _NO_BODY_STATUS:
            hop.body = b""
            return
        self._body_bytes += hop.decoded_bytes
        if hop.decoded_bytes > BODY_BYTES or self._body_bytes > BODIES_BYTES:
            hop.lacks = Term("its {n} bytes are beyond the limit of one capture").format(n=hop.decoded_bytes)
            return
        self._bodies.append(asyncio.ensure_future(self._body(hop, session)))

    async def _body(self, hop: Exchange, session: str) -> None:
        assert self._connection is not None
        try:
            answer = await self._connection.call("Network.getResponseBody", session, requestId=hop.request_id)
        except (CallFailed, BrowserGone) as error:
            if _has_content(hop):
                hop.lacks = hop.lacks or f"{Term('the browser does not hand over its body')} ({error})"
            else:
                hop.body = b""
            return
        hop.body = _body_bytes(answer)
        if not hop.body and _has_content(hop):
            hop.lacks = hop.lacks or Term("the browser hands over an empty body where there was content")
        if session in self._decoding and not answer.get("base64Encoded"):
            hop.lacks = hop.lacks or Term("its text was decoded by the browser and is stored as UTF-8")

    def _say(self, text: str) -> None:
        told = text if len(self.not_captured) < PAGE_NAMED else _MORE
        if told not in self.not_captured:
            self.not_captured.append(told)


def _has_content(hop: Exchange) -> bool:
    """Whether the response had a body, by what came in or by what it announced."""
    return hop.decoded_bytes > 0 or hop.header("Content-Length") not in (None, "0")


def _begun(request_id: str, params: dict[str, Any]) -> Exchange:
    request = params["request"]
    url = str(request["url"])
    exchange = Exchange(
        request_id=request_id,
        url=url,
        method=str(request["method"]),
        at=datetime.fromtimestamp(float(params["wallTime"]), UTC),
        kind=str(params.get("type", "")),
        frame=str(params.get("frameId", "")),
        request_headers=listed_headers(request.get("headers", {})),
        off_network="" if url.startswith(_ON_NETWORK) else Term("not an address on the network"),
    )
    if request.get("hasPostData"):
        exchange.request_body = _posted(request)
        if exchange.request_body is None:
            exchange.request_lacks = Term("the browser does not hand over what was sent")
    return exchange


def _posted(request: dict[str, Any]) -> bytes | None:
    """The request's body: its entries in Base64 are the bytes; ``postData`` alone is only their text."""
    entries = request.get("postDataEntries") or []
    if entries and all("bytes" in entry for entry in entries):
        return b"".join(binascii.a2b_base64(entry["bytes"]) for entry in entries)
    text = request.get("postData")
    return None if text is None else str(text).encode("utf-8", "surrogatepass")


def _not_handed_over(exchange: Exchange) -> str:
    """What is missing of a request's body: the browser keeps back what a page sends out of a file or a blob."""
    if exchange.request_body is None:
        return ""
    stated = next((v for n, v in exchange.request_headers if n.lower() == "content-length"), "")
    if not stated.isdecimal() or int(stated) == len(exchange.request_body):
        return ""
    return Term("the browser hands over {n} of the {n2} bytes that were sent").format(
        n=len(exchange.request_body), n2=stated
    )


def _answered(hop: Exchange, response: dict[str, Any]) -> None:
    hop.status = int(response["status"])
    hop.protocol = str(response.get("protocol", ""))
    hop.media_type = str(response.get("mimeType", ""))
    if not hop.headers_from_wire:
        version = "HTTP/1.0" if hop.protocol == "http/1.0" else "HTTP/1.1"
        hop.status_line = f"{version} {hop.status} {response.get('statusText', '')}".rstrip()
        hop.response_headers = listed_headers(response.get("headers", {}))
    if response.get("fromDiskCache") or response.get("fromPrefetchCache"):
        hop.off_network = Term("the browser had it in its cache")
    if response.get("fromServiceWorker"):
        hop.off_network = Term("a service worker answered")
    security = response.get("securityDetails") or {}
    hop.tls = {name: str(security[name]) for name in _SECURITY if security.get(name)}


def _wire_headers(hop: Exchange, response: dict[str, Any]) -> None:
    text = response.get("headersText")
    if text:
        hop.status_line, hop.response_headers = parse_header_text(text)
    else:
        hop.response_headers = listed_headers(response.get("headers", {}))
    hop.headers_from_wire = True


def _blocked(params: dict[str, Any]) -> str:
    why = params.get("blockedReason") or (params.get("corsErrorStatus") or {}).get("corsError")
    return f" ({why})" if why else ""


def _body_bytes(answer: dict[str, Any]) -> bytes:
    body = str(answer["body"])
    return binascii.a2b_base64(body) if answer.get("base64Encoded") else body.encode("utf-8", "surrogatepass")
