"""A page that says and asks without end: what is kept of it is bounded, and what is not kept is said.

The browser's events are stand-ins (mock) here: no page is quick enough to reach the limits in a test.
"""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from evidentia.capture import recorder, sockets
from evidentia.capture.exchange import Exchange
from evidentia.capture.limits import CONVERSATION_MESSAGES, PAGE_NAMED
from evidentia.capture.recorder import Recorder

WALL = time.time()
URL = "http://situs.example/aliran"


def request(number: int, kind: str = "Fetch", url: str = URL) -> tuple[str, dict[str, Any]]:
    asked = {"url": url, "method": "GET", "headers": {}}
    return "Network.requestWillBeSent", {
        "requestId": str(number),
        "request": asked,
        "wallTime": WALL,
        "type": kind,
    }


def response(number: int, media_type: str) -> tuple[str, dict[str, Any]]:
    told = {"url": URL, "status": 200, "headers": {}, "mimeType": media_type, "protocol": "http/1.1"}
    return "Network.responseReceived", {"requestId": str(number), "response": told}


def event(number: int, text: str) -> tuple[str, dict[str, Any]]:
    return "Network.eventSourceMessageReceived", {
        "requestId": str(number),
        "eventName": "message",
        "data": text,
    }


def socket(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "Network.webSocketCreated", {"requestId": str(number), "url": "ws://situs.example/"}
    answered = {"status": 101, "headers": {}}
    yield "Network.webSocketHandshakeResponseReceived", {"requestId": str(number), "response": answered}


def message(number: int, text: str) -> tuple[str, dict[str, Any]]:
    frame = {"opcode": 1, "payloadData": text}
    return "Network.webSocketFrameReceived", {"requestId": str(number), "timestamp": 1.0, "response": frame}


def after(*events: tuple[str, dict[str, Any]]) -> Recorder:
    """What a recorder knows after these events."""

    async def run() -> Recorder:
        made = Recorder()
        for method, params in events:
            made.on_event("sesi", method, params)
        await made.settle()
        return made

    return asyncio.run(run())


def only(made: Recorder) -> Exchange:
    (exchange,) = made.exchanges()
    return exchange


def test_an_event_stream_without_an_end_is_cut_at_a_limit_that_is_told() -> None:
    stream = [request(1, "EventSource"), response(1, "text/event-stream")]
    exchange = only(after(*stream, *(event(1, f"kabar {n}") for n in range(CONVERSATION_MESSAGES + 50))))
    lines = exchange.messages.splitlines()
    assert len(lines) == CONVERSATION_MESSAGES
    assert b"kabar 0" in lines[0]
    assert f"messages after the first {CONVERSATION_MESSAGES}" in exchange.lacks


def test_many_sockets_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "SAID_BYTES", 100_000)
    talk = [one for n in range(50) for one in (*socket(n), *(message(n, "x" * 1000) for _ in range(10)))]
    made = after(*talk)
    kept = sum(len(one.messages) for one in made.exchanges())
    assert 100_000 <= kept < 105_000
    silent = [one for one in made.exchanges() if not one.messages]
    assert silent
    assert all("all conversations of one capture" in one.lacks for one in silent)


@pytest.mark.parametrize("kind", ["requests", "sockets", "headers"])
def test_what_is_asked_after_the_limit_takes_no_memory_and_is_said(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "EXCHANGES", 10)

    def asked(first: int, last: int) -> Iterator[tuple[str, dict[str, Any]]]:
        for n in range(first, last):
            if kind == "requests":
                yield request(n)
            elif kind == "sockets":
                yield from (*socket(n), message(n, "x" * 1000))
            else:
                yield (
                    "Network.requestWillBeSentExtraInfo",
                    {"requestId": str(n), "headers": {"a": "x" * 1000}},
                )

    made = after(*asked(0, 20))
    tracemalloc.start()
    for method, params in asked(20, 2_000):
        made.on_event("sesi", method, params)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 200_000, "each of them would take half a kilobyte and more"
    assert made.begun == (0 if kind == "headers" else 10)
    said = [text for text in made.not_captured if "the limit of one capture" in text]
    assert len(said) == (0 if kind == "headers" else 1)


def test_things_that_cannot_be_recorded_are_named_up_to_a_number() -> None:
    opened = (("Network.webTransportCreated", {"url": f"https://situs.example/{n}"}) for n in range(2_000))
    said = after(*opened).not_captured
    assert len(said) == PAGE_NAMED + 1
    assert said[0] == "what was said over https://situs.example/0: WebTransport is not recorded"
    assert said[-1] == "and more of the like, each of them new"
