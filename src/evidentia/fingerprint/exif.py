"""EXIF through exifread, which raises five kinds of exceptions on odd files: all are caught and recorded here."""

from __future__ import annotations

import io
import logging

MAX_TAGS = 1000
"""Cameras write a few hundred, maker notes included."""

MAX_VALUE = 400
"""Characters kept of one value."""


_UNREAD = "EXIF could not be read"


class _Kept(logging.Handler):
    """Keeps what exifread says instead of printing it."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        from exifread.core.exceptions import ExifNotFound

        if isinstance(record.msg, ExifNotFound):
            return  # a picture without EXIF is nothing odd
        self.kept.append(f"EXIF: {record.getMessage()}"[:MAX_VALUE])


def read_exif(data: bytes) -> tuple[dict[str, str], bytes, tuple[str, ...]]:
    """The EXIF tags as exifread prints them, sorted by name; the thumbnail (a JPEG), or no bytes; and everything that
    went wrong on the way."""
    import exifread

    problems: list[str] = []
    logger, handler = logging.getLogger("exifread"), _Kept(problems)
    logger.addHandler(handler)
    try:
        # Maker notes are where odd files break; what stands outside of them is then read without.
        for details in (True, False):
            try:
                tags = exifread.process_file(io.BytesIO(data), details=details, extract_thumbnail=True)
            except Exception as error:  # noqa: BLE001 - a parser on hostile bytes: recorded, never let through
                part = "with" if details else "without"
                problems.append(f"{_UNREAD} {part} maker notes: {type(error).__name__}: {error}")
            else:
                small = tags.pop("JPEGThumbnail", b"")
                return _printed(tags, problems), _bytes(small), tuple(dict.fromkeys(problems))
        return {}, b"", tuple(dict.fromkeys(problems))
    finally:
        logger.removeHandler(handler)


def read_exif_block(block: bytes) -> tuple[dict[str, str], bytes, tuple[str, ...]]:
    """The same of EXIF that was taken out of its container: a TIFF, with or without the six bytes that JPEG puts before
    it."""
    return read_exif(block.removeprefix(b"Exif\0\0"))


def without_failed_readings(problems: list[str]) -> list[str]:
    """The problems but those of readings that found no EXIF: for EXIF that was then had otherwise.

    exifread looks for it in HEIF by itself, and gives up on boxes that it does not expect.
    """
    return [problem for problem in problems if not problem.startswith(_UNREAD)]


def _bytes(small: object) -> bytes:
    return small if isinstance(small, bytes) else b""


def _printed(tags: dict[str, object], problems: list[str]) -> dict[str, str]:
    names = sorted(tags)
    if len(names) > MAX_TAGS:
        problems.append(f"EXIF has {len(names)} tags; the first {MAX_TAGS} by name are kept")
    return {name: str(tags[name])[:MAX_VALUE] for name in names[:MAX_TAGS]}
