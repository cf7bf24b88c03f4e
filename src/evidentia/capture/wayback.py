"""The Wayback Machine as an outside witness: which past versions it has, their bytes, and keeping one more.

Versions are listed by waybackpy (CDX server), through the door. Their bytes are fetched raw (``id_``: as the site sent
them, nothing rewritten) by our own client, into a WACZ. Keeping a page tells a third party of it: it is only done when
asked for, with the caller's own keys (Save Page Now 2), and then confirmed by fetching what was kept.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec

from evidentia import platforms
from evidentia.capture.asking import answer
from evidentia.capture.client import USER_AGENT, Client
from evidentia.capture.client_tls import Belief
from evidentia.capture.door import Door
from evidentia.capture.exchange import Exchange
from evidentia.capture.light import Look, keep
from evidentia.capture.options import PageOptions, check_url
from evidentia.capture.page import PageCapture, Progress, Read
from evidentia.capture.staging import Staging
from evidentia.platforms.page import CapturedPage, CapturedResponse
from evidentia.platforms.questions import Ask
from evidentia.record.errors import CaptureError, UsageError
from evidentia.record.item import Role, StoredFile
from evidentia.record.memento import Memento, Saved
from evidentia.record.moment import Interval, now
from evidentia.record.post import PageReading, Signal, State

if TYPE_CHECKING:
    from waybackpy import WaybackMachineCDXServerAPI

SOURCE = "Wayback Machine"
LISTED = 10_000
"""Versions of one address that are listed: an hourly crawl of more than a year."""

SAVE_SECONDS = 180.0
"""How long the archive may take to keep a page. Its documentation speaks of minutes under load."""

POLL_SECONDS = 1.5
"""Between two questions after a job: the archive has no other way to tell, and allows few requests a minute."""

ANOTHER_VERSION = "another-version"
DIGEST_DIFFERS = "digest-differs"

_ORIGINAL = "x-archive-orig-"
_MEMENTO = "memento-datetime"  # RFC 7089, 2.1.1: an archived response, and only that, carries it
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_NO_PROXY = ("NO_PROXY", "no_proxy")
_environment = Lock()


@dataclass(frozen=True)
class Archive:
    """Where the archive is: the Internet Archive's, or another that speaks as it does (pywb in tests)."""

    base: str = "https://web.archive.org"

    def raw(self, memento: Memento) -> str:
        """The address of a version's own bytes."""
        return f"{self.base}/web/{memento.stamp}id_/{memento.url}"


@dataclass(frozen=True)
class Keys:
    """The caller's S3-like keys of the archive (archive.org/account/s3.php). They are sent and never recorded."""

    access: str
    secret: str

    @classmethod
    def parse(cls, text: str) -> Keys:
        """Keys from ``ACCESS:SECRET``.

        Raises:
            UsageError: it is not of that form.
        """
        access, colon, secret = text.partition(":")
        if not (access and colon and secret) or not (text.isascii() and text.isprintable()):
            raise UsageError("The archive's keys are not of the form ACCESS:SECRET.")
        return cls(access, secret)


def mementos(
    url: str,
    options: PageOptions | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = LISTED,
    archive: Archive | None = None,
) -> tuple[Memento, ...]:
    """The versions that the archive has of an address, oldest first.

    Raises:
        UsageError: not an address that can be archived.
        CaptureError: the archive did not answer, or not as it is documented to.
    """
    check_url(url)
    return asyncio.run(_list(url, options or PageOptions(), archive or Archive(), since, until, limit))


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


def save(
    url: str, keys: Keys, options: PageOptions | None = None, *, archive: Archive | None = None
) -> Saved:
    """Have the archive keep what stands at ``url`` now (Save Page Now 2): it learns of the address.

    Raises:
        UsageError: not an address that can be archived, or the keys are not accepted.
        CaptureError: the archive could not keep it, or did not say so in time.
    """
    check_url(url)
    return asyncio.run(_save(url, keys, options or PageOptions(), archive or Archive()))


# Listing


