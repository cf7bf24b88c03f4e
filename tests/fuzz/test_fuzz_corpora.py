"""The kept corpora go through their targets in every test run, as they are and changed a little."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for `import targets`, as the fuzzer itself does
from targets import CORPUS, TARGETS

SEED = 20250301
CHANGES = 30  # for each file of a corpus: a smoke test, the fuzzer does the work


def corpus(name: str) -> list[bytes]:
    """The kept inputs of a target."""
    return [path.read_bytes() for path in sorted((CORPUS / name).iterdir())]


def test_every_corpus_has_its_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_a_corpus_holds_what_is_taken_and_what_is_refused(name: str) -> None:
    assert {TARGETS[name](data) for data in corpus(name)} == {True, False}


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_inputs_changed_a_little_break_no_parser(name: str) -> None:
    chance = random.Random(SEED)
    for data in corpus(name):
        for _ in range(CHANGES):
            changed = bytearray(data or b"\0")
            at = chance.randrange(len(changed))
            changed[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
            TARGETS[name](bytes(changed))


def test_the_fuzzer_runs(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed: it is no dependency, and has wheels for few machines")
    script = Path(__file__).parent / "fuzz.py"
    command = [sys.executable, str(script), "head", "-runs=2000", "-seed=1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Done 2000 runs" in done.stderr
