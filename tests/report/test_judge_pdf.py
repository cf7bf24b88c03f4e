"""Signed PDFs from elsewhere as they are judged: two programs sign, and whatever else calls itself a PDF is answered.

What is asked of many places in a file is asked in this process; the limited one that works in earnest gives the rest.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evidentia.custody.pdf_seal import seal_pdf
from evidentia.formats.event import parse_event
from evidentia.record.pdf_signature import Anchored, Holds, JudgedPdf, PdfSignature, PdfState
from evidentia.report.judge_pdf import SECONDS, judge_pdf
from evidentia.report.judging_pdf import judged_pdf
from evidentia.report.material import Language
from evidentia.report.sheet import Sheet, SheetPart, sheet_pdf
from evidentia.verify import Trust
from evidentia.verify.cms import parse_signed_data
from lab.pdf_signers import ADOBE, sign_with_openssl, sign_with_pyhanko
from lab.pki import Lab
from tests.fuzz.signed_pdf_inputs import CATALOG, FIELD, PAGES, TABLE_THAT_ASSERTS, objects
from tests.report.pdf_changes import another_page_size, changed, digit_changed, empty_form, updated

pytest.importorskip("typst", reason="the extra [report] is not installed")

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example" / "kasus-07.zip"


@pytest.fixture(scope="module")
def report() -> bytes:
    """A PDF of an expert, unsigned."""
    part = SheetPart(language=Language.ENGLISH, title="Report", sections=())
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return sheet_pdf(Sheet(parts=(part,), footer="", attachment="a.json", attached=None, at=at), "A report")


@pytest.fixture(scope="module")
def plain() -> bytes:
    """A PDF of one table of objects: the lab's signer with openssl reads no others."""
    with zipfile.ZipFile(EXAMPLE) as bundle:
        event = parse_event(1, bundle.read("kasus-07/custody/000001.json"))
    return seal_pdf(event, b"")


@pytest.fixture(scope="module")
def signed(report: bytes, lab: Lab) -> bytes:
    return sign_with_pyhanko(report, lab.people["ahli"], tsa=lab.tsa_url)


@pytest.fixture(scope="module")
def trust(lab: Lab) -> Trust:
    return Trust.from_pem(str(lab.roots), str(lab.tsa_roots))


@pytest.fixture
def judged(tmp_path: Path) -> Callable[[bytes, Trust | None], JudgedPdf]:
    """Judge bytes in the limited process."""

    def judge(pdf: bytes, trust: Trust | None) -> JudgedPdf:
        (tmp_path / "r.pdf").write_bytes(pdf)
        return judged_pdf(tmp_path / "r.pdf", trust)

    return judge


OID_SIGNED_ATTRIBUTES = b"06092A864886F70D010903"
"""The first of the signed attributes, content-type, in hex: behind the certificates, and covered by the signature."""

Judge = Callable[[bytes, Trust | None], JudgedPdf]


def only(found: JudgedPdf) -> PdfSignature:
    (one,) = found.signatures
    return one


def in_a_stream(pdf: bytes) -> int:
    """A place where the document can still be parsed, so that the signature alone must speak."""
    return pdf.index(b"stream\n") + 40


def _length(digits: bytes) -> int:
    """How many bytes the signature has, without the zeros that fill the room kept for it."""
    return 4 + int(digits[4:8], 16)


def in_the_token(pdf: bytes) -> int:
    """A digit of the timestamp's own signature, which ends the signature's unsigned attributes."""
    (gap,) = re.finditer(rb"/Contents <([0-9a-fA-F]+?)(?:00)*>", pdf)
    return gap.end(1) - 8


def test_an_intact_signature_leads_to_the_callers_anchors(
    signed: bytes, trust: Trust, lab: Lab, judged: Judge
) -> None:
    found = judged(signed, trust)
    assert (found.state, found.reason, found.problems) == (PdfState.INTACT, "", ())
    one = only(found)
    expert = lab.people["ahli"]
    assert (one.intact, one.whole, one.anchored) == (Holds.YES, Holds.YES, Anchored.YES)
    assert (one.name, one.organisation) == (expert.name, expert.organisation)
    assert f"CN={expert.name}" in one.subject
    assert one.stamp is not None
    assert one.stamp.time is not None
    assert abs(one.stamp.time - datetime.now(UTC)) < timedelta(hours=1)
    assert (one.stamp.holds, one.stamp.anchored) == (Holds.YES, Anchored.YES)
    assert (len(found.signers), len(found.authorities)) == (1, 1)


