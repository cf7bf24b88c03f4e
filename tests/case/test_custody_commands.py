"""The commands of custody as a person or a script meets them: words, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lab.pki import Lab
from tests.program_runs import Done, Run, as_person, run_program


@pytest.fixture
def run(lab: Lab, tmp_path: Path) -> Run:
    """Run ``evidentia`` as a person of the lab, in a folder with a case that holds two letters."""

    def call(*arguments: str, person: str = "penyidik-a", **more: str) -> Done:
        environment = as_person(lab, person, case="kasus-07") | more
        return run_program(*arguments, folder=tmp_path, environment=environment)

    assert call("open", "kasus-07", "--title", "Uji").code == 0
    for name in ("satu.txt", "dua.txt"):
        (tmp_path / name).write_text(f"Kepada Pejabat 07: {name}")
    assert call("add", "satu.txt", "dua.txt", "--access", "forwarded").code == 0
    return call


def test_disclose_then_export_withholds(run: Run, lab: Lab, tmp_path: Path) -> None:
    assert run("export", "b.zip", "--withhold", "2").code == 1
    said = run("disclose", "2", "--reason", "identitas dilindungi", "--json").json()
    assert [entry["item"] for entry in said["event"]["details"]["may_withhold"]] == [2]
    done = run("export", "b.zip", "--withhold", "2", "--json")
    assert done.code == 0
    assert [entry["item"] for entry in done.json()["event"]["details"]["withheld"]] == [2]
    assert done.json()["head"]["events"] == done.json()["event"]["event"]
    anchors = ("--trust", str(lab.roots), "--tsa-trust", str(lab.tsa_roots))
    (tmp_path / "head.json").write_text(json.dumps(done.json()["head"]))
    assert run("verify", "b.zip", *anchors, "--head", "head.json").code == 0
    assert run("verify", "kasus-07", *anchors).code == 0


def test_withholding_says_which_item_and_in_which_bundle(run: Run) -> None:
    run("disclose", "2", "--reason", "identitas dilindungi")
    assert "Exported to b.zip without item 2." in run("export", "b.zip", "--withhold", "2").out


def test_withholding_without_a_bundle_is_usage(run: Run) -> None:
    run("disclose", "2", "--reason", "identitas dilindungi")
    assert run("export", "--withhold", "2").code == 2


def test_admit_then_rekey_changes_who_holds_the_case(run: Run, lab: Lab) -> None:
    second, third = lab.people["pengawas-b"], lab.people["ahli"]
    names = ("--newcomer-who", "pengawas-b")
    done = run(
        "admit", str(second.p12), *names, "--reason", "surat tugas", "--json",
        EVIDENTIA_NEWCOMER_PASSPHRASE=second.passphrase,
    )  # fmt: skip
    assert done.json()["event"]["details"] == {"admitted": "pengawas-b"}
    done = run(
        "rekey", "pengawas-b", "--by", str(third.p12), "--newcomer-who", "ahli", "--reason", "kartu hilang",
        EVIDENTIA_NEWCOMER_PASSPHRASE=third.passphrase,
    )  # fmt: skip
    assert "pengawas-b no longer holds the case; ahli does." in done.out
    assert "ahli" in run("show", "--json").json()["holders"]


def test_status_and_close_end_a_case(run: Run) -> None:
    assert run("status", "diregistrasi", "--json").json()["event"]["details"] == {"status": "diregistrasi"}
    assert "Closed." in run("close", "--reason", "putusan telah tetap").out
    done = run("add", "satu.txt", "--access", "forwarded")
    assert (done.code, "closed" in done.err) == (1, True)


def test_derive_hides_words_in_a_copy(run: Run) -> None:
    done = run("derive", "1", "--word", "Pejabat 07", "--reason", "identitas", "--json")
    assert done.code == 0
    assert (done.json()["item"], done.json()["original"]) == (3, 1)
    assert run("derive", "1", "--region", "1,2,3", "--reason", "identitas").code == 2
    assert run("derive", "1", "--word", "Pejabat 99", "--reason", "identitas").code == 2
