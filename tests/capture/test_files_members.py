"""ZIPs and folders that somebody hands over: what is in them, and what is not believed."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.capture import zip_members
from evidentia.capture.folder_members import take_folder
from evidentia.capture.handed_over import read_file
from evidentia.capture.zip_members import ZipMembers
from evidentia.record.chat import ChatExport
from evidentia.record.errors import UsageError
from evidentia.record.handed_over import Members
from evidentia.verify.zip_directory import DamagedZip

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms"
CHAT = (FIXTURES / "whatsapp" / "android-id-24h.txt").read_bytes()
STICKER = b"RIFF\x10\x00\x00\x00WEBPVP8 "


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")  # a name that stands twice is what some tests are about
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 7, 19, 16, 29, 4)), data, compress_type=method)
    return out.getvalue()


def surveyed(tmp_path: Path, data: bytes) -> Members:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with path.open("rb") as raw:
        return ZipMembers(raw, len(data)).members


def said(members: Members) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in members.problems]


def test_every_member_has_the_digest_of_its_own_bytes(tmp_path: Path) -> None:
    found = surveyed(tmp_path, packed(("_chat.txt", CHAT), ("STK-1.webp", STICKER), ("folder/", b"")))
    assert [(m.name, m.size, m.sha256) for m in found.members] == [
        ("_chat.txt", len(CHAT), hashlib.sha256(CHAT).hexdigest()),
        ("STK-1.webp", len(STICKER), hashlib.sha256(STICKER).hexdigest()),
    ]
    assert [m.media_type for m in found.members] == [None, "image/webp"]
    assert found.members[0].modified == "2026-07-19T16:29:04"
    assert found.problems == ()


@pytest.mark.parametrize("name", ["../chat.txt", "/chat.txt", "a/../../b", "C:/chat.txt", "a\\b.txt", "a//b"])
def test_names_that_lead_elsewhere_are_not_read(tmp_path: Path, name: str) -> None:
    found = surveyed(tmp_path, packed((name, CHAT)))
    assert [m.sha256 for m in found.members] == [None]
    assert "leads out" in found.problems[0].what


def test_of_two_members_of_one_name_neither_is_read(tmp_path: Path) -> None:
    found = surveyed(tmp_path, packed(("_chat.txt", CHAT), ("_chat.txt", b"another")))
    assert [m.sha256 for m in found.members] == [None, None]
    assert {where for where, what in said(found) if "programs differ" in what} == {"_chat.txt"}


def test_encrypted_members_are_named_and_not_read(tmp_path: Path) -> None:
    data = bytearray(packed(("_chat.txt", CHAT)))
    for at, signature in ((6, b"PK\x03\x04"), (8, b"PK\x01\x02")):
        data[data.index(signature) + at] |= 1
    found = surveyed(tmp_path, bytes(data))
    assert found.members[0].sha256 is None
    assert ("_chat.txt", "encrypted: it was not read") in said(found)


def test_a_member_whose_bytes_are_not_what_the_zip_says_is_not_read(tmp_path: Path) -> None:
    data = packed(("_chat.txt", CHAT), ("b.txt", b"whole"), method=zipfile.ZIP_STORED).replace(
        b"Rapat", b"Ralat"
    )
    found = surveyed(tmp_path, data)
    assert [m.sha256 is None for m in found.members] == [True, False]
    assert found.problems[0].where == "_chat.txt"


def test_a_bomb_is_refused_by_what_its_directory_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = packed(("bomb", bytes(1 << 20)))
    monkeypatch.setattr(zip_members, "MAX_UNPACKED", 1 << 19)
    found = surveyed(tmp_path, data)
    assert found.members == ()
    assert "no member was read" in found.problems[0].what


def test_entries_that_overlap_are_refused(tmp_path: Path) -> None:
    """Fifield's way: many entries of a directory that share one kernel."""
    kernel = packed(("a", bytes(100_000)), ("b", bytes(100_000)))
    end = kernel.rindex(b"PK\x05\x06")
    start = kernel.index(b"PK\x01\x02")
    one = kernel[start : kernel.index(b"PK\x01\x02", start + 1)]
    directory = one * 50
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 50, 50, len(directory), start, 0)
    assert end
    found = surveyed(tmp_path, kernel[:start] + directory + tail)
    assert found.members == ()
    assert any("no member was read" in what for _, what in said(found))


def test_a_name_in_utf8_without_its_flag_is_understood(tmp_path: Path) -> None:
    data = packed(("caf\u00e9.jpg", STICKER))
    flagless = bytearray(data)
    for at, signature in ((6, b"PK\x03\x04"), (8, b"PK\x01\x02")):
        place = flagless.index(signature) + at
        flagless[place : place + 2] = b"\0\0"
    assert surveyed(tmp_path, bytes(flagless)).members[0].name == "caf\u00e9.jpg"


