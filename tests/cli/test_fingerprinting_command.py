"""`evidentia fingerprint`: files and folders, a table, and copies."""

from __future__ import annotations

import csv
import io
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evidentia", "fingerprint", *words],
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "bukti"
    (made / "dari pelapor").mkdir(parents=True)
    picture = Image.effect_noise((12, 9), 90).resize((600, 450)).convert("RGB")
    picture.save(made / "asli.png")
    picture.save(made / "dari pelapor" / "salinan.jpg", quality=50)
    Image.effect_noise((12, 9), 90).resize((600, 450)).save(made / "lain.png")
    (made / "=catatan.txt").write_text("bukan gambar")
    (made / "tautan.png").symlink_to(made / "asli.png")
    return made


def test_a_folder_gives_a_line_for_each_file_and_names_the_copies(folder: Path) -> None:
    done = run(str(folder), "--json", "--copies", "--processes", "2")
    *rows, last = map(json.loads, done.stdout.splitlines())

    assert done.returncode == 0, done.stderr
    assert [row["path"] for row in rows] == [
        "=catatan.txt",
        "asli.png",
        "lain.png",
        "dari pelapor/salinan.jpg",
    ]
    assert last == {"copies": [["asli.png", "dari pelapor/salinan.jpg"]], "compared": 3}


def test_the_table_has_a_row_for_each_file_and_computes_nothing(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "tabel.csv"

    assert run(str(folder), "--csv", str(table)).returncode == 0
    with table.open(newline="") as source:
        rows = list(csv.DictReader(source))

    assert [row["path"] for row in rows][:2] == ["'=catatan.txt", "asli.png"]
    assert (rows[1]["width"], rows[1]["height"], len(rows[1]["pdq"])) == ("600", "450", 64)
    assert rows[0]["phash"] == ""


def test_a_table_that_is_there_is_not_replaced(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "tabel.csv"
    table.write_text("milik orang lain")

    done = run(str(folder), "--csv", str(table))

    assert done.returncode == 2
    assert "is already there" in done.stderr
    assert table.read_text() == "milik orang lain"


def test_a_name_that_leads_nowhere_is_told_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "tabel.csv"

    done = run(str(folder / "asli.png"), str(folder / "tidak ada.png"), "--csv", str(table), "--json")

    assert done.returncode == 2
    assert [list(json.loads(line)) for line in done.stdout.splitlines()] == [["error"]]
    assert "tidak ada.png" in done.stdout
    assert not table.exists()


def test_a_damaged_picture_among_others_is_said_and_makes_the_answer_indeterminate(folder: Path) -> None:
    whole = (folder / "asli.png").read_bytes()
    (folder / "rusak.png").write_bytes(whole[: len(whole) // 2])

    done = run(str(folder), "--json")

    assert done.returncode == 3
    assert [json.loads(line)["path"] for line in done.stdout.splitlines() if "cut short" in line] == [
        "rusak.png"
    ]


def test_a_name_that_is_no_text_does_not_keep_a_picture_from_being_read(folder: Path) -> None:
    name = os.fsdecode(b"bukti-\xff.png")
    try:
        (folder / "asli.png").rename(folder / name)
    except OSError as error:
        pytest.skip(f"this file system refuses such a name: {error}")

    done = run(str(folder / name), "--json")
    row = json.loads(done.stdout)

    assert done.returncode == 0
    assert len(row["pdq"]) == 64
    assert row["path"] == "bukti-\\udcff.png"
    assert "phash" in run(str(folder / name)).stdout


def test_a_turned_and_an_animated_picture_are_said_to_be(tmp_path: Path) -> None:
    picture = Image.effect_noise((12, 9), 90).resize((600, 450)).convert("RGB")
    said = Image.Exif()
    said[0x0112] = 6
    picture.save(tmp_path / "putar.jpg", exif=said)
    picture.save(tmp_path / "gerak.gif", save_all=True, append_images=[picture.rotate(180)])
    table = tmp_path / "tabel.csv"

    done = run(str(tmp_path / "putar.jpg"), str(tmp_path / "gerak.gif"), "--csv", str(table))
    with table.open(newline="") as source:
        turned, animated = csv.DictReader(source)

    assert done.returncode == 0
    assert "600 x 450 as stored, EXIF orientation 6: hashed upright" in done.stdout
    assert "of several frames the first alone is hashed" in done.stdout
    assert turned["orientation"] == "6"
    assert len({turned["pdq"], turned["pdq_as_stored"]}) == 2
    assert animated["pdq_as_stored"] == ""


def test_what_of_a_folder_is_passed_over_is_said(folder: Path) -> None:
    linked = run(str(folder))
    os.mkfifo(folder / "pipa")

    piped = run(str(folder))

    assert linked.returncode == 0
    assert "tautan.png: a link, which is not followed" in linked.stderr
    assert piped.returncode == 3
    assert "pipa: not a regular file" in piped.stderr


def test_a_text_has_the_digest_of_its_words_however_they_are_spaced(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Mari dukung Paslon A besok pagi\n")
    (tmp_path / "b.txt").write_text("Mari  dukung\tPaslon A\nbesok pagi")
    (tmp_path / "c.bin").write_bytes(b"Mari\0dukung")

    done = run(*(str(tmp_path / name) for name in ("a.txt", "b.txt", "c.bin")), "--json")
    one, other, neither = map(json.loads, done.stdout.splitlines())

    assert one["sha256"] != other["sha256"]
    assert one["text"]["sha256"] == other["text"]["sha256"]
    assert (one["text"]["words"], one["text"]["shingles"]) == (6, 3)
    assert one["problems"] == []
    assert "text" not in neither
    assert "words: 6" in run(str(tmp_path / "a.txt")).stdout


def test_a_person_is_told_what_the_file_carries_beside_its_picture(tmp_path: Path) -> None:
    picture = Image.effect_noise((12, 9), 90).resize((600, 450)).convert("RGB")
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Kamera Uji 3"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    picture.save(tmp_path / "foto.jpg", quality=80, xmp=packet)
    whole = (tmp_path / "foto.jpg").read_bytes()
    (tmp_path / "foto.jpg").write_bytes(whole + b"sembunyi")

    done = run(str(tmp_path / "foto.jpg"))

    assert done.returncode == 0
    assert "XMP xmp:CreatorTool: Kamera Uji 3" in done.stdout
    assert "quantisation: that of the Independent JPEG Group's encoder at quality 80" in done.stdout
    assert f"after the end of the picture: 8 bytes from byte {len(whole)} on" in done.stdout
    assert "thumbnail" not in done.stdout


def test_a_thumbnail_is_told_with_its_distance_from_the_picture(tmp_path: Path) -> None:
    picture = Image.effect_noise((12, 9), 90).resize((600, 450)).convert("RGB")
    made = io.BytesIO()
    picture.resize((160, 120)).save(made, "JPEG")
    picture.save(tmp_path / "foto.jpg", exif=_with_thumbnail(made.getvalue()))

    assert (
        "thumbnail in EXIF: 160 x 120, 0 of 64 bits from the picture"
        in run(str(tmp_path / "foto.jpg")).stdout
    )


def _with_thumbnail(small: bytes) -> bytes:
    """EXIF with an empty first directory, and a second one that says where the thumbnail is (EXIF 2.32, 4.5.8)."""
    entries = ((0x0103, 3, 6), (0x0201, 4, 56), (0x0202, 4, len(small)))
    second = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    head = b"II*\0" + struct.pack("<IHI", 8, 0, 14)
    return b"Exif\0\0" + head + struct.pack("<H", 3) + second + struct.pack("<I", 0) + small