async def _list(
    url: str,
    options: PageOptions,
    archive: Archive,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> tuple[Memento, ...]:
    from waybackpy import WaybackMachineCDXServerAPI

    asked = WaybackMachineCDXServerAPI(
        url,
        user_agent=USER_AGENT,
        start_timestamp=_stamp(since),
        end_timestamp=_stamp(until),
        limit=str(min(limit, LISTED)),
    )
    asked.endpoint = f"{archive.base}/cdx/search/cdx"
    door = Door(allow_private_network=options.allow_private_network)
    await door.open()
    try:
        found = await asyncio.to_thread(_through, door, asked, min(limit, LISTED))
        await _confirm(asked.last_api_request_url or "", door, options)
    finally:
        await door.close()
    return tuple(sorted(found, key=lambda one: one.at))


def _through(door: Door, asked: WaybackMachineCDXServerAPI, limit: int) -> list[Memento]:
    """What waybackpy finds. Its HTTP library takes the way to the network from the environment alone."""
    import requests
    from waybackpy.exceptions import WaybackError

    found: list[Memento] = []
    with _proxied(door.port):
        try:
            for snapshot in asked.snapshots():
                found.append(_memento(vars(snapshot)))
                if len(found) >= limit:
                    break
        except (WaybackError, requests.RequestException, ValueError, KeyError) as error:
            why = next(iter(door.turned_away), "") or f"{type(error).__name__}: {error}"
            raise _silent(f"The archive's index did not answer as it should: {why}") from error
    return found


async def _confirm(url: str, door: Door, options: PageOptions) -> None:
    """waybackpy takes any answer for an index, a refusal too, and then lists nothing: the status is asked for again.

    Raises:
        CaptureError: the index does not answer 200 in plain text.
    """
    async with Client(door, Belief(options.accepted_keys)) as client:
        said = (await client.ask(Ask(url=url, why="whether the index answers")))[-1]
    if said.status != 200 or said.media_type != "text/plain":
        why = said.failure or f"{said.status} {said.media_type}"
        raise _silent(f"The archive's index did not answer as it should: {why}.")


@contextlib.contextmanager
def _proxied(port: int) -> Iterator[None]:
    with _environment:
        before = {name: os.environ.get(name) for name in (*_PROXIES, *_NO_PROXY)}
        os.environ.update(dict.fromkeys(_PROXIES, f"http://127.0.0.1:{port}"))
        for name in _NO_PROXY:
            os.environ.pop(name, None)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def _memento(line: dict[str, Any]) -> Memento:
    """A line of the index.

    Raises:
        ValueError, KeyError: it is none.
    """
    status, size = str(line["statuscode"]), str(line["length"])
    return Memento(
        url=str(line["original"]),
        at=datetime.strptime(str(line["timestamp"]), "%Y%m%d%H%M%S").replace(tzinfo=UTC),
        status=int(status) if status.isdecimal() else None,
        media_type=str(line["mimetype"]),
        digest=str(line["digest"]),
        size=int(size) if size.isdecimal() else None,
    )


# Fetching


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
            chains = client.chains
    finally:
        await door.close()
    page = as_it_stood(memento.url, answer(hops[-1]), hops[-1].failure)
    doubts = tuple(_doubts(memento, hops[-1]))
    staging.add("memento.json", Role.MEMENTO, "application/json", msgspec.json.encode(memento))
    kept = keep(made, page, staging, door, options, chains, lambda seen: with_doubts(read(seen), doubts), [])
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
        return msgspec.structs.replace(
            reading,
            state=State.UNDETERMINED,
            signals=(*doubts, *reading.signals),
            reason="The archive handed over a version of another moment than the one that was asked for.",
        )
    return msgspec.structs.replace(reading, signals=(*reading.signals, *doubts))


# Keeping one more


class _Job(msgspec.Struct):
    job_id: str = ""
    message: str = ""


class _Progress(msgspec.Struct):
    status: str = ""
    timestamp: str = ""
    original_url: str = ""
    message: str = ""


async def _save(url: str, keys: Keys, options: PageOptions, archive: Archive) -> Saved:
    door = Door(allow_private_network=options.allow_private_network)
    await door.open()
    own = {archive.base: (("Authorization", f"LOW {keys.access}:{keys.secret}"),)}
    try:
        async with Client(door, Belief(options.accepted_keys), credentials=own) as client:
            job = await _order(url, archive, client)
            async with asyncio.timeout(SAVE_SECONDS):
                done = await _finished(job, archive, client)
    except TimeoutError as error:
        raise _silent(f"The archive did not say within {SAVE_SECONDS:g} s that it kept the page.") from error
    finally:
        await door.close()
    at = datetime.strptime(done.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    original = done.original_url or url
    return Saved(url=original, job=job, at=at, archive_url=f"{archive.base}/web/{done.timestamp}/{original}")


async def _order(url: str, archive: Archive, client: Client) -> str:
    form = urlencode({"url": url, "capture_all": "1"}, quote_via=quote).encode()
    fields = (("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded"))
    question = Ask(url=f"{archive.base}/save", why="keeping", method="POST", headers=fields, body=form)
    exchange = (await client.ask(question))[-1]
    if exchange.status in (401, 403):
        raise UsageError(
            "The archive does not accept the keys.", next_step="Check them at archive.org/account/s3.php."
        )
    found: _Job = _decoded(exchange, _Job)
    if not found.job_id or not found.job_id.replace("-", "").isalnum():
        raise _silent(f"The archive took no order: {found.message or exchange.failure or exchange.status}.")
    return found.job_id


async def _finished(job: str, archive: Archive, client: Client) -> _Progress:
    while True:
        question = Ask(url=f"{archive.base}/save/status/{job}", why="whether it is kept")
        found: _Progress = _decoded((await client.ask(question))[-1], _Progress)
        if found.status == "success" and len(found.timestamp) == 14 and found.timestamp.isdecimal():
            return found
        if found.status != "pending":
            raise _silent(
                f"The archive could not keep the page: {found.message or found.status or 'no reason'}."
            )
        await asyncio.sleep(POLL_SECONDS)


def _decoded(exchange: Exchange, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(answer(exchange).body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        why = exchange.failure or f"it answered {exchange.status} and no JSON"
        raise _silent(f"The archive did not answer as it is documented to: {why}.") from error


def _silent(happened: str) -> CaptureError:
    return CaptureError(
        happened,
        safe="Nothing was added to the case.",
        next_step="Try again later, or look at the archive yourself.",
    )


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")
