"""A light look: what an interface, or the page's bare document, says of a post. No browser, no pictures.

Where a platform's reader has questions, they are asked; anywhere else the address itself is fetched once. What came is
stored in a WACZ before it is read, as a full capture's is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from evidentia import platforms
from evidentia._version import VERSION
from evidentia.capture.account import host_and_port, limited, missing, short
from evidentia.capture.asking import answer
from evidentia.capture.captured import PageCapture, Progress, Read, credentials_of, read_safely, silent
from evidentia.capture.circumstances import clock, operating_system, tools
from evidentia.capture.client import USER_AGENT, Client
from evidentia.capture.client_tls import SOURCE, Belief
from evidentia.capture.controls import ARCHIVE, SHOWN, Controls, ask_controls
from evidentia.capture.door import Door
from evidentia.capture.exchange import Exchange
from evidentia.capture.looking import Known, Look, known_of, look
from evidentia.capture.options import NOT_ASKED, PageOptions, check_url
from evidentia.capture.places import told as told_places
from evidentia.capture.staging import Staging
from evidentia.capture.wire import keeping
from evidentia.platforms.page import CapturedPage
from evidentia.record.errors import UsageError
from evidentia.record.item import (
    Circumstances,
    LoadState,
    Presence,
    Redirect,
    Role,
    StoredFile,
    TlsConnection,
)
from evidentia.record.moment import Interval, now
from evidentia.record.post import PageReading
from evidentia.record.sentences import Term

if TYPE_CHECKING:
    from evidentia.capture.withholding import Credentials

__all__ = ["Known", "Look", "Probe", "keep", "look", "look_lightly", "probe"]

PROBED = 100
"""Addresses that share a door, and the limits of one capture: 3 MB for each (BODIES_BYTES, DOOR_BYTES)."""

_STORAGE = (
    "Header fields and bodies as they were received by evidentia's own HTTP client, chunked transfer coding undone. "
    "The body of an opened WebSocket (101) is the text messages that were received on it, one to a line; that of its "
    "request those that were sent."
)


def look_lightly(
    url: str,
    into: Path,
    options: PageOptions | None = None,
    progress: Progress | None = None,
    *,
    known: Known | None = None,
    others: tuple[str, ...] | None = None,
    read: Read = platforms.read,
    stored: Callable[[StoredFile], None] | None = None,
) -> PageCapture:
    """Look at ``url`` without a browser, and keep what came in the folder ``into``.

    Args:
        known: what an earlier look got with the bare document: the host may say that it is still the same (304).
        others: posts that the host showed before, asked for as controls where it does not show this one; None asks
            for no controls at all.

    Raises:
        UsageError: the address can be asked in no way.
        CaptureError: the folder does not take the files.
    """
    check_url(url)
    chosen = options or PageOptions()
    credentials = credentials_of(chosen, url)
    looked = asyncio.run(
        _look(url, Staging(into, stored), chosen, progress, read, credentials, known, others)
    )
    return credentials.finished(looked, into) if credentials else looked


@dataclass(frozen=True)
class Probe:
    """What one of many light looks brought. Nothing was written yet: ``look`` holds the exchanges.

    Attributes:
        unchanged: whether the server says that the document is the one that was ``known``.
        known: what to give the next time.
    """

    url: str
    during: Interval
    reading: PageReading
    look: Look
    unchanged: bool
    known: Known


def probe(
    urls: Iterable[str],
    options: PageOptions | None = None,
    *,
    known: Mapping[str, Known] | None = None,
    at_once: int = 8,
    read: Read = platforms.read,
) -> Iterator[Probe]:
    """Look lightly at many addresses, ``at_once`` at a time; in the order of ``urls``, as far as they are asked for.

    PROBED of them share a door, and with it the limits of one capture.

    Args:
        known: what earlier looks got with a document, by address.

    Raises:
        UsageError: an address that can be asked in no way, or credentials, which only a capture can keep out of sight.
    """
    asked, chosen = list(urls), options or PageOptions()
    if chosen.storage_state is not None:
        raise UsageError("A probe takes no credentials.", next_step="Capture the post instead.")
    for url in asked:
        check_url(url)
    return _probed_in_batches(asked, chosen, dict(known or {}), at_once, read)


def _probed_in_batches(
    urls: list[str], options: PageOptions, known: dict[str, Known], at_once: int, read: Read
) -> Iterator[Probe]:
    for first in range(0, len(urls), PROBED):
        yield from asyncio.run(_probe(urls[first : first + PROBED], options, known, at_once, read))


async def _probe(
    urls: list[str], options: PageOptions, known: dict[str, Known], at_once: int, read: Read
) -> list[Probe]:
    door = Door(allow_private_network=options.allow_private_network)
    await door.open()
    turn = asyncio.Semaphore(at_once)

    async def one(url: str) -> Probe:
        async with turn:
            made = await look(url, client, options, known.get(url))
            return _probed(made, now(), read)

    try:
        async with Client(door, Belief(options.accepted_keys), locale=options.locale) as client:
            return await asyncio.gather(*map(one, urls))
    finally:
        await door.close()


def _probed(made: Look, until: datetime, read: Read) -> Probe:
    document = made.document
    return Probe(
        url=made.url,
        during=Interval(not_before=made.started_at, not_after=until),
        reading=read_safely(read, made.page(), []),
        look=made,
        unchanged=_is_as_known(made),
        known=Known() if document is None else known_of(answer(document)),
    )


def _is_as_known(made: Look) -> bool:
    return made.document is not None and made.document.status == 304


async def _look(
    url: str,
    staging: Staging,
    options: PageOptions,
    progress: Progress | None,
    read: Read,
    credentials: Credentials | None,
    known: Known | None,
    others: tuple[str, ...] | None,
) -> PageCapture:
    tell = progress or silent
    tell("asking")
    problems: list[str] = []

    def judge(page: CapturedPage) -> PageReading:
        return read_safely(read, page, problems)

    with keeping(staging.folder, options.wire) as wire:
        door = Door(allow_private_network=options.allow_private_network, wire=wire)
        await door.open()
        try:
            belief = Belief(options.accepted_keys, door.key_log)
            own = credentials.for_client if credentials else None
            async with Client(door, belief, credentials=own, locale=options.locale) as client:
                made = await look(url, client, options, known)
                if credentials is not None:
                    credentials.hide_exchanges(made.asked.exchanges)
                tls = _store(made, staging, door)
                reading = judge(made.page())
                controls = Controls()
                if others is not None and reading.state not in SHOWN and not _is_as_known(made):
                    tell("asking for controls")
                    async with Client(door, belief, locale=options.locale) as stranger:
                        unknown = stranger if credentials else None
                        controls = await ask_controls(made, others, client, unknown, options, judge)
                    _store_controls(controls, made, staging, door, credentials)
        finally:
            await door.close()
        if wire is not None:
            await wire.finish(staging)
    made.asked.notes += controls.notes
    problems += wire.problems if wire else []
    looked = _kept(made, made.page(), staging, door, options, tls, reading, problems)
    hide = credentials.withheld.hide_struct if credentials else None
    found = (hide(one, Term("the record")) if hide else one for one in controls.found)
    return replace(looked, controls=tuple(found))


def keep(
    made: Look,
    page: CapturedPage,
    staging: Staging,
    door: Door,
    options: PageOptions,
    read: Read,
    problems: list[str],
) -> PageCapture:
    """Write what a look brought, and only then read ``page`` in it."""
    tls = _store(made, staging, door)
    return _kept(made, page, staging, door, options, tls, read_safely(read, page, problems), problems)


def _kept(
    made: Look,
    page: CapturedPage,
    staging: Staging,
    door: Door,
    options: PageOptions,
    tls: TlsConnection | None,
    reading: PageReading,
    problems: list[str],
) -> PageCapture:
    return PageCapture(
        files=tuple(staging.files),
        circumstances=_circumstances(made, page, door, options, tls),
        reading=reading,
        presence=_presence(page, reading.post.text if reading.post else None),
        page=page,
        problems=tuple(problems),
    )


def _store_controls(
    controls: Controls, made: Look, staging: Staging, door: Door, credentials: Credentials | None
) -> None:
    if credentials is not None:
        credentials.hide_exchanges(controls.exchanges)
    _archive(controls.exchanges, made, staging, door, ARCHIVE)


def _archive(exchanges: list[Exchange], made: Look, staging: Staging, door: Door, name: str) -> None:
    """Write exchanges of a look into an archive of their own."""
    from evidentia.capture import wacz, warc

    for one in exchanges:
        one.address = door.address_of(*host_and_port(one.url)) if one.archived else None
    software = f"evidentia {VERSION}"
    archive = warc.write(exchanges, software=software, at=made.started_at, description=_STORAGE)
    page = wacz.Page(made.url, made.started_at, "")
    staging.add(name, Role.ARCHIVE, "application/wacz", wacz.write(archive, page, software=software))


def _store(made: Look, staging: Staging, door: Door) -> TlsConnection | None:
    _archive(made.asked.exchanges, made, staging, door, "capture.wacz")
    secure = next((one for one in reversed(made.asked.exchanges) if one.archived and one.tls), None)
    if secure is None:
        return None
    digests = tuple(
        staging.add(f"tls-{n}.cer", Role.TLS_CERTIFICATE, "application/pkix-cert", der).sha256
        for n, der in enumerate(secure.chain, 1)
    )
    said = secure.tls
    return TlsConnection(protocol=said["protocol"], cipher=said["cipher"], chain=digests, source=SOURCE)


def _circumstances(
    made: Look, page: CapturedPage, door: Door, options: PageOptions, tls: TlsConnection | None
) -> Circumstances:
    hops = made.asked.exchanges
    whole = page.failure is None and not any(one.lacks for one in hops)
    return Circumstances(
        requested_url=made.url,
        final_url=page.final_url,
        canonical_url=None,
        redirects=tuple(
            Redirect(url=hop.url, status=hop.status or 0, location=hop.redirected_to or after.url)
            for hop, after in pairwise(hops)
            if hop.redirected_to
        ),
        status=page.status,
        dns=tuple(door.answers),
        peers=tuple(door.peers),
        tls=tls,
        started_at=made.started_at,
        finished_at=made.finished_at or now(),
        clock=clock(),
        browser=None,
        tools=tools(),
        operating_system=operating_system(),
        user_agent=USER_AGENT,
        viewport=None,
        locale=options.locale,
        load_state=LoadState.FAILED if page.failure else LoadState.COMPLETE if whole else LoadState.PARTIAL,
        private_network_allowed=options.allow_private_network,
        behaviours=(
            "a light look: no browser, no scripts, no pictures",
            *(() if options.ask else (NOT_ASKED,)),
            *filter(None, (told_places(options.places),)),
            *made.asked.notes,
        ),
        not_captured=(
            Term("how the page looks, and what its scripts would have brought"),
            *made.asked.left_out,
            *limited(door.turned_away),
            *limited(f"{short(one.url)}: {why}" for one in hops if (why := missing(one))),
        ),
        failure=page.failure,
    )


def _presence(page: CapturedPage, text: str | None) -> Presence:
    from evidentia.capture import presence

    return presence.check(text, {"capture.wacz": tuple(presence.response_texts(page.responses))})
