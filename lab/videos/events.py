"""Invented events as films: what a camera saw and heard."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .coding import Film
from .scene import FPS, SECONDS, Camera, Scene, Setting
from .sounds import Sound, sound_of
from .voice import voice


@cache
def event(seed: int, seconds: float = SECONDS) -> Film:
    """An event of so many seconds; another ``seed`` is another event in the same room."""
    return _filmed(Scene(seed), seconds, voice(seed, seconds))


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What sort of event it is."""

    setting: Setting
    sound: Sound

    def __str__(self) -> str:
        wide, high = self.setting.size
        return f"{'upright' if high > wide else 'wide'}, camera {self.setting.camera}, {self.sound}"


_APART = 1000
"""From one seed to that of another event in the same room."""


def kind_of(seed: int, seconds: float) -> Kind:
    """The kind that belongs to a seed: of twenty in a row, each way of filming meets each sound once."""
    place = seed % _APART
    draw = np.random.default_rng(place)
    cuts = np.sort(draw.uniform(0.15, 0.9, int(draw.integers(0, 4)))) * seconds
    setting = Setting(
        size=(180, 320) if seed // 4 % 2 else (320, 180),
        camera=tuple(Camera)[seed % len(Camera)],
        cuts=tuple(round(float(cut), 2) for cut in cuts),
        people=int(draw.integers(1, 5)),
        noise=float(draw.uniform(0.8, 4.0)),
        room=10_000 + 100 * place,
    )
    return Kind(setting=setting, sound=tuple(Sound)[seed % len(Sound)])


def varied(seed: int, seconds: float) -> tuple[Film, Film]:
    """An event of the kind that belongs to ``seed``, and another one of that kind in the same room."""
    kind = kind_of(seed, seconds)
    return _of_kind(kind, seed, seconds), _of_kind(kind, seed + _APART, seconds)


def _of_kind(kind: Kind, seed: int, seconds: float) -> Film:
    return _filmed(Scene(seed, kind.setting), seconds, sound_of(kind.sound, seed, seconds))


def _filmed(scene: Scene, seconds: float, sound: Any) -> Film:
    return Film(tuple(scene.frame(at / FPS) for at in range(int(seconds * FPS))), FPS, sound)
