"""Inputs for the targets of what is handed over: the fixtures, and a WARC as warcio writes it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


def handed_over() -> Iterator[tuple[str, bytes]]:
    """The fixtures of what is handed over, whole and cut short; an archive as warcio writes it."""
    fixtures = TOP / "fixtures" / "platforms"
    for target, pattern in (
        ("whatsapp", "whatsapp/*.txt"),
        ("telegram_json", "telegram_export/*.json"),
        ("telegram_html", "telegram_export/*.html"),
        ("mail", "mail/*.eml"),
    ):
        for path in sorted(fixtures.glob(pattern)):
            data = path.read_bytes()
            for each in (data, data[: len(data) // 2], data[len(data) // 2 :]):
                yield target, each
        yield target, b""
    for data in (archive(packed=True), archive(packed=False)):
        for each in (data, data[:-5], data + b"x"):
            yield "warc", each


def archive(*, packed: bool) -> bytes:
    """A small WARC of another tool."""
    from warcio.warcwriter import WARCWriter

    out = BytesIO()
    writer = WARCWriter(out, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("uji.warc", {"software": "uji"}))
    body = BytesIO(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>uji</p>")
    writer.write_record(writer.create_warc_record("https://contoh.example/", "response", payload=body))
    return out.getvalue()
