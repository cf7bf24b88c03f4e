"""Whole files, good and hostile, through the real decoding process."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from random import Random

import imagehash
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from evidentia.fingerprint import (
    Decoder,
    DecodingFailed,
    fingerprint_bytes,
    fingerprint_file,
    fingerprint_files,
    fingerprint_own_png,
    to_json_row,
)
from evidentia.fingerprint.decode import Job
from evidentia.fingerprint.picture import MAX_PIXELS, PIXELS_A_BYTE_ELSE, NotDecoded, check_substance

ROW_KEYS = {
    "path",
    "sha256",
    "phash",
    "dhash",
    "ahash",
    "whash",
    "colorhash",
    "pdq",
    "pdq_quality",
    "metadata",
}


def scene() -> Image.Image:
    image = Image.linear_gradient("L").resize((300, 200)).convert("RGB")
    image.paste((200, 30, 30), (20, 30, 120, 90))
    return image


def png_of(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


def test_a_png_has_all_hashes_and_one_json_row(tmp_path: Path, decoder: Decoder) -> None:
    file = tmp_path / "IMG-20190220-WA0001.jpg"  # a PNG, whatever its name says
    scene().save(file, "PNG")

    found = fingerprint_file(file, decoder=decoder)
    row = json.loads(json.dumps(to_json_row(found)))

    assert row.keys() >= ROW_KEYS
    assert row["media_type"] == "image/png"
    assert row["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert row["phash"] == str(imagehash.phash(scene()))
    assert found.problems == ()
    assert [i.name for i in found.metadata.indications] == ["file name"]


def test_our_own_png_has_the_same_hashes_without_a_process(tmp_path: Path, decoder: Decoder) -> None:
    file = tmp_path / "page.png"
    scene().save(file)

    own = fingerprint_own_png(file.read_bytes(), "page.png")

    assert own.perceptual == fingerprint_file(file, decoder=decoder).perceptual


@pytest.mark.parametrize("orientation", range(1, 9))
def test_hashes_are_of_the_picture_as_a_viewer_shows_it(
    tmp_path: Path, decoder: Decoder, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / "turned.png"
    scene().save(file, exif=exif)
    with Image.open(file) as stored:
        upright = ImageOps.exif_transpose(stored)

    found = fingerprint_file(file, decoder=decoder)

    assert found.perceptual is not None
    assert found.perceptual.phash == str(imagehash.phash(upright))
    assert found.picture is not None
    assert (found.picture.orientation, found.picture.turned) == (orientation, orientation != 1)
    if orientation == 1:
        assert found.perceptual_as_stored is None
    else:
        assert found.perceptual_as_stored is not None
        assert found.perceptual_as_stored.phash == str(imagehash.phash(scene()))


def test_exif_and_editing_software_are_read(tmp_path: Path, decoder: Decoder) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0131] = "Kamera Desa", "Snapseed 2.0"
    file = tmp_path / "foto.jpg"
    scene().save(file, exif=exif)

    metadata = fingerprint_file(file, decoder=decoder).metadata

    assert metadata.exif["Image Make"] == "Kamera Desa"
    assert ("Image Software", "Snapseed 2.0") in [(i.name, i.seen) for i in metadata.indications]
    assert [s.says for s in metadata.segments if s.marker == "APP1"] == ["Exif"]


def test_what_is_no_image_gets_its_digests_and_is_called_so(tmp_path: Path, decoder: Decoder) -> None:
    file = tmp_path / "foto.png"
    file.write_text("bukan gambar")

    found = fingerprint_file(file, decoder=decoder)

    assert found.sha256 == hashlib.sha256(b"bukan gambar").hexdigest()
    assert found.perceptual is None
    assert found.problems == ("not an image, by its first bytes: digests only",)


HOSTILE = {
    "bomb of 900 megapixels": (png_of(30_000, 30_000, b"\0" * 90_000), "decompression bomb"),
    "bomb within the limits": (png_of(7_000, 7_000, b"\0" * (1 + 3 * 7_000) * 400), "decompression bombs"),
    "one side too long": (png_of(40_000, 1, b"\0" * 120_001), "limits"),
    "no pixels at all": (png_of(0, 10, b""), "not decoded"),
    "signature and nothing": (b"\x89PNG\r\n\x1a\n", "no decoder that is let in"),
    "signature and garbage": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "not decoded"),
    "JPEG garbage": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, "not decoded"),
    "GIF header alone": (b"GIF89a\xff\xff\xff\xff", "not decoded"),
    "WebP header alone": (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "not decoded"),
    "a format that is not let in": (b"\x00\x00\x00\x1cftypheic" + bytes(40), "no decoder that is let in"),
}


@pytest.mark.parametrize(("data", "said"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_end_in_a_clear_problem(
    tmp_path: Path, decoder: Decoder, data: bytes, said: str
) -> None:
    file = tmp_path / "hostile.png"
    file.write_bytes(data)

    found = fingerprint_file(file, decoder=decoder)

    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.perceptual is None
    assert any(said in problem for problem in found.problems)


def test_pixels_that_are_not_there_are_said_where_the_decoder_fills_them_in(
    tmp_path: Path, decoder: Decoder
) -> None:
    file = tmp_path / "short.png"
    file.write_bytes(png_of(100, 100, b"\0" * 301 * 40))

    assert any(
        "12040 of 30100 bytes of pixels" in p for p in fingerprint_file(file, decoder=decoder).problems
    )


def test_our_own_pictures_are_judged_by_their_header_too() -> None:
    found = fingerprint_own_png(HOSTILE["bomb of 900 megapixels"][0], "page.png")

    assert found.perceptual is None
    assert any("limits" in problem for problem in found.problems)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"]),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12),
    keep=st.floats(0.05, 1),
)
def test_no_damage_lets_an_exception_out(
    tmp_path: Path, decoder: Decoder, kind: str, changes: list[tuple[int, int]], keep: float
) -> None:
    made = io.BytesIO()
    scene().resize((60, 40)).save(made, kind)
    data = bytearray(made.getvalue()[: max(20, int(len(made.getvalue()) * keep))])
    for at, value in changes:
        data[at % len(data)] = value
    file = tmp_path / "damaged"
    file.write_bytes(data)

    found = fingerprint_file(file, decoder=decoder)

    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.perceptual is not None or found.problems


@pytest.mark.parametrize(
    ("kind", "width", "height", "size"),
    [
        ("PNG", 1_080, 20_000, 90_000),  # a long screenshot with nothing on it
        ("PNG", 1_080, 29_000, 1_080 * 29_000 // 122),  # a line of text on each 1,000 rows
        ("JPEG", 8_160, 6_120, 3_000_000),  # a telephone's photo of 50 megapixels
        ("JPEG", 1_080, 29_000, 1_080 * 29_000 // 49),
        ("WEBP", 2_000, 2_000, 100),
        ("HEIF", 4_032, 3_024, 900_000),
    ],
)
def test_a_picture_with_something_on_it_is_no_bomb(kind: str, width: int, height: int, size: int) -> None:
    check_substance(kind, width, height, size)


@pytest.mark.parametrize(
    ("kind", "width", "height", "size"),
    [
        ("PNG", 7_000, 7_000, 142_000),  # one colour, measured
        ("GIF", 7_000, 7_000, 36_900),
        ("JPEG", 7_000, 7_000, 768_000),
        ("WEBP", 7_000, 7_000, 87_000),
        ("AVIF", 7_000, 7_000, 2_500),
        ("WEBP", 3_500, 3_500, 500),  # smaller, but 15 bytes a pixel
    ],
)
def test_next_to_nothing_in_many_pixels_is_a_bomb(kind: str, width: int, height: int, size: int) -> None:
    with pytest.raises(NotDecoded, match=f"a file of {size} bytes, as decompression bombs do"):
        check_substance(kind, width, height, size)


def test_a_bomb_is_digested_and_costs_no_memory(tmp_path: Path) -> None:
    file = tmp_path / "bomb.png"
    file.write_bytes(HOSTILE["bomb within the limits"][0])

    with Decoder() as fresh:
        found = fingerprint_file(file, decoder=fresh)
        process = fresh._process
        assert process is not None
        peak = peak_memory(process.pid)

    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert found.perceptual is None
    assert peak is None or peak < 100 << 20


def peak_memory(process: int) -> int | None:
    """The most bytes that were resident in a process; None where the system does not tell in this way."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM")), None)


