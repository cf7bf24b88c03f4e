"""The HTTP client: one question, one exchange, through the one door, with the bytes as they came.

For what needs no browser: a platform's interface, a light look at a page. HTTP/1.1 is spoken by h11 and WebSocket
(RFC 6455) by wsproto, which open no sockets: every connection is the door's (SOCKS 5), TLS is the standard library's.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from evidentia._version import VERSION
from evidentia.capture.client_tls import Belief, Untrusted
from evidentia.capture.door import Door
from evidentia.capture.exchange import Exchange, Headers
from evidentia.capture.limits import ASK_SECONDS, BODIES_BYTES, BODY_BYTES, LIMIT_OF_CAPTURE, REDIRECTS
from evidentia.platforms.questions import Ask
from evidentia.record.moment import now
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    import h11

USER_AGENT = f"evidentia/{VERSION}"
WITHHELD = "[withheld]"

_CHUNK = 64 << 10
_LONGEST_NAME = 255
_MOVED = {301: "GET", 302: "GET", 303: "GET", 307: None, 308: None}  # RFC 9110, 15.4: None keeps the method
_SCHEMES = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class NoAnswer(Exception):
    """Nothing answered. The words are Chromium's names for the like, where it has one."""


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port: what a connection, and a credential, belong to (RFC 6454)."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """The origin of an address.

        Raises:
            NoAnswer: it is no address that can be asked.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise NoAnswer(f"net::ERR_INVALID_URL: {error}") from error
        if parts.scheme not in _SCHEMES or not parts.hostname or parts.username or parts.password:
            raise NoAnswer("net::ERR_INVALID_URL: not an http, https, ws or wss address without a name in it")
        if not url.isascii() or not url.isprintable() or " " in url:
            raise NoAnswer("net::ERR_INVALID_URL: characters that no request line can hold")
        return cls(parts.scheme, parts.hostname, port or _SCHEMES[parts.scheme])

    @property
    def is_secure(self) -> bool:
        """Whether TLS is spoken."""
        return self.scheme in ("https", "wss")

    @property
    def text(self) -> str:
        """As it is written, the standard port left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port != _SCHEMES[self.scheme] else "")


@dataclass
class Line:
    """An open connection to an origin, and what TLS was on it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    tls: dict[str, str] = field(default_factory=dict)
    chain: tuple[bytes, ...] = ()
    talk: h11.Connection | None = None

    def close(self) -> None:
        """Close it at once."""
        self.writer.close()


