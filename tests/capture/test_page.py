"""A captured page: what is written, and what is said of it."""

from __future__ import annotations

import hashlib
import itertools
import json
from pathlib import Path

import msgspec
import pytest
from capture_site import PIXEL, Answer, Site
from capturing import LOOPBACK, reader_of, responses, warc_bytes
from PIL import Image

from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
from evidentia.platforms.page import CapturedPage
from evidentia.record.errors import CaptureError, UsageError
from evidentia.record.item import LoadState, Role
from evidentia.record.post import PageReading, State

TEXT = "Mari dukung Paslon A — hari ini!"
POST = b"""<!doctype html><html><head><meta charset=utf-8><title>Pejabat 07</title>
<link rel=canonical href=/kanonik></head><body style="margin:0"><h1>Forum</h1>
<article id=post style="width:400px;height:80px;background:#cde">Mari dukung <b>Paslon A</b> &mdash; hari
ini!</article><img src=/gambar.png width=50 height=50></body></html>"""
PAGE = {"/p": Answer(POST), "/gambar.png": Answer(PIXEL, "image/png")}


def test_a_page_becomes_files_of_every_kind_with_their_digests(into: Path) -> None:
    with Site(dict(PAGE)) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(TEXT, "#post"))
    assert {file.role for file in captured.files} == {
        Role.ARCHIVE, Role.FULL_PAGE, Role.ELEMENT, Role.MHTML, Role.DOM, Role.TEXT, Role.BOXES,
    }  # fmt: skip
    for file in captured.files:
        data = (into / file.name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)
    assert sorted(path.name for path in into.iterdir()) == sorted(file.name for file in captured.files)
    assert captured.problems == ()


def test_the_circumstances_tell_where_when_and_how(into: Path) -> None:
    routes = {**PAGE, "/": Answer(status="302 Found", headers=(("Location", "/p"),))}
    with Site(routes) as site:
        captured = capture_page(site.url("/"), into, LOOPBACK, read=reader_of(TEXT))
    told = captured.circumstances
    assert (told.requested_url, told.final_url) == (site.url("/"), site.url("/p"))
    assert told.canonical_url == site.url("/kanonik")
    assert [(hop.url, hop.status, hop.location) for hop in told.redirects] == [
        (site.url("/"), 302, site.url("/p"))
    ]
    assert told.status == 200
    assert told.failure is None
    assert told.load_state is LoadState.COMPLETE
    assert {(peer.host, peer.port, peer.address) for peer in told.peers} == {
        ("127.0.0.1", site.port, f"127.0.0.1:{site.port}")
    }
    assert told.browser is not None
    assert "Chrom" in told.browser.name
    assert told.started_at < told.finished_at
    assert told.tls is None
    assert captured.page.title == "Pejabat 07"


def test_names_are_written_down_as_they_were_resolved(into: Path) -> None:
    with Site(dict(PAGE)) as site:
        captured = capture_page(site.url("/p", "localhost"), into, LOOPBACK, read=reader_of(TEXT))
    (answer,) = captured.circumstances.dns
    assert answer.name == "localhost"
    assert "127.0.0.1" in answer.addresses
    assert "getaddrinfo" in answer.resolver


def test_the_post_is_found_again_in_every_file(into: Path) -> None:
    with Site(dict(PAGE)) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(TEXT))
    assert captured.presence.present
    assert set(captured.presence.found_in) == {
        "capture.wacz", "text.txt", "dom.html", "boxes.json", "page.mhtml",
    }  # fmt: skip


def test_a_post_that_is_not_on_the_page_is_not_found(into: Path) -> None:
    with Site(dict(PAGE)) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of("Mari dukung Paslon B"))
    assert captured.presence.present is False
    assert captured.presence.found_in == ()


