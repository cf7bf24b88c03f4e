"""A case referred to an expert, and the answer that is bound to what was referred."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from jsonschema import Draft202012Validator

import evidentia as ev
from evidentia.case import Case
from evidentia.custody.identity import Custodian
from evidentia.custody.pdf_seal import seal_pdf
from evidentia.formats.event import parse_event
from evidentia.formats.head import printed_head
from evidentia.record.custody import EventType, Head
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.exchange import ExpertAnswer
from evidentia.record.item import Access, Item, ItemKind, Role
from evidentia.record.pdf_signature import Anchored, PdfState
from evidentia.record.verdict import Status
from lab.pdf_signers import sign_with_pyhanko

if TYPE_CHECKING:
    from lab.pki import Lab

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
QUESTIONS = """format = 1

[[question]]
key = "Q1"
text = { id = "Apakah gambar ini disunting?", en = "Was this picture edited?" }
items = [1]
[[question.proposition]]
key = "H1"
text = "Gambar disunting."
[[question.proposition]]
key = "H2"
text = "Gambar tidak disunting."

[[question]]
key = "Q2"
text = "Siapa yang mengetik?"
"""
ANSWERS = (
    QUESTIONS.replace(
        "items = [1]\n",
        'items = [1]\nanswer = { degree = "inconclusive", reason = "Hanya salinan yang ada." }\n',
    )
    + 'open = "Bahan tidak dapat menjawabnya."\n'
)


@pytest.fixture
def asked(case: Case, letter: Path, tmp_path: Path) -> tuple[Case, Item, Head]:
    """A case with one letter that was referred with two questions; the referral; the head that went out."""
    case.add(letter, access=Access.FORWARDED)
    (tmp_path / "questions.toml").write_text(QUESTIONS)
    item = case.refer(tmp_path / "questions.toml", to="Laboratorium A", request="S-12/2026")
    head = case.export(tmp_path / "keluar.zip")
    (tmp_path / "report.pdf").write_bytes(PDF)
    (tmp_path / "answers.toml").write_text(ANSWERS)
    return case, item, head


@pytest.fixture
def signed(lab: Lab) -> bytes:
    """A small PDF that the lab's expert signed, with a timestamp."""
    with zipfile.ZipFile(SCHEMAS.parent / "example" / "kasus-07.zip") as bundle:
        event = parse_event(1, bundle.read("kasus-07/custody/000001.json"))
    return sign_with_pyhanko(seal_pdf(event, b""), lab.people["ahli"], tsa=lab.tsa_url)


def answered(
    case: Case, referral: Item, head: Head | str, folder: Path, trust: ev.Trust | None = None
) -> Item:
    return case.answer(
        folder / "report.pdf",
        folder / "answers.toml",
        referral=referral,
        head=head,
        expert="Ahli A",
        trust=trust,
    )


def problems(name: str, data: bytes) -> list[str]:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(data))]


def test_the_questions_are_a_signed_item_of_the_bundle_that_goes_out(
    asked: tuple[Case, Item, Head], tmp_path: Path, lab: Lab
) -> None:
    case, item, head = asked
    assert item.kind is ItemKind.REFERRAL
    assert item.about == (1,)
    event = next(event for event in case.events if item.item in {ref.item for ref in event.items})
    assert event.type is EventType.REPORT
    trust = ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    verdict = ev.verify(tmp_path / "keluar.zip", trust, head=head)
    assert verdict.status is Status.PASSED
    assert item.item in {one.item for one in verdict.items}
    referral = case.referral(item)
    assert [one.key for one in referral.questions] == ["Q1", "Q2"]
    assert referral.questions[0].text["en"] == "Was this picture edited?"
    path = case.path_of(item, Role.REFERRAL)
    assert path is not None
    assert problems("referral", path.read_bytes()) == []


@pytest.mark.parametrize("form", ["whole", "printed"])
def test_an_answer_is_bound_to_the_head_that_was_referred(
    form: str, asked: tuple[Case, Item, Head], tmp_path: Path, lab: Lab
) -> None:
    case, referral, head = asked
    case.note("sementara itu")  # the case goes on while the expert works
    item = answered(case, referral, head if form == "whole" else printed_head(head), tmp_path)
    assert item.kind is ItemKind.ANSWER
    assert item.about == (referral.item,)
    ((_, found),) = case.answers()
    assert found.head == head
    assert found.referral == referral.item
    assert not found.checked
    assert [(one.question, one.degree) for one in found.answers] == [("Q1", "inconclusive"), ("Q2", None)]
    assert found.answers[1].open == {"und": "Bahan tidak dapat menjawabnya."}
    assert (case.folder / "data" / f"{item.item:06d}" / "report.pdf").read_bytes() == PDF
    assert found.signatures is not None
    assert found.signatures.state is PdfState.UNDETERMINED  # it has no pages
    assert item.problems == found.signatures.problems
    path = case.path_of(item, Role.ANSWER)
    assert path is not None
    assert problems("answer", path.read_bytes()) == []
    case.export()
    trust = ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    assert ev.verify(case.folder, trust).status is Status.PASSED


def test_how_the_reports_signature_stands_is_recorded_with_the_anchors(
    asked: tuple[Case, Item, Head], signed: bytes, tmp_path: Path, lab: Lab
) -> None:
    case, referral, head = asked
    (tmp_path / "report.pdf").write_bytes(signed)
    trust = ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    item = answered(case, referral, head, tmp_path, trust)
    ((_, found),) = case.answers()
    assert found.signatures is not None
    assert found.signatures.state is PdfState.INTACT
    assert [one.anchored for one in found.signatures.signatures] == [Anchored.YES]
    assert item.problems == ()
    path = case.path_of(item, Role.ANSWER)
    assert path is not None
    assert problems("answer", path.read_bytes()) == []


