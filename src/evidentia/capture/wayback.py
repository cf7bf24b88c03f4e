"""Past versions that the Wayback Machine keeps, as an outside witness: their bytes, and the post as it stood then.

Bytes are fetched raw (``id_``: as the site sent them, nothing rewritten) by our own client, into a WACZ.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from evidentia import platforms
from evidentia.capture.asking import answer
from evidentia.capture.captured import PageCapture, Progress, Read
from evidentia.capture.client import Client
from evidentia.capture.client_tls import Belief
from evidentia.capture.door import Door
from evidentia.capture.exchange import Exchange
from evidentia.capture.light import Look, keep
from evidentia.capture.options import PageOptions
from evidentia.capture.staging import Staging
from evidentia.platforms.page import CapturedPage, CapturedResponse
from evidentia.platforms.questions import Ask
from evidentia.record.errors import CaptureError
from evidentia.record.item import Role, StoredFile
from evidentia.record.memento import Memento
from evidentia.record.moment import Interval, now
from evidentia.record.post import PageReading, Signal, State
from evidentia.record.sentences import restated, sentence

SOURCE = "Wayback Machine"
ANOTHER_VERSION = "another-version"
DIGEST_DIFFERS = "digest-differs"

_ORIGINAL = "x-archive-orig-"
_MEMENTO = "memento-datetime"  # RFC 7089, 2.1.1: an archived response, and only that, carries it


@dataclass(frozen=True)
class Archive:
    """Where the archive is: the Internet Archive's, or another that speaks as it does (pywb in tests)."""

    base: str = "https://web.archive.org"
    availability: str = "https://archive.org/wayback/available"

    @classmethod
    def at(cls, base: str) -> Archive:
        """An archive with all its services in one place; the Internet Archive's own has one of them elsewhere."""
        where = base.rstrip("/")
        return cls() if where == cls.base else cls(where, f"{where}/wayback/available")

    def raw(self, memento: Memento) -> str:
        """The address of a version's own bytes."""
        return f"{self.base}/web/{memento.stamp}id_/{memento.url}"


def fetch(
    memento: Memento,
    into: Path,
    options: PageOptions | None = None,
    progress: Progress | None = None,
    *,
    archive: Archive | None = None,
    read: Read = platforms.read,
    stored: Callable[[StoredFile], None] | None = None,
) -> PageCapture:
    """Fetch a version's bytes into a folder, and read the post in them as it stood then.

    Raises:
        CaptureError: the folder does not take the files.
    """
    where, chosen = archive or Archive(), options or PageOptions()
    if progress is not None:
        progress(f"fetching {memento.stamp}")
    return asyncio.run(_fetch(memento, where, Staging(into, stored), chosen, read))


async def _fetch(
    memento: Memento, archive: Archive, staging: Staging, options: PageOptions, read: Read
) -> PageCapture:
    door = Door(allow_private_network=options.allow_private_network)
    await door.open()
    try:
        async with Client(door, Belief(options.accepted_keys), locale=options.locale) as client:
            made = Look(archive.raw(memento), now())
            made.asked.notes.append(
                f"asked the Wayback Machine for the bytes of {memento.url} as it kept them at {memento.stamp}"
            )
            hops = await client.ask(Ask(url=made.url, why="the version's own bytes"))
            for hop in hops:
                hop.kind = "Document"
            made.asked.exchanges.extend(hops)
    finally:
        await door.close()
    page = as_it_stood(memento.url, answer(hops[-1]), hops[-1].failure)
    doubts = tuple(_doubts(memento, hops[-1]))
    staging.add("memento.json", Role.MEMENTO, "application/json", msgspec.json.encode(memento))
    kept = keep(made, page, staging, door, options, lambda seen: with_doubts(read(seen), doubts), [])
    span = Interval(not_before=memento.at, not_after=memento.at + timedelta(seconds=1))
    return replace(kept, stood=span, source=f"{SOURCE} ({archive.base})")


def as_it_stood(url: str, given: CapturedResponse, failure: str | None = None) -> CapturedPage:
    """The page of a version out of the archive's answer, with the site's own header fields, as a reader gets it.

    The archive hands those over under ``X-Archive-Orig-``; where it does not, its own stand in for them.
    """
    original = tuple(
        (name[len(_ORIGINAL) :], value) for name, value in given.headers if name.lower().startswith(_ORIGINAL)
    )
    is_memento = any(name.lower() == _MEMENTO for name, _ in given.headers)
    response = CapturedResponse(
        url=url, status=given.status, headers=original or given.headers, body=given.body
    )
    return CapturedPage(
        requested_url=url,
        final_url=url if is_memento else None,
        status=given.status if is_memento else None,
        responses=(response,) if is_memento else (),
        failure=None if is_memento else failure or "the archive did not hand the version over",
    )


def _doubts(memento: Memento, exchange: Exchange) -> Iterator[Signal]:
    """What speaks against taking the bytes for those of the line in the index."""
    said = exchange.header(_MEMENTO)
    if said is None:
        return
    given = _http_date(said)
    if given is not None and given != memento.at:
        yield Signal(name=ANOTHER_VERSION, seen=said, where="Memento-Datetime")
    digest = base64.b32encode(hashlib.sha1(exchange.body or b"", usedforsecurity=False).digest()).decode()
    if memento.digest not in ("", "-", digest):
        yield Signal(name=DIGEST_DIFFERS, seen=digest, where=f"the index has {memento.digest}")


def _http_date(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def with_doubts(reading: PageReading, doubts: tuple[Signal, ...]) -> PageReading:
    """The reading with its doubts; a version of another moment says nothing about this one."""
    if any(doubt.name == ANOTHER_VERSION for doubt in doubts):
        return restated(
            msgspec.structs.replace(reading, state=State.UNDETERMINED, signals=(*doubts, *reading.signals)),
            *sentence("looks.archive.another_moment"),
        )
    return msgspec.structs.replace(reading, signals=(*reading.signals, *doubts))


def kept_at(exchange: Exchange) -> datetime | None:
    """The moment of the version that the archive handed over; None where it handed over none."""
    return _http_date(exchange.header(_MEMENTO) or "")


def silent(happened: str) -> CaptureError:
    """The error where an archive does not answer as it should."""
    return CaptureError(
        happened,
        safe="Nothing was added to the case.",
        next_step="Try again later, or look at the archive yourself.",
    )
