"""A voice that says nothing: syllables of harmonics under moving formants, pauses between them, a room behind them."""

from __future__ import annotations

from typing import Any

import numpy as np

RATE = 16_000
"""Samples a second."""

_FORMANTS = (500.0, 1500.0, 2500.0)  # hertz, of a neutral vowel; each syllable has its own near them
_ROOM = 0.004  # of full scale: the noise of a quiet room in a telephone


def voice(seed: int, seconds: float, *, room: float = _ROOM) -> Any:
    """Mono samples as int16."""
    draw = np.random.default_rng(seed)
    count = int(seconds * RATE)
    said = np.zeros(count)
    at = 0
    while at < count:
        length = int(draw.uniform(0.12, 0.3) * RATE)
        stop = min(at + length, count)
        said[at:stop] += _syllable(draw, length)[: stop - at]
        pause = draw.uniform(0.25, 0.8) if draw.random() < 0.12 else draw.uniform(0.01, 0.06)
        at = stop + int(pause * RATE)
    noise = draw.normal(0, room, count)
    return (np.clip(said * 0.35 + noise, -1, 1) * 32767).astype(np.int16)


def _syllable(draw: np.random.Generator, length: int) -> Any:
    time = np.arange(length) / RATE
    pitch = draw.uniform(105, 165) * (1 + draw.uniform(-0.12, 0.12) * time / max(time[-1], 1e-3))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    formants = [centre * draw.uniform(0.65, 1.4) for centre in _FORMANTS]
    sound = np.zeros(length)
    for harmonic in range(1, 24):
        frequency = float(pitch[0]) * harmonic
        strength = sum(np.exp(-(((frequency - centre) / 180) ** 2)) for centre in formants) + 0.02
        sound += strength * np.sin(harmonic * phase)
    swell = np.hanning(length) ** 0.5
    return sound * swell * draw.uniform(0.25, 1.0) / 3
