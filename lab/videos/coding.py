"""Writes and reads videos with PyAV: the laboratory's own, never foreign ones."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from .voice import RATE


@dataclass(frozen=True, kw_only=True)
class Coding:
    """How a copy is coded. ``options`` are those of its encoder, by the names that FFmpeg gives them."""

    container: str = "mp4"
    codec: str = "libx264"
    options: dict[str, str] = field(default_factory=lambda: {"crf": "23", "preset": "veryfast"})
    size: tuple[int, int] | None = None
    fps: float | None = None
    sound: str = "aac"
    sound_rate: int = 44_100
    sound_bits: int = 64_000
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Film:
    """Pictures (I420) at an even rate, and mono sound as int16 at ``RATE``."""

    frames: tuple[Any, ...]
    fps: float
    sound: Any

    @property
    def seconds(self) -> float:
        return len(self.frames) / self.fps

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.frames[0].shape[1], self.frames[0].shape[0] * 2 // 3

    def between(self, start: float, end: float) -> Film:
        """What is seen and heard from ``start`` to ``end``."""
        return Film(
            self.frames[round(start * self.fps) : round(end * self.fps)],
            self.fps,
            self.sound[round(start * RATE) : round(end * RATE)],
        )

    def then(self, other: Film) -> Film:
        """This film and, joined on, another one of the same rate."""
        return Film(self.frames + other.frames, self.fps, np.concatenate((self.sound, other.sound)))

    def with_frames(self, change: Callable[[float, Any], Any]) -> Film:
        """Every picture as ``change(seconds, picture)`` makes it."""
        frames = tuple(change(at / self.fps, frame) for at, frame in enumerate(self.frames))
        return Film(frames, self.fps, self.sound)


def write(path: Path, film: Film, coding: Coding) -> Path:
    """Code a film into a file."""
    path.write_bytes(coded(film, coding))
    return path


def coded(film: Film, coding: Coding) -> bytes:
    """The bytes of a file of this film."""
    out = io.BytesIO()
    size = coding.size or film.size
    with av.open(out, "w", format=coding.container) as container:
        container.metadata.update(coding.metadata)
        rate = Fraction(coding.fps or film.fps).limit_denominator(1001)
        picture: Any = container.add_stream(coding.codec, rate=rate, options=dict(coding.options))
        picture.width, picture.height = size
        picture.pix_fmt = "yuvj420p" if coding.codec == "mjpeg" else "yuv420p"
        sound: Any = container.add_stream(coding.sound, rate=coding.sound_rate, layout="mono")
        if coding.sound_bits:
            sound.bit_rate = coding.sound_bits
        packets = [*_pictures(film, picture, size, rate), *_sounds(film.sound, sound)]
        for packet in sorted(packets, key=lambda one: one.dts * one.time_base):
            container.mux(packet)
    return out.getvalue()


def _pictures(film: Film, stream: Any, size: tuple[int, int], rate: Fraction) -> Iterable[Any]:
    count = int(film.seconds * rate)
    for at in range(count):
        shown = film.frames[
            min(int(at / rate * Fraction(film.fps) + Fraction(1, 1000)), len(film.frames) - 1)
        ]
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(shown), format="yuv420p")
        frame = frame.reformat(width=size[0], height=size[1], format=stream.pix_fmt)
        frame.pts, frame.time_base = at, 1 / rate
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _sounds(samples: Any, stream: Any) -> Iterable[Any]:
    resampler = av.AudioResampler(format=stream.format, layout="mono", rate=stream.rate)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate, frame.pts = RATE, 0
    size = stream.codec_context.frame_size or 1024
    fifo = av.AudioFifo()
    for part in (*resampler.resample(frame), *resampler.resample(None)):
        part.pts = None
        fifo.write(part)
    done = 0
    while (due := fifo.read(size, partial=fifo.samples < size)) is not None:
        due.pts, due.time_base = done, Fraction(1, stream.rate)
        done += due.samples
        yield from stream.encode(due)
    yield from stream.encode(None)


def read(path: Path) -> Film:
    """A file of the laboratory as a film."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        fps = float(stream.average_rate or 0)
        frames = tuple(frame.to_ndarray(format="yuv420p") for frame in container.decode(stream))
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        heard = [
            part.to_ndarray().reshape(-1)
            for frame in [*container.decode(audio=0), None]
            for part in resampler.resample(frame)
        ]
    return Film(frames, fps, np.concatenate(heard))
