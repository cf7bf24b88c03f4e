from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from html_elements import Elements
from msgspec.structs import replace
from report_sample import BAWASLU, FIRST, HOSTILE, head, hostile, sample, verdict

from evidentia.formats.head import printed_head
from evidentia.record.errors import MissingPart
from evidentia.record.verdict import Status
from evidentia.report.exhibit import exhibit_page
from evidentia.report.material import Language
from lab.browser import launched

ALLOWED = frozenset(
    re.findall(
        r"\w+",
        """html head meta title style body a header main footer div section nav fieldset legend label input span p
        h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tr th td blockquote bdi br strong del ins
        pre code figure figcaption img svg path""",
    )
)


@pytest.fixture
def page(tmp_path: Path) -> str:
    return exhibit_page(sample(tmp_path))


def test_the_page_depends_on_its_material_alone(tmp_path: Path) -> None:
    first, second = sample(tmp_path / "a"), sample(tmp_path / "b")
    assert exhibit_page(first) == exhibit_page(second)
    later = replace(second, written_at=second.written_at.replace(year=2030), verdict=verdict(Status.FAILED))
    assert exhibit_page(later) == exhibit_page(first)


@pytest.mark.parametrize("make", [sample, hostile])
def test_there_is_no_script_and_nothing_from_elsewhere(tmp_path: Path, make: Callable[[Path], Any]) -> None:
    elements = Elements(exhibit_page(make(tmp_path)))
    assert {tag for tag, _ in elements.found} <= ALLOWED
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in ("href", "src"):
            target = attributes.get(name)
            assert target is None or re.fullmatch(r"#[a-z0-9-]+|data/[0-9]{6}/[A-Za-z0-9._-]+", target), (
                target
            )


def test_the_policy_lets_in_this_style_and_pictures_and_nothing_else(page: str) -> None:
    (policy,) = [
        m["content"] for m in Elements(page).all("meta") if m.get("http-equiv") == "Content-Security-Policy"
    ]
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src 'self'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_hostile_text_is_text(tmp_path: Path) -> None:
    page = exhibit_page(hostile(tmp_path))
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;&gt;&amp;lt;"
        in page
    )
    assert '<span class="sign">U+202E RIGHT-TO-LEFT OVERRIDE</span>' in page
    assert not set("\u202e\u2066\u200b\ufeff\x00\x07\x1b") & set(page)
    assert HOSTILE not in page


def test_every_picture_has_words_for_those_who_cannot_see_it(page: str) -> None:
    pictures = Elements(page).all("img")
    assert len(pictures) == 2 * 4  # two versions, the screenshot, its capture; in two languages
    assert all(len(str(picture["alt"])) > 20 for picture in pictures)


def test_landmarks_headings_and_anchors_are_there_for_keyboard_and_screen_reader(page: str) -> None:
    elements = Elements(page)
    tags = [tag for tag, _ in elements.found]
    for landmark in ("header", "main", "footer", "nav"):
        assert landmark in tags
    ids = [a["id"] for _, a in elements.found if a.get("id")]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in elements.all("a") if str(a["href"]).startswith("#")} <= set(ids)
    assert all(a.get("scope") == "col" for a in elements.all("th"))
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_both_languages_tell_the_same(page: str) -> None:
    for text in (
        "Linimasa unggahan 1",
        "Timeline of post 1",
        "penyerahan",
        "transfer",
        "openssl cms -verify",
    ):
        assert text in page
    assert page.count(FIRST.split("\n")[0]) >= 4
    assert page.count(printed_head(head())) == 4  # as a fact and in the command, in two languages
    assert page.count(BAWASLU.certificate) == 2


def test_words_are_marked_by_form_as_well_as_by_colour(page: str) -> None:
    assert "[−<del><bdi>dukung Paslon A</bdi></del>−]" in page
    assert "[+<ins><bdi>datang ke TPS</bdi></ins>+]" in page


def test_the_page_opens_in_the_language_of_the_material(tmp_path: Path) -> None:
    english = exhibit_page(sample(tmp_path, Language.ENGLISH))
    assert '<html lang="en">' in english
    assert 'id="show-en" checked' in english


@pytest.fixture
def chromium(absent: Callable[[str], None], tmp_path: Path) -> Iterator[Any]:
    """A real Chromium that knows no network, with scripts allowed, so that the page's policy alone stops them."""
    try:
        with launched(tmp_path) as browser:
            yield browser
    except MissingPart as error:
        absent(error.happened)


def opened(chromium: Any, folder: Path, page: str) -> tuple[Any, list[str], list[str]]:
    """The page from its file, with what it said in the console and what it asked for."""
    (folder / "index.html").write_text(page, encoding="utf-8")
    tab = chromium.new_context(offline=True).new_page()
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((folder / "index.html").as_uri())
    return tab, said, asked


@pytest.mark.browser
def test_pictures_show_from_a_file_and_nothing_else_is_asked_for(tmp_path: Path, chromium: Any) -> None:
    tab, said, asked = opened(chromium, tmp_path, exhibit_page(sample(tmp_path)))
    widths = tab.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
    assert len(widths) == 8
    assert all(width > 0 for width in widths)
    assert said == []
    assert all(url.startswith(tmp_path.as_uri()) for url in asked)


@pytest.mark.browser
def test_hostile_text_runs_nothing_in_a_real_browser(tmp_path: Path, chromium: Any) -> None:
    tab, said, asked = opened(chromium, tmp_path, exhibit_page(hostile(tmp_path)))
    assert said == []
    assert all(url.startswith(tmp_path.as_uri()) for url in asked)
    assert tab.locator("script").count() == 0
    assert "<script>alert(1)</script>" in tab.inner_text("h1")


@pytest.mark.browser
def test_an_injected_script_would_be_stopped_by_the_policy(tmp_path: Path, chromium: Any) -> None:
    page = exhibit_page(sample(tmp_path)).replace(
        "</main>", "<script>alert(1)</script><img src=x onerror=alert(1)></main>"
    )
    _, said, _ = opened(chromium, tmp_path, page)
    assert said
    assert all("Content Security Policy" in text or "ERR_FILE_NOT_FOUND" in text for text in said)


@pytest.mark.browser
def test_the_keyboard_changes_the_language(tmp_path: Path, chromium: Any) -> None:
    tab, _, _ = opened(chromium, tmp_path, exhibit_page(sample(tmp_path)))
    assert tab.locator("div.in-id").is_visible()
    tab.focus("#show-id")
    tab.keyboard.press("ArrowRight")
    assert tab.locator("div.in-en").is_visible()
    assert not tab.locator("div.in-id").is_visible()
