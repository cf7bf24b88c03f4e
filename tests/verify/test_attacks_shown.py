"""What a hostile bundle says of itself reaches people as text: no terminal obeys it, in words or in JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from bundles import Draft, write
from talks import SEAL, talk
from zips import Entry, inside, with_more

from evidentia.verify import Trust, verify
from evidentia.verify.codes import LONGEST_SAID, Code
from lab.pki import Lab

EVIL = "\u202e\u2066\u200f\x1b[2J\x9b31m\u2028\u0085"
OBEYED = ("Cc", "Cf", "Zl", "Zp", "Cs")  # controls, bidirectional marks, line separators


def said(bundle: Path, lab: Lab, *options: str) -> str:
    command = [sys.executable, "-m", "evidentia", "verify", str(bundle), "--trust", str(lab.roots)]
    command += ["--tsa-trust", str(lab.tsa_roots), *options]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode in (1, 3)
    assert b"Traceback" not in done.stderr
    return done.stdout.decode() + done.stderr.decode()


def obeyed(text: str) -> set[str]:
    return {repr(c) for c in text if unicodedata.category(c) in OBEYED and c != "\n"}


@pytest.fixture(scope="module")
def bundles(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Hostile names in a folder and in a ZIP, and hostile text where an event may hold it; none of them passes."""
    folder = tmp_path_factory.mktemp("shown")
    names = write({f"data/000001/x{EVIL}.txt": b"x", f"{EVIL}": b"y"}, folder / "names")
    archive = folder / "names.zip"
    archive.write_bytes(with_more(lab, Entry(inside(f"data/{EVIL}").decode().encode(), b"x", flags=0x800)))
    draft = Draft(lab)
    allowed = "".join(c for c in EVIL if unicodedata.category(c) != "Cc")
    draft.add("open", details={"title": f"Uji {allowed}"}, reason=allowed, place=allowed)
    draft.events[0]["actors"][0]["name"] = f"Penyidik {allowed}A"
    draft.add("note", details={"text": allowed})
    texts = write(draft.build(), folder / "texts")  # no export: it is a case at work, and so not PASSED
    return [names, archive, texts]


def test_the_terminal_shows_no_control_character_of_a_bundle(bundles: list[Path], lab: Lab) -> None:
    for bundle in bundles:
        assert obeyed(said(bundle, lab)) == set(), bundle.name


def test_a_seal_with_an_endless_header_makes_no_endless_verdict(lab: Lab, tmp_path: Path) -> None:
    draft = talk(lab)
    draft.change[SEAL] = lambda data: data.replace(b"type=note", b"type=note" + b"x" * 1_000_000)
    verdict = verify(write(draft.build(), tmp_path / "b"), Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    (one,) = (fault for fault in verdict.faults if fault.code == Code.SEAL_HEADER_DIFFERS)
    assert "type=note" in one.found
    assert len(one.found) < 2 * LONGEST_SAID


def test_json_holds_no_character_that_a_terminal_obeys(bundles: list[Path], lab: Lab) -> None:
    for bundle in bundles:
        text = said(bundle, lab, "--json")
        assert obeyed(text) == set(), bundle.name
        assert json.loads(text)["status"] in ("FAILED", "INDETERMINATE")
