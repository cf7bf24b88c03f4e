"""The browser's pipe: what a page can make long costs that page's own questions."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from capture_site import Answer, Site
from capturing import LOOPBACK, reader_of, responses, warc_bytes
from PIL import Image

from evidentia.capture import cdp
from evidentia.capture.browser_session import browser_session
from evidentia.capture.cdp import CallFailed, Connection
from evidentia.capture.page import capture_page
from evidentia.record.item import LoadState


def talking(browser: Callable[[int, int], None], ask: Callable[[Connection], Any]) -> tuple[Any, list[str]]:
    """What becomes of ``ask`` where a stand-in (mock) for the browser has written; and the events that came."""
    events: list[str] = []

    async def run() -> Any:
        commands, commands_in = os.pipe()
        answers, answers_in = os.pipe()
        connection = Connection(answers, commands_in, lambda _, method, __: events.append(method))
        try:
            asked = asyncio.ensure_future(ask(connection))
            await asyncio.sleep(0)
            await asyncio.to_thread(browser, commands, answers_in)
            return await asked
        finally:
            connection.close()
            os.close(commands)
            os.close(answers_in)

    return asyncio.run(run()), events


@pytest.mark.parametrize("length", [1_001, 2_000_000, 3_500_000])
def test_an_answer_that_is_too_long_is_passed_over_and_the_next_one_is_heard(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cdp, "CDP_MESSAGE_BYTES", 1_000)

    def browser(_: int, answers: int) -> None:
        long = b'{"id":1,"result":{"data":"' + b"x" * length + b'"}}\0'
        for piece in (long, b'{"method":"A.event","params":{}}\0', b'{"id":2,"result":{"ok":true}}\0'):
            view = memoryview(piece)
            while view:
                view = view[os.write(answers, view) :]

    async def ask(connection: Connection) -> tuple[Any, Any]:
        first, second = connection.send("A.long"), connection.send("A.short")
        return await asyncio.gather(first, second, return_exceptions=True)

    (first, second), events = talking(browser, ask)
    assert second == {"ok": True}
    assert events == ["A.event"]
    # A message that came whole in one reading is in memory already, and may as well be used.
    assert isinstance(first, CallFailed) or (length < 1 << 20 and first == {"data": "x" * length})
    if isinstance(first, CallFailed):
        assert "more than 1000 bytes" in first.message


def test_a_page_too_large_for_one_answer_costs_only_what_is_too_large(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, the browser was ended with everybody's pages in it."""
    monkeypatch.setattr(cdp, "CDP_MESSAGE_BYTES", 300_000)
    noise = Image.frombytes("RGB", (700, 700), os.urandom(700 * 700 * 3))
    noise.save(into / "riuh.png")
    routes = {
        "/riuh": Answer(b"<article>Pejabat 07</article><img src=/riuh.png>"),
        "/riuh.png": Answer((into / "riuh.png").read_bytes(), "image/png"),
        "/p": Answer(b"<article>Pejabat 07</article>"),
    }
    for name in "ab":
        (into / name).mkdir()
    read = reader_of("Pejabat 07")
    with Site(dict(routes)) as site, browser_session(LOOPBACK) as session:
        loud = capture_page(site.url("/riuh"), into / "a", read=read, session=session)
        quiet = capture_page(site.url("/p"), into / "b", read=read, session=session)
    assert quiet.circumstances.load_state is LoadState.COMPLETE
    assert quiet.problems == ()
    assert loud.presence.present
    held = responses(warc_bytes(into / "a"))
    assert held["/riuh"][1] == routes["/riuh"].body
    assert held["/riuh.png"][0].rec_headers.get_header("WARC-Truncated") == "unspecified"
    told = " ".join((*loud.problems, *loud.circumstances.not_captured))
    assert "the page could not be pictured" in told
    assert "no MHTML could be made" in told
    assert "/riuh.png: the browser does not hand over its body" in told
