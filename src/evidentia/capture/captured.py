"""What a capture gives back, with or without a browser, and what both kinds share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evidentia._version import VERSION
from evidentia.capture.options import PageOptions
from evidentia.platforms.page import CapturedPage
from evidentia.record.item import Circumstances, Presence, Program, StoredFile
from evidentia.record.moment import Interval
from evidentia.record.post import OWN_CAPTURE, Control, PageReading, State
from evidentia.record.sentences import Term, restated, sentence

if TYPE_CHECKING:
    from evidentia.capture.withheld import Withheld
    from evidentia.capture.withholding import Credentials

Read = Callable[[CapturedPage], PageReading]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class PageCapture:
    """A captured page.

    Attributes:
        files: what was written, with digests.
        circumstances: where, when, how, and what is missing.
        reading: what a platform's reader makes of it.
        presence: whether the post's text is really in the files.
        page: what the reader was given.
        problems: what went wrong without ending the capture.
        withheld: the credentials that were left out of it; None where there were none.
        stood: when the page stood so, where that was not during the capture: an outside archive's version.
        source: who observed it.
        controls: what was asked beside it, where it did not show its post.
    """

    files: tuple[StoredFile, ...]
    circumstances: Circumstances
    reading: PageReading
    presence: Presence
    page: CapturedPage = field(repr=False)  # asyncio.run takes the repr of its result: megabytes of bodies
    problems: tuple[str, ...]
    withheld: Withheld | None = field(default=None, repr=False)
    stood: Interval | None = None
    source: str = OWN_CAPTURE
    controls: tuple[Control, ...] = ()


def credentials_of(options: PageOptions, url: str) -> Credentials | None:
    """What a capture is logged in with, where it is.

    Raises:
        UsageError: the address holds one of the credentials.
    """
    if options.storage_state is None:
        return None
    from evidentia.capture.withholding import Credentials

    return Credentials(options.storage_state, url)


def read_safely(read: Read, page: CapturedPage, problems: list[str]) -> PageReading:
    """What the reader makes of the page; undetermined, with the problem named, where it fails."""
    try:
        return read(page)
    except Exception as error:  # noqa: BLE001 - whatever a page does to its reader, the capture stays
        problems.append(f"{Term('the page could not be read')}: {type(error).__name__}: {error}")
        return restated(
            PageReading(state=State.UNDETERMINED, signals=(), reader=Program(name="none", version=VERSION)),
            *sentence("looks.reader_failed"),
        )


def silent(what: str) -> None:
    """Tell nobody."""
