"""The command line as a person or a script meets it: words, JSON, exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lab.pki import Lab
from tests.program_runs import Done, Run, as_person, run_program

DEAD_AUTHORITY = "http://127.0.0.1:9/"  # the discard port: nothing listens there


@pytest.fixture
def run(lab: Lab, tmp_path: Path) -> Run:
    """Run ``evidentia`` as a person of the lab in an empty folder."""

    def call(*arguments: str, person: str = "penyidik-a", tsa: str | None = None, **more: str) -> Done:
        environment = as_person(lab, person, tsa=tsa) | more
        return run_program(*arguments, folder=tmp_path, environment=environment)

    return call


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "surat.txt"
    path.write_text("Kepada Pejabat 07")
    return path


def roots(lab: Lab) -> tuple[str, ...]:
    return ("--trust", str(lab.roots), "--tsa-trust", str(lab.tsa_roots))


def test_a_case_from_opening_to_verdict(run: Run, lab: Lab, letter: Path) -> None:
    assert run("open", "kasus-07", "--title", "Uji").code == 0
    added = run("add", letter.name, "--case", "kasus-07", "--access", "forwarded", "--json")
    assert (added.code, added.json()["item"]) == (0, 1)
    assert len(added.json()["sha256"]) == 64
    exported = run("export", "kasus-07.zip", "--case", "kasus-07", "--json")
    assert (exported.code, exported.json()["head"]["events"]) == (0, 3)
    verdict = run("verify", "kasus-07.zip", *roots(lab), "--json")
    assert (verdict.code, verdict.json()["status"], verdict.json()["faults"]) == (0, "PASSED", [])
    words = ("accessible", "displayable", "intact", "accountable")
    assert verdict.json()["requirements"] == dict.fromkeys(words, "PASSED")
    assert verdict.json()["head"] == exported.json()["head"]
    shown = run("show", "--case", "kasus-07", "--json").json()
    assert [item["original_name"] for item in shown["items"]] == ["surat.txt"]


def test_a_changed_byte_fails_with_exit_code_one(run: Run, lab: Lab, letter: Path, tmp_path: Path) -> None:
    run("open", "kasus-07", "--title", "Uji")
    run("add", letter.name, "--case", "kasus-07", "--access", "forwarded")
    run("export", "--case", "kasus-07")
    (stored,) = (tmp_path / "kasus-07" / "data" / "000001").glob("original.*")
    stored.chmod(0o644)
    stored.write_text("Kepada Pejabat 08")
    verdict = run("verify", "kasus-07", *roots(lab))
    assert verdict.code == 1
    assert "ITEM_FILE_CHANGED" in verdict.out
    for line in (
        "PASSED        accessible (dapat diakses)",
        "PASSED        displayable (dapat ditampilkan)",
        "FAILED        intact (dijamin keutuhannya)",
        "PASSED        accountable (dapat dipertanggungjawabkan)",
    ):
        assert line in verdict.out
    assert verdict.out.rstrip().endswith("FAILED")


def test_a_pending_timestamp_is_said_and_ends_with_exit_code_three(run: Run, lab: Lab) -> None:
    opened = run("open", "kasus-07", "--title", "Uji", tsa=DEAD_AUTHORITY)
    assert opened.code == 3
    assert "pending" in opened.err
    run("export", "--case", "kasus-07", tsa=DEAD_AUTHORITY)
    verdict = run("verify", "kasus-07", *roots(lab), "--json")
    assert (verdict.code, verdict.json()["status"]) == (3, "INDETERMINATE")
    assert run("timestamp", "--case", "kasus-07").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("capture",),
        ("capture", "https://social.example/p/1", "--case", "kasus-07", "--access", "stolen"),
        ("open", "Bukan Nama", "--title", "Uji"),
        ("add", "tidak-ada.jpg", "--case", "kasus-07", "--access", "public"),
        ("verify", "tidak-ada.zip", "--trust", "roots.pem"),
        ("report", "--case", "kasus-07", "--lang", "fr"),
    ],
)
def test_misuse_ends_with_exit_code_two_and_a_next_step(run: Run, arguments: tuple[str, ...]) -> None:
    run("open", "kasus-07", "--title", "Uji")
    said = run(*arguments)
    assert said.code == 2
    assert "Next:" in said.err
    assert run(*arguments, "--json").json()["error"]["next_step"]


def test_a_wrong_passphrase_says_what_to_check(run: Run) -> None:
    said = run("open", "kasus-07", "--title", "Uji", EVIDENTIA_PASSPHRASE="salah")
    assert said.code == 1
    assert "passphrase" in said.err


def test_an_error_in_json_says_what_happened_what_is_safe_and_what_comes_next(run: Run) -> None:
    said = run("note", "halo", "--case", "kasus-00", "--json")
    assert said.code == 1
    assert said.json()["error"].keys() == {"happened", "safe", "next_step", "kind"}


def test_a_defect_of_ours_is_no_traceback(run: Run, tmp_path: Path) -> None:
    # A mock of a defect: no input is known that causes one.
    program = "from evidentia.cli import app, machine\nimport sys\nmachine.doctor = lambda: 1 / 0\n"
    program += "sys.argv = ['evidentia', 'doctor']\nsys.exit(app.run())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "evidentia finish" in done.stderr


def test_hostile_text_reaches_the_terminal_without_control_characters(run: Run, tmp_path: Path) -> None:
    run("open", "kasus-07", "--title", "Uji")
    hostile = tmp_path / "\x1b[2J[bold]\u202egpj.txt"
    hostile.write_text("x")
    said = run("add", hostile.name, "--case", "kasus-07", "--access", "unknown")
    assert said.code == 0
    assert "[bold]" in said.out
    assert not {"\x1b", "\u202e"} & set(said.out + said.err)


def test_colours_respect_no_color(run: Run) -> None:
    said = run("doctor", NO_COLOR="1", FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b[3" not in said.out


def test_every_command_helps_with_an_example_and_takes_json(run: Run) -> None:
    from typer.main import get_command

    from evidentia.cli.app import command_line

    commands: dict[str, Any] = get_command(command_line()).commands  # type: ignore[attr-defined]
    groups = {name for name, found in commands.items() if hasattr(found, "commands")}
    leaves: dict[tuple[str, ...], Any] = {(name,): commands[name] for name in commands.keys() - groups}
    leaves |= {(name, leaf): found for name in groups for leaf, found in commands[name].commands.items()}
    assert {("identity", "new"), ("exchange", "refer"), ("docket", "statistics")} <= leaves.keys()
    for path, found in leaves.items():
        assert "Example" in (found.epilog or ""), path
        assert any("--json" in parameter.opts for parameter in found.params), path


def test_each_command_is_registered_by_the_module_that_is_loaded_for_it() -> None:
    from typer.main import get_command

    from evidentia.cli.app import COMMANDS, command_line

    every = get_command(command_line()).commands  # type: ignore[attr-defined]
    in_order = [name for names in COMMANDS.values() for name in names]
    groups = [
        name for name in in_order if hasattr(every[name], "commands")
    ]  # typer lists them after the commands
    assert list(every) == [name for name in in_order if name not in groups] + groups
    for names in COMMANDS.values():
        assert set(get_command(command_line(names[0])).commands) == set(names)  # type: ignore[attr-defined]


def test_an_identity_for_trying_out_says_that_nobody_certifies_it(run: Run, lab: Lab, tmp_path: Path) -> None:
    made = run("identity", "new", "saya.p12", "--name", "Warga 12")
    assert made.code == 0
    assert "tidak tersertifikasi" in made.out
    assert "tidak tersertifikasi" in run("identity", "show", "saya.p12").out
    assert run("identity", "new", "saya.p12", "--name", "Warga 12").code == 1  # never replaced
    with_it = {"EVIDENTIA_IDENTITY": str(tmp_path / "saya.p12")}
    run("open", "kasus-07", "--title", "Uji", **with_it)
    run("export", "--case", "kasus-07", **with_it)
    stranger = run("verify", "kasus-07", *roots(lab), "--json")
    assert stranger.code == 3
    assert {fault["code"] for fault in stranger.json()["faults"]} == {"SIGNER_NOT_TRUSTED"}


def test_two_people_hand_a_case_over_by_commands_alone(run: Run, lab: Lab, letter: Path) -> None:
    receiver = lab.people["pengawas-b"]
    run("open", "kasus-07", "--title", "Uji")
    run("add", letter.name, "--case", "kasus-07", "--access", "forwarded")
    given = run(
        "transfer",
        "--case",
        "kasus-07",
        "--to",
        str(receiver.certificate),
        "--reason",
        "klarifikasi",
        "--json",
    )
    assert (given.code, given.json()["event"]["type"]) == (0, "transfer")
    assert run("note", "masih saya", "--case", "kasus-07").code == 1
    taken = run("receive", "--case", "kasus-07", "--json", person="pengawas-b")
    assert (taken.code, taken.json()["event"]["type"]) == (0, "receive")
    assert run("export", "--case", "kasus-07", person="pengawas-b").code == 0
    assert run("verify", "kasus-07", *roots(lab)).code == 0


def test_a_report_is_written_signed_and_copied_out(run: Run, letter: Path, tmp_path: Path) -> None:
    run("open", "kasus-07", "--title", "Uji")
    run("add", letter.name, "--case", "kasus-07", "--access", "forwarded")
    said = run("report", "--case", "kasus-07", "--lang", "en", "--out", "report.pdf", "--json")
    assert said.code == 0
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    items = sorted((tmp_path / "kasus-07" / "data").iterdir())
    again = run("report", "--case", "kasus-07", "--lang", "en", "--out", "report.pdf")
    assert (again.code, "is already there" in again.err) == (2, True)
    assert sorted((tmp_path / "kasus-07" / "data").iterdir()) == items  # no report was written for nothing


def test_a_file_whose_name_is_no_utf_8_is_taken_in_with_its_bytes_spelled_out(
    run: Run, tmp_path: Path
) -> None:
    run("open", "kasus-07", "--title", "Uji")
    name = os.fsdecode(b"surat-\xff.txt")
    (tmp_path / name).write_text("Kepada Pejabat 07")
    said = run("add", name, "--case", "kasus-07", "--access", "forwarded", "--json")
    assert said.code == 0
    (item,) = run("show", "--case", "kasus-07", "--json").json()["items"]
    assert item["original_name"] == "surat-\\xff.txt"
    assert run("fingerprint", name, "--json").json()["path"].endswith(".txt")


def test_text_that_is_no_utf_8_is_refused_in_words(run: Run, letter: Path) -> None:
    run("open", "kasus-07", "--title", "Uji")
    bad = os.fsdecode(b"\xff")
    said = run("add", letter.name, "--case", "kasus-07", "--access", "forwarded", "--source", bad, "--json")
    assert said.code == 2
    assert "UTF-8" in said.json()["error"]["happened"]
    assert run("show", "--case", "kasus-07").code == 0  # nothing is left open


@pytest.mark.parametrize("setting", ["0", "1"])
def test_the_head_as_a_code_for_the_terminal(run: Run, setting: str) -> None:
    run("open", "kasus-07", "--title", "Uji")
    said = run("show", "--case", "kasus-07", "--qr", **({"NO_COLOR": setting} if setting == "1" else {}))
    assert said.code == 0
    blocks = [line for line in said.out.splitlines() if line.startswith("\u2588" * 4)]
    assert len(blocks) > 20
    assert len({len(line) for line in blocks}) == 1


def test_a_post_that_cannot_be_looked_at_again_does_not_stop_the_others(run: Run) -> None:
    url = "http://127.0.0.1:9/p/1"
    run("open", "kasus-07", "--title", "Uji")
    seen = run(
        "capture", url, "--light", "--allow-private-network", "--case", "kasus-07", "--access", "public"
    )
    assert seen.code == 3
    said = run("recheck", "https://social.example/tidak-dikenal", url, "--case", "kasus-07", "--json")
    error, looked = map(json.loads, said.out.splitlines())
    assert said.code == 2
    assert error["url"] == "https://social.example/tidak-dikenal"
    assert looked["seen"]["state"] == "unreachable"
