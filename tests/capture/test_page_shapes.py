"""Pages of unusual size, the page on paper, and everything for which a capture is PARTIAL or says that it lacks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from capture_site import PIXEL, Answer, Site
from capturing import LOOPBACK, reader_of
from PIL import Image

from evidentia.capture import recorder, snapshot
from evidentia.capture.captured import PageCapture
from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
from evidentia.record.item import LoadState, Role

SLOW_PICTURE = Answer(PIXEL, "image/png", endless=True)
SLOW_SCRIPT = Answer(b"1;" * 9, "text/javascript", endless=True)
BARE = replace(LOOPBACK, behaviours=())


def take(into: Path, routes: dict[str, Answer], options: PageOptions = BARE) -> PageCapture:
    with Site(dict(routes)) as site:
        return capture_page(site.url("/"), into, options, read=reader_of("Pejabat 07"))


def test_a_page_taller_than_all_tiles_says_what_is_not_pictured(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "TILES", 2)
    page = "<body style='margin:0'>Pejabat 07<div style='height:40000px'></div><p>paling bawah</p>"
    captured = take(into, {"/": Answer(page.encode())})
    pieces = [file.name for file in captured.files if file.role is Role.FULL_PAGE]
    assert pieces == ["page-1.png", "page-2.png"]
    assert sum(Image.open(into / name).height for name in pieces) == 2 * snapshot.TILE_HEIGHT
    (said,) = [text for text in captured.problems if "the page measures" in text]
    assert f"pictured are 1280 x {2 * snapshot.TILE_HEIGHT}" in said
    assert "paling bawah" in (into / "text.txt").read_text(), "the text is whole"


def test_of_a_very_wide_page_is_pictured_what_a_browser_can_hand_over(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "PICTURE_PIXELS", 2_000_000)
    post = "<article style='width:90000px'>Pejabat 07<p style='height:1900px'>bawah</article>"
    captured = take(into, {"/": Answer(f"<body style='margin:0'>{post}".encode())})
    width, height = Image.open(into / "page.png").size
    assert height > 1900
    assert 1_900_000 < width * height <= 2_000_000
    (said,) = [text for text in captured.problems if "the page measures 90000 x" in text]
    assert f"pictured are {width} x {height}" in said
    width, height = Image.open(into / "post.png").size
    assert width * height <= 2_000_000


def test_pictures_end_where_they_would_fill_the_memory_and_that_is_said(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "PICTURES_BYTES", 1_000)
    page = b"<body style='margin:0'>Pejabat 07<div style='height:40000px'></div>"
    captured = take(into, {"/": Answer(page)})
    assert [file.name for file in captured.files if file.role is Role.FULL_PAGE] == ["page.png"]
    assert any(f"pictured are 1280 x {snapshot.TILE_HEIGHT}" in text for text in captured.problems)


def test_a_page_on_paper_is_a_pdf_with_its_text(into: Path) -> None:
    page = Answer(
        b"<style>@media print { #layar { display: none } }</style><p>Pejabat 07</p><p id=layar>layar</p>"
    )
    captured = take(into, {"/": page}, replace(BARE, pdf=True))
    data = (into / "page.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert [file.media_type for file in captured.files if file.role is Role.PDF] == ["application/pdf"]
    assert "layar" in (into / "text.txt").read_text()


def test_there_is_no_pdf_unless_it_is_asked_for(into: Path) -> None:
    captured = take(into, {"/": Answer(b"<p>Pejabat 07")})
    assert Role.PDF not in {file.role for file in captured.files}


@pytest.mark.parametrize(
    ("page", "others", "state", "said"),
    [
        (
            "<img src=/lambat>",
            {"/lambat": Answer(PIXEL, "image/png", endless=True)},
            LoadState.PARTIAL,
            "/lambat: the resp",
        ),
        (
            "<script src=/lambat></script>",
            {"/lambat": Answer(b"1;" * 9, "text/javascript", endless=True)},
            LoadState.PARTIAL,
            "/lambat",
        ),
        ("<script>setInterval(() => fetch('/d'), 9)</script>", {"/d": Answer(b"1")}, LoadState.LOADED, ""),
        ("<img src='http://tidak-ada.invalid/a.png'>", {}, LoadState.COMPLETE, "net::ERR_NAME_NOT_RESOLVED"),
        ("<img src='http://127.0.0.1:1/a.png'>", {}, LoadState.COMPLETE, "net::ERR_UNSAFE_PORT"),
    ],
)
def test_each_reason_for_less_than_the_whole_is_told(
    into: Path, page: str, others: dict[str, Answer], state: LoadState, said: str
) -> None:
    quick = replace(BARE, load_seconds=1.5, quiet_limit_seconds=0.5)
    captured = take(into, {"/": Answer(f"<p>Pejabat 07</p>{page}".encode()), **others}, quick)
    assert captured.circumstances.load_state is state
    assert captured.presence.present
    assert not said or any(said in text for text in captured.circumstances.not_captured)


def test_bodies_beyond_the_limit_are_named_with_their_size(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "BODY_BYTES", 50_000)
    big = Answer(b"x" * 60_000, "text/plain")
    page = Answer(b"<p>Pejabat 07</p><script>fetch('/besar').then((r) => r.text())</script>")
    captured = take(into, {"/": page, "/besar": big})
    assert any(
        "/besar: its 60000 bytes are beyond the limit" in text for text in captured.circumstances.not_captured
    )


def test_requests_beyond_the_limit_are_counted(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "EXCHANGES", 3)
    page = Answer(b"<p>Pejabat 07</p><img src=/1><img src=/2><img src=/3><img src=/4><img src=/5>")
    captured = take(into, {"/": page})
    assert any("requests after the first 3" in text for text in captured.circumstances.not_captured)
