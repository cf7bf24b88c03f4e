"""An examination of a case's file is an item: with its illustrations, sealed, and told of in the chain of custody."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from evidentia.case import Case
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.examination import Examination, ImageClass, Support
from evidentia.record.item import Access, Item, ItemKind, Role
from evidentia.record.sentences import stated
from tests.detect import known_rates
from tests.detect.drawn_pages import as_jpeg, as_png, page, saved


@pytest.fixture(autouse=True)
def _rates_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    known_rates.put(monkeypatch)


@pytest.fixture
def shot(case: Case, tmp_path: Path) -> Item:
    """A screenshot in which one word stands off its line."""
    return case.add(saved(as_png(page(lowered={10: 3})[0]), tmp_path, "layar.png"), access=Access.FORWARDED)


def test_an_examination_becomes_an_item_with_illustrations(case: Case, shot: Item) -> None:
    told: list[str] = []
    found = case.examine(shot, progress=told.append)
    assert found.outcome is Support.ALTERATION
    assert "sealing" in told
    ((item, kept),) = list(case.examinations())
    assert kept == found
    assert item.kind is ItemKind.EXAMINATION
    assert item.about == (shot.item,)
    assert [file.role for file in item.files] == [Role.EXAMINATION, Role.ANNOTATED, Role.ANNOTATED]
    assert {file.name for file in item.files[1:]} == set(found.illustrations)
    assert kept.sha256 == shot.files[0].sha256
    event = case.events[-1]
    assert event.type is EventType.EXAMINE
    assert event.details["examined"] == [shot.item]


def test_what_is_kept_is_what_was_given_back(case: Case, shot: Item) -> None:
    found = case.examine(shot, stated_class=ImageClass.UNDETERMINED)
    item = case.items()[-1]
    path = case.path_of(item, Role.EXAMINATION)
    assert path is not None
    assert msgspec.json.decode(path.read_bytes(), type=Examination) == found
    assert "stated by the caller" in found.because[0]


def test_an_original_of_the_case_is_laid_beside_it(case: Case, shot: Item, tmp_path: Path) -> None:
    sheet, _ = page()
    original = case.add(saved(as_jpeg(sheet, 90), tmp_path, "asli.jpg"), access=Access.FORWARDED)
    found = case.examine(shot, references=[original])
    beside = found.findings[-1]
    assert beside.test == "comparison with the reference"
    assert beside.outcome is Support.ALTERATION, beside.reason
    assert "item 2 (asli.jpg)" in beside.reason
    assert "butir 2 (asli.jpg)" in stated(beside.says, beside.reason, "id")
    assert case.items()[-1].about == (shot.item, original.item)
    assert case.events[-1].details["examined"] == [shot.item, original.item]


def test_a_reading_is_no_file_to_examine(case: Case, shot: Item) -> None:
    case.examine(shot)
    with pytest.raises(UsageError, match="not one file"):
        case.examine(2)


def test_a_file_that_was_changed_is_not_examined(case: Case, shot: Item) -> None:
    path = case.path_of(shot, Role.ORIGINAL)
    assert path is not None
    path.chmod(0o644)
    path.write_bytes(b"lain")
    with pytest.raises(CustodyError):
        case.examine(shot)
    assert len(case.items()) == 1
