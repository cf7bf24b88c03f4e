"""What comes in pieces or without an end: WebSockets, event streams, films, workers; and what answers strangely."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import struct
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from capture_site import PIXEL, Answer, Site
from capturing import reader_of, records, responses, warc_bytes

from evidentia.capture.captured import PageCapture
from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
from evidentia.capture.storage_state import Cookie, StorageState

QUICK = PageOptions(allow_private_network=True, load_seconds=10, quiet_limit_seconds=1)
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


@contextmanager
def talking() -> Iterator[tuple[int, list[bytes]]]:
    """A WebSocket server (RFC 6455) that says a text and some bytes; its port, and the first thing it heard."""
    heard: list[bytes] = []
    ready, loop = threading.Event(), asyncio.new_event_loop()
    ports: list[int] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        key = next(
            line.split(": ")[1] for line in head.splitlines() if line.lower().startswith("sec-websocket-key")
        )
        accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()
        writer.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\nX-Siapa: Pejabat\r\n\r\n".encode()
        )
        for opcode, data in ((1, "Mari dukung Paslon A — «ya»".encode()), (2, b"\x00\xff\x80")):
            writer.write(bytes((0x80 | opcode, len(data))) + data)
        _, length = struct.unpack("BB", await reader.readexactly(2))
        mask = await reader.readexactly(4)
        masked = await reader.readexactly(length & 0x7F)
        heard.append(bytes(byte ^ mask[n % 4] for n, byte in enumerate(masked)))
        await reader.read()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stop.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    yield ports[0], heard
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def take(site: Site, into: Path, text: str | None = "Pejabat 07") -> PageCapture:
    return capture_page(site.url("/"), into, QUICK, read=reader_of(text))


def test_what_is_said_over_a_websocket_is_kept_in_order_both_ways(into: Path) -> None:
    with talking() as (port, heard), Site({}) as site:
        script = (
            f"const s = new WebSocket('ws://127.0.0.1:{port}/ws'); s.binaryType = 'arraybuffer';"
            "s.onmessage = (m) => { if (typeof m.data === 'string') document.body.append(m.data);"
            " else { s.send('terima kasih'); fetch('/selesai') } }"
        )
        site.routes["/"] = Answer(f"<meta charset=utf-8><body>Pejabat 07<script>{script}</script>".encode())
        site.routes["/selesai"] = Answer(b"ya", "text/plain")
        captured = take(site, into, "Mari dukung Paslon A — «ya»")
    assert captured.presence.present
    assert heard == [b"terima kasih"]
    mine = [
        pair
        for pair in records(warc_bytes(into))
        if str(port) in (pair[0].rec_headers.get_header("WARC-Target-URI") or "")
    ]
    kinds = {record.rec_type: (record, content) for record, content in mine}
    assert set(kinds) == {"response", "request", "metadata"}
    assert kinds["response"][1].startswith(b"HTTP/1.1 101 ")
    assert b"X-Siapa: Pejabat\r\n" in kinds["response"][1]
    assert b"Upgrade: websocket\r\n" in kinds["request"][1]
    said = [json.loads(line) for line in kinds["metadata"][1].splitlines()]
    assert [(one["sent"], one.get("text"), one.get("base64")) for one in said] == [
        (False, "Mari dukung Paslon A — «ya»", None),
        (False, None, base64.b64encode(b"\x00\xff\x80").decode()),
        (True, "terima kasih", None),
    ]
    assert not any("/ws" in text for text in captured.circumstances.not_captured)


def test_a_credential_that_is_said_over_a_websocket_is_not_kept(into: Path) -> None:
    secret = "s3ss-on-7f2k-q1x5z"
    with talking() as (port, heard), Site({}) as site:
        script = (
            f"const s = new WebSocket('ws://127.0.0.1:{port}/ws');"
            "s.onopen = () => { s.send(document.cookie); fetch('/selesai') }"
        )
        site.routes["/"] = Answer(f"<body>Pejabat 07<script>{script}</script>".encode())
        site.routes["/selesai"] = Answer(b"ya", "text/plain")
        state = StorageState(cookies=(Cookie("sid", secret, "127.0.0.1"),))
        options = replace(QUICK, storage_state=state, pdf=True)
        captured = capture_page(site.url("/"), into, options, read=reader_of("Pejabat 07"))
    assert heard == [f"sid={secret}".encode()]
    (said,) = [content for record, content in records(warc_bytes(into)) if record.rec_type == "metadata"]
    assert b"sid=" in said
    assert all(secret.encode() not in content for _, content in records(warc_bytes(into)))
    assert not (into / "page.pdf").exists()
    told = captured.circumstances.not_captured
    assert any("page.pdf: nobody can see" in text for text in told), told


def test_events_that_have_come_are_kept_and_the_stream_is_said_to_be_open(into: Path) -> None:
    script = b"new EventSource('/aliran').onmessage = (e) => document.body.append(e.data)"
    page = b"<body>Pejabat 07<script>" + script + b"</script>"
    events = b"data: kabar pertama\n\n" + b": penuh\n" * 40
    with Site({"/": Answer(page), "/aliran": Answer(events, "text/event-stream", endless=True)}) as site:
        captured = take(site, into, "kabar pertama")
        url = site.url("/aliran")
    assert captured.presence.present
    (line,) = [
        content
        for record, content in records(warc_bytes(into))
        if record.rec_type == "metadata" and record.rec_headers.get_header("WARC-Target-URI") == url
    ]
    assert json.loads(line)["text"] == "kabar pertama"
    (said,) = [text for text in captured.circumstances.not_captured if text.startswith(url)]
    assert "had not ended" in said
    assert "its 1 messages are kept" in said


def test_what_had_come_of_a_response_without_an_end_is_kept_and_marked_as_cut(into: Path) -> None:
    page = b"<body>Pejabat 07<img src=/gambar.png>"
    with Site({"/": Answer(page), "/gambar.png": Answer(PIXEL, "image/png", endless=True)}) as site:
        captured = take(site, into)
        url = site.url("/gambar.png")
    record, body = responses(warc_bytes(into))["/gambar.png"]
    assert body == PIXEL[: len(PIXEL) // 2]
    assert record.rec_headers.get_header("WARC-Truncated") == "unspecified"
    (said, *_) = [text for text in captured.circumstances.not_captured if text.startswith(url)]
    assert "had not ended" in said
    assert f"the {len(body)} bytes of it that had come are kept" in said


def sound(seconds: int = 2) -> bytes:
    """A WAV file, which every build of Chromium plays."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\x01\x02" * 8000 * seconds)
    return out.getvalue()


