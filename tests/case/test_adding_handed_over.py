"""Adding chats, mail, saved pages and folders: the bytes as they came, what was read beside them, what could not be."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import evidentia as ev
from evidentia.case import Case
from evidentia.case.adding import MOST_SAID
from evidentia.formats.names import item_folder
from evidentia.record.chat import AttachmentState, ChatExport, Message
from evidentia.record.errors import UsageError
from evidentia.record.handed_over import Members, SavedPages
from evidentia.record.item import Access, Item, Role
from evidentia.record.mail import Mail
from evidentia.record.post import State
from evidentia.record.verdict import Status
from lab.pki import Lab

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms"
STICKER, PICTURE = b"RIFF\x10\x00\x00\x00WEBPVP8 ", b"\xff\xd8\xff\xe0 no real picture"
URL = "https://contoh.example/pejabat07/1"
PAGE = b"<!doctype html><title>Contoh</title><article>Dukung Paslon A</article>"


def add(case: Case, path: Path) -> Item:
    return case.add(path, access=Access.PARTICIPANT, source="pelapor")


def original(case: Case, item: Item) -> bytes:
    path = case.path_of(item, Role.ORIGINAL)
    assert path is not None
    return path.read_bytes()


def record(case: Case, item: Item, role: Role, kind: Any) -> Any:
    path = case.path_of(item, role)
    assert path is not None, role
    return msgspec.json.decode(path.read_bytes(), type=kind)


def passes(case: Case, lab: Lab) -> None:
    verdict = ev.verify(case.folder, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert {fault.code for fault in verdict.faults} == {"NOT_EXPORTED"}


@pytest.fixture
def whatsapp_zip(tmp_path: Path) -> Path:
    path = tmp_path / "WhatsApp Chat - Tim Kota Contoh.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(FIXTURES / "whatsapp" / "android-id-24h.txt", "_chat.txt")
        archive.writestr("IMG-20260719-WA0001.jpg", PICTURE)
        archive.writestr("STK-20260719-WA0002.webp", STICKER)
    return path


@pytest.fixture
def telegram_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "ChatExport_2026-07-19"
    (folder / "photos").mkdir(parents=True)
    (folder / "stickers").mkdir()
    (folder / "result.json").write_bytes((FIXTURES / "telegram_export" / "result-group.json").read_bytes())
    (folder / "photos" / "photo_1@19-07-2026_16-31-00.jpg").write_bytes(PICTURE)
    (folder / "stickers" / "sticker.webp").write_bytes(STICKER)
    return folder


def test_a_zip_of_a_chat_stays_as_it_is_and_is_read_beside(case: Case, whatsapp_zip: Path, lab: Lab) -> None:
    item = add(case, whatsapp_zip)
    assert original(case, item) == whatsapp_zip.read_bytes()
    assert [file.name for file in item.files] == [
        "original.zip", "fingerprints.json", "members.json", "chat.json",
    ]  # fmt: skip
    members = record(case, item, Role.MEMBERS, Members)
    digests = {member.name: member.sha256 for member in members.members}
    assert digests["STK-20260719-WA0002.webp"] == hashlib.sha256(STICKER).hexdigest()
    (chat,) = record(case, item, Role.CHAT, ChatExport).conversations
    assert chat.title == "Tim Kota Contoh"
    files = {one.name: one for message in chat.messages for one in message.attachments}
    assert files["STK-20260719-WA0002.webp"].sha256 == hashlib.sha256(STICKER).hexdigest()
    assert files["IMG-20260719-WA0001.jpg"].sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert files["Warga Satu.vcf"].state is AttachmentState.MISSING
    assert item.problems == ()
    passes(case, lab)


def test_a_text_alone_is_read_and_its_media_are_missing(case: Case) -> None:
    item = add(case, FIXTURES / "whatsapp" / "ios-id-24h.txt")
    (chat,) = record(case, item, Role.CHAT, ChatExport).conversations
    states = {one.state for message in chat.messages for one in message.attachments}
    assert states == {AttachmentState.MISSING, AttachmentState.LEFT_OUT}
    assert item.problems == ()


def test_what_a_text_says_is_sealed_with_its_fingerprints(case: Case, tmp_path: Path) -> None:
    """Encoded and spaced otherwise, the same words have the same digest; other words have another."""
    sealed = []
    for number, words in enumerate(("Dukung  Paslon A\n", "Dukung Paslon A", "Dukung Paslon B")):
        path = tmp_path / f"{number}.txt"
        path.write_text(words)
        item = add(case, path)
        (row,) = json.loads((case.folder / "data" / f"{item.item:06d}" / "fingerprints.json").read_bytes())
        sealed.append(row["text"])
    assert [one["words"] for one in sealed] == [3, 3, 3]
    assert sealed[0]["sha256"] == sealed[1]["sha256"] != sealed[2]["sha256"]


def test_a_folder_is_one_item_of_all_its_files(case: Case, telegram_folder: Path, lab: Lab) -> None:
    item = add(case, telegram_folder)
    members = record(case, item, Role.MEMBERS, Members)
    stored = {member.name: member.stored_as for member in members.members}
    for name, own in stored.items():
        taken = (case.folder / item_folder(item.item) / own).read_bytes()
        assert taken == (telegram_folder / name).read_bytes()
    (chat,) = record(case, item, Role.CHAT, ChatExport).conversations
    sticker = at(chat.messages, "5").attachments[0]
    assert sticker.sha256 == hashlib.sha256(STICKER).hexdigest()
    assert item.original_name == "ChatExport_2026-07-19"
    passes(case, lab)


def test_html_pages_of_a_folder_are_one_conversation(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "ChatExport"
    folder.mkdir()
    for name in ("messages.html", "messages2.html"):
        (folder / name).write_bytes((FIXTURES / "telegram_export" / name).read_bytes())
    (chat,) = record(case, add(case, folder), Role.CHAT, ChatExport).conversations
    assert len(chat.messages) == 8


def test_an_attachment_that_is_an_export_itself_is_not_taken_for_the_chat(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat - A.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(FIXTURES / "whatsapp" / "android-order-open.txt", "_chat.txt")
        archive.write(FIXTURES / "whatsapp" / "android-id-24h.txt", "kiriman.txt")
    exports = [file for file in add(case, path).files if file.role is Role.CHAT]
    assert len(exports) == 1


def test_mail_is_read_beside(case: Case) -> None:
    item = add(case, FIXTURES / "mail" / "forwarded.eml")
    assert record(case, item, Role.MAIL, Mail).subject == "Dukungan – Paslon A"
    assert original(case, item) == (FIXTURES / "mail" / "forwarded.eml").read_bytes()


@pytest.mark.parametrize("name", ["page.mhtml", "singlefile.html"])
def test_a_saved_page_claims_and_is_no_observation(case: Case, name: str) -> None:
    item = add(case, FIXTURES / "saved_pages" / name)
    saved = record(case, item, Role.SAVED_PAGES, SavedPages)
    assert saved.pages[0].url == URL
    assert case.path_of(item, Role.OBSERVATION) is None
    assert case.timelines() == ()


def test_malformed_input_is_kept_read_as_far_as_it_goes_and_named_with_its_place(
    case: Case, lab: Lab
) -> None:
    path = FIXTURES / "telegram_export" / "result-cut-off.json"
    item = add(case, path)
    assert original(case, item) == path.read_bytes()
    (problem,) = item.problems
    assert problem.startswith(f"byte {path.stat().st_size}: no valid JSON")
    assert len(record(case, item, Role.CHAT, ChatExport).conversations[0].messages) == 1
    passes(case, lab)


def test_a_zip_that_cannot_be_read_is_evidence_all_the_same(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "rusak.zip"
    path.write_bytes(b"PK\x03\x04 and nothing that follows")
    item = add(case, path)
    assert original(case, item) == path.read_bytes()
    assert "no ZIP that can be read" in item.problems[0]


def test_a_chat_by_name_in_which_nothing_can_be_read_says_so(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat with Warga Satu.txt"
    path.write_text("19 Juli 2026 pukul 16.29: Pejabat 07: bentuk yang tidak dikenal\n")
    assert any("no message begins" in problem for problem in add(case, path).problems)


def test_what_is_written_is_as_its_schemas_say(case: Case, whatsapp_zip: Path, tmp_path: Path) -> None:
    path = tmp_path / "simpanan.warc.gz"
    path.write_bytes(archive("2026-07-19T09:29:00Z", PAGE))
    given = (path, whatsapp_zip, FIXTURES / "mail" / "forwarded.eml", FIXTURES / "saved_pages" / "page.mhtml")
    seen = set()
    for each in (*given, *(FIXTURES / "telegram_export").glob("*.json")):
        item = add(case, each)
        for file in item.files:
            name = "observation" if file.role is Role.OBSERVATION else Path(file.name).stem
            if file.role is Role.ORIGINAL or name == "fingerprints":
                continue
            schema = json.loads(
                (FIXTURES.parents[1] / "docs" / "schemas" / f"{name}.json").read_text("utf-8")
            )
            written = (case.folder / item_folder(item.item) / file.name).read_bytes()
            assert not list(Draft202012Validator(schema).iter_errors(json.loads(written))), file.name
            seen.add(name)
    assert seen == {"chat", "mail", "members", "saved-pages", "observation"}


def test_a_thousand_problems_are_said_in_twenty_lines(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(json.dumps({"name": "A", "type": "t", "id": 1, "messages": [0] * 1000}))
    item = add(case, path)
    assert len(item.problems) == MOST_SAID + 1
    assert len(record(case, item, Role.CHAT, ChatExport).problems) == 1000


def archive(at: str, page: bytes, *, url: str = URL, status: str = "200 OK") -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    head = StatusAndHeaders(status, [("Content-Type", "text/html")], protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            url, "response", payload=io.BytesIO(page), http_headers=head, warc_headers_dict={"WARC-Date": at}
        )
    )
    return out.getvalue()


def test_pages_of_an_archive_are_observations_of_whoever_made_it(
    case: Case, tmp_path: Path, lab: Lab
) -> None:
    path = tmp_path / "simpanan.warc.gz"
    path.write_bytes(
        archive("2026-07-19T09:29:00Z", PAGE) + archive("2026-07-20T09:29:00Z", PAGE.replace(b"A<", b"B<"))
    )
    item = add(case, path)
    (timeline,) = case.timelines()
    assert [o.source for o in timeline.observations] == ["handed over: simpanan.warc.gz"] * 2
    first = timeline.observations[0]
    assert first.state is State.LIVE
    assert first.during.not_before == first.during.not_after == datetime(2026, 7, 19, 9, 29, tzinfo=UTC)
    assert first.signals[0].name == "claimed-time"
    assert first.reason.startswith("As the file that was handed over claims")
    assert (first.evidence[0].item, first.evidence[0].path) == (item.item, "data/000001/original.gz")
    assert [version.text for version in timeline.versions] == ["Dukung Paslon A", "Dukung Paslon B"]
    passes(case, lab)


def test_a_page_that_is_gone_belongs_to_the_post_that_stood_there(case: Case, tmp_path: Path) -> None:
    """A forum's post has an id of its own; the page that says 404 has none."""
    body = (FIXTURES / "spirit" / "topic-live.html").read_bytes()
    url = json.loads((FIXTURES / "spirit" / "topic-live.json").read_bytes())["requested_url"]
    path = tmp_path / "simpanan.warc.gz"
    gone = archive("2026-07-20T09:29:00Z", b"<p>tidak ada</p>", url=url, status="404 Not Found")
    path.write_bytes(gone + archive("2026-07-19T09:29:00Z", body, url=url))
    add(case, path)
    (timeline,) = case.timelines()
    assert timeline.post.startswith("spirit:")
    assert [o.state for o in timeline.observations] == [State.LIVE, State.UNAVAILABLE]


