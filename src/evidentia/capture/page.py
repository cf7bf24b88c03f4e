"""Capture a page: what came over the network, how it was shown, and in what circumstances.

The order is the point: what came over the network is written and hashed before anything interprets it, and whatever
goes wrong later, what was written stays. This module loads next to nothing, so that the browser starts at once: the
rest is loaded while it does (``page_taking``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from evidentia.capture import chromium, launching
from evidentia.capture.options import PageOptions, check_url

if TYPE_CHECKING:
    from evidentia.capture.browser_session import BrowserSession
    from evidentia.capture.captured import PageCapture, Progress, Read
    from evidentia.record.item import StoredFile


def capture_page(
    url: str,
    into: Path,
    options: PageOptions | None = None,
    progress: Progress | None = None,
    *,
    read: Read | None = None,
    stored: Callable[[StoredFile], None] | None = None,
    session: BrowserSession | None = None,
) -> PageCapture:
    """Capture the page at ``url`` into the folder ``into``.

    A page that is not there, a host that cannot be reached and a broken certificate are captures too: their
    circumstances say so.

    Args:
        url: an http or https address.
        into: an existing folder; every file in it is created, none replaced.
        options: None for the defaults.
        progress: told what is being done, in a few words.
        read: the platform reader; None takes the one that the address and the capture ask for.
        stored: told of each file as soon as it is written and hashed, while the capture goes on.
        session: a browser that stays, from ``browser_session``; None starts one for this page alone.

    Raises:
        UsageError: the address cannot be captured.
        MissingPart: there is no Chromium.
        CaptureError: the browser does not start, or the folder does not take the files.
    """
    check_url(url)
    if session is None:
        chosen = options or PageOptions()
        with launching.spawned(chromium.find(chosen.chromium), chosen) as early:
            from evidentia.capture import page_taking

            return page_taking.alone(url, into, stored, chosen, progress, read, early)
    from evidentia.capture import page_taking

    return page_taking.in_session(session, url, into, stored, options, progress, read)
