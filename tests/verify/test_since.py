"""verify --since: a later bundle only appended to an older one, and nothing in the older one is believed."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from bundles import START, VERIFY_SH, Draft, Files, derived, plain, sha256, write
from typer.testing import CliRunner

from evidentia.cli.app import command_line
from evidentia.record.errors import UsageError
from evidentia.verify import Trust, verify
from lab.pki import Lab


def longer(lab: Lab, text: str = "catatan") -> Draft:
    """``plain``, and two events after its export."""
    draft = plain(lab)
    draft.add("note", details={"text": text})
    draft.add("export")
    return draft


def disclosing(lab: Lab) -> Draft:
    """``plain``, and a disclosure that lets item 1 be withheld."""
    draft = plain(lab)
    ref = [{"item": 1, "record": sha256(draft.record(1))}]
    draft.add("disclose", details={"may_withhold": ref})
    draft.add("export", details={**draft.events[2]["details"], "withheld": ref})
    return draft


def withholding(lab: Lab) -> Files:
    """The same, without item 1."""
    files = disclosing(lab).build()
    kept = {p: d for p, d in files.items() if "/000001/" not in p and "items/000001" not in p and "/" in p}
    return kept | derived("kasus-07", "2025-03-01T14:00:00Z", kept)


def without(files: Files, start: str) -> Files:
    return {path: data for path, data in files.items() if not path.startswith(start)}


def said(lab: Lab, new: Files, old: Files, folder: Path) -> tuple[set[str], set[str]]:
    """The codes of both verifiers."""
    here, before = write(new, folder / "new"), write(old, folder / "old")
    verdict = verify(here, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)), since=before)
    command = [str(VERIFY_SH), "-s", str(before), str(here), str(lab.roots), str(lab.tsa_roots)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == verdict.status.value
    shell = {line.split()[0] for line in done.stdout.splitlines()[:-1] if line[0].isupper()}
    return {fault.code for fault in verdict.faults}, shell


HONEST: dict[str, tuple[Callable[[Lab], Files], Callable[[Lab], Files]]] = {
    "two events later": (lambda lab: longer(lab).build(), lambda lab: plain(lab).build()),
    "the same bundle": (lambda lab: plain(lab).build(), lambda lab: plain(lab).build()),
    "an item withheld since": (withholding, lambda lab: plain(lab).build()),
}


@pytest.mark.parametrize("name", sorted(HONEST))
def test_what_only_appended_passes_in_both(name: str, lab: Lab, tmp_path: Path) -> None:
    new, old = HONEST[name]
    assert said(lab, new(lab), old(lab), tmp_path) == (set(), set())


def test_the_verdict_tells_how_much_was_appended_and_asks_for_no_head(lab: Lab, tmp_path: Path) -> None:
    new, old = write(longer(lab).build(), tmp_path / "n"), write(plain(lab).build(), tmp_path / "o")
    verdict = verify(new, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)), since=old)
    notes = {note.code: note.text for note in verdict.notes}
    assert notes["APPENDED"] == "2 events were appended to the 3 of the older bundle"
    assert "NO_HEAD_GIVEN" not in notes


def forked(lab: Lab) -> Files:
    return longer(lab, "lainnya").build()


def stamped_late(lab: Lab) -> Files:
    """plain with a second authority's token over its last signature, which the newer one does not have."""
    files = plain(lab).build()
    signature = "custody/000003.sha256.penyidik-a.p7s"
    return files | {f"{signature}.2.tsr": lab.stamp(files[signature], START + timedelta(days=1), "tsa2")}


ATTACKS: dict[str, tuple[Callable[[Lab], Files], Callable[[Lab], Files]]] = {
    "a rollback": (lambda lab: plain(lab).build(), lambda lab: longer(lab).build()),
    "a fork": (lambda lab: longer(lab).build(), forked),
    "a token of the last signature taken away": (lambda lab: longer(lab).build(), stamped_late),
    "other evidence in the older one": (
        lambda lab: longer(lab).build(),
        lambda lab: plain(lab).build() | {"data/000001/post.txt": b"lain"},
    ),
}


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_what_did_more_than_append_is_named_by_both(name: str, lab: Lab, tmp_path: Path) -> None:
    new, old = ATTACKS[name]
    assert said(lab, new(lab), old(lab), tmp_path) == ({"HISTORY_DIFFERS"}, {"HISTORY_DIFFERS"})


UNREADABLE: dict[str, Callable[[Files], Files]] = {
    "nothing at all": lambda files: {"index.html": b""},
    "a gap in its events": lambda files: without(files, "custody/000002.json"),
    "a file that the format does not know": lambda files: files | {"run.sh": b"exit 0"},
    "a hostile name": lambda files: files | {"data/000001/a b": b""},
}


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_an_older_bundle_that_is_none_is_named_by_both(name: str, lab: Lab, tmp_path: Path) -> None:
    old = UNREADABLE[name](plain(lab).build())
    python, shell = said(lab, longer(lab).build(), old, tmp_path)
    assert (python, shell) == ({"HISTORY_UNREADABLE"}, {"HISTORY_UNREADABLE"})


def test_the_older_one_may_be_a_zip_and_the_command_takes_it(lab: Lab, tmp_path: Path) -> None:
    new, old = write(longer(lab).build(), tmp_path / "n"), tmp_path / "old.zip"
    with zipfile.ZipFile(old, "w") as archive:
        for path, data in plain(lab).build().items():
            archive.writestr(f"kasus-07/{path}", data)
    given = ["--trust", str(lab.roots), "--tsa-trust", str(lab.tsa_roots), "--since", str(old)]
    assert CliRunner().invoke(command_line(), ["verify", str(new), *given]).exit_code == 0
    refused = CliRunner().invoke(command_line(), ["verify", str(new), *given[:-1], str(tmp_path / "absent")])
    assert isinstance(refused.exception, UsageError)


def test_an_older_one_that_is_no_archive_is_a_fault_and_no_error(lab: Lab, tmp_path: Path) -> None:
    new = write(plain(lab).build(), tmp_path / "n")
    (tmp_path / "old.zip").write_bytes(b"not a ZIP")
    verdict = verify(new, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)), since=tmp_path / "old.zip")
    assert {fault.code for fault in verdict.faults} == {"HISTORY_UNREADABLE"}
