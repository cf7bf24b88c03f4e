"""Copies of a film as they spread: recompressed, in other containers and sizes, cropped, with bars, marks, or trimmed.

None of them is altered: whatever takes one for altered raises a false alarm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from .coding import Coding, Film, coded

ORIGINAL = Coding(options={"crf": "18", "preset": "veryfast"}, metadata={"title": "Rekaman Kota Contoh"})

QUALITIES = {
    f"quality {crf}": Coding(options={"crf": str(crf), "preset": "ultrafast"}, sound_bits=bits)
    for crf, bits in ((20, 96_000), (24, 64_000), (28, 48_000), (32, 32_000), (36, 24_000), (40, 16_000))
}

CONTAINERS = {
    "webm": Coding(
        container="webm",
        codec="libvpx-vp9",
        options={"crf": "40", "b": "0", "deadline": "realtime", "cpu-used": "8"},
        sound="libopus",
        sound_rate=48_000,
        sound_bits=32_000,
    ),
    "mkv": Coding(
        container="matroska",
        codec="libx265",
        options={
            "crf": "30",
            "preset": "ultrafast",
            "x265-params": "log-level=none:pools=none:frame-threads=1",
        },
        sound="libmp3lame",
    ),
    "mov": Coding(
        container="mov", options={"crf": "26", "preset": "ultrafast"}, sound="pcm_s16le", sound_bits=0
    ),
    "avi": Coding(container="avi", codec="mpeg4", options={"b": "350000", "g": "60"}, sound="libmp3lame"),
    "3gp": Coding(
        container="3gp",
        codec="h263",
        options={"b": "160000"},
        size=(176, 144),
        sound="libopencore_amrnb",
        sound_rate=8000,
        sound_bits=12_200,
    ),
    "mpegts": Coding(container="mpegts", options={"crf": "27", "preset": "ultrafast"}),
}

SIZES = {
    "smaller": Coding(options={"crf": "26", "preset": "ultrafast"}, size=(240, 136)),
    "larger": Coding(options={"crf": "30", "preset": "ultrafast"}, size=(480, 270)),
    "25 fps": Coding(options={"crf": "26", "preset": "ultrafast"}, fps=25),
    "10 fps": Coding(options={"crf": "26", "preset": "ultrafast"}, fps=10),
    "other metadata": Coding(
        options={"crf": "25", "preset": "ultrafast"},
        metadata={"title": "WA0007", "creation_time": "2001-01-01"},
    ),
}

AGAIN = Coding(options={"crf": "27", "preset": "ultrafast"})


def _trimmed(film: Film) -> Film:
    return film.between(1.03, film.seconds)


def _boxed(film: Film) -> Film:
    """Black bars above and below."""

    def bars(_: float, frame: Any) -> Any:
        image = cv2.cvtColor(frame, cv2.COLOR_YUV2RGB_I420)
        shown = np.zeros((image.shape[0] + 60, image.shape[1], 3), dtype=np.uint8)
        shown[30:-30] = image
        return cv2.cvtColor(shown, cv2.COLOR_RGB2YUV_I420)

    return film.with_frames(bars)


def _cropped(film: Film) -> Film:
    def crop(_: float, frame: Any) -> Any:
        image = cv2.cvtColor(frame, cv2.COLOR_YUV2RGB_I420)[8:-8, 14:-14]
        return cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2YUV_I420)

    return film.with_frames(crop)


def _marked(film: Film) -> Film:
    """With a platform's mark in a corner from the first to the last picture."""

    right, low = film.size[0] - 8, film.size[1] - 8

    def mark(_: float, frame: Any) -> Any:
        image = cv2.cvtColor(frame, cv2.COLOR_YUV2RGB_I420)
        cv2.rectangle(image, (right - 54, low - 22), (right, low), (30, 30, 30), -1)
        cv2.putText(image, "@kota", (right - 51, low - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1)
        return cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420)

    return film.with_frames(mark)


def _brighter(film: Film) -> Film:
    def lift(_: float, frame: Any) -> Any:
        out, high = frame.copy(), film.size[1]
        out[:high] = np.clip(frame[:high].astype(np.int16) * 1.1 + 8, 0, 255).astype(np.uint8)
        return out

    return film.with_frames(lift)


CHANGED: dict[str, Callable[[Film], Film]] = {
    "trimmed by 1 s": _trimmed,
    "bars": _boxed,
    "cropped": _cropped,
    "brighter": _brighter,
}
"""What honest hands do to a film; each is then coded once more."""

MARKED: dict[str, Callable[[Film], Film]] = {"platform's mark": _marked}
"""Adds something to the picture: an examiner has to say so, and that a mark explains it."""


def honest(film: Film, names: tuple[str, ...] | None = None) -> dict[str, bytes]:
    """The named copies (all, where none is named) of a film as files. A renamed one has the same bytes as another."""
    known: dict[str, Callable[[], bytes]] = {}
    for name, coding in (QUALITIES | CONTAINERS | SIZES).items():
        known[name] = lambda coding=coding: coded(film, _held_as(film, coding))  # type: ignore[misc]
    for name, change in CHANGED.items():
        known[name] = lambda change=change: coded(change(film), AGAIN)  # type: ignore[misc]
    return {name: known[name]() for name in (names or tuple(known))}


def _held_as(film: Film, coding: Coding) -> Coding:
    """The coding with its size upright for an upright film; H.263 has no upright sizes, MPEG-4 in its place has."""
    if coding.size is None or film.size[0] >= film.size[1]:
        return coding
    return replace(coding, size=coding.size[::-1], codec="mpeg4" if coding.codec == "h263" else coding.codec)