def test_the_element_is_a_part_of_the_whole_picture_and_words_have_their_places(into: Path) -> None:
    with Site(dict(PAGE)) as site:
        capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(TEXT, "#post"))
    whole, element = Image.open(into / "page.png"), Image.open(into / "post.png")
    assert element.size == (400, 80)
    boxes = json.loads((into / "boxes.json").read_bytes())
    assert (boxes["width"], boxes["height"]) == whole.size
    word = next(box for box in boxes["words"] if box["text"] == "Paslon")
    x, y = int(word["x"]), int(word["y"])
    inked = whole.crop((x, y, x + round(word["w"]), y + round(word["h"]))).convert("L").getextrema()
    assert inked[0] < 100 < inked[1], "the word's box holds dark ink on a light ground"
    assert [box["text"] for box in boxes["words"]] == [
        "Forum",
        "Mari",
        "dukung",
        "Paslon",
        "A",
        "—",
        "hari",
        "ini!",
    ]
    tops = range(whole.height - element.height + 1)
    assert any(whole.crop((0, top, 400, top + 80)).tobytes() == element.tobytes() for top in tops)


def test_an_edited_page_that_browsers_may_cache_is_captured_fresh(tmp_path: Path, into: Path) -> None:
    routes: dict[str, Answer] = {}
    modified = (("Last-Modified", "Mon, 01 Jan 2018 00:00:00 GMT"),)
    with Site(routes) as site:
        for n, text in enumerate(("sebelum disunting", "sesudah disunting")):
            routes["/p"] = Answer(f"<p>{text}".encode(), headers=modified)
            folder = tmp_path / str(n)
            folder.mkdir()
            captured = capture_page(site.url("/p"), folder, LOOPBACK, read=reader_of(text))
            assert captured.presence.present
            assert (folder / "text.txt").read_text() == text
        assert [one.request_header("if-modified-since") for one in site.asked("/p")] == [None, None]


def test_a_page_that_is_not_there_is_a_capture(into: Path) -> None:
    with Site({"/p": Answer(b"<h1>Tidak ditemukan</h1>", status="404 Not Found")}) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(None))
    assert captured.circumstances.status == captured.page.status == 404
    assert captured.circumstances.load_state is LoadState.COMPLETE
    assert "Tidak ditemukan" in captured.page.text
    assert captured.presence.present is None


@pytest.mark.parametrize(
    ("address", "allowed", "error"),
    [
        ("http://127.0.0.1:{port}/p", False, "net::ERR_ADDRESS_REFUSED: 127.0.0.1 is loopback"),
        ("http://2130706433:{port}/p", False, "net::ERR_ADDRESS_REFUSED: 127.0.0.1 is loopback"),
        ("http://0x7f.1:{port}/p", False, "net::ERR_ADDRESS_REFUSED: 127.0.0.1 is loopback"),
        ("http://localhost:{port}/p", False, "net::ERR_ADDRESS_REFUSED: "),
        (
            "http://169.254.169.254/latest",
            False,
            "net::ERR_ADDRESS_REFUSED: 169.254.169.254 is a cloud metadata",
        ),
        ("http://tidak-ada.invalid/p", True, "net::ERR_NAME_NOT_RESOLVED"),
        ("http://127.0.0.1:9/p", True, "net::ERR_UNSAFE_PORT"),
        ("http://127.0.0.1:{closed}/p", True, "net::ERR_CONNECTION_REFUSED"),
    ],
)
def test_a_host_that_cannot_be_reached_is_a_capture_that_says_why(
    into: Path, address: str, allowed: bool, error: str
) -> None:
    with Site({}) as gone:
        closed = gone.port
    with Site(dict(PAGE)) as site:
        url = address.format(port=site.port, closed=closed)
        options = PageOptions(allow_private_network=allowed)
        captured = capture_page(url, into, options, read=reader_of(None))
        assert site.exchanged == []
    told = captured.circumstances
    assert told.failure is not None
    assert told.failure.startswith(error)
    assert captured.page.failure == told.failure
    assert told.load_state is LoadState.FAILED
    assert (told.status, told.final_url, told.peers) == (None, None, ())
    assert [file.role for file in captured.files] == [Role.ARCHIVE]
    assert any(told.failure in missing for missing in told.not_captured)


