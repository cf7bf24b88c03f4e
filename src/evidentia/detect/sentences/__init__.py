"""Every sentence that a finding states, in English and in Indonesian side by side.

The sentences are data (JSON files in this folder) by their codes. A finding keeps both the code with its values
(`evidentia.record.said.Said`) and the English words; the words in another language are made from the code when a report
is written, and only where the code's English is, letter for letter, what the record states: a record that says two
things says what its words say. So a sentence that was released is not reworded: other words get another code.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Formatter
from typing import TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from evidentia.record.comparison import FilePair
from evidentia.record.finding import Beside, PictureShown, Reading
from evidentia.record.life import MediaMove
from evidentia.record.said import Said

FILES = ("examining.json", "moves.json", "reading.json", "video.json")
ENGLISH = "en"
_DECIMAL_COMMA = frozenset({"id"})
_DEEPEST = 6
"""Sentences within sentences: ours nest three deep; a bundle of somebody else may try more."""

Value: TypeAlias = str | int | float | Said | tuple[Said, ...]
"""What a sentence is told with."""

_Stating = TypeVar("_Stating", Reading, Beside, PictureShown, MediaMove, FilePair)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Code -> language -> template. Two files must not hold one code."""
    found: dict[str, dict[str, str]] = {}
    for name in FILES:
        part = msgspec.json.decode(
            files(__name__).joinpath(name).read_bytes(), type=dict[str, dict[str, str]]
        )
        if doubled := found.keys() & part.keys():
            raise ValueError(f"{name}: codes that another file holds too: {sorted(doubled)}")
        found |= part
    return found


def said(code: str, **values: Value) -> Said:
    """The sentence under a code with its values. Values are never read as templates.

    Raises:
        KeyError: the catalogue has no such sentence.
    """
    catalogue()[code]
    return Said(code=code, values={name: (v,) if isinstance(v, Said) else v for name, v in values.items()})


def english(*says: Said) -> str:
    """The sentences in English, one after the other, as a record states them.

    Raises:
        KeyError: no such sentence, or a value is missing.
    """
    return words(says, ENGLISH)


def restated(record: _Stating, *says: Said) -> _Stating:
    """The record with these sentences, and their English as its reason.

    Raises:
        KeyError: no such sentence, or a value is missing.
    """
    return replace(record, reason=english(*says), says=says)


def words(says: tuple[Said, ...], language: str) -> str:
    """The sentences in a language, one after the other.

    Raises:
        KeyError: no such sentence, no such language, or a value is missing.
        ValueError: a value does not fit the sentence, or sentences are nested deeper than any of ours.
        OverflowError: a number is too large to be written as the sentence has it.
    """
    return " ".join(_words(one, language, 0) for one in says)


def stated(says: tuple[Said, ...], reason: str, language: str) -> str:
    """What a record states, in a language: its own words where its sentences say anything else, or nothing.

    Records come from others too: nothing in ``says`` raises.
    """
    if language == ENGLISH or not says:
        return reason
    try:
        return words(says, language) if words(says, ENGLISH) == reason else reason
    except (KeyError, ValueError, OverflowError):
        return reason


def agreeing(says: tuple[Said, ...], reason: str) -> tuple[Said, ...]:
    """The sentences, if what they say is the reason, letter for letter, and they hold nothing besides; else none.

    So much of a record of somebody else's can be passed on: no more than the reason itself, and never nested deeper
    than sentences of ours.
    """
    try:
        return says if words(says, ENGLISH) == reason and not any(map(_holds_more, says)) else ()
    except (KeyError, ValueError, OverflowError):
        return ()


def _holds_more(one: Said) -> bool:
    """Whether a sentence, or one within it, has values for which it has no place. Its words must have been made."""
    if one.values.keys() != {
        name for _, name, _, _ in Formatter().parse(catalogue()[one.code][ENGLISH]) if name
    }:
        return True
    inner = (value for value in one.values.values() if isinstance(value, tuple))
    return any(_holds_more(each) for says in inner for each in says)


class _Spoken(Formatter):
    """Templates of the catalogue: ``{name}``, and ``{name:.2f}`` for numbers; no attributes and no positions.

    Of sentences, what stands behind the colon is put between them: ``{doubts:; }``.
    """

    def __init__(self, language: str, depth: int) -> None:
        self._language = language
        self._depth = depth

    def get_field(self, field_name: str, args: object, kwargs: object) -> tuple[object, str]:
        assert isinstance(kwargs, dict)
        return kwargs[field_name], field_name

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, tuple):
            return (format_spec or " ").join(_words(one, self._language, self._depth + 1) for one in value)
        text = format(value, format_spec)
        if isinstance(value, float) and self._language in _DECIMAL_COMMA:
            return text.replace(".", ",")
        return text


def _words(one: Said, language: str, depth: int) -> str:
    if depth > _DEEPEST:
        raise ValueError("sentences are nested too deep")
    return _Spoken(language, depth).vformat(catalogue()[one.code][language], (), one.values)
