"""A hostile page, replayed: it shows, and reaches neither the network nor the pages that show it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_page import BROKEN_OUT
from show_parts import TEXT, Made, Spy

from evidentia.record.errors import MissingPart
from evidentia.show import replayer, replaying
from evidentia.show.loopback import Answer
from evidentia.show.replayer import Replayer
from evidentia.show.site import Showing
from lab.replay import VIEWER

pytestmark = [pytest.mark.browser, pytest.mark.lab]

SHOW_MS = 60_000  # the viewer starts a service worker and reads the index: seconds on a loaded machine
ATTACKS_MS = 4000.0  # for connections on loopback that are refused or made at once


@pytest.fixture
def viewer(absent: Callable[[str], None]) -> Replayer:
    if not VIEWER.exists():
        absent("ReplayWeb.page: run scripts/install")
    return replayer.find(VIEWER)


def opened(chromium: Any, showing: Showing, name: str) -> tuple[Any, Any, list[str]]:
    """The page with the replay in it, the frame in which the captured page shows its text, and what is logged."""
    tab = chromium.new_page()
    tab.add_init_script(BROKEN_OUT)
    logged: list[str] = []
    tab.on("console", lambda said: logged.append(said.text))
    tab.goto(showing.server.address + name)
    inner = tab.frame_locator("iframe.replay").frame_locator("replay-web-page iframe").frame_locator("iframe")
    inner.get_by_text(TEXT).first.wait_for(timeout=SHOW_MS)
    return tab, next(frame for frame in tab.frames if "mp_/" in frame.url), logged


def until_logged(tab: Any, logged: list[str], words: str) -> None:
    """Wait for the page to say something. The text that it shows may be there before its script has run."""
    patience = time.monotonic() + SHOW_MS / 1000
    while words not in logged:
        assert time.monotonic() < patience, logged
        tab.wait_for_timeout(50)


def test_without_its_scripts_the_page_shows_and_runs_nothing(
    hostile: Made, viewer: Replayer, show: Callable[..., Showing], chromium: Any
) -> None:
    tab, _, logged = opened(chromium, show(hostile.bundle, replayer=viewer), "replay-000001")
    tab.wait_for_timeout(2000)
    assert any("Blocked script execution" in line for line in logged)
    assert "the page runs its script" not in logged


def test_with_its_scripts_it_reaches_neither_the_network_nor_the_pages_that_show_it(
    hostile: Made, spy: Spy, viewer: Replayer, show: Callable[..., Showing], chromium: Any
) -> None:
    showing = show(hostile.folder, replayer=viewer)
    asked: list[str] = []
    real = showing.server.answer

    def answer(target: str, fetched: str, destination: str) -> Answer:
        asked.append(target)
        return real(target, fetched, destination)

    showing.server.answer = answer  # type: ignore[method-assign]
    tab, frame, logged = opened(chromium, showing, "replay-000001-scripts")
    until_logged(tab, logged, "the page runs its script")
    there = f"http://127.0.0.1:{spy.port}/"
    told = frame.evaluate("spy => brokenOut.attack(spy)", there)
    assert told.keys() >= {"fetch", "socket", "image", "frame", "form", "worker", "above"}
    assert told["read"] == "SecurityError"
    assert told["open"] == "TypeError"  # no window was given
    tab.wait_for_timeout(ATTACKS_MS)
    assert spy.seen == []
    moved = frame.evaluate("spy => brokenOut.move(spy)", there)
    assert moved["top"] == "SecurityError"
    tab.wait_for_timeout(ATTACKS_MS)
    assert spy.seen == []
    assert {one.rpartition("/")[2] for one in asked} <= {"replay-000001-scripts", "show.js"}  # its own alone
    assert tab.url == showing.server.address + "replay-000001-scripts"
    assert len(tab.context.pages) == 1


def test_without_the_guard_it_would_get_out(
    hostile: Made,
    spy: Spy,
    viewer: Replayer,
    show: Callable[..., Showing],
    chromium: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same with the viewer's own policy: what the guard is for, and that the attacks are real."""
    real = replaying._own
    bare = b"importScripts('viewer.js')"
    monkeypatch.setattr(replaying, "_own", lambda name: bare if name == "guard.js" else real(name))
    tab, frame, _ = opened(chromium, show(hostile.folder, replayer=viewer), "replay-000001-scripts")
    frame.evaluate("spy => brokenOut.attack(spy)", f"http://127.0.0.1:{spy.port}/")
    tab.wait_for_timeout(ATTACKS_MS)
    assert any("socket" in line for line in spy.seen)


def test_each_capture_has_an_origin_of_its_own_that_forgets_what_a_browser_kept(
    hostile: Made, viewer: Replayer, show: Callable[..., Showing], chromium: Any
) -> None:
    showing = show(hostile.bundle, replayer=viewer)
    tab = chromium.new_page()
    answers: dict[str, Any] = {}
    tab.on("response", lambda one: answers.setdefault(one.url, one))
    origins = set()
    for name in ("replay-000001", "replay-000001-scripts"):
        tab.goto(showing.server.address + name)
        source = tab.locator("iframe.replay").get_attribute("src")
        origins.add(source.split("/")[2])
        assert answers[source].header_value("clear-site-data") == '"cache", "storage"'
    origins.add(showing.server.origin.split("/")[2])
    assert len(origins) == 3


def test_a_capture_whose_bytes_were_changed_is_not_replayed(
    hostile: Made, viewer: Replayer, show: Callable[..., Showing], chromium: Any, tmp_path: Path
) -> None:
    import shutil

    folder = tmp_path / "kasus-08"
    shutil.copytree(hostile.folder, folder)
    path = folder / "data" / "000001" / "capture.wacz"
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    showing = show(folder, replayer=viewer)
    tab = chromium.new_page()
    tab.goto(showing.server.address + "replay-000001")
    assert "bukan yang disegel" in tab.inner_text("main")
    assert tab.locator("iframe").count() == 0


def test_where_there_is_no_viewer_it_is_said_what_to_do(
    hostile: Made, show: Callable[..., Showing], chromium: Any, tmp_path: Path
) -> None:
    with pytest.raises(MissingPart) as found:
        replayer.find(tmp_path)
    showing = show(hostile.bundle, replayer=found.value)
    assert not showing.replays
    tab = chromium.new_page()
    tab.goto(showing.address)
    told = tab.inner_text("main")
    assert "ReplayWeb.page is not at" in told
    assert "scripts/install-replay" in told
    assert tab.goto(showing.server.address + "replay-000001").status == 404


def test_a_viewer_that_was_changed_is_not_used(viewer: Replayer, tmp_path: Path) -> None:
    (tmp_path / "ui.js").write_bytes(viewer.interface + b"\n")
    (tmp_path / "sw.js").write_bytes(viewer.worker)
    with pytest.raises(MissingPart, match="that was tried"):
        replayer.find(tmp_path)
