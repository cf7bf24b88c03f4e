"""One visit to one page: attach, go there, wait until it is quiet. What the page tries besides is stopped and noted."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from evidentia.capture.cdp import BrowserGone, CallFailed, Connection
from evidentia.capture.exchange import Exchange
from evidentia.capture.limits import CDP_CALL_SECONDS, HUNG_SECONDS, PAGE_NAMED, QUIET_SECONDS, START_SECONDS
from evidentia.capture.recorder import Recorder
from evidentia.capture.tls import Certificates
from evidentia.record.item import LoadState

_WORLD = "evidentia"
_NOTE_CHARACTERS = 200
_NOTES = 1_000  # different ones: a page can think of a new dialog a thousand times a second
_MORE_NOTES = "more things of the like, each of them new"
_CHILDREN = frozenset({"iframe", "worker", "shared_worker", "service_worker"})


class Visit:
    """A page in a browser. ``notes`` tells what it tried and what became of it.

    Attributes:
        session, frame: the page's CDP session and main frame, once attached.
        loaders: the main frame's documents, by the ids of the requests that brought them.
        frame_sessions: the sessions of embedded frames that have a process of their own, by the frames' ids.
        crashed: whether the page's process ended.
        hung: whether its scripts had to be stopped because nothing else was done any more.
    """

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.certificates = Certificates()
        self.session = ""
        self.frame = ""
        self.loaders: list[str] = []
        self.frame_sessions: dict[str, str] = {}
        self.crashed = self.hung = False
        self._asked = ""
        self._loaded = self._stopped = self._staying = False
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
        if method == "Network.responseReceived" and params.get("frameId") == self.frame:
            if params.get("type") == "Document":
                self.certificates.on_response(self.connection, session, params)
        elif method == "Target.attachedToTarget":
            self._on_attached(session, params)
        elif method == "Page.javascriptDialogOpening":
            kind, said = params.get("type", "dialog"), str(params.get("message", ""))
            self._note(f"dismissed a dialog ({kind}): {said[:_NOTE_CHARACTERS]!r}")
            self._start(self._quietly("Page.handleJavaScriptDialog", session, accept=False))
        elif method == "Fetch.requestPaused":
            self._start(self._judge(session, params))
        elif method == "Page.navigatedWithinDocument" and self._staying:
            self._note(f"the page changed its own address: {str(params.get('url', ''))[:_NOTE_CHARACTERS]}")
        elif method == "Page.downloadWillBegin":
            self._note(f"denied a download: {str(params.get('url', ''))[:_NOTE_CHARACTERS]}")
        elif session == self.session:
            self._on_page(method, params)

    async def attach(self, connection: Connection) -> None:
        """Take over the first page that comes up in this visit's context.

        Raises:
            BrowserGone: the browser ended.
            CallFailed: it does not answer.
        """
        self._connection = connection
        try:
            async with asyncio.timeout(START_SECONDS):
                self.session, self.frame = await self._attached
        except TimeoutError as late:
            raise CallFailed("Target.createTarget", f"no page within {START_SECONDS:g} s") from late
        await asyncio.gather(
            self.recorder.watch(connection, self.session),
            connection.call("Page.enable", self.session),
            connection.call("Inspector.enable", self.session),
            self._auto_attach(self.session),
            self._quietly("Runtime.runIfWaitingForDebugger", self.session),
        )

    async def go(self, url: str, seconds: float) -> str | None:
        """Go to ``url``; the browser's error where it shows no document of it, such as ``net::ERR_...``."""
        self._loaded = self._stopped = False
        try:
            answer = await self.connection.call("Page.navigate", self.session, seconds=seconds, url=url)
        except CallFailed as error:
            return f"net::ERR_TIMED_OUT: {error.message}"
        self._asked = str(answer.get("loaderId", ""))
        failed = answer.get("errorText")
        return str(failed) if failed else None

    async def wait_loaded(self, seconds: float) -> None:
        """Wait until the document that stands there has loaded or stopped to, so long at most."""
        deadline = time.monotonic() + seconds
        while not (self._loaded or self._stopped or self.crashed) and await self._moved(
            deadline - time.monotonic()
        ):
            pass

    async def wait_quiet(self, seconds: float) -> None:
        """Wait until no request is in flight, so long at most."""
        deadline = time.monotonic() + seconds
        while not (self.recorder.quiet or self.crashed) and await self._moved(deadline - time.monotonic()):
            pass

    async def still(self, seconds: float = QUIET_SECONDS) -> bool:
        """Whether nothing moves on the network for so long."""
        return not await self._moved(seconds)

    async def settled(self, deadline: float) -> None:
        """Wait until nothing has been in flight for QUIET_SECONDS, or until ``deadline`` (time.monotonic)."""
        while (left := deadline - time.monotonic()) > 0:
            await self.wait_quiet(left)
            if self.recorder.quiet and await self.still(min(QUIET_SECONDS, left)):
                return

    @asynccontextmanager
    async def staying(self) -> AsyncIterator[None]:
        """While this lasts, the page's main frame gets no other document; each that it asks for is noted."""
        documents = [{"resourceType": "Document", "requestStage": "Request"}]
        await self.connection.call("Fetch.enable", self.session, patterns=documents)
        self._staying = True
        try:
            yield
        finally:
            self._staying = False
            await self._quietly("Fetch.disable", self.session)

    async def _judge(self, session: str, params: dict[str, Any]) -> None:
        """Let a frame's document pass, and refuse the page's own: aborted, it leaves what stands there as it is."""
        request = params["requestId"]
        if params.get("frameId") != self.frame:
            await self._quietly("Fetch.continueRequest", session, requestId=request)
            return
        self._note(f"kept on the page: it would have gone to {params['request']['url'][:_NOTE_CHARACTERS]}")
        await self._quietly("Fetch.failRequest", session, requestId=request, errorReason="Aborted")

    async def evaluate(
        self,
        expression: str,
        *,
        promise: bool = False,
        seconds: float = CDP_CALL_SECONDS,
        frame: tuple[str, str] | None = None,
    ) -> Any:
        """The value of an expression in our isolated world; asking for the world again gives the same one.

        Args:
            promise: whether the value is promised, and awaited.
            frame: session and id of an embedded frame; None is the page's own.

        Raises:
            CallFailed: it fails, or gives nothing within ``seconds``.
            BrowserGone: the browser ended.
        """
        session, frame_id = frame or (self.session, self.frame)
        world = await self.connection.call(
            "Page.createIsolatedWorld", session, frameId=frame_id, worldName=_WORLD
        )
        answer = await self.connection.call(
            "Runtime.evaluate",
            session,
            seconds=max(seconds, 0),
            expression=expression,
            contextId=world["executionContextId"],
            awaitPromise=promise,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise CallFailed("Runtime.evaluate", str(answer["exceptionDetails"].get("text", "it failed")))
        return answer["result"].get("value")

    async def stays_until(self, work: asyncio.Future[Any]) -> bool:
        """Wait for some work on the document; False, and the work broken off, where the page goes on meanwhile."""
        before = len(self.loaders)
        while not work.done() and len(self.loaders) == before:
            self.recorder.changed.clear()
            change = asyncio.ensure_future(self.recorder.changed.wait())
            await asyncio.wait((work, change), return_when=asyncio.FIRST_COMPLETED)
            change.cancel()
        return work.done() or not work.cancel()

    async def halt(self) -> None:
        """Let a page that goes on and on by itself go on no more: its scripts are off, its loading is stopped."""
        self.hung = True
        self._note(f"stopped the page: it went on by itself to {len(self.loaders)} documents")
        await self._quietly("Emulation.setScriptExecutionDisabled", self.session, value=True)
        await self._quietly("Page.stopLoading", self.session)

    async def revive(self) -> None:
        """Stop the page's scripts where they keep it from doing anything else, such as an endless loop.

        What stands in the document then can still be taken. Without scripts the page stays as it is.
        """
        try:
            await self.connection.call("Runtime.evaluate", self.session, seconds=HUNG_SECONDS, expression="1")
        except CallFailed:
            if self.crashed or self.hung:
                return
            self.hung = True
            self._note(f"stopped the page's scripts: they kept it busy for more than {HUNG_SECONDS:g} s")
            await self._quietly("Emulation.setScriptExecutionDisabled", self.session, value=True)
            await self._quietly("Runtime.terminateExecution", self.session)

    def documents(self) -> tuple[Exchange, ...]:
        """The hops by which the document that stands there was reached: redirects, and pages that went on.

        A download that the page starts also asks for a document, but none of it is ever shown.
        """
        wanted = {self._asked, *self.loaders}
        return tuple(hop for hop in self.recorder.exchanges() if hop.request_id in wanted)

    def load_state(self, *, quiet: bool) -> LoadState:
        """How far the page has come; one that crashed or had to be stopped was not let finish."""
        if not self._loaded or self.crashed or self.hung:
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
            self._start(self._close_window(child, str(info["targetId"])))
        elif kind in _CHILDREN:
            if kind == "iframe":
                self.frame_sessions[str(info["targetId"])] = child
            self._start(self._watch_child(kind, child, url))
        else:
            self._start(self._quietly("Runtime.runIfWaitingForDebugger", child))

    async def _close_window(self, session: str, target: str) -> None:
        """Cut a new window off the network, let it run and close it.

        It shares its opener's process: closed while it still waits, it would leave the opener waiting for ever.
        """
        blocked = self._quietly("Network.setBlockedURLs", session, urls=["*"])
        offline = self._quietly(
            "Network.emulateNetworkConditions",
            session,
            offline=True,
            latency=0,
            downloadThroughput=0,
            uploadThroughput=0,
        )
        await asyncio.gather(
            self._quietly("Network.enable", session),
            blocked,
            offline,
            self._quietly("Runtime.runIfWaitingForDebugger", session),
        )
        await self._quietly("Target.closeTarget", "", targetId=target)

    async def _watch_child(self, kind: str, session: str, url: str) -> None:
        """Record a frame of another process, or a worker, from its first request on."""
        # All are sent before any is answered: a service worker answers nothing until it may run.
        watched, *_ = await asyncio.gather(
            self.recorder.watch(self.connection, session),
            self._auto_attach(session),
            self._quietly("Runtime.runIfWaitingForDebugger", session),
            return_exceptions=True,
        )
        if isinstance(watched, BaseException):
            self._note(f"requests of a {kind} could not be watched ({watched}): {url}")

    async def _auto_attach(self, session: str) -> None:
        await self.connection.call(
            "Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True
        )

    def _on_page(self, method: str, params: dict[str, Any]) -> None:
        """How the main frame comes along. A document that a download breaks off ends without a load event."""
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Inspector.targetCrashed":
            self.crashed = True
            self._note("the page crashed")
        elif method == "Page.frameNavigated" and params["frame"].get("id") == self.frame:
            self.loaders.append(str(params["frame"].get("loaderId", "")))
            self._loaded = False
        elif method == "Page.frameStartedLoading" and params["frameId"] == self.frame:
            self._stopped = False
        elif method == "Page.frameStoppedLoading" and params["frameId"] == self.frame:
            self._stopped = True
        else:
            return
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
        known = text in self._notes or len(self._notes) < _NOTES
        self._notes[text if known else _MORE_NOTES] += 1
