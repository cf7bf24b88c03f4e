"""Examinations as they are really made: what they say by codes is what they say, and it can be said in Indonesian."""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from evidentia.detect.examining import heat, rates
from evidentia.detect.examining.examine import examine
from evidentia.record.examination import ERROR_LEVELS, REGIONS, Examination, ImageClass, Support
from evidentia.record.finding import ErrorRate
from evidentia.record.item import StoredFile
from evidentia.record.said import Said
from evidentia.record.sentences import stated, term, terms, words
from lab.videos.coding import coded
from lab.videos.copies import AGAIN, ORIGINAL
from lab.videos.events import event
from lab.videos.twins import TWINS
from tests.detect import known_rates
from tests.detect.drawn_pages import as_jpeg, as_png, page, photo, repainted, saved, scan, through_jpeg

ENGLISH = re.compile(
    r"\b(the|of|is|are|was|were|with|and|that|its|it|not|by|to|than|there|which|from|where)\b", re.IGNORECASE
)
NEEDS_PYAV = pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="PyAV is not installed")


@cache
def pasted() -> Image.Image:
    sheet, boxes = page()
    return repainted(through_jpeg(sheet, 85), boxes[10], "bukan")


def honest_shot() -> bytes:
    return as_png(page()[0]) + b"ekor"


def lowered(*words: int) -> bytes:
    return as_png(page(lowered=dict.fromkeys(words, 3))[0])


def dark_and_pasted() -> bytes:
    sheet, boxes = page(dark=True)
    return as_jpeg(repainted(through_jpeg(sheet, 80), boxes[10], "bukan"), 95)


def on_another_grid() -> bytes:
    made = through_jpeg(page()[0], 50)
    made.paste(through_jpeg(page()[0].crop((0, 0, 300, 200)), 40), (203, 301))
    return as_jpeg(made, 95)


def copied_photo() -> bytes:
    whole = photo()
    made = whole.copy()
    made.paste(whole.crop((100, 100, 300, 300)), (600, 400))
    return as_jpeg(made, 92)


def forwarded_photo() -> bytes:
    exif, made = Image.Exif(), io.BytesIO()
    exif[0x0110], exif[0x0131], exif[0x0132] = "Kamera 7", "Adobe Photoshop 22", "2024:02:09 09:00:00"
    photo().save(made, "JPEG", quality=90, exif=exif)
    return made.getvalue()


PICTURES = {
    "layar.png": honest_shot,
    "turun.png": lambda: lowered(10),
    "turun-semua.png": lambda: lowered(10, 20, 25),
    "tempel.jpg": lambda: as_jpeg(pasted(), 95),
    "kasar.jpg": lambda: as_jpeg(pasted(), 20),
    "gelap.jpg": dark_and_pasted,
    "kisi.jpg": on_another_grid,
    "foto.png": lambda: as_png(photo()),
    "salin.jpg": copied_photo,
    "IMG-20240210-WA0001.jpg": forwarded_photo,
    "pindaian.jpg": lambda: as_jpeg(scan(), 88),
    "polos.png": lambda: as_png(Image.new("RGB", (300, 300), "grey")),
    "kecil.png": lambda: as_png(Image.new("RGB", (8, 8))),
    "bukan.png": lambda: b"%PDF-1.7",
}


@pytest.fixture(autouse=True)
def _rates_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    known_rates.put(monkeypatch)


def told(found: Examination) -> Iterator[tuple[str, tuple[Said, ...]]]:
    """All that an examination states in sentences, with the codes of it."""
    yield found.reason, found.says
    for lines, says in ((found.because, found.because_says), (found.problems, found.problems_say)):
        assert len(lines) == len(says)
        yield from ((line, (one,)) for line, one in zip(lines, says, strict=True))
    for finding in found.findings:
        yield finding.reason, finding.says
        yield from ((one.reason, one.says) for one in finding.opposing)
    for fact in found.facts:
        yield from ((fact.name, fact.name_says), (fact.value, fact.says)) if fact.name_says else ()


