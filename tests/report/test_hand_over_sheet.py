"""The receipt as a PDF: both languages, every field, lines for what nobody stated, and nothing of it is markup."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from sheets_read import (
    AT,
    HOSTILE,
    Program,
    attached,
    digest,
    handed,
    is_tagged,
    judged,
    receipt,
    text_of,
)

from evidentia.formats.head import printed_head
from evidentia.record.hand_over import HandedBundle, HandOver, Origin, Signatory, StatedTransfer
from evidentia.record.item import ItemKind
from evidentia.record.verdict import Fault, Requirement, Status
from evidentia.report.hand_over_sheet import MOST_ROWS, as_typed, hand_over_pdf
from evidentia.report.material import Language

pytest.importorskip("typst", reason="the extra [report] is not installed")

ID, EN = Language.INDONESIAN, Language.ENGLISH
FULL = receipt(
    number="03/BAST/2026",
    receivers=(Signatory(name="Pengawas 02", office="Bawaslu A", origin=Origin.GIVEN),),
    handed_at=AT,
    place="Kantor A",
    how="flash disk",
    authority="surat tugas 12/2026",
    transfer=StatedTransfer(event=4, answer=5, accepted=True),
    seals=judged(Status.PASSED),
)


def test_both_languages_say_what_is_handed_over_by_whom_to_whom(tmp_path: Path, program: Program) -> None:
    text = text_of(hand_over_pdf(FULL), tmp_path, program)
    indonesian, _, english = text.partition("Receipt for digital evidence handed over Hand-over")
    for said in ("Berita acara serah terima barang bukti digital", "Yang menyerahkan Penyidik Satu (Lembaga",
                 "menurut rantai penguasaan, peristiwa 1", "Pengawas 02 (Bawaslu A)", "1.234.567 byte",
                 "20 November 2026 pukul 11.04.05 (UTC+08:00)", "LULUS", "diterima pada peristiwa 5"):  # fmt: skip
        assert said in indonesian, said
    for said in ("Handed over by Penyidik Satu", "as the chain of custody has it, event 1", "1,234,567 bytes",
                 "20 November 2026, 11:04:05 (UTC+08:00)", "PASSED", "accepted in event 5", "Pengawas 02",
                 "03/BAST/2026", "Kantor A", "flash disk", "surat tugas 12/2026"):  # fmt: skip
        assert said in english, said


def test_digests_head_and_commands_are_printed(tmp_path: Path, program: Program) -> None:
    assert FULL.head is not None
    packed = text_of(hand_over_pdf(FULL, (EN,)), tmp_path, program).replace(" ", "")
    for said in (digest("bundle"), digest("anchor"), digest("record 1")[:16], printed_head(FULL.head),
                 "sha256sumkasus-07.zip", "evidentiaverifykasus-07.zip--trust", "opensslts-verify"):  # fmt: skip
        assert said in packed, said
    assert digest("record 1") not in packed


def test_one_language_is_that_language_alone(tmp_path: Path, program: Program) -> None:
    text = text_of(hand_over_pdf(FULL, (ID,)), tmp_path, program)
    assert "Tanda tangan" in text
    assert "Signatures" not in text


def test_what_the_program_itself_calls_somebody_or_something_is_told_in_words(
    tmp_path: Path, program: Program
) -> None:
    giver = Signatory(name="Penyidik A", office="custodian, Lembaga A", origin=Origin.CHAIN, event=2)
    read = handed(1, kind=ItemKind.READING, title="Reading of item 6")
    told = receipt(givers=(giver,), items=(read,))
    indonesian, english = (
        text_of(hand_over_pdf(told, (language,)), tmp_path, program) for language in (ID, EN)
    )
    assert english.count("custodian, Lembaga A") == 2
    assert indonesian.count("pemegang barang bukti, Lembaga A") == 2
    assert "Reading of item 6" in english
    assert "Pembacaan butir 6" in indonesian


def test_what_nobody_stated_is_a_line_and_no_word(tmp_path: Path, program: Program) -> None:
    text = text_of(hand_over_pdf(receipt(givers=()), (EN,)), tmp_path, program)
    assert (
        "Number Handed over by Received by Day, date and time Place How it is handed over By what authority"
        in text
    )
    assert "None" not in text
    assert text.count("Place, date") == 2


def test_seals_that_nobody_judged_are_said_to_be_so(tmp_path: Path, program: Program) -> None:
    assert "NOT JUDGED" in text_of(hand_over_pdf(receipt(), (EN,)), tmp_path, program)
    assert "BELUM DINILAI" in text_of(hand_over_pdf(receipt(), (ID,)), tmp_path, program)


def test_a_bundle_that_failed_names_what_is_wrong(tmp_path: Path, program: Program) -> None:
    fault = Fault(
        code="ITEM_FILE_CHANGED",
        status=Status.FAILED,
        path="data/000001/original.png",
        expected="",
        found="",
        requirement=Requirement.INTACT,
    )
    told = receipt(seals=judged(Status.FAILED, faults=(fault,) * 30), problems=("data/000001: lain",))
    text = text_of(hand_over_pdf(told, (EN,)), tmp_path, program)
    for said in ("FAILED", "ITEM_FILE_CHANGED", "and 10 more, in the attached data", "data/000001: lain"):
        assert said in text, said


def test_it_is_tagged_archival_and_the_same_bytes_for_the_same_receipt(
    tmp_path: Path, program: Program
) -> None:
    pdf = hand_over_pdf(FULL)
    assert pdf == hand_over_pdf(FULL)
    assert is_tagged(pdf, tmp_path, program)
    assert b"/AcroForm" in pdf


def test_the_receipt_is_attached_as_json(tmp_path: Path, program: Program) -> None:
    data = attached(hand_over_pdf(FULL), "receipt.json", tmp_path, program)
    assert msgspec.json.decode(data, type=HandOver) == FULL


@pytest.mark.parametrize("language", Language)
def test_hostile_text_is_printed_and_never_obeyed(
    language: Language, tmp_path: Path, program: Program
) -> None:
    who = Signatory(name=HOSTILE, office=HOSTILE, origin=Origin.GIVEN)
    told = receipt(
        number=HOSTILE,
        title=HOSTILE,
        bundle=HandedBundle(
            name=HOSTILE, size=1, sha256=digest("x"), held_by="kasus-08", item=3, source=HOSTILE
        ),
        items=(handed(1, title=HOSTILE),),
        givers=(who, who),
        receivers=(who,),
        place=HOSTILE,
        how=HOSTILE * 40,
        authority=HOSTILE,
        problems=(HOSTILE,) * 30,
    )
    text = text_of(hand_over_pdf(told, (language,)), tmp_path, program)
    assert text.count('#panic("x") $ *tebal* _miring_ @label <b>') > 10
    assert "U+202E" in text.replace(" ", "")
    assert "\u202e" not in text


def test_a_withheld_item_is_a_number_and_a_record(tmp_path: Path, program: Program) -> None:
    gone = handed(2, kind=None, title="", received_at=None, files=(), withheld=True)
    text = text_of(hand_over_pdf(receipt(items=(handed(1), gone)), (EN,)), tmp_path, program)
    assert "2, of which withheld: 1" in text
    assert f"000002 withheld {digest('record 2')[:16]}" in text


def test_of_items_without_end_the_first_are_printed_and_the_rest_is_told(
    tmp_path: Path, program: Program
) -> None:
    many = tuple(handed(n) for n in range(1, MOST_ROWS + 8))
    text = text_of(hand_over_pdf(receipt(items=many), (EN,)), tmp_path, program)
    assert "and 7 more, in the attached data" in text


def test_a_folder_says_that_it_has_no_one_digest(tmp_path: Path, program: Program) -> None:
    told = receipt(bundle=HandedBundle(name="kasus-07", size=None, sha256=None))
    text = text_of(hand_over_pdf(told, (EN,)), tmp_path, program)
    assert "the folder of a case" in text
    assert "sha256sum kasus-07" not in text
    assert "evidentia verify kasus-07 --trust" in text


def test_nobody_is_called_guilty(tmp_path: Path, program: Program) -> None:
    text = text_of(hand_over_pdf(FULL), tmp_path, program)
    assert not re.search(r"bersalah|pelaku|guilty|offender|perpetrator", text, re.IGNORECASE)


def test_every_kind_of_item_and_every_state_has_its_words(tmp_path: Path, program: Program) -> None:
    every = tuple(handed(n, kind=kind) for n, kind in enumerate(ItemKind, 1))
    for status in Status:
        hand_over_pdf(receipt(items=every, seals=judged(status), head=None))


@pytest.mark.parametrize(
    ("name", "typed"),
    [("a.zip", "a.zip"), ("-rf", "./-rf"), ("a b'.zip", "'a b'\"'\"'.zip'"), ("$(x)", "'$(x)'")],
)
def test_a_file_name_is_quoted_for_the_shell(name: str, typed: str) -> None:
    assert as_typed(name) == typed


def test_what_could_not_be_read_is_told_with_its_path(tmp_path: Path, program: Program) -> None:
    told = receipt(problems=("data/000003/item.json: it is not there", "data/000004: the item is left out"))
    indonesian = text_of(hand_over_pdf(told, (ID,)), tmp_path, program)
    assert "data/000003/item.json: tidak ada" in indonesian
    assert "data/000004: butir ini dilewatkan" in indonesian
    assert "data/000004: the item is left out" in text_of(hand_over_pdf(told, (EN,)), tmp_path, program)