def test_without_anchors_nobody_is_said_to_be_trusted(signed: bytes, judged: Judge) -> None:
    found = judged(signed, None)
    one = only(found)
    assert (found.state, one.intact, one.whole) == (PdfState.INTACT, Holds.YES, Holds.YES)
    assert one.stamp is not None
    assert {one.anchored, one.stamp.anchored} == {Anchored.NOT_JUDGED}
    assert (found.signers, found.authorities) == ((), ())


def test_anchors_of_somebody_else_vouch_for_nobody(signed: bytes, lab: Lab) -> None:
    swapped = Trust.from_pem(str(lab.tsa_roots), str(lab.roots))
    found = judge_pdf(signed, swapped)
    one = only(found)
    assert one.stamp is not None
    assert (found.state, one.intact) == (PdfState.INTACT, Holds.YES)
    assert (one.anchored, one.stamp.anchored) == (Anchored.NO, Anchored.NO)
    assert len(found.problems) == 2


def test_an_impostors_timestamp_proves_no_time(report: bytes, lab: Lab, trust: Trust) -> None:
    stamped = sign_with_pyhanko(report, lab.people["ahli"], tsa=lab.tsa_url_of("impostor-tsa"))
    one = only(judge_pdf(stamped, trust))
    assert one.stamp is not None
    assert (one.stamp.holds, one.stamp.anchored, one.anchored) == (Holds.YES, Anchored.NO, Anchored.YES)


def test_a_signature_without_a_timestamp_says_only_what_its_signer_claims(report: bytes, lab: Lab) -> None:
    found = judge_pdf(sign_with_pyhanko(report, lab.people["ahli"]), None)
    one = only(found)
    assert (found.state, one.stamp) == (PdfState.INTACT, None)
    assert one.claimed_at is not None
    assert found.problems == (f"the signature of {lab.people['ahli'].name} has no timestamp",)


def test_a_changed_byte_breaks_it_and_the_signer_is_still_named(
    signed: bytes, trust: Trust, lab: Lab, judged: Judge
) -> None:
    found = judged(changed(signed, in_a_stream(signed)), trust)
    one = only(found)
    assert (found.state, one.intact, one.name) == (PdfState.BROKEN, Holds.NO, lab.people["ahli"].name)
    assert one.anchored is Anchored.NOT_JUDGED
    assert "is broken" in found.problems[0]


