"""The power fails: what was not synced is gone, and the case opens, keeps what it had, and can be finished.

The disk is a model (``lab.power_loss`` says of what); the steps, and the case that is looked at afterwards, are real.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from lab.interrupted import CASE, STEPS, People, Scene, lose_power, trace
from lab.pki import Lab
from lab.recovery import check_recovery, evidence

SEED = 20261122
SAMPLE = 1  # failures of each step in the plain run, with two states of the disk each


@pytest.fixture(params=list(STEPS))
def before(request: pytest.FixtureRequest, lab: Lab, tmp_path: Path) -> Scene:
    """The folder as it is before a step, which is the folder's name."""
    scene = Scene(tmp_path / request.param, People.of(lab))
    scene.folder.mkdir()
    STEPS[request.param][0](scene)
    return scene


def check_failures(before: Scene, lab: Lab, into: Path, *, sampled: bool) -> None:
    step, sealed = before.folder.name, evidence(before.folder / CASE)
    effects = trace(before, step)
    numbers = range(1, len(effects) + 1)
    points = random.Random(f"{SEED} {step}").sample(numbers, SAMPLE) if sampled else numbers
    into.mkdir()
    lose_power(before, step, into, points)
    after = into / "done-synced"
    assert evidence(after / CASE) == evidence(before.folder / CASE), (
        "what a step has returned from is on the disk"
    )
    for path in [*before.folder.glob("*.zip"), *(before.folder / CASE).glob("[!.]*.*")]:
        assert (after / path.relative_to(before.folder)).read_bytes() == path.read_bytes()
    for state in sorted(into.iterdir()):
        number = state.name.split("-")[0]
        if number != "done":
            print(f"{step}, {state.name} of {len(effects)}, {effects[int(number) - 1]}")  # noqa: T201
        scene = Scene(state, before.people)
        if not (state / CASE).exists():
            assert step == "open"
            STEPS["open"][1](scene)
        check_recovery(scene, lab, sealed)
        shutil.rmtree(state)


def test_a_power_failure_loses_nothing_that_was_sealed(before: Scene, lab: Lab, tmp_path: Path) -> None:
    check_failures(before, lab, tmp_path / "after", sampled=True)


@pytest.mark.slow
def test_a_power_failure_ahead_of_each_change_loses_nothing_that_was_sealed(
    before: Scene, lab: Lab, tmp_path: Path
) -> None:
    check_failures(before, lab, tmp_path / "after", sampled=False)
