"""Reading a capture again: the readers are pure, so the same bytes must give the same post, years later and elsewhere.

What an expert of the other side does with a bundle: nothing is fetched, nothing is written. The files are those that
were sealed (their digests are compared first); whether the seals hold is for ``verify`` to say.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from evidentia.capture.archived_pages import read_warcs
from evidentia.capture.controls import in_light_of
from evidentia.capture.wacz import PAGES_NAME, WARC_NAME
from evidentia.capture.wayback import ANOTHER_VERSION, DIGEST_DIFFERS, as_it_stood, with_doubts
from evidentia.platforms import CapturedPage, CapturedResponse, read
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Circumstances, Item, Role
from evidentia.record.post import Observation, PageReading, Signal

from .contents import Contents
from .light_looks import READS_OTHERWISE, as_known, item_known, told_by, without_bare_words
from .media_hashes import without_hashes

_ORIGINAL = "x-archive-orig-"
_NOTHING = CapturedResponse(url="", status=0, headers=(), body=b"")
_COMPARED = ("state", "signals", "history", "acts", "proofs")


@dataclass(frozen=True)
class Reread:
    """What the readers make of an item now, and in what that differs from what was sealed with it."""

    item: Item
    reading: PageReading
    sealed: Observation | None
    differences: tuple[str, ...]


class _Page(msgspec.Struct):
    title: str = ""


def reread(contents: Contents, number: int) -> Reread:
    """Read one capture again: see ``Case.reread``."""
    item = contents.item(number)
    if item.circumstances is None or contents.path_of(item, Role.ARCHIVE) is None:
        raise UsageError(
            f"Item {number} is no capture of a page.", next_step="List the items with `evidentia show`."
        )
    observations = contents.observations()
    sealed = next((one for one in observations if one.evidence[0].item == number), None)
    reading = with_doubts(read(captured_page(contents, item, item.circumstances)), _doubts(sealed))
    if sealed is not None:
        reading = _beside_others(reading, sealed, observations)
    return Reread(item, reading, sealed, tuple(_differences(reading, sealed)))


def _beside_others(
    reading: PageReading, sealed: Observation, observations: tuple[Observation, ...]
) -> PageReading:
    """The reading with what other looks said of it when it was made: see ``light_looks`` and ``capture.controls``."""
    known = item_known(sealed)
    if known is not None:
        look = next((one for one in observations if one.evidence[0].item == known), None)
        return reading if look is None else as_known(reading, look, told_by(sealed))
    if any(signal.name == READS_OTHERWISE for signal in sealed.signals):
        return without_bare_words(reading)
    return in_light_of(reading, sealed.controls)


def captured_page(contents: Contents, item: Item, circumstances: Circumstances) -> CapturedPage:
    """What the reader was given when the page was captured, out of the item's files.

    Raises:
        CustodyError: a file is missing or was changed, or the archive cannot be read.
    """
    archive = _path(contents, item, Role.ARCHIVE)
    assert archive is not None
    title, responses = _archived(archive)
    if item.source != circumstances.requested_url:
        return as_it_stood(item.source, responses[-1] if responses else _NOTHING)
    return CapturedPage(
        requested_url=circumstances.requested_url,
        final_url=circumstances.final_url,
        status=circumstances.status,
        title=title,
        dom=_text(contents, item, Role.DOM),
        text=_text(contents, item, Role.TEXT),
        responses=responses,
        failure=circumstances.failure,
    )


def _archived(archive: Path) -> tuple[str, tuple[CapturedResponse, ...]]:
    """The page's title and the responses of a WACZ of ours, in the order in which they stand."""
    try:
        with zipfile.ZipFile(archive) as packed:
            pages = packed.read(PAGES_NAME).splitlines()
            warc = packed.read(WARC_NAME)
        title = msgspec.json.decode(pages[1], type=_Page).title
    except (zipfile.BadZipFile, KeyError, IndexError, msgspec.DecodeError) as error:
        raise CustodyError(
            f"{archive.name} cannot be read: {error}", next_step="Run `evidentia verify` on the case."
        ) from error
    found = read_warcs([(archive.name, io.BytesIO(warc))])
    if found.problems:
        raise CustodyError(
            f"{archive.name} cannot be read: {found.problems[0]}", next_step="Look at it with warcio."
        )
    return title, tuple(_as_given(one.response) for one in found.archived)


def _as_given(response: CapturedResponse) -> CapturedResponse:
    """With the header fields under the names that they had, before the archive gave those of the encoding others."""
    headers = tuple(
        (name[len(_ORIGINAL) :] if name.lower().startswith(_ORIGINAL) else name, value)
        for name, value in response.headers
    )
    return msgspec.structs.replace(response, headers=headers)


def _text(contents: Contents, item: Item, role: Role) -> str:
    path = _path(contents, item, role)
    return "" if path is None else path.read_text("utf-8", "replace")


def _path(contents: Contents, item: Item, role: Role) -> Path | None:
    found = next((file for file in item.files if file.role is role), None)
    return None if found is None else contents.intact(item, found)


def _doubts(sealed: Observation | None) -> tuple[Signal, ...]:
    """What was found when an archive's answer was compared with its index, which the readers know nothing of."""
    signals = () if sealed is None else sealed.signals
    return tuple(signal for signal in signals if signal.name in (ANOTHER_VERSION, DIGEST_DIFFERS))


def _differences(reading: PageReading, sealed: Observation | None) -> Iterator[str]:
    if sealed is None:
        yield "no observation was sealed with the item"
        return
    if reading.post != without_hashes(sealed.post):
        yield "post"
    for name in _COMPARED:
        if getattr(reading, name) != getattr(sealed, name):
            yield name
