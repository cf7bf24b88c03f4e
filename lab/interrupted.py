"""Steps of a case, each in a process of its own that is killed at a chosen change of the disk."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evidentia.case import Case
from evidentia.custody.identity import Custodian, Party
from evidentia.record.errors import EvidentiaError
from evidentia.record.finding import Outcome, Reading
from evidentia.record.item import Access, Program
from lab.disk_effects import Effect, die_at, fail_from, watch
from lab.power_loss import Disk, Names

if TYPE_CHECKING:
    from lab.pki import Lab

CASE = "kasus-07"
DEAD_AUTHORITY = "http://127.0.0.1:9/"  # the discard port: nothing listens there
KILLED = -9
REFUSED = 3
LETTER = b"Kepada Pejabat 07: pilih Paslon A!\n" * 40
_TRACE = "trace.json"
_PRELOADED = [  # so that each process begins with everything loaded
    "evidentia.case.case",
    "evidentia.case.handing_out",
    "evidentia.case.taking",
    "evidentia.capture.files",
    "evidentia.fingerprint",
    "evidentia.report.exhibit",
    "pyhanko.sign",
    "requests",
]

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(_PRELOADED)


@dataclass(frozen=True)
class People:
    """Who acts, in a form that another process can take."""

    identities: dict[str, tuple[str, str, str]]
    tsa: str

    @classmethod
    def of(cls, lab: Lab) -> People:
        people = {
            label: (str(who.p12), who.passphrase, str(who.certificate)) for label, who in lab.people.items()
        }
        return cls(people, lab.tsa_url)

    def custodian(self, label: str = "penyidik-a", tsa: str = "") -> Custodian:
        p12, passphrase, _ = self.identities[label]
        return Custodian.from_pkcs12(Path(p12), passphrase, tsa=tsa or self.tsa, who=label)

    def party(self, label: str) -> Party:
        return Party.from_certificate(Path(self.identities[label][2]), who=label)


@dataclass(frozen=True)
class Scene:
    """A folder with a case in it, a letter to be added, and room for bundles."""

    folder: Path
    people: People

    @property
    def letter(self) -> Path:
        return self.folder / "surat.txt"

    def case(self, who: str = "penyidik-a", tsa: str = "") -> Case:
        return Case.open(self.folder / CASE, self.people.custodian(who, tsa))


# What was there before.


def nothing(scene: Scene) -> None:
    scene.letter.write_bytes(LETTER)


def with_an_item(scene: Scene, tsa: str = "") -> None:
    nothing(scene)
    made = Case.create(scene.folder / CASE, title="Uji", custodian=scene.people.custodian(tsa=tsa))
    made.add(scene.letter, access=Access.FORWARDED, source="pelapor")


def without_timestamps(scene: Scene) -> None:
    with_an_item(scene, DEAD_AUTHORITY)


def exported_without_timestamps(scene: Scene) -> None:
    with_an_item(scene)
    scene.case(tsa=DEAD_AUTHORITY).export()


def disclosed(scene: Scene) -> None:
    with_an_item(scene)
    case = scene.case()
    case.add(scene.letter, access=Access.FORWARDED)
    case.disclose([1], reason="data pribadi")


def handed_over(scene: Scene) -> None:
    with_an_item(scene)
    scene.case().transfer(scene.people.party("pengawas-b"), reason="klarifikasi")


def half_added(scene: Scene) -> None:
    """One file was gathered and not described, one has its place and no event."""
    with_an_item(scene)
    total = len(trace(scene, "add"))
    for share in (0.25, 0.5):
        assert killed(scene, "add", int(total * share)) == KILLED


# What is done, and killed.


def open_(scene: Scene) -> None:
    Case.create(scene.folder / CASE, title="Uji", custodian=scene.people.custodian())


def add(scene: Scene) -> None:
    scene.case().add(scene.letter, access=Access.FORWARDED)


def match(scene: Scene) -> None:
    # A mock: what recognition reads does not matter here, and it would take seconds each time.
    from evidentia.case import taking

    taking.read_screenshot = lambda *_: Reading(  # type: ignore[attr-defined]
        outcome=Outcome.INCONCLUSIVE,
        post=None,
        version=None,
        differences=(),
        reason="uji",
        method=Program(name="uji", version="1"),
        error_rates=(),
    )
    scene.case().match(1)


def derive(scene: Scene) -> None:
    scene.case().derive(1, words=["Pejabat"], reason="data pribadi")


def note(scene: Scene) -> None:
    scene.case().note("Perangkat dikembalikan.")


def disclose(scene: Scene) -> None:
    scene.case().disclose([1], reason="data pribadi")


def transfer(scene: Scene) -> None:
    scene.case().transfer(scene.people.party("pengawas-b"), reason="klarifikasi")


def hand_over(scene: Scene) -> None:
    scene.case().transfer(scene.people.custodian("pengawas-b"), reason="klarifikasi")


def receive(scene: Scene) -> None:
    scene.case("pengawas-b").receive()


def export_folder(scene: Scene) -> None:
    scene.case().export()


def export_zip(scene: Scene) -> None:
    scene.case().export(scene.folder / "bundle.zip")


def export_withholding(scene: Scene) -> None:
    scene.case().export(scene.folder / "bundle.zip", withhold=[1])


def timestamp(scene: Scene) -> None:
    scene.case().timestamp()


def finish(scene: Scene) -> None:
    scene.case().finish()


def admit(scene: Scene) -> None:
    scene.case().admit(scene.people.custodian("pengawas-b"), reason="surat tugas")


def rekey(scene: Scene) -> None:
    scene.case().rekey("penyidik-a", scene.people.custodian("pengawas-b"), reason="kartu hilang")


def renew(scene: Scene) -> None:
    scene.case().renew(fetch=True, private_network=True)


STEPS: dict[str, tuple[Callable[[Scene], None], Callable[[Scene], None]]] = {
    "open": (nothing, open_),
    "add": (with_an_item, add),
    "match": (with_an_item, match),
    "derive": (with_an_item, derive),
    "note": (with_an_item, note),
    "disclose": (with_an_item, disclose),
    "transfer": (with_an_item, transfer),
    "hand over": (with_an_item, hand_over),
    "receive": (handed_over, receive),
    "export the folder": (with_an_item, export_folder),
    "export a zip": (with_an_item, export_zip),
    "export and withhold": (disclosed, export_withholding),
    "timestamp": (without_timestamps, timestamp),
    "timestamp after an export": (exported_without_timestamps, timestamp),
    "finish": (half_added, finish),
    "admit": (with_an_item, admit),
    "rekey": (with_an_item, rekey),
    "renew": (with_an_item, renew),
}
"""Every step by its name: what there is before it, and the step."""


def killed(scene: Scene, step: str, number: int, *, torn: bool = False) -> int:
    """Do a step in a process that is killed ahead of its ``number``-th change.

    Returns:
        ``KILLED``, or 0 where the step has fewer changes.
    """
    return _run(_dying, scene, step, number, torn)


def trace(scene: Scene, step: str) -> list[Effect]:
    """Every change that a step makes, in order. It is done on a copy."""
    copied = Scene(scene.folder.with_name(scene.folder.name + "-traced"), scene.people)
    shutil.copytree(scene.folder, copied.folder)
    assert _run(_traced, copied, step) == 0
    found = [Effect(*one) for one in json.loads(copied.folder.with_suffix(".json").read_bytes())]
    shutil.rmtree(copied.folder)
    return found


def lose_power(scene: Scene, step: str, into: Path, points: Collection[int]) -> None:
    """Do a step, and write what a power failure would leave ahead of some of its changes, counted from 1.

    The states are folders in ``into``: ``7-synced`` and ``7-all``; ``done-synced`` is that right after the step.
    """
    assert _run(_losing, scene, step, into, points) == 0


def refused(scene: Scene, step: str, number: int, code: int) -> dict[str, str]:
    """Do a step on a disk that fails with an error of the system's from its ``number``-th change on.

    Returns:
        What a person was told: ``happened``, ``safe`` and ``next_step``; nothing where the step was done all the same.
    """
    said = scene.folder.with_name(scene.folder.name + "-said.json")
    exit_code = _run(_failing, scene, step, number, code, said)
    assert exit_code in (0, REFUSED), f"{step} ended otherwise than with an error in words"
    return dict(json.loads(said.read_bytes())) if exit_code else {}


def _run(what: Callable[..., None], *arguments: object) -> int:
    process = _processes.Process(target=what, args=arguments)
    process.start()
    process.join(120)
    assert process.exitcode is not None, "the step hangs"
    return process.exitcode


def _dying(scene: Scene, step: str, number: int, torn: bool) -> None:
    die_at(scene.folder, number, torn=torn)
    STEPS[step][1](scene)


def _traced(scene: Scene, step: str) -> None:
    effects: list[Effect] = []
    watch(scene.folder, effects.append)
    STEPS[step][1](scene)
    scene.folder.with_suffix(".json").write_text(json.dumps(effects))
    os._exit(0)


def _losing(scene: Scene, step: str, into: Path, points: Collection[int]) -> None:
    disk = Disk(scene.folder)
    count = 0

    def before(effect: Effect) -> None:
        nonlocal count
        count += 1
        if count in points:
            for names in Names:
                disk.after_power_loss(into / f"{count}-{names.value}", names)
        disk.seen(effect)

    watch(scene.folder, before)
    STEPS[step][1](scene)
    disk.after_power_loss(into / "done-synced", Names.SYNCED)
    os._exit(0)


def _failing(scene: Scene, step: str, number: int, code: int, said: Path) -> None:
    fail_from(scene.folder, number, code)
    try:
        STEPS[step][1](scene)
    except EvidentiaError as error:
        words = {"happened": error.happened, "safe": error.safe, "next_step": error.next_step}
        said.write_text(json.dumps(words))
        os._exit(REFUSED)
    os._exit(0)
