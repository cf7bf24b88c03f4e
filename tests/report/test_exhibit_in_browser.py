"""The exhibit as a person meets it: by eye, by keyboard, by ear, on a telephone, on paper. In a real Chromium."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from html_elements import Elements
from msgspec.structs import replace
from report_sample import HOSTILE, hostile, sample

from evidentia.record.errors import MissingPart
from evidentia.report.exhibit import exhibit_page
from evidentia.report.inert import MAX_SHOWN
from evidentia.report.material import Language, Material, pictures_of
from lab.browser import launched

pytestmark = pytest.mark.browser

LARGE, LARGE_BOLD = 24.0, 18.66
"""CSS pixels from which text counts as large: 18 pt, or 14 pt bold (WCAG 2.2, "large scale")."""

COLOURS = """() => {
  const numbers = text => (text.match(/[0-9.]+/g) || []).map(Number)
  const found = new Map()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.checkVisibility({visibilityProperty: true})) continue
    const style = getComputedStyle(element)
    let ground = element, paint = [255, 255, 255]
    for (; ground; ground = ground.parentElement) {
      const c = numbers(getComputedStyle(ground).backgroundColor)
      if (c.length === 3 || c[3] === 1) { paint = c.slice(0, 3); break }
      if (c.length === 4 && c[3] !== 0) throw new Error('half transparent ground')
    }
    const ink = numbers(style.color)
    if (ink.length === 4 && ink[3] !== 1) throw new Error('half transparent ink')
    const key = [ink, paint, style.fontSize, style.fontWeight].join('|')
    if (!found.has(key)) found.set(key, {ink, paint, size: parseFloat(style.fontSize),
      weight: Number(style.fontWeight), text: walker.currentNode.data.trim().slice(0, 40)})
  }
  return [...found.values()]
}"""


def luminance(colour: list[float]) -> float:
    """Relative luminance of an sRGB colour (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: list[float], second: list[float]) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(tab: Any) -> list[str]:
    """Every text of a page whose contrast is below WCAG's AA: 4.5, or 3 where it is large."""
    told = tab.evaluate(COLOURS)
    assert len(told) > 5
    faint = []
    for one in told:
        large = one["size"] >= LARGE or (one["size"] >= LARGE_BOLD and one["weight"] >= 700)
        ratio = contrast(one["ink"], one["paint"])
        if ratio < (3.0 if large else 4.5):
            faint.append(f"{ratio:.2f}: {one}")
    return faint


@pytest.fixture
def chromium(absent: Callable[[str], None], tmp_path: Path) -> Iterator[Any]:
    try:
        with launched(tmp_path) as browser:
            yield browser
    except MissingPart as error:
        absent(error.happened)


def opened(chromium: Any, folder: Path, page: str, **context: Any) -> Any:
    (folder / "index.html").write_text(page, encoding="utf-8")
    tab = chromium.new_context(offline=True, **context).new_page()
    tab.goto((folder / "index.html").as_uri())
    return tab


def with_boxes(folder: Path) -> Material:
    """As a case holds it: the marked copy lies in the item that keeps the reading, not in the screenshot's."""
    told = sample(folder)
    shot = told.items[-1]
    (folder / "data" / "000005").mkdir()
    (folder / "data" / "000004" / "annotated.png").rename(folder / "data" / "000005" / "annotated.png")
    kept = replace(shot, item=5, about=(4,), files=tuple(f for f in shot.files if f.name == "annotated.png"))
    bare = replace(shot, files=tuple(f for f in shot.files if f.name != "annotated.png"))
    items = (*told.items[:-1], bare, kept)
    readings = tuple(replace(one, kept=5) for one in told.readings)
    return replace(told, items=items, readings=readings, pictures=pictures_of(items))


def test_the_ratio_is_that_of_the_standard() -> None:
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast([118, 118, 118], [255, 255, 255]) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("make", [sample, hostile])
@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_text_can_be_told_from_its_ground(
    scheme: str, make: Callable[[Path], Material], tmp_path: Path, chromium: Any
) -> None:
    tab = opened(chromium, tmp_path, exhibit_page(make(tmp_path)))
    if scheme == "print":
        tab.emulate_media(media="print")
    else:
        tab.emulate_media(color_scheme=scheme)
    assert too_faint(tab) == []


def test_a_faint_text_would_be_found(tmp_path: Path, chromium: Any) -> None:
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", exhibit_page(sample(tmp_path)))
    tab = opened(chromium, tmp_path, page.replace("--faint: #4d5866", "--faint: #8d98a6"))
    assert too_faint(tab)


