"""What became of each picture, video and sound between two looks: by digests first, then by perceptual hashes.

The same bytes are the same medium, wherever they stand and under whatever address. Other bytes are told apart by PDQ:
beyond ``SAME_PICTURE`` of its 256 bits they show another picture, within ``ENCODED_ANEW`` the same one encoded anew,
and between the two nobody can tell from hashes whether a part of it was changed. PDQ sees the whole of a picture: a
small difference within it (a digit, a name on a poster) can stay below either, and the reason of each such move says
so. Where bytes were not captured, or PDQ says nothing of them, the fate is undetermined. See docs/decisions, 0036.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

from evidentia.record.life import MediaFate, MediaMove
from evidentia.record.post import Media
from evidentia.record.said import Said

from ..record.sentences import english, said

SAME_PICTURE = 31
"""PDQ bits (of 256) up to which two pictures are taken for one: where PDQ's authors recommend to start (README of
github.com/facebook/ThreatExchange, pdq, "distance threshold": <= 31)."""

ENCODED_ANEW = 10
"""PDQ bits within which its authors expect one picture to stay through other decoders and scalers (same place).
Encoding anew moved 0 to 6 of them, a digit replaced on a poster 2 to 16: see docs/decisions, 0036."""

LEAST_QUALITY = 50
"""PDQ's quality below which a hash says too little to compare: its authors discard 49 and less (same place)."""

MAX_COMPARED = 64
"""Media of one look that are compared perceptually, each with each: more than any platform's post holds (Bluesky 4,
Discord 10, Instagram 20); beyond it, what has other bytes is compared in the order of the row alone."""

_DIGITS = 64
_NAMED_BY_CONTENT = re.compile(r"\bbafkrei[a-z2-7]{52}\b")
"""A CID of raw bytes under SHA-256 (atproto's blobs): another one names other bytes."""

_CHANGED = frozenset({MediaFate.REPLACED, MediaFate.REMOVED, MediaFate.ADDED})


def media_moves(before: Sequence[Media], after: Sequence[Media]) -> tuple[MediaMove, ...]:
    """One move for each medium: those that are there now in their order, then those that are gone.

    A medium that only stands elsewhere in the row is unchanged.
    """
    old, new = dict(enumerate(before)), dict(enumerate(after))
    made: dict[int, MediaMove] = {}
    for tied in (_same_bytes, _same_picture, _same_address):
        for i, j, move in tied(old, new):
            made[j] = move
            del old[i], new[j]
    gone = _left_over(old, new, made)
    return (*(made[j] for j in sorted(made)), *gone)


def is_change(moves: Sequence[MediaMove]) -> bool:
    """Whether the post's media are not what they were, or hold other bytes of which that cannot be told."""
    return any(
        move.fate in _CHANGED or (move.fate is MediaFate.UNDETERMINED and _other_bytes(move))
        for move in moves
    )


def pdq_distance(one: Media, other: Media) -> int | None:
    """PDQ bits that differ; None where either has no hash that can be compared."""
    first, second = _bits(one), _bits(other)
    return None if first is None or second is None else (first ^ second).bit_count()


def _bits(medium: Media) -> int | None:
    if medium.pdq is None or len(medium.pdq) != _DIGITS or (medium.pdq_quality or 0) < LEAST_QUALITY:
        return None
    try:
        return int.from_bytes(bytes.fromhex(medium.pdq))
    except ValueError:  # a record that was made elsewhere may hold anything
        return None


_Found = list[tuple[int, int, MediaMove]]


def _same_bytes(old: dict[int, Media], new: dict[int, Media]) -> _Found:
    places: dict[str, list[int]] = defaultdict(list)
    for i, medium in old.items():
        if medium.sha256:
            places[medium.sha256].append(i)
    found: _Found = []
    for j, medium in new.items():
        same = places.get(medium.sha256 or "")
        if same:
            i = same.pop(0)
            same_digest = said("moves.same_digest")
            found.append((i, j, _move(MediaFate.UNCHANGED, (same_digest,), old[i], medium)))
    return found


