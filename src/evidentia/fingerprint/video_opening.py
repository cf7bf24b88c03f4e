"""Opens a video with FFmpeg (PyAV) under allow lists, and judges its header before a picture is decoded.

Only in the limited process: see ``video_decode``.
"""

from __future__ import annotations

from typing import Any, BinaryIO, NoReturn

from .video_container import DECODERS, READERS, reader_of
from .video_types import Container, Stream

MAX_PIXELS = 4096 * 2304
"""Pixels of one picture: DCI 4K and every telephone's 4K. With 16 pictures kept for reference that is 0.23 GB."""

MAX_STREAMS = 32
"""A telephone writes two to five streams, a film with all its languages some twenty."""

MAX_TEXT = 500
"""Characters of a metadata value that are kept."""

MAX_ENTRIES = 64
"""Metadata entries of a container or a stream that are kept."""


class NotOpened(Exception):
    """It is no video that may be opened; the message says why, in words for the record."""


def open_video(source: BinaryIO) -> Any:
    """The container at the start of ``source``, its header judged; decoders run in one thread.

    Raises:
        NotOpened: another format, a picture too large, too many streams, no pictures, or damage.
    """
    import av

    reader = reader_of(source)
    if reader is None:
        raise NotOpened("not MP4, QuickTime, 3GP, WebM, Matroska, AVI or MPEG-TS by its first bytes")
    try:
        container = av.open(
            source,
            "r",
            format=reader,
            container_options={
                "protocol_whitelist": "none",
                "format_whitelist": READERS,
                "codec_whitelist": DECODERS,
                "max_streams": str(MAX_STREAMS),
            },
            metadata_errors="replace",
            io_open=_refuse,
        )
    except (av.FFmpegError, OSError, ValueError, RuntimeError) as why:
        raise NotOpened(f"its header cannot be read: {in_words(why)}") from why
    try:
        _judge(container)
    except NotOpened:
        container.close()
        raise
    return container


def in_words(error: Exception) -> str:
    """What an error of PyAV or the system means, without its number."""
    meaning = getattr(error, "strerror", None) or str(error)
    return meaning or type(error).__name__


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise OSError("a video may not name other files")


def _judge(container: Any) -> None:
    if len(container.streams) > MAX_STREAMS:
        raise NotOpened(f"it has {len(container.streams)} streams; up to {MAX_STREAMS} are taken")
    if not container.streams.video:
        raise NotOpened("it has no pictures")
    for stream in container.streams.video:
        context = stream.codec_context
        if context is None:
            raise NotOpened("its pictures are coded in a way that is not opened here")
        if context.width * context.height > MAX_PIXELS:
            raise NotOpened(
                f"its pictures have {context.width} x {context.height} pixels; up to {MAX_PIXELS} are decoded"
            )
    allowed = DECODERS.split(",")
    picture = container.streams.video[0].codec_context
    if picture.name not in allowed:
        raise NotOpened(f"its pictures are coded as {picture.name}, which is not opened here")
    for stream in container.streams:
        if stream.codec_context is not None:
            stream.codec_context.thread_count = 1
    picture.options = {"max_pixels": str(MAX_PIXELS), "export_side_data": "venc_params"}


def sound_of(container: Any) -> Any | None:
    """The first stream of sound that may be decoded."""
    for stream in container.streams.audio:
        if stream.codec_context is not None and stream.codec_context.name in DECODERS.split(","):
            return stream
    return None


def facts(container: Any) -> Container:
    """What the container and its streams say of themselves."""
    return Container(
        format=container.format.name,
        duration=container.duration / 1_000_000 if container.duration else None,
        bit_rate=container.bit_rate or None,
        metadata=_texts(container.metadata),
        streams=tuple(_stream(stream) for stream in container.streams),
    )


def _stream(stream: Any) -> Stream:
    context = stream.codec_context
    seconds = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
    plain = Stream(
        index=stream.index,
        kind=stream.type or "unknown",
        codec=context.name if context else "",
        duration=seconds,
        metadata=_texts(stream.metadata),
    )
    if context is None or stream.type not in ("video", "audio"):
        return plain
    from msgspec.structs import replace

    common = replace(
        plain,
        tag=_printable(context.codec_tag or ""),
        profile=str(context.profile or ""),
        bit_rate=context.bit_rate or None,
    )
    if stream.type == "audio":
        return replace(common, sample_rate=context.sample_rate or 0, channels=context.channels or 0)
    return replace(
        common,
        level=context.level if context.level is not None and context.level >= 0 else None,
        width=context.width,
        height=context.height,
        pixel_format=context.pix_fmt or "",
        fps=float(stream.average_rate) if stream.average_rate else None,
    )


def _texts(metadata: dict[str, str]) -> dict[str, str]:
    return {
        _printable(name)[:MAX_TEXT]: _printable(value)[:MAX_TEXT]
        for name, value in list(metadata.items())[:MAX_ENTRIES]
    }


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text.strip("\x00 "))
