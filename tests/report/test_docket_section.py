"""The docket in the report and the exhibit: told once an entry is there, neutral, inert, and without a person."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from docket_sample import DATA, docket, entry, told
from html_elements import Elements
from msgspec.structs import replace
from report_sample import HOSTILE, sample

from evidentia.docket.data_sets import docket_data
from evidentia.record.docket import Act, DocketTold, Person, Reporter, Standing, Step
from evidentia.record.errors import MissingPart
from evidentia.report.document import Paragraph, Section, Table, Tone
from evidentia.report.exhibit import exhibit_page
from evidentia.report.expert import render
from evidentia.report.findings import findings, findings_json
from evidentia.report.material import Language, Material
from evidentia.report.outline import exhibit_sections, report_sections
from evidentia.report.sections.docket import MOST_ROWS, docket_sections
from lab.browser import launched

Program = Callable[[str], Path]


@pytest.fixture
def material(tmp_path: Path) -> Material:
    return replace(sample(tmp_path), docket=told())


def section(m: Material, language: Language = Language.ENGLISH) -> Section:
    (one,) = docket_sections(m, language)
    return one


def text_of(one: Section) -> str:
    return msgspec.json.encode(one).decode().replace("\\n", " ")


def tables(one: Section) -> list[Table]:
    return [block for block in one.blocks if isinstance(block, Table)]


def with_docket(m: Material, one: Any, data: Any = DATA) -> Material:
    return replace(m, docket=told(one, data))


def test_a_case_without_an_entry_is_told_as_if_there_were_no_dockets(tmp_path: Path) -> None:
    plain = sample(tmp_path)
    assert docket_sections(plain, Language.ENGLISH) == ()
    assert "docket" not in findings(plain)
    nothing = DocketTold(item=None, standing=Standing.NONE, withheld_entries=(), as_of=date(2026, 1, 1))
    assert exhibit_page(replace(plain, docket=nothing)) == exhibit_page(plain)


def test_it_stands_between_the_evidence_and_what_is_asked_of_it(material: Material) -> None:
    report = [one.key for one in report_sections(material)]
    assert report.index("evidence") < report.index("docket") < report.index("purpose")
    exhibit = [one.key for one in exhibit_sections(material, Language.ENGLISH)]
    assert exhibit.index("evidence") < exhibit.index("docket") < exhibit.index("custody")


@pytest.mark.parametrize("language", Language)
def test_everything_that_is_asked_of_it_is_there(language: Language, material: Material) -> None:
    said = text_of(section(material, language))
    for part in {
        Language.ENGLISH: (
            "a member of the public", "Sulawesi Selatan", "26 September 2024", "shown by item 000001",
            "D6 (discipline)",
            "undetermined: the time may lie before or after the determination of candidates",
            "Basis: Joint decree of 2022", "registered", "status (event 7)",
            "moral sanction received on 2 October 2024",
            "carried out", "Deadlines as they stood on 23 November 2026 (days of Asia/Makassar)",
            "3 October 2024 or 7 October 2024", "missed: the docket does not say that it was done",
            "met done on 27 September 2024", "Nobody has compared these data", "forms.toml",
        ),
        Language.INDONESIAN: (
            "masyarakat", "ditunjukkan oleh butir 000001",
            "belum dapat ditentukan: waktunya mungkin sebelum atau sesudah",
            "D6 (disiplin)", "Dasar: SKB 2022", "sanksi moral diterima 2 Oktober 2024", "terlampaui",
            "Belum seorang pun membandingkan",
        ),
    }[language]:  # fmt: skip
        assert part in said, part


@pytest.mark.parametrize("language", Language)
def test_nobody_is_called_guilty_and_nobody_is_named(language: Language, material: Material) -> None:
    said = text_of(section(material, language))
    assert not re.search(
        r"guilty|offender|perpetrator|violator|bersalah|pelaku|terbukti", said, re.IGNORECASE
    )
    assert not re.search(r"Pejabat \d|Paslon|07/REG|Penyidik Satu|dengan kata sendiri:", said)


def test_both_languages_tell_the_same(material: Material) -> None:
    def shape(language: Language) -> list[tuple[str, int]]:
        return [(type(b).__name__, len(getattr(b, "rows", ()))) for b in section(material, language).blocks]

    assert shape(Language.ENGLISH) == shape(Language.INDONESIAN)


def test_what_an_entry_does_not_state_is_said_to_be_not_stated(material: Material) -> None:
    empty = docket(
        entry(reporters=(), persons=(), acts=(), region="", known_at=None, received_at=None, history=(),
              recommendations=(), follow_ups=()),
        history=(), deadlines=(),
    )  # fmt: skip
    said = text_of(section(with_docket(material, empty)))
    assert said.count("not stated") == 5
    for sentence in ("names no act", "No status, recommendation or follow-up", "have no deadline"):
        assert sentence in said


def test_unknown_bounds_and_a_form_that_a_person_chose(material: Material) -> None:
    acts = entry().acts
    half = replace(acts[0], acted=replace(acts[0].acted, not_before=None), form="D6", contest="", platform="")
    never = Act(act="LIKE")
    said = text_of(section(with_docket(material, docket(entry(acts=(half, never))))))
    for part in ("not after 25 September 2024", "time not known", "undetermined: no time is known"):
        assert part in said, part
    chosen = replace(acts[0], form="D6")
    assert "chosen by whoever made" in text_of(section(with_docket(material, docket(entry(acts=(chosen,))))))


def test_a_deadline_beyond_the_calendar_says_the_year(material: Material) -> None:
    late = docket(entry(received_at=entry().received_at.replace(year=2026, month=12, day=30)))
    said = text_of(section(with_docket(material, late)))
    assert "the longest cannot be computed" in said


def test_a_code_that_the_data_lack_and_other_editions_are_said(material: Material, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "reporters.toml").write_text(
        'format = 1\nedition = "uji"\nsource = "invented"\n[[entry]]\ncode = "MEDIA"\nid = "x"\nen = "x"\n'
        'source = "invented"\nverified = true\n'
    )
    data = docket_data(tmp_path / "d")
    said = text_of(section(with_docket(material, docket(data=data), data)))
    assert "PUBLIC (not in the data)" in said
    assert "another edition of: reporters.toml" in said
    assert "reporters.toml, uji (the user's own)" in said


def test_an_entry_that_is_withheld_or_cannot_be_read_is_only_said_to_be(material: Material) -> None:
    gone = with_docket(material, docket(standing=Standing.NEWER_WITHHELD, withheld_entries=(5, 6)))
    (warning,) = section(gone).blocks
    assert isinstance(warning, Paragraph)
    assert warning.tone is Tone.WARNING
    assert "000005, 000006" in warning.text
    problem = replace(told(), summary=None, problem=f"it says that it is of the case {HOSTILE}")
    (warning,) = section(replace(material, docket=problem)).blocks
    assert "cannot be read as one of this case" in str(warning)
    assert "<script>" not in exhibit_page(replace(material, docket=problem))


def test_an_entry_that_is_withheld_from_a_page_is_not_told_on_it(material: Material) -> None:
    page = exhibit_page(replace(material, withheld=(5,)))
    assert "The newest docket entry is withheld (item 000005)" in page
    assert "moral sanction" not in page


def test_of_a_list_without_end_the_first_lines_are_told_and_the_rest_is_counted(material: Material) -> None:
    many = entry(
        reporters=(Reporter(kind="PUBLIC"),) * 500,
        persons=tuple(Person(pseudonym=f"Pejabat {n}") for n in range(500)),
        acts=entry().acts * 250,
        history=tuple(Step(status="kajian", at=entry().history[0].at) for _ in range(500)),
    )
    said = section(with_docket(material, docket(many)))
    acts, steps, *_ = tables(said)
    assert (len(acts.rows), len(steps.rows)) == (MOST_ROWS + 1, MOST_ROWS + 1)
    assert acts.rows[-1][0].text == f"and {500 - MOST_ROWS} more, in item 000005"
    assert f"and {500 - MOST_ROWS} more" in text_of(said)
    assert len(exhibit_page(with_docket(material, docket(many)))) < 1_000_000


def test_the_page_has_headings_and_names_its_columns_and_holds_no_script(material: Material) -> None:
    page = exhibit_page(material)
    elements = Elements(page)
    assert 'id="id-docket"' in page
    assert 'id="en-docket"' in page
    assert all(one.get("scope") == "col" for one in elements.all("th"))
    assert "script" not in {tag for tag, _ in elements.found}
    assert page == exhibit_page(material)


def test_hostile_words_of_a_data_set_are_words(material: Material, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    words = '#panic(\\"x\\") <script>alert(1)</script> \\u202e {0}'
    (tmp_path / "d" / "reporters.toml").write_text(
        'format = 1\nedition = "uji"\nsource = "invented"\n[[entry]]\ncode = "PUBLIC"\n'
        f'id = "{words}"\nen = "{words}"\n'
        'source = "invented"\nverified = true\n'
    )
    data = docket_data(tmp_path / "d")
    hostile = with_docket(material, docket(data=data), data)
    page = exhibit_page(hostile)
    assert "<script>" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)" in page
    render(hostile)


def test_the_pdf_has_it_in_both_languages_and_the_same_input_gives_the_same_bytes(
    material: Material, tmp_path: Path, program: Program
) -> None:
    both = replace(material, languages=tuple(Language))
    rendered = render(both)
    assert render(both).pdf == rendered.pdf
    (tmp_path / "r.pdf").write_bytes(rendered.pdf)
    shown = subprocess.run(
        [program("pdftotext"), "-raw", tmp_path / "r.pdf", "-"], capture_output=True, check=True
    )
    text = re.sub(r"\s+", " ", shown.stdout.decode())
    for said in ("Register perkara", "belum dapat ditentukan", "Deadlines as they stood on 23 November 2026"):
        assert said in text, said


def test_another_day_is_another_report_and_the_day_is_in_its_data(material: Material) -> None:
    earlier = with_docket(material, docket(as_of=date(2024, 9, 28)))
    assert b'"as_of":"2024-09-28"' in findings_json(earlier)
    assert b'"as_of":"2026-11-23"' in findings_json(material)
    assert "open" in text_of(section(earlier))


@pytest.mark.browser
def test_it_is_read_by_ear_and_fits_a_telephone(
    material: Material, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    (tmp_path / "index.html").write_text(exhibit_page(material), encoding="utf-8")
    try:
        with launched(tmp_path) as chromium:
            tab = chromium.new_context(offline=True, viewport={"width": 320, "height": 640}).new_page()
            tab.goto((tmp_path / "index.html").as_uri())
            heard = tab.locator("body").aria_snapshot()
            width = tab.evaluate("document.documentElement.scrollWidth")
    except MissingPart as error:
        absent(error.happened)
    assert '- heading "Register perkara" [level=2]' in heard
    assert '- columnheader "Bentuk pelanggaran dan dasarnya"' in heard
    assert re.search(r'- table "Tenggat menurut keadaan pada 23 November 2026', heard)
    assert width <= 320
