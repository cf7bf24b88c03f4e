"""What a file or a folder that was handed over is, by its content, and what the readers make of it.

The bytes are stored and digested before any of this runs. What is read are statements of whoever made the file; what
cannot be read is a problem with its place, and never stops the rest.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from evidentia.record.chat import ChatExport
from evidentia.record.handed_over import Member, Members, Problem, SavedPage, SavedPages
from evidentia.record.item import Program, Role
from evidentia.record.mail import Mail
from evidentia.record.post import PageReading
from evidentia.record.sentences import Term

MAX_TEXT = 128 << 20
"""Bytes of a text that is read into memory: a whole account's export of Telegram without its media."""

READER = Program(name="evidentia.capture.handed_over", version="1")

_HEAD = 64 << 10
_CHAT_NAME = re.compile(r"_chat\.txt|(?:WhatsApp Chat|Chat WhatsApp|Sembang WhatsApp) .*\.txt", re.IGNORECASE)
_MOST_TEXTS = 50  # text files of a ZIP that are looked at for a chat
_NAMES = {ChatExport: ("chat", Role.CHAT), Mail: ("mail", Role.MAIL), Members: ("members", Role.MEMBERS),
          SavedPages: ("saved-pages", Role.SAVED_PAGES)}  # fmt: skip

Read = Callable[[str, int], bytes]
"""The bytes of a member, up to a limit. Raises OSError or ValueError."""


@dataclass(frozen=True)
class ReadPage:
    """A page of somebody else's archive, read by the reader of its platform."""

    url: str
    claimed_at: datetime | None
    reading: PageReading
    where: str