def test_a_picture_that_takes_too_long_is_stopped_and_the_next_one_is_read(tmp_path: Path) -> None:
    slow, quick = tmp_path / "slow.png", tmp_path / "quick.png"
    side = int(MAX_PIXELS**0.5)
    noisy = (
        side // PIXELS_A_BYTE_ELSE // 3 + 1
    )  # rows: what little is in it keeps it from being taken for a bomb
    rows = b"".join(b"\0" + Random(row).randbytes(3 * side) for row in range(noisy))
    rest = (b"\0" + b"\x80" * (3 * side)) * (side - noisy)
    slow.write_bytes(png_of(side, side, rows + rest))
    scene().save(quick)

    with Decoder(seconds=0.1) as impatient:
        assert any("stopped after 0.1 seconds" in problem for problem in impatient.read(slow).problems)
        with pytest.raises(DecodingFailed, match="stopped after"):
            impatient.pixels(slow)
    with Decoder() as patient:
        assert patient.read(quick).perceptual is not None


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_decoding_process_is_told_how_many_threads_hash(
    tmp_path: Path, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spy, not a double: the process answers, and from outside its threads are gone before one could count them."""
    file = tmp_path / "scene.png"
    scene().save(file)
    asked, ask = [], Decoder._ask

    def spied(self: Decoder, job: Job, content: bytes = b"") -> tuple[bytes, bytes]:
        asked.append(job.threads)
        return ask(self, job, content)

    monkeypatch.setattr(Decoder, "_ask", spied)
    with Decoder(threads=threads) as decoder:
        found = fingerprint_file(file, decoder=decoder)

    assert asked == [threads]
    assert found.perceptual is not None


def test_a_decoder_that_dies_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    scene().save(file)

    with Decoder() as mortal:
        assert mortal.read(file).perceptual is not None
        process = mortal._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert mortal.read(file).perceptual is not None


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux")
def test_the_decoding_process_has_a_memory_limit(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    scene().save(file)

    with Decoder() as limited:
        limited.read(file)
        process = limited._process
        assert process is not None
        limits = Path(f"/proc/{process.pid}/limits").read_text()

    assert any(line.split()[:4] == ["Max", "address", "space", str(2 << 30)] for line in limits.splitlines())
    assert any(line.split()[:4] == ["Max", "file", "size", "0"] for line in limits.splitlines())


@pytest.mark.parametrize("module", ["fingerprint", "fingerprint.decode", "fingerprint.video_decode"])
def test_importing_the_room_and_its_limited_processes_loads_no_library(module: str) -> None:
    heavy = "{'numpy', 'PIL', 'imagehash', 'exifread', 'av', 'cryptography'}"
    code = f"import sys, evidentia.{module}; print(sorted({heavy} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.strip() == "[]"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_bytes_have_the_fingerprint_of_the_file_that_holds_them(kind: str, tmp_path: Path) -> None:
    file, made = tmp_path / "IMG-20190220-WA0001.jpg", io.BytesIO()
    Image.effect_noise((120, 90), 90).convert("RGB").save(made, kind)
    file.write_bytes(made.getvalue())

    assert fingerprint_bytes(made.getvalue(), name=file.name) == fingerprint_file(file)
    assert fingerprint_file(str(file)) == fingerprint_file(file)
    assert [one.path for one in fingerprint_files([str(file), (file, "lain.jpg")])] == [file.name, "lain.jpg"]


@pytest.mark.parametrize("data", [b"", b"bukan gambar", b"\x89PNG\r\n\x1a\n" + bytes(60)])
def test_bytes_that_are_no_picture_have_digests_and_a_reason(data: bytes) -> None:
    found = fingerprint_bytes(data)

    assert (found.size, found.sha256, found.perceptual) == (
        len(data),
        hashlib.sha256(data).hexdigest(),
        None,
    )
    assert found.problems