def test_no_changed_byte_leaves_it_intact_but_in_what_a_signature_merely_carries(
    signed: bytes, trust: Trust
) -> None:
    gap = re.search(rb"/Contents <([0-9a-fA-F]+)>", signed)
    assert gap is not None
    digits = gap[1].upper()
    (issuing, *more) = (
        digits.index(der.hex().upper().encode()) + gap.start(1)
        for der in parse_signed_data(bytes.fromhex(digits.decode()[: 2 * _length(digits)])).certificates
    )
    carried = range(min(issuing, *more), digits.index(OID_SIGNED_ATTRIBUTES) + gap.start(1))
    filled = range(gap.start(1) + len(digits.rstrip(b"0")), gap.end(1))
    places = [at for at in range(7, len(signed), len(signed) // 60) if at not in filled]
    found = {at: judge_pdf(changed(signed, at), trust).state for at in places}
    assert PdfState.BROKEN in found.values()
    assert PdfState.UNSIGNED not in found.values()
    assert {at for at, state in found.items() if state is PdfState.INTACT} <= set(carried)


def test_a_changed_timestamp_is_found_out(signed: bytes, trust: Trust) -> None:
    found = judge_pdf(digit_changed(signed, in_the_token(signed)), trust)
    one = only(found)
    assert one.stamp is not None
    assert (one.intact, one.stamp.holds, one.stamp.time) == (Holds.YES, Holds.NO, None)
    assert found.state is PdfState.BROKEN


def test_an_unsigned_pdf_is_said_to_be(report: bytes, trust: Trust, judged: Judge) -> None:
    found = judged(report, trust)
    assert (found.state, found.signatures, found.problems) == (PdfState.UNSIGNED, (), ())


def test_two_signers_are_told_one_by_one(signed: bytes, trust: Trust, lab: Lab, judged: Judge) -> None:
    twice = sign_with_pyhanko(signed, lab.people["pengawas-b"], tsa=lab.tsa2_url)
    found = judged(twice, trust)
    assert [one.name for one in found.signatures] == [
        lab.people["ahli"].name,
        lab.people["pengawas-b"].name,
    ]
    assert (found.state, found.problems) == (PdfState.INTACT, ())
    broken = judge_pdf(changed(twice, in_a_stream(twice)), trust)
    assert [one.intact for one in broken.signatures] == [Holds.NO, Holds.NO]
    later = judge_pdf(changed(twice, twice.rindex(b"/Location") + 12), trust)
    assert [one.intact for one in later.signatures] == [Holds.YES, Holds.NO]


def test_what_another_program_signed_is_read_too(
    plain: bytes, trust: Trust, lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    program("openssl")
    one = only(judge_pdf(sign_with_openssl(plain, lab.people["ahli"], lab, tmp_path), trust))
    assert (one.intact, one.whole, one.anchored) == (Holds.YES, Holds.YES, Anchored.YES)


def test_a_page_that_was_changed_afterwards_is_found_out(signed: bytes, trust: Trust) -> None:
    found = judge_pdf(updated(signed, another_page_size), trust)
    one = only(found)
    assert (found.state, one.intact, one.whole) == (PdfState.BROKEN, Holds.YES, Holds.NO)
    assert "something was added" in one.reason


def test_a_signature_that_a_later_step_took_away_is_not_called_unsigned(signed: bytes, trust: Trust) -> None:
    found = judge_pdf(updated(signed, empty_form), trust)
    assert (found.state, found.signatures) == (PdfState.UNDETERMINED, ())
    assert "a signature that is none of its document any more" in found.reason


def test_what_stands_behind_the_end_is_found_out(signed: bytes, trust: Trust) -> None:
    found = judge_pdf(signed + b"\n% more", trust)
    assert only(found).whole is Holds.NO
    assert found.state is PdfState.BROKEN


def test_another_form_than_pades_is_left_open_unless_its_bytes_are_others(
    report: bytes, trust: Trust, lab: Lab
) -> None:
    signed = sign_with_pyhanko(report, lab.people["ahli"], form=ADOBE)
    found = judge_pdf(signed, trust)
    assert (found.state, only(found).intact) == (PdfState.UNDETERMINED, Holds.UNDETERMINED)
    assert only(found).form == "/adbe.pkcs7.detached"
    assert only(found).name == lab.people["ahli"].name
    assert not any("timestamp" in problem for problem in found.problems)  # none was looked for
    assert judge_pdf(changed(signed, in_a_stream(signed)), trust).state is PdfState.BROKEN


def test_a_date_that_is_none_takes_nothing_from_a_signature_that_holds(
    plain: bytes, trust: Trust, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyhanko.pdf_utils import generic
    from pyhanko.sign.signers import pdf_byterange

    monkeypatch.setattr(pdf_byterange, "pdf_date", lambda _: generic.TextStringObject("yesterday"))
    found = judge_pdf(sign_with_pyhanko(plain, lab.people["ahli"]), trust)
    one = only(found)
    assert (found.state, one.intact, one.anchored) == (PdfState.INTACT, Holds.YES, Anchored.YES)
    assert one.claimed_at is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"/SubFilter /adbe.pkcs7.sha1", "the form /adbe.pkcs7.sha1"),
        (b"/SubFilter /X.Y", "the form /X.Y"),
        (b"/Reason (x)", "no stated form"),
    ],
)
def test_a_signature_of_an_unknown_form_is_not_passed_over_beside_a_good_one(
    said: bytes,
    told: str,
    plain: bytes,
    trust: Trust,
    lab: Lab,
    tmp_path: Path,
    program: Callable[[str], Path],
) -> None:
    program("openssl")
    first = sign_with_openssl(plain, lab.people["ahli"], lab, tmp_path, said=said)
    found = judge_pdf(sign_with_pyhanko(first, lab.people["pengawas-b"]), trust)
    assert [one.intact for one in found.signatures] == [Holds.UNDETERMINED, Holds.YES]
    assert found.state is PdfState.UNDETERMINED
    assert found.signatures[0].reason == f"it is of {told}, not PAdES: judged no further"


def test_a_signature_that_cannot_be_read_takes_none_of_the_others_away(
    signed: bytes, trust: Trust, lab: Lab
) -> None:
    twice = sign_with_pyhanko(signed, lab.people["pengawas-b"])
    gap = re.search(rb"/Contents <3082", signed)
    assert gap is not None
    found = judge_pdf(changed(twice, gap.end() - 4), trust)  # no ContentInfo begins so
    assert [(one.name, one.intact) for one in found.signatures] == [
        (lab.people["pengawas-b"].name, Holds.NO),  # it covers the other's bytes
        ("", Holds.NO),
    ]
    assert found.signatures[1].reason.startswith("it cannot be read (")
    assert found.state is PdfState.BROKEN


def test_a_signature_taken_out_before_another_was_made_is_told(signed: bytes, trust: Trust, lab: Lab) -> None:
    without = updated(signed, empty_form)
    found = judge_pdf(sign_with_pyhanko(without, lab.people["pengawas-b"]), trust)
    assert (only(found).intact, only(found).whole) == (Holds.YES, Holds.YES)
    assert found.state is PdfState.UNDETERMINED
    assert "a signature that is none of its document any more" in found.problems[0]


@pytest.mark.parametrize("password", ["", "geheim"])
def test_an_encrypted_pdf_is_not_called_broken(password: str, plain: bytes, trust: Trust, lab: Lab) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(plain)))
    writer.encrypt(owner_pass="x", user_pass=password)
    out = io.BytesIO()
    writer.write(out)
    found = judge_pdf(out.getvalue(), trust)
    assert (found.state, found.reason) == (PdfState.UNDETERMINED, "it is encrypted, and was not opened")


