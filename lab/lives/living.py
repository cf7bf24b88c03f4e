"""Posts live: by a plan that the seed decides, acts on all of them are mixed with looks at some of them."""

from __future__ import annotations

import random

from .life import REWORDS, Deed, Done, Ground, Life

ROUNDS = 6
"""Rounds of acts, each followed by looks; the first look follows publication."""

_ACTS = (0, 1, 1, 1, 2, 3)
"""How many acts a post may see in a round: several between two looks, or none."""

_LOOKED_AT = 0.8
"""The share of the posts that is looked at after a round. After the last all are."""

_WHO = ("Saya", "Kami warga RT 03", "Sebagai pejabat, saya", "Keluarga besar saya", "Tim kami")
_VERBS = ("mendukung", "menolak", "memilih", "tidak memilih", "akan memenangkan", "netral terhadap")
_WHOM = ("Paslon A", "Paslon B", "Paslon А", "pasangan nomor 1", "pasangan nomor 2")  # one A is Cyrillic
_ENDS = ("", " 🗳️", " di Kota Contoh", ". Titik!", ", insyaallah", " — sampai akhir")


def live(ground: Ground, *, posts: int, seed: int, first: int = 0) -> list[Life]:
    """Let posts live on a server; returns what was done and what was observed.

    Args:
        ground: the server.
        posts: how many posts.
        seed: decides the plan: with the same one the same is done in the same order.
        first: the number of the first post; on one server each number lives once.
    """
    order = random.Random(f"{seed} {ground.name}")
    numbers = range(first, first + posts)
    lives = [Life(n, random.Random(f"{seed} {ground.name} {n}")) for n in numbers]
    for life in lives:
        _publish(ground, life)
    look(ground, lives)
    for number in range(1, ROUNDS + 1):
        acts = [life.chance.choice(_ACTS) for life in lives]
        for turn in range(max(acts)):  # nobody's second act comes before everybody's first
            theirs = [life for life, count in zip(lives, acts, strict=True) if count > turn]
            order.shuffle(theirs)
            for life in theirs:
                _act(ground, life)
        is_last = number == ROUNDS
        look(ground, [life for life in lives if is_last or life.chance.random() < _LOOKED_AT])
    return lives


def look(ground: Ground, lives: list[Life]) -> None:
    """Look at posts, and note what was observed."""
    for life, observation in zip(lives, ground.look(lives), strict=True):
        life.looks.append(observation)


def _publish(ground: Ground, life: Life) -> None:
    text = _new_wording(life)
    started = ground.now()
    shown = ground.publish(life, text)
    life.done.append(Done(Deed.PUBLISH, started, ground.now(), shown))


def _act(ground: Ground, life: Life) -> None:
    """One act out of those that are possible; none where nothing is (a message that was redacted stays so)."""
    possible = [one for one in ground.possible(life) if one is not Deed.EDIT_BACK or _earlier(life)]
    if not possible:
        return
    deed = life.chance.choice(possible)
    text = ""
    if deed in REWORDS:
        text = life.chance.choice(_earlier(life)) if deed is Deed.EDIT_BACK else _new_wording(life)
    started = ground.now()
    shown = ground.do(life, deed, text)
    life.done.append(Done(deed, started, ground.now(), shown))


def _earlier(life: Life) -> list[str]:
    return [text for text in life.wordings if text != life.shown.text]


def _new_wording(life: Life) -> str:
    """A wording that the post never had; it differs from the earlier ones in a word, a letter or all."""
    while True:
        parts = (life.chance.choice(_WHO), life.chance.choice(_VERBS), life.chance.choice(_WHOM))
        text = " ".join(parts) + life.chance.choice(_ENDS)
        if text not in life.wordings:
            life.wordings.append(text)
            return text