class Unseekable(io.RawIOBase):
    """Where a phone writes a ZIP to while it is being sent: sizes and checksums come after the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += data
        return len(data)


def test_a_zip_that_was_streamed_is_read(tmp_path: Path) -> None:
    sink = Unseekable()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr("_chat.txt", CHAT)
    found = surveyed(tmp_path, bytes(sink.data))
    assert found.members[0].sha256 == hashlib.sha256(CHAT).hexdigest()
    assert found.problems == ()


def test_what_is_merely_unusual_is_noted_with_its_member_and_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("_chat.txt", (2026, 7, 19, 16, 29, 4))
        info.extra = struct.pack("<HH4s", 0x7075, 4, b"path")  # Info-ZIP's Unicode path
        info.comment = b"catatan"
        archive.writestr(info, CHAT)
    found = surveyed(tmp_path, out.getvalue())
    assert found.members[0].sha256 == hashlib.sha256(CHAT).hexdigest()
    assert any("0x7075" in oddity for oddity in found.members[0].oddities)
    assert any("comment" in oddity for oddity in found.members[0].oddities)
    assert found.problems == ()


def test_the_reader_gives_no_more_than_it_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed(("a.txt", b"12345")))
    with path.open("rb") as raw:
        opened = ZipMembers(raw, path.stat().st_size)
        assert opened.read("a.txt", 5) == b"12345"
        with pytest.raises(ValueError, match="limit is 4"):
            opened.read("a.txt", 4)
        with pytest.raises(DamagedZip):
            opened.read("b.txt", 5)


def test_an_account_in_html_has_a_conversation_for_each_folder(tmp_path: Path) -> None:
    """Pages of a whole account lie in ``chats/chat_001``, and name their media from there over the export's root."""
    page = (FIXTURES / "telegram_export" / "messages.html").read_text("utf-8")
    page = page.replace('href="photos/', 'href="../../chats/chat_001/photos/')
    photo = "chats/chat_001/photos/photo_1@19-07-2026_16-31-00.jpg"
    path = tmp_path / "DataExport.zip"
    path.write_bytes(
        packed(
            ("DataExport/chats/chat_001/messages.html", page.encode()),
            (f"DataExport/{photo}", STICKER),
            ("DataExport/chats/chat_002/messages.html", page.encode()),
        )
    )
    chats = [one for one in read_file(path, path.name).records if isinstance(one, ChatExport)]
    assert [chat.conversations[0].where for chat in chats] == [
        "DataExport/chats/chat_001/messages.html",
        "DataExport/chats/chat_002/messages.html",
    ]
    pictures = [one for message in chats[0].conversations[0].messages for one in message.attachments]
    assert pictures[0].sha256 == hashlib.sha256(STICKER).hexdigest()


@settings(deadline=None)
@given(st.integers(0, 2000), st.binary(max_size=12))
def test_a_zip_with_any_damage_is_read_or_its_problem_is_said(place: int, damage: bytes) -> None:
    import tempfile

    data = bytearray(packed(("_chat.txt", CHAT), ("STK-1.webp", STICKER)))
    place %= len(data)
    data[place : place + len(damage)] = damage
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.zip"
        path.write_bytes(data)
        found = read_file(path, "a.zip")
    assert found.records or found.problems or not data.startswith(b"PK\x03\x04")


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    folder = tmp_path / "WhatsApp Chat - Tim"
    (folder / "media").mkdir(parents=True)
    (folder / "_chat.txt").write_bytes(CHAT)
    (folder / "media" / "STK-20260719-WA0002.webp").write_bytes(STICKER)
    return folder


def test_a_folder_is_taken_file_by_file_under_our_own_names(unpacked: Path, tmp_path: Path) -> None:
    into = tmp_path / "staging"
    into.mkdir()
    taken = take_folder(unpacked, into)
    assert [file.name for file in taken.files] == ["original-00001.bin", "original-00002.webp"]
    assert [(m.name, m.stored_as) for m in taken.members.members] == [
        ("_chat.txt", "original-00001.bin"),
        ("media/STK-20260719-WA0002.webp", "original-00002.webp"),
    ]
    assert (into / "original-00002.webp").read_bytes() == STICKER
    assert taken.members.problems == ()


@pytest.mark.skipif(os.name == "nt", reason="links there need a privilege")
def test_links_in_a_folder_are_not_followed(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("x")
    (unpacked / "link").symlink_to(tmp_path / "secret" / "key")
    (unpacked / "away").symlink_to(tmp_path / "secret")
    into = tmp_path / "staging"
    into.mkdir()
    taken = take_folder(unpacked, into)
    assert {m.name for m in taken.members.members} == {"_chat.txt", "media/STK-20260719-WA0002.webp"}
    assert {problem.where for problem in taken.members.problems} == {"link", "away"}


def test_an_empty_folder_is_nothing_to_take(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "staging").mkdir()
    with pytest.raises(UsageError, match="0 files"):
        take_folder(tmp_path / "empty", tmp_path / "staging")
