"""Which characters of a text can be judged by reading, and which look too much alike to be told apart."""

from __future__ import annotations

import re
import unicodedata

_TYPOGRAPHY = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u02bc": "'", "`": "'", "\u00b4": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u2026": "...", "\u3002": ".", "\u3001": ",", "\u2022": "\u00b7", "\u2219": "\u00b7", "\u30fb": "\u00b7",
    }
)  # fmt: skip

# Shapes that differ only in size, or hardly at all in common screen fonts. Digits are alike to letters here, and
# never to another digit: a changed digit is always seen as changed.
_ALIKE = str.maketrans(
    {"I": "l", "1": "l", "|": "l", "!": "l", "0": "o", "O": "o", "5": "s", "8": "b", "2": "z"}
)
_SAME_SHAPE_IN_BOTH_CASES = str.maketrans("CKPSUVWXYZ", "ckpsuvwxyz")

BETWEEN = re.compile(r"[·•∙・|]")
"""Signs that apps write between a name, a handle and a time. Engines join the words at both sides of them."""

_JOINED = re.compile(r"(?<=\d)(?=[A-Z][a-z]{3})")
"""Between a name that ends with a digit and the mark that apps write behind it: "Pejabat 07Moderator"."""

_MEANINGFUL = "@#%&"
"""Punctuation, by Unicode, that carries meaning at the edge of a word: handles, hashtags, shares."""


def readable(text: str) -> str:
    """The text without what reading cannot judge: white space, emoji and other pictographs, invisible characters.

    Compatibility forms and typographic quotes, dashes and dots count as their plain ones (NFKC, UAX #15).
    """
    composed = unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY)
    return "".join(c for c in composed if not c.isspace() and not _pictographic(c))


def _pictographic(c: str) -> bool:
    variation_selector = "\ufe00" <= c <= "\ufe0f"
    return variation_selector or unicodedata.category(c) in ("So", "Sk", "Cf", "Cs", "Co", "Cn", "Cc", "Me")


def pictographs(text: str) -> int:
    """How many emoji and other pictures stand in a text. An engine of letters may read a letter or two in each."""
    return sum(unicodedata.category(c) == "So" for c in text)


def parts_of(word: str) -> list[str]:
    """A word as apps part it: engines join "pejabat07_a · 2 jam" to "pejabat07_a·2 jam"."""
    return [part for sign in BETWEEN.split(word) for part in _JOINED.split(sign) if part]


def is_edge_mark(c: str) -> bool:
    """Whether the character, at the edge of a word, is punctuation that engines often drop or invent."""
    return unicodedata.category(c)[0] == "P" and c not in _MEANINGFUL


def bare(text: str) -> str:
    """The text without punctuation at its two ends."""
    start, stop = 0, len(text)
    while start < stop and is_edge_mark(text[start]):
        start += 1
    while stop > start and is_edge_mark(text[stop - 1]):
        stop -= 1
    return text[start:stop]


def core(text: str) -> str:
    """The readable text without punctuation at its two ends: what of a word is judged."""
    return bare(readable(text))


def shape(text: str) -> str:
    """What remains when look-alikes, accents and punctuation are not told apart. Equal shapes prove no difference."""
    plain = unicodedata.normalize("NFD", readable(text))
    letters = "".join(
        c for c in plain if (unicodedata.category(c) != "Mn" and not is_edge_mark(c)) or c == "!"
    )
    return (
        letters.translate(_SAME_SHAPE_IN_BOTH_CASES).translate(_ALIKE).replace("rn", "m").replace("vv", "w")
    )
