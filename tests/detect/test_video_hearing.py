"""Sound beside the reference's, without pictures: what can be compared, and where it is not the same."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from evidentia.detect.examining.video.align import Stretch
from evidentia.detect.examining.video.hearing import hear
from evidentia.record.sentences import english
from lab.videos.events import kind_of
from lab.videos.scene import Camera
from lab.videos.sounds import Sound, sound_of
from lab.videos.voice import RATE as VOICE_RATE

RATE = 8000
SECONDS = 16.0
WHOLE = (Stretch(0.0, SECONDS, 0.0, SECONDS, 1.0),)
HEARD = (Sound.SPEECH, Sound.MUSIC, Sound.SPEECH_OVER_MUSIC, Sound.CROWD)


def heard(kind: Sound, seed: int = 5001) -> Any:
    return sound_of(kind, seed, SECONDS)[:: VOICE_RATE // RATE]


def noisy(sound: Any) -> Any:
    """With what a poor coder adds."""
    added = np.random.default_rng(1).normal(0, 60, len(sound))
    return np.clip(sound * 0.7 + added, -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("kind", HEARD)
def test_the_same_sound_fits_with_and_without_pauses(kind: Sound) -> None:
    found = hear(noisy(heard(kind)), heard(kind), WHOLE)

    assert found.unfit == ()
    assert found.compared > SECONDS / 2


@pytest.mark.parametrize("kind", HEARD)
def test_another_sound_of_the_same_kind_fits_nowhere_for_long(kind: Sound) -> None:
    found = hear(heard(kind, 5002), heard(kind), WHOLE)

    assert sum(place.end - place.start for place in found.unfit) > SECONDS / 2


def test_a_muted_passage_of_a_crowd_is_missing() -> None:
    muted = heard(Sound.CROWD).copy()
    muted[5 * RATE : 8 * RATE] = 0

    (place,) = hear(muted, heard(Sound.CROWD), WHOLE).unfit

    assert abs(place.start - 5.0) <= 0.5
    assert abs(place.end - 8.0) <= 0.5
    assert "missing" in english(place.how)


def test_next_to_silence_cannot_be_compared() -> None:
    quiet = hear(heard(Sound.QUIET), heard(Sound.QUIET, 5002), WHOLE)
    hiss = [np.random.default_rng(seed).normal(0, 0.004 * 32768, len(heard(Sound.QUIET))) for seed in (1, 2)]
    hissed = hear(hiss[0].astype(np.int16), hiss[1].astype(np.int16), WHOLE)

    assert quiet.compared < 3
    assert (hissed.compared, hissed.unfit) == (0.0, ())


def test_of_twenty_events_each_way_of_filming_meets_each_sound_once() -> None:
    kinds = [kind_of(seed, SECONDS) for seed in range(1, 21)]

    assert {(kind.setting.camera, kind.sound) for kind in kinds} == set(product(Camera, Sound))
    assert {kind.setting.size for kind in kinds} == {(320, 180), (180, 320)}
