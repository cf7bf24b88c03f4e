"""`evidentia examine` as a person or a script meets it: words, JSON, exit codes; hostile files end clearly."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from lab.pki import Lab
from tests.detect.drawn_pages import as_jpeg, as_png, page, saved
from tests.program_runs import Done, Run, as_nobody, run_program

BESIDE = Path(__file__).parents[1] / "detect"
AS_IF_MEASURED = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); import known_rates, pytest; "
    "known_rates.put(pytest.MonkeyPatch()); runpy.run_module('evidentia', run_name='__main__')"
)
"""The command with a mock of its measured error rates: what it says depends on those of the present versions."""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    program = ("-c", AS_IF_MEASURED, str(BESIDE), "examine")

    def call(*arguments: str, **more: str) -> Done:
        return run_program(*arguments, folder=tmp_path, environment=as_nobody() | more, program=program)

    return call


def test_a_genuine_screenshot_is_told_in_words(run: Run, tmp_path: Path) -> None:
    saved(as_png(page()[0]), tmp_path, "layar.png")
    done = run("layar.png")
    assert done.code == 0, done.out
    assert done.out.startswith("no support found")
    assert "Examined as screenshot" in done.out
    assert "no proof that there is none" in done.out


def test_an_alteration_is_told_with_its_place_and_what_does_not_explain_it(run: Run, tmp_path: Path) -> None:
    saved(as_png(page(lowered={10: 3})[0]), tmp_path, "layar.png")
    done = run("layar.png", "--json")
    assert done.code == 1
    told = done.json()
    assert told["class"] == "screenshot"
    assert told["outcome"] == "supports alteration here"
    (finding,) = [one for one in told["findings"] if one["outcome"] == "supports alteration here"]
    assert finding["test"] == "baselines of words"
    assert finding["region"] == finding["regions"][0]
    assert {"method", "version", "source", "error_rates"} <= finding.keys()
    assert {one["explains"] for one in finding["opposing"]} == {False}


def test_a_stated_class_is_used_and_the_record_says_who_stated_it(run: Run, tmp_path: Path) -> None:
    saved(as_png(page()[0]), tmp_path, "layar.png")
    told = run("layar.png", "--class", "scan", "--json").json()
    assert told["class"] == "scan"
    assert "stated by the caller" in told["because"][0]
    letters = next(one for one in told["findings"] if one["test"] == "edges of letters")
    assert letters["outcome"] == "not applicable"


def test_illustrations_say_what_they_are_and_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    saved(as_png(page(lowered={10: 3})[0]), tmp_path, "layar.png")
    first = run("layar.png", "--illustrations", "gambar")
    assert first.code == 1
    for name in ("regions.png", "error-levels.png"):
        with Image.open(tmp_path / "gambar" / name) as drawn:
            assert "not a finding" in drawn.text["Description"]  # type: ignore[attr-defined]
            assert "bukan temuan" in drawn.text["Description"]  # type: ignore[attr-defined]
            assert drawn.height > 1200  # the caption under it
    again = run("layar.png", "--illustrations", "gambar")
    assert again.code == 2
    assert "nothing is overwritten" in again.err


def _bomb() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 30000, 30000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_bomb(), "decompression bomb"),
        (as_jpeg(page()[0], 80)[:40], "not decoded"),
        (as_png(page()[0])[:-2000], ""),
        (b"%PDF-1.7 " + as_jpeg(page()[0], 80), "neither a picture nor a video"),
        (as_png(Image.new("RGB", (8, 8))), "too few"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "not decoded"),
        (b"", "neither a picture nor a video"),
    ],
    ids=["bomb", "cut head", "cut tail", "polyglot", "tiny", "zeros", "empty"],
)
def test_hostile_files_end_in_a_clear_finding(run: Run, tmp_path: Path, data: bytes, said: str) -> None:
    saved(data, tmp_path, "aneh.png")
    done = run("aneh.png", "--json")
    told = done.json()
    assert done.code == 3
    assert told["outcome"] == "inconclusive"
    assert told["problems"]
    assert said in told["problems"][0]


@pytest.mark.parametrize(
    ("data", "said"),
    [(_bomb(), "decompression bomb"), (as_jpeg(page()[0], 80)[:40], "damaged or cut short")],
    ids=["bomb", "cut head"],
)
def test_why_nothing_was_examined_is_said_once(run: Run, tmp_path: Path, data: bytes, said: str) -> None:
    saved(data, tmp_path, "aneh.png")
    out = " ".join(run("aneh.png").out.split())
    assert out.startswith("inconclusive Nothing was examined: ")
    assert out.count("the picture was not decoded: ") == 1, out
    assert out.count("not examined") == 0, out
    assert out.count(said) == 1, out


def test_a_file_that_is_not_there_is_said(run: Run) -> None:
    done = run("tidak-ada.png")
    assert done.code == 2
    assert "cannot be opened" in done.err


def test_in_a_case_the_result_becomes_an_item(run: Run, lab: Lab, tmp_path: Path) -> None:
    who = lab.people["penyidik-a"]
    acts = {
        "EVIDENTIA_IDENTITY": str(who.p12),
        "EVIDENTIA_PASSPHRASE": who.passphrase,
        "EVIDENTIA_TSA": lab.tsa_url,
    }
    saved(as_png(page(lowered={10: 3})[0]), tmp_path, "layar.png")
    for command in (
        ("open", "kasus-07", "--title", "Uji"),
        ("add", "layar.png", "--case", "kasus-07", "--access", "forwarded"),
    ):
        subprocess.run(
            [sys.executable, "-m", "evidentia", *command],
            cwd=tmp_path,
            env=os.environ | acts,
            check=True,
            capture_output=True,
        )
    done = run("layar.png", "--case", "kasus-07", "--json", **acts)
    told = done.json()
    assert done.code == 1, done.err
    assert told["item"] == 2
    assert run("1", "--json", EVIDENTIA_CASE="kasus-07", **acts).json()["item"] == 3
    assert "item" not in run("layar.png", "--json", EVIDENTIA_CASE="kasus-07", **acts).json()
    in_words = run("1", "--case", "kasus-07", **acts)
    assert "kept as item 4: kasus-07/data/000004/examination.json" in in_words.out
    kept = tmp_path / "kasus-07" / "data" / "000002"
    record = json.loads((kept / "examination.json").read_bytes())
    assert record["outcome"] == "supports alteration here"
    assert (
        {path.name for path in kept.glob("*.png")}
        == {"regions.png", "error-levels.png"}
        == set(told["illustrations"])
    )


def test_a_place_for_illustrations_that_cannot_be_is_refused_before_the_examination(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "catatan").write_text("milik orang lain")
    (tmp_path / "gambar").mkdir()
    (tmp_path / "gambar" / "regions.png").write_bytes(b"milik orang lain")

    no_folder = run("foto.png", "--illustrations", "catatan")
    there = run("foto.png", "--illustrations", "gambar")
    in_case = run("2", "--case", "perkara", "--illustrations", "baru")

    assert [one.code for one in (no_folder, there, in_case)] == [2, 2, 2]
    assert "catatan is not a folder" in no_folder.err
    assert "gambar/regions.png is there already" in there.err
    assert "--illustrations is for a file of no case" in in_case.err
    assert not (tmp_path / "baru").exists()
