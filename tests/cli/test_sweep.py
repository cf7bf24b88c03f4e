"""Every command in every bad situation: an exit code, what happened, what is safe, what comes next; no traceback.

The commands run in this process, through the same door as from a shell (``app.run``), one after the other.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.main import get_command

from evidentia.case import Case
from evidentia.cli import app as door
from evidentia.custody.identity import Custodian, Party
from evidentia.record.item import Access
from lab.pki import Lab

PASSED, FAILED, USAGE, INDETERMINATE = 0, 1, 2, 3

INVOKED: dict[str, list[str]] = {
    "open": ["DIR-NEW", "--title", "Uji"],
    "capture": ["https://social.example/p/1", "--case", "CASE", "--access", "public"],
    "recheck": ["https://social.example/p/1", "--case", "CASE"],
    "reread": ["ITEM", "--case", "CASE"],
    "diff": ["ITEM", "ITEM", "--case", "CASE"],
    "wayback": [
        "https://social.example/p/1",
        "--archive",
        "http://127.0.0.1:9",
        "--allow-private-network",
        "--take",
        "all",
        "--case",
        "CASE",
    ],
    "timeline": ["https://social.example/p/1", "--case", "CASE"],
    "add": ["FILE", "--case", "CASE", "--access", "forwarded"],
    "fingerprint": ["FILE"],
    "find": ["FILE", "--case", "CASE"],
    "copies": ["--case", "CASE"],
    "match": ["ITEM", "--case", "CASE"],
    "examine": ["ITEM", "--case", "CASE"],
    "transfer": ["--to", "CERT", "--reason", "klarifikasi", "--case", "CASE"],
    "receive": ["--case", "CASE"],
    "admit": ["P12", "--reason", "surat tugas", "--case", "CASE"],
    "rekey": ["penyidik-a", "--by", "P12", "--reason", "kartu hilang", "--case", "CASE"],
    "note": ["catatan", "--case", "CASE"],
    "status": ["diregistrasi", "--case", "CASE"],
    "close": ["--reason", "selesai", "--case", "CASE"],
    "derive": ["ITEM", "--word", "Pejabat", "--reason", "lindung", "--case", "CASE"],
    "compare-copy": ["ITEM", "--case", "CASE"],
    "disclose": ["ITEM", "--reason", "lindung", "--case", "CASE"],
    "export": ["ZIP-NEW", "--withhold", "ITEM", "--case", "CASE"],
    "renew": ["--revocation", "FILE", "--case", "CASE"],
    "seal-pdf": ["EVENT", "PDF-NEW", "--case", "CASE"],
    "seal-copy": ["EVENT", "SEAL-NEW", "--case", "CASE"],
    "seal-sign": ["SEAL", "P7S-NEW"],
    "seal-take": ["FILE", "--event", "EVENT", "--case", "CASE"],
    "withdraw": ["--case", "CASE"],
    "verify": ["BUNDLE", "--trust", "CERT", "--head", "HEAD", "--since", "BUNDLE", "--policy", "FILE"],
    "report": ["--case", "CASE", "--trust", "CERT"],
    "report-sign": ["FILE", "PDF-NEW"],
    "report-take": ["FILE", "--case", "CASE"],
    "show": ["--case", "CASE"],
    "exchange case-uco": ["CASE", "--out", "ZIP-NEW"],
    "exchange tables": ["CASE", "--out", "DIR-NEW"],
    "exchange import": ["BUNDLE", "--case", "CASE", "--trust", "CERT"],
    "exchange imported": ["--case", "CASE"],
    "exchange refer": ["QUESTIONS", "ZIP-NEW", "--to", "Ahli A", "--case", "CASE"],
    "exchange answer": [
        "FILE",
        "FILE",
        "--referral",
        "ITEM",
        "--head",
        "HEAD",
        "--expert",
        "A",
        "--case",
        "CASE",
    ],
    "exchange receipt": ["CASE", "--out", "PDF-NEW"],
    "exchange evidence-list": ["CASE", "--out", "PDF-NEW", "--form", "FORM"],
    "docket file": ["ENTRY", "--case", "CASE"],
    "docket show": ["BUNDLE"],
    "docket summary": ["BUNDLE"],
    "docket statistics": ["FILE"],
    "docket deadlines": ["FILE", "--as-of", "2024-10-07"],
    "docket data": ["DIR-NEW"],
    "finish": ["--case", "CASE"],
    "timestamp": ["--case", "CASE"],
    "doctor": [],
    "identity new": ["P12-NEW", "--name", "Warga 12"],
    "identity show": ["P12"],
}
"""Each command as it could be run; the words in capitals are put in by the test."""

READ_ONLY = {
    "exchange case-uco",
    "exchange tables",
    "exchange imported",
    "exchange receipt",
    "exchange evidence-list",
    "compare-copy",
    "copies",
    "diff",
    "find",
    "timeline",
    "reread",
    "show",
    "seal-pdf",
    "seal-copy",
    "withdraw",
    "seal-take",
}


@pytest.fixture(autouse=True)
def seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``show`` serves is served for no time: nobody is there to end it."""
    monkeypatch.setattr("evidentia.cli.serving.wait", lambda told: None)


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def excuse(self) -> dict[str, str]:
        """The error as ``--json`` tells it."""
        told: dict[str, str] = json.loads(self.out.splitlines()[-1])["error"]
        return told


