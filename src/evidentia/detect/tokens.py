"""Text as a lay reader counts it: words, hashtags, mentions, links, emoji and punctuation; and what hides in it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_LINK_TAIL = ".,;:!?)]}'’…"
_MAIL = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
"""An address for mail: 64 characters before the sign, 63 in each label (RFC 5321, 4.5.3.1; RFC 1035, 2.3.4)."""

# One letter for each kind of character; the kinds of a text are then cut into tokens by one linear expression.
(
    _SPACE,
    _WORD,
    _DIGIT,
    _MARK,
    _JOINER,
    _SYMBOL,
    _FLAG,
    _TAG,
    _AT,
    _INNER,
    _DOT,
    _POINT,
    _CENT,
    _LINKED,
    _OTHER,
) = "swdmjefhacoqtlp"
_TOKEN = re.compile(
    "s+"
    "|l+"
    "|a[wdm][wdmj]*(?:[coa][wdm][wdmj]*)*"  # @pejabat.07, @warga@kota.example
    "|h?[wdm][wdmj]*(?:(?:c|(?<=d)[oq](?=d))[wdm][wdmj]*)*(?:(?<=d)t)?"  # bersama-sama, #Paslon, 1.000,50, 20/2/19, 5%
    "|ff?m*"
    "|e[mj]*(?:(?<=j)e[mj]*)*"  # one emoji, however many code points it takes (UTS #51)
    "|.m*"
)
_SIGNS = {
    "#": _TAG, "@": _AT, ".": _DOT, ",": _POINT, ":": _POINT, "/": _POINT, "%": _CENT,
    "-": _INNER, "'": _INNER, "’": _INNER, "‑": _INNER,
}  # fmt: skip
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
"""Letters and symbols that show nothing."""

_SELECTORS = (("\ufe00", "\ufe0f"), ("\u180b", "\u180f"), ("\U000e0100", "\U000e01ef"))
"""Variation selectors: marks that show nothing of their own, and can carry hidden text by the hundred."""

_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝвкмнтАВЕКМНОРСТХІЈЅУοαρνυικτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhqwbkmhtABEKMHOPCTXIJSYoapvuiktABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that most fonts draw as Latin ones (a part of UTS #39's confusables)."""

_ALIKE_IN_ASCII = str.maketrans("I1|0", "lllO")
"""Plain letters and digits that many fonts draw alike (UTS #39 as well)."""

_TAGGED = "\U0001f3f4"
"""The black flag: the one emoji that tags turn into another (UTS #51, C.1)."""

_PRESENTED = re.compile("[‼⁉ℹ↔-↙⤴⤵◽◾〰][\ufe0e\ufe0f]?|[0-9#*]\ufe0f?\u20e3")
"""Emoji whose first character is no symbol: those that a variation selector presents as emoji, and keycaps (the rest of
emoji-variation-sequences.txt of UTS #51)."""


def tokens(text: str) -> list[str]:
    """The text cut into tokens, white space among them; joined, they are the text."""
    kinds = list(map(_kind, text))
    for link in (*_LINK.finditer(text), *(_MAIL.finditer(text) if "@" in text else ())):
        length = len(link.group().rstrip(_LINK_TAIL))
        kinds[link.start() : link.start() + length] = _LINKED * length
    return [text[found.start() : found.end()] for found in _TOKEN.finditer("".join(kinds))]


def is_word(token: str) -> bool:
    """Whether the token carries meaning of its own, as punctuation does not."""
    return any(_kind(character) in "wdef" for character in token)


def visible(text: str) -> str:
    """The text with everything that does not show, or passes for something else, written out as ``⟦U+200B⟧``.

    Zero-width and bidi characters, controls, blanks other than a plain space, letters of another script within
    a Latin word, words of another script that pass for Latin ones beside such, and styled letters that pass for plain
    ones. For showing only: it is not the text any more.
    """
    if text.isascii() and text.isprintable():
        return text
    latin = any(_script(character) == "LATIN" for character in text)
    return "".join(_visible_token(token, latin) for token in tokens(text))


def visible_all(text: str) -> str:
    """As ``visible``, with every character beyond ASCII written out: for two texts that look the same."""
    return "".join(c if c.isascii() else f"{c if c.isprintable() else ''}{_code(c)}" for c in text)


def visible_alike(text: str) -> str:
    """As ``visible_all``, with the plain letters and digits that fonts draw alike (I, l, 1, |, O, 0) written out."""
    return "".join(c + _code(c) if c in "Il1|O0" else visible_all(c) for c in text)


def looks_like(text: str) -> str:
    """What the text passes for: equal for two texts that a reader can hardly tell apart."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES)
    return "".join(c for c in plain if not _is_unseen(c))


def looks_like_in_print(text: str) -> str:
    """As ``looks_like``, for a font that draws I, l, 1 and |, and O and 0, alike."""
    return looks_like(text).translate(_ALIKE_IN_ASCII)


def _visible_token(token: str, beside_latin: bool) -> str:
    if token.isascii() and token.isprintable():
        return token
    if _kind(token[0]) in "ef" or _PRESENTED.match(token):
        return "".join(_visible_in_emoji(token, n) for n in range(len(token)))
    latin = any(_script(c) == "LATIN" for c in token) or (beside_latin and _passes_for_latin(token))
    return "".join(_visible_character(c, latin) for c in token)


def _passes_for_latin(token: str) -> bool:
    letters = [c for c in token if c.isalpha()]
    return bool(letters) and all(ord(c) in _LOOK_ALIKES for c in letters)


def _visible_in_emoji(token: str, n: int) -> str:
    """A character of an emoji: what shapes it (UTS #51) is unseen, and expected once in its place; else written out."""
    character = token[n]
    if character == "\u200d":
        joins = 0 < n < len(token) - 1 and token[n - 1] != character
        return character if joins else _code(character)
    if character in "\ufe0f\ufe0e":
        return character if n > 0 and not _is_unseen(token[n - 1]) else _code(character)
    if "\U000e0020" <= character <= "\U000e007f":
        return character if token[0] == _TAGGED and token.endswith("\U000e007f") else _code(character)
    return character if character == "\u20e3" else _visible_character(character, False)


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
    if category in ("Cf", "Cc", "Cs", "Co") or character in _BLANKS:
        return True
    return any(first <= character <= last for first, last in _SELECTORS)


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
    return _SIGNS.get(character) or _kind_by_category(unicodedata.category(character), character)


def _kind_by_category(category: str, character: str) -> str:
    if category in ("Mn", "Mc", "Me", "Cf"):
        return _MARK
    if category == "Nd":
        return _DIGIT
    if category[0] in "LN" or character == "_":
        return _WORD
    return _SYMBOL if category in ("So", "Sk") and not character.isascii() else _OTHER