def test_a_broken_report_is_taken_in_as_it_came_and_marked(
    asked: tuple[Case, Item, Head], signed: bytes, tmp_path: Path, lab: Lab
) -> None:
    case, referral, head = asked
    at = signed.index(b"stream\n") + 40
    broken = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    (tmp_path / "report.pdf").write_bytes(broken)
    item = answered(case, referral, head, tmp_path)
    ((_, found),) = case.answers()
    assert found.signatures is not None
    assert found.signatures.state is PdfState.BROKEN
    assert "is broken" in item.problems[0]
    kept = case.path_of(item, Role.ORIGINAL)
    assert kept is not None
    assert kept.read_bytes() == broken
    assert found.report_sha256 == hashlib.sha256(broken).hexdigest()
    path = case.path_of(item, Role.ANSWER)
    assert path is not None
    assert problems("answer", path.read_bytes()) == []
    case.export()
    trust = ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    assert ev.verify(case.folder, trust).status is Status.PASSED  # the case is whole; what came was not


def test_an_answer_that_an_earlier_version_took_in_is_still_read(
    asked: tuple[Case, Item, Head], tmp_path: Path
) -> None:
    case, referral, head = asked
    item = answered(case, referral, head, tmp_path)
    path = case.path_of(item, Role.ANSWER)
    assert path is not None
    stored = json.loads(path.read_bytes())
    del stored["signatures"]
    found = msgspec.json.decode(json.dumps(stored), type=ExpertAnswer)
    assert (found.signatures, found.report_sha256) == (None, stored["report_sha256"])
    assert problems("answer", json.dumps(stored).encode()) == []


def test_an_answer_about_another_case_is_refused(
    asked: tuple[Case, Item, Head], tmp_path: Path, person: Callable[..., Custodian]
) -> None:
    case, referral, _ = asked
    (tmp_path / "lain").mkdir()
    other = Case.create(tmp_path / "lain" / "kasus-07", title="Lain", custodian=person("penyidik-a"))
    other.note("satu")
    other.note("dua")
    before = len(case.events)
    with pytest.raises(CustodyError, match="no state of this case"):
        answered(case, referral, other.head, tmp_path)
    assert len(case.events) == before
    assert case.unfinished.is_empty


def test_an_answer_about_the_case_before_the_questions_is_refused(
    asked: tuple[Case, Item, Head], tmp_path: Path
) -> None:
    case, referral, _ = asked
    early = case._ledger.head(2)  # as somebody would have noted it then
    with pytest.raises(CustodyError, match="before item 2, the questions"):
        answered(case, referral, early, tmp_path)


def test_a_head_of_a_time_to_come_is_refused(asked: tuple[Case, Item, Head], tmp_path: Path) -> None:
    case, referral, head = asked
    late = Head(case=head.case, events=999_999, seal=head.seal, signatures=())
    with pytest.raises(CustodyError, match="no state of this case"):
        answered(case, referral, late, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Was this picture edited?", "Was this picture forged?", "not those that were put"),
        ('key = "Q2"', 'key = "Q3"', "does not answer the questions"),
        ('open = "Bahan tidak dapat menjawabnya."\n', "", "needs either an answer or"),
        ("format = 1", "format = 2", "cannot be read"),
        ("format = 1", "format = ", "cannot be read"),
        ("items = [1]", "items = [99]", "Item 99 is not in this case"),
        ("items = [1]", "items = [-1]", "cannot be read"),
    ],
)
def test_an_answer_to_something_else_is_refused_and_leaves_nothing(
    old: str, new: str, said: str, asked: tuple[Case, Item, Head], tmp_path: Path
) -> None:
    case, referral, head = asked
    assert old in ANSWERS
    (tmp_path / "answers.toml").write_text(ANSWERS.replace(old, new))
    before = len(case.events)
    with pytest.raises(UsageError, match=said):
        answered(case, referral, head, tmp_path)
    assert len(case.events) == before
    assert case.unfinished.is_empty


def test_a_report_that_is_no_pdf_is_refused(asked: tuple[Case, Item, Head], tmp_path: Path) -> None:
    case, referral, head = asked
    (tmp_path / "report.pdf").write_bytes(b"<html>")
    with pytest.raises(UsageError, match="is no PDF"):
        answered(case, referral, head, tmp_path)
    assert case.unfinished.is_empty


def test_an_item_that_is_no_referral_cannot_be_answered(
    asked: tuple[Case, Item, Head], tmp_path: Path
) -> None:
    case, _, head = asked
    with pytest.raises(UsageError, match="holds no questions"):
        case.answer(tmp_path / "report.pdf", tmp_path / "answers.toml", referral=1, head=head, expert="A")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ANSWERS, "answers Q1"),
        (QUESTIONS.replace('"Q2"', '"Q1"'), "two questions have one key"),
        (QUESTIONS.replace("items = [1]", "items = [7]"), "Item 7 is not in this case"),
        ("format = 1\n", "missing required field"),
        ("[" * 5000, "cannot be read"),
        ("#" * (1 << 20) + "#", "larger than"),
        ("\udcff", "cannot be read"),
    ],
)
def test_what_are_no_questions_is_refused_and_leaves_nothing(
    text: str, said: str, case: Case, letter: Path, tmp_path: Path
) -> None:
    case.add(letter, access=Access.FORWARDED)
    (tmp_path / "q.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=said):
        case.refer(tmp_path / "q.toml", to="Laboratorium A")
    assert len(case.items()) == 1
    assert case.unfinished.is_empty


def test_questions_about_a_withheld_item_are_called_out(asked: tuple[Case, Item, Head]) -> None:
    case, referral, _ = asked
    assert referral.item in case.telling_of([1])
