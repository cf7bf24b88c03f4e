"""One request and what answered it, as the browser reported them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LeftOut:
    """What credentials were left out of one message, in words. ``original``: the digest of a body that was altered."""

    what: str
    original: str = ""


@dataclass
class Exchange:
    """A request and its response. It grows as events arrive and is only read once the page is quiet.

    Attributes:
        at: when the request was made (the browser's wall clock).
        kind, frame: what the browser wanted it for (CDP ResourceType), and the frame that asked.
        headers_from_wire: whether ``response_headers`` are those of the wire, in their order and case, or the
            browser's own list.
        status_line: for example ``HTTP/1.1 200 OK``; None while nothing answered.
        body: content-decoded; None where the browser does not hand it over.
        coding: the content coding that the body still has (RFC 9110, 8.4); empty where it has none.
        lacks: why the body is missing or shortened, in words; empty where it is whole.
        address: the address that answered, as the door saw it.
        failure: the browser's error, where the exchange ended in one.
        chain: certificates that the server sent on this very connection, DER, leaf first; of our own client alone.
        messages: what was said over a WebSocket or event stream, one JSON object to a line (``sockets``).
        left_out_request, left_out_response: credentials that were left out.
    """

    request_id: str
    url: str
    method: str
    at: datetime
    kind: str
    frame: str = ""
    request_headers: Headers = ()
    request_body: bytes | None = None
    request_lacks: str = ""
    status: int | None = None
    status_line: str | None = None
    response_headers: Headers = ()
    headers_from_wire: bool = False
    media_type: str = ""
    protocol: str = ""
    body: bytes | None = None
    coding: str = ""
    lacks: str = ""
    address: str | None = None
    failure: str | None = None
    redirected_to: str | None = None
    off_network: str = ""
    decoded_bytes: int = 0
    finished: bool = False
    tls: dict[str, str] = field(default_factory=dict)
    chain: tuple[bytes, ...] = ()
    messages: bytes = b""
    left_out_request: LeftOut | None = None
    left_out_response: LeftOut | None = None

    def header(self, name: str) -> str | None:
        """The first response header of that name, case aside."""
        lowered = name.lower()
        return next((value for key, value in self.response_headers if key.lower() == lowered), None)

    @property
    def archived(self) -> bool:
        """Whether it goes into the archive: it was on the network, and something answered."""
        return not self.off_network and self.status is not None

    @property
    def unfinished(self) -> bool:
        """Whether a response has begun and not ended; of a WebSocket that says nothing, it ends as its page likes."""
        return self.archived and not self.finished and self.kind != "WebSocket"


def parse_header_text(text: str) -> tuple[str, Headers]:
    """Status or request line and header fields of a header block as it was on the wire (RFC 9112, 2.1).

    >>> parse_header_text("HTTP/1.1 200 OK\\r\\nX-MiXeD: a: b\\r\\n\\r\\n")
    ('HTTP/1.1 200 OK', (('X-MiXeD', 'a: b'),))
    """
    lines = [line.rstrip("\r") for line in text.split("\n")]
    fields = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name, value.strip(" \t")))
    return lines[0], tuple(fields)


def listed_headers(headers: dict[str, str]) -> Headers:
    """The browser's header list. It joins repeated fields with a line feed: they are taken apart again."""
    return tuple((name, part) for name, value in headers.items() for part in str(value).split("\n"))
