"""One visit to one page: attach, go there, wait until it is quiet. What the page tries besides is stopped and noted."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from evidentia.capture.cdp import BrowserGone, CallFailed, Connection
from evidentia.capture.limits import PAGE_NAMED, QUIET_SECONDS, START_SECONDS
from evidentia.capture.recorder import Recorder
from evidentia.record.item import LoadState

_NOTE_CHARACTERS = 200
_CHILDREN = frozenset({"iframe", "worker", "shared_worker", "service_worker"})


class Visit:
    """A page in a browser. ``notes`` tells what it tried and what became of it.

    Attributes:
        session, frame: the page's CDP session and main frame, once attached.
        navigations: how often the main frame has shown a new document.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.session = ""
        self.frame = ""
        self.navigations = 0
        self._loaded = False
        self._connection: Connection | None = None
        self._attached: asyncio.Future[tuple[str, str]] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        self._notes: Counter[str] = Counter()

    @property
    def connection(self) -> Connection:
        """The browser's pipe."""
        assert self._connection is not None
        return self._connection

    @property
    def notes(self) -> tuple[str, ...]:
        """What the page tried, in the order in which it first did, with how often."""
        told = [text if count == 1 else f"{text} ({count} times)" for text, count in self._notes.items()]
        rest = len(told) - PAGE_NAMED
        return tuple(told) if rest <= 0 else (*told[:PAGE_NAMED], f"and {rest} more of the like")

    def on_event(self, session: str, method: str, params: dict[str, Any]) -> None:
        """Take one event of the browser."""
        self.recorder.on_event(session, method, params)
        if method == "Target.attachedToTarget":
            self._on_attached(session, params)
        elif method == "Page.javascriptDialogOpening":
            kind, said = params.get("type", "dialog"), str(params.get("message", ""))
            self._note(f"dismissed a dialog ({kind}): {said[:_NOTE_CHARACTERS]!r}")
            self._start(self._quietly("Page.handleJavaScriptDialog", session, accept=False))
        elif method in ("Browser.downloadWillBegin", "Page.downloadWillBegin"):
            self._note(f"denied a download: {str(params.get('url', ''))[:_NOTE_CHARACTERS]}")
        elif session == self.session and method == "Page.loadEventFired":
            self._loaded = True
            self.recorder.changed.set()
        elif session == self.session and method == "Page.frameNavigated":
            self._on_navigated(params["frame"])

    async def attach(self, connection: Connection) -> dict[str, Any]:
        """Take over the browser's first page; what the browser says of its version.

        Raises:
            BrowserGone: it ended, or does not answer.
        """
        self._connection = connection
        version = connection.send("Browser.getVersion")
        await self._auto_attach("")
        try:
            async with asyncio.timeout(START_SECONDS):
                answer = await version
                self.session, self.frame = await self._attached
        except TimeoutError as late:
            raise BrowserGone(f"it did not answer within {START_SECONDS:g} s") from late
        await asyncio.gather(
            self.recorder.watch(connection, self.session),
            connection.call("Page.enable", self.session),
            self._auto_attach(self.session),
            connection.call("Browser.setDownloadBehavior", behavior="deny", eventsEnabled=True),
            self._quietly("Runtime.runIfWaitingForDebugger", self.session),
        )
        return answer

    async def go(self, url: str, seconds: float) -> str | None:
        """Go to ``url``; the browser's error where it shows no document of it, such as ``net::ERR_...``."""
        self._loaded = False
        try:
            answer = await self.connection.call("Page.navigate", self.session, seconds=seconds, url=url)
        except CallFailed as error:
            return f"net::ERR_TIMED_OUT: {error.message}"
        failed = answer.get("errorText")
        return str(failed) if failed else None

    async def wait_loaded(self, seconds: float) -> bool:
        """Wait for the load event of the document that stands there, with no request in flight."""
        deadline = time.monotonic() + seconds
        while not (self._loaded and self.recorder.quiet):
            if not await self._moved(deadline - time.monotonic()):
                return self._loaded
        return True

    async def still(self, seconds: float = QUIET_SECONDS) -> bool:
        """Whether nothing moves on the network for so long."""
        return not await self._moved(seconds)

    def load_state(self, *, quiet: bool) -> LoadState:
        """How far the page has come."""
        if not self._loaded:
            return LoadState.PARTIAL
        return LoadState.COMPLETE if quiet else LoadState.LOADED

    async def close(self) -> None:
        """Wait for what was begun."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _moved(self, seconds: float) -> bool:
        """Wait until a request begins or ends or the load event comes, or the time is over."""
        self.recorder.changed.clear()
        waits = (asyncio.ensure_future(self.recorder.changed.wait()), self.connection.gone)
        done, _ = await asyncio.wait(waits, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)
        waits[0].cancel()
        if self.connection.gone.done():
            raise BrowserGone(self.connection.gone.result())
        return bool(done)

    def _on_attached(self, session: str, params: dict[str, Any]) -> None:
        info, child = params["targetInfo"], params["sessionId"]
        kind, url = info["type"], str(info.get("url", ""))[:_NOTE_CHARACTERS]
        if kind == "page" and not self._attached.done():
            self._attached.set_result((child, info["targetId"]))
        elif kind == "page":
            self._note(f"closed a window that the page opened: {url or 'about:blank'}")
            self._start(self._quietly("Target.closeTarget", "", targetId=info["targetId"]))
        elif kind in _CHILDREN:
            self._start(self._watch_child(kind, child, url))
        else:
            self._start(self._quietly("Runtime.runIfWaitingForDebugger", child))

    async def _watch_child(self, kind: str, session: str, url: str) -> None:
        """Record a frame of another process, or a worker, from its first request on."""
        try:
            await asyncio.gather(self.recorder.watch(self.connection, session), self._auto_attach(session))
        except (CallFailed, BrowserGone) as error:
            self._note(f"requests of a {kind} could not be watched ({error}): {url}")
        await self._quietly("Runtime.runIfWaitingForDebugger", session)

    async def _auto_attach(self, session: str) -> None:
        await self.connection.call(
            "Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True
        )

    def _on_navigated(self, frame: dict[str, Any]) -> None:
        if frame.get("id") == self.frame:
            self.navigations += 1
            self._loaded = False
            self.recorder.changed.set()

    async def _quietly(self, method: str, session: str, **params: Any) -> None:
        """A command whose object may be gone by the time it arrives: then there is nothing left to do."""
        try:
            await self.connection.call(method, session, **params)
        except (CallFailed, BrowserGone) as error:
            self._note(f"{method} came too late ({error})")

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _note(self, text: str) -> None:
        self._notes[text] += 1
