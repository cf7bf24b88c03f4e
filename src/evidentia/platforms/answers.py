"""JSON that came in a capture: decoded strictly, within limits, walked without recursion, and read by paths.

Where an interface documents its answers, what a reader needs of one is a small ``msgspec`` struct; members that it does
not know are ignored, and one of another type than documented makes the answer unreadable, in words that say where.
Where shapes change from month to month (``embedded``), the answer is walked, and read at paths that may lead nowhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
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

MAX_EPOCH = 4_102_444_800
"""The year 2100 in seconds: what lies beyond is no time of publication."""

MAX_NAME = 200
"""Characters of a member's name that are shown; no platform's has a quarter of them."""

MAX_PARAMETERS = 200

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class UnreadableAnswer(ValueError):
    """The answer is no JSON, or not of the shape that is documented for it."""


def decoded(body: bytes | str, shape: type[_T]) -> _T:
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


def tree(body: bytes | str) -> object:
    """The JSON of ``body``, whatever its shape.

    Raises:
        UnreadableAnswer: see ``decoded``.
    """
    return decoded(body, object)


def tree_or_none(body: bytes | str) -> object:
    """The JSON of ``body``; None where it is none that can be read."""
    try:
        return tree(body)
    except UnreadableAnswer:
        return None


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


def nodes(
    root: object,
    *,
    skip: frozenset[str] = frozenset(),
    last: Callable[[Node], bool] = lambda _: False,
) -> Iterator[tuple[Place, Node]]:
    """Every object in ``root``, outermost and earliest first, and where it stands; MAX_NODES at most.

    Args:
        skip: names of members that are not gone into.
        last: says of an object that nothing inside of it is wanted.
    """
    stack: list[tuple[Place, object]] = [(Place(), root)]
    walked = 0
    while stack and walked < MAX_NODES:
        place, value = stack.pop()
        walked += 1
        held: Iterable[tuple[str | int, Any]] = ()
        if isinstance(value, dict):
            yield place, value
            held = () if last(value) else value.items()
        elif isinstance(value, list):
            held = enumerate(value)
        inner = (
            (Place(place, step), one)
            for step, one in held
            if isinstance(one, dict | list) and step not in skip
        )
        stack.extend(reversed(list(islice(inner, MAX_NODES - walked))))


def objects(root: object, *, skip: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Every object in ``root``: see ``nodes``."""
    return (node for _, node in nodes(root, skip=skip))


def outermost(
    root: object, wanted: Callable[[Node], bool], *, skip: frozenset[str] = frozenset()
) -> Iterator[Node]:
    """The objects that are ``wanted`` and stand in no other that is; so nothing is looked through twice."""
    return (node for _, node in nodes(root, skip=skip, last=wanted) if wanted(node))


def at(value: object, *path: str | int) -> object:
    """What stands at the path of names and places; None where anything on the way is missing or of another kind.

    >>> at({"a": [{"b": 7}]}, "a", -1, "b")
    7
    """
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
    return value


def text_at(value: object, *path: str | int) -> str | None:
    """The string there, None where there is none or an empty one."""
    found = at(value, *path)
    return found if isinstance(found, str) and found else None


def items_at(value: object, *path: str | int) -> list[object]:
    """The list there; empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def number_at(value: object, *path: str | int) -> int | None:
    """The whole number there, also where it is spelled as a string of at most 18 digits."""
    return _whole(at(value, *path))


def flag_at(value: object, *path: str | int) -> bool | None:
    """The truth value there; None where nothing is said."""
    found = at(value, *path)
    return found if isinstance(found, bool) else None


def id_at(value: object, *path: str | int) -> str | None:
    """The identifier there, as a string whether it is spelled as one or as a number; a zero is none."""
    found = at(value, *path)
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found) if 0 < found < 10**30 else ""
    return found if isinstance(found, str) and found not in ("", "0") else None


def moment_at(value: object, *path: str | int) -> datetime | None:
    """The moment there, stated in seconds since 1970 (UTC)."""
    seconds = number_at(value, *path)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and 0 < seconds < MAX_EPOCH else None


def counters_at(value: object, names: dict[str, str]) -> dict[str, int]:
    """The counters that are stated: under our names, by theirs; the first that is. What is negative was withheld."""
    found: dict[str, int] = {}
    for theirs, ours in names.items():
        count = number_at(value, theirs)
        if count is not None and count >= 0:
            found.setdefault(ours, count)
    return found


def count(value: object) -> int | None:
    """A counter, stated as a number or in ASCII digits. A rounded one ("188K") is none: its number is not stated."""
    number = _whole(value)
    return number if number is not None and number >= 0 else None


def _whole(value: object) -> int | None:
    """A whole number of at most 18 digits, also where it is spelled as a string of ASCII digits."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18 else None


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
