"""Which of many recorded texts a picture may show: by runs of letters that they share, before anything is aligned."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

SHINGLE = 5
"""Letters and digits in a run. Shorter runs stand in any text of the language, and longer ones break at every slip."""

MOST_POSTS = 4
"""Posts of which wordings are aligned: the one shown, one that is quoted, near copies by others."""

MOST_OF_BEST, MOST_OF_OTHERS = 40, 4
"""Wordings that are aligned of the likeliest post, and of each other one. An alignment takes some milliseconds."""

_NO_LETTER = re.compile(r"[\W_]+")


def shingles(text: str) -> frozenset[str]:
    """The runs of letters and digits in a text; of a shorter text, all of it."""
    letters = _NO_LETTER.sub("", text.casefold())
    return frozenset(
        letters[at : at + SHINGLE] for at in range(max(1, len(letters) - SHINGLE + 1)) if letters
    )


def likely(shown: str, wordings: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """The posts that the text of a picture may be of, likeliest first, each with the places of its likely wordings.

    A run that many posts share weighs little (inverse document frequency: K. Sparck Jones, J. Documentation 28, 1972);
    the weight that is shared counts by the part of the wording that it is.
    """
    seen = shingles(shown)
    runs = {post: [shingles(text) for text in texts] for post, texts in wordings.items()}
    held = Counter(run for texts in runs.values() for run in seen.intersection(frozenset().union(*texts)))
    weight = {run: math.log((len(runs) + 1) / count) + 0.1 for run, count in held.items()}
    scores = {
        post: [_score(seen & text, text, weight) if text else 0.0 for text in texts]
        for post, texts in runs.items()
    }
    best = {post: max(of_post, default=0.0) for post, of_post in scores.items()}
    ranked = sorted((post for post in best if best[post] > 0), key=lambda post: -best[post])[:MOST_POSTS]
    return {
        post: _ranked(scores[post], MOST_OF_OTHERS if number else MOST_OF_BEST)
        for number, post in enumerate(ranked)
    }


def _score(shared: frozenset[str], text: frozenset[str], weight: Mapping[str, float]) -> float:
    return sum(weight[run] for run in shared) * len(shared) / len(text)


def _ranked(scores: Sequence[float], most: int) -> list[int]:
    places = sorted(range(len(scores)), key=lambda place: -scores[place])
    return [place for place in places if scores[place] > 0][:most]
