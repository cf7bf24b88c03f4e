"""A good bundle, changed at random, thousands of times: no change to evidence passes, and both verifiers agree.

Each mutant has a number under a seed, which a failure names. MUTATION_SEED takes another seed, MUTANTS and
SHELL_MUTANTS other numbers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attacks import BREAKS
from bundles import Files, Said, judge_in_shell, rederived, write
from mutant_judge import (
    DERIVED,
    LAST_SIGNATURE,
    SEED,
    Ground,
    Passed,
    is_listed_class,
    is_same_evidence,
    judge_all,
)
from mutants import good_draft, later_than, mutant, packed

from evidentia.formats.head import head_json
from evidentia.record.verdict import Status, Verdict
from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code
from evidentia.verify.judge import head_of
from lab.pki import Lab


@pytest.fixture(scope="module")
def ground(lab: Lab) -> Ground:
    good = good_draft(lab).build()
    head = head_of(good, 6, "kasus-07")
    assert head is not None
    return Ground(good, lab.roots.read_bytes(), lab.tsa_roots.read_bytes(), head_json(head).decode())


def check(ground: Ground, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{count} mutants of seed {SEED}\n")
    assert not (found := judge_all(ground, count)), f"seed {SEED}: {found}"


def test_the_bundle_that_is_mutated_passes(ground: Ground, lab: Lab, tmp_path: Path) -> None:
    trust = Trust.from_pem(ground.signers, ground.authorities)
    folder = write(ground.good, tmp_path / "b")
    (tmp_path / "b.zip").write_bytes(packed(ground.good, sorted(ground.good)))
    for where in (folder, tmp_path / "b.zip"):
        assert verify(where, trust, head=ground.head).status is Status.PASSED
    assert judge_in_shell(folder, lab).status == "PASSED"
    assert sum(map(len, ground.good.values())) < 64 * 1024


def test_the_listed_classes_are_what_they_say(ground: Ground, tmp_path: Path) -> None:
    """A judge that let everything through would find no mutant either."""
    trust = Trust.from_pem(ground.signers, ground.authorities)
    cut = {p: d for p, d in ground.good.items() if p not in later_than(3, ground.good)}
    where = write(rederived(cut), tmp_path / "cut")
    assert verify(where, trust).status is Status.PASSED
    assert {fault.code for fault in verify(where, trust, head=ground.head).faults} == {Code.HEAD_DIFFERS}
    assert is_listed_class(ground.good, rederived(cut))
    for path, data in ground.good.items():
        other = ground.good | {path: data + b"x"}
        listed = path.startswith(LAST_SIGNATURE) or path in DERIVED
        assert is_listed_class(ground.good, other) is listed, path
        assert is_same_evidence(ground.good, other) is (path in DERIVED), path


def test_no_mutant_passes(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    check(ground, int(os.environ.get("MUTANTS", "2000")), capsys)


@pytest.mark.slow
def test_no_mutant_of_twenty_thousand_passes(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    check(ground, int(os.environ.get("MUTANTS", "20000")), capsys)


# The second verifier.


def differences(python: Verdict, shell: Said) -> str:
    """Where the two say different things, outside of what docs/verdict-codes.md allows; empty where they agree."""
    codes = {fault.code for fault in python.faults}
    if codes & BREAKS or shell.codes & BREAKS:
        fine = python.status == shell.status == "FAILED"
        return "" if fine else f"STATUS: a break: {python.status} {codes} / {shell.text}"
    unsealed = {
        fault.code
        for fault in python.faults
        if fault.path.startswith(LAST_SIGNATURE)
        and fault.code in (Code.SIGNATURE_INVALID, Code.TIMESTAMP_INVALID)
    }
    if shell.codes in (codes, codes - unsealed):
        return ""
    same = "" if python.status == shell.status else "STATUS: "
    return f"{same}{python.status} {sorted((f.code, f.path) for f in python.faults)} / {shell.text}"


def folders(ground: Ground, count: int) -> Iterator[tuple[int, str, Files]]:
    """The first ``count`` mutants that are folders (verify.sh takes no ZIP) and differ from the good bundle."""
    number = 0
    while count:
        made = mutant(SEED, number, ground.good)
        if made.archive is None and made.files != ground.good:
            count -= 1
            yield number, made.how, made.files
        number += 1


def compare(ground: Ground, lab: Lab, folder: Path, count: int) -> list[Passed]:
    """What both verifiers say of mutants, the shell on every core; returns those that they may not differ in."""
    trust = Trust.from_pem(ground.signers, ground.authorities)

    def ask(one: tuple[int, str, Files]) -> Passed | None:
        number, how, files = one
        with TemporaryDirectory(dir=folder) as place:
            where = write(files, Path(place) / "b")
            problem = differences(verify(where, trust), judge_in_shell(where, lab))
        return Passed(number, how, problem) if problem else None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [found for found in pool.map(ask, folders(ground, count)) if found is not None]


def agreed(found: list[Passed]) -> None:
    """The same status everywhere; where the codes differ, it is known and open, and shown as an expected failure."""
    assert not [one for one in found if one.said.startswith("STATUS")], f"seed {SEED}: {found}"
    if found:
        pytest.xfail(
            f"known: codes differ for stray signatures and for bits of embedded certificates: {found}"
        )


def test_both_verifiers_agree_on_mutants(ground: Ground, lab: Lab, tmp_path: Path) -> None:
    found = compare(ground, lab, tmp_path, int(os.environ.get("SHELL_MUTANTS", "60")))
    agreed(found)


@pytest.mark.slow
def test_both_verifiers_agree_on_a_thousand_mutants(ground: Ground, lab: Lab, tmp_path: Path) -> None:
    found = compare(ground, lab, tmp_path, int(os.environ.get("SHELL_MUTANTS", "1000")))
    agreed(found)
