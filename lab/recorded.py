"""Recorded captures as fixtures: what a reader was given, as JSON that a person can read and compare.

A body that is UTF-8 text stands as ``text``, any other as ``base64``.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import msgspec

from evidentia.platforms import CapturedPage, CapturedResponse


def save(page: CapturedPage, path: Path) -> None:
    """Write a capture, the same bytes for the same capture."""
    made: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(page, responses=()))
    made["responses"] = [written(response) for response in page.responses]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")


def load(path: Path) -> CapturedPage:
    """Read a capture that ``save`` wrote."""
    made = msgspec.json.decode(path.read_bytes())
    made["responses"] = [read(response) for response in made["responses"]]
    return msgspec.convert(made, CapturedPage)


def written(response: CapturedResponse) -> dict[str, Any]:
    """A response as JSON holds it."""
    made: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(response, body=b""))
    del made["body"]
    try:
        return made | {"text": response.body.decode("utf-8")}
    except UnicodeDecodeError:
        return made | {"base64": base64.b64encode(response.body).decode()}


def read(made: dict[str, Any]) -> CapturedResponse:
    """The response that ``written`` wrote."""
    text, packed = made.pop("text", None), made.pop("base64", None)
    body = text.encode("utf-8") if text is not None else base64.b64decode(packed, validate=True)
    return msgspec.convert(made | {"body": base64.b64encode(body).decode()}, CapturedResponse)
