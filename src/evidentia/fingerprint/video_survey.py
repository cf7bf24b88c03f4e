"""One pass through a video: how each picture is coded, small pictures to compare, hashes, and the sound.

Only in the limited process: see ``video_decode``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .video_opening import MAX_PIXELS, in_words, sound_of
from .video_types import HASH_EVERY, RATE, Coding, FrameHash

SMALL = (160, 96)
"""Width and height of the small pictures, upright and wide; tall ones have them the other way round."""

SMALL_RATE = 12.5
"""Small pictures a second: what moves between two of them moves little."""

MAX_SMALL = 8192
"""Small pictures that are kept (126 MB): of longer videos than 11 minutes every second one is dropped, and so on."""

MAX_FRAMES = 500_000
"""Pictures that are decoded: four and a half hours at 30 a second."""

MAX_SECONDS = 5 * 3600.0
"""Seconds of a video that are looked at."""

MAX_DAMAGED = 1000
"""Packets that cannot be decoded, after which no more is tried."""

CUT = 28.0
"""Grey levels, mean over the small picture, from one picture to the next: a cut for the purpose of hashing."""

_GAP = 0.08  # seconds by which sound may be late before it counts as a gap: one AAC frame of 2048 at 22 kHz is 0.09


class Pictures:
    """What is gathered of the pictures, one after the other."""

    def __init__(self) -> None:
        from av.video.reformatter import VideoReformatter

        self._small_scaler, self._hash_scaler = VideoReformatter(), VideoReformatter()
        self._times: list[float] = []
        self._kinds: list[str] = []
        self._sizes: list[int] = []
        self._quantisers: list[float] = []
        self.hashes: list[FrameHash] = []
        self.small: list[tuple[float, bytes]] = []
        self.shape: tuple[int, int] | None = None
        self._rate = SMALL_RATE
        self._slot = -1
        self._second = -1
        self._last: Any = None

    def take(self, frame: Any, at: float, size: int) -> None:
        """One picture at so many seconds, coded in so many bytes."""
        self._times.append(round(at, 4))
        self._kinds.append(_KINDS.get(int(frame.pict_type), "?"))
        self._sizes.append(size)
        if (quantiser := _quantiser(frame)) is not None:
            self._quantisers.append(quantiser)
        if (slot := int(at * self._rate + 1e-6)) > self._slot:
            self._slot = slot
            self._keep(frame, at)

    def coding(self) -> Coding:
        """How the pictures are coded, in the order shown."""
        order = sorted(range(len(self._times)), key=self._times.__getitem__)
        complete = len(self._quantisers) == len(self._times)
        return Coding(
            times=tuple(self._times[at] for at in order),
            kinds="".join(self._kinds[at] for at in order),
            sizes=tuple(self._sizes[at] for at in order),
            quantisers=tuple(self._quantisers[at] for at in order) if complete else (),
        )

    def _keep(self, frame: Any, at: float) -> None:
        import numpy as np

        turn = frame.rotation // 90 % 4
        if self.shape is None:
            wide = (frame.width >= frame.height) != (turn % 2 == 1)
            self.shape = SMALL if wide else SMALL[::-1]
        width, height = self.shape if turn % 2 == 0 else self.shape[::-1]
        scaled = self._small_scaler.reformat(frame, width, height, "gray", interpolation="AREA", threads=1)
        small = np.rot90(scaled.to_ndarray(), turn)
        cut = self._last is None or float(np.abs(small.astype(np.int16) - self._last).mean()) > CUT
        self._last = small.astype(np.int16)
        self.small.append((round(at, 4), small.tobytes()))
        if len(self.small) > MAX_SMALL:
            self.small, self._rate = self.small[::2], self._rate / 2
            self._slot = int(at * self._rate)
        if (second := int(at / HASH_EVERY + 1e-6)) > self._second or cut:
            self._second = max(second, self._second)
            self._hash(frame, at, turn, cut=cut and len(self.small) > 1)

    def _hash(self, frame: Any, at: float, turn: int, *, cut: bool) -> None:
        import numpy as np

        from .pdq import SIDE, pdq_of_rgb

        scale = min(1.0, SIDE / max(frame.width, frame.height))
        width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
        scaled = self._hash_scaler.reformat(frame, width, height, "rgb24", interpolation="AREA", threads=1)
        found = pdq_of_rgb(np.rot90(scaled.to_ndarray(), turn))
        self.hashes.append(FrameHash(at=round(at, 3), pdq=found.value, quality=found.quality, cut=cut))


class Sound:
    """The sound as mono samples, laid where its time stamps say; silence where they leave a gap."""

    def __init__(self) -> None:
        import av

        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
        self._parts: list[bytes] = []
        self._count = 0
        self.gaps: list[tuple[float, float]] = []

    @property
    def samples(self) -> bytes:
        """All of it, int16 in this machine's order."""
        return b"".join(self._parts)

    def take(self, frame: Any, at: float | None) -> None:
        """One frame of sound, at so many seconds where it says so."""
        if at is not None and at < MAX_SECONDS and (late := at - self._count / RATE) > _GAP:
            if self._count:
                self.gaps.append((round(self._count / RATE, 3), round(at, 3)))
            self._add(bytes(2 * int(late * RATE)))
        frame.pts = None
        for part in self._resampler.resample(frame):
            self._add(part.to_ndarray().tobytes())

    def end(self) -> None:
        """Take what the resampler holds back."""
        if self._count:
            for part in self._resampler.resample(None):
                self._add(part.to_ndarray().tobytes())

    def _add(self, data: bytes) -> None:
        self._parts.append(data)
        self._count += len(data) // 2