def _same_picture(old: dict[int, Media], new: dict[int, Media]) -> _Found:
    """Other bytes that show the same: the nearest pairs first, and of those that are as near the first in the row."""
    distances = [
        (distance, i, j)
        for i, one in list(old.items())[:MAX_COMPARED]
        for j, other in list(new.items())[:MAX_COMPARED]
        if (distance := pdq_distance(one, other)) is not None and distance <= SAME_PICTURE
    ]
    found: _Found = []
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    for _, i, j in sorted(distances):
        if i in taken_old or j in taken_new:
            continue
        taken_old.add(i)
        taken_new.add(j)
        found.append((i, j, _pair(old[i], new[j])))
    return found


def _same_address(old: dict[int, Media], new: dict[int, Media]) -> _Found:
    """What stands at one address (signatures and sizes in its query left out), or under one name of its content."""
    places = {_place(medium): i for i, medium in reversed(old.items())}
    found: _Found = []
    for j, medium in new.items():
        i = places.pop(_place(medium), None)
        if i is not None:
            found.append((i, j, _pair(old[i], medium)))
    return found


def _place(medium: Media) -> str:
    named = _NAMED_BY_CONTENT.search(medium.url)
    if named is not None:
        return named.group()
    try:
        return urlsplit(medium.url)._replace(query="", fragment="").geturl()
    except ValueError:  # a hostile page's address is compared as it stands
        return medium.url


def _left_over(old: dict[int, Media], new: dict[int, Media], made: dict[int, MediaMove]) -> list[MediaMove]:
    """Fates of what nothing ties together; those of what is there now go into ``made``, what is gone is returned."""
    comparable = all(pdq_distance(a, b) is not None for a in old.values() for b in new.values())
    pairs = [] if comparable and len(old) != len(new) else list(zip(old, new, strict=False))
    uncertain = () if comparable else (said("moves.number_differs"),)
    for i, j in pairs:
        made[j] = _pair(old.pop(i), new.pop(j))
    made |= {j: _move(MediaFate.ADDED, uncertain, None, medium) for j, medium in new.items()}
    return [_move(MediaFate.REMOVED, uncertain, medium, None) for medium in old.values()]


def _pair(before: Media, after: Media) -> MediaMove:
    distance = pdq_distance(before, after)
    if distance is not None:
        return _move(*_by_distance(distance), before, after, distance)
    names = _NAMED_BY_CONTENT.search(before.url), _NAMED_BY_CONTENT.search(after.url)
    if names[0] and names[1] and names[0].group() == names[1].group():
        return _move(MediaFate.UNCHANGED, (said("moves.same_content_name"),), before, after)
    return _move(MediaFate.UNDETERMINED, (_why_not(before, after),), before, after)


def _by_distance(distance: int) -> tuple[MediaFate, tuple[Said, ...]]:
    if distance > SAME_PICTURE:
        another = said("moves.another_picture", distance=distance, most=SAME_PICTURE)
        return MediaFate.REPLACED, (another,)
    if distance > ENCODED_ANEW:
        return MediaFate.UNDETERMINED, (said("moves.same_on_the_whole", distance=distance),)
    return MediaFate.REENCODED, (said("moves.encoded_anew", distance=distance, most=ENCODED_ANEW),)


def _why_not(before: Media, after: Media) -> Said:
    if not before.sha256:
        return said("moves.earlier_uncaptured") if after.sha256 else said("moves.both_uncaptured")
    if not after.sha256:
        return said("moves.later_uncaptured")
    qualities = [one.pdq_quality or 0 for one in (before, after) if one.pdq is not None]
    if len(qualities) == 2 and min(qualities) < LEAST_QUALITY:
        return said("moves.too_little_in_it", quality=min(qualities), least=LEAST_QUALITY)
    return said("moves.no_hash")


def _other_bytes(move: MediaMove) -> bool:
    before, after = move.before, move.after
    if before is None or after is None:
        return False
    if before.sha256 and after.sha256:
        return before.sha256 != after.sha256
    names = _NAMED_BY_CONTENT.search(before.url), _NAMED_BY_CONTENT.search(after.url)
    return bool(names[0] and names[1] and names[0].group() != names[1].group())


def _move(
    fate: MediaFate,
    says: tuple[Said, ...],
    before: Media | None,
    after: Media | None,
    distance: int | None = None,
) -> MediaMove:
    return MediaMove(
        fate=fate, before=before, after=after, distance=distance, reason=english(*says), says=says
    )
