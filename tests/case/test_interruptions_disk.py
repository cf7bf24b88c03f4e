"""The disk fails at any change: the step says so in words, what was sealed is intact, and the step can be finished.

The errors are injected where the system would give them (``lab.disk_effects``); a disk that is really full or read-only
is in ``tests/custody/test_faults_disk.py``.
"""

from __future__ import annotations

import errno
import random
import shutil
from pathlib import Path

import pytest

from lab.interrupted import CASE, STEPS, People, Scene, refused, trace
from lab.pki import Lab
from lab.recovery import check_recovery, evidence

SEED = 20261124
SAMPLE = 1  # failures of each step in the plain run

FULL, BROKEN = errno.ENOSPC, errno.EIO


@pytest.fixture(params=list(STEPS))
def before(request: pytest.FixtureRequest, lab: Lab, tmp_path: Path) -> Scene:
    """The folder as it is before a step, which is the folder's name."""
    scene = Scene(tmp_path / request.param, People.of(lab))
    scene.folder.mkdir()
    STEPS[request.param][0](scene)
    return scene


def check_errors(before: Scene, lab: Lab, *, sampled: bool) -> None:
    step, sealed = before.folder.name, evidence(before.folder / CASE)
    effects = trace(before, step)
    points = [(number, code) for code in (FULL, BROKEN) for number in range(1, len(effects) + 1)]
    if sampled:
        points = random.Random(f"{SEED} {step}").sample(points, SAMPLE)
    for number, code in points:
        copied = Scene(before.folder.with_name(f"{step}-{number}-{code}"), before.people)
        shutil.copytree(before.folder, copied.folder)
        said = refused(copied, step, number, code)
        where = f"{step}, {errno.errorcode[code]} from change {number} of {len(effects)}"
        print(where, effects[number - 1], said)  # noqa: T201 - where it was, if what follows fails
        assert not said or (said["happened"] and said["safe"] and said["next_step"])
        if not (copied.folder / CASE).exists():
            assert step == "open"
            STEPS["open"][1](copied)
        check_recovery(copied, lab, sealed)
        shutil.rmtree(copied.folder)


def test_a_disk_that_fails_is_told_of_and_loses_nothing(before: Scene, lab: Lab) -> None:
    check_errors(before, lab, sampled=True)


@pytest.mark.slow
def test_a_disk_that_fails_at_each_change_is_told_of_and_loses_nothing(before: Scene, lab: Lab) -> None:
    check_errors(before, lab, sampled=False)
