"""Pictures whose truth is known: what a sample says of its file is so, and each follows from its seed and number."""

from __future__ import annotations

import io
from pathlib import Path
from random import Random

import numpy as np
import pytest
from PIL import Image

from benchmarks.examinations import material, photo_copies, scans
from benchmarks.examinations.__main__ import SETS
from benchmarks.examinations.photo_copies import HONEST, TRUTH, WAYS, with_exif
from benchmarks.examinations.photographs import PACKAGES, NotFetched, Photograph, photographs
from benchmarks.examinations.samples import Made, Sample, jpeg, png, reopened
from benchmarks.examinations.scoring import alarms, kinds_told, measured, missed
from benchmarks.examinations.trials import hits
from benchmarks.screenshots.pages import HELD_OUT, LAYOUTS
from evidentia.fingerprint.file import fingerprint_file
from evidentia.record.examination import ImageClass, Support
from tests.detect.drawn_pages import photo

SIZE = 640, 480


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Photograph, ...]:
    """Generated pictures in the place of photographs: no package is fetched in tests."""
    made = []
    for n in range(3):
        path = tmp_path / f"{n}.png"
        photo(width=SIZE[0], height=SIZE[1], seed=n + 1).save(path)
        made.append(Photograph("contoh", path.name, path))
    monkeypatch.setattr(photo_copies, "photographs", lambda: tuple(made))
    return tuple(made)


def test_every_photograph_meets_every_channel_and_every_way_once(pool: tuple[Photograph, ...]) -> None:
    for count, of in ((len(HONEST), tuple(HONEST)), (len(WAYS), tuple(WAYS))):
        met = {(n % len(pool), photo_copies._in_turn(of, n, len(pool))) for n in range(count * len(pool))}
        assert len(met) == count * len(pool)


def test_the_same_seed_and_number_give_the_same_bytes(pool: tuple[Photograph, ...]) -> None:
    for make in (photo_copies.genuine, photo_copies.forged, scans.forged):
        assert make(None, (), 1, 7) == make(None, (), 1, 7)
        assert make(None, (), 1, 7) != make(None, (), 1, 8)


@pytest.mark.parametrize("channel", HONEST)
def test_each_channel_gives_a_picture_of_the_photograph(channel: str, pool: tuple[Photograph, ...]) -> None:
    made = reopened(HONEST[channel](pool[0], Random(3)))
    assert max(made.size) <= max(SIZE)
    assert channel in TRUTH


@pytest.mark.parametrize("n", range(4))
def test_a_forgery_differs_where_it_says_and_nowhere_else(n: int, pool: tuple[Photograph, ...]) -> None:
    start, donor = reopened(pool[0].path.read_bytes()), reopened(pool[1].path.read_bytes())
    made, places = tuple(WAYS.values())[n](start, donor, Random(n))
    x, y, width, height = places[-1]
    apart = np.abs(np.asarray(made, dtype=np.int16) - np.asarray(start)).max(axis=2)
    inside = apart[y : y + height, x : x + width]
    assert (inside > 8).mean() > 0.2
    apart[max(0, y - 12) : y + height + 12, max(0, x - 12) : x + width + 12] = 0
    assert apart.max() == 0


def test_a_scan_is_altered_where_it_says() -> None:
    made = scans.forged(None, (), 0, 7)
    (x, y, width, height) = made.sample.places[0]
    apart = np.abs(np.asarray(reopened(made.data), dtype=np.int16) - np.asarray(reopened(made.original))).max(
        axis=2
    )
    assert apart[y : y + height, x : x + width].max() > 60
    assert np.median(apart) < 10


def test_a_cameras_file_has_exif_and_its_own_thumbnail(tmp_path: Path) -> None:
    taken = photo(width=800, height=600)
    path = tmp_path / "foto.jpg"
    path.write_bytes(with_exif(jpeg(taken, 92), taken))
    told = fingerprint_file(path).metadata
    assert told.exif["Image Model"] == "Kamera Contoh"
    assert told.thumbnail is not None
    assert (told.thumbnail.width, told.thumbnail.height) == (160, 120)
    assert told.thumbnail.bits_apart <= 4


def test_lists_of_photographs_name_each_once() -> None:
    named = [(package, name) for package, names in PACKAGES.items() for name in names.split()]
    assert len(named) == len(set(named)) > 100


def test_a_file_that_a_package_has_not_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.examinations.photographs.PACKAGES", {"contoh": "a.jpg"})
    monkeypatch.setattr("benchmarks.examinations.photographs._package", lambda *_: tmp_path / "contoh.deb")
    monkeypatch.setattr("benchmarks.examinations.photographs._take_out", lambda *_: None)
    with pytest.raises(NotFetched, match=r"contoh has no a\.jpg"):
        photographs(tmp_path)


def test_rates_of_screenshots_are_of_layouts_that_shaped_no_limit() -> None:
    assert not set(SETS["tuning"]) & set(SETS["held-out"])
    assert {*SETS["tuning"], *SETS["held-out"], *HELD_OUT} == set(LAYOUTS)
    assert not {*SETS["tuning"], *SETS["held-out"]} & set(HELD_OUT)
    assert ", ".join(SETS["held-out"]) in material.material()


def test_a_region_hits_by_its_middle_or_by_its_overlap() -> None:
    place = (100, 100, 40, 40)
    assert hits((110, 110, 10, 10), place)
    assert hits((80, 80, 60, 60), place)
    assert not hits((0, 0, 400, 400), (10, 10, 20, 20))
    assert not hits((300, 300, 10, 10), place)


def _trial(
    kind: ImageClass, outcome: Support, *, forged: bool = False, located: bool = False
) -> dict[str, object]:
    finding = {"test": "copy and move", "version": "1", "outcome": outcome.value, "located": located}
    sample = {"truth": "copy of a photo", "channel": "messenger"}
    return {
        "class": kind.value,
        "outcome": outcome.value,
        "forged": forged,
        "sample": sample,
        "findings": [finding],
    }


def test_rates_are_of_those_that_were_told_as_the_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_copies, "material", lambda: "contoh")
    told = [
        _trial(ImageClass.PHOTO_COPY, Support.NONE_FOUND),
        _trial(ImageClass.PHOTO_COPY, Support.ALTERATION),
        _trial(ImageClass.UNDETERMINED, Support.ALTERATION),
        _trial(ImageClass.PHOTO_COPY, Support.NOT_APPLICABLE),
        _trial(ImageClass.PHOTO_COPY, Support.ALTERATION, forged=True, located=True),
        _trial(ImageClass.PHOTO_COPY, Support.ALTERATION, forged=True),
    ]
    found = {(one.test, one.name): (one.errors, one.trials) for one in measured(told, "photographs")}
    assert found["copy and move", "alarm on a picture without alteration"] == (1, 2)
    assert found["copy and move", "alteration not found"] == (1, 2)
    assert alarms(told[:1], "copy and move").events == 0
    assert missed(told[4:], "copy and move").events == 1
    assert kinds_told(told[:4])["copy of a photo"] == {"copy of a photo": 3, "undetermined": 1}


def test_made_files_are_what_they_say(pool: tuple[Photograph, ...]) -> None:
    made = photo_copies.forged(None, (), 2, 7)
    assert isinstance(made, Made)
    assert isinstance(made.sample, Sample)
    form = Image.open(io.BytesIO(made.data)).format
    assert form == ("JPEG" if made.sample.after else "PNG")
    assert png(Image.new("RGB", (2, 2))).startswith(b"\x89PNG")
