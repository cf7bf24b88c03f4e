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


@pytest.mark.lab
def test_the_viewer_shows_the_post_and_what_its_script_fetched(
    into: Path, tmp_path: Path, absent: Callable[[str], None]
) -> None:
    from lab.replay import VIEWER, shown

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
    with shown((into / "capture.wacz").read_bytes(), url, TEXT, tmp_path) as frame:
        frame.get_by_text("isi dari antarmuka").wait_for()
        assert frame.evaluate("getComputedStyle(document.querySelector('article')).color") == "rgb(1, 2, 3)"
        assert frame.evaluate("document.querySelector('#g').naturalWidth") == 1
