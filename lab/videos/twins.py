"""Altered twins of a film, each with the truth: what was done, from when to when, and where in the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from .coding import Film
from .scene import figure
from .voice import RATE, voice


@dataclass(frozen=True)
class Twin:
    """``test`` is the name of the test that has to find it; seconds are those of the twin; ``box`` is x, y, w, h."""

    film: Film
    test: str
    during: tuple[float, float]
    box: tuple[int, int, int, int] | None = None


def sound_spliced(film: Film, _: Film) -> Twin:
    """Three seconds of what was said elsewhere, laid over."""
    at, long, source = _share(film, 0.4), 3.0, _share(film, 0.75)
    sound = film.sound.copy()
    sound[_n(at) : _n(at + long)] = film.sound[_n(source) : _n(source + long)]
    return Twin(Film(film.frames, film.fps, sound), "sound against the reference", (at, at + long))


def sound_replaced(film: Film, _: Film) -> Twin:
    """Another voice from the middle to the end."""
    at = _share(film, 0.5)
    sound = film.sound.copy()
    sound[_n(at) :] = voice(991, len(sound) / RATE + 1)[_n(at) : len(sound)]
    return Twin(Film(film.frames, film.fps, sound), "sound against the reference", (at, film.seconds))


def sound_muted(film: Film, _: Film) -> Twin:
    """Two and a half seconds without a sound."""
    at, long = _share(film, 0.3), 2.5
    sound = film.sound.copy()
    sound[_n(at) : _n(at + long)] = 0
    return Twin(Film(film.frames, film.fps, sound), "sound against the reference", (at, at + long))


def figure_inserted(film: Film, _: Film) -> Twin:
    """A person who was not there, for four seconds in one corner."""
    at, long = _share(film, 0.3), 4.0
    wide, high = film.size
    x, y = wide - 45, high - 38
    box = (x - 25, y - 50, 60, 84)

    def insert(seconds: float, frame: Any) -> Any:
        if not at <= seconds < at + long:
            return frame
        out = frame.copy()
        chroma = out[high:].reshape(2, high // 2, wide // 2)
        sway = 0.5 + 0.3 * float(np.sin(5 * seconds))
        figure(out[:high], (x, y), 42, sway, (60, 170))
        figure(chroma[0], (x // 2, y // 2), 21, sway, (150, 110))
        figure(chroma[1], (x // 2, y // 2), 21, sway, (110, 150))
        return out

    return Twin(film.with_frames(insert), "pictures against the reference", (at, at + long), box)


def face_covered(film: Film, _: Film) -> Twin:
    """A part of the wall painted over with another part of it, for five seconds."""
    at, long = _share(film, 0.55), 5.0

    def cover(seconds: float, frame: Any) -> Any:
        if not at <= seconds < at + long:
            return frame
        image = cv2.cvtColor(frame, cv2.COLOR_YUV2RGB_I420)
        source = min(200, film.size[0] - 56)
        image[10:66, 20:76] = image[10:66, source : source + 56].copy()
        return cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420)

    return Twin(film.with_frames(cover), "pictures against the reference", (at, at + long), (20, 10, 56, 56))


def continued_otherwise(film: Film, other: Film) -> Twin:
    """A genuine beginning with the continuation of another event joined on."""
    at = _share(film, 0.6)
    joined = film.between(0, at).then(other.between(at, film.seconds))
    return Twin(joined, "order against the reference", (at, film.seconds))


def inserted(film: Film, other: Film) -> Twin:
    """Four seconds of another event in between."""
    at, long = _share(film, 0.35), 4.0
    joined = film.between(0, at).then(other.between(at, at + long)).then(film.between(at, film.seconds))
    return Twin(joined, "order against the reference", (at, at + long))


def removed(film: Film, _: Film) -> Twin:
    """Three seconds cut out."""
    at = _share(film, 0.45)
    return Twin(
        film.between(0, at).then(film.between(at + 3, film.seconds)), "order against the reference", (at, at)
    )


def reordered(film: Film, _: Film) -> Twin:
    """Two passages exchanged."""
    first, second, long = _share(film, 0.2), _share(film, 0.65), 5.0
    parts = (
        film.between(0, first),
        film.between(second, second + long),
        film.between(first + long, second),
        film.between(first, first + long),
        film.between(second + long, film.seconds),
    )
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.then(part)
    return Twin(joined, "order against the reference", (first, first + long))


def frozen(film: Film, _: Film) -> Twin:
    """One picture stands for three seconds while the sound goes on."""
    at, long = _share(film, 0.4), 3.0
    still = film.frames[round(at * film.fps)]
    twin = film.with_frames(lambda seconds, frame: still if at <= seconds < at + long else frame)
    return Twin(twin, "order against the reference", (at, at + long))


def faster(film: Film, _: Film) -> Twin:
    """Everything a tenth faster, the sound as well."""
    count = int(len(film.frames) / 1.1)
    frames = tuple(film.frames[int(at * 1.1)] for at in range(count))
    at = np.arange(int(len(film.sound) / 1.1)) * 1.1
    sound = np.interp(at, np.arange(len(film.sound)), film.sound).astype(np.int16)
    return Twin(Film(frames, film.fps, sound), "order against the reference", (0.0, count / film.fps))


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """Intersection over union of two boxes, each x, y, width, height."""
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    tall = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(wide, 0) * max(tall, 0)
    return both / (one[2] * one[3] + other[2] * other[3] - both)


TWINS: dict[str, Callable[[Film, Film], Twin]] = {
    "sound spliced": sound_spliced,
    "sound replaced": sound_replaced,
    "sound muted": sound_muted,
    "figure inserted": figure_inserted,
    "part covered": face_covered,
    "continued otherwise": continued_otherwise,
    "passage inserted": inserted,
    "passage removed": removed,
    "passages exchanged": reordered,
    "picture frozen": frozen,
    "faster": faster,
}
"""Each takes the film and another event, and gives the twin."""


def _share(film: Film, share: float) -> float:
    """That part of the film's length, at a picture."""
    return round(film.seconds * share * film.fps) / film.fps


def _n(seconds: float) -> int:
    return round(seconds * RATE)
