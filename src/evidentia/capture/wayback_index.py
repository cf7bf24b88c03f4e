"""Which versions of an address the Wayback Machine has, asked by waybackpy through the door.

waybackpy's HTTP library takes its way to the network from the environment, and waybackpy takes any answer for an index,
a refusal too: the first is set while it asks, the second is asked for again.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from evidentia.capture.client import USER_AGENT, Client
from evidentia.capture.client_tls import Belief
from evidentia.capture.door import Door
from evidentia.capture.options import PageOptions, check_url
from evidentia.capture.wayback import Archive, silent
from evidentia.platforms.questions import Ask
from evidentia.record.memento import Memento

if TYPE_CHECKING:
    from waybackpy import WaybackMachineAvailabilityAPI, WaybackMachineCDXServerAPI

LISTED = 10_000
"""Versions of one address that are listed: an hourly crawl of more than a year."""

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_NO_PROXY = ("NO_PROXY", "no_proxy")
_environment = Lock()
_Found = TypeVar("_Found")


class _Closest(msgspec.Struct):
    available: bool = False
    timestamp: str = ""
    status: str = ""


class _Snapshots(msgspec.Struct):
    closest: _Closest | None = None


class _Available(msgspec.Struct):
    archived_snapshots: _Snapshots


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


def nearest(
    url: str, at: datetime, options: PageOptions | None = None, *, archive: Archive | None = None
) -> Memento | None:
    """The version nearest to a moment, by the archive's availability service; None where it names none.

    The service says less of a version than the index does: no digest, and no media type.

    Raises:
        UsageError: not an address that can be archived.
        CaptureError: the archive did not answer, or not as it is documented to.
    """
    check_url(url)
    return asyncio.run(_nearest(url, at, options or PageOptions(), archive or Archive()))


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
    found = await _through(options, lambda: _listed(asked, min(limit, LISTED)))
    await _confirm(asked.last_api_request_url or "", options, "text/plain")
    return tuple(sorted(found, key=lambda one: one.at))


async def _nearest(url: str, at: datetime, options: PageOptions, archive: Archive) -> Memento | None:
    from waybackpy import WaybackMachineAvailabilityAPI

    asked = WaybackMachineAvailabilityAPI(url, user_agent=USER_AGENT)
    asked.endpoint = archive.availability
    asked.api_call_time_gap = 0  # it sleeps between calls, and this is one call
    await _through(options, lambda: asked.near(unix_timestamp=int(at.timestamp())))
    if asked.response is None or asked.response.status_code != 200:
        raise silent("The archive's availability service did not answer as it should.")
    return _closest(url, asked)


def _closest(url: str, asked: WaybackMachineAvailabilityAPI) -> Memento | None:
    """The one version that the service names.

    Raises:
        CaptureError: what it says is not of the documented shape.
    """
    try:
        found = msgspec.convert(asked.json, _Available, strict=False).archived_snapshots.closest
        return None if found is None or not found.available else _memento(
            {"original": url, "timestamp": found.timestamp, "statuscode": found.status, "mimetype": "", "digest": "-",
             "length": "-"}
        )  # fmt: skip
    except (msgspec.ValidationError, ValueError) as error:
        raise silent(f"The archive's availability service did not answer as it should: {error}.") from error


async def _through(options: PageOptions, work: Callable[[], _Found]) -> _Found:
    """Let waybackpy work, with a door as its only way out."""
    import requests
    from waybackpy.exceptions import WaybackError

    def proxied() -> _Found:
        with _proxied(door.port):
            return work()

    door = Door(allow_private_network=options.allow_private_network)
    await door.open()
    try:
        return await asyncio.to_thread(proxied)
    except (WaybackError, requests.RequestException, ValueError, KeyError) as error:
        why = next(iter(door.turned_away), "") or f"{type(error).__name__}: {error}"
        raise silent(f"The archive's index did not answer as it should: {why}") from error
    finally:
        await door.close()


def _listed(asked: WaybackMachineCDXServerAPI, limit: int) -> list[Memento]:
    return [_memento(vars(snapshot)) for snapshot in islice(asked.snapshots(), limit)]


async def _confirm(url: str, options: PageOptions, media_type: str) -> None:
    """waybackpy takes any answer for an index, a refusal too, and then lists nothing: the status is asked for again.

    Raises:
        CaptureError: the service does not answer 200 and in its own media type.
    """
    door = Door(allow_private_network=options.allow_private_network)
    await door.open()
    try:
        async with Client(door, Belief(options.accepted_keys)) as client:
            said = (await client.ask(Ask(url=url, why="whether the index answers")))[-1]
    finally:
        await door.close()
    if said.status != 200 or said.media_type != media_type:
        why = said.failure or f"{said.status} {said.media_type}"
        raise silent(f"The archive's index did not answer as it should: {why}.")


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


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")
