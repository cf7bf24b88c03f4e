"""A capture in the viewer of the format's makers: it replays what the page showed, with the site gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from capture_site import PIXEL, Answer, Site
from capturing import LOOPBACK, reader_of

from evidentia.capture.page import capture_page

TEXT = "Mari dukung Paslon A — hari ini"
PAGE = f"""<!doctype html><meta charset=utf-8><title>Unggahan</title><link rel=stylesheet href=/gaya.css>
<article>{TEXT}</article><p id=api></p><img id=g src=/gambar.png>
<script>fetch('/api?halaman=1').then(r => r.text()).then(t => api.textContent = t)</script>"""

LATE = b"self.addEventListener('install', e => e.waitUntil(new Promise(r => setTimeout(r, 3000))));\n"


@pytest.fixture
def captured(into: Path, absent: Callable[[str], None]) -> tuple[bytes, str]:
    """The WACZ of a capture whose site is gone, and the address of its page."""
    from lab.replay import VIEWER

    if not VIEWER.exists():
        absent("ReplayWeb.page: run scripts/install")
    routes = {
        "/p?id=7": Answer(PAGE.encode(), coding=("gzip", "chunked")),
        "/gaya.css": Answer(b"article { color: rgb(1, 2, 3) }", "text/css"),
        "/gambar.png": Answer(PIXEL, "image/png"),
        "/api?halaman=1": Answer(b"isi dari antarmuka", "text/plain"),
    }
    with Site(routes) as site:
        capture_page(site.url("/p?id=7"), into, LOOPBACK, read=reader_of(TEXT))
        url = site.url("/p?id=7")
    return (into / "capture.wacz").read_bytes(), url


@pytest.mark.lab
def test_the_viewer_shows_the_post_and_what_its_script_fetched(
    captured: tuple[bytes, str], tmp_path: Path
) -> None:
    from lab.replay import shown

    with shown(*captured, TEXT, tmp_path) as frame:
        frame.get_by_text("isi dari antarmuka").wait_for()
        frame.wait_for_load_state("load")
        assert frame.evaluate("getComputedStyle(document.querySelector('article')).color") == "rgb(1, 2, 3)"
        assert frame.evaluate("document.querySelector('#g').naturalWidth") == 1


@pytest.mark.lab
def test_the_viewer_waits_for_a_worker_that_takes_its_time(
    captured: tuple[bytes, str], tmp_path: Path
) -> None:
    """On a loaded machine its installation takes longer than the half second that the viewer gives it."""
    from lab.replay import VIEWER, shown

    slow = tmp_path / "viewer"
    slow.mkdir()
    (slow / "ui.js").write_bytes((VIEWER / "ui.js").read_bytes())
    (slow / "sw.js").write_bytes(LATE + (VIEWER / "sw.js").read_bytes())

    with shown(*captured, TEXT, tmp_path, slow) as frame:
        assert frame.get_by_text(TEXT).count() == 1


@pytest.mark.lab
def test_a_viewer_that_does_not_show_the_text_is_quoted(
    captured: tuple[bytes, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lab import replay

    wacz, url = captured
    monkeypatch.setattr(replay, "SHOW_MS", 2000)

    with (
        pytest.raises(
            TimeoutError, match=r"no 'dihapus' within 2000 ms\nhttp://127(.|\n)* shows (.|\n)*logged:"
        ),
        replay.shown(wacz, url, "dihapus", tmp_path),
    ):
        pass
