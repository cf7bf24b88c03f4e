"""The evidence list as a PDF: marks, fields, empty lines for what nobody stated, and nothing of it is markup."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from sheets_read import (
    HOSTILE,
    Program,
    attached,
    digest,
    docketed,
    evidence,
    evidence_of,
    form,
    is_tagged,
    text_of,
)

from evidentia.docket.data_sets import docket_data
from evidentia.record.docket import Standing
from evidentia.record.hand_over import EvidenceForm, EvidenceList, ListedPerson, Origin
from evidentia.record.item import Access, ItemKind
from evidentia.report.evidence_sheet import MOST_CARDS, evidence_pdf
from evidentia.report.material import Language

pytest.importorskip("typst", reason="the extra [report] is not installed")

DATA = docket_data()
ID, EN = Language.INDONESIAN, Language.ENGLISH
FULL = evidence_of(
    number="07/DB/2026",
    report=docketed(
        place="Forum warga",
        event={"id": "Dugaan keberpihakan", "en": "Alleged partiality"},
        witnesses=(ListedPerson(pseudonym="Saksi 01", origin=Origin.GIVEN),),
        account={"id": "Unggahan dibaca.", "en": "The post was read."},
    ),
    evidence=(
        evidence(
            1,
            description={"id": "Tangkapan unggahan", "en": "Capture of the post"},
            shows={"id": "isi unggahan", "en": "what the post said"},
        ),
        evidence(2, form=EvidenceForm.SCREENSHOT, original_name="IMG-20190220.png"),
    ),
    not_listed=(2,),
)


def test_both_languages_say_each_field_and_where_it_is_from(tmp_path: Path, program: Program) -> None:
    text = text_of(evidence_pdf(FULL, DATA), tmp_path, program)
    indonesian, _, english = text.partition("Evidence list and fields of the report (model B.1) Fields")
    for said in ("Daftar bukti dan isian laporan (model B.1)", "Sulawesi Selatan", "Pejabat 07 (",
                 "dilaporkan: Pejabat 07", "menurut entri register perkara, butir 2", "07/REG/2024",
                 "tidak sebelum 2026-11-20 11:04:05 UTC+08:00", "a Tangkapan unggahan", "tangkapan layar",
                 "Hendak menunjukkan isi unggahan", "b tangkapan dari jaringan: Forum warga",
                 "berkas digital (image/png)", "Unggahan dibaca."):  # fmt: skip
        assert said in indonesian, said
    for said in ("Sulawesi Selatan", "reported: Pejabat 07", "from the docket entry, item 2", "Alleged partiality",
                 "as stated by whoever made this document", "Saksi 01", "Meant to show what the post said",
                 "https://forum.example/topik/123/", "captured 20 November 2026, 11:04:05", "screenshot",
                 "named IMG-20190220.png before", "Items of the case that are not listed: 2."):  # fmt: skip
        assert said in english, said
    assert digest("file") in text.replace(" ", "")
    assert digest("record 1") in text.replace(" ", "")


def test_what_nobody_stated_is_a_line_and_no_word(tmp_path: Path, program: Program) -> None:
    text = text_of(evidence_pdf(evidence_of(evidence=()), DATA, (EN,)), tmp_path, program)
    assert (
        "Number Registration number Region Reporter Reported persons Reported event Place of the event "
        "Day of the event Day on which it became known Witnesses Evidence Account of the event" in text
    )
    assert "No evidence is listed." in text
    assert not re.search(r"\bNone\b|not known|tidak diketahui", text)


def test_a_text_in_one_language_stands_in_both(tmp_path: Path, program: Program) -> None:
    told = evidence_of(report=form(account={"id": "Hanya begini."}, event={"und": "Apa adanya"}))
    text = text_of(evidence_pdf(told, DATA, (EN,)), tmp_path, program)
    assert "Hanya begini." in text
    assert "Apa adanya" in text


def test_an_older_entry_is_said_to_be_left_out(tmp_path: Path, program: Program) -> None:
    told = evidence_of(report=form(standing=Standing.NEWER_WITHHELD))
    assert "A newer docket entry is withheld" in text_of(evidence_pdf(told, DATA, (EN,)), tmp_path, program)


def test_it_is_tagged_archival_and_the_same_bytes_for_the_same_list(tmp_path: Path, program: Program) -> None:
    pdf = evidence_pdf(FULL, DATA)
    assert pdf == evidence_pdf(FULL, DATA)
    assert is_tagged(pdf, tmp_path, program)
    assert b"/AcroForm" in pdf


def test_the_list_is_attached_as_json(tmp_path: Path, program: Program) -> None:
    data = attached(evidence_pdf(FULL, DATA), "evidence-list.json", tmp_path, program)
    assert msgspec.json.decode(data, type=EvidenceList) == FULL


@pytest.mark.parametrize("language", Language)
def test_hostile_text_is_printed_and_never_obeyed(
    language: Language, tmp_path: Path, program: Program
) -> None:
    words = {"und": HOSTILE}
    person = ListedPerson(pseudonym=HOSTILE, name=HOSTILE, office=HOSTILE, about=words, origin=Origin.DOCKET)
    told = evidence_of(
        number=HOSTILE,
        title=HOSTILE,
        report=docketed(
            registration=HOSTILE,
            region=HOSTILE,
            reporting=(person,),
            reported=(person,) * 300,
            event=words,
            place=HOSTILE,
            account={"und": HOSTILE * 40},
            witnesses=(person,),
        ),
        evidence=(
            evidence(mark=HOSTILE, title=HOSTILE, source=HOSTILE, addresses=(HOSTILE,), shows=words),
            evidence(2, description=words, shows={"und": "\n" * 150}, original_name=HOSTILE),
        ),
        problems=(HOSTILE,),
    )
    text = text_of(evidence_pdf(told, DATA, (language,)), tmp_path, program)
    assert text.count('#panic("x") $ *tebal*') > 20
    assert "U+202E" in text.replace(" ", "")
    assert "\u202e" not in text


def test_of_evidence_without_end_the_first_is_printed_and_the_rest_is_told(
    tmp_path: Path, program: Program
) -> None:
    many = tuple(evidence(n) for n in range(1, MOST_CARDS + 4))
    text = text_of(evidence_pdf(evidence_of(evidence=many), DATA, (EN,)), tmp_path, program)
    assert "And 3 more pieces of evidence" in text


def test_nobody_is_called_guilty(tmp_path: Path, program: Program) -> None:
    text = text_of(evidence_pdf(FULL, DATA), tmp_path, program)
    assert not re.search(r"bersalah|pelaku|guilty|offender|perpetrator|terbukti", text, re.IGNORECASE)


def test_every_kind_form_and_access_has_its_words() -> None:
    every = [evidence(n, kind=kind) for n, kind in enumerate(ItemKind, 1)]
    every += [evidence(20 + n, form=one) for n, one in enumerate(EvidenceForm)]
    every += [evidence(30 + n, access=one, main=None, files=()) for n, one in enumerate(Access)]
    evidence_pdf(replace(FULL, evidence=tuple(every), head=None), DATA)
