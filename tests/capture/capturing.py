"""Shorthand for the capture tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from evidentia.capture import wacz
from evidentia.capture.options import PageOptions
from evidentia.platforms.page import CapturedPage
from evidentia.record.item import Program
from evidentia.record.post import Account, PageReading, Post, State

LOOPBACK = PageOptions(allow_private_network=True)


def reader_of(text: str | None, selector: str | None = None) -> Callable[[CapturedPage], PageReading]:
    """A stand-in (mock) for a platform reader that always reads the same post: what is tested is the capture."""
    post = None if text is None else Post(platform="uji", native_id="1", url="", author=Account(), text=text)

    def read(page: CapturedPage) -> PageReading:
        reader = Program(name="uji", version="1")
        return PageReading(state=State.LIVE, signals=(), reader=reader, post=post, selector=selector)

    return read


def warc_bytes(folder: Path) -> bytes:
    """The WARC out of a capture's WACZ."""
    with zipfile.ZipFile(folder / "capture.wacz") as container:
        return container.read(wacz.WARC_NAME)


def records(warc: bytes) -> list[tuple[ArcWarcRecord, bytes]]:
    """Every record as warcio reads it, with its content as it is stored."""
    read = []
    for record in ArchiveIterator(io.BytesIO(warc), check_digests="raise"):
        read.append((record, record.raw_stream.read()))
    return read


def responses(warc: bytes) -> dict[str, tuple[ArcWarcRecord, bytes]]:
    """The responses by the path and query of their address."""
    found = {}
    for record, content in records(warc):
        if record.rec_type == "response":
            address = record.rec_headers.get_header("WARC-Target-URI")
            found["/" + address.split("/", 3)[3]] = (record, content)
    return found
