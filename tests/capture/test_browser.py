"""What a capture leaves behind, and what becomes of it when the browser ends too early."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import pytest
from capture_site import Answer, Site
from capturing import LOOPBACK, reader_of, responses, warc_bytes

from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
from evidentia.record.errors import CaptureError, MissingPart
from evidentia.record.item import LoadState, Role

ROUTES = {"/p": Answer(b"<p>Pejabat 07")}


def browsers() -> list[int]:
    """The process ids of the browsers that this process has started."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_bytes()
            except (OSError, IndexError):
                continue
            if parent == os.getpid() and b"--remote-debugging-pipe" in command:
                found.append(int(folder.name))
    return found


def test_no_process_no_profile_and_no_open_file_is_left(into: Path) -> None:
    with Site(dict(ROUTES)) as site:
        capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(None))
        (into.parent / "lagi").mkdir()
        open_before = len(os.listdir("/proc/self/fd"))
        seen: list[int] = []
        capture_page(
            site.url("/p"),
            into.parent / "lagi",
            LOOPBACK,
            lambda _: seen.extend(browsers()),
            read=reader_of(None),
        )
    assert seen, "the browser was seen while it ran"
    assert browsers() == []
    assert not any(Path(f"/proc/{pid}").exists() for pid in seen)
    assert list(Path(tempfile.gettempdir()).glob(f"evidentia-{os.getpid()}-*")) == []
    assert len(os.listdir("/proc/self/fd")) <= open_before


def test_a_browser_that_crashes_leaves_what_it_had_brought(into: Path) -> None:
    def crash(doing: str) -> None:
        if doing == "taking the page":
            for pid in browsers():
                os.killpg(pid, signal.SIGKILL)

    with Site(dict(ROUTES)) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, crash, read=reader_of(None))
    told = captured.circumstances
    assert told.load_state is LoadState.PARTIAL
    assert told.status == 200
    assert any("the browser ended" in problem for problem in captured.problems)
    assert [file.role for file in captured.files] == [Role.ARCHIVE]
    assert responses(warc_bytes(into))["/p"][0].http_headers.get_statuscode() == "200"


def test_a_program_that_is_no_browser_says_what_it_said(into: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "bukan-peramban"
    wrong.write_text("#!/bin/sh\necho 'saya bukan peramban' >&2\nexit 3\n")
    wrong.chmod(0o755)
    with pytest.raises(CaptureError, match="saya bukan peramban") as raised:
        capture_page("http://127.0.0.1:1/", into, PageOptions(chromium=wrong), read=reader_of(None))
    assert "Nothing was captured" in raised.value.safe
    assert list(into.iterdir()) == []


def test_a_file_that_is_no_program_is_a_missing_part(into: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "data"
    wrong.write_bytes(b"\0\1\2")
    wrong.chmod(0o755)
    with pytest.raises(MissingPart):
        capture_page("http://127.0.0.1:1/", into, PageOptions(chromium=wrong), read=reader_of(None))
