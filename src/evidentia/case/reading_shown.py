"""Reading what a screenshot, or a video of one, shows against the posts of a case."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from evidentia.formats import names
from evidentia.record.errors import UsageError
from evidentia.record.finding import Reading
from evidentia.record.item import Item, StoredFile
from evidentia.record.life import Timeline
from evidentia.record.post import Evidence

from .captured_pictures import CapturedPictures
from .contents import Contents


def read_shown(file: Path, stored: StoredFile, about: Item, contents: Contents) -> Reading:
    """Read a picture or a video against every archived version of every post.

    Raises:
        MissingPart: the text recognition, or for a video PyAV, is not installed.
        CustodyError: a file of the case is missing or was changed.
    """
    from evidentia.detect.screenshot import match_screenshot
    from evidentia.detect.video_frames import match_video
    from evidentia.fingerprint import Decoder

    timelines: Sequence[Timeline] = contents.timelines()
    with ExitStack() as stack:
        decoder = stack.enter_context(Decoder())
        captured = stack.enter_context(CapturedPictures(contents, decoder))
        existed_by = about.times.received_at
        if is_video(stored):
            reading = match_video(file, timelines, captured=captured, existed_by=existed_by).answer
        else:
            reading = match_screenshot(
                file, timelines, decoder=decoder, captured=captured, existed_by=existed_by
            )
    original = Evidence(item=about.item, path=f"{names.item_folder(about.item)}/{file.name}")
    return msgspec.structs.replace(reading, evidence=(original, *reading.evidence))


def draw_reading(file: Path, stored: StoredFile, reading: Reading, out: Path) -> None:
    """Draw a reading on a copy of the picture that it is of: the file, or the frame of a video. An illustration.

    Raises:
        UsageError: it cannot be decoded, of a video none was read, or ``out`` is there already.
    """
    from evidentia.detect.reading import annotate as drawing
    from evidentia.detect.screenshot import annotate
    from evidentia.detect.video_frames import picture_at
    from evidentia.fingerprint import DecodingFailed

    if not is_video(stored):
        annotate(file, reading, out)
        return
    try:
        if reading.frame_at is None:
            raise DecodingFailed("no picture of it was read")
        drawing.draw(picture_at(file, reading.frame_at), reading, out)
    except DecodingFailed as why:
        raise UsageError(f"{file.name} cannot be drawn on: {why}.") from why


def is_video(stored: StoredFile) -> bool:
    """Whether a file is a video by its first bytes."""
    return stored.media_type.startswith("video/")
