"""A hostile page, replayed: it shows, and reaches neither the network nor the pages that show it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from show_parts import TEXT, Made, Spy

from evidentia.record.errors import MissingPart
from evidentia.show import replayer
from evidentia.show.loopback import Answer
from evidentia.show.replayer import Replayer
from evidentia.show.site import Showing
from lab.replay import VIEWER

pytestmark = [pytest.mark.browser, pytest.mark.lab]

SHOW_MS = 60_000  # the viewer starts a service worker and reads the index: seconds on a loaded machine
ATTACKS_MS = 7000.0  # the last attack begins after five and a half seconds
ATTACKS = {
    "fetch", "beacon", "image", "socket", "events", "style", "prefetch", "script", "frame", "object", "media", "worker",
    "open", "form", "show pages", "read above", "move above", "move by a frame above",
}  # fmt: skip


@pytest.fixture
def viewer(absent: Callable[[str], None]) -> Replayer:
    if not VIEWER.exists():
        absent("ReplayWeb.page: run scripts/install")
    return replayer.find(VIEWER)


def opened(chromium: Any, showing: Showing, name: str) -> tuple[Any, list[str]]:
    """The page with the replay in it, and what is logged in it."""
    tab = chromium.new_page()
    logged: list[str] = []
    tab.on("console", lambda said: logged.append(said.text))
    tab.goto(showing.server.address + name)
    return tab, logged


def tried(tab: Any, logged: list[str]) -> dict[str, str]:
    """What the hostile page says it has tried, each with the error that stopped it at once, if one did."""
    until = time.monotonic() + SHOW_MS / 1000
    while time.monotonic() < until:
        for line in logged:
            if line.startswith("tried: "):
                told = (one.partition(": ") for one in line.partition(": ")[2].split(", "))
                return {attack: error for attack, _, error in told}
        tab.wait_for_timeout(100)
    raise TimeoutError(f"it has tried nothing: {logged}")


def test_without_its_scripts_the_page_shows_and_runs_nothing(
    hostile: Made, spy: Spy, viewer: Replayer, show: Callable[..., Showing], chromium: Any
) -> None:
    showing = show(hostile.bundle, replayer=viewer)
    tab, logged = opened(chromium, showing, "replay-000001")
    inner = tab.frame_locator("iframe.replay").frame_locator("replay-web-page iframe").frame_locator("iframe")
    inner.get_by_text(TEXT).first.wait_for(timeout=SHOW_MS)
    tab.wait_for_timeout(ATTACKS_MS)
    assert not [line for line in logged if "tried" in line]
    assert spy.seen == []
    assert tab.url == showing.server.address + "replay-000001"
    assert len(tab.context.pages) == 1


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
    tab, logged = opened(chromium, showing, "replay-000001-scripts")
    told = tried(tab, logged)
    assert told.keys() >= ATTACKS
    assert told["read above"] == told["move above"] == "SecurityError"
    tab.wait_for_timeout(ATTACKS_MS)
    assert spy.seen == []
    assert {one.rpartition("/")[2] for one in asked} <= {"replay-000001-scripts", "show.js"}  # no one else's
    assert tab.url == showing.server.address + "replay-000001-scripts"
    assert len(tab.context.pages) == 1


def test_the_viewer_alone_would_have_let_it_out(
    hostile: Made, spy: Spy, viewer: Replayer, tmp_path: Path
) -> None:
    """The same capture in the viewer as its makers give it: what the guard is for, and that the attacks are real."""
    from lab import replay

    spy.seen.clear()
    wacz = (hostile.folder / "data" / "000001" / "capture.wacz").read_bytes()
    url = next(iter(_pages(hostile)))
    with replay.shown(wacz, url, TEXT, tmp_path):
        time.sleep(ATTACKS_MS / 1000)
    assert spy.seen
    spy.seen.clear()


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


def _pages(made: Made) -> list[str]:
    from evidentia.case import Case

    seen = Case.open(made.folder).item(1).circumstances
    assert seen is not None
    return [seen.final_url or seen.requested_url]
