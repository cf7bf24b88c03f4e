"""The pages in somebody else's WARC, as a reader of platforms takes them: documents with the answers beside them."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, NamedTuple
from urllib.parse import urljoin

from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.record.handed_over import Check, CheckOutcome, Claim, Problem

from .warc_reading import MAX_BLOCK, Record, digest_holds, records

MAX_PAGES = 200
"""Pages that are read for posts. A capture of a post has one; a crawl of a site is told apart by this."""

MAX_KEPT = 512 << 20
"""Bytes of all responses that are kept in memory for the readers."""

REVISITED = "a revisit record"
"""With what the problem of a response without a body of its own begins."""

_STATUS = re.compile(rb"HTTP/[0-9.]{1,5} ([0-9]{3})(?: [^\r\n]*)?")
_DOCUMENTS = ("text/html", "application/xhtml+xml")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 20  # the Fetch standard's limit


class Archived(NamedTuple):
    """A response in a WARC: what came, when the WARC says that it did, and where it stands.

    ``undecoded`` names an encoding of the body that could not be undone.
    """

    response: CapturedResponse
    claimed_at: datetime | None
    stated_time: str
    where: str
    undecoded: str = ""


class Contents(NamedTuple):
    """What the WARCs of a file hold."""

    archived: tuple[Archived, ...]
    claims: tuple[Claim, ...]
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]


class _Counts:
    """How many digests held, and which did not."""

    def __init__(self) -> None:
        self.held, self.stated, self.broken = 0, 0, list[str]()

    def add(self, holds: bool | None, where: str) -> None:
        if holds is None:
            return
        self.stated += 1
        self.held += holds
        if not holds:
            self.broken.append(where)

    def check(self, what: str) -> Check:
        if not self.stated:
            return Check(
                what=what, outcome=CheckOutcome.NOT_CHECKED, detail="none is stated that can be compared"
            )
        outcome = CheckOutcome.BROKEN if self.broken else CheckOutcome.HOLDS
        return Check(what=what, outcome=outcome, detail=f"{self.held} of {self.stated}")


def read_warcs(sources: Iterable[tuple[str, IO[bytes]]]) -> Contents:
    """The responses in one WARC or more. Never raises for what they contain.

    Args:
        sources: the name of each, and its bytes.
    """
    archived: list[Archived] = []
    claims: list[Claim] = []
    problems: list[Problem] = []
    blocks, payloads, kept = _Counts(), _Counts(), 0
    for name, raw in sources:
        for record in records(raw):
            if isinstance(record, Problem):
                problems.append(Problem(what=record.what, where=f"{name} {record.where}"))
                continue
            where = f"{name} byte {record.place}"
            blocks.add(record.block_holds, where)
            if record.kind == "warcinfo":
                claims += _claims(record, where)
            if record.kind not in ("response", "revisit"):
                continue
            kept += len(record.block or b"")
            found = _archived(record, where, payloads) if kept <= MAX_KEPT else None
            if found is None:
                problems.append(Problem(what=_why_not(record, kept), where=where))
            else:
                archived.append(found)
    problems += (
        Problem(what="a digest of the record is not its bytes'", where=where) for where in blocks.broken
    )
    problems += (
        Problem(what="a digest of the body is not its bytes'", where=where) for where in payloads.broken
    )
    checks = (blocks.check("WARC-Block-Digest"), payloads.check("WARC-Payload-Digest"))
    return Contents(tuple(archived), tuple(claims), checks, tuple(problems))


def documents(archived: Iterable[Archived]) -> Iterator[Archived]:
    """The responses that are documents in HTML, each a page that somebody may have looked at."""
    for one in archived:
        response = one.response
        if media_type_of(response) in _DOCUMENTS and response.status not in _REDIRECTS:
            yield one


def page_of(document: Archived, archived: Iterable[Archived]) -> CapturedPage:
    """The document as a captured page, with every other response of the archive beside it."""
    url = document.response.url
    others = tuple(one.response for one in archived if one.response.url != url)
    return CapturedPage(
        requested_url=_asked_for(url, others),
        final_url=url,
        status=document.response.status,
        responses=(*others, document.response),
    )


def media_type_of(response: CapturedResponse) -> str:
    """The media type that a response states, without parameters; empty where it states none."""
    return _header(response, "content-type").partition(";")[0].strip().lower()


def body_digest(response: CapturedResponse) -> str:
    """SHA-256 of the body, as it is read."""
    return hashlib.sha256(response.body).hexdigest()


def _asked_for(url: str, others: Iterable[CapturedResponse]) -> str:
    """The address from which redirects in the archive led to ``url``."""
    led = {urljoin(one.url, _header(one, "location")): one.url for one in others if one.status in _REDIRECTS}
    seen = {url}
    for _ in range(_MOST_REDIRECTS):
        before = led.get(url)
        if before is None or before in seen:
            return url
        seen.add(before)
        url = before
    return url


def _archived(record: Record, where: str, payloads: _Counts) -> Archived | None:
    head, gap, body = (record.block or b"").partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    status = _STATUS.fullmatch(lines[0])
    if record.block is None or record.kind == "revisit" or status is None or not gap:
        return None
    payloads.add(digest_holds(record.fields.get("warc-payload-digest"), body), where)
    headers = tuple(_split(line) for line in lines[1:])
    decoded, undecoded = _decoded(body, headers)
    stated = record.fields.get("warc-date", "")
    response = CapturedResponse(
        url=record.fields.get("warc-target-uri", "").strip("<>"),
        status=int(status[1]),
        headers=headers,
        body=decoded,
    )
    return Archived(response, _moment(stated), stated, where, undecoded)


def _why_not(record: Record, kept: int) -> str:
    if record.kind == "revisit":
        return f"{REVISITED}: its body stands in another one, and is not read here"
    if record.block is None:
        return f"a response of more than {MAX_BLOCK} bytes: digested, and not read"
    return (
        f"more than {MAX_KEPT} bytes of responses: not read"
        if kept > MAX_KEPT
        else "a response that is no HTTP"
    )


def _claims(record: Record, where: str) -> Iterator[Claim]:
    for line in (record.block or b"").decode("utf-8", "backslashreplace").splitlines()[:100]:
        name, colon, value = line.partition(":")
        if colon:
            yield Claim(name=name.strip().lower(), value=value.strip(), where=where)


def _split(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode("latin-1").partition(":")
    return name.strip(), value.strip()


def _decoded(body: bytes, headers: tuple[tuple[str, str], ...]) -> tuple[bytes, str]:
    """The body with its transfer and content encodings undone; the name of one that cannot be."""
    said = {name.lower(): value.lower() for name, value in headers}
    if said.get("transfer-encoding", "") == "chunked":
        body = _joined(body)
    encoding = said.get("content-encoding", "identity")
    try:
        if encoding in ("gzip", "x-gzip"):
            return _bounded(zlib.decompressobj(zlib.MAX_WBITS + 16), body), ""
        if encoding == "deflate":
            return _bounded(zlib.decompressobj(), body), ""
    except (zlib.error, gzip.BadGzipFile, EOFError):
        return body, ""  # many tools keep the field and store the body decoded
    return (body, "") if encoding in ("", "identity") else (body, encoding)


def _bounded(stream: zlib._Decompress, body: bytes) -> bytes:
    """Unpacked, up to what a record may have."""
    return stream.decompress(body, MAX_BLOCK)


def _joined(body: bytes) -> bytes:
    """The chunks of RFC 9112, section 7.1, put together; the body as it is where it has none."""
    made, at = bytearray(), 0
    while True:
        end = body.find(b"\r\n", at)
        size = re.match(rb"[0-9A-Fa-f]{1,8}", body[at:end]) if end >= 0 else None
        if size is None:
            return body if not made else bytes(made)
        length = int(size[0], 16)
        if not length:
            return bytes(made)
        made += body[end + 2 : end + 2 + length]
        at = end + 4 + length


def _header(response: CapturedResponse, name: str) -> str:
    return next((value for each, value in response.headers if each.lower() == name), "")


def _moment(stated: str) -> datetime | None:
    """A WARC-Date: RFC 3339 in UTC."""
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
