"""What the import of another agency's bundle says of what is wrong in it: each fault once, with in how many files."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from evidentia.case import Case
from evidentia.cli.app import run
from evidentia.cli.speaking import Exit
from evidentia.custody.identity import Custodian
from lab.pki import Lab

EXAMPLE = Path(__file__).parents[2] / "docs" / "example"


def test_what_is_wrong_alike_in_many_files_is_one_line(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    who = lab.people["penyidik-a"]
    custodian = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    Case.create(tmp_path / "kasus-09", title="Uji", custodian=custodian)
    for name, value in (("IDENTITY", who.p12), ("PASSPHRASE", who.passphrase), ("TSA", lab.tsa_url)):
        monkeypatch.setenv(f"EVIDENTIA_{name}", str(value))
    anchors = ["--trust", str(EXAMPLE / "roots.pem")]  # none for the timestamp authority
    command = ["exchange", "import", str(EXAMPLE / "kasus-07.zip"), *anchors, "--source", "Bawaslu B"]
    monkeypatch.setattr(sys, "argv", ["evidentia", *command, "--case", str(tmp_path / "kasus-09")])

    assert run() == Exit.INDETERMINATE

    told = [line for line in capsys.readouterr().out.splitlines() if "TSA_NOT_TRUSTED" in line]
    assert len(told) == 1
    assert re.search(r"TSA_NOT_TRUSTED custody/000001\.\S+ and [0-9]+ more: found ", told[0])
