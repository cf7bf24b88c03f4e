"""An identity that vouches for itself is said to be not certified by everything that shows it, in both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

import evidentia as ev
from lab.pki import Lab

VERIFY_SH = Path(__file__).resolve().parents[2] / "verify.sh"
WORDS = "tidak tersertifikasi"


@pytest.fixture(scope="module")
def folder(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case by Warga 12, whom nobody certifies, and the anchors that believe in them all the same."""
    made = tmp_path_factory.mktemp("warga")
    ev.new_identity(made / "saya.p12", "rahasia", name="Warga 12")
    warga = ev.Custodian.from_pkcs12(made / "saya.p12", "rahasia", tsa=lab.tsa_url)
    case = ev.Case.create(made / "kasus-07", title="Uji", custodian=warga)
    case.export(made / "b.zip")
    (made / "roots.pem").write_bytes(warga.certificate.public_bytes(Encoding.PEM))
    return made


@pytest.fixture
def said(folder: Path, lab: Lab) -> Callable[..., str]:
    """What a command prints."""

    def call(*arguments: object) -> str:
        environment = os.environ | {
            "EVIDENTIA_PASSPHRASE": "rahasia",
            "EVIDENTIA_CASE": str(folder / "kasus-07"),
            "EVIDENTIA_IDENTITY": str(folder / "saya.p12"),
            "COLUMNS": "200",
        }
        command = [sys.executable, "-m", "evidentia", *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done.stderr
        return done.stdout

    return call


def test_where_it_is_made_and_shown(said: Callable[..., str], folder: Path, tmp_path: Path) -> None:
    assert WORDS in said("identity", "new", tmp_path / "lagi.p12", "--name", "Warga 13")
    made = json.loads(said("identity", "new", tmp_path / "lain.p12", "--name", "Warga 14", "--json"))
    assert made["certified"] is False
    assert WORDS in said("identity", "show", folder / "saya.p12")
    assert json.loads(said("identity", "show", folder / "saya.p12", "--json"))["self_issued"] is True


def test_where_a_case_is_shown(said: Callable[..., str]) -> None:
    assert said("show").count(WORDS) == 2  # open and export
    shown = json.loads(said("show", "--json"))
    assert shown["self_issued"] == [shown["events"][0]["actors"][0]["certificate"]]


def test_in_the_verdict(said: Callable[..., str], folder: Path, lab: Lab) -> None:
    given = ("verify", folder / "b.zip", "--trust", folder / "roots.pem", "--tsa-trust", lab.tsa_roots)
    told = said(*given)
    assert told.splitlines()[-1] == "PASSED"
    assert told.count(f"not certified; {WORDS}") == 3  # two signatures and the note
    verdict = json.loads(said(*given, "--json"))
    assert {one["certified"] for event in verdict["events"] for one in event["signatures"]} == {False}
    assert "NOT_CERTIFIED" in {note["code"] for note in verdict["notes"]}


def test_in_the_second_verifier(folder: Path, lab: Lab) -> None:
    command = [VERIFY_SH, folder / "kasus-07", folder / "roots.pem", lab.tsa_roots]
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    *events, status = done.stdout.splitlines()
    assert (len(events), status) == (2, "PASSED")
    assert all(line.endswith("warga-12 (not certified)") for line in events)


def test_in_the_exhibit(folder: Path) -> None:
    page = (folder / "kasus-07" / "index.html").read_text("utf-8")
    assert WORDS in page
    assert "not certified" in page


@pytest.mark.parametrize("language", ["id", "en"])
def test_in_the_report(
    said: Callable[..., str],
    tmp_path: Path,
    language: str,
    program: Callable[[str], Path],
    absent: Callable[[str], None],
) -> None:
    if find_spec("typst") is None:
        absent("typst is not installed")
    report = tmp_path / "laporan.pdf"
    said("report", "--lang", language, "--out", report)
    done = subprocess.run([program("pdftotext"), report, "-"], capture_output=True, text=True, check=True)
    assert WORDS in " ".join(done.stdout.split())


def test_nobody_who_is_certified_is_called_so(lab: Lab, tmp_path: Path) -> None:
    who = lab.people["penyidik-a"]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url)
    case = ev.Case.create(tmp_path / "kasus-08", title="Uji", custodian=custodian)
    case.export()
    assert WORDS not in (case.folder / "index.html").read_text("utf-8")
    command = [VERIFY_SH, case.folder, lab.roots, lab.tsa_roots]
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    assert "not certified" not in done.stdout
