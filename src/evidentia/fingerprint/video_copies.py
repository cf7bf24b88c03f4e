"""Which videos are copies of one recording, whatever container, size, bit rate and length they have.

Two videos are laid beside each other at every offset. Pictures vote by their PDQ hashes, as in TMK and its kin ("The
TMK+PDQF Video-Hashing Algorithm", Facebook, 2019), and sounds by their bits (Haitsma and Kalker 2002).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .audio_print import SAME_BELOW, STEP, best_offset, words_of
from .index import LEAST_QUALITY
from .joining import Joined
from .video_types import HASH_EVERY, VideoFingerprint

SAME_PICTURE = 40
"""Bits (of 256) up to which two pictures of videos are taken for the same: PDQ's own 31, and some for the half second
by which the pictures of two copies may lie apart."""

LEAST_SHARE = 0.5
"""Share of the shorter video's pictures that have to be the other's, at one offset."""

LEAST_PICTURES = 5
"""Pictures that have to agree: five seconds."""

LEAST_SOUND = 500
"""Words that have to overlap: ten seconds."""

_OFF = 0.6 * HASH_EVERY
"""Seconds by which a pair of pictures may lie beside the offset for which it votes."""


class SameRecording(NamedTuple):
    """How two videos lie beside each other: the second there that is second 0 here, the share of pictures that agree,
    and the share of the sound's bits that differ there (None where one has no sound)."""

    offset: float
    pictures: float
    sound: float | None


def same_recording(one: VideoFingerprint, other: VideoFingerprint) -> SameRecording | None:
    """How two videos lie beside each other; None where nothing says that they are of one recording.

    Pictures decide where there are enough of them to tell; where pictures are too poor (a dark scene, a still), the
    sound does. Altered copies are copies: what was altered in them is for an examination to say.
    """
    offset, share = _by_pictures(one, other)
    sound = None
    if one.sound is not None and other.sound is not None:
        steps, apart, _ = best_offset(words_of(one.sound), words_of(other.sound), least=LEAST_SOUND)
        sound = apart
        if share < LEAST_SHARE and apart <= SAME_BELOW:
            return SameRecording(round(steps * STEP, 2), share, abs(round(apart, 4)))
    if share < LEAST_SHARE:
        return None
    return SameRecording(offset, share, None if sound is None else abs(round(sound, 4)))


def cluster_videos(videos: Iterable[tuple[str, VideoFingerprint]]) -> tuple[tuple[str, ...], ...]:
    """Groups of two or more names whose videos are of one recording, joined by steps; the largest first.

    Every video is compared with every later one that is not in its group yet.
    """
    named = list(videos)
    joined = Joined(len(named))
    join_copies(joined, [one for _, one in named])
    return tuple(tuple(named[at][0] for at in group) for group in joined.groups())


def join_copies(joined: Joined, videos: Sequence[VideoFingerprint]) -> None:
    """Join the numbers of videos that are of one recording, where they are not in one group yet."""
    for at, one in enumerate(videos):
        for later in range(at + 1, len(videos)):
            if joined.root(at) != joined.root(later) and same_recording(one, videos[later]) is not None:
                joined.join(at, later)


def _by_pictures(one: VideoFingerprint, other: VideoFingerprint) -> tuple[float, float]:
    """The offset for which most pictures vote, and their share of those of the shorter video that could."""
    import numpy as np

    times, bits = _told(one)
    times_there, bits_there = _told(other)
    if min(len(times), len(times_there)) < LEAST_PICTURES:
        return 0.0, 0.0
    # Bits that differ, by what is set in one alone: both without the product's double.
    set_, set_there = bits.sum(axis=1), bits_there.sum(axis=1)
    apart = set_[:, None] + set_there[None, :] - 2 * (bits @ bits_there.T)
    here, there = np.nonzero(apart <= SAME_PICTURE)
    if not len(here):
        return 0.0, 0.0
    offsets = times_there[there] - times[here]
    best, most = 0.0, 0
    for offset in np.unique(np.round(offsets, 1)).tolist():
        votes = len(np.unique(here[np.abs(offsets - offset) <= _OFF]))
        if votes > most:
            best, most = offset, votes
    share = most / min(len(times), len(times_there))
    return round(best, 2), (min(1.0, share) if most >= LEAST_PICTURES else 0.0)


def _told(video: VideoFingerprint) -> tuple[Any, Any]:
    """Seconds and bits of the pictures that have enough in them to be told apart, cuts left out."""
    import numpy as np

    good: Sequence[Any] = [one for one in video.hashes if one.quality >= LEAST_QUALITY and not one.cut]
    packed = np.frombuffer(b"".join(bytes.fromhex(one.pdq) for one in good), dtype=np.uint8).reshape(
        len(good), -1
    )
    return np.array([one.at for one in good]), np.unpackbits(packed, axis=1).astype(np.int32)
