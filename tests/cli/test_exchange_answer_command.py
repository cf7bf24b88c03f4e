"""`evidentia exchange answer` as a person or a script meets it: what it says of signatures, and exit codes."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from evidentia.case import Case
from evidentia.cli import app as door
from evidentia.custody.identity import Custodian
from evidentia.custody.pdf_seal import seal_pdf
from evidentia.formats.event import parse_event
from evidentia.formats.head import printed_head
from lab.pdf_signers import sign_with_pyhanko
from lab.pki import Lab

pytestmark = pytest.mark.lab

DOCS = Path(__file__).resolve().parents[2] / "docs"
QUESTIONS = 'format = 1\n[[question]]\nkey = "Q1"\ntext = "Asli?"\n'


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """What was printed, its lines put together."""
        return " ".join(self.out.split())


class Place(NamedTuple):
    folder: Path
    head: str
    signed: bytes
    twice: bytes
    unsigned: bytes


@pytest.fixture(scope="module")
def place(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A case that was referred, and reports of an expert: unsigned, signed, signed by two."""
    folder = tmp_path_factory.mktemp("jawaban")
    who = lab.people["penyidik-a"]
    person = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = Case.create(folder / "kasus-07", title="Uji", custodian=person)
    (folder / "q.toml").write_text(QUESTIONS)
    (folder / "a.toml").write_text(QUESTIONS + 'open = "-"\n')
    case.refer(folder / "q.toml", to="Laboratorium A")
    with zipfile.ZipFile(DOCS / "example" / "kasus-07.zip") as bundle:
        event = parse_event(1, bundle.read("kasus-07/custody/000001.json"))
    unsigned = seal_pdf(event, b"")
    signed = sign_with_pyhanko(unsigned, lab.people["ahli"], tsa=lab.tsa_url)
    twice = sign_with_pyhanko(signed, lab.people["pengawas-b"], tsa=lab.tsa_url)
    return Place(folder, printed_head(case.head), signed, twice, unsigned)


@pytest.fixture
def answer(place: Place, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``answer(pdf, …)`` takes these bytes in as the report, with more options."""
    who = lab.people["penyidik-a"]
    for name, value in (
        ("IDENTITY", who.p12),
        ("PASSPHRASE", who.passphrase),
        ("TSA", lab.tsa_url),
        ("CASE", place.folder / "kasus-07"),
    ):
        monkeypatch.setenv(f"EVIDENTIA_{name}", str(value))
    monkeypatch.chdir(place.folder)

    def take(pdf: bytes, *more: str) -> Said:
        Path("r.pdf").write_bytes(pdf)
        asked = ("r.pdf", "a.toml", "--referral", "1", "--head", place.head, "--expert", "Ahli A", *more)
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["evidentia", "exchange", "answer", *asked])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = door.run()
        assert "Traceback" not in out.getvalue() + err.getvalue()
        return Said(code, out.getvalue(), err.getvalue())

    return take


@pytest.fixture
def anchors(lab: Lab) -> tuple[str, ...]:
    return ("--trust", str(lab.roots), "--tsa-trust", str(lab.tsa_roots))


def changed(pdf: bytes) -> bytes:
    at = pdf.index(b"stream\n") + 40
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def test_an_intact_report_with_anchors(answer: Any, place: Place, anchors: tuple[str, ...], lab: Lab) -> None:
    said = answer(place.signed, *anchors)
    assert said.code == 0
    assert "The PDF. 1 signature: intact" in said.words
    assert f"signed by CN={lab.people['ahli'].name},O={lab.people['ahli'].organisation},C=ID" in said.words
    assert "the signature is intact, covers the whole document; its certificate leads to one of" in said.words
    assert "timestamp 20" in said.words


def test_an_intact_report_without_anchors_is_never_called_valid(answer: Any, place: Place) -> None:
    said = answer(place.signed)
    assert said.code == 0
    assert said.words.count("not judged against anchors") == 2  # of the signer, and of the authority
    assert "valid" not in said.words.lower()
    assert "leads to" not in said.words


def test_a_broken_report_is_taken_in_and_ends_with_1(
    answer: Any, place: Place, anchors: tuple[str, ...], lab: Lab
) -> None:
    said = answer(changed(place.signed), *anchors, "--json")
    told = json.loads(said.out)
    assert said.code == 1
    assert told["answer"]["signatures"]["state"] == "broken"
    (kept,) = place.folder.glob(f"kasus-07/data/{told['item']:06d}/report.pdf")
    assert kept.read_bytes() == changed(place.signed)
    schema = json.loads((DOCS / "schemas" / "answered.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(told)) == []
    said = answer(changed(place.signed), *anchors)
    assert "the signature is BROKEN" in said.words
    assert f"names as signer CN={lab.people['ahli'].name}" in said.words


def test_of_two_signers_each_is_told(answer: Any, place: Place, lab: Lab) -> None:
    said = answer(place.twice)
    assert said.code == 0
    first, second = (said.words.index(lab.people[one].name) for one in ("ahli", "pengawas-b"))
    assert first < second
    assert "The PDF. 2 signatures: intact" in said.words


def test_an_unsigned_report_is_said_to_be_and_is_no_error(answer: Any, place: Place) -> None:
    said = answer(place.unsigned)
    assert said.code == 0
    assert "The PDF is unsigned." in said.words


def test_a_report_that_only_calls_itself_a_pdf_leaves_the_question_open(answer: Any) -> None:
    said = answer(b"%PDF-1.7\n" + b"<html>" * 99)
    assert said.code == 3
    assert "Its signatures: undetermined (it cannot be read as a PDF" in said.words


def test_a_signer_who_leads_to_no_anchor_leaves_the_question_open(
    answer: Any, place: Place, lab: Lab
) -> None:
    said = answer(place.signed, "--trust", str(lab.tsa_roots))
    assert said.code == 3
    assert "its certificate leads to none of your anchors" in said.words


def test_anchors_for_authorities_alone_judge_nobody(answer: Any, place: Place, lab: Lab) -> None:
    said = answer(place.signed, "--tsa-trust", str(lab.tsa_roots))
    assert said.code == 2
    assert "--tsa-trust alone" in said.err
