"""The lines of a WhatsApp export: where a message begins, and which lines go on with the one before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from evidentia.record.chat import DateOrder
from evidentia.record.handed_over import Problem

from .dates import Stamp, parse_stamp, readings

INVISIBLE = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Marks of direction (UAX 9) and the byte order mark: they stand around what WhatsApp itself writes."""

_TIME = r"\d[^\[\]\n]{8,30}?"
_BRACKETS = re.compile(rf"[{INVISIBLE}]*\[({_TIME})\]\s(.*)", re.ASCII)
_DASH = re.compile(rf"[{INVISIBLE}]*({_TIME})\s[-\u2013]\s(.*)", re.ASCII)


class Begun(NamedTuple):
    """A message with all of its lines. ``iphone``: its time stands in brackets, as iOS writes it."""

    line: int
    stated_time: str
    stamp: Stamp
    body: str
    iphone: bool


class Line(NamedTuple):
    """A line without its end, and the message that it would begin."""

    text: str
    begins: Begun | None


def decode(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of an export: UTF-8, or UTF-16 where its mark says so. Bytes that are neither stay as ``\\xNN``."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    return _decoded(
        data.removeprefix(b"\xef\xbb\xbf"), "utf-8", len(data) - len(data.removeprefix(b"\xef\xbb\xbf"))
    )


def _decoded(data: bytes, encoding: str, shift: int = 0) -> tuple[str, tuple[Problem, ...]]:
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError as error:
        problem = Problem(
            what=f"bytes that are no {encoding.upper()}: {error.reason}; they stand as \\xNN",
            where=f"byte {error.start + shift}",
        )
        return data.decode(encoding, "backslashreplace"), (problem,)


def looks_like_whatsapp(head: str) -> bool:
    """Whether one of the first lines begins a message as WhatsApp writes it."""
    return any(_begins(line.removesuffix("\r")) is not None for line in head.split("\n")[:5])


def lines_of(text: str) -> list[Line]:
    """The lines of a text, each with the message that it begins, if it looks as if it did."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    if not lines[-1]:
        lines.pop()
    return [Line(line, _begins(line)) for line in lines]


def messages(lines: list[Line], order: DateOrder = DateOrder.UNDETERMINED) -> Iterator[Begun | Problem]:
    """The messages of an export in order; a Problem for lines in front of the first.

    An export writes all of its times alike: lines that look like the beginning of a message of the other system, or
    whose date does not exist in the file's ``order``, are pasted text.
    """
    iphone = _usual(line.begins.iphone for line in lines if line.begins is not None)
    open_message: Begun | None = None
    body: list[str] = []
    for number, (line, begin) in enumerate(lines, start=1):
        if begin is not None and begin.iphone == iphone and readings(begin.stamp, order):
            if open_message is not None:
                yield open_message._replace(body="\n".join(body))
            open_message, body = begin._replace(line=number), [begin.body]
        elif open_message is not None:
            body.append(line)
        elif line.strip(INVISIBLE + " "):
            yield Problem(what="a line in front of the first message", where=f"line {number}")
    if open_message is not None:
        yield open_message._replace(body="\n".join(body))


def _begins(line: str) -> Begun | None:
    for pattern, iphone in ((_BRACKETS, True), (_DASH, False)):
        found = pattern.fullmatch(line)
        stamp = None if found is None else parse_stamp(found[1])
        if found is not None and stamp is not None:
            return Begun(0, found[1], stamp, found[2], iphone)
    return None


def _usual(styles: Iterable[bool]) -> bool:
    counted = Counter(styles).most_common(1)
    return bool(counted and counted[0][0])
