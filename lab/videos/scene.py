"""An invented scene: people who walk before a textured wall, a camera that pans and cuts, a sensor that makes noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

import cv2
import numpy as np

FPS = 12.5
SECONDS = 87.0
CUTS = (31.0, 58.0)
"""Seconds at which the camera stands elsewhere."""

_MARGIN = 160  # pixels of wall to each side that a pan can uncover
_SHOWN = 4.0  # seconds for which a still picture is shown
_SHAKE, _TILT = 2.5, 0.5  # pixels and degrees by which a hand moves a camera, about


class Camera(StrEnum):
    """How the pictures were taken."""

    PANS = "pans"
    STANDS = "stands"
    IN_HAND = "in hand"
    STILLS = "still pictures, one after the other"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Where and how a scene is filmed. ``size``: width and height in pixels, both even; ``cuts`` in seconds;
    ``noise``: grey levels of the sensor, standard deviation; ``room``: another one for another number."""

    size: tuple[int, int] = (320, 180)
    camera: Camera = Camera.PANS
    cuts: tuple[float, ...] = CUTS
    people: int = 3
    noise: float = 2.0
    room: int = 1000


class Scene:
    """One event. Another ``seed`` is another event of the same kind: same room, other people, other ways."""

    def __init__(self, seed: int, setting: Setting | None = None) -> None:
        self._seed = seed
        self._set = setting or Setting()
        self._wide, self._high = self._set.size
        draw = np.random.default_rng(seed)
        self._ways = draw.uniform(0, 2 * math.pi, (self._set.people, 6))
        self._pace = draw.uniform(0.12, 0.5, (self._set.people, 3))
        self._coats = draw.uniform(40, 215, (self._set.people, 3))
        self._pan = draw.uniform(0.08, 0.2, 3)
        noise = draw.normal(0, self._set.noise, (self._high + 64, self._wide + 64))
        self._noise = (noise * 16).astype(np.int16)

    def frame(self, at: float) -> Any:
        """The picture at so many seconds, as I420: the rows of luma, then both chroma planes."""
        stills = self._set.camera is Camera.STILLS
        at = at // _SHOWN * _SHOWN if stills else at
        planes = tuple(plane.copy() for plane in self._wall(at))
        for person in range(self._set.people):
            self._draw(person, at, *planes)
        if self._set.camera is Camera.IN_HAND:
            planes = tuple(self._shaken(plane, at) for plane in planes)
        luma = planes[0] if stills else self._sensed(planes[0], at)
        flat = np.concatenate([plane.reshape(-1) for plane in (luma, *planes[1:])])
        return flat.reshape(self._high * 3 // 2, self._wide)

    def _wall(self, at: float) -> tuple[Any, Any, Any]:
        shot = sum(at >= cut for cut in self._set.cuts)
        if self._set.camera is Camera.STILLS:
            shot = int(at / _SHOWN)
        luma, blue, red = _room(self._set.room + shot, self._wide, self._high)
        moved = 0.0 if self._set.camera is Camera.STANDS else at
        pan = int(_MARGIN / 2 * (1 + math.sin(self._pan[shot % 3] * moved + self._seed))) // 2 * 2
        half = pan // 2
        return (
            luma[:, pan : pan + self._wide],
            blue[:, half : half + self._wide // 2],
            red[:, half : half + self._wide // 2],
        )

    def _draw(self, person: int, at: float, luma: Any, blue: Any, red: Any) -> None:
        way, pace, coat = self._ways[person], self._pace[person], self._coats[person]
        x = self._wide * (0.5 + 0.42 * math.sin(pace[0] * at + way[0]))
        y = self._high * (0.62 + 0.08 * math.sin(pace[1] * 3 * at + way[1]))
        tall = min(self._wide, self._high) * 0.22
        arm = 0.8 * math.sin(pace[2] * 9 * at + way[2])
        figure(luma, (x, y), tall, arm, (float(coat[0]), 200.0 - coat[0] / 3))
        figure(blue, (x / 2, y / 2), tall / 2, arm, (90 + coat[1] / 3, 110.0))
        figure(red, (x / 2, y / 2), tall / 2, arm, (90 + coat[2] / 3, 150.0))

    def _shaken(self, plane: Any, at: float) -> Any:
        """As a hand moves it: some slow waves and a faster tremor, sideways, up and down, and tilted."""
        high, wide = plane.shape
        waves = [
            math.sin(2.1 * at + self._seed + turn) + 0.6 * math.sin(7.3 * at + 2 * turn) for turn in range(3)
        ]
        matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), _TILT * waves[0], 1.0)
        matrix[:, 2] += np.array(waves[1:]) * _SHAKE * wide / self._wide
        return cv2.warpAffine(plane, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE)

    def _sensed(self, luma: Any, at: float) -> Any:
        """With the sensor's noise, which is another one in every frame."""
        frame = round(at * 1000)
        down, right = frame * 7919 % 64, frame * 104729 % 64
        noise = self._noise[down : down + self._high, right : right + self._wide] >> 4
        return np.clip(luma.astype(np.int16) + noise, 0, 255).astype(np.uint8)


def figure(plane: Any, at: tuple[float, float], tall: float, arm: float, greys: tuple[float, float]) -> None:
    """A person of ``tall`` pixels from the hip to the head: body, head, and an arm that waves by ``arm`` radians."""
    x, y = at
    body, skin = greys
    whole = (int(x), int(y))
    cv2.ellipse(plane, whole, (int(tall * 0.32), int(tall * 0.8)), 0, 0, 360, body, -1)
    cv2.circle(plane, (int(x), int(y - tall)), int(tall * 0.28), skin, -1)
    hand = (int(x + tall * 0.9 * math.cos(arm)), int(y - tall * 0.3 - tall * 0.7 * math.sin(arm)))
    cv2.line(plane, (int(x), int(y - tall * 0.4)), hand, skin, max(2, int(tall * 0.14)))


@cache
def _room(room: int, wide: int, high: int) -> tuple[Any, Any, Any]:
    """A wall with texture at several scales, windows and a banner: the same for every event in this room."""
    draw = np.random.default_rng(room)
    wide = wide + _MARGIN
    luma = np.full((high, wide), 118.0)
    for cells, strength in ((6, 34), (18, 20), (60, 11)):
        rough = draw.normal(0, strength, (max(3, high * cells // wide), cells)).astype(np.float32)
        luma += cv2.resize(rough, (wide, high), interpolation=cv2.INTER_CUBIC)
    luma = np.clip(luma, 20, 235).astype(np.uint8)
    for _ in range(5):
        x, y = int(draw.integers(0, wide - 60)), int(draw.integers(0, high // 2))
        cv2.rectangle(luma, (x, y), (x + 44, y + 30), float(draw.uniform(30, 225)), -1)
    halves = (
        cv2.resize(draw.normal(128, 14, (5, 9)).astype(np.float32), (wide // 2, high // 2)) for _ in range(2)
    )
    blue, red = (np.clip(half, 60, 200).astype(np.uint8) for half in halves)
    return luma, blue, red