def test_a_reader_that_gives_up_says_nothing_of_the_signatures(trust: Trust) -> None:
    chained = {n: b"<< /FT /Sig /T (a) /Kids [%d 0 R] >>" % (n + 1) for n in range(3, 3003)}
    found = judge_pdf(objects({1: CATALOG, 2: PAGES, **chained, 3003: FIELD}), trust)
    assert (found.state, found.signatures) == (PdfState.UNDETERMINED, ())
    assert "RecursionError" in found.reason


@pytest.mark.slow
def test_a_pdf_that_takes_too_much_time_or_memory_ends_in_a_finding(trust: Trust, judged: Judge) -> None:
    rows = b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /Length 0 /Size 999999999 /W [0 0 0] /Root 2 0 R >>\nstream\n"
    found = judged(rows + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n", trust)
    assert (found.state, found.reason) == (PdfState.UNDETERMINED, "it cannot be judged (MemoryError)")
    catalog = b"<< /Type /Catalog /Pages 2 0 R /X 1." + b"1" * 12_000_000 + b" >>"
    found = judged(objects({1: catalog, 2: PAGES}), trust)
    assert found.state is PdfState.UNDETERMINED
    assert found.reason == f"reading it was stopped after {SECONDS} seconds of processor time"


NO_PDF = {
    "empty": b"",
    "a header alone": b"%PDF-1.7\n",
    "a web page": b"%PDF-1.7\n<html>" * 99,
    "deep": b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"endobj\nstartxref\n9\n%%EOF\n",
    "a table whose rows are longer than it": TABLE_THAT_ASSERTS,
    "a table that points at itself": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Root 1 0 R/Prev 9>>\n"
    b"startxref\n9\n%%EOF\n",
}


@pytest.mark.parametrize("what", NO_PDF)
def test_what_only_calls_itself_a_pdf_ends_in_a_finding(what: str, trust: Trust, judged: Judge) -> None:
    found = judged(NO_PDF[what], trust)
    assert (found.state, found.signatures) == (PdfState.UNDETERMINED, ())
    assert found.reason.startswith("it cannot be read as a PDF")
    assert found.problems


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_signed_pdf_is_neither_unsigned_nor_intact(share: float, signed: bytes, trust: Trust) -> None:
    found = judge_pdf(signed[: int(len(signed) * share)], trust)
    assert found.state in (PdfState.UNDETERMINED, PdfState.BROKEN)


def test_a_reader_that_takes_too_long_is_stopped_and_it_is_said(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "r.pdf").write_bytes(signed)
    found = judged_pdf(tmp_path / "r.pdf", None, seconds=0.0)
    assert (found.state, found.reason) == (PdfState.UNDETERMINED, "reading it was stopped after 0 seconds")


def test_a_reader_that_ends_by_itself_is_told(tmp_path: Path) -> None:
    found = judged_pdf(tmp_path / "not there.pdf", None)
    assert found.state is PdfState.UNDETERMINED
    assert "the process that read it ended" in found.reason
