"""Having the Wayback Machine keep one more version (Save Page Now 2): it then learns of the address.

Only done when asked for, with the caller's own keys, and confirmed: what was kept is fetched back.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from evidentia.capture.asking import answer
from evidentia.capture.client import Client
from evidentia.capture.client_tls import Belief
from evidentia.capture.door import Door
from evidentia.capture.exchange import Exchange
from evidentia.capture.options import PageOptions, check_url
from evidentia.capture.wayback import Archive, kept_at, silent
from evidentia.platforms.questions import Ask
from evidentia.record.errors import UsageError
from evidentia.record.memento import Saved

SAVE_SECONDS = 180.0
"""How long the archive may take to keep a page. Its documentation speaks of minutes under load."""

POLL_SECONDS = 1.5
"""Between two questions after a job: the archive has no other way to tell, and allows few requests a minute."""


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
                saved = _said(url, job, await _finished(job, archive, client), archive)
                await _fetched_back(saved, archive, client)
    except TimeoutError as error:
        raise silent(f"The archive did not say within {SAVE_SECONDS:g} s that it kept the page.") from error
    finally:
        await door.close()
    return saved


def _said(url: str, job: str, done: _Progress, archive: Archive) -> Saved:
    at = datetime.strptime(done.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    original = done.original_url or url
    return Saved(url=original, job=job, at=at, archive_url=f"{archive.base}/web/{done.timestamp}/{original}")


async def _fetched_back(saved: Saved, archive: Archive, client: Client) -> None:
    """Ask for the version until the archive hands it over: it says that it is done before all of its machines know.

    Raises:
        CaptureError: another version is handed over.
    """
    question = Ask(url=f"{archive.base}/web/{saved.at:%Y%m%d%H%M%S}id_/{saved.url}", why="whether it is kept")
    while True:
        exchange = (await client.ask(question))[-1]
        if kept_at(exchange) == saved.at:
            return
        if exchange.status not in (404, 429, 503):
            raise silent("The archive says that it kept the page, and hands over another version or none.")
        await asyncio.sleep(POLL_SECONDS)


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
        raise silent(f"The archive took no order: {found.message or exchange.failure or exchange.status}.")
    return found.job_id


async def _finished(job: str, archive: Archive, client: Client) -> _Progress:
    while True:
        question = Ask(url=f"{archive.base}/save/status/{job}", why="whether it is kept")
        found: _Progress = _decoded((await client.ask(question))[-1], _Progress)
        if found.status == "success" and len(found.timestamp) == 14 and found.timestamp.isdecimal():
            return found
        if found.status != "pending":
            raise silent(
                f"The archive could not keep the page: {found.message or found.status or 'no reason'}."
            )
        await asyncio.sleep(POLL_SECONDS)


def _decoded(exchange: Exchange, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(answer(exchange).body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        why = exchange.failure or f"it answered {exchange.status} and no JSON"
        raise silent(f"The archive did not answer as it is documented to: {why}.") from error
