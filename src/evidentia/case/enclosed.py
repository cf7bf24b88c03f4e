"""What stands inside of a file that was handed over: the pictures and videos of a ZIP, a WACZ, a WARC, a mail or an
MHTML page, each taken out by itself into a folder of its own, so that it can be hashed.

The readers are those that read the file when it was taken in: what could deceive is not read by them, and is said.
Archives within archives are not opened, and nothing is taken out of PDFs and office documents.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from evidentia.fingerprint.magic import HEAD, media_type_of
from evidentia.record.handed_over import Problem

MOST = 10_000
"""Pictures and videos of one file: WhatsApp exports at most as many messages with media."""

SECONDS = 1800.0
"""For all that one file holds: 10,000 photos of 1280 x 960 pixels, as messengers send them, at the 0.17 seconds of a
processor that were measured for one. A hostile archive holds nobody up longer than this and one picture more."""

_SMALLEST_FILE = 1 << 10
"""Bytes: on web pages, what is smaller is a sign or a dot that counts visits."""

_ARCHIVES = ("application/zip", "application/gzip")
_FIRST = 64 << 10  # bytes in which a mail and a WARC are known
_COPY = 1 << 20


class Enclosed(NamedTuple):
    """Something inside of a file: where it stands there, its digest and type, and a copy of it while it is looked at.

    ``path`` is None for what is neither picture nor video: only its digest is of use. ``loaded``: a page loaded it, so
    that it can be a sign of the site.
    """

    where: str
    sha256: str
    media_type: str
    path: Path | None
    loaded: bool = False


class _Found(NamedTuple):
    where: str
    source: IO[bytes]
    named: bool = True  # by whoever packed it; what a page loaded has only an address


def enclosed(path: Path, problems: list[str]) -> Iterator[Enclosed]:
    """What a file holds, each thing once for each place; nothing where it is of no kind that is opened.

    ``problems`` get what could not be read. Nothing is raised for what the file contains.
    """
    until, count = time.monotonic() + SECONDS, 0
    with path.open("rb") as raw, tempfile.TemporaryDirectory() as folder:
        for where, source, named in _found(raw, path.stat().st_size, problems):
            if count >= MOST or time.monotonic() > until:
                problems.append(f"what stands after {where} was not compared: the limit is {_limit()}")
                return
            try:
                one = _taken_out(where, source, Path(folder, "one"), named=named)
            except OSError as error:  # damaged members of a ZIP among them
                problems.append(f"{where}: {error}")
                continue
            if one is not None:
                count += one.path is not None
                if one.media_type in _ARCHIVES:
                    problems.append(f"{where}: an archive within an archive is not opened")
                yield one


def _limit() -> str:
    return f"{MOST} pictures and {SECONDS:g} seconds for what one file holds"


def _taken_out(where: str, source: IO[bytes], into: Path, *, named: bool) -> Enclosed | None:
    """A copy on the disk of a picture or a video; of anything else with a name the digest."""
    head = source.read(HEAD)
    media_type = media_type_of(head)
    shown = media_type.startswith(("image/", "video/"))
    if not (shown or named or media_type in _ARCHIVES):
        return None
    digest, size = hashlib.sha256(head), len(head)
    with into.open("wb") if shown else BytesIO() as out:
        out.write(head if shown else b"")
        while block := source.read(_COPY):
            digest.update(block)
            size += len(block)
            if shown:
                out.write(block)
    if shown and not named and size < _SMALLEST_FILE:
        return None
    return Enclosed(where, digest.hexdigest(), media_type, into if shown else None, loaded=not named)


def _found(raw: IO[bytes], size: int, problems: list[str]) -> Iterator[_Found]:
    from evidentia.capture.warc_reading import is_warc
    from evidentia.platforms.mail import looks_like_mail
    from evidentia.platforms.saved_pages import looks_like_mhtml

    head = raw.read(_FIRST)
    raw.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _of_zip(raw, size, problems)
    elif head.startswith((b"WARC/", b"\x1f\x8b")) and is_warc(head):
        yield from _of_warc("archive", raw, problems)
    elif looks_like_mhtml(head) or looks_like_mail(head):
        yield from _of_mail(raw, size, problems)


def _of_zip(raw: IO[bytes], size: int, problems: list[str]) -> Iterator[_Found]:
    from evidentia.capture.archived_pages import MAX_KEPT
    from evidentia.capture.zip_members import ZipMembers
    from evidentia.verify.zip_directory import DamagedZip

    try:
        opened = ZipMembers(raw, size)
    except DamagedZip as error:
        problems.append(f"no ZIP that can be read: {error}")
        return
    problems += _said(opened.members.problems)
    readable = [member for member in opened.members.members if member.sha256 is not None]
    of_pages = any(member.name == "datapackage.json" for member in readable)
    for member in readable:
        warc = member.name.startswith("archive/") and member.name.endswith((".warc", ".warc.gz"))
        if of_pages and warc:
            try:
                data = opened.read(member.name, MAX_KEPT)
            except (OSError, ValueError) as error:
                problems.append(f"{member.name}: {error}")
                continue
            yield from _of_warc(member.name, BytesIO(data), problems)
        elif not of_pages:
            with opened.open(member.name) as source:
                yield _Found(member.name, source)


def _of_warc(name: str, raw: IO[bytes], problems: list[str]) -> Iterator[_Found]:
    """The answers with a body: a second look at an address that brought the same is written without one."""
    from evidentia.capture.archived_pages import REVISITED, read_warcs

    contents = read_warcs([(name, raw)])
    problems += _said(one for one in contents.problems if not one.what.startswith(REVISITED))
    seen: set[tuple[str, bytes]] = set()
    for one in contents.archived:
        body = one.response.body
        key = one.response.url, hashlib.sha256(body).digest()
        if one.response.status == 200 and not one.undecoded and key not in seen:
            seen.add(key)
            yield _Found(one.response.url, BytesIO(body), named=False)


def _of_mail(raw: IO[bytes], size: int, problems: list[str]) -> Iterator[_Found]:
    """The parts of a mail or an MHTML page, which are both MIME."""
    from evidentia.capture.handed_over import MAX_TEXT
    from evidentia.platforms.mail import parsed, parts_of, payload

    if size > MAX_TEXT:
        problems.append(f"more than {MAX_TEXT} bytes: not opened")
        return
    odd: list[Problem] = []
    for where, part in parts_of(parsed(raw.read(), odd), odd):
        if not part.is_multipart():
            yield _Found(f"part {where}", BytesIO(payload(part)), named=False)
    problems += _said(odd)


_MOST_SAID = 20


def _said(problems: Iterable[Problem]) -> list[str]:
    """The problems in words, the first of many: all of them stand in the records beside the original."""
    said = [f"{one.where}: {one.what}" for one in problems]
    more = [f"and {len(said) - _MOST_SAID} more of its parts"] if len(said) > _MOST_SAID else []
    return said[:_MOST_SAID] + more