def test_a_screen_reader_is_told_landmarks_headings_and_pictures(tmp_path: Path, chromium: Any) -> None:
    tab = opened(chromium, tmp_path, exhibit_page(sample(tmp_path)))
    told = tab.locator("body").aria_snapshot()
    for line in (
        "- banner:",
        '- heading "Dugaan pelanggaran',
        '- radio "Bahasa Indonesia" [checked]',
        "- main:",
        '- navigation "Daftar isi":',
        '- region "Linimasa unggahan 1":',
        '- heading "Linimasa unggahan 1" [level=2]',
        '- table "Pengamatan"',
        '- img "',
        "- contentinfo:",
    ):
        assert line in told, line
    assert "Timeline of post 1" not in told  # the other language is hidden from ears as from eyes
    assert not re.search(r"- img$|- region$|- navigation:?$", told, re.MULTILINE)


def test_the_keyboard_reaches_everything_and_shows_where_it_is(tmp_path: Path, chromium: Any) -> None:
    tab = opened(chromium, tmp_path, exhibit_page(sample(tmp_path)))
    reachable = tab.evaluate(
        """() => [...document.querySelectorAll('a[href], input, [tabindex="0"]')]
        .filter(one => one.checkVisibility()).length"""
    )
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    seen = 1
    while seen <= reachable:
        outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", tab.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement === document.body"):
            break
        seen += 1
    assert seen == reachable - 1  # the two languages are one stop: arrows change them
    tab.reload()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#content"


@pytest.mark.parametrize("make", [sample, hostile])
def test_on_a_telephone_nothing_runs_out_of_the_window(
    make: Callable[[Path], Material], tmp_path: Path, chromium: Any
) -> None:
    page = exhibit_page(make(tmp_path))
    tab = opened(chromium, tmp_path, page, viewport={"width": 320, "height": 640})  # WCAG 2.2, 1.4.10
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    for table in tab.locator(".scroll:visible").all():
        assert table.evaluate("one => one.getBoundingClientRect().right") <= 320


@pytest.mark.parametrize("text", ["A" * 1_000_000, "\n" * 1_000_000, "\u202e" * 500_000, "</p>" * 250_000])
def test_a_huge_text_is_cut_and_said_to_be(text: str, tmp_path: Path, chromium: Any) -> None:
    told = sample(tmp_path)
    (one,) = told.timelines
    versions = (replace(one.versions[0], text=text), *one.versions[1:])
    page = exhibit_page(replace(told, title=text, timelines=(replace(one, versions=versions),)))
    assert len(page) < 200 * MAX_SHOWN
    Elements(page)  # nests as it must
    tab = opened(chromium, tmp_path, page, viewport={"width": 800, "height": 600})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 800
    assert tab.locator("main section").count() > 10
    tab.locator("footer").scroll_into_view_if_needed()


def test_hostile_words_do_not_turn_the_lines_around_them(tmp_path: Path, chromium: Any) -> None:
    tab = opened(chromium, tmp_path, exhibit_page(hostile(tmp_path)))
    heading = tab.locator("h1")
    assert heading.evaluate("one => getComputedStyle(one).direction") == "ltr"
    assert "U+202E RIGHT-TO-LEFT OVERRIDE" in heading.inner_text()
    assert tab.title().isprintable()
    assert HOSTILE not in tab.title()


def test_the_picture_with_the_boxes_is_the_one_that_is_shown(tmp_path: Path, chromium: Any) -> None:
    tab = opened(chromium, tmp_path, exhibit_page(with_boxes(tmp_path)))
    shown = tab.locator("#id-reading-000004").locator("xpath=..").locator("img").first
    assert shown.get_attribute("src") == "data/000005/annotated.png"
    assert shown.evaluate("one => one.naturalWidth") > 0


def test_on_paper_it_is_whole_numbered_and_without_what_only_a_screen_needs(
    tmp_path: Path, chromium: Any, program: Callable[[str], Path]
) -> None:
    tab = opened(chromium, tmp_path, exhibit_page(sample(tmp_path, Language.ENGLISH)))
    tab.pdf(path=str(tmp_path / "exhibit.pdf"), format="A4", prefer_css_page_size=True)
    command = [program("pdftotext"), "-layout", "exhibit.pdf", "-"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    pages = said.rstrip("\f\n").split("\f")
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page
    for heading in ("Overview", "Timeline of post 1", "Table of digests", "Exhibit"):
        assert heading in said, heading
    assert "Skip to the content" not in said
    assert "Linimasa unggahan" not in said
