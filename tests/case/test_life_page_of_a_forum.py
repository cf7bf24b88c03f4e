"""A post on a real forum is captured, quoted and edited; the page of its life is opened in a real browser."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import evidentia as ev
from evidentia.capture import chromium
from evidentia.case import Case
from evidentia.custody.identity import Custodian
from evidentia.record.errors import MissingPart
from evidentia.record.item import Role
from lab.browser import launched
from lab.forum import Forum
from lab.pki import Lab

BEFORE = "Mari dukung **Paslon A**, coblos nomor 1! Warga Kota Contoh berkumpul di lapangan hari Rabu pagi 🙏 #PaslonA"
AFTER = (
    "Mari datang bersama, bawa payung! Warga Kota Contoh berkumpul di lapangan hari Kamis pagi 🙏 #AcaraWarga"
)
WENT = ["dukung", "Paslon", "A", ",", "coblos", "nomor", "1!", "Rabu", "#PaslonA"]
CAME = ["datang", "bersama,", "bawa", "payung!", "Kamis", "#AcaraWarga"]
FRAME = 3  # pixels around a word's box that its frame takes

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _browser(absent: Callable[[str], None]) -> None:
    try:
        chromium.find()
    except MissingPart as error:
        absent(error.happened)


@pytest.fixture(scope="module")
def lived(lab: Lab, forum: Forum, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case with a post that somebody quoted whole below it before its author edited it."""
    who = lab.people["penyidik-a"]
    custodian = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    folder = tmp_path_factory.mktemp("lived") / "kasus-07"
    case = Case.create(folder, title="Ajakan <script>alert(1)</script>", custodian=custodian)
    topic = forum.publish("Acara hari itu", BEFORE)
    forum.reply(topic, f"> {BEFORE}\n\nApakah ini boleh?")
    options = ev.PageOptions(allow_private_network=True)
    first = case.capture(topic.url, access=ev.Access.PUBLIC, options=options)
    forum.edit(topic.comment_id, AFTER)
    case.recheck(first.post or "")
    return case


def tell(case: Case, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "evidentia", "timeline", "--case", str(case.folder), *arguments],
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def page(lived: Case, tmp_path: Path) -> Path:
    target = tmp_path / "riwayat.html"
    done = tell(lived, "--html", str(target), "--language", "id")
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    with launched(tmp_path) as running:
        yield running


def embedded(page: Path) -> list[Image.Image]:
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', page.read_text("utf-8"))
    return [Image.open(io.BytesIO(base64.b64decode(one))).convert("RGB") for one in found]


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def place_of(part: Image.Image, whole: Image.Image) -> tuple[int, int]:
    """Where a picture stands in another, to the pixel: by all of its rows, with no help of evidentia's."""
    small, large = np.asarray(part), np.asarray(whole)
    height, width = small.shape[:2]
    row = max(range(height), key=lambda y: len(np.unique(small[y], axis=0)))
    wanted = small[row].tobytes()
    places = []
    for y in range(row, large.shape[0] - height + row + 1):
        at = large[y].tobytes().find(wanted)
        if at >= 0 and at % 3 == 0:
            left, top = at // 3, y - row
            if np.array_equal(large[top : top + height, left : left + width], small):
                places.append((left, top))
    assert len(places) == 1, places
    return places[0]


def test_the_page_opens_without_a_word_in_the_console_and_asks_for_nothing(page: Path, browser: Any) -> None:
    tab = browser.new_context(offline=True).new_page()
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    widths = tab.eval_on_selector_all("img", "all => all.map(one => one.naturalWidth)")
    assert len(widths) == 2
    assert all(width > 300 for width in widths)
    assert "Perubahan 1" in tab.inner_text("main")
    assert "Change 1" not in tab.inner_text("main")
    tab.check("#show-en")
    assert "Change 1" in tab.inner_text("main")
    assert "Perubahan 1" not in tab.inner_text("main")
    for width in (1600, 1280, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("side", "words", "reddish"), [(0, WENT, True), (1, CAME, False)])
def test_the_changed_words_are_marked_where_the_browser_said_that_they_stand(
    lived: Case, page: Path, side: int, words: list[str], reddish: bool
) -> None:
    item = [one for one in lived.items() if any(file.role is Role.FULL_PAGE for file in one.files)][side]
    folder = lived.folder / "data" / f"{item.item:06d}"
    whole, own = (Image.open(folder / name).convert("RGB") for name in ("page.png", "post.png"))
    drawn = embedded(page)[side]
    left, top = place_of(own, whole)
    assert drawn.size == own.size  # the post's own picture, not the quotation below it
    different = np.any(np.asarray(drawn) != np.asarray(own), axis=2)
    boxes = json.loads((folder / "boxes.json").read_bytes())["words"]
    inside = [
        b
        for b in boxes
        if left <= b["x"] <= left + own.width and top <= b["y"] <= top + own.height and b["text"] in words
    ]
    assert [b["text"] for b in inside] == words
    allowed = np.zeros_like(different)
    for box in inside:
        x, y = round(box["x"]) - left, round(box["y"]) - top
        area = different[y + 2 : y + round(box["h"]) - 2, x : x + round(box["w"])]
        assert area.mean() > 0.9, box["text"]
        red, green, _ = (
            np.asarray(drawn)[y : y + round(box["h"]), x : x + round(box["w"])].reshape(-1, 3).mean(axis=0)
        )
        assert bool(red > green + 20) is reddish
        assert bool(green > red + 20) is not reddish
    # Neighbouring words are marked as one: what stands between the first and the last of a run may be tinted too.
    for box in (*inside, *_gaps(boxes, inside)):
        x, y = int(box["x"]) - left - FRAME, int(box["y"]) - top - FRAME
        allowed[
            max(0, y) : y + int(box["h"]) + 2 * FRAME + 2, max(0, x) : x + int(box["w"]) + 2 * FRAME + 2
        ] = True
    assert not (different & ~allowed).any()
    assert f"data/{item.item:06d}/page.png, SHA-256 {digest_of(folder / 'page.png')}" in page.read_text(
        "utf-8"
    )


