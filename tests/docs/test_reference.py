"""The reference against the program itself, so that it cannot go stale."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

import evidentia as ev
from evidentia.cli.app import command_line

if TYPE_CHECKING:
    from tests.docs.conftest import Ground

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reference.md").read_text("utf-8")
_SECTION = re.compile(r"^### `evidentia ([a-z -]+)`\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
SECTIONS: dict[str, str] = dict(_SECTION.findall(PAGE))
HELP = {"--help", "-h"}


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


COMMANDS = dict(commands(typer.main.get_command(command_line())))


def quoted(section: str, what: str) -> set[str]:
    line = re.search(rf"^- {what}: (.*)$", section, re.MULTILINE)
    assert line is not None, f"no line of {what}"
    return set(re.findall(r"`([^`]+)`", line.group(1)))


def test_every_command_is_described_and_no_other() -> None:
    assert SECTIONS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_is_listed_and_no_other(name: str) -> None:
    options = {opt for p in COMMANDS[name].params for opt in p.opts if opt.startswith("--")} - HELP
    assert quoted(SECTIONS[name], "Options") == options


def test_every_environment_variable_is_listed_and_no_other() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    used = set(re.findall(r"\bEVIDENTIA_[A-Z]+(?:_[A-Z]+)*\b", sources))
    assert set(re.findall(r"^\| `(EVIDENTIA_[A-Z_]+)` \|", PAGE, re.MULTILINE)) == used


def test_every_name_of_the_library_is_listed_and_no_other() -> None:
    table = PAGE.partition("## The library")[2]
    rows = re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`([^`]+)`", row)} == set(ev.__all__)


def test_every_method_of_a_case_is_listed_and_no_other() -> None:
    row = re.search(r"^\| `Case` \| (.*)\|$", PAGE, re.MULTILINE)
    assert row is not None
    public = {name for name in dir(ev.Case) if not name.startswith("_")}
    assert set(re.findall(r"`([^`]+)`", row.group(1))) == public - {"id", "folder", "title"}


@pytest.mark.lab
@pytest.mark.browser
def test_json_has_the_keys_that_the_page_lists(
    ground: Ground, practised: Path, shell: dict[str, str]
) -> None:
    """Every command once, in an order in which each has something to do."""
    case = "practice/makassar-15"
    given = (
        f". practice/env; export EVIDENTIA_CASE={case} EVIDENTIA_NEWCOMER_PASSPHRASE=$EVIDENTIA_PASSPHRASE; "
    )
    anchors = '--trust "$ROOTS" --tsa-trust "$TSA_ROOTS"'
    order = (
        ("open", "open practice/lain --title Lain"),
        ("capture", 'capture "$POST" --access public --allow-private-network'),
        ("recheck", "recheck"),
        ("reread", "reread 1"),
        ("timeline", "timeline"),
        ("diff", "diff 1 1"),
        ("add", "add practice/screenshot.jpg --access forwarded"),
        ("fingerprint", "fingerprint practice/screenshot.jpg"),
        ("find", "find practice/screenshot.jpg"),
        ("copies", "copies"),
        ("match", "match 4"),
        ("examine", f"examine 4 --case {case}"),
        ("note", "note catatan"),
        ("status", "status diregistrasi"),
        ("docket file", "docket file docs/docket-example.toml"),
        ("docket show", f"docket show {case}"),
        ("docket data", "docket data practice/data"),
        ("exchange case-uco", f"exchange case-uco {case} --out practice/kasus.jsonld"),
        ("exchange tables", f"exchange tables {case} --out practice/tabel"),
        (
            "exchange import",
            "exchange import docs/example/kasus-07.zip --trust docs/example/roots.pem "
            "--tsa-trust docs/example/tsa-roots.pem",
        ),
        ("exchange imported", "exchange imported"),
        ("exchange receipt", f"exchange receipt {case} --out practice/terima.pdf"),
        (
            "exchange refer",
            '--version > practice/v; printf \'format = 1\n[[question]]\nkey = "Q1"\ntext = "?"\n\' > '
            "practice/q.toml; evidentia exchange refer practice/q.toml practice/r.zip --to Ahli",
        ),
        (
            "exchange answer",
            "show | sed -n 's/^head //p' > practice/r.head; "
            "(cat practice/q.toml; echo 'open = \"-\"') > practice/a.toml; "
            "evidentia exchange answer practice/terima.pdf practice/a.toml --head practice/r.head --expert Ahli "
            f"--referral $(ls {case}/data | wc -l)",
        ),
        ("exchange evidence-list", f"exchange evidence-list {case} --out practice/bukti.pdf"),
        ("timestamp", "timestamp"),
        ("renew", "renew --fetch-revocation --allow-private-network"),
        ("finish", "finish"),
        ("report", "report"),
        (
            "report-sign",
            "report --unsigned --out practice/u.pdf > practice/u.txt; "
            "evidentia report-sign practice/u.pdf practice/u-signed.pdf",
        ),
        ("report-take", "report-take practice/u-signed.pdf"),
        ("derive", "derive 1 --region 1,1,5,5 --reason lindung"),
        ("compare-copy", "compare-copy {copy}"),
        ("disclose", "disclose 2 --reason lindung"),
        ("export", "export practice/b.zip --withhold 2"),
        ("verify", 'verify practice/b.zip --trust "$ROOTS" --tsa-trust "$TSA_ROOTS"'),
        ("docket summary", f"docket summary practice/b.zip {anchors}"),
        (
            "docket statistics",
            f"docket summary practice/b.zip {anchors} --json > practice/s.jsonl; "
            "evidentia docket statistics practice/s.jsonl",
        ),
        ("docket deadlines", "docket deadlines practice/s.jsonl --as-of 2024-10-07"),
        ("transfer", "transfer --to practice/pengawas-b.pem --reason klarifikasi"),
        ("seal-pdf", "seal-pdf 1 practice/segel.pdf"),
        ("seal-copy", "seal-copy 1 practice/segel.sha256"),
        ("seal-sign", "seal-sign practice/segel.sha256 practice/segel.p7s"),
        ("receive", "receive --refuse"),
        ("show", "show"),
        ("identity show", 'identity show "$EVIDENTIA_IDENTITY"'),
        ("identity new", "identity new practice/baru.p12 --name Baru"),
        ("admit", "admit practice/baru.p12 --newcomer-who baru --reason tugas"),
        ("identity new", "identity new practice/lagi.p12 --name Lagi"),
        ("rekey", "rekey baru --by practice/lagi.p12 --newcomer-who lagi --reason hilang"),
        ("close", "close --reason selesai"),
        ("doctor", "doctor"),
    )
    # Two need an event that waits for another application: test_pdf_seal_commands.py has their JSON. The archive's
    # has test_wayback_command.py, beside an archive.
    assert {name for name, _ in order} == COMMANDS.keys() - {"seal-take", "withdraw", "wayback"}
    copy = 0
    for name, arguments in order:
        command = f"{given} evidentia {arguments.replace('{copy}', str(copy))} --json"
        done = subprocess.run(
            ["bash", "-c", command], cwd=practised, env=shell, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (name, done.stdout, done.stderr)
        expected = quoted(SECTIONS[name], "JSON")
        if name == "add":
            expected = (expected | quoted(SECTIONS["fingerprint"], "JSON")) - {"fingerprint"}
        told = json.loads(done.stdout.splitlines()[0])
        assert set(told) == expected, name
        copy = told["item"] if name == "derive" else copy
