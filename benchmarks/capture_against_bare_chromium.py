"""A whole capture against a bare headless-Chromium screenshot of the same page, turn by turn in one run.

Bare: the same program with ``--screenshot``, as a process. Capture: ``capture_page`` in this process, which starts a
new Chromium every time and ends it. With ``--process``, the capture is a process too, as a command would be.

    python -m benchmarks.capture_against_bare_chromium [--rounds 15] [--process] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.installed import environment
from evidentia.capture import chromium
from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page

WINDOW = (1280, 900)
IMAGES = 6
PARAGRAPHS = 60
WORDS = [
    "surat",
    "suara",
    "paslon",
    "pejabat",
    "netral",
    "pilkada",
    "laporan",
    "bukti",
    "unggahan",
    "komentar",
]


def picture(seed: int, width: int = 320, height: int = 200) -> bytes:
    """A PNG of noise, which no codec makes small."""
    rows = random.Random(seed).randbytes(width * height * 3)
    raw = b"".join(b"\0" + rows[at : at + width * 3] for at in range(0, len(rows), width * 3))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(raw, 1))
        + chunk(b"IEND", b"")
    )


def page() -> bytes:
    """A thread as forums have them: style, script, pictures and paragraphs."""
    words = random.Random(7)
    paragraphs = "".join(f"<p>{' '.join(words.choices(WORDS, k=60))}.</p>" for _ in range(PARAGRAPHS))
    images = "".join(f"<img src=/gambar-{n}.png width=320 height=200>" for n in range(IMAGES))
    return (
        "<!doctype html><html><head><meta charset=utf-8><title>Utas</title><link rel=stylesheet href=/gaya.css>"
        f"<script src=/skrip.js defer></script></head><body><main><article>{paragraphs[:400]}</p></article>"
        f"{images}{paragraphs}</main></body></html>"
    ).encode()


STYLE = b"body{font:16px sans-serif;margin:2em auto;max-width:60em}article{border:1px solid #888;padding:1em}"
SCRIPT = b"document.querySelector('article').dataset.siap = [...document.images].length;"
CONTENT = {
    "/": ("text/html; charset=utf-8", page()),
    "/gaya.css": ("text/css", STYLE),
    "/skrip.js": ("application/javascript", SCRIPT),
    **{f"/gambar-{n}.png": ("image/png", picture(n)) for n in range(IMAGES)},
}


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        media_type, body = CONTENT.get(self.path, ("text/plain", b""))
        self.send_response(200 if self.path in CONTENT else 404)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def bare(found: chromium.Chromium, url: str) -> None:
    """Chromium's own screenshot."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
        arguments += ["--no-sandbox"] if os.geteuid() == 0 else []
        arguments += [f"--user-data-dir={folder}/profile", f"--window-size={WINDOW[0]},{WINDOW[1]}"]
        subprocess.run(
            [found.program, *arguments, f"--screenshot={folder}/page.png", url],
            env=found.environment(os.environ, Path(folder)),
            check=True,
            capture_output=True,
        )
        assert Path(folder, "page.png").stat().st_size > 0


def whole(url: str) -> None:
    """The capture, checked to be one."""
    with tempfile.TemporaryDirectory() as folder:
        options = PageOptions(allow_private_network=True, viewport=WINDOW)
        captured = capture_page(url, Path(folder), options)
        assert captured.circumstances.status == 200
        assert len(captured.files) == 7, captured.problems


WHOLE = """
import sys, tempfile
from pathlib import Path
from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
with tempfile.TemporaryDirectory() as folder:
    options = PageOptions(allow_private_network=True, viewport=(int(sys.argv[2]), int(sys.argv[3])))
    captured = capture_page(sys.argv[1], Path(folder), options)
    assert captured.circumstances.status == 200
    assert len(captured.files) == 7, captured.problems
"""
"""The same in a program of its own, which loads what the capture needs and nothing else."""


def whole_process(url: str) -> None:
    """The capture in an interpreter of its own."""
    subprocess.run([sys.executable, "-c", WHOLE, url, *map(str, WINDOW)], env=environment(), check=True)


def timed(work: Callable[[], object]) -> float:
    """Seconds on the wall."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measure, print, and never fail for being slow."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--process", action="store_true", help="the capture as a process of its own")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = chromium.find()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    capture = whole_process if chosen.process else whole
    bare(found, url)
    capture(url)
    rounds = [(timed(lambda: bare(found, url)), timed(lambda: capture(url))) for _ in range(chosen.rounds)]
    server.shutdown()
    bare_median, capture_median = (statistics.median(column) for column in zip(*rounds, strict=True))
    result = {
        "browser": chromium.version(found),
        "rounds": chosen.rounds,
        "bare_seconds": round(bare_median, 3),
        "capture_seconds": round(capture_median, 3),
        "ratio": round(capture_median / bare_median, 2),
        "median_ratio_of_rounds": round(statistics.median(b / a for a, b in rounds), 2),
    }
    print(
        json.dumps(result)
        if chosen.json
        else "\n".join(f"{name:24} {value}" for name, value in result.items())
    )


if __name__ == "__main__":
    main()
