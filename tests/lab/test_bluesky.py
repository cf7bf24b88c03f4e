"""The lab's Bluesky host does what a host does, on loopback alone, and is installed from a lock that names no place."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
import requests

from lab import bluesky as lab_bluesky
from lab.bluesky import SITE, Bluesky, BlueskyError

LOCK = SITE / "package-lock.json"


@pytest.fixture
def npm_lock() -> ModuleType:
    """The script that strips locks."""
    spec = importlib.util.spec_from_file_location("npm_lock", SITE.parents[1] / "scripts" / "npm_lock.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_strangers_read_what_a_member_published_and_no_longer_what_was_removed(bluesky: Bluesky) -> None:
    member = bluesky.join("pejabat07", "Pejabat 07")
    post = bluesky.publish(member, "Netral.")
    asked = {"repo": member.did, "collection": lab_bluesky.POSTS, "rkey": post.rkey}
    url = f"{bluesky.host}/xrpc/com.atproto.repo.getRecord"
    assert requests.get(url, params=asked, timeout=30).json()["value"]["text"] == "Netral."
    assert bluesky.edit(member, post, "Tetap netral.").cid != post.cid
    bluesky.delete(member, post)
    assert requests.get(url, params=asked, timeout=30).json()["error"] == "RecordNotFound"


LISTENING = "0A"
LOOPBACK = "0100007F"  # 127.0.0.1, as proc(5) writes it


def listeners(port: int) -> list[str]:
    """The addresses of this machine on which somebody listens at the port."""
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            address, _, number = local.partition(":")
            found += [address] if state == LISTENING and int(number, 16) == port else []
    return found


def test_the_servers_listen_on_loopback_alone(bluesky: Bluesky) -> None:
    for address in (bluesky.host, bluesky.directory):
        port = urlsplit(address).port
        assert port is not None
        assert listeners(port) == [LOOPBACK]


def test_a_host_that_refuses_is_said(bluesky: Bluesky) -> None:
    with pytest.raises(BlueskyError, match="answered 400"):
        bluesky.join("tidak boleh")


def test_a_host_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_bluesky, "PACKAGES", tmp_path)
    host = Bluesky(tmp_path / "host")
    with pytest.raises(BlueskyError, match="run scripts/install first"):
        host.start()
    host.stop()
    host.stop()


def test_the_lock_has_a_digest_for_every_package_and_no_address(npm_lock: ModuleType) -> None:
    text = LOCK.read_text("utf-8")
    assert npm_lock.stripped(text) == text
    wanted = json.loads((SITE / "package.json").read_text("utf-8"))["dependencies"]
    packages = json.loads(text)["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_a_lock_without_a_digest_or_with_an_address_is_refused(npm_lock: ModuleType) -> None:
    good = {
        "packages": {
            "": {},
            "node_modules/a": {"integrity": "sha512-x", "funding": {"url": "https://a.test"}},
        }
    }
    assert "funding" not in npm_lock.stripped(json.dumps(good))
    for change in ({"integrity": None}, {"resolved": "https://a.test/a.tgz"}):
        entry = {key: value for key, value in ({"integrity": "sha512-x"} | change).items() if value}
        with pytest.raises(ValueError, match=r"it holds an address|no digest"):
            npm_lock.stripped(json.dumps({"packages": {"node_modules/a": entry}}))
