"""Recorded answers of a real Bluesky host, and the same with parts replaced."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.platforms.bluesky_questions import Gathered, address_of, answered
from lab.recorded import load

FOLDER = Path(__file__).parents[2] / "fixtures" / "platforms" / "bluesky"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def recorded(name: str) -> CapturedPage:
    """What was captured under this name."""
    return load(FOLDER / f"{name}.json")


def gathered(page: CapturedPage) -> Gathered:
    """Its answers, each with its question."""
    address = address_of(page.requested_url)
    assert address is not None
    return answered(page, address)


def with_answer(page: CapturedPage, method: str, body: bytes | None, status: int = 200) -> CapturedPage:
    """The page with another answer to the questions that hold ``method``; without one where ``body`` is None."""
    kept: list[CapturedResponse] = []
    for response in page.responses:
        if method not in response.url:
            kept.append(response)
        elif body is not None:
            kept.append(replace(response, body=body, status=status))
    assert body is None or any(method in response.url for response in kept)
    return replace(page, responses=tuple(kept))


def with_json(page: CapturedPage, method: str, change: Callable[[Any], Any]) -> CapturedPage:
    """The page with the JSON of an answer changed."""
    body = next(r.body for r in page.responses if method in r.url)
    return with_answer(page, method, json.dumps(change(json.loads(body))).encode())


def asked(page: CapturedPage, url: str, value: object, status: int = 200) -> CapturedPage:
    """The page with one more answer."""
    body = json.dumps(value).encode()
    more = CapturedResponse(
        url=url, status=status, headers=(("Content-Type", "application/json"),), body=body
    )
    return replace(page, responses=(*page.responses, more))
