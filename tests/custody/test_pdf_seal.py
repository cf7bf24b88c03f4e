"""A seal as a PDF: given out, signed elsewhere, taken back.

Two programs stand in for the official's own signing application: pyHanko, which the check also reads with, and one of
the lab's that has openssl sign. poppler's pdfdetach and pdfsig look from outside.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidentia.custody.identity import Party
from evidentia.custody.pdf_seal import first_xref, seal_pdf
from evidentia.custody.pdf_seal_check import check_signed_pdf
from evidentia.formats.seal import write_seal
from evidentia.record.custody import Event, EventType, Tool
from evidentia.record.errors import SigningError
from lab.pdf_signers import ADOBE, PADES, sign_with_openssl, sign_with_pyhanko
from lab.pki import Lab
from tests.report.pdf_changes import updated


@pytest.fixture(scope="module")
def event(lab: Lab) -> Event:
    return transfer(lab, "penyidik-a", "pengawas-b")


def transfer(lab: Lab, *people: str, case: str = "kasus-07") -> Event:
    parties = [Party.from_certificate(lab.people[one].certificate, who=one) for one in people]
    return Event(
        format=1,
        case=case,
        event=2,
        type=EventType.TRANSFER,
        time="2026-03-01T02:03:04Z",
        zone="+07:00",
        actors=tuple(party.actor for party in parties),
        place="Makassar",
        reason="klarifikasi",
        authority="",
        tool=Tool(name="evidentia", version="0.1.0"),
        items=(),
        changes=(),
        details={"to": [people[-1]]},
    )


@pytest.fixture(scope="module")
def seal(event: Event) -> bytes:
    return write_seal(event, {"custody/000002.json": "ab" * 32})


@pytest.fixture(scope="module")
def given_out(event: Event, seal: bytes) -> bytes:
    return seal_pdf(event, seal)


def signed_elsewhere(
    pdf: bytes, lab: Lab, person: str = "pengawas-b", form: str = PADES, tsa: bool = False
) -> bytes:
    return sign_with_pyhanko(pdf, lab.people[person], form=form, tsa=lab.tsa_url if tsa else "")


def other_words(writer: Any) -> None:
    stream = writer.root["/Pages"]["/Kids"][0]["/Contents"]
    stream._data = stream.data.replace(b"klarifikasi", b"x").replace(b"Whoever", b"Nobody ")
    stream._encoded_data = None
    writer.update_container(stream)


def other_attachment(writer: Any) -> None:
    stream = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]["/F"]
    stream._data, stream._encoded_data = stream.data.replace(b"ab", b"cd"), None
    writer.update_container(stream)


def test_the_same_event_gives_the_same_bytes_and_another_gives_others(
    lab: Lab, event: Event, seal: bytes, given_out: bytes
) -> None:
    assert seal_pdf(event, seal) == given_out
    assert seal_pdf(event, seal + b"\n") != given_out
    assert seal_pdf(transfer(lab, "penyidik-a", "pengawas-b", case="kasus-08"), seal) != given_out
    assert given_out[first_xref(given_out) :].startswith(b"xref\n")


def test_another_program_finds_the_seal_attached_byte_for_byte(
    given_out: bytes, seal: bytes, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    (tmp_path / "o.pdf").write_bytes(given_out)
    command = [program("pdfdetach"), "-save", "1", "-o", tmp_path / "seal", tmp_path / "o.pdf"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert (tmp_path / "seal").read_bytes() == seal


def test_it_says_in_two_languages_what_is_signed(
    given_out: bytes, seal: bytes, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    import hashlib

    (tmp_path / "o.pdf").write_bytes(given_out)
    done = subprocess.run(
        [program("pdftotext"), tmp_path / "o.pdf", "-"], capture_output=True, text=True, check=True
    )
    words = " ".join(done.stdout.split())
    for said in (
        "menandatangani segel peristiwa 2 dalam kasus kasus-07",
        "signs the seal of event 2 of the case kasus-07",
        hashlib.sha256(seal).hexdigest(),
        "Pengawas B",
        "Alasan / Reason: klarifikasi",
        "Tempat / Place: Makassar",
        "Rincian / Detail, to: pengawas-b",
    ):
        assert said in words


def test_it_tells_all_that_the_event_says_and_shows_what_hides(
    lab: Lab, seal: bytes, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    """An event that withholds many items, for a reason with a character that turns text round."""
    withheld = [{"item": n, "record": "ab" * 32} for n in range(1, 2001)]
    event = msgspec.structs.replace(
        transfer(lab, "penyidik-a", "pengawas-b"),
        type=EventType.DISCLOSE,
        reason="rahasia \u202e(gnil)",
        details={"may_withhold": withheld},
    )
    (tmp_path / "o.pdf").write_bytes(seal_pdf(event, seal))
    done = subprocess.run(
        [program("pdftotext"), tmp_path / "o.pdf", "-"], capture_output=True, text=True, check=True
    )
    words = " ".join(done.stdout.split())
    assert "rahasia \\u202e(gnil)" in words
    assert "may_withhold: 1, 2, 3" in words
    assert "1999, 2000" in words


@pytest.mark.parametrize("person", ["penyidik-a", "pengawas-b"])
@pytest.mark.parametrize("tsa", [False, True], ids=["B-B", "B-T"])
def test_what_an_actor_signed_elsewhere_is_taken(
    lab: Lab, event: Event, seal: bytes, given_out: bytes, person: str, tsa: bool
) -> None:
    assert check_signed_pdf(signed_elsewhere(given_out, lab, person, tsa=tsa), event, seal).who == person


def test_what_openssl_signed_is_taken_too(
    lab: Lab, event: Event, seal: bytes, given_out: bytes, tmp_path: Path
) -> None:
    signed = sign_with_openssl(given_out, lab.people["pengawas-b"], lab, tmp_path)
    assert check_signed_pdf(signed, event, seal).who == "pengawas-b"


def test_another_program_holds_the_signature_for_valid(
    lab: Lab, given_out: bytes, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    (tmp_path / "s.pdf").write_bytes(signed_elsewhere(given_out, lab))
    done = subprocess.run([program("pdfsig"), tmp_path / "s.pdf"], capture_output=True, text=True)
    assert "Signature is Valid" in done.stdout
    assert "Total document signed" in done.stdout


def refusal(signed: bytes, event: Event, seal: bytes) -> str:
    with pytest.raises(SigningError) as told:
        check_signed_pdf(signed, event, seal)
    assert told.value.next_step
    return told.value.happened


def test_without_a_signature(event: Event, seal: bytes, given_out: bytes) -> None:
    assert "bears no signature" in refusal(given_out, event, seal)
    touched = updated(given_out, lambda writer: writer.update_root())
    assert "bears 0 signatures" in refusal(touched, event, seal)


def test_another_document(lab: Lab, event: Event, seal: bytes) -> None:
    other = seal_pdf(transfer(lab, "penyidik-a", "pengawas-b", case="kasus-08"), seal)
    assert "not the document" in refusal(signed_elsewhere(other, lab), event, seal)
    assert "not the document" in refusal(b"%PDF-1.7\nnothing", event, seal)


def test_a_signer_whom_the_event_does_not_name(lab: Lab, event: Event, seal: bytes, given_out: bytes) -> None:
    for person in ("ahli", "impostor"):
        said = refusal(signed_elsewhere(given_out, lab, person), event, seal)
        assert "the event does not name" in said


def test_two_signatures(lab: Lab, event: Event, seal: bytes, given_out: bytes) -> None:
    twice = signed_elsewhere(signed_elsewhere(given_out, lab), lab, "penyidik-a")
    assert "bears 2 signatures" in refusal(twice, event, seal)


def test_a_signature_that_is_not_pades(lab: Lab, event: Event, seal: bytes, given_out: bytes) -> None:
    assert "not PAdES" in refusal(signed_elsewhere(given_out, lab, form=ADOBE), event, seal)


@pytest.mark.parametrize("change", [other_words, other_attachment])
def test_a_change_that_an_update_hides_before_or_after_signing(
    lab: Lab, event: Event, seal: bytes, given_out: bytes, change: Callable[[Any], None]
) -> None:
    before = signed_elsewhere(updated(given_out, change), lab)
    after = updated(signed_elsewhere(given_out, lab), change)
    for shadow in (before, after):
        assert shadow.startswith(given_out)
        assert "more than a signature was added" in refusal(shadow, event, seal)


def test_an_update_that_leaves_the_given_document_out(
    lab: Lab, event: Event, seal: bytes, given_out: bytes
) -> None:
    """A whole other document behind the given one: its tables know nothing of what stands before them."""
    other = seal_pdf(transfer(lab, "penyidik-a", "pengawas-b", case="kasus-08"), seal)
    head, table = other[: first_xref(other)], other[first_xref(other) :]
    shift = len(given_out)
    rows = []
    for row in table.splitlines(keepends=True):
        moved = row.endswith(b" n \n")
        rows.append(b"%010d%s" % (int(row[:10]) + shift, row[10:]) if moved else row)
    moved_table = b"".join(rows).replace(
        b"startxref\n%d" % first_xref(other), b"startxref\n%d" % (first_xref(other) + shift)
    )
    shadow = given_out + head + moved_table
    assert "does not build on the document" in refusal(signed_elsewhere(shadow, lab), event, seal)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_byte_that_the_signature_covers_can_change(
    lab: Lab, event: Event, seal: bytes, given_out: bytes, data: st.DataObject, signed_once: bytes
) -> None:
    contents = signed_once.index(b"/Contents <", len(given_out))
    free = range(contents, signed_once.index(b">", contents))  # the signature itself, and the zeros behind it
    place = data.draw(st.integers(0, len(signed_once) - 1).filter(lambda one: one not in free), label="place")
    mutant = bytearray(signed_once)
    mutant[place] ^= data.draw(st.integers(1, 255), label="bits")
    refusal(bytes(mutant), event, seal)


@pytest.fixture(scope="module")
def signed_once(lab: Lab, given_out: bytes) -> bytes:
    return signed_elsewhere(given_out, lab)
