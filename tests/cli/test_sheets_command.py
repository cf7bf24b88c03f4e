"""``exchange receipt`` and ``exchange evidence-list``: files, JSON, exit codes, refusals."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from evidentia.custody.identity import Custodian
from evidentia.custody.signature import pyhanko_signer
from evidentia.custody.signed_document import check_signed_document
from evidentia.report.pdf_signature import Statement, http_timestampers, sign_report
from lab.pki import Lab
from tests.program_runs import Done, Run, as_nobody, run_program

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "example"
ANCHORS = ("--trust", str(EXAMPLE / "roots.pem"), "--tsa-trust", str(EXAMPLE / "tsa-roots.pem"))
BUNDLE = str(EXAMPLE / "kasus-07.zip")
AT = ("--written-at", "2026-11-20T10:00:00+07:00")

pytest.importorskip("typst", reason="the extra [report] is not installed")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``evidentia exchange`` in an empty folder, as nobody: neither sheet needs an identity."""

    def call(*arguments: str) -> Done:
        return run_program("exchange", *arguments, folder=tmp_path, environment=as_nobody())

    return call


def problems(name: str, value: Any) -> list[str]:
    schema = json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_text("utf-8"))
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def test_a_receipt_is_written_judged_and_told(run: Run, tmp_path: Path) -> None:
    done = run("receipt", BUNDLE, "--out", "r.pdf", "--to", "Pengawas 02", *ANCHORS, "--json")
    told = done.json()
    assert done.code == 0, done
    assert problems("receipt-written", told) == []
    assert told["sha256"] == hashlib.sha256((tmp_path / "r.pdf").read_bytes()).hexdigest()
    assert told["receipt"]["bundle"]["sha256"] == hashlib.sha256(Path(BUNDLE).read_bytes()).hexdigest()
    assert told["receipt"]["seals"]["status"] == "PASSED"
    assert [one["name"] for one in told["receipt"]["receivers"]] == ["Pengawas 02"]


def test_a_receipt_without_anchors_says_that_nobody_judged(run: Run) -> None:
    done = run("receipt", BUNDLE, "--out", "r.pdf")
    assert done.code == 0
    assert "Not judged" in done.err
    assert "received by: left to be filled in" in done.out


def test_anchors_that_do_not_know_the_signers_end_with_exit_code_three(run: Run) -> None:
    roots = str(EXAMPLE / "tsa-roots.pem")
    done = run("receipt", BUNDLE, "--out", "r.pdf", "--trust", roots, "--tsa-trust", roots)
    assert done.code == 3
    assert "INDETERMINATE" in done.out


def test_a_list_is_written_and_told(run: Run, tmp_path: Path) -> None:
    example = str(ROOT / "docs" / "evidence-list-example.toml")
    done = run("evidence-list", BUNDLE, "--out", "b.pdf", "--form", example, "--marks", "P-1", "--json")
    told = done.json()
    assert done.code == 0, done
    assert problems("evidence-list-written", told) == []
    assert told["sha256"] == hashlib.sha256((tmp_path / "b.pdf").read_bytes()).hexdigest()
    assert [one["mark"] for one in told["list"]["evidence"]] == ["P-1"]
    assert "P-1  item 1" in run("evidence-list", BUNDLE, "--out", "c.pdf", "--marks", "P-1").out


@pytest.mark.parametrize("command", ["receipt", "evidence-list"])
@pytest.mark.parametrize("language", ["id", "en", "both"])
def test_the_same_time_gives_the_same_bytes(command: str, language: str, run: Run, tmp_path: Path) -> None:
    for name in ("1.pdf", "2.pdf"):
        assert run(command, BUNDLE, "--out", name, "--lang", language, *AT).code == 0
    assert (tmp_path / "1.pdf").read_bytes() == (tmp_path / "2.pdf").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("receipt", BUNDLE, "--out", "ada.pdf"), "already there"),
        (("evidence-list", BUNDLE, "--out", "ada.pdf"), "already there"),
        (("receipt", BUNDLE, "--out", "r.pdf", "--lang", "fr"), "not a language"),
        (("receipt", BUNDLE, "--out", "r.pdf", "--at", "kemarin"), "no time with its zone"),
        (("receipt", BUNDLE, "--out", "r.pdf", "--at", "2026-11-20T10:00:00"), "no time with its zone"),
        (("receipt", BUNDLE, "--out", "r.pdf", "--tsa-trust", ANCHORS[1]), "verifies nothing"),
        (("receipt", BUNDLE, "--out", "r.pdf", "--item", "1"), "is no case folder"),
        (("receipt", BUNDLE, "--out", "r.pdf", "--head", "x"), "head cannot be read"),
        (("receipt", BUNDLE, "--out", "r.pdf", "--how", "x" * 10_001), "more than 10000"),
        (("receipt", BUNDLE, "--out", "r.pdf", "--to", os.fsdecode(b"\xff")), "UTF-8"),
        (("receipt", "tidak-ada.zip", "--out", "r.pdf"), "is not there"),
        (("receipt", BUNDLE), "--out"),
        (("evidence-list", BUNDLE, "--out", "r.pdf", "--marks", "b"), "no first mark"),
        (("evidence-list", BUNDLE, "--out", "r.pdf", "--form", "tidak-ada.toml"), "cannot be read"),
        (("evidence-list", BUNDLE, "--out", "r.pdf", "--data", "tidak-ada"), "tidak-ada"),
    ],
)
def test_misuse_is_refused_with_a_next_step_and_writes_nothing(
    arguments: tuple[str, ...], said: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "ada.pdf").write_bytes(b"milik orang lain")
    done = run(*arguments, "--json")
    assert done.code == 2, done
    error = done.json()["error"]
    assert said in error["happened"]
    assert error["next_step"]
    assert [path.name for path in tmp_path.iterdir()] == ["ada.pdf"]
    assert (tmp_path / "ada.pdf").read_bytes() == b"milik orang lain"


@pytest.mark.parametrize("command", ["receipt", "evidence-list"])
def test_either_can_be_signed_in_the_pdf(command: str, run: Run, tmp_path: Path, lab: Lab) -> None:
    assert run(command, BUNDLE, "--out", "r.pdf").code == 0
    who = lab.people["penyidik-a"]
    person = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    sign_report(
        tmp_path / "r.pdf",
        tmp_path / "ttd.pdf",
        signer=pyhanko_signer(person),
        timestampers=http_timestampers(person.tsa),
        statement=Statement(name=person.name, reason="serah terima"),
    )
    unsigned, signed = (tmp_path / "r.pdf").read_bytes(), (tmp_path / "ttd.pdf").read_bytes()
    assert signed.startswith(unsigned)
    (found,) = check_signed_document(signed, unsigned)
    assert found.name == "Penyidik A"


def test_both_help_with_an_example(run: Run) -> None:
    helped = run("receipt", "--help").out + run("evidence-list", "--help").out
    assert helped.count("Example:") == 2
