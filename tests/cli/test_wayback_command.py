"""``evidentia wayback`` and ``reread`` as a person or a script meets them, beside a running archive."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lab.pki import Lab
from lab.wayback import KEYS, Wayback, is_installed

pytestmark = pytest.mark.lab

URL = "https://social.example/@pejabat07/123"
ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Iterator[Wayback]:
    if not is_installed():
        absent("an archive of past versions")
    with Wayback(tmp_path_factory.mktemp("wayback")) as running:
        for day, words in ((1, "Saya mendukung Paslon A."), (2, "Saya netral.")):
            page = f"<!doctype html><article><p>{words}</p></article>".encode()
            running.keep(URL, datetime(2026, 7, day, 3, 4, 5, tzinfo=UTC), page)
        yield running


@pytest.fixture
def run(archive: Wayback, lab: Lab, tmp_path: Path) -> Run:
    """Run ``evidentia`` in an empty folder, as a person of the lab."""
    who = lab.people["penyidik-a"]
    own = {
        "EVIDENTIA_IDENTITY": str(who.p12),
        "EVIDENTIA_PASSPHRASE": who.passphrase,
        "EVIDENTIA_TSA": lab.tsa_url,
    }

    def call(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "evidentia", *arguments]
        if arguments[0] == "wayback":
            command += ["--archive", archive.base, "--allow-private-network"]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=os.environ | own | more,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return call


def test_versions_are_listed_taken_and_read_again(run: Run) -> None:
    listed = run("wayback", URL, "--json")
    said = json.loads(listed.stdout)
    page = (ROOT / "docs" / "reference.md").read_text("utf-8").partition("### `evidentia wayback`")[2]
    keys = re.search(r"- JSON: (.*)", page)
    assert keys is not None
    assert set(said) == set(re.findall(r"`([^`]+)`", keys[1]))
    assert [one["stamp"] for one in said["versions"]] == ["20260701030405", "20260702030405"]
    assert run("open", "kasus-07", "--title", "Uji").returncode == 0
    taken = run("wayback", URL, "--take", "all", "--case", "kasus-07", "--json")
    assert taken.returncode == 0, taken.stdout
    lines = [json.loads(line) for line in taken.stdout.splitlines()]
    assert [line["post"]["text"].strip() for line in lines] == ["Saya mendukung Paslon A.", "Saya netral."]
    told = run("timeline", "--case", "kasus-07")
    assert "1 July 2026" in told.stdout
    assert "silently_edited" in told.stdout or "edited" in told.stdout
    again = [json.loads(line) for line in run("reread", "--case", "kasus-07", "--json").stdout.splitlines()]
    assert [line["same"] for line in again] == [True, True]
    assert "the same as when it was sealed" in run("reread", "1", "--case", "kasus-07").stdout


def test_a_list_is_a_table_for_people_and_nothing_is_indeterminate(run: Run) -> None:
    assert "20260702030405" in run("wayback", URL).stdout
    nothing = run("wayback", "https://social.example/never")
    assert nothing.returncode == 3
    assert "proves nothing" in nothing.stdout


def test_what_is_asked_for_wrongly_is_said_in_words(run: Run) -> None:
    for wrong in (("--take", "20990101000000"), ("--since", "kemarin"), ("--take", "all"), ("--save",)):
        refused = run("wayback", URL, *wrong)
        assert refused.returncode == 2, wrong
        assert "Next:" in refused.stderr
    keyless = run("wayback", URL, "--save", EVIDENTIA_WAYBACK_KEYS="salah:kunci")
    assert keyless.returncode == 2
    assert "salah" not in keyless.stdout + keyless.stderr


def test_one_more_version_is_kept_when_asked_for(run: Run, archive: Wayback) -> None:
    url = f"{archive.base}/halaman-uji"  # the archive fetches its own 404: a page is a page
    kept = run("wayback", url, "--save", "--json", EVIDENTIA_WAYBACK_KEYS=KEYS)
    assert kept.returncode == 0, kept.stderr
    first, second = map(json.loads, kept.stdout.splitlines())
    assert first["saved"]["url"] == url
    assert len(second["versions"]) == 1
    assert KEYS not in kept.stdout + kept.stderr