class Client:
    """Asks through a door. Connections are kept open for the next question to the same origin."""

    def __init__(
        self,
        door: Door,
        belief: Belief | None = None,
        *,
        credentials: Mapping[str, Headers] | None = None,
        locale: str | None = None,
        seconds: float = ASK_SECONDS,
    ) -> None:
        """``credentials``: header fields for an origin (``https://host``) that are sent and never recorded."""
        self._door = door
        self._belief = belief or Belief()
        self._credentials = {} if credentials is None else credentials  # one of cookies alone has no length
        self._locale = locale
        self._seconds = seconds
        self._idle: dict[Origin, list[Line]] = {}
        self._bytes = 0

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection that is kept open."""
        for line in (line for lines in self._idle.values() for line in lines):
            line.close()
        self._idle.clear()

    async def ask(self, question: Ask) -> tuple[Exchange, ...]:
        """Ask, and follow redirects. Every hop is an exchange; the last one is the answer, or says why none came."""
        made: list[Exchange] = []
        while True:
            exchange = _begun(question)
            made.append(exchange)
            try:
                async with asyncio.timeout(self._seconds):
                    await self._exchange(question, exchange)
            except (NoAnswer, TimeoutError, OSError, asyncio.IncompleteReadError) as error:
                _broke_off(exchange, error, self._door.failures.get(_end(exchange.url)), self._seconds)
            onward = _redirected(question, exchange)
            if onward is None or len(made) > REDIRECTS:
                return tuple(made)
            exchange.redirected_to = onward.url
            question = onward

    async def _exchange(self, question: Ask, exchange: Exchange) -> None:
        origin = Origin.of(question.url)
        if origin.scheme in ("ws", "wss"):
            await self._converse(origin, question, exchange)
        else:
            await self._request(origin, question, exchange)

    async def _request(self, origin: Origin, question: Ask, exchange: Exchange) -> None:
        import h11

        fields = self._fields(origin, question)
        exchange.request_headers = self._recorded(origin, fields)
        kept = self._idle.get(origin) or []
        while True:
            line, fresh = (kept.pop(), False) if kept else (await self._open(origin), True)
            exchange.tls, exchange.chain = line.tls, line.chain
            line.talk = line.talk or h11.Connection(h11.CLIENT, max_incomplete_event_size=256 << 10)
            try:
                again = await self._speak(line, question, fields, exchange)
            except BaseException as error:
                line.close()
                # A server may close a kept connection at any moment (RFC 9112, 9.3.1): nothing was answered on it.
                if not fresh and exchange.status is None and isinstance(error, NoAnswer | ConnectionError):
                    continue
                raise
            if again:
                self._idle.setdefault(origin, []).append(line)
            else:
                line.close()
            return

    async def _speak(self, line: Line, question: Ask, fields: Headers, exchange: Exchange) -> bool:
        """Send the request and take the response; whether the connection can be used again."""
        import h11

        talk = line.talk
        assert talk is not None
        request = h11.Request(method=question.method, target=_target(question.url), headers=list(fields))
        data = talk.send(request) or b""
        if question.body:
            data += talk.send(h11.Data(data=question.body)) or b""
        line.writer.write(data + (talk.send(h11.EndOfMessage()) or b""))
        await line.writer.drain()
        body = bytearray()
        try:
            await self._take(line, talk, exchange, body)
        except h11.RemoteProtocolError as error:
            raise NoAnswer(f"net::ERR_INVALID_HTTP_RESPONSE: {error}") from error
        finally:
            if exchange.status is not None:
                exchange.body = bytes(body)
        exchange.finished = True
        if talk.our_state is h11.DONE and talk.their_state is h11.DONE:
            talk.start_next_cycle()
            return True
        return False

    async def _take(self, line: Line, talk: h11.Connection, exchange: Exchange, body: bytearray) -> None:
        import h11

        while True:
            event = talk.next_event()
            if event is h11.NEED_DATA:
                data = await line.reader.read(_CHUNK)
                if not data and exchange.status is None:
                    raise NoAnswer("net::ERR_EMPTY_RESPONSE: the connection ended before an answer")
                talk.receive_data(data)
            elif isinstance(event, h11.Response):
                _answered(exchange, event)
            elif isinstance(event, h11.Data):
                self._bytes += len(event.data)
                if len(body) + len(event.data) > BODY_BYTES or self._bytes > BODIES_BYTES:
                    exchange.lacks = f"{Term('cut after {n} bytes').format(n=len(body))}: {LIMIT_OF_CAPTURE}"
                    raise NoAnswer(f"net::ERR_BLOCKED_BY_CLIENT: {LIMIT_OF_CAPTURE}")
                body += event.data
            elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
                return

    async def _converse(self, origin: Origin, question: Ask, exchange: Exchange) -> None:
        from evidentia.capture import conversation

        own = self._credentials.get(origin.text, ())
        exchange.request_headers = self._recorded(origin, own)
        exchange.request_body = "\n".join(question.messages).encode()
        line = await self._open(origin)
        exchange.tls, exchange.chain = line.tls, line.chain
        try:
            await conversation.hold(line.reader, line.writer, question, own, exchange)
        finally:
            line.close()

    async def _open(self, origin: Origin) -> Line:
        """A new connection through the door; secure where the origin is."""
        failure = NoAnswer("net::ERR_CERT_INVALID")
        for context in self._belief.contexts():
            reader, writer = await _dial(self._door, origin.host, origin.port)
            if not origin.is_secure:
                return Line(reader, writer)
            try:
                await writer.start_tls(context, server_hostname=origin.host)
                session = writer.get_extra_info("ssl_object")
                chain = self._belief.examine(session, context)
            except ssl.SSLCertVerificationError as error:
                writer.close()
                failure = NoAnswer(f"net::ERR_CERT_INVALID: {error.verify_message}")
                continue
            except (Untrusted, ssl.SSLError) as error:
                writer.close()
                raise NoAnswer(f"net::ERR_SSL_PROTOCOL_ERROR: {error}") from error
            said = {"protocol": session.version(), "cipher": session.cipher()[0]}
            return Line(reader, writer, said, chain)
        raise failure

    def _fields(self, origin: Origin, question: Ask) -> Headers:
        parts = urlsplit(question.url)
        named = {name.lower() for name, _ in question.headers}
        general = [("Host", _host_field(parts)), ("User-Agent", USER_AGENT), ("Accept", "*/*")]
        general.append(("Accept-Encoding", "identity"))  # so that what is stored is what was sent
        if self._locale:
            general.append(("Accept-Language", self._locale))
        if question.body is not None:
            general.append(("Content-Length", str(len(question.body))))
        kept = [(name, value) for name, value in general if name.lower() not in named]
        return (*kept, *question.headers, *self._credentials.get(origin.text, ()))

    def _recorded(self, origin: Origin, fields: Headers) -> Headers:
        own = set(self._credentials.get(origin.text, ()))
        return tuple((name, WITHHELD if (name, value) in own else value) for name, value in fields)


async def _dial(door: Door, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection through the door, which speaks SOCKS 5 with names (RFC 1928)."""
    name = host.encode("ascii")
    if len(name) > _LONGEST_NAME:
        raise NoAnswer("net::ERR_NAME_NOT_RESOLVED: the name is longer than any can be (RFC 1035)")
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    try:
        writer.write(bytes((5, 1, 0, 5, 1, 0, 3, len(name))) + name + port.to_bytes(2, "big"))
        await reader.readexactly(2)
        reply = await reader.readexactly(10)
    except BaseException:
        writer.close()
        raise
    if reply[1] != 0:
        writer.close()
        raise NoAnswer(door.failures.get((host, port), f"net::ERR_SOCKS_CONNECTION_FAILED: reply {reply[1]}"))
    return reader, writer