def test_films_and_pictures_are_the_bytes_that_the_page_itself_got(into: Path) -> None:
    film = sound()
    page = b"<body>Pejabat 07<video src=/film.wav preload=auto></video><img src=/gambar.png>"
    partial = Answer(
        film,
        "audio/wav",
        "206 Partial Content",
        (("Accept-Ranges", "bytes"), ("Content-Range", f"bytes 0-{len(film) - 1}/{len(film)}")),
    )
    routes = {"/": Answer(page), "/film.wav": partial, "/gambar.png": Answer(PIXEL, "image/png")}
    with Site(routes) as site:
        captured = take(site, into)
        asked = [one.path for one in site.exchanged]
    held = responses(warc_bytes(into))
    assert held["/film.wav"][0].http_headers.get_statuscode() == "206"
    assert (
        held["/film.wav"][0].http_headers.get_header("Content-Range")
        == f"bytes 0-{len(film) - 1}/{len(film)}"
    )
    assert held["/film.wav"][1] == film
    assert held["/gambar.png"][1] == PIXEL
    assert asked.count("/gambar.png") == 1, "nothing is fetched a second time"
    assert captured.circumstances.not_captured == ()


def test_whatever_a_server_answers_is_archived_as_it_was(into: Path) -> None:
    script = (
        "const form = new FormData(); form.append('nama', 'Pejabat 07');"
        "form.append('isi', '\\u00e9');"
        "const all = ['/kosong', '/tak-berubah', '/masuk', '/salah', '/ulang'].map((p) => fetch(p).catch(() => 0));"
        "const off = new AbortController(); const off2 = fetch('/lambat', {signal: off.signal}).catch(() => 0);"
        "Promise.all([...all, fetch('/kirim', {method: 'POST', body: form})]).then(() => { off.abort();"
        " document.body.append('selesai') })"
    )
    login = (("WWW-Authenticate", 'Basic realm="uji"'),)
    moved = (("Location", "/sini"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    routes = {
        "/": Answer(f"<meta charset=utf-8><body>Pejabat 07<script>{script}</script>".encode()),
        "/kosong": Answer(status="204 No Content"),
        "/tak-berubah": Answer(status="304 Not Modified"),
        "/masuk": Answer(b"masuk dulu", "text/plain", "401 Unauthorized", login),
        "/salah": Answer(b"rusak \xff", "text/plain", "500 Internal Server Error"),
        "/ulang": Answer(status="307 Temporary Redirect", headers=moved),
        "/sini": Answer(b"sini", "text/plain", coding=("gzip", "chunked")),
        "/kirim": Answer(b"diterima", "text/plain"),
        "/lambat": Answer(b"setengah" * 100, "text/plain", endless=True),
    }
    with Site(routes) as site:
        captured = take(site, into, "selesai")
        sent = {one.path: one for one in site.exchanged}
    assert captured.presence.present
    held = responses(warc_bytes(into))
    for path, answer in routes.items():
        if not answer.endless and path in sent:
            assert held[path][1] == answer.body, path
            assert held[path][0].http_headers.get_statuscode() == answer.status[:3], path
    assert [value for name, value in held["/ulang"][0].http_headers.headers if name == "Set-Cookie"] == [
        "a=1",
        "b=2",
    ]
    assert held["/masuk"][0].http_headers.get_header("WWW-Authenticate") == 'Basic realm="uji"'
    posted = next(
        content
        for record, content in records(warc_bytes(into))
        if record.rec_type == "request" and record.http_headers.statusline.startswith("/kirim")
    )
    assert posted == sent["/kirim"].request_body
    assert b"\xc3\xa9" in posted
    assert any(
        "/lambat: net::ERR_ABORTED" in text or "/lambat" in text
        for text in captured.circumstances.not_captured
    )


def test_workers_of_every_kind_are_recorded_and_service_workers_are_passed_by(into: Path) -> None:
    page = (
        "<body>Pejabat 07<script>navigator.serviceWorker?.register('/layanan.js');"
        "const s = new SharedWorker('/bersama.js'); s.port.onmessage = (e) => document.body.append(e.data);"
        'new Worker(URL.createObjectURL(new Blob(["fetch(\'" + location.origin + "/dari-blob\')"])));'
        "new Image().src = 'data:image/png;base64,iVBORw0KGgo='</script>"
    )
    shared = b"onconnect = (e) => fetch('/dari-bersama').then((r) => r.text()).then((t) => e.ports[0].postMessage(t))"
    routes = {
        "/": Answer(page.encode()),
        "/layanan.js": Answer(
            b"onfetch = (e) => e.respondWith(new Response('palsu'))", "application/javascript"
        ),
        "/bersama.js": Answer(shared, "application/javascript"),
        "/dari-bersama": Answer(b"dari bersama", "text/plain"),
        "/dari-blob": Answer(b"dari blob", "text/plain"),
    }
    with Site(routes) as site:
        captured = take(site, into, "dari bersama")
        asked = {one.path for one in site.exchanged} - {"/favicon.ico"}
    held = responses(warc_bytes(into))
    assert captured.presence.present
    assert {"/bersama.js", "/dari-bersama", "/dari-blob"} <= asked
    for path in asked:
        assert held[path][1] == routes[path].body, path
    assert any("service workers passed by" in text for text in captured.circumstances.behaviours)


def test_what_a_page_sends_out_of_a_blob_is_named_where_the_browser_keeps_it_back(into: Path) -> None:
    page = (
        b"<!doctype html><body><script>const form = new FormData();"
        b"form.append('berkas', new Blob(['isi surat tugas'.repeat(50)], {type: 'text/plain'}), 'surat.txt');"
        b"fetch('/kirim', {method: 'POST', body: form}).then(() => { document.title = 'terkirim'; });</script>"
    )
    with Site({"/": Answer(page), "/kirim": Answer(b"ok", "text/plain")}) as site:
        captured = capture_page(site.url("/"), into, PageOptions(allow_private_network=True))
        sent = site.asked("/kirim")[0].request_body
    assert b"isi surat tugas" in sent
    kept = [
        content
        for record, content in records(warc_bytes(into))
        if record.rec_type == "request"
        and record.rec_headers.get_header("WARC-Target-URI").endswith("/kirim")
    ]
    told = [line for line in captured.circumstances.not_captured if "/kirim" in line]
    assert len(kept) == 1
    assert kept[0] != sent, "the browser hands blobs over now: nothing is left out any more"
    assert ["does not hand over" in line or f"of the {len(sent)} bytes" in line for line in told] == [True]
