"""Videos are decoded in a limited process: what it gives, and that nothing that a file holds breaks it."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path
from random import Random

import pytest

from evidentia.fingerprint import video_decoding, video_opening
from evidentia.fingerprint.decoding import DecodingFailed
from evidentia.fingerprint.digests import digest_file
from evidentia.fingerprint.video_decoding import frames, survey
from evidentia.record.errors import MissingPart, UsageError
from lab.videos.coding import Coding, Film, coded
from lab.videos.events import event

pytestmark = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed")

SHORT = 4.0
CONTAINERS = {
    "mp4": Coding(),
    "webm": Coding(
        container="webm",
        codec="libvpx-vp9",
        options={"crf": "40", "b": "0", "deadline": "realtime", "cpu-used": "8"},
        sound="libopus",
        sound_rate=48_000,
    ),
    "mkv": Coding(container="matroska", options={"crf": "30", "preset": "ultrafast"}),
    "avi": Coding(container="avi", codec="mpeg4", options={"b": "300000"}, sound="libmp3lame"),
    "3gp": Coding(
        container="3gp",
        codec="h263",
        options={"b": "100000"},
        size=(176, 144),
        sound="libopencore_amrnb",
        sound_rate=8000,
        sound_bits=12_200,
    ),
    "ts": Coding(container="mpegts"),
}


@pytest.fixture(scope="module")
def mp4() -> bytes:
    return coded(event(1, SHORT), CONTAINERS["mp4"])


def in_file(folder: Path, data: bytes, name: str = "video.mp4") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", CONTAINERS)
def test_pictures_and_sound_come_out_of_every_container(tmp_path: Path, name: str) -> None:
    path = in_file(tmp_path, coded(event(1, SHORT), CONTAINERS[name]), name)

    found = survey(path)
    shown = list(frames(path, every=1.0))

    assert found.facts.problems == ()
    assert found.facts.sha256 == digest_file(path).sha256
    assert found.small.shape == (len(found.facts.small_times), 96, 160)
    assert abs(len(found.facts.coding.times) - SHORT * 12.5) <= 1
    assert abs(len(found.sound) / 8000 - SHORT) < 0.15
    assert found.facts.coding.kinds[0] == "I"
    assert [round(frame.at) for frame in shown][:4] == [0, 1, 2, 3]
    assert {len(frame.data) for frame in shown} == {shown[0].width * shown[0].height * 3}
    assert {frame.sha256 for frame in shown} == {found.facts.sha256}


def test_frames_are_given_from_when_to_when_how_many_and_how_large(tmp_path: Path, mp4: bytes) -> None:
    path = in_file(tmp_path, mp4)

    assert [frame.at for frame in frames(path, every=0.5, start=1.0, end=2.6)] == [1.04, 1.52, 2.0, 2.56]
    assert [frame.at for frame in frames(path, every=0, most=3)] == [0.0, 0.08, 0.16]
    assert [frame.at for frame in frames(path, at=(0.0, 0.9, 2.0))] == [0.0, 0.96, 2.0]
    assert [(frame.width, frame.height) for frame in frames(path, most=1, side=160)] == [(160, 90)]


def test_the_pictures_are_those_that_were_coded(tmp_path: Path, mp4: bytes) -> None:
    import cv2
    import numpy as np

    (first,) = frames(in_file(tmp_path, mp4), most=1)

    shown = np.frombuffer(first.data, dtype=np.uint8).reshape(first.height, first.width, 3)
    meant = cv2.cvtColor(event(1, SHORT).frames[0], cv2.COLOR_YUV2RGB_I420)
    assert np.abs(shown.astype(int) - meant).mean() < 6


def test_a_turned_video_stands_upright(tmp_path: Path, mp4: bytes) -> None:
    # The display matrix of the picture's track, ISO/IEC 14496-12, 8.3.2, made one that turns by a quarter.
    plain = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    track = mp4.index(b"tkhd")
    at = mp4.index(plain, track)
    turned = in_file(tmp_path, mp4[:at] + quarter + mp4[at + 36 :])

    (frame,) = frames(turned, most=1)

    assert (frame.width, frame.height) == (180, 320)
    assert survey(turned).small.shape[1:] == (160, 96)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_what_is_cut_short_ends_in_words(tmp_path: Path, mp4: bytes, share: float) -> None:
    path = in_file(tmp_path, mp4[: int(len(mp4) * share)])

    problems = survey(path).facts.problems
    assert problems
    assert not any("Errno" in problem for problem in problems), problems
    with pytest.raises(DecodingFailed):
        list(frames(path))


def test_what_the_decoder_says_is_told_in_words_without_its_number(tmp_path: Path, mp4: bytes) -> None:
    headless = survey(in_file(tmp_path, mp4[: len(mp4) // 3], "kepala.mp4")).facts.problems
    middle = bytearray(mp4)
    middle[len(mp4) // 2 : len(mp4) * 3 // 4] = b"\xff" * (len(mp4) * 3 // 4 - len(mp4) // 2)
    damaged = survey(in_file(tmp_path, bytes(middle), "tengah.mp4")).facts.problems

    for problems in (headless, damaged):
        assert "Invalid data found" in "; ".join(problems)
        assert "Errno" not in "; ".join(problems)


def test_a_stream_that_is_cut_short_gives_what_is_there(tmp_path: Path) -> None:
    data = coded(event(1, SHORT), CONTAINERS["ts"])
    found = survey(in_file(tmp_path, data[: len(data) // 2]))

    assert 5 < len(found.facts.small_times) < SHORT * 12.5


@pytest.mark.parametrize("seed", range(8))
def test_damaged_bytes_never_raise(tmp_path: Path, seed: int) -> None:
    draw = Random(seed)
    name = sorted(CONTAINERS)[seed % len(CONTAINERS)]
    data = bytearray(coded(event(1, 1.0), CONTAINERS[name]))
    reach = len(data) if seed % 2 else 2000
    for _ in range(draw.randrange(1, 60)):
        data[draw.randrange(8, reach)] = draw.randrange(256)

    found = survey(in_file(tmp_path, bytes(data)))

    assert found.facts.problems or found.facts.container is not None
    assert len(found.small) == len(found.facts.small_times)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"\x00\x00\x00\x18ftypisom" + bytes(12),
        b"\x00\x00\x00\x08ftyp" * 4000,
        struct.pack(">I4s4sII", 20, b"ftyp", b"isom", 0, 0)
        + b"".join(struct.pack(">I4s", 8 * (5000 - at), b"moov") for at in range(5000)),
        b"RIFF\xff\xff\xff\xffAVI " + bytes(100),
        b"\x1aE\xdf\xa3" + b"\xff" * 64,
        (b"G" + bytes(187)) * 50,
    ],
    ids=["empty", "playlist", "concat", "no movie", "only heads", "deep", "avi", "ebml", "empty stream"],
)
def test_what_is_no_video_ends_in_words(tmp_path: Path, data: bytes) -> None:
    found = survey(in_file(tmp_path, data))

    assert found.facts.problems
    assert found.small.size == 0


def test_a_header_that_states_huge_pictures_is_refused_or_ends_in_words(tmp_path: Path, mp4: bytes) -> None:
    at = mp4.index(b"avc1", mp4.index(b"stsd")) + 4 + 24
    path = in_file(tmp_path, mp4[:at] + struct.pack(">HH", 65_000, 65_000) + mp4[at + 4 :])

    found = survey(path)

    assert all(
        one.width * one.height <= video_opening.MAX_PIXELS
        for one in (found.facts.container.streams if found.facts.container else ())
    )


def test_pictures_of_8192_pixels_are_not_decoded(tmp_path: Path) -> None:
    import numpy as np

    large = Film((np.full((8192 * 3 // 2, 8192), 128, dtype=np.uint8),), 12.5, event(1, 1.0).sound)
    data = coded(large, Coding(options={"preset": "ultrafast"}))

    found = survey(in_file(tmp_path, data))

    assert found.small.size == 0
    assert "8192 x 8192" in found.facts.problems[0]


def test_a_header_that_states_an_endless_duration_is_not_believed(tmp_path: Path, mp4: bytes) -> None:
    at = mp4.index(b"mvhd") + 4 + 4 + 8 + 4
    path = in_file(tmp_path, mp4[:at] + b"\xff\xff\xff\xff" + mp4[at + 4 :])

    found = survey(path)

    assert len(found.facts.coding.times) == 50
    assert found.facts.coding.times[-1] < SHORT


def test_a_video_that_takes_too_long_is_stopped(tmp_path: Path, mp4: bytes) -> None:
    found = survey(in_file(tmp_path, mp4), seconds=0)

    assert "the video was not decoded" in found.facts.problems[0]
    assert found.small.size == 0


def test_a_file_that_is_not_there_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        survey(tmp_path / "none.mp4")


def test_without_pyav_the_missing_part_is_named(
    tmp_path: Path, mp4: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_decoding, "find_spec", lambda _: None)

    with pytest.raises(MissingPart) as told:
        survey(in_file(tmp_path, mp4))

    assert "[video]" in told.value.next_step