def test_a_page_on_the_outside_may_not_look_inside(into: Path) -> None:
    """The page itself is let in by hand; what it then asks of other private hosts is on the record."""
    page = Answer(b"<p>x</p><img src='http://tidak-ada.invalid/a.png'>")
    with Site({"/p": page}) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(None))
    assert captured.circumstances.status == 200
    assert any(
        text.startswith("http://tidak-ada.invalid/a.png: net::ERR_NAME_NOT_RESOLVED")
        for text in captured.circumstances.not_captured
    )


def test_nobody_is_asked_for_anything_but_what_the_page_needs(into: Path) -> None:
    with Site(dict(PAGE)) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(TEXT))
        assert {one.path for one in site.exchanged} <= {"/p", "/gambar.png", "/favicon.ico"}
    told = captured.circumstances
    assert {(peer.host, peer.port) for peer in told.peers} == {("127.0.0.1", site.port)}
    assert (told.dns, told.not_captured) == ((), ())


def test_dialogs_and_windows_are_stopped_and_noted(into: Path) -> None:
    page = Answer(b"<p id=p>x</p><script>alert('Awas'); open('/jendela'); p.textContent = 'selesai'</script>")
    with Site({"/p": page}) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of("selesai"))
        assert site.asked("/jendela") == []
    noted = " | ".join(captured.circumstances.behaviours)
    assert "dismissed a dialog (alert): 'Awas'" in noted
    assert "closed a window that the page opened" in noted
    assert captured.presence.present


def test_a_download_is_denied_and_does_not_stand_for_the_page(into: Path) -> None:
    page = Answer(b"<p>x</p><script>location = '/unduh'</script>")
    download = Answer(b"isi", "application/octet-stream", headers=(("Content-Disposition", "attachment"),))
    with Site({"/p": page, "/unduh": download}) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of("x"))
        asked_for = site.url("/unduh")
    assert f"denied a download: {asked_for}" in captured.circumstances.behaviours
    assert captured.circumstances.final_url == site.url("/p")
    assert captured.circumstances.redirects == ()
    assert any(asked_for in missing for missing in captured.circumstances.not_captured)


def test_a_page_that_goes_on_by_itself_is_followed_and_both_documents_are_kept(into: Path) -> None:
    first = b"<script>location = '/p'</script>pertama"
    with Site({**PAGE, "/": Answer(first)}) as site:
        captured = capture_page(site.url("/"), into, LOOPBACK, read=reader_of(TEXT))
    told = captured.circumstances
    assert told.final_url == site.url("/p")
    assert [(hop.url, hop.status) for hop in told.redirects] == [(site.url("/"), 200)]
    assert any("the page itself went on" in text for text in told.behaviours)
    # A browser that is busy can have dropped the document that the page left. Then the record must say so.
    body = responses(warc_bytes(into))["/"][1]
    left = site.url("/")
    assert body == first or any(missing.startswith(f"{left}:") for missing in told.not_captured), (
        told.not_captured
    )


def test_a_page_that_never_falls_quiet_is_taken_all_the_same(into: Path) -> None:
    page = Answer(b"<p>x</p><script>setInterval(() => fetch('/denyut'), 20)</script>")
    options = PageOptions(allow_private_network=True, quiet_limit_seconds=0.5)
    with Site({"/p": page, "/denyut": Answer(b"1", "text/plain")}) as site:
        captured = capture_page(site.url("/p"), into, options, read=reader_of("x"))
    assert captured.circumstances.load_state is LoadState.LOADED
    assert captured.presence.present


def test_a_page_that_does_not_finish_loading_is_partial(into: Path) -> None:
    page = Answer(b"<p>sebagian</p><img src=/lambat.png>")
    options = PageOptions(allow_private_network=True, load_seconds=1, quiet_limit_seconds=0.3)
    with Site({"/p": page, "/lambat.png": Answer(PIXEL, "image/png", endless=True)}) as site:
        captured = capture_page(site.url("/p"), into, options, read=reader_of("sebagian"))
    assert captured.circumstances.load_state is LoadState.PARTIAL
    assert captured.presence.present
    assert any("/lambat.png" in text for text in captured.circumstances.not_captured)


