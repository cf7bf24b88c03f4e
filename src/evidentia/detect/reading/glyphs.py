"""Glyph comparison: which of two wordings the shapes of the letters in a picture support. Analysis by synthesis.

Both wordings are composed of letters that are cut out of the picture's own undisputed words, and laid over the
disputed place; where a letter occurs nowhere else, the nearest font of the machine draws it. They are compared by
correlation in the columns in which the two differ. How much the undisputed words themselves vary, each composed
without its own letters and beside a wording with one other letter, is the noise that a margin has to exceed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec

from .glyphs_compare import Margin, Wording, compare, exchanged, shared
from .glyphs_fonts import Face, fitting
from .glyphs_ink import EM, Box, Patch, cut, grey
from .glyphs_letters import Alphabet

if TYPE_CHECKING:
    from PIL.Image import Image


class Supported(StrEnum):
    """Which of the two wordings the shapes support."""

    RECORDED = "recorded"
    SHOWN = "shown"
    UNDECIDED = "undecided"


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """What the comparison says, and its figures; they are None where it did not come to a comparison.

    ``recorded`` and ``shown`` are the correlations (-1 to 1) of the two wordings with the picture, in the columns in
    which they differ. ``margin`` is 1 where the shapes are as shown, -1 where they are as recorded. ``noise`` is how
    far it is off where the correlations are off by what they are in all but one of twenty undisputed words of the
    picture, of which ``tried`` were tried.
    """

    supported: Supported
    reason: str
    recorded: float | None = None
    shown: float | None = None
    margin: float | None = None
    noise: float | None = None
    tried: int = 0


MAX_LETTERS = 60
"""Of a wording. Longer ones differ in more than letters."""

MAX_WIDTH, MIN_HEIGHT, MAX_HEIGHT = 6000, 9, 400
"""Pixels of a box: a line of a phone's picture and more; letters below 6 pixels have lost their shapes."""

DETECTED = 1.3
"""The height of a line's box in parts of an em, as detectors of text give it."""

MOST_WORDS = 48
"""Undisputed words that are cut up, the nearest: each common letter is there several times then."""

FEWEST_WORDS = 6
"""With fewer there is no telling how much letters vary."""

MOST_TRIALS, FEWEST_TRIALS = 16, 6

LEAST_CORRELATION = 0.85
"""Of the better wording. Below it neither is what stands there, or it stands in another font."""

LEAST_APART = 0.04
"""What two wordings have to differ by, as 1 less their correlation: l and I, rn and m have less."""

LEAST_MARGIN = 0.4
"""However little the undisputed words vary. These three were set on layouts of the tuning set."""


def weigh(picture: Image, known: Sequence[tuple[str, Box]], box: Box, recorded: str, shown: str) -> Weighed:
    """Say which of two wordings the letters in ``box`` have the shapes of: ``recorded`` or ``shown``.

    ``picture`` is RGB and upright; ``known`` are words of it that nobody disputes, as they are written there.
    Boxes are in its pixels. Where several places of one picture are disputed, a ``Weigher`` cuts its letters once.
    """
    return Weigher(picture, known).weigh(box, recorded, shown)


class Weigher:
    """One picture's letters, cut out once for each size of text, for all its disputed places."""

    def __init__(self, picture: Image, known: Sequence[tuple[str, Box]]) -> None:
        self._lightness = grey(picture)
        self._known = [(text, box) for text, box in known if _in_latin(text) and _fit_to_see(box)]
        self._hands: dict[tuple[tuple[str, Box], ...], _Hand | None] = {}

    def weigh(self, box: Box, recorded: str, shown: str) -> Weighed:
        """As ``weigh`` of the module."""
        recorded, shown = " ".join(recorded.split()), " ".join(shown.split())
        if recorded == shown or not (_in_latin(recorded) and _in_latin(shown)):
            return _undecided(
                "there are not two different wordings of Latin letters, digits and marks to compare"
            )
        if not _fit_to_see(box):
            return _undecided("the place is too small or too large to compare letters")
        hand = self._hand(box)
        if hand is None:
            return _undecided("the picture has too few undisputed words of this size to take letters from")
        patch = cut(self._lightness, box, hand.scale)
        if patch is None:
            return _undecided("nothing stands out from its ground in the disputed place")
        if not (hand.face.spells(recorded, patch) or hand.face.spells(shown, patch)):
            return _undecided("the gaps in the disputed place are not those between the words")
        return hand.weigh(patch, recorded, shown)

    def _hand(self, box: Box) -> _Hand | None:
        """The letters of about the box's height, from the words nearest to it."""
        like = [(text, other) for text, other in self._known if 0.75 < other[3] / box[3] < 1.33]
        near = tuple(sorted(like, key=lambda word: abs(word[1][1] - box[1]))[:MOST_WORDS])
        if len(near) < FEWEST_WORDS:
            return None
        if near not in self._hands:
            self._hands[near] = _hand(self._lightness, near)
        return self._hands[near]


