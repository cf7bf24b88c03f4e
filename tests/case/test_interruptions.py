"""Killed at any change of the disk, a case opens, keeps what it had, says what is half done, and is finished."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evidentia.case import Case
from evidentia.custody import ledger as ledger_module
from evidentia.custody.identity import Custodian
from evidentia.record.errors import SigningError
from lab.disk_effects import Effect
from lab.interrupted import CASE, KILLED, LETTER, STEPS, People, Scene, killed, trace, with_an_item
from lab.pki import Lab
from lab.recovery import HALF_DONE, check_recovery, evidence

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261121
SAMPLE = 2  # deaths of each step in the plain run; the slow one tries every change


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


def test_nobody_finishes_with_a_key_of_his_own_what_another_began(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(tmp_path / "scene", people)
    scene.folder.mkdir()
    with_an_item(scene)
    # A mock, because a real key cannot be made to fail between two of its operations.
    with monkeypatch.context() as broken:
        broken.setattr(ledger_module, "sign_detached", fails)
        with pytest.raises(SigningError):
            scene.case().note("Catatan.")
    p12, passphrase, _ = people.identities["impostor"]
    namesake = Custodian.from_pkcs12(Path(p12), passphrase, tsa=people.tsa, who="penyidik-a")
    missing = ("custody/000003.sha256.penyidik-a.p7s",)
    impostor = Case.open(scene.folder / CASE, namesake)
    impostor.finish()
    assert impostor.unfinished.unsigned == missing
    scene.case().finish()
    assert scene.case().unfinished.is_empty


def fails(*_: object) -> bytes:
    raise SigningError("the token was pulled out")


def test_the_how_to_names_what_verify_may_say_of_a_folder_that_is_half_done() -> None:
    page = (ROOT / "docs" / "how-to" / "recover-after-an-interruption.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", page, re.MULTILINE)
    assert {code for row in rows for code in re.findall(r"[A-Z_]+", row)} == HALF_DONE
