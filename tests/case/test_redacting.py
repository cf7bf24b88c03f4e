"""What is redacted cannot be read in the copy; the copy says so, and is bound to the original that stays sealed."""

from __future__ import annotations

import hashlib
import struct
import subprocess
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

import evidentia as ev
from evidentia.case import Case, Region
from evidentia.case.redacting import MARK, Redaction, redact_words
from evidentia.record.custody import EventType
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Access, Item, ItemKind, Role
from evidentia.record.verdict import Status
from lab.pki import Lab

VERIFY_SH = Path(__file__).resolve().parents[2] / "verify.sh"


@pytest.fixture
def chat(case: Case, tmp_path: Path) -> Item:
    """A picture with a name in it, and the name once more in its metadata."""
    sheet = Image.new("RGB", (400, 120), "white")
    ImageDraw.Draw(sheet).text((20, 40), "Pelapor 31: Pilih Paslon A!", fill="black", font_size=20)
    info = PngInfo()
    info.add_text("Author", "Pelapor 31")
    sheet.save(tmp_path / "chat.png", pnginfo=info)
    return case.add(tmp_path / "chat.png", access=Access.FORWARDED)


def path_of(case: Case, item: Item, role: Role) -> Path:
    path = case.path_of(item, role)
    assert path is not None
    return path


def note_of(case: Case, item: Item) -> Redaction:
    return msgspec.json.decode(path_of(case, item, Role.REDACTION).read_bytes(), type=Redaction)


def chunks(png: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        found.append(png[at + 4 : at + 8])
        at += 12 + size
    return found


def test_a_region_is_black_and_the_rest_is_as_it_was(case: Case, chat: Item) -> None:
    copy = case.derive(chat, regions=[Region(15, 35, 130, 35)], reason="identitas pelapor")
    before = Image.open(path_of(case, chat, Role.ORIGINAL)).convert("RGB")
    after = Image.open(path_of(case, copy, Role.REDACTED))
    assert after.crop((15, 35, 145, 70)).getcolors() == [(130 * 35, (0, 0, 0))]
    before.paste("black", (15, 35, 145, 70))
    assert after.tobytes() == before.tobytes()


def test_no_metadata_comes_along(case: Case, chat: Item) -> None:
    copy = case.derive(chat, regions=[Region(0, 0, 1, 1)], reason="identitas pelapor")
    data = path_of(case, copy, Role.REDACTED).read_bytes()
    assert set(chunks(data)) == {b"IHDR", b"IDAT", b"IEND"}
    assert b"tEXt" in chunks(path_of(case, chat, Role.ORIGINAL).read_bytes())


def test_a_copy_is_bound_to_its_original_and_says_who_and_why(case: Case, chat: Item, lab: Lab) -> None:
    sealed = path_of(case, chat, Role.ORIGINAL).read_bytes()
    copy = case.derive(chat, regions=[Region(15, 35, 130, 35)], reason="identitas pelapor")
    assert path_of(case, chat, Role.ORIGINAL).read_bytes() == sealed
    event = case.events[-1]
    assert (event.type, event.details) == (EventType.DERIVE, {"original": chat.item})
    assert [ref.item for ref in event.items] == [copy.item]
    assert event.changes[0].why == "identitas pelapor"
    assert copy.about == (chat.item,)
    note = note_of(case, copy)
    record = case.folder / "custody" / "items" / "000001.sha256"
    assert note.original.record == hashlib.sha256(record.read_bytes()).hexdigest()
    assert f"{hashlib.sha256(sealed).hexdigest()}  {note.original.path}\n" in record.read_text()
    assert (note.by.who, note.reason) == ("penyidik-a", "identitas pelapor")
    assert note.regions == (Region(15, 35, 130, 35),)
    case.export()
    trust = ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    assert ev.verify(case.folder, trust).status is Status.PASSED


def test_the_exhibit_shows_the_copy_and_what_was_hidden(case: Case, chat: Item) -> None:
    copy = case.derive(chat, regions=[Region(15, 35, 130, 35)], reason="identitas pelapor")
    assert copy.kind is ItemKind.DERIVED
    case.export()
    page = (case.folder / "index.html").read_text("utf-8")
    record = hashlib.sha256((case.folder / "custody" / "items" / "000001.sha256").read_bytes()).hexdigest()
    for shown in (
        f'<img src="data/{copy.item:06d}/redacted.png"',
        "x 15, y 35: 130 × 35",
        "1 x region painted over, on a copy of item 1",
        "Salinan dengan bagian yang ditutup",
        "Redacted copies",
        record,
    ):
        assert shown in page


def test_a_copy_goes_out_where_its_original_is_withheld(case: Case, tmp_path: Path, lab: Lab) -> None:
    (tmp_path / "surat.txt").write_text("Pelapor 31 melihat Pejabat 07.\nPELAPOR  31 takut.\n")
    letter = case.add(tmp_path / "surat.txt", access=Access.FORWARDED)
    copy = case.derive(letter, words=["Pelapor 31"], reason="identitas saksi")
    assert path_of(case, copy, Role.REDACTED).read_text() == f"{MARK} melihat Pejabat 07.\n{MARK} takut.\n"
    assert note_of(case, copy).marks == (0, 26)
    case.disclose([letter], reason="identitas saksi")
    case.export(tmp_path / "b.zip", withhold=[letter])
    assert ev.verify(tmp_path / "b.zip", ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))).status is (
        Status.PASSED
    )
    packed = (tmp_path / "b.zip").read_bytes()  # stored, so that words would stand in clear
    assert MARK.encode() in packed
    original = path_of(case, letter, Role.ORIGINAL).read_bytes()
    for clue in (b"Pelapor 31", b"PELAPOR", hashlib.sha256(original).hexdigest().encode()):
        assert clue not in packed


