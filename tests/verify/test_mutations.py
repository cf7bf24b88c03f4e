"""Good bundles, changed at random: no change to evidence passes, and both verifiers say the same.

Each mutant has a number under a seed, which a failure names. Here is a sample; `make mutants` judges 20,000.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from bundles import Said, judge_in_shell, rederived, write
from cryptography.hazmat.primitives.asymmetric import utils
from judge_mutants import SEED
from mutant_fields import Element, elements, encoded, with_element
from mutant_judge import (
    DERIVED,
    Good,
    Ground,
    Judge,
    contents,
    differences,
    ground_of,
    is_listed_class,
    is_same_evidence,
    judge_all,
)
from mutant_steps import later_than
from mutants import DISGUISES, STEPS, mutant, packed

from evidentia.record.verdict import Status
from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code
from lab.pki import Lab

PROGRAM = Path(__file__).with_name("judge_mutants.py")
SAMPLE, IN_SHELL = 400, 20


@pytest.fixture(scope="module")
def ground(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground_of(lab, tmp_path_factory.mktemp("mutants"))


@pytest.fixture(scope="module")
def handed(ground: Ground) -> Good:
    return ground.bundles[0]


@pytest.fixture(scope="module")
def trust(ground: Ground) -> Trust:
    return Trust.from_pem(ground.signers, ground.authorities)


def test_no_mutant_of_a_sample_passes_and_both_verifiers_agree(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = list(judge_all(ground, SEED, SAMPLE, IN_SHELL))
    assert [one.number for one in outcomes] == list(range(SAMPLE))
    assert IN_SHELL // 2 < sum(bool(one.shell) for one in outcomes) <= IN_SHELL + 1
    problems = [f"{one.number}: {one.how}: {one.problem}" for one in outcomes if one.problem]
    assert not problems, "\n".join([f"seed {SEED}", *problems])


def test_the_program_names_its_seed_and_counts_what_it_judged() -> None:
    command = [sys.executable, str(PROGRAM), "--mutants", "24", "--shell", "3", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("seed 7: 24 mutants, verify.sh on 3 of them\n")
    assert done.stdout.endswith("judged by verify.sh too; 0 problems\n")


# What is mutated.


def test_the_bundles_that_are_mutated_pass(ground: Ground, trust: Trust, tmp_path: Path) -> None:
    for number, good in enumerate(ground.bundles):
        folder = write(good.files, tmp_path / f"b{number}")
        zipped = tmp_path / f"b{number}.zip"
        zipped.write_bytes(packed(good.files, sorted(good.files)))
        for where in (folder, zipped):
            assert verify(where, trust, head=good.head).status is Status.PASSED
        assert judge_in_shell(folder, ground).status == "PASSED"  # type: ignore[arg-type]
        assert contents(zipped.read_bytes()) == good.files


def test_between_them_they_hold_every_kind_of_file(ground: Ground) -> None:
    paths = {path for good in ground.bundles for path in good.files}
    ends = {".json", ".sha256", ".sha256.tsr", ".p7s", ".p7s.tsr", ".2.tsr", ".cer", ".crl", ".ocsp", ".txt"}
    for end in sorted(ends):
        assert any(path.endswith(end) for path in paths), end
    assert paths >= set(DERIVED)
    assert b"" in {data for good in ground.bundles for data in good.files.values()}


# How.


def test_a_seed_and_a_number_make_one_mutant(handed: Good) -> None:
    for number in range(40):
        assert mutant(SEED, number, handed.files) == mutant(SEED, number, handed.files)
    assert mutant(SEED, 1, handed.files) != mutant(SEED + 1, 1, handed.files)


def test_every_mutant_is_one(ground: Ground) -> None:
    for good in ground.bundles:
        assert all(
            mutant(SEED, number, good.files).files != good.files for number in range(600) if number % 4
        )


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_every_kind_of_change_changes_something(step: object, ground: Ground) -> None:
    assert callable(step)
    for good in ground.bundles:
        chance = random.Random(SEED)
        made = [dict(good.files) for _ in range(8)]
        assert all(step(chance, files) for files in made)
        assert any(files != good.files for files in made)


def test_a_disguise_leaves_a_good_bundle_as_it_is(ground: Ground) -> None:
    for good in ground.bundles:
        for disguise in DISGUISES:
            assert disguise is None or disguise(good.files) == good.files, disguise


def test_the_elements_of_der_are_found_to_the_last(handed: Good) -> None:
    data = handed.files[handed.last_signature]
    found = elements(data)
    assert found[0] == Element(0, 4, len(data), ())
    assert len(found) > 100
    assert all(around.body <= one.start < one.end <= around.end for one in found for around in one.inside)
    assert elements(data[:-1]) == []


# What may pass, and what is a difference: a judge that let everything through would find no mutant either.


def test_the_listed_classes_are_what_they_say(handed: Good, trust: Trust, tmp_path: Path) -> None:
    cut = rederived({p: d for p, d in handed.files.items() if p not in later_than(3, handed.files)})
    where = write(cut, tmp_path / "cut")
    assert verify(where, trust).status is Status.PASSED
    assert {fault.code for fault in verify(where, trust, head=handed.head).faults} == {Code.HEAD_DIFFERS}
    assert is_listed_class(handed, cut)
    for path, data in handed.files.items():
        other = handed.files | {path: data + b"x"}
        assert is_listed_class(handed, other) is (path.startswith(handed.last_signature) or path in DERIVED)
        assert is_same_evidence(handed, other) is (path in DERIVED), path


def other_value(signature: bytes) -> bytes:
    """The same ECDSA signature with n - s for s, which holds as well."""
    value = next(e for e in reversed(elements(signature)) if signature[e.start] == 0x04)
    r, s = utils.decode_dss_signature(signature[value.body : value.end])
    n = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (SEC 2, section 2.4.2)
    return with_element(signature, value, encoded(0x04, utils.encode_dss_signature(r, n - s)))


def other_status(token: bytes) -> bytes:
    """The same token in an answer that says "granted" and a word besides."""
    said = encoded(0x30, encoded(0x02, b"\0") + encoded(0x30, encoded(0x0C, b"ok")))
    return with_element(token, elements(token)[1], said)


def test_what_neither_verifier_can_see_in_the_last_signature_and_its_token_a_head_shows(
    ground: Ground, handed: Good, trust: Trust, tmp_path: Path
) -> None:
    last, token = handed.last_signature, handed.last_signature + ".tsr"
    signature = other_value(handed.files[last])
    for name, path, data in (
        ("status", token, other_status(handed.files[token])),
        ("token", token, other_value(handed.files[token])),
        ("signature", last, signature),
    ):
        changed = rederived(handed.files | {path: data})
        assert changed[path] != handed.files[path]
        where = write(changed, tmp_path / name)
        python, shell = verify(where, trust), judge_in_shell(where, ground)  # type: ignore[arg-type]
        assert differences(python, shell) == "", name
        # A token is over the signature's bytes: with another value they are others.
        codes = {Code.TIMESTAMP_INVALID} if name == "signature" else set()
        assert {fault.code for fault in python.faults} == codes
        headed = {fault.code for fault in verify(where, trust, head=handed.head).faults}
        assert headed == codes | {Code.HEAD_DIFFERS}


def test_a_verifier_that_lets_everything_pass_is_noticed(
    ground: Ground, trust: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = verify(write(ground.bundles[0].files, tmp_path / "b"), trust)
    monkeypatch.setattr("mutant_judge.verify", lambda *_, **__: passed)
    judge = Judge(ground)
    found = [judge.judge(SEED, number, shell=False) for number in range(1, 40, 4)]
    assert any(one.problem == "passed with the head" for one in found)


def test_any_other_code_is_a_difference(handed: Good, trust: Trust, tmp_path: Path) -> None:
    changed = handed.files | {handed.last_signature: b"0"}
    python = verify(write(changed, tmp_path / "b"), trust)
    codes = {fault.code for fault in python.faults}
    assert Code.SIGNATURE_INVALID in codes
    assert differences(python, Said("FAILED", codes, "")) == ""
    assert differences(python, Said("FAILED", codes - {Code.SIGNATURE_INVALID}, ""))
    assert differences(python, Said("FAILED", codes | {Code.TIMESTAMP_PENDING}, ""))
    assert differences(python, Said("INDETERMINATE", codes, ""))
    assert differences(python, Said("FAILED", {Code.EVENT_MALFORMED}, "")) == ""  # behind a break
