"""Copies of a video are found whatever container, size, bit rate and length they have; other events are not copies."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evidentia.fingerprint.audio_print import STEP, best_offset, bits_of, differing, print_of, words_of
from evidentia.fingerprint.digests import digest_bytes
from evidentia.fingerprint.video import fingerprint_video
from evidentia.fingerprint.video_copies import cluster_videos, same_recording
from evidentia.fingerprint.video_parts import MAX_PARTS, walk
from evidentia.fingerprint.video_types import VideoFingerprint
from lab.videos.coding import Coding, coded
from lab.videos.copies import AGAIN, CONTAINERS, ORIGINAL, QUALITIES, SIZES
from lab.videos.events import event
from lab.videos.voice import RATE as VOICE_RATE
from lab.videos.voice import voice

pytestmark = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed")

SMALL = (192, 108)
"""Width and height: the recording has 87 seconds, and has to be coded seventeen times."""


def light(coding: Coding) -> Coding:
    """The same with half the pictures, and sound that is quick to code."""
    rate = coding.sound_rate if coding.sound == "libopus" else 16_000
    return replace(coding, size=SMALL, fps=6.25 if coding.fps is None else coding.fps, sound_rate=rate)


def fingerprint(path: Path, data: bytes) -> VideoFingerprint:
    path.write_bytes(data)
    found, sha256, problems = fingerprint_video(path)
    assert problems == ()
    assert found is not None
    assert sha256 == digest_bytes(data).sha256
    return found


def test_fifteen_copies_of_one_recording_are_one_group_and_other_events_are_not_in_it(tmp_path: Path) -> None:
    recording = event(1)
    names = (*QUALITIES, "10 fps", "other metadata", "webm", "mkv", "mov", "avi")
    copies = {name: coded(recording, light((QUALITIES | CONTAINERS | SIZES)[name])) for name in names}
    copies["earliest"] = coded(recording, replace(ORIGINAL, size=SMALL))
    copies["renamed"] = copies["earliest"]
    copies["3gp"] = coded(recording, CONTAINERS["3gp"])
    copies["trimmed by 1 s"] = coded(recording.between(1.0, recording.seconds), light(AGAIN))
    others = {f"event {seed}": coded(event(seed), light(AGAIN)) for seed in (2, 3)}
    assert len(copies) == 1 + 15

    found = {
        name: fingerprint(tmp_path / name.replace(" ", "-"), data) for name, data in (copies | others).items()
    }
    (group,) = cluster_videos(found.items())
    beside = same_recording(found["trimmed by 1 s"], found["earliest"])

    assert set(group) == set(copies)
    assert beside is not None
    assert abs(beside.offset - 1.0) < 0.2


def test_a_video_states_what_it_is_made_of(tmp_path: Path) -> None:
    data = coded(
        event(1, 4.0), Coding(metadata={"title": "Kota Contoh"}, options={"g": "10", "preset": "ultrafast"})
    )

    found = fingerprint(tmp_path / "video.mp4", data)

    assert found.container.metadata["title"] == "Kota Contoh"
    assert [(one.kind, one.codec) for one in found.container.streams] == [("video", "h264"), ("audio", "aac")]
    assert (found.frames, found.gops.usual) == (50, 10)
    assert [round(one.at) for one in found.hashes] == [0, 1, 2, 3]
    assert found.sound is not None
    assert len(found.sound.bits) == 8 * len(found.sound.levels)
    assert {"ftyp", "mdat", "moov", "moov/trak/mdia/minf/stbl/stsz"} <= {part.path for part in found.parts}


def test_a_part_is_where_it_is_said_to_be_and_has_its_digest(tmp_path: Path) -> None:
    data = coded(event(1, 1.0), AGAIN)
    (tmp_path / "video.mp4").write_bytes(data)

    parts, problems = walk(tmp_path / "video.mp4")

    assert problems == ()
    for part in parts:
        own = data[part.offset : part.offset + part.length]
        assert own[4:8].decode() == part.path.split("/")[-1]
        assert digest_bytes(own).sha256 == part.sha256
    assert sum(part.length for part in parts if "/" not in part.path) == len(data)


@pytest.mark.parametrize("name", ["webm", "avi"])
def test_parts_of_other_containers_cover_the_file(tmp_path: Path, name: str) -> None:
    data = coded(event(1, 1.0), CONTAINERS[name])
    (tmp_path / name).write_bytes(data)

    parts, problems = walk(tmp_path / name)

    assert problems == ()
    assert sum(part.length for part in parts if "/" not in part.path) == len(data)
    assert len(parts) > 8


def test_a_container_that_departs_from_its_format_says_where(tmp_path: Path) -> None:
    short = coded(event(1, 1.0), AGAIN)[:-7]
    many = b"\x00\x00\x00\x0cftypisom" + b"\x00\x00\x00\x08free" * (MAX_PARTS + 5)
    for name, data, says in (("short", short, "does not fit"), ("many", many, "more than")):
        (tmp_path / name).write_bytes(data)

        parts, problems = walk(tmp_path / name)

        assert says in problems[0]
        assert len(parts) <= MAX_PARTS


def heard(samples: np.ndarray) -> np.ndarray:
    return samples[:: VOICE_RATE // 8000]


def test_a_sound_is_found_again_in_a_longer_one_with_noise_and_at_another_level() -> None:
    whole = heard(voice(1, 40.0))
    part = whole[8000 * 13 : 8000 * 25].astype(np.float64) * 0.4
    noisy = (part + np.random.default_rng(3).normal(0, 60, len(part))).astype(np.int16)

    offset, apart, overlap = best_offset(bits_of(noisy), bits_of(whole), least=250)

    assert abs(offset * STEP - 13.0) <= STEP
    assert apart < 0.25
    assert overlap == len(bits_of(noisy))


def test_other_words_are_another_sound() -> None:
    one, other = bits_of(heard(voice(1, 20.0))), bits_of(heard(voice(2, 20.0)))

    assert best_offset(one, other, least=250)[1] > 0.4
    assert abs(float(differing(one, other).mean()) - 0.5) < 0.05


def test_a_print_keeps_its_words() -> None:
    sound = heard(voice(1, 3.0))
    kept = print_of(sound)

    assert kept is not None
    assert (words_of(kept) == bits_of(sound)).all()
    assert print_of(sound[:100]) is None