def test_a_copy_whose_original_was_exchanged_for_another_fails_both_verifiers(
    case: Case, chat: Item, lab: Lab
) -> None:
    """Somebody without a key gives the original other bytes, and its record the digest that fits."""
    case.derive(chat, regions=[Region(15, 35, 130, 35)], reason="identitas pelapor")
    case.export()
    original = path_of(case, chat, Role.ORIGINAL)
    record = case.folder / "custody" / "items" / "000001.sha256"
    before = hashlib.sha256(original.read_bytes()).hexdigest()
    for path in (original, record):
        path.chmod(0o644)
    Image.new("RGB", (400, 120), "red").save(original)
    after = hashlib.sha256(original.read_bytes()).hexdigest()
    record.write_text(record.read_text().replace(before, after))
    verdict = ev.verify(case.folder, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status is Status.FAILED
    assert ("RECORD_DIFFERS", "custody/items/000001.sha256") in {(f.code, f.path) for f in verdict.faults}
    command = [str(VERIFY_SH), str(case.folder), str(lab.roots), str(lab.tsa_roots)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout.splitlines()[-1] == "FAILED"
    assert "RECORD_DIFFERS" in done.stdout


@pytest.mark.parametrize(
    "region", [(0, 0, 401, 10), (-1, 0, 5, 5), (0, 119, 1, 2), (5, 5, 0, 9), (5, 5, 9, -1)]
)
def test_a_region_that_is_not_in_the_picture_is_refused(
    case: Case, chat: Item, region: tuple[int, int, int, int]
) -> None:
    with pytest.raises(UsageError, match="not within"):
        case.derive(chat, regions=[Region(*region)], reason="identitas pelapor")
    assert len(case.items()) == 1
    assert case.unfinished.is_empty


def test_an_original_that_was_touched_is_not_redacted(case: Case, chat: Item) -> None:
    path = path_of(case, chat, Role.ORIGINAL)
    path.chmod(0o644)
    Image.new("RGB", (400, 120), "red").save(path)
    with pytest.raises(CustodyError, match="not those that were sealed"):
        case.derive(chat, regions=[Region(0, 0, 5, 5)], reason="identitas pelapor")


def test_what_is_no_picture_or_no_text_is_refused(case: Case, chat: Item, letter: Path) -> None:
    text = case.add(letter, access=Access.FORWARDED)
    with pytest.raises(UsageError, match="cannot be redacted as a picture"):
        case.derive(text, regions=[Region(0, 0, 5, 5)], reason="salah")
    with pytest.raises(UsageError, match="not a text in UTF-8"):
        case.derive(chat, words=["Pelapor"], reason="salah")
    with pytest.raises(UsageError, match="one of them"):
        case.derive(chat, reason="salah")
    assert len(case.items()) == 2


@pytest.mark.parametrize(
    ("text", "word", "redacted"),
    [
        ("Budi, BUDI, budiman", "budi", f"{MARK}, {MARK}, {MARK}man"),
        ("Ade\u0301 dan Ad\u00e9", "Ade", f"{MARK} dan {MARK}"),
        ("Bu\u200bdi\u200b!", "Budi", f"{MARK}!"),
        ("\uff22udi", "Budi", MARK),
        ("Budi\n  Santoso", "budi santoso", MARK),
        ("BudiBudi", "Budi", MARK),
        ("Stra\u00dfe", "STRASSE", MARK),
    ],
)
def test_a_word_is_found_however_it_is_written(text: str, word: str, redacted: str) -> None:
    assert redact_words(text, [word])[0] == redacted


@pytest.mark.parametrize("word", ["Sinta", "", "\u200b"])
def test_a_word_that_is_not_there_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="not in the text"):
        redact_words("Budi", [word])


@given(st.text(max_size=60), st.text("Budi \u0301\u200bß", min_size=1, max_size=5), st.text(max_size=60))
def test_nothing_of_a_word_is_left_and_every_mark_is_where_it_is_said_to_be(
    before: str, word: str, after: str
) -> None:
    text = before + word + after
    try:
        redacted, marks = redact_words(text, [word])
    except UsageError:
        assert not word.strip(" \u0301\u200b")  # a word of which nothing can be seen
        return
    assert word.strip() not in redacted
    assert all(redacted[at : at + len(MARK)] == MARK for at in marks)
    assert len(marks) >= 1
