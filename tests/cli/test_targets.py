"""A target that cannot be written is refused before anything is signed, sealed or counted."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from evidentia.case import Case
from evidentia.cli.app import run
from evidentia.custody.identity import Custodian
from evidentia.record.item import Access
from lab.pki import Lab

QUESTIONS = Path(__file__).parents[2] / "docs" / "referral-example.toml"


@pytest.fixture
def case(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    who = lab.people["penyidik-a"]
    opened = Case.create(
        tmp_path / "kasus-07",
        title="Uji",
        custodian=Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a"),
    )
    (tmp_path / "surat.txt").write_text("Kepada Pejabat 07")
    opened.add(tmp_path / "surat.txt", access=Access.FORWARDED)
    (tmp_path / "ada.pdf").write_bytes(b"milik orang lain")
    (tmp_path / "s.jsonl").write_text("")
    monkeypatch.chdir(tmp_path)
    for name, value in (("IDENTITY", who.p12), ("PASSPHRASE", who.passphrase), ("TSA", lab.tsa_url)):
        monkeypatch.setenv(f"EVIDENTIA_{name}", str(value))
    return opened.folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("report", "--case", "kasus-07", "--out", "ada.pdf"), "ada.pdf is already there"),
        (("report", "--case", "kasus-07", "--out", "tiada/l.pdf"), "there is no folder"),
        (("report", "--case", "kasus-07", "--unsigned", "--out", "tiada/l.pdf"), "there is no folder"),
        (("export", "--case", "kasus-07", "tiada/k.zip"), "there is no folder"),
        (
            ("exchange", "refer", str(QUESTIONS), "tiada/k.zip", "--case", "kasus-07", "--to", "A"),
            "no folder",
        ),
        (("exchange", "tables", "kasus-07", "--out", "tiada/t"), "there is no folder"),
        (("docket", "statistics", "s.jsonl", "--csv", "angka.csv", "--pdf", "ada.pdf"), "already there"),
    ],
)
def test_nothing_is_done_for_a_target_that_cannot_be_written(
    arguments: tuple[str, ...],
    said: str,
    case: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = sorted(path for path in case.rglob("*") if path.is_file())
    monkeypatch.setattr(sys, "argv", ["evidentia", *arguments])
    assert run() == 2
    told = capsys.readouterr().err
    assert said in " ".join(told.split())
    assert "Nothing was changed" in told
    assert sorted(path for path in case.rglob("*") if path.is_file()) == before
    assert not (case.parent / "angka.csv").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_refused(
    case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = case.parent / "terkunci"
    locked.mkdir(mode=0o500)
    monkeypatch.setattr(
        sys, "argv", ["evidentia", "report", "--case", str(case), "--out", str(locked / "l.pdf")]
    )
    assert run() == 2
    assert "you may not write" in capsys.readouterr().err
