"""Taking in pictures that cannot be decoded: the bytes are kept, the item says why, and the exit code says it too."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from evidentia.case import Case
from evidentia.case.adding import MOST_SAID
from evidentia.record.item import Access, Role
from lab.pki import Lab
from tests.detect.drawn_pages import as_jpeg, as_png, page

WHOLE = as_png(page()[0])
HEAD = b"IHDR" + struct.pack(">II5B", 30_000, 30_000, 8, 2, 0, 0, 0)
BOMB = WHOLE[:12] + HEAD + struct.pack(">I", zlib.crc32(HEAD)) + WHOLE[33:]
DAMAGED = {"bomb": BOMB, "cut": as_jpeg(page()[0], 80)[:600]}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_picture_that_cannot_be_decoded_is_kept_and_the_item_says_why(
    case: Case, tmp_path: Path, name: str
) -> None:
    (tmp_path / "rusak").write_bytes(DAMAGED[name])

    item = case.add(tmp_path / "rusak", access=Access.FORWARDED)
    original = case.path_of(item, Role.ORIGINAL)

    assert original is not None
    assert original.read_bytes() == DAMAGED[name]
    (problem,) = (one for one in item.problems if "not decoded" in one)
    assert problem.startswith(f"{original.name}: ")


def test_a_whole_picture_has_no_problems(case: Case, tmp_path: Path) -> None:
    (tmp_path / "layar.png").write_bytes(WHOLE)
    assert case.add(tmp_path / "layar.png", access=Access.FORWARDED).problems == ()


def test_of_a_folder_of_damaged_pictures_the_first_are_named_and_the_rest_counted(
    case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "rusak"
    folder.mkdir()
    for n in range(MOST_SAID + 2):
        (folder / f"{n:02}.png").write_bytes(BOMB + bytes([n]))

    item = case.add(folder, access=Access.FORWARDED)

    assert len(item.problems) == MOST_SAID + 1
    assert item.problems[-1].startswith("and ")


@pytest.mark.parametrize(("name", "code"), [("bomb", 3), ("cut", 3), ("whole", 0)])
def test_the_exit_code_says_whether_a_picture_was_decoded(
    lab: Lab, tmp_path: Path, name: str, code: int
) -> None:
    who = lab.people["penyidik-a"]
    environment = os.environ | {
        "EVIDENTIA_IDENTITY": str(who.p12),
        "EVIDENTIA_PASSPHRASE": who.passphrase,
        "EVIDENTIA_TSA": lab.tsa_url,
    }
    (tmp_path / "gambar").write_bytes({"whole": WHOLE, **DAMAGED}[name])

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "evidentia", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    run("open", "kasus-07", "--title", "Uji").check_returncode()
    add = ("add", "gambar", "--case", "kasus-07", "--access", "forwarded")
    told, again = run(*add), run(*add, "--json")

    assert (told.returncode, again.returncode) == (code, code), told.stderr
    assert (told.stdout + told.stderr).count("was not decoded") == (1 if code else 0)
    assert bool(json.loads(again.stdout)["read"]["problems"]) is (code == 3)
