"""Which pictures of a video are read, and what they say together. The readings are records; no engine reads here."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.detect.reading.frames import ALIKE, Chosen, choose
from evidentia.detect.video_frames import concluded, picture_at, read_video
from evidentia.fingerprint.video_types import FrameHash
from evidentia.record.finding import Outcome, Reading
from evidentia.record.item import Program
from evidentia.record.sentences import english, said

if TYPE_CHECKING:
    from PIL.Image import Image


def hashes(*values: int) -> list[FrameHash]:
    return [FrameHash(at=float(at), pdq=f"{value:064x}", quality=100) for at, value in enumerate(values)]


def reading(outcome: Outcome, post: str | None = "1", at: float | None = None) -> Reading:
    words = said("reading.none.no_text")
    return Reading(
        outcome=outcome,
        post=post,
        version=1 if post else None,
        differences=(),
        reason=english(words),
        says=(words,),
        method=Program(name="test", version="1"),
        error_rates=(),
        frame_at=at,
    )


def test_of_pictures_that_resemble_each_other_the_first_is_read() -> None:
    scrolled = (1 << 40) - 1

    assert choose(hashes(0, 1, 3, scrolled, 0, scrolled + (1 << 60))) == Chosen(at=(0.0, 3.0), looked_at=6)


def test_too_many_are_spread_over_the_video_and_counted() -> None:
    random = Random(1)
    many = hashes(*(random.getrandbits(256) for _ in range(90)))

    chosen = choose(many, most=40)

    assert (len(chosen.at), chosen.left_out, chosen.looked_at) == (40, 50, 90)
    assert (chosen.at[0], chosen.at[-1]) == (0.0, 89.0)


@given(st.lists(st.integers(0, 2**256 - 1), max_size=30))
def test_everything_that_is_not_read_resembles_something_that_is(values: list[int]) -> None:
    chosen = choose(hashes(*values), most=100)

    kept = [values[int(at)] for at in chosen.at]
    assert all(any((value ^ other).bit_count() <= ALIKE for other in kept) for value in values)


@pytest.mark.parametrize(
    ("outcomes", "whole", "at"),
    [
        ([(Outcome.INCONCLUSIVE, None), (Outcome.CONSISTENT, "1")], Outcome.CONSISTENT, 1.0),
        ([(Outcome.CONSISTENT, "1"), (Outcome.DIFFERS, "2")], Outcome.DIFFERS, 1.0),
        ([(Outcome.INCONCLUSIVE, "1"), (Outcome.INCONCLUSIVE, None)], Outcome.INCONCLUSIVE, 0.0),
        ([(Outcome.DIFFERS, "1"), (Outcome.CONSISTENT, "1")], Outcome.INCONCLUSIVE, 0.0),
    ],
)
def test_the_most_telling_picture_is_the_answer(
    outcomes: list[tuple[Outcome, str | None]], whole: Outcome, at: float
) -> None:
    readings = [reading(outcome, post, float(n)) for n, (outcome, post) in enumerate(outcomes)]

    found = concluded(readings, Chosen(at=(0.0, 1.0), looked_at=9, left_out=3))

    assert (found.answer.outcome, found.answer.frame_at) == (whole, at)
    assert found.frames == tuple(readings)
    assert "2 pictures were read, those of 9" in found.answer.reason
    assert "3 more that differ were not read" in found.answer.reason


def test_a_video_that_shows_one_post_in_two_ways_is_said_to() -> None:
    readings = [reading(Outcome.CONSISTENT, "1", 2.0), reading(Outcome.DIFFERS, "1", 5.0)]

    answer = concluded(readings, Chosen(at=(), looked_at=2)).answer

    assert "as recorded at 2 s and otherwise at 5 s" in answer.reason


def test_pictures_of_a_real_video_are_read_each_once_and_damage_is_said(tmp_path: Path) -> None:
    pytest.importorskip("av")
    video = tmp_path / "layar.mp4"
    write(video, [10] * 3 + [240] * 3)

    def read(picture: Image) -> Reading:
        seen.append(int(np.asarray(picture).mean()))
        return reading(Outcome.CONSISTENT)

    seen: list[int] = []
    whole = read_video(video, read)
    assert len(seen) == len(whole.frames) == 2
    assert [frame.frame_at for frame in whole.frames] == [0.0, 3.0]
    assert picture_at(video, 3.0).size == (320, 480)

    video.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(64))
    damaged = read_video(video, read)
    assert damaged.frames == ()
    assert damaged.answer.reason.startswith("No picture of the video was read: ")


def write(path: Path, brightness: list[int]) -> None:
    """A video of one picture a second: the same blocks, then others."""
    import av

    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 320, 480, "yuv420p"
        for level in brightness:
            blocks = np.random.default_rng(level).integers(0, 256, (12, 8), dtype=np.uint8)
            pixels = np.kron(blocks, np.ones((40, 40), np.uint8))
            frame = av.VideoFrame.from_ndarray(np.stack([pixels] * 3, axis=2), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
