"""The complete report: both languages with nothing missing in either, plots, certification, the expert's own words."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from report_sample import HOSTILE, reading, sample, timeline, verdict
from test_expert_files import EXPERT, QUESTIONS

from evidentia.formats.canonical_json import decode_canonical
from evidentia.record.errors import FormatError
from evidentia.record.finding import Outcome
from evidentia.record.moment import Interval
from evidentia.record.verdict import Status
from evidentia.report.document import MarkKind, Plot, Section, SignatureLine, Table
from evidentia.report.expert import render
from evidentia.report.expert_files import read_expert, read_questions
from evidentia.report.material import Language, Material
from evidentia.report.outline import report_parts
from evidentia.report.pdf_form import with_form
from evidentia.report.sections.opinion import MOST_AT_A_GLANCE
from evidentia.report.sections.plot import plot_of

BOTH = tuple(Language)
Program = Callable[[str], Path]


@pytest.fixture
def material(tmp_path: Path) -> Material:
    """The sample case with an expert's file and questions, in both languages."""
    return whole(tmp_path, "Metode *kami*.")


def whole(folder: Path, method: str) -> Material:
    folder.mkdir(exist_ok=True)
    for name, text in (("metode.md", method), ("method.md", method), ("kesimpulan.md", "Pendapat.")):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "expert.toml").write_text(EXPERT)
    (folder / "questions.toml").write_text(QUESTIONS)
    return replace(
        sample(folder / "case"),
        languages=BOTH,
        expertise=read_expert(folder / "expert.toml", BOTH),
        asked=read_questions(folder / "questions.toml", BOTH),
    )


