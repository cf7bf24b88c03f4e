"""``doctor --mend`` where it succeeds: a machine without a browser, the real package, and a capture at the end."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
from evidentia.case.mending import INSTALL_SECONDS
from evidentia.record.item import LoadState

PROGRAMS = ("npm", "node", "sh", "env")
"""What npm needs. apt-get is not among them: that would install for the whole machine."""

PAGE = b"<!doctype html><meta charset=utf-8><title>Uji</title><article>Mari dukung Paslon A</article>"


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def bare(tmp_path: Path, absent: Callable[[str], None]) -> dict[str, str]:
    """The environment of somebody without root, without a browser, and with npm."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        absent("a machine for which there is the package (x86-64 Linux)")
    for name in PROGRAMS:
        found = shutil.which(name)
        if found is None:
            absent(f"the program {name}")
        assert found is not None
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(found)
    kept = {name: os.environ[name] for name in os.environ if not name.startswith(("EVIDENTIA_", "XDG_"))}
    return kept | {
        "PATH": str(tmp_path / "bin"),
        "HOME": str(tmp_path),
        "EVIDENTIA_CHROMIUM_HOME": str(tmp_path / "chromium"),
        "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "playwright"),
    }


def evidentia(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evidentia", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=2 * INSTALL_SECONDS,
    )


def browser(done: subprocess.CompletedProcess[str]) -> str:
    """What doctor says of the browser that captures use."""
    return next(part["found"] for part in json.loads(done.stdout)["parts"] if part["name"] == "chromium")


@pytest.mark.slow
@pytest.mark.browser
def test_a_machine_without_a_browser_is_mended_and_then_captures(
    bare: dict[str, str], tmp_path: Path
) -> None:
    before = evidentia(bare, "doctor", "--json")
    assert (before.returncode, browser(before)) == (1, "")
    mended = evidentia(bare, "doctor", "--mend", "--json")
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert str(tmp_path / "chromium" / "chromium") in browser(mended)
    assert not (tmp_path / "playwright").exists(), "the first way that works is the only one taken"
    folder = tmp_path / "item"
    folder.mkdir()
    options = PageOptions(allow_private_network=True, chromium=tmp_path / "chromium")
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        captured = capture_page(f"http://127.0.0.1:{site.server_port}/", folder, options)
        site.shutdown()
    assert captured.circumstances.load_state is LoadState.COMPLETE
    assert "Mari dukung Paslon A" in (folder / "text.txt").read_text("utf-8")
    assert captured.problems == ()
