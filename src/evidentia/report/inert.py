"""Hostile text made harmless to look at: what cannot be seen is named, what is too long can be broken.

Post text, names and file names come from people who may want a report to mislead. Characters that hide, reverse
or overwrite text (Unicode TR 36, section 2; TR 55) are printed as their code points, as a run of their own kind,
so that no text can imitate one.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from itertools import groupby

import msgspec

MAX_SHOWN = 10_000
"""Characters of one text that are shown: about four A4 pages. All of it stands in the item and in report.json."""

MAX_LINES = 200
"""Lines of one text that are shown: the same four pages, where a text is made of line feeds."""

MAX_MARKS = 3
"""Combining marks on one character. Vietnamese, Thai and vocalised Arabic need two, so three is no one's
writing cut short; more ("Zalgo" text) would be drawn over the lines around it."""

LONG_WORD = 24
"""Characters without a space after which a line may be broken anywhere."""

# Wholly drawn by the fonts that the typst package carries (Libertinus Serif, DejaVu Sans Mono); a test sets all
# of them. PDF/A forbids a missing glyph, and the fonts of the machine would make its reports differ.
_DRAWN = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x3A3, 0x482),
    (0x48A, 0x4FF),
    (0x621, 0x63A),
    (0x641, 0x64A),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x2040),
    (0x2044, 0x2052),
    (0x20A0, 0x20BF),
    (0x2190, 0x23FF),
    (0x2500, 0x25FF),
    (0x2713, 0x2714),
    (0x2717, 0x2718),
    (0x27E6, 0x27E7),
)

# Latin letters and the punctuation of print: seen, drawn, and no marks. Most lines are made of these alone.
_HARMLESS = re.compile("[ -~\u00a0-\u00ac\u00ae-\u024f\u2010-\u2015\u2018-\u2022\u2026\u2192\u2212]*")

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Default_Ignorable_Code_Point that no category above covers (Unicode, DerivedCoreProperties.txt).
_IGNORABLE = frozenset(
    {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810)}
) | frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
_BLANK = frozenset({0x1680, 0x2800, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000})


class RunKind(StrEnum):
    """How a run of characters is printed."""

    TEXT = "t"
    LONG = "l"  # no space in it: may be broken anywhere
    SIGN = "c"  # a character that cannot be seen, by its code point and name


class Run(msgspec.Struct, frozen=True, array_like=True):
    """Characters that are printed in one way."""

    kind: RunKind
    text: str


Line = tuple[Run, ...]


def shown_lines(text: str, *, fonts_only: bool = False) -> tuple[Line, ...]:
    """A text as lines of runs. Only line feeds (and CR LF) begin a line.

    ``fonts_only``: name also every character that the report's own fonts cannot draw.
    """
    kept = "\n".join(text[:MAX_SHOWN].replace("\r\n", "\n").split("\n")[:MAX_LINES])
    cut = len(text.replace("\r\n", "\n")) - len(kept)
    lines = [tuple(_runs(line, fonts_only)) for line in kept.split("\n")]
    if cut > 0:
        lines.append((Run(RunKind.SIGN, f"… +{cut}"),))
    return tuple(lines)


def visible(text: str) -> str:
    """A text on one line, for places without markup: an attribute, a document title."""
    return " ".join(
        "".join(f"[{run.text}]" if run.kind is RunKind.SIGN else run.text for run in line)
        for line in shown_lines(text)
    )


def well_formed(text: str) -> str:
    """The text with lone surrogates written as ``\\udXXX``: UTF-8 cannot hold them (RFC 3629, section 3)."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def is_drawn(character: str) -> bool:
    """Whether the report's own fonts have this character."""
    code = ord(character)
    return any(low <= code <= high for low, high in _DRAWN)


def _runs(line: str, fonts_only: bool) -> list[Run]:
    if _HARMLESS.fullmatch(line):
        return _plain_runs(line)
    runs: list[Run] = []
    plain = ""
    marks = 0
    for place, character in enumerate(line):
        marks = marks + 1 if unicodedata.combining(character) else 0
        emoji = not fonts_only and _shapes_emoji(line, place)
        if emoji or (marks <= MAX_MARKS and not _needs_naming(character, fonts_only)):
            plain += character
            continue
        runs += _plain_runs(plain)
        plain = ""
        runs.append(Run(RunKind.SIGN, _named(character)))
    return _counted(runs + _plain_runs(plain))


def _counted(runs: list[Run]) -> list[Run]:
    """One sign for a character that is repeated, with how often: hundreds of one mark would bury the rest."""
    counted: list[Run] = []
    for _, group in groupby(runs):
        same = list(group)
        if same[0].kind is RunKind.SIGN and len(same) > 1:
            counted.append(Run(RunKind.SIGN, f"{same[0].text} ×{len(same)}"))
        else:
            counted += same
    return counted


def _plain_runs(text: str) -> list[Run]:
    words = re.split(rf"([^\s]{{{LONG_WORD},}})", text)
    return [
        Run(RunKind.LONG if len(w) >= LONG_WORD and " " not in w else RunKind.TEXT, w) for w in words if w
    ]


def _shapes_emoji(line: str, place: int) -> bool:
    """A variation selector or joiner that does what it is for: it shapes the emoji before it (UTS #51)."""
    if line[place] not in "\ufe0f\u200d" or place == 0:
        return False
    base = line[place - 1]
    if base == "\ufe0f":
        base = line[place - 2] if place > 1 else ""
    joins = line[place] == "\ufe0f" or _is_pictograph(line[place + 1 : place + 2])
    return joins and _is_pictograph(base)


def _is_pictograph(character: str) -> bool:
    return character != "" and (unicodedata.category(character) == "So" or "🏻" <= character <= "🏿")


def _needs_naming(character: str, fonts_only: bool) -> bool:
    code = ord(character)
    if code in _IGNORABLE or code in _BLANK or unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return True
    return fonts_only and not is_drawn(character)


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
