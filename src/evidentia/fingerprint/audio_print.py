"""The print of a sound: bits that survive recompression, and levels, so that copies can be found and laid in time.

Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): windows of 0.37 s, 33 bands spaced
evenly in the logarithm from 300 to 2000 Hz, and a bit for the sign of each change between neighbouring bands and
windows. Windows follow each other here by 20 ms instead of 11.6 ms: half the bits, the same reach.
"""

from __future__ import annotations

from typing import Any

from .video_types import RATE, SoundPrint

STEP = 0.02
"""Seconds from one window to the next."""

WINDOW = 0.37
"""Seconds of a window."""

BANDS = 33
LOWEST, HIGHEST = 300.0, 2000.0  # hertz

SAME_BELOW = 0.35
"""Share of differing bits up to which two sounds are the same: the authors' threshold for 256 windows (section 5.1)."""

_TOGETHER = 512  # windows transformed at a time
_SILENCE = -100.0  # decibels that stand for no sound at all


def print_of(sound: Any) -> SoundPrint | None:
    """The print of mono samples (int16, ``RATE`` a second); None where there is less than a window of them."""
    words = bits_of(sound)
    if not len(words):
        return None
    return SoundPrint(
        step=STEP,
        bits=words.astype(">u4").tobytes().hex(),
        levels=tuple(round(float(level)) for level in levels_of(sound)),
    )


def bits_of(sound: Any) -> Any:
    """A 32-bit word for each step; the word at ``n`` is of the window whose middle is at ``n * STEP`` seconds."""
    import numpy as np

    hop, size = int(STEP * RATE), int(WINDOW * RATE)
    if len(sound) < size:
        return np.zeros(0, dtype=np.uint32)
    padded = np.concatenate((np.zeros(size // 2), sound.astype(np.float64), np.zeros(size // 2)))
    count = len(sound) // hop
    energies = np.concatenate(
        [
            _energies(padded, range(first, min(first + _TOGETHER, count)), hop, size)
            for first in range(0, count, _TOGETHER)
        ]
    )
    across = energies[:, :-1] - energies[:, 1:]
    change = np.diff(across, axis=0, prepend=across[:1])
    return ((change > 0).astype(np.uint32) << np.arange(BANDS - 1, dtype=np.uint32)).sum(
        axis=1, dtype=np.uint32
    )


def words_of(print_: SoundPrint) -> Any:
    """The words of a print that was kept."""
    import numpy as np

    return np.frombuffer(bytes.fromhex(print_.bits), dtype=">u4").astype(np.uint32)


def levels_of(sound: Any) -> Any:
    """The level of each step in decibels below full scale (root of the mean square)."""
    import numpy as np

    hop = int(STEP * RATE)
    rows = sound[: len(sound) // hop * hop].reshape(-1, hop).astype(np.float64) / 32768
    return np.maximum(10 * np.log10(np.mean(rows**2, axis=1) + 1e-12), _SILENCE)


def differing(one: Any, other: Any) -> Any:
    """The share of differing bits of each pair of words."""
    import numpy as np

    return np.bitwise_count(one ^ other).astype(np.float64) / (BANDS - 1)


def best_offset(one: Any, other: Any, *, least: int) -> tuple[int, float, int]:
    """By how many steps ``other`` lies later than ``one`` (index there minus index here) where they agree best.

    Returns that offset, the share of differing bits there, and how many words overlap; at least ``least`` overlap.
    Offset 0 and a share of 1 where no overlap is that long.
    """
    import numpy as np

    if min(len(one), len(other)) < least:
        return 0, 1.0, 0
    size = 1 << (len(one) + len(other) - 1).bit_length()
    agreement = np.zeros(size // 2 + 1, dtype=complex)
    for bit in range(BANDS - 1):
        here, there = ((((words >> bit) & 1).astype(np.float32) * 2 - 1) for words in (one, other))
        agreement += np.conj(np.fft.rfft(here, size)) * np.fft.rfft(there, size)
    summed = np.fft.irfft(agreement, size)
    offsets = np.arange(-(len(one) - 1), len(other))
    overlaps = np.minimum(len(one), len(other) - offsets) - np.maximum(0, -offsets)
    shares = 0.5 - summed[offsets % size] / (2 * (BANDS - 1)) / np.maximum(overlaps, 1)
    # A short overlap agrees by chance more easily: what counts is how far beyond chance the agreement is.
    beyond = np.where(overlaps >= least, (0.5 - shares) * np.sqrt(overlaps), -np.inf)
    best = int(np.argmax(beyond))
    return int(offsets[best]), float(shares[best]), int(overlaps[best])


def _energies(padded: Any, windows: range, hop: int, size: int) -> Any:
    """The energy of each band in each window."""
    import numpy as np

    transform = 1 << (size - 1).bit_length()
    starts = np.arange(windows.start, windows.stop)[:, None] * hop
    frames = padded[starts + np.arange(size)[None, :]] * np.hanning(size)
    power = np.abs(np.fft.rfft(frames, transform)) ** 2
    edges = np.round(np.geomspace(LOWEST, HIGHEST, BANDS + 1) * transform / RATE).astype(int)
    sums = np.concatenate((np.zeros((len(frames), 1)), np.cumsum(power, axis=1)), axis=1)
    return np.diff(sums[:, edges], axis=1)