def test_what_nobody_can_read_adds_nothing(case: Case, tmp_path: Path) -> None:
    before = len(case.events)
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "nowhere", tmp_path / "empty"):
        with pytest.raises(UsageError):
            add(case, path)
    assert len(case.events) == before
    assert case.unfinished.is_empty


@pytest.fixture
def run(case: Case, lab: Lab) -> Callable[..., tuple[int, str]]:
    who = lab.people["penyidik-a"]
    environment = os.environ | {
        "EVIDENTIA_IDENTITY": str(who.p12),
        "EVIDENTIA_PASSPHRASE": who.passphrase,
        "EVIDENTIA_TSA": lab.tsa_url,
        "EVIDENTIA_CASE": str(case.folder),
    }

    def call(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "evidentia", "add", *arguments, "--access", "participant"]
        command += ["--who", "penyidik-a"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    return call


def test_the_command_says_what_was_read(run: Callable[..., tuple[int, str]], whatsapp_zip: Path) -> None:
    code, out = run(str(whatsapp_zip), "--json")
    assert code == 0
    read = json.loads(out)["read"]
    (chat,) = read["chats"]
    assert (chat["messages"], chat["edited"], chat["removed"]) == (20, 1, 5)
    assert chat["missing"] == ["Warga Satu.vcf"]
    assert read["members"] == {"files": 3, "bytes": read["members"]["bytes"], "unread": 0}
    assert read["problems"] == []


def test_the_command_ends_with_three_where_something_could_not_be_read(
    run: Callable[..., tuple[int, str]],
) -> None:
    code, out = run(
        str(FIXTURES / "whatsapp" / "malformed.txt"), str(FIXTURES / "mail" / "forwarded.eml"), "--json"
    )
    assert code == 3
    problems = [json.loads(line)["read"]["problems"] for line in out.splitlines()]
    assert problems[0][0].startswith("byte 75: bytes that are no UTF-8")
    assert problems[1] == []


@pytest.mark.skipif(os.name == "nt", reason="links there need a privilege")
def test_a_link_that_was_followed_is_said_and_is_no_failure(
    run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    (tmp_path / "surat.eml").symlink_to(FIXTURES / "mail" / "forwarded.eml")
    code, out = run(str(tmp_path / "surat.eml"), "--json")
    assert code == 0
    assert "symbolic link" in json.loads(out)["read"]["problems"][0]


def test_the_command_tells_people_of_chats_archives_and_mail(
    run: Callable[..., tuple[int, str]], whatsapp_zip: Path, telegram_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "simpanan.warc.gz"
    path.write_bytes(archive("2026-07-19T09:29:00Z", PAGE)[:-3])
    code, out = run(
        str(whatsapp_zip), str(telegram_folder), str(FIXTURES / "mail" / "forwarded.eml"), str(path)
    )
    assert code == 3
    for words in (
        "whatsapp chat, Tim Kota Contoh: 20 messages, 1 marked as edited, 5 as removed",
        "dates: day-first",
        "The export states no zone",
        "named and not there: Warga Satu.vcf",
        "telegram chat, Tim Kota Contoh: 10 messages",
        "mail: ",
        "the file ends inside of a gzip member",
    ):
        assert words in " ".join(out.split()), (words, out)


def at(messages: tuple[Message, ...], number: str) -> Message:
    return next(message for message in messages if message.id == number)


def test_a_case_with_all_of_it_is_exported_and_shown(
    case: Case, whatsapp_zip: Path, tmp_path: Path, lab: Lab
) -> None:
    path = tmp_path / "simpanan.warc.gz"
    path.write_bytes(archive("2026-07-19T09:29:00Z", PAGE))
    for each in (path, whatsapp_zip, FIXTURES / "mail" / "forwarded.eml"):
        add(case, each)
    case.export(tmp_path / "b.zip")
    verdict = ev.verify(tmp_path / "b.zip", ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status is Status.PASSED
    page = (case.folder / "index.html").read_text("utf-8")
    assert "handed over: simpanan.warc.gz" in page
    assert "percakapan menurut ekspornya" in page
