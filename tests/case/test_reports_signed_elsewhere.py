"""A report that others sign in applications of their own: written, signed, taken back; what is changed is refused.

Two programs sign: pyHanko, and one of the lab's own keys through `sign_pdf`. poppler and openssl look from outside.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.custody.signed_document import check_signed_document
from evidentia.record.custody import EventType
from evidentia.record.errors import SigningError, UsageError
from evidentia.record.item import Access, ItemKind, Role
from evidentia.record.verdict import Status
from evidentia.report.material import Language
from lab.pdf_signers import ADOBE, sign_with_pyhanko
from lab.pki import Lab
from tests.report.pdf_changes import another_page_size, updated

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
Program = Callable[[str], Path]


@pytest.fixture
def unsigned(case: Case, letter: Path) -> bytes:
    """A report of a small case, as it goes out."""
    case.add(letter, access=Access.FORWARDED)
    return case.unsigned_report(language=Language.INDONESIAN, number="7/2026", written_at=AT).read_bytes()


def test_the_unsigned_report_is_the_same_to_the_byte_and_adds_nothing_to_the_case(
    case: Case, unsigned: bytes
) -> None:
    events = len(case.events)
    again = case.unsigned_report(language=Language.INDONESIAN, number="7/2026", written_at=AT)
    assert again.read_bytes() == unsigned
    assert len(case.events) == events
    other = case.unsigned_report(language=Language.INDONESIAN, number="8/2026", written_at=AT)
    assert other.read_bytes() != unsigned


def test_two_people_sign_one_after_the_other_and_the_report_is_filed(
    case: Case, unsigned: bytes, lab: Lab, tmp_path: Path, program: Program
) -> None:
    once = sign_with_pyhanko(unsigned, lab.people["ahli"], tsa=lab.tsa_url)
    twice = sign_with_pyhanko(once, lab.people["pengawas-b"], tsa=lab.tsa_url)
    taken = case.take_report(twice)
    assert [one.stamped for one in taken.signatures] == [True, True]
    assert len({one.certificate for one in taken.signatures}) == 2
    assert taken.item.kind is ItemKind.REPORT
    assert taken.item.problems == ()
    assert case.events[-1].type is EventType.REPORT
    filed = case.path_of(taken.item, Role.REPORT)
    assert filed is not None
    assert filed.read_bytes() == twice
    said = subprocess.run(
        [program("pdfsig"), "-nocert", filed], capture_output=True, check=False
    ).stdout.decode()
    assert said.count("Signature is Valid.") == 2
    case.export(tmp_path / "b.zip")
    trust = ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    assert ev.verify(tmp_path / "b.zip", trust).status is Status.PASSED


def test_openssl_accepts_each_signature_over_the_bytes_that_it_covers(
    unsigned: bytes, lab: Lab, tmp_path: Path, program: Program
) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    signed = sign_with_pyhanko(unsigned, lab.people["ahli"])
    (one,) = PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures
    _, before, behind, length = [int(n) for n in one.byte_range]
    (tmp_path / "covered").write_bytes(signed[:before] + signed[behind : behind + length])
    (tmp_path / "cms").write_bytes(one.signed_data.dump() and one.pkcs7_content)
    files = ["-in", tmp_path / "cms", "-content", tmp_path / "covered", "-CAfile", lab.roots]
    command = [program("openssl"), "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"]
    done = subprocess.run([*command, *files, "-out", "/dev/null"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    (tmp_path / "covered").write_bytes(signed[:before] + signed[behind : behind + length - 1] + b"x")
    assert (
        subprocess.run([*command, *files, "-out", "/dev/null"], capture_output=True, check=False).returncode
        != 0
    )


def test_a_further_signer_signs_what_is_filed_already(case: Case, unsigned: bytes, lab: Lab) -> None:
    first = case.take_report(sign_with_pyhanko(unsigned, lab.people["ahli"]))
    assert first.item.problems  # no timestamp, and it is said
    filed = case.path_of(first.item, Role.REPORT)
    assert filed is not None
    second = case.take_report(sign_with_pyhanko(filed.read_bytes(), lab.people["pengawas-b"]))
    assert second.item.about == (first.item.item,)
    assert len(second.signatures) == 2


def _flipped(pdf: bytes, at: int) -> bytes:
    changed = bytearray(pdf)
    changed[at] ^= 1
    return bytes(changed)


def test_a_changed_byte_is_caught_wherever_it_is(unsigned: bytes, lab: Lab) -> None:
    signed = sign_with_pyhanko(unsigned, lab.people["ahli"])
    assert check_signed_document(signed, unsigned)
    gap = re.search(rb"/Contents <([0-9a-fA-F]+)>", signed[len(unsigned) :])
    assert gap is not None
    inside = len(unsigned) + gap.start(1)
    last = inside + len(gap[1].rstrip(b"0")) - 8  # in the signature's value, which ends the CMS
    places = [*range(10, len(unsigned), len(unsigned) // 8), last, inside - 30, len(signed) - 40]
    for at in places:
        with pytest.raises(SigningError, match="refused"):
            check_signed_document(_flipped(signed, at), unsigned)


def test_what_is_not_that_document_with_a_signature_added_is_refused(
    case: Case, unsigned: bytes, lab: Lab
) -> None:
    signed = sign_with_pyhanko(unsigned, lab.people["ahli"])
    wrong = {
        "bears no new signature": unsigned,
        "does not end": signed + b"\n%more",
        "not PAdES": sign_with_pyhanko(unsigned, lab.people["ahli"], form=ADOBE),
        "does not begin with a report": b"%PDF-1.7\n" + unsigned,
        "more than a signature": _with_a_smaller_page(unsigned, lab),
    }
    for why, pdf in wrong.items():
        with pytest.raises(SigningError, match=why):
            case.take_report(pdf)
    assert [item.kind for item in case.items()] == [ItemKind.FILE]


def _with_a_smaller_page(pdf: bytes, lab: Lab) -> bytes:
    """Signed, but with the first page cut down before."""
    return sign_with_pyhanko(updated(pdf, another_page_size), lab.people["ahli"])


def test_a_report_of_another_case_is_not_taken(
    case: Case, tmp_path: Path, person: Callable[..., ev.Custodian], lab: Lab
) -> None:
    other = Case.create(tmp_path / "kasus-08", title="Lain", custodian=person("penyidik-a"))
    pdf = other.unsigned_report(language=Language.ENGLISH, written_at=AT).read_bytes()
    with pytest.raises(SigningError, match="does not begin with a report"):
        case.take_report(sign_with_pyhanko(pdf, lab.people["ahli"]))


def test_an_own_key_makes_a_signature_that_lasts_with_the_evidence_that_the_case_has(
    case: Case, letter: Path, lab: Lab
) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    case.add(letter, access=Access.FORWARDED)
    trust = ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    with pytest.raises(UsageError, match="trust anchors"):
        case.report(language=Language.ENGLISH, long_term=True)
    with pytest.raises(SigningError, match="not signed to last"):
        case.report(language=Language.ENGLISH, trust=trust, long_term=True)
    case.take_revocation((), fetch=True, private_network=True)
    item = case.report(language=Language.ENGLISH, trust=trust, long_term=True)
    path = case.path_of(item, Role.REPORT)
    assert path is not None
    reader = PdfFileReader(io.BytesIO(path.read_bytes()))
    assert "/DSS" in reader.root
    assert len(list(reader.embedded_timestamp_signatures)) == 1
