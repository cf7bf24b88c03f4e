"""The Chrome DevTools Protocol over a pipe: one JSON message at a time, ended by a NUL byte.

Chromium started with ``--remote-debugging-pipe`` reads commands from its file descriptor 3 and writes answers
and events to 4. A pipe, unlike a port, can be used by nobody else on the machine. Sessions are flattened: every
message of a page, frame or worker carries its ``sessionId`` (Target.setAutoAttach, ``flatten``).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Callable
from typing import Any

import msgspec

from evidentia.capture.limits import CDP_CALL_SECONDS, CDP_MESSAGE_BYTES

_Call = tuple[str, str, asyncio.Future[dict[str, Any]]]  # method, session, its answer to come

Listener = Callable[[str, str, dict[str, Any]], None]
"""Called with session id ("" for the browser itself), method and parameters of every event."""

_READ_BYTES = 1 << 20
_ANSWER = re.compile(rb'\{"id":([0-9]{1,18})[,}]')  # how Chromium begins what is no event
_BY_THE_BROWSER = frozenset({"Network.getResponseBody"})  # of durable messages: not by the page's own process


class BrowserGone(Exception):
    """The browser closed its end of the pipe: it crashed, was ended, or never started."""


class CallFailed(Exception):
    """The browser answered a command with an error, or not in time."""

    def __init__(self, method: str, message: str) -> None:
        super().__init__(f"{method}: {message}")
        self.method = method
        self.message = message


class Connection:
    """One browser's pipe. ``read_fd`` and ``write_fd`` are ours; ``close`` closes them."""

    def __init__(self, read_fd: int, write_fd: int, listener: Listener) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._pending: dict[int, _Call] = {}
        self._dropped: dict[str, str] = {}
        self._gone: set[str] = set()
        self._incoming = bytearray()
        self._searched = 0
        self._skipping = False
        self._last_id = 0
        self.gone: asyncio.Future[str] = self._loop.create_future()
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)
        self._loop.add_reader(read_fd, self._readable)

    def send(self, method: str, session: str = "", **params: Any) -> asyncio.Future[dict[str, Any]]:
        """Send a command now and return its answer to come.

        Raises (from the future):
            CallFailed: the browser refused the command.
            BrowserGone: the browser ended before it answered.
        """
        future: asyncio.Future[dict[str, Any]] = self._loop.create_future()
        if self.gone.done():
            future.set_exception(BrowserGone(self.gone.result()))
            return future
        if (why := self._refusal(session, method)) is not None:
            future.set_exception(CallFailed(method, why))
            return future
        self._last_id += 1
        message: dict[str, Any] = {"id": self._last_id, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self._pending[self._last_id] = (method, session, future)
        self._write(msgspec.json.encode(message) + b"\0")
        return future

    async def call(
        self, method: str, session: str = "", *, seconds: float = CDP_CALL_SECONDS, **params: Any
    ) -> dict[str, Any]:
        """Send a command and wait for its answer, ``seconds`` at most.

        Raises:
            CallFailed: the browser refused the command or did not answer in time.
            BrowserGone: the browser ended before it answered.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self.send(method, session, **params)
        except TimeoutError as late:
            raise CallFailed(method, f"no answer within {seconds:g} s") from late

    def drop(self, session: str, why: str, *, gone: bool = True) -> None:
        """Nobody answers in this session any more: what waits for it is told so, and what is sent to it later.

        Args:
            gone: whether the session has ended; else only its page's process has, and the browser's own answers on.
        """
        self._dropped.setdefault(session, why)
        if gone:
            self._gone.add(session)
        for number, (method, of, future) in tuple(self._pending.items()):
            if of == session and self._refusal(of, method) is not None:
                del self._pending[number]
                _refuse(future, CallFailed(method, why))

    def _refusal(self, session: str, method: str) -> str | None:
        """Why nobody answers a command; None where somebody may."""
        if method in _BY_THE_BROWSER and session not in self._gone:
            return None
        return self._dropped.get(session)

    def close(self) -> None:
        """Close the pipe; the browser takes that as its end."""
        self._end("closed")

    def _write(self, data: bytes) -> None:
        """Commands are small and the browser reads them in a thread of its own: a full pipe is a hung browser."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._write_fd, view) :]
        except BlockingIOError:
            self._end("it no longer reads its commands")
        except BrokenPipeError:
            self._end("it has ended")

    def _readable(self) -> None:
        try:
            chunk = os.read(self._read_fd, _READ_BYTES)
        except BlockingIOError:
            return
        if not chunk:
            self._end("it has ended")
            return
        if self._skipping:
            _, end, chunk = chunk.partition(b"\0")
            self._skipping = not end
        self._incoming += chunk
        start = 0
        while (
            not self.gone.done() and (end_at := self._incoming.find(b"\0", max(start, self._searched))) >= 0
        ):
            self._dispatch(bytes(memoryview(self._incoming)[start:end_at]))
            start = end_at + 1
            self._searched = start
        if start:
            del self._incoming[:start]
        self._searched = len(self._incoming)
        if self._searched > CDP_MESSAGE_BYTES:
            self._skip()

    def _skip(self) -> None:
        """Pass over a message that is too long: whoever waits for it is told so, and all others go on."""
        found = _ANSWER.match(self._incoming)
        method, _, future = self._pending.pop(int(found[1]), ("", "", None)) if found else ("", "", None)
        if future is not None:
            _refuse(future, CallFailed(method, f"an answer of more than {CDP_MESSAGE_BYTES} bytes"))
        self._incoming.clear()
        self._searched = 0
        self._skipping = True

    def _dispatch(self, raw: bytes) -> None:
        try:
            message = decode_message(raw)
        except ValueError as error:
            self._end(f"it sent something that is no protocol message ({error})")
            return
        if "id" not in message:
            self._listener(message.get("sessionId", ""), message["method"], message.get("params", {}))
            return
        method, _, future = self._pending.pop(message["id"], ("", "", None))
        if future is None or future.done():
            return
        if "error" in message:
            future.set_exception(CallFailed(method, str(message["error"].get("message", ""))))
        else:
            future.set_result(message.get("result", {}))

    def _end(self, why: str) -> None:
        if self.gone.done():
            return
        self.gone.set_result(why)
        self._loop.remove_reader(self._read_fd)
        os.close(self._read_fd)
        os.close(self._write_fd)
        for _, _, future in self._pending.values():
            _refuse(future, BrowserGone(why))
        self._pending.clear()


def _refuse(future: asyncio.Future[dict[str, Any]], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # seen: whoever still waits is told, and nobody need


def decode_message(raw: bytes) -> dict[str, Any]:
    """One message. Pages may hold lone surrogates, which strict JSON readers refuse: those are read leniently.

    Raises:
        ValueError: it is no JSON object.

    >>> decode_message(b'{"id": 1, "result": {}}')
    {'id': 1, 'result': {}}
    """
    try:
        message = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        message = json.loads(raw.decode("utf-8", "replace"))
    if not isinstance(message, dict):
        raise ValueError("not an object")  # noqa: TRY004 - wrong data, not a wrong call
    return message
