"""A browser that stays while several pages are captured, one after the other or at once from several threads.

with browser_session(options) as session:
    for url, folder in wanted:
        capture_page(url, folder, session=session)
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from evidentia.capture.options import PageOptions
from evidentia.capture.shared_browser import AT_ONCE, SharedBrowser
from evidentia.record.errors import UsageError

_Result = TypeVar("_Result")


class BrowserSession:
    """A browser with the thread that talks to it. Made by ``browser_session``."""

    def __init__(self, options: PageOptions, loop: asyncio.AbstractEventLoop, browser: SharedBrowser) -> None:
        self._options = options
        self._loop = loop
        self._browser = browser

    def run(
        self,
        options: PageOptions | None,
        work: Callable[[SharedBrowser, PageOptions], Coroutine[Any, Any, _Result]],
    ) -> _Result:
        """Do ``work`` in this browser and wait for what comes of it. Any thread may call.

        Args:
            options: of this one capture; None for the session's own.

        Raises:
            UsageError: they want another browser, window or language, other believed keys or wire evidence than the
                session's options.
        """
        chosen = options or self._options
        if _of_the_browser(chosen) != _of_the_browser(self._options):
            raise UsageError(
                "This browser was started with other options.",
                next_step="Give browser_session the same browser, viewport, locale, accepted keys and wire.",
            )
        future = asyncio.run_coroutine_threadsafe(work(self._browser, chosen), self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # whoever waited was interrupted: the capture ends too
            raise


@contextmanager
def browser_session(
    options: PageOptions | None = None, *, at_once: int = AT_ONCE
) -> Iterator[BrowserSession]:
    """A browser for several captures, ``at_once`` of them at most at a time; the others wait for their turn.

    The browser starts with the first capture. One that dies takes the captures that are in it, which keep what they
    had, and the next capture starts another. It ends with the context; what still runs then is broken off.

    Args:
        options: which browser, window, language and believed keys; and the defaults of each capture.

    Raises:
        MissingPart: there is no Chromium.
        UsageError: ``at_once`` is less than one.
    """
    if at_once < 1:
        raise UsageError("At least one capture has to be at work at a time.")
    chosen = options or PageOptions()
    browser = SharedBrowser(chosen, at_once=at_once)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="browser session", daemon=True)
    thread.start()
    try:
        yield BrowserSession(chosen, loop, browser)
    finally:
        asyncio.run_coroutine_threadsafe(_end(browser), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(browser: SharedBrowser) -> None:
    """Break off what still runs, and end the browser."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await browser.end()
    await asyncio.get_running_loop().shutdown_default_executor()


def _of_the_browser(options: PageOptions) -> tuple[object, ...]:
    """What is decided when a browser starts, and cannot differ between captures that share it."""
    return options.chromium, options.viewport, options.locale, options.accepted_keys, options.wire
