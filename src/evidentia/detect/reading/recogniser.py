"""One line of text: cut out upright, and what the recogniser spells there (CTC: A. Graves et al., ICML 2006)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from .detector import Quad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]

HEIGHT = 48
"""Pixels of a line, as the model wants it."""

MAX_COLUMNS = 3200
"""Pixels of a line's width that are recognised: 40 times its height hold more than 100 letters. What is longer is
squeezed."""

COLUMN = 8
"""Pixels for each column of probabilities."""

LEAST_CHANCE = 1e-12
"""No letter is held to be less likely in a column: below that it is only noise of the network's arithmetic."""

IMPOSSIBLE = -700.0
"""The logarithm of the chance of a text beyond which the arithmetic does not reach."""

_GAP = 5
"""Columns between two letters from which on they stand in two words, spaces or not."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How a line is prepared. ``margin`` is added above and below, ``ends`` left and right, both as shares of the
    line's height; ``stretch`` widens it; ``plain``: grey, dark on light, contrast spread to the full range."""

    name: str
    margin: float = 0.0
    ends: float = 0.0
    stretch: float = 1.0
    plain: bool = False


FIRST = View(name="as it is")
TIGHT = View(name="grey, closer", margin=-0.08, ends=0.1, plain=True)
WIDE = View(name="smaller, wider", margin=0.12, ends=0.3, stretch=1.2)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A character as it was read, and the middle of it as a share of the line's width, 0 to 1."""

    text: str
    at: float


class Spelt(msgspec.Struct, frozen=True, kw_only=True):
    """A line as it was read under one view, with the chances of the letters it may be asked for: columns x letters."""

    letters: tuple[Letter, ...]
    score: float
    view: View
    chances: Any

    @property
    def text(self) -> str:
        return "".join(letter.text for letter in self.letters)


class Alphabet:
    """Which classes of the recogniser are letters that Latin script and its punctuation use."""

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = characters
        kept = [0, *(n for n, c in enumerate(characters) if n and len(c) == 1 and _is_latin(c))]
        self.kept = kept
        self.place: Mapping[str, int] = {characters[n]: at for at, n in enumerate(kept)}


def _is_latin(c: str) -> bool:
    return c < "\u0250" or "\u2010" <= c <= "\u2044" or c in "₫€₹№™"


def spell(
    picture: Pixels, quad: Quad, view: View, run: Callable[[Floats], Floats], alphabet: Alphabet
) -> Spelt:
    """Read one line of the picture (BGR) under a view. ``run`` is the network."""
    import numpy as np

    chances = run(prepared(picture, quad, view))
    best = chances.argmax(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends = np.append(starts[1:], len(best))
    letters, sure = [], []
    for start, end in zip(starts, ends, strict=True):
        if best[start]:
            letters.append(
                Letter(
                    text=alphabet.characters[best[start]],
                    at=_inside((start + end) / 2 / len(best), quad, view),
                )
            )
            sure.append(float(chances[start:end, best[start]].max()))
    kept = np.maximum(chances[:, alphabet.kept], LEAST_CHANCE)
    return Spelt(
        letters=tuple(letters), score=sum(sure) / len(sure) if sure else 0.0, view=view, chances=kept
    )


def _inside(share: float, quad: Quad, view: View) -> float:
    """A share of the view's width as a share of the line's own."""
    ends = view.ends * _tall(quad) / max(1.0, _wide(quad))
    return min(1.0, max(0.0, share * (1 + 2 * ends) - ends))


def prepared(picture: Pixels, quad: Quad, view: View) -> Floats:
    """The line upright, 48 pixels high, as the network takes it."""
    import cv2
    import numpy as np

    line = upright(picture, quad, view.margin, view.ends)
    tall, wide = line.shape[:2]
    columns = min(MAX_COLUMNS, max(HEIGHT // 2, math.ceil(HEIGHT * wide / tall * view.stretch)))
    how = cv2.INTER_AREA if tall > 1.5 * HEIGHT else cv2.INTER_LINEAR
    line = cv2.resize(line, (columns, HEIGHT), interpolation=how)
    values = _plain(line) if view.plain else line.astype(np.float32)
    return np.ascontiguousarray((values / 127.5 - 1).transpose(2, 0, 1)[None])


def upright(picture: Pixels, quad: Quad, margin: float, ends: float) -> Any:
    """The line cut out upright, with so much more of the picture around it, as shares of its height."""
    import cv2
    import numpy as np

    corners = _grown(quad, margin, ends)
    wide, tall = max(1, round(_wide(corners))), max(1, round(_tall(corners)))
    goal = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)], np.float32)
    turned = cv2.getPerspectiveTransform(np.array(corners, np.float32), goal)
    return cv2.warpPerspective(
        picture, turned, (wide, tall), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _plain(line: Pixels) -> Floats:
    """Grey, its contrast spread, and dark on light: the commonest grey of a line is that of its ground."""
    import cv2
    import numpy as np

    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY).astype(np.float32)
    low, high = np.percentile(grey, (0.5, 99.5))
    spread = np.clip((grey - low) * (255.0 / max(1.0, high - low)), 0, 255)
    if np.median(spread) < 127:
        spread = 255 - spread
    return np.repeat(spread[:, :, None], 3, axis=2).astype(np.float32)


