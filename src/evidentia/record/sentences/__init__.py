"""Every sentence that a look or a finding states, in English and in Indonesian side by side.

The sentences are data (JSON files in this folder) by their codes. A record keeps both the code with its values
(`evidentia.record.said.Said`) and the English words; the words in another language are made from the code when a report
is written, and only where the code's English is, letter for letter, what the record states: a record that says two
things says what its words say. So a sentence that was released is not reworded: other words get another code.

Short terms (names of tests, of honest explanations, of kinds of files) have no codes: records hold them in English, and
their words in other languages stand by that English in ``terms.json``. So do names of signals, in ``signals.json``.
What a program notes (what a capture lacks, what was in its way) is made of terms and values (`phrase`).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from operator import index
from string import Formatter
from typing import NewType, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from evidentia.record.comparison import FilePair
from evidentia.record.finding import Beside, PictureShown, Reading
from evidentia.record.item import Presence
from evidentia.record.life import MediaMove
from evidentia.record.post import Observation, PageReading
from evidentia.record.said import Said, Says

FILES = ("examining.json", "looks.json", "moves.json", "platforms.json", "reading.json", "video.json")
TERMS = "terms.json"
SIGNALS = "signals.json"
ENGLISH = "en"
_DECIMAL_COMMA = frozenset({"id"})
_DEEPEST = 6
"""Sentences within sentences: ours nest three deep; a bundle of somebody else may try more."""

Term = NewType("Term", str)
"""A short term that records hold as it is, in English, and that ``terms.json`` has words for.

One that programs note may have places for values (`_PLACES`): ``Term("{n} more").format(n=3)``.
"""

_TERM = "term"
"""Behind the colon of a value that is a term, or may be one: ``{test:term}``."""

_PLACES = {"n": r"\d+(?:\.\d+)?", "url": r"\S+", "what": "(?:(?!; ).)+"}
"""What stands at the places of a term that has some, by their names (``n``, ``n2``): a number, an address, anything."""

_LONGEST = 4000
"""Characters of a note that is told: addresses are noted with 2000 of theirs, and somebody else's record may hold a
million. The slowest of so many that could be made up took 0.3 s."""

_BRACKETED = re.compile(r"(.+?) \((.+)\)", re.DOTALL)

Value: TypeAlias = str | int | float | Said | Says
"""What a sentence is told with."""

_Stating = TypeVar(
    "_Stating", Reading, Beside, PictureShown, MediaMove, FilePair, PageReading, Observation, Presence
)


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


@cache
def terms() -> dict[str, dict[str, str]]:
    """Term, in English -> language -> words."""
    return msgspec.json.decode(files(__name__).joinpath(TERMS).read_bytes(), type=dict[str, dict[str, str]])


def term(recorded: str, language: str) -> str:
    """A term that a record holds, in a language; as it stands there, where it is none of ours."""
    return terms().get(recorded, {}).get(language, recorded)


def phrase(recorded: str, language: str) -> str:
    """What a program noted in English, in a language: its parts between colons and semicolons, each a term, or one with
    values in its places, with more behind it in brackets or without. What is none of ours stands as it was noted."""
    if language == ENGLISH or len(recorded) > _LONGEST:
        return recorded
    parts = recorded.split(": ")
    told = (
        _part(part, language) or "; ".join(_told(one, language) for one in part.split("; ")) for part in parts
    )
    return ": ".join(told)


def _told(noted: str, language: str, depth: int = 0) -> str:
    return _part(noted, language, depth) or noted


def _part(noted: str, language: str, depth: int = 0) -> str | None:
    """A part in words; None where it is none of ours, or deeper within others than any of ours."""
    if noted in terms():
        return term(noted, language)
    if depth > _DEEPEST:
        return None
    for pattern, template in _placed():
        if found := pattern.fullmatch(noted):
            values = {name: _told(value, language, depth + 1) for name, value in found.groupdict().items()}
            return term(template, language).format(**values)
    if found := _BRACKETED.fullmatch(noted):
        before, within = (_part(part, language, depth + 1) for part in found.groups())
        if before or within:
            return f"{before or found[1]} ({within or found[2]})"
    return None


@cache
def _placed() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The terms that have places for values, and what each matches."""
    return tuple((_pattern(template), template) for template in terms() if "{" in template)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            re.escape(words) + (f"(?P<{name}>{_PLACES[name.rstrip('234')]})" if name else "")
            for words, name, _, _ in Formatter().parse(template)
        ),
        re.DOTALL,
    )


@cache
def signal_names() -> dict[str, dict[str, str]]:
    """Name of a signal, as records hold it -> language -> words."""
    return msgspec.json.decode(files(__name__).joinpath(SIGNALS).read_bytes(), type=dict[str, dict[str, str]])


def signal_name(recorded: str, language: str) -> str:
    """What a signal is called in a language; as it stands there, where the name is none of ours or a platform's own."""
    return signal_names().get(recorded, {}).get(language, recorded)


def said(code: str, **values: Value) -> Said:
    """The sentence under a code with its values. Values are never read as templates.

    Raises:
        KeyError: the catalogue has no such sentence.
    """
    catalogue()[code]
    return Said(code=code, values={name: _kept(value) for name, value in values.items()})


def sentence(code: str, **values: Value) -> Says:
    """One sentence as records hold what they say, to be joined with others by ``+``.

    Raises:
        KeyError: the catalogue has no such sentence.
    """
    return (said(code, **values),)


def _kept(value: Value) -> str | int | float | Says:
    """As a record keeps it: a number of numpy's is Python's own."""
    if isinstance(value, Said):
        return (value,)
    if isinstance(value, str | tuple):
        return value
    return float(value) if isinstance(value, float) else index(value)


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


def words(says: Says, language: str) -> str:
    """The sentences in a language, one after the other.

    Raises:
        KeyError: no such sentence, no such language, or a value is missing.
        ValueError: a value does not fit the sentence, or sentences are nested deeper than any of ours.
        OverflowError: a number is too large to be written as the sentence has it.
    """
    return " ".join(_words(one, language, 0) for one in says)


def stated(says: Says, reason: str, language: str) -> str:
    """What a record states, in a language: its own words where its sentences say anything else, or nothing.

    Records come from others too: nothing in ``says`` raises.
    """
    if language == ENGLISH or not says:
        return reason
    try:
        return words(says, language) if words(says, ENGLISH) == reason else reason
    except (KeyError, ValueError, OverflowError):
        return reason


def each_stated(recorded: tuple[str, ...], says: Says, language: str) -> tuple[str, ...]:
    """Lines of a record in a language, each in its sentence's words where there is one for each."""
    if len(recorded) != len(says):
        return recorded
    return tuple(stated((one,), line, language) for one, line in zip(says, recorded, strict=True))


def agreeing(says: Says, reason: str) -> Says:
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

    Of sentences, what stands behind the colon is put between them: ``{doubts:; }``. ``{test:term}`` is a short term.
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
        if isinstance(value, str) and format_spec == _TERM:
            return term(value, self._language)
        text = format(value, format_spec)
        if isinstance(value, float) and self._language in _DECIMAL_COMMA:
            return text.replace(".", ",")
        return text


def _words(one: Said, language: str, depth: int) -> str:
    if depth > _DEEPEST:
        raise ValueError("sentences are nested too deep")
    return _Spoken(language, depth).vformat(catalogue()[one.code][language], (), one.values)
