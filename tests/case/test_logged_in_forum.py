"""A topic that only two people can see, on a real forum: captured as one of them, without a byte of her session."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import evidentia as ev
from evidentia.capture import chromium
from evidentia.capture.storage_state import StorageState, load
from evidentia.capture.withheld import Withheld
from evidentia.record.errors import MissingPart, UsageError
from lab.forum import CITIZEN, OFFICIAL, Forum
from lab.pki import Lab

TEXT = "Jangan bilang siapa-siapa: coblos nomor 1."

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _browser(absent: object) -> None:
    try:
        chromium.find()
    except MissingPart as error:
        absent(error.happened)  # type: ignore[operator]


def storage_state(forum: Forum, tmp_path: Path) -> StorageState:
    """As Playwright's ``context.storage_state`` writes it for somebody who is logged in."""
    host = urlsplit(forum.base_url).hostname
    cookies = [
        {"name": name, "value": value, "domain": host, "path": "/", "expires": -1, "httpOnly": True,
         "secure": False, "sameSite": "Lax"}
        for name, value in forum.cookies(CITIZEN).items()
    ]  # fmt: skip
    path = tmp_path / "state.json"
    path.write_text(json.dumps({"cookies": cookies, "origins": []}))
    return load(path)


def test_a_private_topic_is_captured_and_no_byte_of_the_session_is_kept(
    lab: Lab, forum: Forum, tmp_path: Path
) -> None:
    url = forum.publish_privately("Rahasia", TEXT, OFFICIAL, to=CITIZEN)
    state = storage_state(forum, tmp_path)
    (session,) = [cookie.value for cookie in state.cookies if "session" in cookie.name]
    who = lab.people["penyidik-a"]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = ev.Case.create(tmp_path / "rahasia", title="Rahasia", custodian=custodian)
    stranger = ev.PageOptions(allow_private_network=True)
    member = ev.PageOptions(allow_private_network=True, storage_state=state)

    with pytest.raises(UsageError, match="public"):
        case.capture(url, access=ev.Access.PUBLIC, options=member)
    outside = case.capture(url, access=ev.Access.PUBLIC, options=stranger)
    inside = case.capture(url, access=ev.Access.OWN_ACCOUNT, options=member)
    head = case.export(tmp_path / "rahasia.zip")
    verdict = ev.verify(tmp_path / "rahasia.zip", trust=ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))

    assert outside.post is None
    assert outside.state is ev.State.LOGIN_WALL
    assert inside.state is ev.State.LIVE
    assert inside.post is not None
    assert inside.post.text == TEXT
    assert (verdict.status, verdict.head) == (ev.Status.PASSED, head)
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "state.json"]
    assert any(path.name == "capture.wacz" for path in kept)
    for path in kept:
        assert session.encode() not in path.read_bytes(), path
    warc = _unpacked(case.folder / "data" / f"{inside.item.item:06d}" / "capture.wacz")
    assert TEXT.encode() in warc
    assert not Withheld([session]).holds_folded(warc)
    told = inside.item.circumstances
    assert told is not None
    assert any("the field Cookie of requests" in said for said in told.not_captured)


def test_what_was_seen_logged_in_is_looked_at_again_logged_in_or_not_at_all(
    lab: Lab, forum: Forum, tmp_path: Path
) -> None:
    """A stranger is shown a login page. That is no news of the post."""
    url = forum.publish_privately("Lagi", TEXT + " Lagi.", OFFICIAL, to=CITIZEN)
    state = storage_state(forum, tmp_path)
    who = lab.people["penyidik-a"]
    custodian = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = ev.Case.create(tmp_path / "lagi", title="Lagi", custodian=custodian)
    member = ev.PageOptions(allow_private_network=True, storage_state=state)
    first = case.capture(url, access=ev.Access.OWN_ACCOUNT, options=member)

    with pytest.raises(UsageError, match="was logged in"):
        case.recheck(first.post or "")
    again = case.recheck(first.post or "", storage_state=state)

    assert again.state is ev.State.LIVE
    assert len(case.observations()) == 2
    assert [version.text for version in case.timeline(first.post or "").versions] == [TEXT + " Lagi."]


def test_the_commands_take_a_storage_state_and_a_public_look_is_not_logged_in(
    lab: Lab, forum: Forum, tmp_path: Path
) -> None:
    url = forum.publish_privately("Perintah", TEXT + " Perintah.", OFFICIAL, to=CITIZEN)
    state = storage_state(forum, tmp_path)
    who = lab.people["penyidik-a"]
    environment = os.environ | {
        "EVIDENTIA_IDENTITY": str(who.p12),
        "EVIDENTIA_PASSPHRASE": who.passphrase,
        "EVIDENTIA_TSA": lab.tsa_url,
        "EVIDENTIA_CASE": str(tmp_path / "perintah"),
    }

    def run(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "evidentia", *words]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    assert run("open", str(tmp_path / "perintah"), "--title", "Perintah")[0] == 0
    given = ("--allow-private-network", "--storage-state", str(tmp_path / "state.json"))
    code, said = run("capture", url, "--access", "public", *given)
    assert (code, "access basis 'public'" in said) == (2, True)
    code, said = run("capture", url, "--access", "own-account", *given)
    assert code == 0
    assert "Perintah." in said
    assert not Withheld(state.secrets()).text_holds(said)
    assert run("recheck")[0] == 2
    assert run("recheck", "--storage-state", str(tmp_path / "state.json"))[0] == 0


def _unpacked(wacz: Path) -> bytes:
    with zipfile.ZipFile(wacz) as container:
        return gzip.decompress(container.read("archive/data.warc.gz"))