def _begun(question: Ask) -> Exchange:
    at: datetime = now()
    return Exchange(
        request_id="",
        url=question.url,
        method=question.method,
        at=at,
        kind="Question",
        request_body=question.body,
        headers_from_wire=True,
        protocol="http/1.1",
    )


def _answered(exchange: Exchange, event: h11.Response) -> None:
    exchange.status = event.status_code
    version, reason = event.http_version.decode("ascii"), event.reason.decode("latin-1")
    exchange.status_line = f"HTTP/{version} {event.status_code} {reason}".rstrip()
    exchange.response_headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers.raw_items()
    )
    exchange.media_type = (exchange.header("Content-Type") or "").partition(";")[0].strip().lower()
    coding = (exchange.header("Content-Encoding") or "").strip().lower()
    exchange.coding = "" if coding == "identity" else coding


def _broke_off(exchange: Exchange, error: Exception, doors_words: str | None, seconds: float) -> None:
    words = doors_words if exchange.status is None and doors_words else None
    if words is None:
        words = (
            f"net::ERR_TIMED_OUT: {Term('no whole answer within {n} s').format(n=f'{seconds:g}')}"
            if isinstance(error, TimeoutError)
            else ""
        )
    exchange.failure = words or (
        str(error) if isinstance(error, NoAnswer) else f"{type(error).__name__}: {error}"
    )
    if exchange.status is not None:
        exchange.lacks = exchange.lacks or f"{Term('the response broke off')}: {exchange.failure}"
    exchange.finished = True


def _redirected(question: Ask, exchange: Exchange) -> Ask | None:
    """The question that a redirect asks for; header fields that were for one origin do not go to another."""
    location = exchange.header("Location")
    if exchange.failure or location is None or exchange.status not in _MOVED:
        return None
    try:
        url = urljoin(question.url, location).partition("#")[0]
        moved = Origin.of(url)
    except (ValueError, NoAnswer):
        return None
    method = _MOVED[exchange.status] if question.method not in ("GET", "HEAD") else None
    same = moved == Origin.of(question.url)
    return Ask(
        url=url,
        why=question.why,
        method=method or question.method,
        headers=question.headers if same else _portable(question.headers),
        body=None if method else question.body,
    )


def _portable(headers: Headers) -> Headers:
    return tuple((name, value) for name, value in headers if name.lower() in ("accept", "accept-language"))


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _host_field(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _end(url: str) -> tuple[str, int]:
    try:
        origin = Origin.of(url)
    except NoAnswer:
        return "", 0
    return origin.host, origin.port
