"""A page of a real wiki whose text is markup: its words are marked where the browser shows them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import evidentia as ev
from evidentia.capture import chromium
from evidentia.case import Case
from evidentia.case.telling_lives import tell_lives
from evidentia.record.errors import MissingPart
from evidentia.record.life import ChangeKind
from evidentia.report.material import Language
from lab.mediawiki import CITIZEN

if TYPE_CHECKING:
    from evidentia.report.life_material import SidePicture
    from lab.mediawiki import Wiki

LINK = "* [https://contoh.example/air Air bersih]"
BEFORE = f"Saya mendukung '''Paslon A''' karena programnya jelas.\n\n* Jalan desa\n{LINK}"
AFTER = f"Saya netral, karena '''semua program''' jelas.\n\n* Jalan kota\n{LINK}"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _browser(absent: Callable[[str], None]) -> None:
    try:
        chromium.find()
    except MissingPart as error:
        absent(error.happened)


def marked(case: Case, side: SidePicture) -> list[str]:
    """The words of the page that lie within the marks, by the capture's own boxes."""
    assert side.drawn is not None
    assert side.item is not None
    boxes = json.loads((Path(case.folder) / "data" / f"{side.item:06d}" / "boxes.json").read_bytes())["words"]
    return [
        word["text"]
        for word in boxes
        if any(
            mark.x <= word["x"] + 0.1
            and word["x"] + word["w"] <= mark.x + mark.w + 0.1
            and mark.y <= word["y"] + word["h"] / 2 <= mark.y + mark.h
            for mark in side.drawn.marks
        )
    ]


def test_words_of_marked_up_text_are_marked_where_the_page_shows_them(case: Case, wiki: Wiki) -> None:
    wiki.write("Dukungan", BEFORE)
    options = ev.PageOptions(allow_private_network=True)
    first = case.capture(wiki.page_url("Dukungan"), access=ev.Access.PUBLIC, options=options)
    wiki.write("Dukungan", AFTER, CITIZEN)
    case.recheck(first.post or "")
    (life,) = tell_lives(case, case.timelines(), Language.ENGLISH).lives
    (edit,) = [one for one in life.changes if one.change.kind is ChangeKind.EDITED]
    before = ["mendukung", "Paslon", "A", "karena", "programnya", "desa"]
    assert marked(case, edit.picture_before) == before
    assert marked(case, edit.picture_after) == ["netral,", "karena", "semua", "program", "kota"]
    assert edit.picture_before.drawn is not None
    assert edit.picture_before.drawn.left_out == ()
    assert edit.picture_before.drawn.confirmed
