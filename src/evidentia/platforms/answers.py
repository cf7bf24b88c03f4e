"""JSON that came in a capture: decoded strictly, within limits, and walked without recursion.

What a reader needs of an answer is a small ``msgspec`` struct; members that it does not know are ignored, and one of
another type than documented makes the answer unreadable, in words that say where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeAlias, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

Node: TypeAlias = dict[str, Any]
"""A JSON object whose members have not been looked at yet."""

MAX_JSON_BYTES = 32 * 1024 * 1024
"""Ten times the largest page state of a platform that was found recorded in public (3 MB)."""

MAX_NODES = 500_000
"""Objects and arrays of one answer that are walked: one for every 64 bytes of the largest answer that is read."""

MAX_NAME = 200
"""Characters of a member's name that are shown; no platform's has a quarter of them."""

MAX_PARAMETERS = 200

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)


class UnreadableAnswer(ValueError):
    """The answer is no JSON, or not of the shape that is documented for it."""


def decoded(body: bytes, shape: type[_T]) -> _T:
    """The JSON of ``body`` as ``shape``.

    Raises:
        UnreadableAnswer: it is larger than MAX_JSON_BYTES, no JSON, nested beyond reading, or of another shape.
    """
    if len(body) > MAX_JSON_BYTES:
        raise UnreadableAnswer(f"the answer is larger than {MAX_JSON_BYTES} bytes")
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnreadableAnswer(str(error)) from error


def tree(body: bytes) -> object:
    """The JSON of ``body``, whatever its shape.

    Raises:
        UnreadableAnswer: see ``decoded``.
    """
    return decoded(body, object)


def shaped(value: object, shape: type[_T]) -> _T:
    """A part of a decoded answer as ``shape``.

    Raises:
        UnreadableAnswer: it has another shape.
    """
    try:
        return msgspec.convert(value, shape)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise UnreadableAnswer(str(error)) from error


def assigned(script: str, name: str) -> object:
    """The JSON that a script gives to the variable ``name``; None where it gives it none.

    Raises:
        UnreadableAnswer: what is assigned is no JSON.
    """
    found = re.search(rf"\b{re.escape(name)}\s{{0,8}}=\s{{0,8}}(?=\{{)", script)
    if found is None:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(script, found.end())
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswer(f"{name}: {error}") from error
    return tree(script[found.end() : end].encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in an answer. As a string: its JSON Pointer (RFC 6901), long names cut off with "…".

    It is put together only when it is asked for: a hostile answer can hold names of megabytes, and things by the
    hundred thousand below them.
    """

    parent: Place | None = None
    step: str | int = ""

    def __str__(self) -> str:
        steps: list[str] = []
        place: Place | None = self
        while place is not None and place.parent is not None:
            steps.append(_escaped(place.step) if isinstance(place.step, str) else str(place.step))
            place = place.parent
        return "".join(f"/{step}" for step in reversed(steps))


def nodes(root: object) -> Iterator[tuple[Place, Node]]:
    """Every object in ``root``, outermost and earliest first, and where it stands; MAX_NODES at most."""
    stack: list[tuple[Place, object]] = [(Place(), root)]
    walked = 0
    while stack and walked < MAX_NODES:
        place, value = stack.pop()
        walked += 1
        held: Iterable[tuple[str | int, Any]] = ()
        if isinstance(value, dict):
            yield place, value
            held = value.items()
        elif isinstance(value, list):
            held = enumerate(value)
        inner = ((Place(place, step), one) for step, one in held if isinstance(one, dict | list))
        stack.extend(reversed(list(islice(inner, MAX_NODES - walked))))


def count(value: object) -> int | None:
    """A counter, stated as a number or in ASCII digits. A rounded one ("188K") is none: its number is not stated."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10**18 else None
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else None


def counters(**stated: object) -> dict[str, int]:
    """The counters that are stated, by name."""
    return {name: number for name, value in stated.items() if (number := count(value)) is not None}


def moment(stated: str | None) -> datetime | None:
    """A time in RFC 3339, with its offset; one without is not placed in time."""
    try:
        at = datetime.fromisoformat(stated) if stated else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def snowflake_moment(identifier: str | None, epoch_ms: int) -> datetime | None:
    """The time in a Snowflake id, to the millisecond: all bits but the lowest 22 count milliseconds since ``epoch_ms``.

    The platform's clock made it when it gave the id, so it stays when a text is edited.
    """
    if identifier is None or not re.fullmatch(r"[0-9]{1,19}", identifier, re.ASCII):
        return None
    return _EPOCH + timedelta(milliseconds=(int(identifier) >> 22) + epoch_ms)


def parameter(url: str, name: str) -> str | None:
    """The first value of a parameter of the address."""
    try:
        values = parse_qs(urlsplit(url).query, max_num_fields=MAX_PARAMETERS).get(name)
    except ValueError:
        return None
    return values[0] if values else None


def path_of(url: str) -> str:
    """The address's path, empty where it is no address."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _escaped(key: str) -> str:
    shown = key if len(key) <= MAX_NAME else key[:MAX_NAME] + "…"
    return shown.replace("~", "~0").replace("/", "~1")


def member(value: object, *names: str) -> object:
    """What stands under these names, one inside the other; None where one of them is not there.

    >>> member({"a": {"b": 7}}, "a", "b")
    7
    """
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: object) -> str | None:
    """The value where it is a string."""
    return value if isinstance(value, str) else None