def test_a_tall_page_is_taken_in_pieces_and_none_is_missing(into: Path) -> None:
    bands = 40
    colours = [(n * 6, 255 - n * 6, (n * 37) % 256) for n in range(bands)]
    body = "".join(f"<div style='height:1000px;background:rgb{colour}'></div>" for colour in colours)
    with Site({"/p": Answer(f"<body style='margin:0'>{body}".encode())}) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(None))
    pieces = [file.name for file in captured.files if file.role is Role.FULL_PAGE]
    assert pieces == ["page-1.png", "page-2.png", "page-3.png"]
    pictures = [Image.open(into / name).convert("RGB") for name in pieces]
    assert sum(picture.height for picture in pictures) == 1000 * bands
    rows = itertools.chain.from_iterable(
        (picture.getpixel((640, y)) for y in range(picture.height)) for picture in pictures
    )
    runs = [(colour, len(list(run))) for colour, run in itertools.groupby(rows)]
    assert runs == [(colour, 1000) for colour in colours]


def test_a_page_that_lies_to_scripts_does_not_lie_to_us(into: Path) -> None:
    page = Answer(
        b"<p>yang benar</p><script>Object.defineProperty(HTMLElement.prototype, 'innerText', {get: () => 'palsu'});"
        b"Object.defineProperty(document, 'title', {get: () => 'palsu'});"
        b"String.prototype.toWellFormed = () => 'palsu'; Range.prototype.setStart = () => 0;"
        b"document.title_ = '\\ud800'; document.body.append('\\ud800 tunggal')</script>"
    )
    with Site({"/p": page}) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of("yang benar"))
    assert captured.page.text.startswith("yang benar")
    assert "palsu" not in captured.page.text + captured.page.title
    assert captured.presence.present
    assert "\ufffd tunggal" in (into / "text.txt").read_text()


def test_a_reader_that_fails_costs_nothing_that_was_captured(into: Path) -> None:
    def failing(page: CapturedPage) -> PageReading:
        assert (into / "capture.wacz").stat().st_size, "the evidence is written before it is read"
        raise ZeroDivisionError("salah hitung")

    with Site(dict(PAGE)) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=failing)
    assert captured.reading.state is State.UNDETERMINED
    assert any("salah hitung" in problem for problem in captured.problems)
    assert {Role.ARCHIVE, Role.FULL_PAGE, Role.TEXT} <= {file.role for file in captured.files}


def test_a_selector_that_is_none_costs_only_the_element(into: Path) -> None:
    with Site(dict(PAGE)) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(TEXT, "!!"))
    assert any("could not be pictured by itself" in problem for problem in captured.problems)
    assert Role.ELEMENT not in {file.role for file in captured.files}


def test_files_that_are_there_are_never_replaced(into: Path) -> None:
    (into / "capture.wacz").write_bytes(b"yang lama")
    with Site(dict(PAGE)) as site, pytest.raises(CaptureError):
        capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(TEXT))
    assert (into / "capture.wacz").read_bytes() == b"yang lama"


def test_the_language_asked_for_is_the_language_sent(into: Path) -> None:
    options = PageOptions(allow_private_network=True, locale="id-ID")
    with Site(dict(PAGE)) as site:
        captured = capture_page(site.url("/p"), into, options, read=reader_of(TEXT))
        assert str(site.asked("/p")[0].request_header("accept-language")).startswith("id-ID")
    assert captured.circumstances.locale == "id-ID"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "javascript:alert(1)",
        "http://",
        "http://a.example:99999/",
        "a b",
    ],
)
def test_what_is_no_web_address_is_a_usage_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        capture_page(url, tmp_path, LOOPBACK)


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        capture_page("https://nama:rahasia@social.example/p", tmp_path, LOOPBACK)
    assert "rahasia" not in str(refused.value) + refused.value.next_step
    assert list(tmp_path.iterdir()) == []


def test_circumstances_survive_a_round_trip(into: Path) -> None:
    with Site(dict(PAGE)) as site:
        told = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(TEXT)).circumstances
    assert msgspec.json.decode(msgspec.json.encode(told), type=type(told)) == told
