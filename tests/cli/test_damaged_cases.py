"""Any one file of a case folder is missing or cut off: no command ends in a traceback, or goes on as if nothing were.

Commands run in this process, through the same door as the program's. What a command may do with a damaged case: refuse
and say what is wrong, or do what the damage does not touch. What it may not: add to a chain of which something is
missing, or hand out what is not what was sealed.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import evidentia as ev
from evidentia.cli.app import run
from evidentia.record.verdict import Status
from lab.pki import Lab

SEED = 20261123
SAMPLE = 1  # commands for each damage in the plain run; the slow one runs all

LETTER = b"Kepada Pejabat 07: pilih Paslon A!\n" * 40
CASE = "kasus-07"


class Said(NamedTuple):
    code: int
    out: str
    err: str


Evidentia = Callable[..., Said]


@pytest.fixture
def evidentia(lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Evidentia:
    """Run a command line as a person of the lab."""

    def call(*arguments: object, person: str = "penyidik-a") -> Said:
        who = lab.people[person]
        monkeypatch.setenv("EVIDENTIA_IDENTITY", str(who.p12))
        monkeypatch.setenv("EVIDENTIA_PASSPHRASE", who.passphrase)
        monkeypatch.setenv("EVIDENTIA_NEWCOMER_PASSPHRASE", lab.people["pengawas-b"].passphrase)
        monkeypatch.setenv("EVIDENTIA_TSA", lab.tsa_url)
        monkeypatch.setattr(sys, "argv", ["evidentia", *map(str, arguments)])
        capsys.readouterr()
        code = run()
        return Said(int(code), *capsys.readouterr())

    return call


@pytest.fixture(scope="module")
def whole(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a case in it: two items, one of them disclosed and one redacted from it, and an export."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "surat.txt").write_bytes(LETTER)
    who = lab.people["penyidik-a"]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = ev.Case.create(folder / CASE, title="Uji", custodian=custodian)
    case.add(folder / "surat.txt", access=ev.Access.FORWARDED)
    case.derive(1, words=["Pejabat"], reason="data pribadi")
    case.disclose([1], reason="data pribadi")
    case.export()
    return folder


def commands(folder: Path, lab: Lab) -> dict[str, tuple[object, ...]]:
    """Every command that opens a case, but for those that need a browser, a picture or somebody else's application."""
    at = ("--case", folder / CASE)
    newcomer = lab.people["pengawas-b"]
    return {
        "show": ("show", *at),
        "timeline": ("timeline", *at),
        "add": ("add", folder / "surat.txt", *at, "--access", "forwarded"),
        "derive": ("derive", 1, *at, "--word", "Paslon", "--reason", "data pribadi"),
        "note": ("note", "Catatan.", *at),
        "status": ("status", "diregistrasi", *at),
        "close": ("close", *at, "--reason", "selesai"),
        "disclose": ("disclose", 2, *at, "--reason", "data pribadi"),
        "transfer": ("transfer", *at, "--to", newcomer.certificate, "--reason", "klarifikasi"),
        "receive": ("receive", *at),
        "admit": ("admit", newcomer.p12, *at, "--reason", "surat tugas", "--newcomer-who", "pengawas-b"),
        "rekey": ("rekey", "penyidik-a", "--by", newcomer.p12, *at, "--reason", "kartu hilang"),
        "timestamp": ("timestamp", *at),
        "finish": ("finish", *at),
        "renew": ("renew", *at),
        "export": ("export", *at),
        "export a zip": ("export", folder / "b.zip", *at),
        "export and withhold": ("export", folder / "c.zip", *at, "--withhold", 1),
        "seal-pdf": ("seal-pdf", 1, folder / "seal.pdf", *at),
        "match": ("match", 1, *at),
        "report": ("report", *at, "--lang", "id"),
        "verify": (
            "verify",
            folder / CASE,
            "--trust",
            lab.roots,
            "--tsa-trust",
            lab.tsa_roots,
        ),
    }


SLOW = frozenset({"match", "report"})  # they load much, and take a second or more each

APPENDING = frozenset(
    ("add", "derive", "note", "status", "close", "disclose", "transfer", "admit", "rekey", "renew", "report")
)


def damages(whole: Path) -> Iterator[tuple[str, str]]:
    """Every file of the case, missing and cut off."""
    for path in sorted(whole.rglob("*")):
        if path.is_file() and path.name not in ("surat.txt", "lock"):
            for damage in ("missing", "cut off", "empty"):
                yield path.relative_to(whole).as_posix(), damage


def do_damage(path: Path, damage: str) -> None:
    path.chmod(0o644)
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] if damage == "cut off" else b"")


def is_of_chain(path: str) -> bool:
    """Whether the chain itself rests on a file: an event, a seal, and whatever a seal lists."""
    return "/custody/" in path or "/trust/" in path


def check(
    evidentia: Evidentia, whole: Path, lab: Lab, folder: Path, damage: tuple[str, str], name: str
) -> None:
    shutil.copytree(whole, folder)
    path, how = damage
    do_damage(folder / path, how)
    events = sorted(one.name for one in (folder / CASE / "custody").glob("*.json"))
    said = evidentia(*commands(folder, lab)[name])
    where = f"{name} with {path} {how}: {said}"
    assert said.code in (0, 1, 2, 3), where
    assert "defect of evidentia" not in said.err + said.out, where
    if said.code in (1, 2) and name != "verify":
        assert "Next:" in said.err, where
    after = sorted(one.name for one in (folder / CASE / "custody").glob("*.json"))
    healed = (folder / path).exists() and (folder / path).read_bytes() == (whole / path).read_bytes()
    if name in APPENDING and how == "missing" and is_of_chain(path) and not is_last(path) and not healed:
        assert after == events, f"the chain went on: {where}"
    for bundle in folder.glob("*.zip"):
        verdict = ev.verify(bundle, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
        assert verdict.status is not Status.FAILED, f"a bundle that fails was handed out: {where}"
    shutil.rmtree(folder)


def is_last(path: str) -> bool:
    """The last seal's own signature and token: no seal lists them yet."""
    return path.startswith(f"{CASE}/custody/000005.sha256.")


def test_no_command_goes_on_with_a_damaged_case_as_if_nothing_were(
    evidentia: Evidentia, whole: Path, lab: Lab, tmp_path: Path
) -> None:
    chance = random.Random(SEED)
    for damage in damages(whole):
        for name in chance.sample(sorted(commands(whole, lab).keys() - SLOW), SAMPLE):
            check(evidentia, whole, lab, tmp_path / "copy", damage, name)


@pytest.mark.slow
def test_no_command_at_all_goes_on_with_a_damaged_case_as_if_nothing_were(
    evidentia: Evidentia, whole: Path, lab: Lab, tmp_path: Path
) -> None:
    for damage in damages(whole):
        for name in commands(whole, lab):
            check(evidentia, whole, lab, tmp_path / "copy", damage, name)