class _Hand(msgspec.Struct, frozen=True):
    """Text of one size: its words and their letters."""

    scale: float
    words: tuple[tuple[str, Patch], ...]
    alphabet: Alphabet
    face: Face

    def weigh(self, patch: Patch, recorded: str, shown: str) -> Weighed:
        """Which of the two stands in the patch."""
        found = compare(self.alphabet, patch, Wording(recorded), Wording(shown))
        tried = self._trials(recorded, shown)
        off = _nineteen_of_twenty([(one.value + 1) * one.apart for one in tried])
        noise = off / found.apart if found.apart > 0 else 0.0
        wording = shown if found.value > 0 else recorded
        why_not = _open(found, len(tried), noise)
        if why_not:
            supported, reason = Supported.UNDECIDED, f"The letters' shapes do not decide: {why_not}"
        else:
            supported = Supported.SHOWN if found.value > 0 else Supported.RECORDED
            reason = f"The letters' shapes are those of “{wording}”"
        drawn = f", and “{found.drawn}” of {self.face.name}" if found.drawn else ""
        return Weighed(
            supported=supported,
            reason=f"{reason} (correlation with “{recorded}” {found.first:.2f}, with “{shown}” {found.second:.2f}; "
            f"letters of the picture itself{drawn}).",
            recorded=round(found.first, 3),
            shown=round(found.second, 3),
            margin=round(found.value, 3),
            noise=round(noise, 3),
            tried=len(tried),
        )

    def _trials(self, recorded: str, shown: str) -> list[Margin]:
        """Undisputed words against the same words with another letter: that of the dispute, where they have it.

        Each letter comes from where the dispute's letters come from: the picture or the face.
        """
        same, rest = shared(recorded, shown)
        lacking = [self.alphabet.lacks(one[same : len(one) - rest]) for one in (recorded, shown)]
        found: list[Margin] = []
        for n in self.alphabet.used:
            text, patch = self.words[n]
            if len(found) < MOST_TRIALS and (other := exchanged(text, recorded, shown, turn=n)):
                own, strange = lacking if n % 2 else lacking[::-1]
                one = compare(self.alphabet, patch, Wording(text, own), Wording(other, strange), without=n)
                if one.apart >= LEAST_APART:
                    found.append(one)
        return found


def _hand(lightness: Any, near: Sequence[tuple[str, Box]]) -> _Hand | None:
    """The letters of these words: the nearest face first, with which they are brought to one size and cut up."""
    rough = EM * DETECTED / median(box[3] for _, box in near)
    first = [(text, patch) for text, box in near if (patch := cut(lightness, box, rough))]
    found = fitting([(text, patch) for text, patch in first if patch.words == 1 and len(text) > 3])
    if found is None:
        return None
    face, em = found
    scale = rough * EM / em
    words = tuple((text, patch) for text, box in near if (patch := cut(lightness, box, scale)))
    return _Hand(scale, words, Alphabet(words, face), face)


def _open(found: Margin, tried: int, noise: float) -> str:
    """Why nothing can be said; empty where something can."""
    if found.apart < LEAST_APART:
        return "the two wordings look too much alike in this type"
    if max(found.first, found.second) < LEAST_CORRELATION:
        return "neither wording has the shapes that stand there"
    if tried < FEWEST_TRIALS:
        return "too few undisputed words can be composed to tell how much they vary"
    if abs(found.value) <= max(LEAST_MARGIN, noise):
        return "the difference is within what undisputed words vary"
    return ""


def _nineteen_of_twenty(values: Sequence[float]) -> float:
    """What nineteen of twenty values do not exceed; 0 without values."""
    return sorted(values)[len(values) * 19 // 20 - (len(values) % 20 == 0)] if values else 0.0


def _undecided(reason: str) -> Weighed:
    return Weighed(supported=Supported.UNDECIDED, reason=f"The letters' shapes were not compared: {reason}.")


def _in_latin(text: str) -> bool:
    """Whether the text can be composed: letters of Latin scripts, digits, punctuation, spaces."""
    return 0 < len(text) <= MAX_LETTERS and all(c == " " or _is_latin(c) for c in text)


def _is_latin(c: str) -> bool:
    if unicodedata.category(c)[0] == "L":
        return unicodedata.name(c, "").startswith("LATIN") and ord(c) < 0x250
    return unicodedata.category(c)[0] in "NPS" and (ord(c) < 0x100 or 0x2010 <= ord(c) <= 0x203A)


def _fit_to_see(box: Box) -> bool:
    return 2 <= box[2] <= MAX_WIDTH and MIN_HEIGHT <= box[3] <= MAX_HEIGHT
