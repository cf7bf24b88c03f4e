from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from html_elements import Elements
from msgspec.structs import replace
from PIL import Image
from report_sample import FIRST, HOSTILE, START, TOOL, hostile, sample

from evidentia.detect.marking import Drawn, Unplaced
from evidentia.detect.placing import Box
from evidentia.record.errors import MissingPart
from evidentia.record.life import (
    Change,
    ChangeKind,
    Contradiction,
    ContradictionKind,
    MediaFate,
    MediaMove,
    Standing,
    Timeline,
)
from evidentia.record.post import Evidence, Media, Signal, State
from evidentia.report import life_change
from evidentia.report.life_material import LifePage, ShownChange, ShownLife, SidePicture
from evidentia.report.life_page import MOST_LOOKS, life_page
from evidentia.report.material import Language
from lab.browser import launched

ALLOWED = frozenset(
    re.findall(
        r"\w+",
        """html head meta title style body a header main footer div section nav fieldset legend label input span p
        h1 h2 h3 h4 ul ol li dl dt dd table caption thead tbody tr th td blockquote bdi br strong del ins
        figure figcaption img details summary""",
    )
)
DIGEST = hashlib.sha256(b"page").hexdigest()


def png(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "PNG")
    return made.getvalue()


def picture(colour: str, **more: Any) -> SidePicture:
    box = Box(0, 0, 40, 30)
    drawn = Drawn(png=png(colour), box=box, marks=(box,), **more)
    return SidePicture(drawn=drawn, item=1, path="data/000001/page.png", sha256=DIGEST)


def shown(change: Change, timeline: Timeline, **more: Any) -> ShownChange:
    looks = timeline.observations
    told = {"picture_before": picture("red"), "picture_after": picture("green")} | more
    return ShownChange(change=change, before=looks[0], after=looks[1], **told)


def media_change(text: str = "gambar") -> Change:
    medium = Media(url=f"https://forum.example/{text}.jpg", sha256=DIGEST)
    return Change(
        kind=ChangeKind.MEDIA_CHANGED,
        before=text,
        after="",
        not_before=START,
        not_after=None,
        signals=(Signal(name=text, seen=text, where=text),),
        evidence=(Evidence(item=2, path=text),),
        media=(
            MediaMove(fate=MediaFate.REENCODED, before=medium, after=medium, distance=12, reason=text),
            MediaMove(fate=MediaFate.REMOVED, before=medium, after=None),
        ),
    )


def contradiction(text: str = "Kata-kata lain.") -> Contradiction:
    return Contradiction(
        kind=ContradictionKind.STALE_COPY,
        statement=text,
        not_before=START,
        not_after=START + timedelta(hours=1),
        signals=(Signal(name=text, seen=text, where=text),),
        evidence=(Evidence(item=1, path="data/000001/capture.wacz"),),
        explanations=(text,),
    )


def filled(timeline: Timeline, text: str) -> Timeline:
    """With everything that a life can hold."""
    standing = Standing(state=State.LIVE, not_before=START, not_after=START, looks=2, evidence=(), version=1)
    return replace(
        timeline,
        changes=(*timeline.changes, media_change(text)),
        standings=(standing,),
        contradictions=(contradiction(text),),
        versions=tuple(replace(v, sources=("own capture", text), stated_at=START) for v in timeline.versions),
    )


def material(timeline: Timeline, title: str = "Dugaan pelanggaran", **more: Any) -> LifePage:
    changes = tuple(shown(change, timeline, **more) for change in timeline.changes)
    return LifePage(
        case="kasus-07",
        title=title,
        zone="+07:00",
        tool=TOOL,
        language=Language.INDONESIAN,
        lives=(ShownLife(timeline=timeline, changes=changes),),
    )


def plain_page(folder: Path, **more: Any) -> str:
    return life_page(material(filled(sample(folder).timelines[0], "gambar"), **more))


def hostile_page(folder: Path) -> str:
    return life_page(material(filled(hostile(folder).timelines[0], HOSTILE), HOSTILE))


@pytest.mark.parametrize("make", [plain_page, hostile_page])
def test_there_is_no_script_and_nothing_from_elsewhere(tmp_path: Path, make: Callable[[Path], str]) -> None:
    elements = Elements(make(tmp_path))
    assert {tag for tag, _ in elements.found} <= ALLOWED
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in ("href", "src"):
            target = attributes.get(name)
            assert target is None or re.fullmatch(
                r"#[a-z0-9-]+|data:image/png;base64,[A-Za-z0-9+/=]+", target
            )


def test_the_policy_lets_in_this_style_and_pictures_of_the_page_itself_alone(tmp_path: Path) -> None:
    page = plain_page(tmp_path)
    (policy,) = [
        m["content"] for m in Elements(page).all("meta") if m.get("http-equiv") == "Content-Security-Policy"
    ]
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_hostile_text_is_text(tmp_path: Path) -> None:
    page = hostile_page(tmp_path)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" in page
    assert '<span class="sign">U+202E RIGHT-TO-LEFT OVERRIDE</span>' in page
    assert not set("\u202e\u2066\u200b\ufeff\x00\x07\x1b") & set(page)


