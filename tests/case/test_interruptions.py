"""Killed at any change of the disk, a case opens, keeps what it had, says what is half done, and is finished."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.record.verdict import Status
from lab.disk_effects import Effect
from lab.interrupted import CASE, KILLED, LETTER, STEPS, People, Scene, killed, trace
from lab.pki import Lab

SEED = 20261121
SAMPLE = 4  # deaths of each step in the plain run; the slow one tries every change

HALF_DONE = frozenset({
    "SEAL_MISSING", "SIGNATURE_MISSING", "ITEM_UNKNOWN", "DERIVED_MISSING", "DERIVED_DIFFERS",
    "WITHHELD_PRESENT",
})  # fmt: skip
"""What `evidentia verify` may call FAILED where `evidentia show` tells of interrupted steps; the how-to lists them."""


@pytest.fixture(scope="module")
def people(lab: Lab) -> People:
    return People.of(lab)


@pytest.fixture(scope="module", params=list(STEPS))
def before(request: pytest.FixtureRequest, people: People, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The folder as it is before a step, which is the folder's name."""
    folder = tmp_path_factory.mktemp("scene") / request.param
    folder.mkdir()
    scene = Scene(folder, people)
    STEPS[request.param][0](scene)
    return scene


def verdict(bundle: Path, lab: Lab) -> ev.Verdict:
    return ev.verify(bundle, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))


def failed(found: ev.Verdict) -> set[str]:
    return {fault.code for fault in found.faults if fault.status is Status.FAILED}


def evidence(folder: Path) -> dict[str, bytes]:
    """Every file of the case that is never written twice."""
    tops = [folder / name for name in ("data", "custody", "trust")]
    return {str(p.relative_to(folder)): p.read_bytes() for top in tops for p in top.rglob("*") if p.is_file()}


def gathered(folder: Path) -> list[bytes]:
    staging = folder / ".evidentia" / "staging"
    return [path.read_bytes() for path in staging.glob("*/**/*") if path.is_file()]


def check_recovery(scene: Scene, lab: Lab, sealed: dict[str, bytes]) -> None:
    """The case opens and holds what it held; what is half done is said, finished, and then verifies."""
    folder = scene.folder / CASE
    opened = Case.open(folder)
    there = evidence(folder)
    assert sealed.items() <= there.items(), "what was sealed is as it was"
    wrong = failed(verdict(folder, lab))
    assert wrong <= HALF_DONE
    assert not wrong or opened.unfinished.interrupted, f"{wrong}, and nothing is said to be open"

    captured = gathered(folder)
    case = finished(scene)
    assert case.unfinished.is_empty
    after = evidence(folder)
    assert there.items() <= after.items(), "nothing was written twice"
    assert set(captured) <= set(after.values()), "nothing that was captured is lost"
    assert not failed(verdict(folder, lab))
    case.export(scene.folder / "afterwards.zip")
    assert verdict(folder, lab).status is Status.PASSED
    assert verdict(scene.folder / "afterwards.zip", lab).status is Status.PASSED
    left = {path.name for path in (folder / ".evidentia").rglob("*") if path.is_file()}
    assert left == {"lock"}


def finished(scene: Scene) -> Case:
    """The case after everybody has done what `evidentia show` asks for."""
    case = scene.case(Case.open(scene.folder / CASE).holders[0])
    case.finish()
    while case.unfinished.unsigned:
        case = scene.case(case.unfinished.unsigned[0].rsplit(".", 2)[1])
        case.finish()
    if waits(case):
        case = scene.case("pengawas-b")
        case.receive()
    case = scene.case(case.holders[0])
    case.timestamp()
    return case


def waits(case: Case) -> bool:
    return case.events[-1].type is ev.EventType.TRANSFER


def deaths(scene: Scene, *, sampled: bool) -> Iterator[tuple[Scene, str]]:
    """Copies of a scene, each killed in its step at another change, with words that say where."""
    step = scene.folder.name
    effects = trace(scene, step)
    points = [(n, torn) for n in range(1, len(effects) + 1) for torn in {False, writing(effects[: n - 1])}]
    if sampled:
        points = random.Random(f"{SEED} {step}").sample(points, SAMPLE)
    for number, torn in points:
        copied = Scene(scene.folder.with_name(f"{step}-{number}-{torn}"), scene.people)
        shutil.copytree(scene.folder, copied.folder)
        assert killed(copied, step, number, torn=torn) == KILLED
        yield copied, f"{step}, change {number} of {len(effects)}, {effects[number - 1]}, {torn=}"
        shutil.rmtree(copied.folder)


def writing(effects: list[Effect]) -> bool:
    """Whether a file is open after these changes that has not been synced, so that half of it can be missing."""
    last = next((effect.path for effect in reversed(effects) if effect.kind == "create"), "")
    return bool(last) and Effect("sync", last) not in effects


def check_deaths(before: Scene, lab: Lab, *, sampled: bool) -> None:
    sealed = evidence(before.folder / CASE)
    for scene, where in deaths(before, sampled=sampled):
        print(where)  # noqa: T201 - where it was, if what follows fails
        assert (scene.folder / "surat.txt").read_bytes() == LETTER
        if not (scene.folder / CASE).exists():
            assert before.folder.name == "open", where
            STEPS["open"][1](scene)
        check_recovery(scene, lab, sealed)


def test_a_step_that_is_killed_loses_nothing_and_can_be_finished(before: Scene, lab: Lab) -> None:
    check_deaths(before, lab, sampled=True)


@pytest.mark.slow
def test_a_step_that_is_killed_at_each_change_loses_nothing_and_can_be_finished(
    before: Scene, lab: Lab
) -> None:
    check_deaths(before, lab, sampled=False)