def shape(sections: tuple[Section, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each section's key with the kinds of its blocks, and how much is in each."""
    for section in sections:
        yield section.key, tuple(f"{type(b).__name__} {size(b)}" for b in section.blocks)
        yield from shape(section.sections)


def size(block: object) -> int:
    return max(
        (len(getattr(block, name, ())) for name in ("rows", "points", "lanes", "links", "nodes")), default=0
    )


def test_nothing_is_missing_in_either_language(material: Material) -> None:
    first, second = report_parts(material)
    own = {"circumstances", "hashes"}
    assert list(shape(first.sections)) == list(shape(second.sections))
    assert list(shape(first.annexes)) == list(
        shape(tuple(one for one in second.annexes if one.key not in own))
    )
    assert own <= {one.key for one in second.annexes}  # one for both, with names in both


def test_the_report_has_every_section_that_is_asked_of_it(material: Material) -> None:
    part = report_parts(material)[-1]
    keys = {key for key, _ in shape((*part.sections, *part.annexes))}
    assert keys >= {
        *("summary", "introduction", "evidence", "purpose", "questions", "procedure", "results", "integrity"),
        *(
            "post-1",
            "reading-000004",
            "conclusion",
            "answers",
            "limitations",
            "unanswered",
            "custody",
            "head",
        ),
        *("repeat", "declaration", "certification", "scale", "circumstances", "state-rates", "hashes"),
        *("own-method", "own-conclusion"),
    }


def test_the_pdf_holds_both_languages_and_the_same_input_gives_the_same_bytes(
    material: Material, tmp_path: Path, program: Program
) -> None:
    rendered = render(material)
    assert render(whole(tmp_path / "again", "Metode *kami*.")).pdf == rendered.pdf
    path = tmp_path / "both.pdf"
    path.write_bytes(rendered.pdf)
    shown = subprocess.run([program("pdftotext"), "-raw", path, "-"], capture_output=True, check=True)
    text = re.sub(r"\s+", " ", shown.stdout.decode())
    for said in (
        "Bagian I: Bahasa Indonesia",
        "Part II: English",
        "Temuan memberikan dukungan kuat bagi H1 dibandingkan dengan H2.",
        "The findings provide strong support for H1 rather than H2.",
        "902(13)",
        "seal checked: agrees",
        "hence no number",
        "ENFSI, Guideline for Evaluative Reporting",
        "printed untranslated in both parts",
    ):
        assert said in text, said
    for digest in {file.sha256 for item in material.items for file in item.files}:
        assert digest in text.replace(" ", "")
    info = subprocess.run([program("pdfinfo"), path], capture_output=True, check=True).stdout.decode()
    assert re.search(r"Tagged:\s+yes", info)
    assert b"/Lang" in rendered.pdf
    data = decode_canonical("", rendered.data)
    assert data["languages"] == ["id", "en"]
    assert data["asked"]["questions"][0]["answer"]["degree"] == "strong"
    assert data["expertise"]["texts"]["method"]["id"] == "Metode *kami*."


def test_hostile_markdown_is_printed_and_never_obeyed(tmp_path: Path, program: Program) -> None:
    typed = '#panic("ran") #read("/etc/passwd") $x$ <b>tebal</b> ![x](/etc/passwd) [k](javascript:a) @label <label>'
    material = whole(
        tmp_path / "files",
        f"{typed}\n\n- {typed}\n\n> {typed}\n\n```\n{typed}\n```\n\n`{typed}`\n\n{HOSTILE}",
    )
    path = tmp_path / "hostile.pdf"
    path.write_bytes(render(replace(material, languages=())).pdf)
    raw = subprocess.run(
        [program("pdftotext"), "-raw", path, "-"], capture_output=True, check=True
    ).stdout.decode()
    packed = re.sub(r"\s+", "", raw)
    assert packed.count(re.sub(r"\s+", "", typed)) == 5
    assert not set("\u202e\u2066\u200b\ufeff\x00\x07\x1b") & set(raw)
    assert b"/URI" not in path.read_bytes()


def test_a_plot_shows_looks_versions_and_the_bounds_of_changes() -> None:
    plot = plot_of(timeline(), "+07:00", Language.ENGLISH)
    assert plot is not None
    looks, versions, changes = plot.lanes
    assert [mark.kind for mark in looks.marks] == [MarkKind.PRESENT, MarkKind.PRESENT, MarkKind.ABSENT]
    assert [round(mark.start, 2) for mark in looks.marks] == [0.0, 0.5, 1.0]
    assert [mark.label for mark in versions.marks] == ["V1", "V2"]
    assert all(0 <= mark.start <= mark.end <= 1 for lane in plot.lanes for mark in lane.marks)
    assert {mark.kind for mark in changes.marks} == {MarkKind.BOUNDS}
    assert plot.ticks[0][1] == "2026-11-20\n14:03"
    assert "3 looks, 2 versions, 2 changes" in plot.alt


def test_places_on_the_axis_of_a_short_plot_have_names_of_their_own() -> None:
    told = timeline()
    start = told.observations[0].during.not_before
    assert start is not None
    looks = tuple(
        replace(look, during=Interval(not_before=start + n * timedelta(seconds=3)))
        for n, look in enumerate(told.observations)
    )
    plot = plot_of(replace(told, observations=looks, versions=(), changes=()), "+07:00", Language.ENGLISH)
    assert plot is not None
    assert len({name for _, name in plot.ticks}) == len(plot.ticks)


def test_a_post_of_which_no_time_is_known_has_no_plot_and_one_moment_has_one() -> None:
    empty = replace(timeline(), observations=(), versions=(), changes=())
    assert plot_of(empty, "+07:00", Language.ENGLISH) is None
    once = replace(timeline(), observations=timeline().observations[:1], versions=(), changes=())
    assert isinstance(plot_of(once, "+07:00", Language.INDONESIAN), Plot)


def blocks_of(material: Material, key: str) -> str:
    def find(sections: tuple[Section, ...]) -> Iterator[Section]:
        for one in sections:
            yield one
            yield from find(one.sections)

    part = report_parts(material)[-1]
    (found,) = (one for one in find(part.sections) if one.key == key)
    return repr(found.blocks)


def test_what_could_not_be_answered_is_listed(material: Material) -> None:
    assert "no signal states the cause" in blocks_of(material, "unanswered")
    sure = replace(material, timelines=(), asked=None, readings=(reading(Outcome.CONSISTENT),))
    assert "No question" in blocks_of(sure, "unanswered")


def test_a_seal_that_does_not_agree_is_said_at_its_item_and_over_the_answers(material: Material) -> None:
    broken = replace(material, verdict=verdict(Status.FAILED))
    assert "seal checked: DIGEST_DIFFERS" in blocks_of(broken, "evidence")
    assert "bundle was changed" in blocks_of(broken, "answers")
    assert "seal not checked" in blocks_of(replace(material, verdict=None), "evidence")
    assert "not verified" in blocks_of(replace(material, verdict=None), "certification")


def test_each_examiner_signs_the_certification(material: Material) -> None:
    assert material.expertise is not None
    (one,) = material.expertise.people
    two = replace(
        material, expertise=replace(material.expertise, people=(one, replace(one, name="Ahli Dua")))
    )
    section = next(s for s in report_parts(two)[0].sections if s.key == "certification")
    assert [b.name for b in section.blocks if isinstance(b, SignatureLine)] == ["Dr. Ahli Satu", "Ahli Dua"]


def test_the_form_for_signatures_is_added_and_every_byte_stays(tmp_path: Path) -> None:
    pdf = b"%PDF-1.7\n\n1 0 obj\n<</Type/Catalog>>\nendobj\n\nxref\n0 1\n0000000000 65535 f \n"
    pdf += b"trailer\n<</Size 2/Root 1 0 R>>\nstartxref\n50\n%%EOF"
    assert with_form(pdf).startswith(pdf)
    assert with_form(pdf).count(b"/AcroForm 2 0 R") == 1
    for broken in (
        b"",
        pdf[:-5],
        pdf.replace(b"/Root", b"/Rood"),
        pdf.replace(b"Catalog", b"Catalog/AcroForm 9 0 R"),
    ):
        with pytest.raises(FormatError, match="typesetter"):
            with_form(broken)


# How the pages look


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, program: Program) -> list[list[str]]:
    """The lines of each page of the complete report, without its header and footer."""
    folder = tmp_path_factory.mktemp("pages")
    material = whole(folder, "Metode *kami*.\n\n" + "Satu langkah lagi.\n\n" * 7)
    (folder / "report.pdf").write_bytes(render(material).pdf)
    return lines_of(folder / "report.pdf", program)


def lines_of(pdf: Path, program: Program) -> list[list[str]]:
    said = subprocess.run(
        [program("pdftotext"), "-layout", pdf, "-"], capture_output=True, check=True
    ).stdout.decode()
    found = [[line.strip() for line in page.splitlines() if line.strip()] for page in said.split("\f")[:-1]]
    return [page[1:-1] if n else page for n, page in enumerate(found)]


def test_no_page_is_empty_and_none_ends_with_a_heading_or_with_words_that_announce(
    pages: list[list[str]],
) -> None:
    heading = re.compile(r"(?:(?:Lampiran|Annex) [A-Z](?:\.\d+)?|\d+(?:\.\d+)?) {1,3}[A-Z][^.:;]{3,80}")
    for number, page in enumerate(pages, 1):
        assert len(page) > 3, number
        assert not heading.fullmatch(page[-1]), (number, page[-1])
        assert not page[-1].endswith(":"), (number, page[-1])


def test_a_digest_in_a_table_stands_on_one_line(pages: list[list[str]], tmp_path: Path) -> None:
    printed = {digest for page in pages for line in page for digest in re.findall(r"\b[0-9a-f]{64}\b", line)}
    material = sample(tmp_path)
    assert material.head is not None
    assert printed >= {file.sha256 for item in material.items for file in item.files}
    assert printed >= {actor.certificate for event in material.events for actor in event.actors}
    assert material.head.seal in printed


def test_what_is_small_enough_is_not_torn_apart(pages: list[list[str]]) -> None:
    """The words of a scale stand on one page, under the heading that they belong to."""
    together = (
        ("dukungan lemah", "dukungan luar biasa kuat"),
        ("weak support", "extremely strong support"),
        ("Lampiran B", "dukungan lemah"),
    )
    for first, last in together:
        starts, ends = (
            [n for n, page in enumerate(pages) for line in page if n and line.startswith(one)]
            for one in (first, last)
        )
        assert starts == ends != [], (first, starts, ends)


def test_an_address_is_broken_behind_its_signs(pages: list[list[str]]) -> None:
    ends = [line for page in pages for line in page if re.search(r"forum\.ex$|/to$|dukung$", line)]
    assert ends == []


def test_many_findings_are_a_table_in_the_summary(tmp_path: Path, program: Program) -> None:
    material = whole(tmp_path, "Metode.")
    many = replace(material, timelines=material.timelines * 4)
    summary = report_parts(many)[0].sections[0]
    tables = [block for block in summary.blocks if isinstance(block, Table)]
    assert len(tables[0].rows) > MOST_AT_A_GLANCE
    assert not [block for block in report_parts(material)[0].sections[0].blocks if isinstance(block, Table)]
