"""Text as a lay reader counts it: words, hashtags, mentions, links, emoji and punctuation; and what hides in it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_LINK_TAIL = ".,;:!?)]}'’…"

# One letter for each kind of character; the kinds of a text are then cut into tokens by one linear expression.
_SPACE, _WORD, _DIGIT, _MARK, _JOINER, _SYMBOL, _FLAG, _SIGN, _INNER, _POINT, _LINKED, _OTHER = "swdmjefhcqlp"
_TOKEN = re.compile(
    "s+"
    "|l+"
    "|h?[wdm][wdmj]*(?:(?:c|(?<=d)q(?=d))[wdm][wdmj]*)*"  # Pejabat, bersama-sama, #Paslon, 1.000,50, 16.29
    "|ff?m*"
    "|e[mj]*(?:(?<=j)e[mj]*)*"  # one emoji, however many code points it takes (UTS #51)
    "|.m*"
)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Letters and symbols that show nothing."""

_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝвкмнтАВЕКМНОРСТХІЈЅУοαρνυικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhqwbkmhtABEKMHOPCTXIJSYoapvuiktABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that most fonts draw as Latin ones (a part of UTS #39's confusables)."""


def tokens(text: str) -> list[str]:
    """The text cut into tokens, white space among them; joined, they are the text."""
    kinds = "".join(map(_kind, text))
    for link in _LINK.finditer(text):
        length = len(link.group().rstrip(_LINK_TAIL))
        kinds = kinds[: link.start()] + _LINKED * length + kinds[link.start() + length :]
    return [text[found.start() : found.end()] for found in _TOKEN.finditer(kinds)]


def is_word(token: str) -> bool:
    """Whether the token carries meaning of its own, as punctuation does not."""
    return any(_kind(character) in "wdefl" for character in token)


def visible(text: str) -> str:
    """The text with everything that does not show, or passes for something else, written out as ``⟦U+200B⟧``.

    Zero-width and bidi characters, controls, blanks other than a plain space, letters of another script within
    a Latin word, and styled letters that pass for plain ones. For showing only: it is not the text any more.
    """
    return "".join(_visible_token(token) for token in tokens(text))


def visible_all(text: str) -> str:
    """As ``visible``, with every character beyond ASCII written out: for two texts that look the same."""
    return "".join(c if c.isascii() else f"{c if c.isprintable() else ''}{_code(c)}" for c in text)


def looks_like(text: str) -> str:
    """What the text passes for: equal for two texts that a reader can hardly tell apart."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
    return "".join(c for c in plain if not _is_unseen(c))


def _visible_token(token: str) -> str:
    if token.isascii() and token.isprintable():
        return token
    if _kind(token[0]) in "ef":
        joined = token[:-1] if token.endswith("\u200d") else token  # a joiner at the end joins nothing
        return "".join(c if _shapes_emoji(c) else _visible_character(c, False) for c in joined) + (
            _code("\u200d") if joined != token else ""
        )
    latin = any(_script(c) == "LATIN" for c in token)
    return "".join(_visible_character(c, latin) for c in token)


def _shapes_emoji(character: str) -> bool:
    """Joiner, presentation, keycap, skin tone or tag (UTS #51): unseen, and expected within an emoji."""
    return character in "\u200d\ufe0f\ufe0e\u20e3" or "\U000e0020" <= character <= "\U000e007f"


def _visible_character(character: str, latin: bool) -> str:
    if character in "\n\t ":
        return character
    if _is_unseen(character) or character.isspace() or character == "⟦":
        return _code(character)
    if character.isascii() or not character.isalpha():
        return character
    passes_for = unicodedata.normalize("NFKC", character)
    if (passes_for != character and passes_for.isascii()) or (
        latin and _script(character) in ("CYRILLIC", "GREEK")
    ):
        return character + _code(character)
    return character


def _code(character: str) -> str:
    return f"⟦U+{ord(character):04X}⟧"


def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    if character in "\n\t\r":
        return False
    return category in ("Cf", "Cc", "Cs") or character in _BLANKS or "\ufe00" <= character <= "\ufe0f"


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]


@lru_cache(maxsize=65536)
def _kind(character: str) -> str:
    point = ord(character)
    if character.isspace():
        return _SPACE
    if point in _REGIONAL:
        return _FLAG
    if point == 0x200D:
        return _JOINER
    if point in _SKIN_TONES:
        return _MARK
    if character in "#@":
        return _SIGN
    if character in "-'’‑":
        return _INNER
    if character in ".,:":
        return _POINT
    return _kind_by_category(unicodedata.category(character), character)


def _kind_by_category(category: str, character: str) -> str:
    if category in ("Mn", "Mc", "Me", "Cf"):
        return _MARK
    if category == "Nd":
        return _DIGIT
    if category[0] in "LN" or character == "_":
        return _WORD
    return _SYMBOL if category in ("So", "Sk") and not character.isascii() else _OTHER