@pytest.fixture(scope="module")
def place(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of Penyidik A with one letter, which is never changed: what would change it gets a copy."""
    folder = tmp_path_factory.mktemp("sweep")
    who = lab.people["penyidik-a"]
    person = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    (folder / "surat.txt").write_text("Kepada Pejabat 07")
    (folder / "pertanyaan.toml").write_text('format = 1\n[[question]]\nkey = "Q1"\ntext = "Diubah?"\n')
    (folder / "isian.toml").write_text("format = 1\n")
    (folder / "entri.toml").write_text('region = "73"\n')
    case = Case.create(folder / "kasus-07", title="Uji", custodian=person)
    case.add(folder / "surat.txt", access=Access.FORWARDED)
    case.export(folder / "kasus-07.zip")
    (folder / "kosong").mkdir()
    (folder / "rusak.zip").write_bytes(b"PK\x03\x04 and no more")
    return folder


@pytest.fixture
def there(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lab: Lab) -> Path:
    """A copy of the place, with an identity in the environment; the commands run in it."""
    shutil.copytree(place, tmp_path / "di-sini")
    monkeypatch.chdir(tmp_path / "di-sini")
    who = lab.people["penyidik-a"]
    for name in [name for name in os.environ if name.startswith("EVIDENTIA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EVIDENTIA_IDENTITY", str(who.p12))
    monkeypatch.setenv("EVIDENTIA_PASSPHRASE", who.passphrase)
    monkeypatch.setenv("EVIDENTIA_NEWCOMER_PASSPHRASE", who.passphrase)
    monkeypatch.setenv("EVIDENTIA_TSA", lab.tsa_url)
    return tmp_path / "di-sini"


def run(*arguments: str) -> Said:
    """The command line, as far as ``python -m evidentia`` is more than ``app.run``."""
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["evidentia", *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = door.run()
    finally:
        sys.argv = before
    return Said(code, out.getvalue(), err.getvalue())


def leaves() -> Iterator[tuple[str, Any]]:
    for name, found in get_command(door.command_line()).commands.items():  # type: ignore[attr-defined]
        if hasattr(found, "commands"):
            yield from ((f"{name} {inner}", command) for inner, command in found.commands.items())
        else:
            yield name, found


def with_(command: str, lab: Lab, **instead: str) -> list[str]:
    """The command's words, with the places in capitals filled in; ``instead`` gives bad ones."""
    good = {
        "CASE": "kasus-07",
        "FILE": "surat.txt",
        "ENTRY": "entri.toml",
        "FORM": "isian.toml",
        "QUESTIONS": "pertanyaan.toml",
        "CERT": str(lab.people["pengawas-b"].certificate),
        "P12": str(lab.people["pengawas-b"].p12),
        "ITEM": "1",
        "EVENT": "1",
        "BUNDLE": "kasus-07.zip",
        "SEAL": "kasus-07/custody/000001.sha256",
        "HEAD": "kasus-07/1/" + "-".join(["0000"] * 16) + "/00",
    }
    fresh = {word: f"baru-{word.lower()}" for word in ("ZIP", "PDF", "SEAL", "P7S", "P12", "DIR")}
    words = good | {f"{word}-NEW": name for word, name in fresh.items()} | instead
    return [*command.split(), *(words.get(word, word) for word in INVOKED[command])]


def refused(said: Said, code: tuple[int, ...] = (FAILED, USAGE)) -> dict[str, str]:
    """The error of a command that did not do its work, told in full."""
    assert said.code in code, said
    assert "Traceback" not in said.out + said.err
    assert said.excuse["happened"], said
    assert said.excuse["safe"], said
    assert said.excuse["next_step"], said
    assert "A defect of evidentia" not in said.excuse["happened"], said
    return said.excuse


def about(command: str, word: str) -> bool:
    return word in INVOKED[command]


CASES = sorted(name for name in INVOKED if about(name, "CASE"))


def test_the_sweep_knows_every_command() -> None:
    assert {name for name, _ in leaves()} == set(INVOKED)


@pytest.mark.parametrize("command", sorted(INVOKED))
def test_help_has_an_example_and_json_and_says_what_each_option_is_for(command: str) -> None:
    found = dict(leaves())[command]
    assert (found.epilog or "").startswith("Example: evidentia " + command)
    said = run(*command.split(), "--help")
    assert said.code == PASSED
    assert "--json" in said.out
    for parameter in found.params:
        assert parameter.help or parameter.param_type_name == "argument", parameter.name


@pytest.mark.parametrize("command", CASES)
@pytest.mark.parametrize(
    "where", ["tidak-ada", "kosong", "surat.txt", "surat.txt/dalam", "\udcff", "x" * 300, ""]
)
def test_no_case_there(command: str, where: str, there: Path, lab: Lab) -> None:
    before = listing(there)
    refused(run(*with_(command, lab, CASE=where), "--json"))
    assert listing(there) == before


@pytest.mark.parametrize("command", CASES)
def test_a_case_that_cannot_be_read(command: str, there: Path, lab: Lab) -> None:
    event = there / "kasus-07" / "custody" / "000002.json"
    event.chmod(0o644)
    event.write_bytes(b'{"not": "an event"}')
    told = refused(run(*with_(command, lab), "--json"))
    assert "verify" in told["next_step"] or command == "capture", told


@pytest.mark.parametrize("command", sorted(set(CASES) - READ_ONLY))
def test_nobody_is_named(command: str, there: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVIDENTIA_IDENTITY")
    assert "identity" in refused(run(*with_(command, lab), "--json"))["next_step"]


@pytest.mark.parametrize("command", sorted(set(CASES) - READ_ONLY | {"seal-sign", "identity show"}))
def test_a_wrong_passphrase(command: str, there: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVIDENTIA_PASSPHRASE", "salah")
    told = refused(run(*with_(command, lab), "--json"))
    assert "passphrase" in (told["happened"] + told["next_step"]).lower()


@pytest.mark.parametrize("command", sorted(set(CASES) - READ_ONLY - {"finish", "timestamp", "show"}))
def test_a_case_of_another_holder(
    command: str, there: Path, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = lab.people["ahli"]
    monkeypatch.setenv("EVIDENTIA_IDENTITY", str(who.p12))
    monkeypatch.setenv("EVIDENTIA_PASSPHRASE", who.passphrase)
    before = listing(there / "kasus-07" / "custody")
    refused(run(*with_(command, lab), "--json"))
    assert listing(there / "kasus-07" / "custody") == before


@pytest.mark.parametrize("command", sorted(set(CASES) - READ_ONLY - {"finish", "timestamp", "receive"}))
def test_a_case_that_was_handed_on(command: str, there: Path, lab: Lab) -> None:
    who = lab.people["penyidik-a"]
    person = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    party = Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b")
    Case.open(there / "kasus-07", person).transfer(party, reason="klarifikasi")
    refused(run(*with_(command, lab), "--json"))


@pytest.mark.parametrize("number", ["0", "-1", "99", "1000000", "satu", "1.5", "", "１"])
@pytest.mark.parametrize("command", sorted(n for n in INVOKED if about(n, "ITEM") or about(n, "EVENT")))
def test_a_wrong_number(command: str, number: str, there: Path, lab: Lab) -> None:
    if (command, number) == ("seal-take", "0"):
        return  # nought is "of the one that waits"
    refused(run(*with_(command, lab, ITEM=number, EVENT=number), "--json"))


@pytest.mark.parametrize("path", ["tidak-ada", "kosong", "rusak.zip", "surat.txt/dalam", "\udcff", "x" * 300])
@pytest.mark.parametrize("word", ["FILE", "ENTRY", "FORM", "QUESTIONS", "CERT", "P12", "BUNDLE", "SEAL"])
def test_a_bad_file(word: str, path: str, there: Path, lab: Lab) -> None:
    for command in (name for name in INVOKED if about(name, word)):
        if path == "rusak.zip" and command in ("add", "find", "fingerprint"):
            continue  # a broken ZIP is a file like any other
        refused(run(*with_(command, lab, **{word: path}), "--json"))


@pytest.mark.parametrize(
    "region", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "1_0,2,3,4", "\uff11,2,3,4", "1,,2,3", ""]
)
def test_what_is_no_region(region: str, there: Path) -> None:
    words = ["derive", "1", "--case", "kasus-07", "--region", region, "--reason", "lindung", "--json"]
    assert "is not a region" in refused(run(*words), (USAGE,))["happened"]


@pytest.mark.parametrize("command", sorted(n for n in INVOKED if any("-NEW" in word for word in INVOKED[n])))
def test_nothing_that_is_there_is_overwritten(command: str, there: Path, lab: Lab) -> None:
    taken = there / "sudah-ada"
    taken.write_bytes(b"milik orang lain")
    words = {f"{word}-NEW": "sudah-ada" for word in ("ZIP", "PDF", "SEAL", "P7S", "P12", "DIR")}
    refused(run(*with_(command, lab, **words), "--json"))
    assert taken.read_bytes() == b"milik orang lain"


@pytest.mark.parametrize("command", sorted(INVOKED))
def test_an_option_that_is_not_there(command: str, there: Path, lab: Lab) -> None:
    assert "--help" in refused(run(*with_(command, lab), "--frobnicate", "--json"))["next_step"]


@pytest.mark.parametrize("command", sorted(INVOKED))
def test_in_words_it_says_the_same(command: str, there: Path, lab: Lab) -> None:
    said = run(*with_(command, lab), "--frobnicate")
    assert said.code == USAGE
    assert "Safe: " in said.err
    assert "Next: " in said.err


WORDS = st.one_of(
    st.sampled_from([
        *(name for name in INVOKED if name not in ("doctor", "identity new", "open")),
        "--case", "--json", "--to", "--reason", "--access", "public", "--withhold", "--region", "1,2,3,4", "--word",
        "--head", "--since", "--policy", "--trust", "--tsa", "--who", "--event", "--file", "--lang", "--qr", "--", "-",
        "-h", "--version", "kasus-07", "kasus-07.zip", "surat.txt", "1", "--place", "--authority", "--identity",
    ]),
    st.text(max_size=8),
    st.text(st.characters(categories=["Cc", "Cf", "Cs", "Mn", "Nd"]), max_size=5),
    st.integers().map(str),
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(WORDS, max_size=7))
def test_any_words_end_in_a_known_way(words: list[str], there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an identity, so that nothing is captured or signed however the words fall."""
    monkeypatch.delenv("EVIDENTIA_IDENTITY", raising=False)
    said = run(*words)
    assert said.code in (PASSED, FAILED, USAGE, INDETERMINATE)
    assert "Traceback" not in said.out + said.err
    assert "A defect of evidentia" not in said.out + said.err
    assert "\x1b" not in said.out + said.err
    if said.code == USAGE:
        assert ("Next: " in said.err) or said.excuse["next_step"]


def listing(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".evidentia" not in path.parts
    }
