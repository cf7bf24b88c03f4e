"""What is known of a video: its container, its streams, how it was coded, and by what it can be found again."""

from __future__ import annotations

import msgspec

HASH_EVERY = 1.0
"""Seconds between the pictures of a video that are hashed; the first picture after a cut is hashed as well."""


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """A stream as its header describes it; ``kind`` is video, audio, subtitle, data. Rates in Hz and bits a second.

    ``rotation``: degrees by which a player turns the picture counterclockwise.
    """

    index: int
    kind: str
    codec: str
    tag: str = ""
    profile: str = ""
    level: int | None = None
    width: int = 0
    height: int = 0
    pixel_format: str = ""
    fps: float | None = None
    rotation: int = 0
    sample_rate: int = 0
    channels: int = 0
    duration: float | None = None
    bit_rate: int | None = None
    metadata: dict[str, str] = {}


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """What the container says of itself: nothing of it is believed. ``duration`` in seconds."""

    format: str
    duration: float | None = None
    bit_rate: int | None = None
    metadata: dict[str, str] = {}
    streams: tuple[Stream, ...] = ()


class FrameHash(msgspec.Struct, frozen=True, kw_only=True):
    """The PDQ hash (64 hex digits) of the picture at so many seconds, its quality, and whether a cut is before it."""

    at: float
    pdq: str
    quality: int
    cut: bool = False


class Coding(msgspec.Struct, frozen=True, kw_only=True):
    """How the pictures are coded, one value for each in the order shown: seconds, type, coded bytes, quantiser.

    ``kinds`` has a letter for each picture (I, P, B; ? where the decoder does not say). ``quantisers`` are means over
    the picture's blocks, in the codec's own scale; NaN is not used: it is empty where the decoder exports none.
    """

    times: tuple[float, ...] = ()
    kinds: str = ""
    sizes: tuple[int, ...] = ()
    quantisers: tuple[float, ...] = ()


class Gops(msgspec.Struct, frozen=True, kw_only=True):
    """Groups of pictures: how many pictures of each type, and how many pictures lie between intra pictures."""

    kinds: dict[str, int]
    distances: tuple[int, ...]
    usual: int | None


class SoundPrint(msgspec.Struct, frozen=True, kw_only=True):
    """A sound, by what survives recompression: 32 bits (8 hex digits) and a level every ``step`` seconds.

    Bits as in Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): the sign of the change,
    in time and between neighbouring bands, of the energy in 33 bands from 300 to 2000 Hz. ``levels`` are decibels
    below full scale, rounded.
    """

    step: float
    bits: str
    levels: tuple[int, ...]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A box of an MP4, an element of a Matroska or WebM, a chunk of an AVI: its types from the outermost one inward,
    where it starts, its bytes with its head, and their digest."""

    path: str
    offset: int
    length: int
    sha256: str


class VideoFingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """By what a video can be found again whatever container, size or bit rate a copy has. ``seconds`` as decoded."""

    container: Container
    seconds: float
    frames: int
    gops: Gops
    hashes: tuple[FrameHash, ...]
    sound: SoundPrint | None = None
    parts: tuple[Part, ...] = ()


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What the decoding process answers: facts, and the sizes of what follows: small pictures, then sound.

    ``small``: count, width and height of the small pictures of luma that follow, of which ``small_times`` are the
    seconds; ``samples``: how many samples of mono sound (int16, ``RATE`` a second) come after them.
    """

    sha256: str
    container: Container | None = None
    coding: Coding = Coding()
    hashes: tuple[FrameHash, ...] = ()
    small: tuple[int, int, int] = (0, 0, 0)
    small_times: tuple[float, ...] = ()
    samples: int = 0
    sound_gaps: tuple[tuple[float, float], ...] = ()
    problems: tuple[str, ...] = ()


RATE = 8_000
"""Samples a second of the sound that is compared: what a telephone transmits, and every messenger keeps."""


class FrameHead(msgspec.Struct, frozen=True, kw_only=True):
    """Announces ``width * height * 3`` bytes of the picture at so many seconds; or the end, with what went wrong."""

    at: float = 0.0
    width: int = 0
    height: int = 0
    end: bool = False
    sha256: str = ""
    problem: str = ""
