"""What a page that was saved by a browser claims: MHTML (RFC 2557), SingleFile, and "Save as" with its mark.

The address, the date and the program are what the file says of itself; whoever made it could write anything there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from evidentia.record.handed_over import Claim, Problem, SavedPage, SavedPages
from evidentia.record.item import Program

from .mail import decoded, field, moment, parsed, parts_of, payload, well_formed

READER = Program(name="evidentia.platforms.saved_pages", version="1")

MHTML, SINGLEFILE, SAVED_HTML = "mhtml", "singlefile", "saved-html"

_COMMENT = re.compile(rb"<!--\s*Page saved with SingleFile\s*(.*?)-->", re.DOTALL)
_LINE = re.compile(r"\s*([A-Za-z][A-Za-z ]{0,30}):\s?(.*)")
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\((\d{4})\)(\S{1,2000})\s*-->")
_JS_DATE = re.compile(
    r"\w{3} (\w{3}) (\d{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT([+-])(\d{2})(\d{2})(?: \(.*\))?", re.ASCII
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MHTML_FIELDS = ("from", "snapshot-content-location", "subject", "date", "mime-version", "content-type")
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,2000}?)</title", re.DOTALL | re.IGNORECASE)


def looks_like_mhtml(head: bytes) -> bool:
    """Whether it is MIME of parts that belong together, with the fields that browsers write."""
    fields = head.replace(b"\r\n", b"\n").split(b"\n\n")[0].lower()
    saved = b"\nsnapshot-content-location:" in b"\n" + fields or re.search(
        rb"(?:^|\n)from:[^\n]*saved by", fields
    )
    return b"multipart/related" in fields and bool(saved)


def saved_html_form(head: bytes) -> str | None:
    """Which tool's comment an HTML file begins with, if any."""
    if _COMMENT.search(head):
        return SINGLEFILE
    return SAVED_HTML if _SAVED_FROM.search(head) else None


def read_mhtml(data: bytes) -> SavedPages:
    """What an MHTML file claims, and its parts with their addresses. Never raises for what it contains."""
    problems: list[Problem] = []
    message = parsed(data, problems)
    claims = [
        Claim(name=name, value=value, where="header")
        for name in _MHTML_FIELDS
        if (value := (decoded if name == "subject" else field)(message, name)) is not None
    ]
    stated = field(message, "date")
    pages = []
    for where, part in parts_of(message, problems):
        location = field(part, "content-location")
        if part.is_multipart() or location is None:
            continue
        body = payload(part)
        pages.append(
            SavedPage(
                url=location,
                where=f"part {where}",
                claimed_at=moment(stated),
                stated_time=stated,
                media_type=well_formed(part.get_content_type()),
                sha256=hashlib.sha256(body).hexdigest(),
            )
        )
    return SavedPages(
        form=MHTML, reader=READER, claims=tuple(claims), pages=tuple(pages), problems=tuple(problems)
    )


def read_saved_html(data: bytes) -> SavedPages:
    """What the comment at the head of a saved HTML file claims. Never raises for what it contains."""
    comment, mark = _COMMENT.search(data), _SAVED_FROM.search(data)
    claims = tuple(_singlefile(comment)) if comment else ()
    if comment is None and mark is not None:
        url = mark[2].decode("utf-8", "backslashreplace")
        claims = (Claim(name="saved from url", value=url, where=f"byte {mark.start()}"),)
    said = {claim.name: claim.value for claim in claims}
    url = said.get("url") or said.get("saved from url")
    title = _TITLE.search(data)
    page = SavedPage(
        url=url or "",
        where="document",
        claimed_at=_js_date(said.get("saved date", "")),
        stated_time=said.get("saved date"),
        title=None if title is None else title[1].decode("utf-8", "backslashreplace").strip(),
        media_type="text/html",
        sha256=hashlib.sha256(data).hexdigest(),
    )
    problems = () if url else (Problem(what="the comment names no address", where="comment"),)
    form = SINGLEFILE if comment else SAVED_HTML
    return SavedPages(form=form, reader=READER, claims=claims, pages=(page,), problems=problems)


def _singlefile(comment: re.Match[bytes]) -> Iterator[Claim]:
    where = f"byte {comment.start()}"
    yield Claim(name="software", value="SingleFile", where=where)
    for line in comment[1].decode("utf-8", "backslashreplace").split("\n"):
        found = _LINE.fullmatch(line.rstrip())
        if found:
            yield Claim(name=found[1].strip().lower(), value=found[2].strip(), where=where)


def _js_date(text: str) -> datetime | None:
    """A date as JavaScript's ``Date.toString`` writes it (ECMA-262, 21.4.4.41), with its offset."""
    found = _JS_DATE.fullmatch(text.strip())
    if found is None or found[1] not in _MONTHS:
        return None
    offset = timedelta(hours=int(found[8]), minutes=int(found[9])) * (-1 if found[7] == "-" else 1)
    month = _MONTHS.index(found[1]) + 1
    hour, minute, second = (int(found[n]) for n in (4, 5, 6))
    try:
        return datetime(int(found[3]), month, int(found[2]), hour, minute, second, tzinfo=timezone(offset))
    except ValueError:
        return None
