"""What platforms change when they set a text: words divided at the end of a line, links shortened."""

from __future__ import annotations

import re

from .compare import Dispute, Laid
from .letters import core, readable

_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
_LINK = re.compile(r"^(?:https?://|www\.)|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/|$)", re.IGNORECASE)

_LEAST_OF_LINK = 6
"""Letters that a shortened link must still show."""

_HYPHENS = "-\u00ad"


def is_set_otherwise(laid: Laid, dispute: Dispute) -> bool:
    """Whether the place shows the recorded words as a platform sets them, and nothing else."""
    words = laid.tokens.words[dispute.first : dispute.stop]
    return bool(words) and (_is_divided(laid, dispute, words) or _is_shortened(laid, dispute, words))


def _is_divided(laid: Laid, dispute: Dispute, words: tuple[str, ...]) -> bool:
    """Whether only hyphens at the ends of lines are more than what is recorded."""
    seen = laid.shown
    kept = [
        seen.letters[at]
        for at in range(dispute.start, dispute.end)
        if not (
            seen.letters[at] in _HYPHENS
            and at + 1 < len(seen.letters)
            and seen.line_of[at + 1] != seen.line_of[at]
        )
    ]
    return "".join(kept) in ("".join(map(core, words)), "".join(map(readable, words)))


def _is_shortened(laid: Laid, dispute: Dispute, words: tuple[str, ...]) -> bool:
    """Whether a link is shown without its scheme, or cut with an ellipsis after it."""
    if len(words) != 1 or not _LINK.match(core(words[0])):
        return False
    recorded = _SCHEME.sub("", core(words[0])).rstrip("/")
    letters = laid.shown.letters
    shown = _SCHEME.sub("", letters[dispute.start : dispute.end])
    is_cut = letters[dispute.end : dispute.end + 2] == ".." or shown.endswith("..")
    shown = shown.rstrip("./")
    return shown == recorded or (is_cut and len(shown) >= _LEAST_OF_LINK and recorded.startswith(shown))