@dataclass
class HandedOver:
    """What was read in a file: the records to lay beside it, the pages, and what could not be read."""

    records: list[ChatExport | Mail | Members | SavedPages] = field(default_factory=list)
    pages: list[ReadPage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def named(self) -> Iterator[tuple[str, Role, Any]]:
        """The records with the file names and roles that they get."""
        count: dict[Role, int] = defaultdict(int)
        for record in self.records:
            stem, role = _NAMES[type(record)]
            count[role] += 1
            yield f"{stem}.json" if count[role] == 1 else f"{stem}-{count[role]}.json", role, record

    def add(self, record: ChatExport | Mail | Members | SavedPages) -> None:
        """Keep a record; its problems are those of the whole."""
        self.records.append(record)
        self.problems.extend(record.problems)


def read_file(path: Path, name: str) -> HandedOver:
    """What the readers make of a stored file, by its first bytes.

    Args:
        path: the copy.
        name: what it was called when it was handed over.
    """
    found = HandedOver()
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _read_zip(path, name, found)
    elif head.startswith((b"WARC/", b"\x1f\x8b")):
        _read_warc(path, name, head, found)
    else:
        _read_single(path, name, head, found)
    return found


def read_members(members: Members, read: Read, name: str) -> HandedOver:
    """What the readers make of a folder or a ZIP: the exports of messengers and the archives in it."""
    found = HandedOver()
    found.add(members)
    readable = {member.name: member for member in members.members if member.sha256 is not None}
    if "datapackage.json" in readable and any(each.startswith("archive/") for each in readable):
        _read_wacz(readable, read, found)
        return found
    _read_telegram(readable, read, found)
    _read_whatsapp(readable, read, name, found)
    return found


def _read_zip(path: Path, name: str, found: HandedOver) -> None:
    from evidentia.verify.zip_directory import DamagedZip

    from .zip_members import ZipMembers

    with path.open("rb") as raw:
        try:
            opened = ZipMembers(raw, path.stat().st_size)
        except DamagedZip as error:
            said = [Problem(what=what, where=where or "archive") for where, what in error.problems]
            found.problems += [
                *said,
                Problem(what=f"{Term('no ZIP that can be read')}: {error}", where="archive"),
            ]
            return
        inner = read_members(opened.members, opened.read, name)
    found.records, found.pages, found.problems = inner.records, inner.pages, inner.problems


def _read_single(path: Path, name: str, head: bytes, found: HandedOver) -> None:
    from evidentia.platforms import mail, saved_pages
    from evidentia.platforms.chats import telegram_html, telegram_json, whatsapp
    from evidentia.platforms.chats.whatsapp_lines import decode, looks_like_whatsapp

    forms: tuple[tuple[Callable[[], object], Callable[[bytes], Any]], ...] = (
        (lambda: telegram_json.looks_like_telegram(head), lambda data: telegram_json.read(data, name)),
        (
            lambda: telegram_html.looks_like_telegram(head),
            lambda data: telegram_html.read([telegram_html.Page(name, data)]),
        ),
        (lambda: saved_pages.looks_like_mhtml(head), saved_pages.read_mhtml),
        (lambda: saved_pages.saved_html_form(head), saved_pages.read_saved_html),
        (lambda: mail.looks_like_mail(head), mail.read),
        (
            lambda: _CHAT_NAME.fullmatch(name) or looks_like_whatsapp(decode(head)[0]),
            lambda data: whatsapp.read(data, name),
        ),
    )
    for fits, read in forms:
        if not fits():
            continue
        if path.stat().st_size > MAX_TEXT:
            found.problems.append(
                Problem(
                    what=f"{Term('more than {n} bytes').format(n=MAX_TEXT)}: {Term('kept, and not read')}",
                    where=name,
                )
            )
        else:
            found.add(read(path.read_bytes()))
        return


def _read_telegram(members: dict[str, Member], read: Read, found: HandedOver) -> None:
    from evidentia.platforms.chats import telegram_html, telegram_json

    pages: dict[str, list[telegram_html.Page]] = defaultdict(list)
    for name in sorted(members):
        base = posixpath.basename(name)
        if base == "result.json":
            data = _bytes(name, read, found)
            if data is not None and telegram_json.looks_like_telegram(data[:_HEAD]):
                found.add(telegram_json.read(data, name, members.values()))
        elif re.fullmatch(r"messages\d{0,6}\.html", base, re.ASCII):
            data = _bytes(name, read, found)
            if data is not None and telegram_html.looks_like_telegram(data[:_HEAD]):
                pages[posixpath.dirname(name)].append(telegram_html.Page(name, data))
    for each in pages.values():
        found.add(telegram_html.read(each, members.values()))


def _read_whatsapp(members: dict[str, Member], read: Read, name: str, found: HandedOver) -> None:
    """The chat's text is known by its name; only where none has such a name, by what it holds: an attachment can be
    an export too."""
    from evidentia.platforms.chats import whatsapp
    from evidentia.platforms.chats.whatsapp_lines import decode, looks_like_whatsapp

    texts = [each for each in sorted(members) if each.lower().endswith(".txt")]
    named = [each for each in texts if _CHAT_NAME.fullmatch(posixpath.basename(each))]
    for each in (named or texts)[:_MOST_TEXTS]:
        data = _bytes(each, read, found)
        if data is None or not (named or looks_like_whatsapp(decode(data[:_HEAD])[0])):
            continue
        found.add(whatsapp.read(data, each, members.values(), called=name))


def _bytes(name: str, read: Read, found: HandedOver) -> bytes | None:
    try:
        return read(name, MAX_TEXT)
    except (OSError, ValueError) as error:
        found.problems.append(Problem(what=f"{Term('it was not read')}: {error}", where=name))
        return None


def _read_warc(path: Path, name: str, head: bytes, found: HandedOver) -> None:
    from . import archived_pages
    from .warc_reading import is_warc

    if not is_warc(head):
        return
    with path.open("rb") as raw:
        contents = archived_pages.read_warcs([(name, raw)])
    found.add(_saved_pages("warc", contents, (), found))


def _read_wacz(members: dict[str, Member], read: Read, found: HandedOver) -> None:
    from . import archived_pages
    from .wacz_reading import read_package

    package = read_package(members, read)
    contents = archived_pages.read_warcs(_warcs(members, read, found))
    saved = _saved_pages("wacz", contents, tuple(package.pages), found)
    found.add(
        SavedPages(
            form="wacz",
            reader=READER,
            claims=(*package.claims, *saved.claims),
            pages=saved.pages,
            checks=(*package.checks, *saved.checks),
            problems=(*package.problems, *saved.problems),
        )
    )


def _warcs(members: dict[str, Member], read: Read, found: HandedOver) -> Iterator[tuple[str, BytesIO]]:
    """The WARCs of a WACZ, one at a time in memory."""
    from .archived_pages import MAX_KEPT

    for name in sorted(members):
        if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
            try:
                data = read(name, MAX_KEPT)
            except (OSError, ValueError) as error:
                found.problems.append(Problem(what=f"{Term('it was not read')}: {error}", where=name))
            else:
                yield name, BytesIO(data)


def _saved_pages(form: str, contents: Any, listed: tuple[Any, ...], found: HandedOver) -> SavedPages:
    """The pages of an archive, those that it lists where it lists any; each is read."""
    from evidentia.platforms import read as read_page

    from . import archived_pages

    titles = {page.url: page.title for page in listed}
    documents = list(archived_pages.documents(contents.archived))
    pages, problems = [], list(contents.problems)
    for document in documents[: archived_pages.MAX_PAGES]:
        page = archived_pages.page_of(document, contents.archived)
        if titles and not {page.requested_url, document.response.url} & titles.keys():
            continue
        if document.undecoded:
            problems.append(Problem(what=f"encoded as {document.undecoded}: not read", where=document.where))
        else:
            reading = read_page(page)
            found.pages.append(ReadPage(page.requested_url, document.claimed_at, reading, document.where))
        pages.append(
            SavedPage(
                url=page.requested_url,
                where=document.where,
                claimed_at=document.claimed_at,
                stated_time=document.stated_time,
                title=titles.get(page.requested_url) or titles.get(document.response.url),
                status=document.response.status,
                media_type=archived_pages.media_type_of(document.response),
                sha256=archived_pages.body_digest(document.response),
            )
        )
    if len(documents) > archived_pages.MAX_PAGES:
        what = f"{len(documents)} documents: the first {archived_pages.MAX_PAGES} were read"
        problems.append(Problem(what=what, where=form))
    missing = titles.keys() - {page.url for page in pages} - {one.response.url for one in documents}
    problems += (
        Problem(what="a page that is listed and not in the archive", where=url) for url in sorted(missing)
    )
    return SavedPages(
        form=form,
        reader=READER,
        claims=contents.claims,
        pages=tuple(pages),
        checks=contents.checks,
        problems=tuple(problems),
    )
