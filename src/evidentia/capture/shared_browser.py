"""One browser for several captures. Each has a context of its own: its own cookies and storage, no cache, its own door.

A page that hangs or crashes costs its own capture. A browser that dies costs the captures that are in it; the next
one finds a new browser.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from evidentia.capture import browser, chromium
from evidentia.capture.browser import Browser
from evidentia.capture.cdp import BrowserGone, CallFailed, Connection
from evidentia.capture.door import Door
from evidentia.capture.launching import Spawned, spawn
from evidentia.capture.limits import CONTEXT_END_SECONDS, START_SECONDS
from evidentia.capture.options import PageOptions
from evidentia.capture.recorder import Recorder
from evidentia.capture.visit import Visit
from evidentia.record.errors import CaptureError
from evidentia.record.item import Program

AT_ONCE = max(2, os.cpu_count() or 2)
"""How many captures share a browser at a time: one for each core, and never one alone, as pages mostly wait."""


class SharedBrowser:
    """A browser that starts when the first capture needs it. Use it as an asynchronous context, or call ``end``.

    Args:
        options: which browser, its language and its window; and the keys of servers that it believes.
        at_once: how many captures may be in it at a time.
        alone: whether the browser ends with its one capture anyway, so that no context has to be cleared away.
        early: a browser that was started with the same options already, and is the first one.

    Raises:
        MissingPart: there is no Chromium.
    """

    def __init__(
        self,
        options: PageOptions,
        *,
        at_once: int = AT_ONCE,
        alone: bool = False,
        early: Spawned | None = None,
    ) -> None:
        self._options = options
        self._found = chromium.find(options.chromium)
        self._early = early
        self._alone = alone
        self._running: Running | None = None
        self._starting = asyncio.Lock()
        self._places = asyncio.Semaphore(at_once)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.end()

    async def end(self) -> None:
        """End the browser, if it has started."""
        if self._running is not None:
            running, self._running = self._running, None
            await running.end()

    @asynccontextmanager
    async def visiting(self, visit: Visit, door: Door) -> AsyncIterator[Running]:
        """Give a visit a page in a context of its own whose only way out is ``door``, once there is a place.

        Raises:
            MissingPart: the browser's program cannot be started.
            CaptureError: the browser does not start.
        """
        async with self._places:
            running = await self._browser()
            context = await running.open(visit, door)
            try:
                yield running
            finally:
                await visit.close()
                if not self._alone:
                    await running.clear(context)

    async def _browser(self) -> Running:
        """The browser that runs, or a new one in the place of one that has ended."""
        async with self._starting:
            if self._running is not None and self._running.gone:
                await self.end()
            if self._running is None:
                self._running = await self._start()
            return self._running

    async def _start(self) -> Running:
        early, self._early = self._early, None
        running = Running(early or spawn(self._found, self._options))
        try:
            await running.answer()
        except BaseException:
            await running.end()
            raise
        return running


async def try_start(options: PageOptions) -> Program:
    """Start a browser, let it open a page, and end it; what it says of itself.

    Raises:
        MissingPart: there is none.
        CaptureError: it does not start, or opens no page.
    """
    visit, door = Visit(Recorder()), Door(allow_private_network=False)
    await door.open()
    try:
        async with (
            SharedBrowser(options, at_once=1, alone=True) as browser,
            browser.visiting(visit, door) as it,
        ):
            assert it.program is not None
            return it.program
    finally:
        await door.close()


class Running:
    """A running browser, and whose each of its sessions is.

    Attributes:
        program, user_agent: what the browser says of itself.
        key_log: where it writes its TLS session secrets, where it does.
    """

    def __init__(self, spawned: Spawned) -> None:
        self._by_context: dict[str, Visit] = {}
        self._by_session: dict[str, Visit] = {}
        self.key_log = spawned.key_log
        self.program: Program | None = None
        self.user_agent: str | None = None
        self._browser: Browser = browser.talk_to(spawned, self._on_event)

    @property
    def connection(self) -> Connection:
        """Its pipe."""
        return self._browser.connection

    @property
    def gone(self) -> bool:
        """Whether it has ended."""
        return self.connection.gone.done()

    @property
    def sandboxed(self) -> bool:
        """Whether its own sandbox is on."""
        return self._browser.sandboxed

    async def answer(self) -> None:
        """Wait for its first words.

        Raises:
            CaptureError: it does not start.
        """
        watched = self.connection.send(
            "Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=True, flatten=True
        )
        try:
            version = await self.connection.call("Browser.getVersion", seconds=START_SECONDS)
            await watched
        except (BrowserGone, CallFailed) as error:
            said = self._browser.last_words()
            raise CaptureError(
                f"The browser did not start: {error}." + (f" It said: {said}" if said else ""),
                safe="Nothing was captured, and nothing was changed.",
                next_step="Run evidentia doctor, or name another Chromium in EVIDENTIA_CHROMIUM.",
            ) from error
        name, _, number = str(version["product"]).partition("/")
        self.program, self.user_agent = Program(name=name, version=number), str(version["userAgent"])

    async def open(self, visit: Visit, door: Door) -> str:
        """Open a page in a new context for a visit; the context's id.

        Raises:
            CaptureError: the browser ended, or does not answer.
        """
        call = self.connection.call
        context, is_open = "", False
        try:
            made = await call(
                "Target.createBrowserContext",
                proxyServer=f"socks5://127.0.0.1:{door.port}",
                proxyBypassList="<-loopback>",
                disposeOnDetach=True,
            )
            visit.certificates.connections = door.connections_to
            context = str(made["browserContextId"])
            self._by_context[context] = visit
            await asyncio.gather(
                call("Browser.setDownloadBehavior", behavior="deny", browserContextId=context),
                call("Target.createTarget", url="about:blank", browserContextId=context),
                visit.attach(self.connection),
            )
            is_open = True
        except (BrowserGone, CallFailed) as error:
            raise CaptureError(
                f"The browser opens no page: {error}.",
                safe="Nothing was captured of this page, and nothing was changed.",
                next_step="Capture it again.",
            ) from error
        finally:
            if context and not is_open:
                await self.clear(context)
        return context

    async def clear(self, context: str) -> None:
        """Close a context with its page, however busy that is. A browser that cannot do so is no good any more."""
        visit = self._by_context.pop(context)
        self._by_session = {session: of for session, of in self._by_session.items() if of is not visit}
        try:
            await self.connection.call(
                "Target.disposeBrowserContext", seconds=CONTEXT_END_SECONDS, browserContextId=context
            )
        except (BrowserGone, CallFailed):
            self.connection.close()

    async def end(self) -> None:
        """End the browser."""
        await self._browser.end()

    def _on_event(self, session: str, method: str, params: dict[str, Any]) -> None:
        if method == "Target.attachedToTarget":
            self._on_attached(session, params)
            return
        if method == "Target.detachedFromTarget":
            gone = str(params["sessionId"])
            self.connection.drop(gone, "its page is gone")
            self._by_session.pop(gone, None)
            return
        if method == "Inspector.targetCrashed":
            self.connection.drop(session, "the page crashed", gone=False)
        visit = self._by_session.get(session)
        if visit is not None:
            visit.on_event(session, method, params)

    def _on_attached(self, session: str, params: dict[str, Any]) -> None:
        """Give a new target to the visit in whose context or under whose session it came up."""
        context = str(params["targetInfo"].get("browserContextId", ""))
        visit = self._by_session.get(session) or self._by_context.get(context)
        child = str(params["sessionId"])
        if visit is None:  # of a context that is being closed, or the browser's own: nobody waits for it
            self.connection.send("Runtime.runIfWaitingForDebugger", child).add_done_callback(_seen)
            return
        self._by_session[child] = visit
        visit.on_event(session, "Target.attachedToTarget", params)


def _seen(answer: asyncio.Future[dict[str, Any]]) -> None:
    """Whatever it was: a target that is already gone need not run."""
    if not answer.cancelled():
        answer.exception()