def survey(container: Any, problems: list[str]) -> tuple[Pictures, Sound]:
    """Decode everything within the limits. What could not be decoded is told in ``problems``."""
    pictures, sound = Pictures(), Sound()
    sizes: dict[int, int] = {}
    for kind, frame, at in decoded(container, problems, sizes):
        if kind == "video":
            pictures.take(frame, at, sizes.pop(frame.pts, 0) if frame.pts is not None else 0)
        else:
            sound.take(frame, at)
    sound.end()
    return pictures, sound


def decoded(
    container: Any, problems: list[str], sizes: dict[int, int] | None = None, *, sound: bool = True
) -> Iterator[tuple[str, Any, float]]:
    """Every picture, and every frame of sound, with its seconds from the start. Damage is told in ``problems``.

    ``sizes`` gets the coded bytes of each picture by its time stamp.
    """
    picture = container.streams.video[0]
    heard = sound_of(container) if sound else None
    start = (container.start_time or 0) / 1_000_000
    count, last = 0, 0.0
    for packet, frames in _packets(container, [one for one in (picture, heard) if one is not None], problems):
        if (
            sizes is not None
            and packet.stream is picture
            and packet.pts is not None
            and len(sizes) < _WAITING
        ):
            sizes[packet.pts] = packet.size
        for frame in frames:
            at = _seconds(frame, start, last)
            if packet.stream is not picture:
                yield "audio", frame, at
                continue
            last, count = at, count + 1
            if why := _beyond(frame, at, count):
                problems.append(f"{why}: only the first {count - 1} pictures were decoded")
                return
            yield "video", frame, at
    if not count:
        problems.append("no picture could be decoded")


def _packets(container: Any, streams: list[Any], problems: list[str]) -> Iterator[tuple[Any, list[Any]]]:
    """Every packet with what it decodes to; packets that do not decode are counted and left out."""
    import av

    damaged, first = 0, ""
    try:
        for packet in container.demux(streams):
            try:
                yield packet, packet.decode()
            except (av.FFmpegError, ValueError) as why:
                damaged, first = damaged + 1, first or in_words(why)
                if damaged > MAX_DAMAGED:
                    break
    except (av.FFmpegError, ValueError, OSError) as why:
        problems.append(f"the file cannot be read to its end: {in_words(why)}")
    if damaged:
        problems.append(f"{damaged} packets cannot be decoded, the first because: {first}")


_WAITING = 1000
"""Coded pictures whose decoding is awaited at a time: the largest delay of a codec is 16."""


def _beyond(frame: Any, at: float, count: int) -> str:
    """What limit a picture is beyond, or nothing."""
    if frame.width * frame.height > MAX_PIXELS:
        return f"a picture has {frame.width} x {frame.height} pixels"
    if count > MAX_FRAMES:
        return f"it has more than {MAX_FRAMES} pictures"
    return f"it lasts longer than {MAX_SECONDS:.0f} s" if at >= MAX_SECONDS else ""


def _seconds(frame: Any, start: float, last: float) -> float:
    return max(0.0, frame.time - start) if frame.time is not None else last


def _quantiser(frame: Any) -> float | None:
    """The mean quantiser of a picture, where its decoder exports it (H.264, VP9, MPEG-4)."""
    import numpy as np

    for side in frame.side_data:
        if side.type.name == "VIDEO_ENC_PARAMS":
            base = float(side.qp)
            if not side.nb_blocks:
                return base
            # AVVideoBlockParams: five 32-bit integers, the last of which is the block's difference.
            raw = np.frombuffer(bytes(side), dtype=np.uint8)[side.blocks_offset :]
            rows = raw[: side.nb_blocks * side.block_size].reshape(side.nb_blocks, side.block_size)
            return round(base + float(rows[:, 16:20].copy().view(np.int32).mean()), 2)
    return None


_KINDS = {1: "I", 2: "P", 3: "B", 4: "P", 5: "I", 6: "P", 7: "B"}
