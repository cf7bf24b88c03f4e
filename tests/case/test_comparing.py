"""A redacted copy is compared with its original: it agrees outside of what it hides, and hides all of that."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from evidentia.case import Case, Region, taking
from evidentia.case.comparing import _texts
from evidentia.case.redacting import MARK, redact_words
from evidentia.custody.identity import Custodian
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Access, Item, Role
from evidentia.record.redaction import Sealed


@pytest.fixture
def chat(case: Case, tmp_path: Path) -> Item:
    sheet = Image.new("RGB", (300, 90), "white")
    ImageDraw.Draw(sheet).text((20, 30), "Pelapor 31: Pilih Paslon A!", fill="black", font_size=20)
    sheet.save(tmp_path / "chat.jpg", quality=70)
    return case.add(tmp_path / "chat.jpg", access=Access.FORWARDED)


@pytest.fixture
def statement(case: Case, tmp_path: Path) -> Item:
    (tmp_path / "surat.txt").write_text("Pelapor 31 melihat Pejabat 07. Pelapor 31 takut.")
    return case.add(tmp_path / "surat.txt", access=Access.FORWARDED)


def test_copies_agree_with_their_originals(case: Case, chat: Item, statement: Item) -> None:
    picture = case.derive(chat, regions=[Region(15, 25, 100, 30)], reason="identitas pelapor")
    text = case.derive(statement, words=["Pelapor 31"], reason="identitas pelapor")
    for copy, original in ((picture, chat), (text, statement)):
        found = case.compare_copy(copy)
        assert (found.agrees, found.item, found.original) == (True, copy.item, original.item)


def dishonest(
    monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[..., object], derive: Callable[[], Item]
) -> Item:
    """The custodian's own program is altered, by a patch, so that the copy is another than its note says."""
    with monkeypatch.context() as altered:
        altered.setattr(taking, name, change)
        return derive()


def test_a_pixel_that_was_altered_is_found(
    case: Case, chat: Item, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    honest = taking.redact_picture

    def redact(*given: object) -> tuple[bytes, tuple[Region, ...]]:
        data, painted = honest(*given)  # type: ignore[arg-type]
        (tmp_path / "copy.png").write_bytes(data)
        with Image.open(tmp_path / "copy.png") as copy:
            copy.putpixel((299, 89), (255, 255, 254))
            copy.save(tmp_path / "copy.png")
        return (tmp_path / "copy.png").read_bytes(), painted

    copy = dishonest(
        monkeypatch,
        "redact_picture",
        redact,
        lambda: case.derive(chat, regions=[Region(15, 25, 100, 30)], reason="identitas"),
    )
    found = case.compare_copy(copy)
    assert found.agrees is False
    assert "299,89 to 300,90" in found.reason


def test_a_region_that_was_not_painted_over_is_found(
    case: Case, chat: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = taking.redact_picture

    def redact(path: Path, stored: object, regions: tuple[Region, ...]) -> tuple[bytes, tuple[Region, ...]]:
        data, _ = honest(path, stored, [Region(0, 0, 1, 1)])  # type: ignore[arg-type]
        return data, tuple(regions)

    copy = dishonest(
        monkeypatch,
        "redact_picture",
        redact,
        lambda: case.derive(chat, regions=[Region(15, 25, 100, 30)], reason="identitas"),
    )
    assert case.compare_copy(copy).agrees is False


def test_words_that_were_altered_are_found(
    case: Case, statement: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    def redact(text: str, words: object) -> tuple[str, tuple[int, ...]]:
        shown, marks = redact_words(text, ["Pelapor 31"])
        return shown.replace("takut", "berani"), marks

    copy = dishonest(
        monkeypatch,
        "redact_words",
        redact,
        lambda: case.derive(statement, words=["Pelapor 31"], reason="identitas"),
    )
    assert case.compare_copy(copy).agrees is False


def test_a_note_that_names_a_record_that_was_never_sealed_is_found(
    case: Case, statement: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = dishonest(
        monkeypatch,
        "Sealed",
        lambda **_: Sealed(item=1, path="data/000001/original.bin", record="0" * 64),
        lambda: case.derive(statement, words=["Pelapor 31"], reason="identitas"),
    )
    found = case.compare_copy(copy)
    assert (found.agrees, "never sealed" in found.reason) == (False, True)


def test_where_the_original_is_withheld_it_cannot_be_told(
    case: Case, statement: Item, tmp_path: Path, person: Callable[..., Custodian]
) -> None:
    copy = case.derive(statement, words=["Pelapor 31"], reason="identitas")
    case.disclose([statement], reason="identitas")
    case.export(tmp_path / "b.zip", withhold=[statement])
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path / "elsewhere")
    found = Case.open(tmp_path / "elsewhere" / "kasus-07").compare_copy(copy.item)
    assert found.agrees is None


def test_what_is_no_copy_is_refused_and_a_touched_one_too(case: Case, statement: Item) -> None:
    with pytest.raises(UsageError, match="no redacted copy"):
        case.compare_copy(statement)
    copy = case.derive(statement, words=["Pelapor 31"], reason="identitas")
    path = case.path_of(copy, Role.REDACTED)
    assert path is not None
    path.chmod(0o644)
    path.write_text("lain")
    with pytest.raises(CustodyError):
        case.compare_copy(copy)


@given(st.text("ab \u2588", max_size=30), st.text("ab", min_size=1, max_size=2), st.text("ab ", max_size=30))
def test_every_copy_of_a_text_agrees_with_it_and_with_nothing_shorter(
    before: str, word: str, after: str
) -> None:
    text = before + word + after
    shown, marks = redact_words(text, [word])
    assert _texts(text, shown, marks)[0]
    bare = "".join(shown[end:start] for end, start in _gaps(marks, len(shown)))
    assert not _texts(bare, shown, marks)[0]


def _gaps(marks: tuple[int, ...], length: int) -> list[tuple[int, int]]:
    starts = [0, *(at + len(MARK) for at in marks)]
    return list(zip(starts, [*marks, length], strict=True))
