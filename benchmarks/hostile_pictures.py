"""Hostile pictures as the limited process reads them, time and memory: python -m benchmarks.hostile_pictures.

Bombs whose header promises more than anybody has memory for; bombs within our limits, one colour on 49 million pixels
in every kind that packs it; the largest of one colour that are decoded all the same; truncated files, polyglots, and
files with changed bytes, of every kind that is decoded; all made here. Each has a process of its own under the limit of
memory. Processor time and the largest resident memory are of that process alone.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
from PIL import Image

KINDS = ("jpeg", "png", "webp", "gif", "tiff", "bmp", "avif", "heic")

_ONE = """
import resource, sys
from pathlib import Path
import json
from evidentia.fingerprint import decode
from evidentia.verify.limited_process import limit
limit("RLIMIT_AS", decode.MEMORY)
began = resource.getrusage(resource.RUSAGE_SELF)
try:
    read = decode.read_picture(Path(sys.argv[1]).read_bytes(), "x")
except Exception as error:
    print(json.dumps({"escaped": type(error).__name__ + ": " + str(error)})); raise SystemExit
ended = resource.getrusage(resource.RUSAGE_SELF)
# The largest resident size by getrusage counts the parent's at the fork; this one is the program's own (Linux).
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
spent = lambda a, b: b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime
print(json.dumps({"work": spent(began, ended), "all": ended.ru_utime + ended.ru_stime,
    "peak": peak, "hashed": read.perceptual is not None, "problems": len(read.problems)}))
"""


def saved(kind: str, picture: Image.Image | None = None) -> bytes:
    out = io.BytesIO()
    picture = picture or Image.effect_noise((320, 240), 90).convert("RGB")
    if kind == "heic":
        pillow_heif.from_pillow(picture).save(out)
    else:
        picture.save(out, kind, **({"compression": "tiff_adobe_deflate"} if kind == "tiff" else {}))
    return out.getvalue()


def of_one_colour() -> Iterator[tuple[str, bytes]]:
    """Within the limit of pixels: 7,000 x 7,000, and what is decoded since a genuine picture may be like it."""
    for kind in ("png", "gif", "jpeg", "webp", "tiff", "avif", "heic"):
        yield f"{kind}, one colour, 49 MP", saved(kind, Image.new("RGB", (7_000, 7_000)))
    yield "1-bit PNG, one colour, 49 MP", saved("png", Image.new("1", (7_000, 7_000)))
    yield "PNG, one colour, 1080 x 20,000", saved("png", Image.new("RGB", (1_080, 20_000), "white"))
    yield "PNG, one colour, 4000 x 4000", saved("png", Image.new("RGB", (4_000, 4_000)))
    yield "WebP, one colour, 3000 x 3000", saved("webp", Image.new("RGB", (3_000, 3_000)))


def bombs() -> Iterator[tuple[str, bytes]]:
    """Headers of 30,000 x 30,000 and of the largest that is let in, with little behind them."""
    for side in (7_000, 30_000):
        head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        rows = zlib.compress(bytes(1 + 3 * side) * min(side, 2_000), 9)
        made = b"\x89PNG\r\n\x1a\n"
        for name, body in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")):
            made += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        yield f"PNG bomb {side}", made
    jpeg, big = saved("jpeg"), struct.pack(">HH", 65_500, 65_500)
    yield "JPEG bomb", jpeg.replace(struct.pack(">HH", 240, 320), big, 1)
    yield "GIF bomb", b"GIF89a" + struct.pack("<HH", 65_500, 65_500) + saved("gif")[10:]
    bmp = bytearray(saved("bmp"))
    bmp[18:26] = struct.pack("<ii", 60_000, 60_000)
    yield "BMP bomb", bytes(bmp)
    for kind in ("avif", "heic"):
        size = struct.pack(">II", 320, 240)
        yield f"{kind.upper()} bomb", saved(kind).replace(size, struct.pack(">II", 60_000, 60_000))


def polyglots() -> Iterator[tuple[str, bytes]]:
    zipped = b"PK\x05\x06" + bytes(18)
    for kind in KINDS:
        yield (
            f"{kind} with a ZIP, HTML and a PNG behind it",
            saved(kind) + zipped + b"<script>" + saved("png"),
        )
    yield "JPEG in a PNG's coat", saved("png")[:60] + saved("jpeg")


def damaged(rounds: int) -> Iterator[tuple[str, bytes]]:
    rng = random.Random(1)
    for kind in KINDS:
        whole = saved(kind)
        for number in range(rounds):
            yield f"{kind} cut short", whole[: rng.randrange(8, len(whole))]
            changed = bytearray(whole)
            for _ in range(1 + number % 8):
                at = rng.randrange(8, min(len(whole), 600) if number % 2 else len(whole))
                changed[at] = rng.randrange(256)
            yield f"{kind} with changed bytes", bytes(changed)


def measured(path: Path) -> dict[str, float]:
    """What reading one took: ``work``, ``all`` (seconds), ``peak`` (KiB); or the signal that ``ended`` it.

    Raises:
        CalledProcessError: the process failed otherwise, as its errors say.
    """

    done = subprocess.run(
        [sys.executable, "-c", _ONE, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": ""},
    )
    if done.returncode < 0:
        return {"ended": done.returncode}
    if done.returncode:
        sys.stderr.write(done.stderr)
    done.check_returncode()
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6, help="damaged files of each kind")
    options = parser.parse_args()
    rows: list[tuple[str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "picture")
        for title, data in (*bombs(), *of_one_colour(), *polyglots(), *damaged(options.rounds)):
            path.write_bytes(data)
            rows.append((title, measured(path)))
    good = [(title, row) for title, row in rows if "work" in row]
    print(f"{len(rows)} hostile pictures; page size {resource.getpagesize()}")
    print(f"  answered {len(good)}, ended by a limit {sum('ended' in row for _, row in rows)}")
    print(
        f"  exceptions that escaped: {[(title, row['escaped']) for title, row in rows if 'escaped' in row]}"
    )
    for what, scale, unit in (
        ("work", 1e3, "ms"),
        ("all", 1e3, "ms with the start"),
        ("peak", 1 / 1024, "MiB"),
    ):
        values = [row[what] * scale for _, row in good]
        worst = max(good, key=lambda one: one[1][what])
        print(f"  {unit}: median {statistics.median(values):.0f}, most {max(values):.0f} ({worst[0]})")
    for title, row in sorted(good, key=lambda one: -one[1]["work"])[:8]:
        print(
            f"    {title}: {row['work'] * 1e3:.0f} ms, {row['peak'] / 1024:.0f} MiB, hashed {bool(row['hashed'])}"
        )


if __name__ == "__main__":
    main()
