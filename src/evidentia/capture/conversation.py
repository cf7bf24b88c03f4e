"""A WebSocket conversation (RFC 6455): messages out, messages in, until the one that ends it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evidentia.capture.exchange import Exchange, Headers
from evidentia.capture.limits import BODY_BYTES, CONVERSATION_MESSAGES, LIMIT_OF_CONVERSATION
from evidentia.platforms.questions import Ask
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from wsproto.events import Event

_BREAKS = re.compile(r"\r\n|[\r\n]")
_CHUNK = 64 << 10


async def hold(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    question: Ask,
    credentials: Headers,
    exchange: Exchange,
) -> None:
    """Open, say, listen. The exchange gets status 101, the response's fields, and a body of the text messages.

    A message is one line of the body: JSON has line feeds and carriage returns between its tokens alone, where spaces
    say the same. Others that Unicode breaks lines at (U+0085, U+2028) may stand in its strings, and stay.
    """
    from wsproto import ConnectionType, WSConnection
    from wsproto.events import Request
    from wsproto.utilities import RemoteProtocolError

    parts = urlsplit(question.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = WSConnection(ConnectionType.CLIENT)
    fields = [(name.encode(), value.encode()) for name, value in (*question.headers, *credentials)]
    writer.write(own.send(Request(host=parts.netloc, target=target, extra_headers=fields)))
    said = _Said(question, exchange)
    try:
        while not said.over:
            data = await reader.read(_CHUNK)
            try:
                own.receive_data(data or None)
                for event in own.events():
                    for answer in said.take(event):
                        writer.write(own.send(answer))
            except RemoteProtocolError as error:
                exchange.failure = f"net::ERR_WS_PROTOCOL_ERROR: {error}"
                said.over = True
            said.over = said.over or not data
    finally:  # what was said so far stays, also when the time is over
        said.finish()


@dataclass
class _Said:
    """What was said so far. ``over``: nothing more is waited for."""

    question: Ask
    exchange: Exchange
    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    size: int = 0
    binary: int = 0
    whole: bool = False
    over: bool = False

    def take(self, event: Event) -> Iterable[Event]:
        """Note an event; what is to be sent in answer."""
        from wsproto.events import (
            AcceptConnection,
            BytesMessage,
            CloseConnection,
            Ping,
            RejectConnection,
            TextMessage,
        )

        if isinstance(event, AcceptConnection):
            return self._opened(event)
        if isinstance(event, Ping):
            return (event.response(),)
        if isinstance(event, TextMessage):
            self._text(event)
        elif isinstance(event, BytesMessage):
            self.binary += event.message_finished
        elif isinstance(event, RejectConnection):
            _answered(self.exchange, event.status_code, event.headers)
            self.over = True
        elif isinstance(event, CloseConnection):
            self.over = True
        return ()

    def finish(self) -> None:
        """Write down what was said, and whether it is all."""
        exchange = self.exchange
        exchange.body, exchange.finished = "\n".join(self.lines).encode(), True
        if exchange.status == 101 and not self.whole:
            exchange.lacks = exchange.lacks or Term(
                "the conversation ended before the message that was waited for"
            )
        if self.binary:
            told = Term("{n} binary messages, which no interface of these sends, are not kept").format(
                n=self.binary
            )
            exchange.lacks = f"{exchange.lacks}; {told}" if exchange.lacks else told

    def _opened(self, event: Event) -> Iterable[Event]:
        from wsproto.events import TextMessage

        _answered(self.exchange, 101, event.extra_headers)  # type: ignore[attr-defined]
        return tuple(TextMessage(data=message) for message in self.question.messages)

    def _text(self, event: Event) -> None:
        self.pieces.append(event.data)  # type: ignore[attr-defined]
        self.size += len(self.pieces[-1])
        if event.message_finished:  # type: ignore[attr-defined]
            self.lines.append(_BREAKS.sub(" ", "".join(self.pieces)))
            self.pieces.clear()
            self.whole |= bool(self.question.last) and self.lines[-1].startswith(self.question.last)
        if self.size > BODY_BYTES or len(self.lines) >= CONVERSATION_MESSAGES:
            self.exchange.lacks = (
                f"{Term('cut after {n} messages').format(n=len(self.lines))}: {LIMIT_OF_CONVERSATION}"
            )
        self.over |= self.whole or bool(self.exchange.lacks)


def _answered(exchange: Exchange, status: int, fields: Iterable[tuple[bytes, bytes]]) -> None:
    exchange.status = status
    exchange.status_line = f"HTTP/1.1 {status}" + (" Switching Protocols" if status == 101 else "")
    exchange.response_headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in fields
    )
