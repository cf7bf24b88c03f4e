from __future__ import annotations

import re
import subprocess
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import typst
from msgspec.structs import replace
from report_sample import FIRST, HOSTILE, head, hostile, reading, sample, timeline, verdict

from evidentia.formats.canonical_json import decode_canonical
from evidentia.formats.head import printed_head
from evidentia.record.custody import Head
from evidentia.record.errors import UsageError
from evidentia.record.finding import ErrorRate, Outcome
from evidentia.record.post import State
from evidentia.record.verdict import Status
from evidentia.report import inert
from evidentia.report.expert import layout, render, write_report
from evidentia.report.material import Language, Material
from evidentia.report.outline import annex_sections, exhibit_sections, report_sections
from evidentia.report.typesetting import PDF_STANDARDS

Program = Callable[[str], Path]


def text_of(pdf: Path, program: Program) -> str:
    """The PDF's text as poppler reads it, in reading order, with line breaks as spaces."""
    shown = subprocess.run([program("pdftotext"), "-raw", pdf, "-"], capture_output=True, check=True)
    return re.sub(r"\s+", " ", shown.stdout.decode())


@pytest.fixture
def written(tmp_path: Path) -> Path:
    write_report(sample(tmp_path / "case"), tmp_path)
    return tmp_path


def test_the_findings_in_the_pdf_are_report_json_to_the_byte(written: Path, program: Program) -> None:
    out = written / "attached"
    out.mkdir()
    subprocess.run([program("pdfdetach"), "-saveall", "-o", out, written / "report.pdf"], check=True)
    assert [path.name for path in out.iterdir()] == ["report.json"]
    assert (out / "report.json").read_bytes() == (written / "report.json").read_bytes()


def test_the_findings_are_canonical_and_hold_the_answers(written: Path) -> None:
    data = decode_canonical("report.json", (written / "report.json").read_bytes())
    assert [one["support"] for one in data["conclusions"]] == [
        "supports",
        "supports",
        "supports",
        "inconclusive",
        "supports",
    ]
    assert data["readings"][0]["reading"]["error_rates"][0]["measured"] is False
    assert data["events"][6]["type"] == "receive"


def test_the_pdf_is_tagged_archival_and_carries_its_fonts(written: Path, program: Program) -> None:
    info = subprocess.run(
        [program("pdfinfo"), written / "report.pdf"], capture_output=True, check=True
    ).stdout.decode()
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"JavaScript:\s+no", info)
    assert re.search(r"Page size:.*A4", info)
    fonts = subprocess.run(
        [program("pdffonts"), written / "report.pdf"], capture_output=True, check=True
    ).stdout.decode()
    rows = [row.split() for row in fonts.splitlines()[2:]]
    assert rows
    assert all(row[-5:-3] == ["yes", "yes"] for row in rows), fonts  # embedded, subset


@pytest.mark.parametrize("language", Language)
def test_the_same_material_gives_the_same_bytes(tmp_path: Path, language: Language) -> None:
    first = render(sample(tmp_path / "a", language))
    start = time.perf_counter()
    second = render(sample(tmp_path / "b", language))
    print(  # noqa: T201  a figure to read, not to assert: machines differ
        f"\nreport ({language}): {time.perf_counter() - start:.2f} s with its pictures, {len(second.pdf)} bytes"
    )
    assert first == second
    assert render(replace(sample(tmp_path / "c", language), number="other")).pdf != first.pdf


def test_nothing_is_overwritten(written: Path) -> None:
    before = (written / "report.pdf").read_bytes()
    with pytest.raises(UsageError, match="already there"):
        write_report(sample(written / "again"), written)
    assert (written / "report.pdf").read_bytes() == before
    with pytest.raises(UsageError, match="not there"):
        write_report(sample(written / "other"), written / "nowhere")


def test_the_report_says_what_a_laboratory_report_says_in_its_order(written: Path, program: Program) -> None:
    text = text_of(written / "report.pdf", program)
    headings = (
        "2 Pendahuluan",
        "3 Barang bukti",
        "4 Maksud pemeriksaan",
        "5 Prosedur pemeriksaan",
        "6 Hasil pemeriksaan",
        "7 Kesimpulan",
        "8 Keterbatasan",
        "9 Pembungkusan, penyegelan",
        "10 Cara mengulang",
        "11 Kualifikasi",
        "12 Lembar sertifikasi",
        "Lampiran A Seberapa",
        "Lampiran B Keadaan",
        "Lampiran C Daftar sidik",
    )
    places = [text.rindex(heading) for heading in headings]
    assert places == sorted(places)
    assert f"Segel terakhir yang diperiksa: {head().seal}" in text
    assert "tidak tersertifikasi" in text
    assert "tidak diukur" in text
    assert "pasti" not in text.lower()


@pytest.mark.parametrize("language", Language)
def test_evidence_head_and_digests_can_be_copied_out_whole(
    tmp_path: Path, program: Program, language: Language
) -> None:
    material = sample(tmp_path / "case", language)
    pdf = write_report(material, tmp_path).pdf
    text = text_of(pdf, program)
    packed = text.replace(" ", "")
    for paragraph in FIRST.split("\n"):
        assert paragraph in text
    for file in (file for item in material.items for file in item.files):
        assert file.sha256 in packed
    assert material.head is not None
    assert printed_head(material.head) in packed
    assert material.head.signatures[0].signature in packed