def _grown(quad: Quad, margin: float, ends: float) -> Quad:
    """The quad grown along its own sides by shares of its height."""
    upper_left, upper_right, lower_right, lower_left = quad
    left, right = _between(upper_left, lower_left), _between(upper_right, lower_right)
    share = ends * _tall(quad) / max(1.0, _wide(quad))
    up, down = _between(upper_left, upper_right), _between(lower_left, lower_right)
    return (
        _moved(upper_left, left, -margin, up, -share),
        _moved(upper_right, right, -margin, up, share),
        _moved(lower_right, right, margin, down, share),
        _moved(lower_left, left, margin, down, -share),
    )


_Point = tuple[float, float]


def _between(one: _Point, other: _Point) -> _Point:
    return other[0] - one[0], other[1] - one[1]


def _moved(at: _Point, down: _Point, far: float, across: _Point, aside: float) -> _Point:
    return at[0] + down[0] * far + across[0] * aside, at[1] + down[1] * far + across[1] * aside


def _wide(quad: Quad) -> float:
    return max(math.dist(quad[0], quad[1]), math.dist(quad[3], quad[2]))


def _tall(quad: Quad) -> float:
    return max(math.dist(quad[0], quad[3]), math.dist(quad[1], quad[2]))


def words_of(letters: Sequence[Letter], columns: float) -> list[tuple[str, float, float]]:
    """The words of a line: text, and where each begins and ends as shares of the line's width.

    ``columns``: how many columns of probabilities the line has.
    """
    words: list[list[Letter]] = [[]]
    before: Letter | None = None
    for letter in letters:
        if letter.text.isspace():
            words.append([])
        elif before is not None and words[-1] and (letter.at - before.at) * columns > _GAP + 1:
            words.append([letter])
        else:
            words[-1].append(letter)
        before = letter
    return [_placed(word, letters) for word in words if word]


def _placed(word: Sequence[Letter], line: Sequence[Letter]) -> tuple[str, float, float]:
    """Half a letter beyond the middles of its first and last, and not beyond the middle of the letters around."""
    first, last = word[0].at, word[-1].at
    each = (last - first) / (len(word) - 1) if len(word) > 1 else _usual(line)
    before = max((letter.at for letter in line if letter.at < first), default=0.0)
    after = min((letter.at for letter in line if letter.at > last), default=1.0)
    return (
        "".join(letter.text for letter in word),
        max(before, first - each * 0.6),
        min(after, last + each * 0.6),
    )


def _usual(line: Sequence[Letter]) -> float:
    return (line[-1].at - line[0].at) / (len(line) - 1) if len(line) > 1 else 1.0


def likelihood(spelt: Spelt, text: str, alphabet: Alphabet) -> float | None:
    """The natural logarithm of the chance with which the network spells ``text`` in this line: the sum over all its
    alignments (CTC's forward algorithm). None where it does not know a letter of it."""
    import numpy as np

    places = [alphabet.place[c] for c in text if c in alphabet.place]
    if not text or len(places) < len(text):
        return None
    states = np.zeros(2 * len(places) + 1, np.int64)
    states[1::2] = places
    may_skip = np.zeros(len(states))
    may_skip[3::2] = states[3::2] != states[1:-2:2]
    chances = spelt.chances[:, states].astype(np.float64)
    ahead = np.zeros(len(states))
    ahead[:2] = chances[0, :2]
    told = 0.0
    for column in chances[1:]:
        step = ahead.copy()
        step[1:] += ahead[:-1]
        step[2:] += ahead[:-2] * may_skip[2:]
        ahead = step * column
        whole = float(ahead.sum())  # kept near 1, so that long lines do not run out of digits
        ahead /= whole
        told += math.log(whole)
    end = float(ahead[-2:].sum())
    return max(IMPOSSIBLE, told + math.log(end)) if end > 0 else IMPOSSIBLE
