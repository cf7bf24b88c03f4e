"""A page as it stood: what its document says, its pictures and its MHTML, all of one moment if the page lets us.

Everything is taken as soon as the page has loaded, while the network is still being watched for its moment of quiet.
If a request or a change of the document came in between, everything is taken again.
"""

from __future__ import annotations

import asyncio
import binascii
import time
from dataclasses import dataclass, field

import msgspec

from evidentia.capture import facts
from evidentia.capture.cdp import CallFailed
from evidentia.capture.facts import Facts, FrameFacts
from evidentia.capture.frames import read_frames
from evidentia.capture.limits import (
    DOCUMENTS,
    PICTURE_PIXELS,
    PICTURES_BYTES,
    QUIET_SECONDS,
    TILE_HEIGHT,
    TILES,
)
from evidentia.capture.visit import Visit
from evidentia.record.sentences import Term


@dataclass
class Snapshot:
    """What was taken. Anything may be missing; ``problems`` says why.

    Attributes:
        frames, unread_frames: what embedded frames show, and how many were not read because nothing shows them.
        tiles: PNG pictures of the whole page, from top to bottom, each TILE_HEIGHT pixels tall but the last.
        quiet: whether nothing moved on the network while it was taken.
        unchanged: whether the document was the same before and after; None where that could not be asked.
    """

    facts: Facts | None = None
    frames: tuple[FrameFacts, ...] = ()
    unread_frames: int = 0
    tiles: tuple[bytes, ...] = ()
    mhtml: bytes | None = None
    quiet: bool = False
    unchanged: bool | None = None
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Tile:
    """A piece of the page: y and height in pixels."""

    y: int
    height: int


async def take(visit: Visit, seconds: float) -> Snapshot:
    """Take the page; again while it moves, ``seconds`` at most. The last attempt counts.

    Raises:
        BrowserGone: the browser ended.
    """
    deadline = time.monotonic() + seconds
    while True:
        begun, documents, at = visit.recorder.begun, len(visit.loaders), time.monotonic()
        taking = asyncio.ensure_future(_take_once(visit))
        if await visit.stays_until(taking):
            snapshot = taking.result()
            snapshot.quiet = await visit.still(max(0.0, at + QUIET_SECONDS - time.monotonic()))
            snapshot.quiet &= (begun, documents) == (visit.recorder.begun, len(visit.loaders))
            if snapshot.quiet and visit.recorder.quiet:
                snapshot.unchanged = await _unchanged(visit)
                if snapshot.unchanged is not False:
                    return snapshot
            if time.monotonic() > deadline:
                return snapshot
        elif time.monotonic() > deadline or len(visit.loaders) > DOCUMENTS:
            await visit.halt()
        await visit.wait_loaded(deadline - time.monotonic())
        await visit.wait_quiet(deadline - time.monotonic())


async def element_picture(visit: Visit, selectors: tuple[str, ...], page: Facts) -> tuple[str, bytes] | None:
    """A PNG of the first element that one of the selectors finds, and that selector; None where none does.

    Raises:
        CallFailed: a selector that is none, or the browser gave no picture.
    """
    for selector in selectors:
        box = await visit.evaluate(facts.element_box(selector))
        if box is None:
            continue
        x, y, width, height = msgspec.convert(box, tuple[float, float, float, float], strict=False)
        width = min(width, page.width, TILE_HEIGHT)
        height = min(height, page.height - y, TILE_HEIGHT, PICTURE_PIXELS / max(width, 1))
        clip = {"x": max(x, 0), "y": max(y, 0), "width": width, "height": height, "scale": 1}
        return selector, await _picture(visit, clip)
    return None


def tiles(height: int) -> tuple[Tile, ...]:
    """The pieces in which a page of this height is taken, TILES at most.

    >>> tiles(16_385)
    (Tile(y=0, height=16384), Tile(y=16384, height=1))
    """
    tops = range(0, max(height, 1), TILE_HEIGHT)
    return tuple(Tile(top, min(TILE_HEIGHT, max(height, 1) - top)) for top in tops[:TILES])


async def _take_once(visit: Visit) -> Snapshot:
    """Ask for everything at once: the browser reads the document while it still packs the picture."""
    snapshot = Snapshot()
    _, pictured, found, mhtml = await asyncio.gather(
        visit.revive(),
        _pictures(visit, snapshot.problems),
        _read(visit),
        visit.connection.call("Page.captureSnapshot", visit.session, format="mhtml"),
        return_exceptions=True,
    )
    if isinstance(pictured, BaseException):
        snapshot.problems.append(f"{Term('the page could not be pictured')}: {_known(pictured)}")
    else:
        snapshot.tiles = pictured
    if isinstance(found, BaseException):
        snapshot.problems.append(f"{Term('the document could not be read')}: {_known(found)}")
    else:
        snapshot.facts = found
        if found.frames:
            embedded = await read_frames(visit)
            snapshot.frames = tuple(embedded.read)
            snapshot.unread_frames = len(embedded.known) - len(embedded.read)
            snapshot.problems += embedded.problems
    if isinstance(mhtml, BaseException):
        snapshot.problems.append(f"{Term('no MHTML could be made')}: {_known(mhtml)}")
    else:
        snapshot.mhtml = str(mhtml["data"]).encode("utf-8", "replace")
    return snapshot


def _known(error: BaseException) -> str:
    """The words of an error that leaves the rest of the page worth taking; any other is raised."""
    if isinstance(error, CallFailed | msgspec.ValidationError):
        return str(error)
    raise error


async def _read(visit: Visit) -> Facts:
    return facts.parse(await visit.evaluate(facts.READ_PAGE), Facts)


async def _pictures(visit: Visit, problems: list[str]) -> tuple[bytes, ...]:
    metrics = await visit.connection.call("Page.getLayoutMetrics", visit.session)
    size = metrics["cssContentSize"]
    width, height = max(1, int(size["width"])), max(1, int(size["height"]))
    seen_width = min(width, TILE_HEIGHT, PICTURE_PIXELS // min(height, TILE_HEIGHT))
    seen_height = size = 0
    taken: list[bytes] = []
    for piece in tiles(height):
        clip: dict[str, float] = {
            "x": 0,
            "y": piece.y,
            "width": seen_width,
            "height": piece.height,
            "scale": 1,
        }
        taken.append(await _picture(visit, clip))
        seen_height, size = piece.y + piece.height, size + len(taken[-1])
        if size > PICTURES_BYTES:
            break
    if (seen_width, seen_height) != (width, height):
        problems.append(
            Term("the page measures {n} x {n2} pixels; pictured are {n3} x {n4}").format(
                n=width, n2=height, n3=seen_width, n4=seen_height
            )
        )
    return tuple(taken)


async def _picture(visit: Visit, clip: dict[str, float]) -> bytes:
    answer = await visit.connection.call(
        "Page.captureScreenshot",
        visit.session,
        format="png",
        captureBeyondViewport=True,
        optimizeForSpeed=True,
        clip=clip,
    )
    return binascii.a2b_base64(answer["data"])


async def _unchanged(visit: Visit) -> bool | None:
    try:
        return bool(await visit.evaluate(facts.UNCHANGED))
    except CallFailed:
        return None