def test_the_qr_code_holds_the_head(tmp_path: Path, program: Program) -> None:
    cv2 = pytest.importorskip("cv2")
    material = sample(tmp_path / "case")
    pdf = write_report(material, tmp_path).pdf
    shown = subprocess.run([program("pdftotext"), pdf, "-"], capture_output=True, check=True).stdout.decode()
    (number,) = [
        n for n, text in enumerate(shown.split("\f"), 1) if "Ujung rantai sebagai JSON kanonik" in text
    ]
    only = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run([program("pdftoppm"), "-r", "150", "-png", *only, pdf, tmp_path / "page"], check=True)
    payload, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(tmp_path / "page.png")))
    assert msgspec.json.decode(payload, type=Head) == material.head


@pytest.mark.parametrize("language", Language)
def test_hostile_text_is_printed_and_never_obeyed(
    tmp_path: Path, program: Program, language: Language
) -> None:
    pdf = write_report(hostile(tmp_path / "case", language), tmp_path).pdf
    raw = subprocess.run(
        [program("pdftotext"), "-raw", pdf, "-"], capture_output=True, check=True
    ).stdout.decode()
    text = re.sub(r"\s+", " ", raw)
    assert '#panic("ran") = Judul *tebal* $x$ @label <label> \\#set `raw` // komentar' in text
    assert "<script>alert(1)</script><img src=x onerror=alert(1)>" in text
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in text
    assert "U+001B" in text
    assert "U+1F44D THUMBS UP SIGN" in text
    assert "w" * 300 in raw.replace("\n", "")
    assert not set("\u202e\u2066\u200b\ufeff\x00\x07\x1b") & set(raw)


def test_no_hidden_character_reaches_the_typesetter(tmp_path: Path) -> None:
    printed = msgspec.json.encode(layout(hostile(tmp_path / "case"), tmp_path)).decode()
    assert {c for c in printed if unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn")} == set()
    assert not re.search(r"\\u00[01]|\\[bfrt]", printed)  # controls as JSON would escape them


def test_hostile_text_stays_whole_in_the_findings(tmp_path: Path) -> None:
    data = decode_canonical("", render(hostile(tmp_path)).data)
    assert data["timelines"][0]["versions"][0]["text"] == HOSTILE


def test_findings_hold_numbers_and_texts_that_json_cannot(tmp_path: Path) -> None:
    base = sample(tmp_path)
    look = base.timelines[0].observations[0]
    assert look.post is not None
    post = replace(look.post, activity={"likes": 2**70}, text="a\ud800b")
    material = replace(
        base,
        title="a\ud800",
        timelines=(replace(base.timelines[0], observations=(replace(look, post=post),)),),
    )
    data = decode_canonical("", render(material).data)
    found = data["timelines"][0]["observations"][0]["post"]
    assert found["activity"]["likes"] == str(2**70)
    assert found["text"] == "a\\ud800b"


def test_a_picture_that_cannot_be_shown_is_said_so_and_costs_no_report(
    tmp_path: Path, program: Program
) -> None:
    material = sample(tmp_path / "case")
    (tmp_path / "case/data/000001/element.png").write_bytes(b"no picture")
    (tmp_path / "case/data/000002/element.png").unlink()
    text = text_of(write_report(material, tmp_path).pdf, program)
    assert "isi berkas bukan gambar yang dapat dibaca" in text
    assert "berkas tidak ada di dalam folder perkara" in text


def variants(base: Material) -> list[Material]:
    """Every verdict, outcome and state, and a case in which there is nothing yet."""
    rate = ErrorRate(
        name="false match", measured=True, errors=0, trials=300, upper_95=0.01, material="fixtures"
    )
    measured = reading()
    measured = replace(measured, reading=replace(measured.reading, error_rates=(rate,)))
    return [
        replace(base, items=(), events=(), head=None, verdict=None, timelines=(), readings=(), pictures=()),
        replace(
            base, readings=(measured,), pending=("custody/000007.sha256.pengawas-b.p7s",), withheld=(2, 4)
        ),
        replace(base, examiner=None, number="", requested_by="", verdict=None),
        *(replace(base, verdict=verdict(status)) for status in Status),
        *(replace(base, readings=(reading(outcome),)) for outcome in Outcome),
        *(replace(base, timelines=(replace(timeline(), state=state),)) for state in State),
    ]


@pytest.mark.parametrize("language", Language)
def test_every_kind_of_case_has_its_words(tmp_path: Path, language: Language) -> None:
    for material in variants(sample(tmp_path, language)):
        sections = (
            *report_sections(material),
            *annex_sections(material),
            *exhibit_sections(material, language),
        )
        keys = [section.key for section in report_sections(material)]
        assert len(keys) == len(set(keys))
        assert not re.search(r"[a-z]+\.[a-z_]+\.[0-9]|\{[a-z]+\}", repr([s.heading for s in sections]))


def test_an_empty_case_still_gives_a_report(tmp_path: Path, program: Program) -> None:
    empty = variants(sample(tmp_path / "case"))[0]
    assert "Ujung rantai tidak dinyatakan ketika dokumen ini disusun." in text_of(
        write_report(empty, tmp_path).pdf, program
    )


def test_all_characters_that_count_as_drawn_are_in_the_reports_fonts(tmp_path: Path) -> None:
    drawn = [chr(code) for low, high in inert._DRAWN for code in range(low, high + 1)]
    lines = inert.shown_lines(" ".join(drawn)[: inert.MAX_SHOWN], fonts_only=True)
    shown = [run.text for line in lines for run in line if run.kind is not inert.RunKind.SIGN]
    (tmp_path / "all.json").write_bytes(msgspec.json.encode(shown))
    (tmp_path / "all.typ").write_text(
        '#set document(title: "x")\n#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#json("all.json").join()'
    )
    pdf = typst.compile(
        tmp_path / "all.typ",
        root=tmp_path,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=PDF_STANDARDS,
    )
    assert pdf.startswith(b"%PDF-")
