"""What an event sounds like: somebody speaks, music plays, both, a crowd, or next to nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np

from .voice import RATE, voice


class Sound(StrEnum):
    """What is heard."""

    SPEECH = "speech"
    MUSIC = "music"
    SPEECH_OVER_MUSIC = "speech over music"
    CROWD = "crowd"
    QUIET = "next to silent"


_VOICES = 6
_SCALE = (0, 2, 4, 7, 9)  # semitones of a pentatonic scale: any of its notes goes with any other
_LOWEST = 196.0  # hertz
_FAINT = 0.0004  # of full scale: a room at night in a telephone
_KNOCK_EVERY = 7.0  # seconds, about


def sound_of(kind: Sound, seed: int, seconds: float) -> Any:
    """Mono samples as int16, ``voice.RATE`` a second."""
    if kind is Sound.MUSIC:
        return _music(seed, seconds)
    if kind is Sound.SPEECH_OVER_MUSIC:
        return _mixed([voice(seed, seconds), _music(seed, seconds) // 3])
    if kind is Sound.CROWD:
        return _mixed([voice(seed * 100 + one, seconds) // 2 for one in range(_VOICES)])
    return _quiet(seed, seconds) if kind is Sound.QUIET else voice(seed, seconds)


def _mixed(parts: list[Any]) -> Any:
    return np.clip(np.sum([part.astype(np.int32) for part in parts], axis=0), -32768, 32767).astype(np.int16)


def _music(seed: int, seconds: float) -> Any:
    """Plucked notes over a beat: no bar is that of another."""
    draw = np.random.default_rng(seed)
    count = int(seconds * RATE)
    played = draw.normal(0, _FAINT, count)
    beat = draw.uniform(0.22, 0.34)
    for number in range(int(seconds / beat)):
        start = int(number * beat * RATE)
        if number % 2 == 0:
            _add(played, start, draw.normal(0, 0.05, RATE // 12) * np.geomspace(1, 0.01, RATE // 12))
        for _ in range(int(draw.integers(0, 3))):
            semitones = int(draw.choice(_SCALE)) + 12 * int(draw.integers(0, 3))
            _add(played, start, _note(_LOWEST * 2 ** (semitones / 12), float(draw.uniform(0.4, 1.2))))
    return (np.clip(played, -1, 1) * 32767).astype(np.int16)


def _note(frequency: float, seconds: float) -> Any:
    time = np.arange(int(seconds * RATE)) / RATE
    tones = sum(np.sin(2 * np.pi * frequency * part * time) / part**1.5 for part in (1, 2, 3, 4))
    return 0.12 * tones * np.exp(-4 * time / seconds)


def _quiet(seed: int, seconds: float) -> Any:
    """The noise of the microphone, and now and then a knock."""
    draw = np.random.default_rng(seed)
    heard = draw.normal(0, _FAINT, int(seconds * RATE))
    at = draw.uniform(0, _KNOCK_EVERY)
    while at < seconds:
        _add(heard, int(at * RATE), draw.normal(0, 0.02, RATE // 20) * np.geomspace(1, 0.01, RATE // 20))
        at += draw.uniform(0.5, 1.5) * _KNOCK_EVERY
    return (np.clip(heard, -1, 1) * 32767).astype(np.int16)


def _add(whole: Any, start: int, part: Any) -> None:
    stop = min(start + len(part), len(whole))
    whole[start:stop] += part[: stop - start]
