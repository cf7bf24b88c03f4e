"""A bundle whose last seal was signed in somebody's own PDF application: what each verifier says of it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from bundles import Draft, Files, judge, judge_in_python, plain, rederived, write
from signed_seals import SEAL, SIGNED_AT, given_out, with_pdf

from evidentia.custody.pdf_seal import seal_pdf
from evidentia.formats.event import parse_event
from evidentia.verify import Trust, verify
from lab.pdf_signers import ADOBE, sign_with_openssl, sign_with_pyhanko
from lab.pki import Lab

Sign = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def unsigned(lab: Lab) -> Files:
    """open, acquire, export; nobody has signed the export."""
    files = plain(lab).build()
    return {path: data for path, data in files.items() if not path.startswith(f"{SEAL}.")}


@pytest.fixture(scope="module")
def signed(lab: Lab, unsigned: Files) -> bytes:
    return sign_with_pyhanko(given_out(unsigned), lab.people["penyidik-a"])


def test_it_passes_where_it_can_be_read_and_stays_open_in_the_shell(
    lab: Lab, unsigned: Files, signed: bytes, tmp_path: Path
) -> None:
    python, shell = judge(write(with_pdf(lab, unsigned, signed), tmp_path / "b"), lab)
    assert (python.status, python.codes) == ("PASSED", set()), python.text
    assert (shell.status, shell.codes) == ("INDETERMINATE", {"PDF_SIGNATURE_NOT_CHECKED"}), shell.text


def test_a_pdf_that_takes_all_memory_ends_its_reader_alone_and_nothing_is_said_of_it(
    lab: Lab, unsigned: Files, tmp_path: Path
) -> None:
    """An object table of entries without width: as many as it says, out of no bytes."""
    table = b"<< /Type /XRef /Size 2000000000 /W [0 0 0] /Index [0 2000000000] /Root 1 0 R /Length 0 >>"
    made = b"%PDF-1.7\n1 0 obj\n" + table + b"\nstream\n\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
    said = judge_in_python(write(with_pdf(lab, unsigned, made), tmp_path / "b"), lab)
    assert (said.status, said.codes) == ("INDETERMINATE", {"PDF_SIGNATURE_NOT_CHECKED"}), said.text
    assert "breaks the limits" in said.text or "memory ran out" in said.text, said.text


def test_where_no_process_can_be_started_to_read_it_nothing_is_said_against_it(
    lab: Lab, unsigned: Files, signed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "no-python"))
    said = judge_in_python(write(with_pdf(lab, unsigned, signed), tmp_path / "b"), lab)
    assert (said.status, said.codes) == ("INDETERMINATE", {"PDF_SIGNATURE_NOT_CHECKED"}), said.text


def test_two_signing_applications_are_believed_alike(lab: Lab, unsigned: Files, tmp_path: Path) -> None:
    made = sign_with_openssl(given_out(unsigned), lab.people["penyidik-a"], lab, tmp_path)
    said = judge_in_python(write(with_pdf(lab, unsigned, made), tmp_path / "b"), lab)
    assert (said.status, said.codes) == ("PASSED", set()), said.text


def test_what_the_pages_say_is_not_judged(lab: Lab, unsigned: Files, tmp_path: Path) -> None:
    """docs/what-a-pass-proves.md admits it: the seal that is attached counts, whatever is shown beside it."""
    event = parse_event(3, unsigned["custody/000003.json"])
    other = seal_pdf(msgspec.structs.replace(event, case="perkara-lain"), unsigned[SEAL])
    made = sign_with_pyhanko(other, lab.people["penyidik-a"])
    said = judge_in_python(write(with_pdf(lab, unsigned, made), tmp_path / "b"), lab)
    assert (said.status, said.codes) == ("PASSED", set()), said.text


def test_a_timestamp_inside_of_the_pdf_does_not_stand_for_the_one_beside_it(
    lab: Lab, unsigned: Files, tmp_path: Path
) -> None:
    """FORMAT: one token per signature, which openssl can check without reading the PDF."""
    inside = sign_with_pyhanko(given_out(unsigned), lab.people["penyidik-a"], tsa=lab.tsa_url)
    python, shell = judge(write(with_pdf(lab, unsigned, inside, stamped=False), tmp_path / "b"), lab)
    assert (python.status, python.codes) == ("INDETERMINATE", {"TIMESTAMP_PENDING"}), python.text
    assert shell.codes == {"TIMESTAMP_PENDING", "PDF_SIGNATURE_NOT_CHECKED"}, shell.text


def test_without_a_pdf_library_it_is_not_checked_and_says_so(
    lab: Lab, unsigned: Files, signed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mock: pyHanko cannot be found, as on a machine that has only what verifying needs."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "evidentia.verify.pdf_signature.find_spec", lambda name: None if name == "pyhanko" else found(name)
    )
    said = judge_in_python(write(with_pdf(lab, unsigned, signed), tmp_path / "b"), lab)
    assert (said.status, said.codes) == ("INDETERMINATE", {"PDF_SIGNATURE_NOT_CHECKED"}), said.text


def codes(lab: Lab, unsigned: Files, made: bytes, folder: Path) -> set[str]:
    python, shell = judge(write(with_pdf(lab, unsigned, made), folder / "b"), lab)
    assert shell.codes == {"PDF_SIGNATURE_NOT_CHECKED"}, shell.text
    return python.codes


def test_the_seal_of_another_bundle_attached(lab: Lab, unsigned: Files, tmp_path: Path) -> None:
    other = given_out(unsigned, unsigned[SEAL].replace(b"custody", b"custodi"))
    made = sign_with_pyhanko(other, lab.people["penyidik-a"])
    assert codes(lab, unsigned, made, tmp_path) == {"SIGNATURE_INVALID"}


def test_signed_by_somebody_whom_the_event_does_not_name(lab: Lab, unsigned: Files, tmp_path: Path) -> None:
    made = sign_with_pyhanko(given_out(unsigned), lab.people["ahli"])
    assert codes(lab, unsigned, made, tmp_path) == {"SIGNER_DIFFERS"}


def test_signed_by_an_impostor_of_the_same_name(lab: Lab, unsigned: Files, tmp_path: Path) -> None:
    made = sign_with_pyhanko(given_out(unsigned), lab.people["impostor"])
    assert codes(lab, unsigned, made, tmp_path) == {"SIGNER_DIFFERS", "SIGNER_NOT_TRUSTED"}


@pytest.mark.parametrize("made", [b"", b"%PDF-1.7", b"%PDF-1.7\n1 0 obj\n<<"], ids=["empty", "head", "torn"])
def test_what_is_no_pdf(lab: Lab, unsigned: Files, tmp_path: Path, made: bytes) -> None:
    assert codes(lab, unsigned, made, tmp_path) == {"SIGNATURE_INVALID"}


def test_nobody_signed_it(lab: Lab, unsigned: Files, tmp_path: Path) -> None:
    assert codes(lab, unsigned, given_out(unsigned), tmp_path) == {"SIGNATURE_INVALID"}


def test_a_form_that_is_not_pades(lab: Lab, unsigned: Files, tmp_path: Path) -> None:
    made = sign_with_pyhanko(given_out(unsigned), lab.people["penyidik-a"], form=ADOBE)
    assert codes(lab, unsigned, made, tmp_path) == {"SIGNATURE_INVALID"}


def test_two_signatures_in_one_document(lab: Lab, unsigned: Files, signed: bytes, tmp_path: Path) -> None:
    made = sign_with_pyhanko(signed, lab.people["ahli"])
    assert codes(lab, unsigned, made, tmp_path) == {"SIGNATURE_INVALID"}


def test_bytes_behind_the_end_of_what_is_signed(
    lab: Lab, unsigned: Files, signed: bytes, tmp_path: Path
) -> None:
    assert codes(lab, unsigned, signed + b"\n% more", tmp_path) == {"SIGNATURE_INVALID"}


def test_something_behind_the_signature_in_its_own_gap(
    lab: Lab, unsigned: Files, signed: bytes, tmp_path: Path
) -> None:
    """The signature does not cover the room in which it stands: nothing may hide there."""
    end = signed.index(b">", signed.index(b"/Contents <"))
    hidden = signed[: end - 4] + b"beef" + signed[end:]
    assert codes(lab, unsigned, hidden, tmp_path) == {"SIGNATURE_INVALID"}


def test_sha1_is_refused(lab: Lab, unsigned: Files, tmp_path: Path) -> None:
    made = sign_with_pyhanko(given_out(unsigned), lab.people["penyidik-a"], digest="sha1")
    assert codes(lab, unsigned, made, tmp_path) == {"ALGORITHM_REFUSED"}


def test_the_certificate_is_judged_at_the_proven_time(lab: Lab, tmp_path: Path) -> None:
    """A signature by a certificate that had expired: as for any other signature."""
    files = {p: d for p, d in plain_by(lab, "expired").items() if not p.startswith(f"{SEAL}.")}
    made = sign_with_pyhanko(given_out(files), lab.people["expired"])
    path = f"{SEAL}.expired.pdf"
    files = rederived({**files, path: made, f"{path}.tsr": lab.stamp(made, SIGNED_AT)})
    trust = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    verdict = verify(write(files, tmp_path / "b"), trust, now=datetime(2025, 9, 1, tzinfo=UTC))
    assert {(f.code, f.path) for f in verdict.faults if f.path == path} == {("SIGNER_NOT_VALID_THEN", path)}


def plain_by(lab: Lab, who: str) -> Files:
    draft = Draft(lab)
    draft.items[1] = {"item.json": b"{}"}
    draft.add("open", who, details={"title": "Uji"})
    draft.add("acquire", who, items=[1])
    draft.add("export", who)
    return draft.build()