def test_landmarks_headings_and_anchors_are_there_for_keyboard_and_screen_reader(tmp_path: Path) -> None:
    elements = Elements(plain_page(tmp_path))
    tags = [tag for tag, _ in elements.found]
    assert {"header", "main", "footer", "nav"} <= set(tags)
    ids = [a["id"] for _, a in elements.found if a.get("id")]
    assert len(ids) == len(set(ids))
    named = {str(a["href"])[1:] for a in elements.all("a")}
    named |= {str(a["aria-labelledby"]) for _, a in elements.found if a.get("aria-labelledby")}
    assert named <= set(ids)
    levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))
    assert all(a.get("scope") == "col" for a in elements.all("th"))
    assert all(len(str(one["alt"])) > 20 for one in elements.all("img"))
    scrolled = [a for _, a in elements.found if a.get("class") == "scroll"]
    assert scrolled
    assert all(a.get("tabindex") == "0" and a.get("role") == "region" for a in scrolled)


def test_before_and_after_stand_side_by_side_with_their_own_marks(tmp_path: Path) -> None:
    page = plain_page(tmp_path)
    before, _, after = page.partition('class="side before"')[2].partition('class="side after"')
    assert '<span class="gone"><del><bdi>dukung Paslon A</bdi></del></span>' in before
    assert "datang ke TPS" not in before
    assert '<span class="came"><ins><bdi>datang ke TPS</bdi></ins></span>' in after.partition("</p></div>")[0]
    assert "digambar oleh evidentia dari kotak kata yang diberikan peramban" in page
    assert "drawn by evidentia from the boxes that the browser gave" in page
    assert f"data/000001/page.png, SHA-256 {DIGEST}" in page


def test_everything_that_a_life_holds_is_told_in_both_languages(tmp_path: Path) -> None:
    page = plain_page(tmp_path)
    for text in (
        "salinan arsip memuat kata-kata",  # a contradiction
        "an archive&#x27;s copy shows words",
        "disandikan ulang",  # a medium
        "encoded anew",
        "2 pengamatan berturut-turut: tampil",  # a standing
        "2 looks in a row: live",
        "Waktu menurut platform",
        "20 November 2026 pukul 14:03:22 (UTC+07:00)",
        "20 November 2026, 14:03:22 (UTC+07:00)",
        "until when is not known",
        "Salinan itu berasal dari tembolok",
    ):
        assert text in page, text
    assert FIRST.split("\n")[1] in page


@pytest.mark.parametrize("why", Unplaced)
def test_it_is_said_why_nothing_is_marked(tmp_path: Path, why: Unplaced) -> None:
    page = plain_page(tmp_path, picture_before=SidePicture(why=why))
    assert life_change.say(Language.ENGLISH, f"unplaced.{why}").replace("'", "&#x27;") in page
    drawn = picture("red").drawn
    assert drawn is not None
    unmarked = SidePicture(drawn=replace(drawn, marks=()), why=why, item=1, path="p.png", sha256=DIGEST)
    page = plain_page(tmp_path, picture_before=unmarked)
    assert "No words are marked in the picture" in page
    assert "Without marks. From the picture in item 000001" in page


def test_what_is_left_out_or_not_confirmed_is_said(tmp_path: Path) -> None:
    page = plain_page(tmp_path, picture_after=picture("green", left_out=(" 🙏",), confirmed=False))
    assert "Without a place in the picture, and so not marked:  🙏" in page
    assert "does not show this place to the pixel" in page


def test_pictures_beyond_the_limit_are_named_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(life_change.Pictures.__init__, "__defaults__", (len(png("red")),))
    page = plain_page(tmp_path)
    assert page.count("<img ") == 1
    assert "No further picture is put in" in page


def test_of_very_many_looks_the_last_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    timeline = sample(tmp_path).timelines[0]
    looks = tuple(replace(timeline.observations[0], reason=f"nomor {n};") for n in range(MOST_LOOKS + 3))
    page = life_page(material(replace(timeline, observations=looks)))
    assert "3 earlier looks are not shown here" in page
    assert "nomor 2;" not in page
    assert all(f"nomor {n};" in page for n in (3, MOST_LOOKS + 2))


def test_a_case_without_posts_says_so() -> None:
    empty = LifePage(
        case="kasus-07", title="Uji", zone="+07:00", tool=TOOL, language=Language.ENGLISH, lives=()
    )
    assert "No post was observed in this case." in life_page(empty)


@pytest.fixture
def chromium(absent: Callable[[str], None], tmp_path: Path) -> Iterator[Any]:
    try:
        with launched(tmp_path) as browser:
            yield browser
    except MissingPart as error:
        absent(error.happened)


@pytest.mark.browser
@pytest.mark.parametrize("injected", ["", "<script>alert(1)</script><img src=x onerror=alert(1)>"])
def test_in_a_real_browser_nothing_runs_and_nothing_is_asked_for(
    tmp_path: Path, chromium: Any, injected: str
) -> None:
    (tmp_path / "riwayat.html").write_text(
        hostile_page(tmp_path).replace("</main>", f"{injected}</main>"), encoding="utf-8"
    )
    tab = chromium.new_context(offline=True).new_page()
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((tmp_path / "riwayat.html").as_uri())
    widths = tab.eval_on_selector_all("main img[alt]", "all => all.map(one => one.naturalWidth)")
    assert widths
    assert set(widths) == {40}
    assert not [url for url in asked if not url.startswith((tmp_path.as_uri(), "data:image/png"))]
    if injected:
        assert any("Content Security Policy" in line for line in said)
        assert not any(line.startswith("dialog") for line in said)
    else:
        assert said == []
        assert tab.locator("script").count() == 0