def require_both_languages(found: Examination) -> None:
    """What codes say is letter for letter what is recorded, also after it was kept, and no English is left."""
    kept = msgspec.json.decode(msgspec.json.encode(found), type=Examination)
    assert kept == found
    for recorded, says in told(kept):
        if says:
            assert words(says, "en") == recorded
            assert not ENGLISH.search(stated(says, recorded, "id")), stated(says, recorded, "id")
    for finding in kept.findings:
        assert finding.says
        assert finding.test in terms()
        for one in finding.opposing:
            assert one.says
            assert one.hypothesis in terms()
            assert not ENGLISH.search(term(one.hypothesis, "id"))
    for fact in kept.facts:
        assert fact.name_says or fact.name in terms()
    assert kept.says


@pytest.mark.parametrize("name", PICTURES)
def test_an_examined_picture_speaks_both_languages(name: str, tmp_path: Path) -> None:
    found = examine(saved(PICTURES[name](), tmp_path, name))
    require_both_languages(found)
    assert stated(found.says, found.reason, "id") != found.reason


@pytest.mark.parametrize("beside", [as_png(page()[0]), as_jpeg(photo(), 90), as_png(pasted())])
def test_a_picture_beside_a_reference_speaks_both_languages(beside: bytes, tmp_path: Path) -> None:
    references = [saved(beside, tmp_path, "asli.png"), saved(b"GIF89a", tmp_path, "rusak.gif")]
    stated_class = ImageClass.SCREENSHOT
    found = examine(
        saved(as_png(pasted()), tmp_path, "kiriman.png"), references=references, stated_class=stated_class
    )
    whole, damaged = found.findings[-2:]
    assert whole.says
    assert "asli.png" in words(whole.says, "id")
    assert words(damaged.says, "en") == damaged.reason  # a decoder's own words stand in it
    require_both_languages(msgspec.structs.replace(found, findings=found.findings[:-1]))


def test_what_an_alarm_said_is_said_within_what_took_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(test: str, version: str, image_class: ImageClass) -> tuple[ErrorRate, ...]:
        return ()

    monkeypatch.setattr(rates, "rates_of", nothing)
    found = examine(saved(lowered(10), tmp_path, "layar.png"))
    (taken_back,) = (one for one in found.findings if "is not measured" in one.reason)
    assert "belum diukur" in words(taken_back.says, "id")
    require_both_languages(found)


@NEEDS_PYAV
def test_an_examined_video_speaks_both_languages(tmp_path: Path) -> None:
    film, other = event(1, 9.0), event(2, 9.0)
    first = saved(coded(film, ORIGINAL), tmp_path, "pertama.mp4")
    for name in ("sound replaced", "figure inserted", "passage removed", "picture frozen"):
        twin = saved(coded(TWINS[name](film, other).film, AGAIN), tmp_path, f"{name.replace(' ', '-')}.mp4")
        _require_of_video(twin, [first])
    again = _require_of_video(saved(coded(film, AGAIN), tmp_path, "lagi.mp4"), [first])
    assert again.outcome is Support.NONE_FOUND
    _require_of_video(first, [saved(coded(other, ORIGINAL), tmp_path, "lain.mp4")])
    _require_of_video(first, [])


def _require_of_video(path: Path, references: Sequence[Path]) -> Examination:
    found = examine(path, references=references)
    require_both_languages(found)
    assert stated(found.says, found.reason, "id") != found.reason
    return found


def test_what_is_drawn_says_in_both_languages_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    written = heat.write_captioned

    def seen(picture: Image.Image, captions: Sequence[str], *rest: Any) -> StoredFile:
        said.extend(captions)
        return written(picture, captions, *rest)

    monkeypatch.setattr(heat, "write_captioned", seen)
    path = saved(lowered(10), tmp_path, "layar.png")
    drawn = heat.illustrate(path, examine(path), tmp_path)
    assert [one.name for one in drawn] == [ERROR_LEVELS, REGIONS]
    (caption,) = (one for one in said if one.startswith("1. "))
    assert "baselines of words / garis dasar kata: " in caption
    assert "off the baseline of its line" in caption
    assert "dari garis dasar barisnya" in caption


def test_codes_that_contradict_the_words_of_a_record_are_not_told(tmp_path: Path) -> None:
    found = examine(saved(honest_shot(), tmp_path, "layar.png"))
    finding = next(one for one in found.findings if one.outcome is Support.NONE_FOUND)
    changed = msgspec.structs.replace(finding, reason=f"{finding.reason}, or nearly none")
    assert stated(changed.says, changed.reason, "id") == changed.reason