def _gaps(boxes: list[dict[str, Any]], inside: list[dict[str, Any]]) -> list[dict[str, float]]:
    """The space between two marked words that follow each other on one line."""
    return [
        {
            "x": a["x"] + a["w"],
            "y": min(a["y"], b["y"]),
            "w": max(0.0, b["x"] - a["x"] - a["w"]),
            "h": max(a["h"], b["h"]),
        }
        for a, b in pairwise(boxes)
        if a in inside and b in inside and a["y"] <= b["y"] + b["h"] / 2 <= a["y"] + a["h"]
    ]


def test_the_terminal_tells_in_the_language_that_is_asked_for(lived: Case) -> None:
    english = tell(lived, LC_ALL="C.UTF-8").stdout
    assert "It happened after" in english
    assert "\x1b" not in english
    assert "{+ datang bersama, bawa payung+}" in english
    for told in (tell(lived, "--language", "id").stdout, tell(lived, LC_ALL="id_ID.UTF-8").stdout):
        assert "Terjadi setelah" in told
        assert "Barang bukti: 000001 data/000001/capture.wacz" in told
    refused = tell(lived, "--language", "fr")
    assert refused.returncode == 2
    assert "Use id or en." in refused.stderr


def test_of_one_moment_it_says_what_was_seen_and_what_is_not_known(lived: Case) -> None:
    first = lived.timelines()[0].observations[0].during
    assert first.not_before is not None
    earlier = (first.not_before - timedelta(hours=1)).isoformat()
    before = tell(lived, "--at", earlier, LC_ALL="C.UTF-8").stdout
    assert "what was shown then is not known" in before
    assert "There is no own look before." in before
    assert "Evidence: 000001" in before
    during = tell(lived, "--at", first.not_before.isoformat(), "--language", "id").stdout
    assert "Sedang diamati pada saat itu: tampil · Versi 1" in during
    told = json.loads(tell(lived, "--at", earlier, "--json").stdout)
    assert set(told) == {"post", "url", "at"}
    assert told["at"]["seen"] == []
    for wrong, said in (("besok", "is no moment"), ("2026-11-20T14:00", "no offset")):
        refused = tell(lived, "--at", wrong)
        assert refused.returncode == 2
        assert said in refused.stderr


def test_a_file_that_is_there_is_not_replaced(lived: Case, page: Path) -> None:
    before = page.read_bytes()
    refused = tell(lived, "--html", str(page))
    assert refused.returncode == 2
    assert "already there" in refused.stderr
    assert page.read_bytes() == before


def test_a_picture_that_was_changed_after_it_was_sealed_is_not_shown(lived: Case, tmp_path: Path) -> None:
    picture = lived.folder / "data" / "000001" / "page.png"
    sealed = picture.read_bytes()
    picture.chmod(0o644)
    try:
        picture.write_bytes(sealed + b"\0")
        done = tell(lived, "--html", str(tmp_path / "lain.html"))
    finally:
        picture.write_bytes(sealed)
    assert done.returncode == 1
    assert "not those that were sealed" in done.stderr
    assert not (tmp_path / "lain.html").exists()


def test_without_boxes_the_page_says_so_and_marks_nothing(lived: Case, tmp_path: Path) -> None:
    """The same look without its boxes: told by the gatherer, because a sealed item cannot lose a file."""
    from msgspec.structs import replace

    from evidentia.case.telling_lives import tell_lives
    from evidentia.detect.marking import Unplaced
    from evidentia.report.material import Language

    class Without(type(lived)):  # type: ignore[misc]
        def items(self) -> Any:
            return tuple(
                replace(item, files=tuple(f for f in item.files if f.role is not Role.BOXES))
                for item in super().items()
            )

    bare = Without.open(lived.folder)
    (life,) = tell_lives(bare, bare.timelines(), Language.ENGLISH).lives
    edit = life.changes[0]
    for side in (edit.picture_before, edit.picture_after):
        assert side.why is Unplaced.NO_BOXES
        assert side.drawn is not None
        assert side.drawn.marks == ()
