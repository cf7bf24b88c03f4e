"""A case that crosses machines and comes back, by the command line alone, in folders that share nothing but ZIPs.

Three machines: Penyidik A's, Pengawas B's, and one of an official whose key is in no folder at all. Each step verifies
that what came only continues what was there before.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lab.pdf_signers import sign_with_pyhanko
from lab.pki import Lab


@dataclass(frozen=True)
class Machine:
    """A folder of somebody's, with their identity and nothing of anybody else's."""

    folder: Path
    identity: Path
    passphrase: str
    lab: Lab

    def run(self, *arguments: object, online: bool = True) -> tuple[int, str]:
        """Exit code, and what was printed to either side."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EVIDENTIA_")}
        environment = kept | {
            "EVIDENTIA_CASE": "kasus-07",
            "EVIDENTIA_IDENTITY": str(self.identity),
            "EVIDENTIA_PASSPHRASE": self.passphrase,
            "EVIDENTIA_TSA": self.lab.tsa_url if online else "http://127.0.0.1:9/",
        }
        command = [sys.executable, "-m", "evidentia", *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done.returncode, done.stdout + done.stderr

    def does(self, *arguments: object) -> str:
        """A command that does what was asked and leaves nothing open."""
        code, said = self.run(*arguments)
        assert code == 0, (arguments, said)
        return said

    def sends(self, name: str, to: Machine) -> Path:
        """Export a bundle and put a copy on the other machine."""
        self.does("export", f"{name}.zip")
        (to.folder / f"{name}.zip").write_bytes((self.folder / f"{name}.zip").read_bytes())
        return to.folder / f"{name}.zip"

    def unpacks(self, bundle: Path) -> None:
        """Go on in what came; what was here before is kept beside it."""
        if (self.folder / "kasus-07").exists():
            count = len(list(self.folder.glob("before-*")))
            (self.folder / "kasus-07").rename(self.folder / f"before-{count}")
        with zipfile.ZipFile(bundle) as opened:
            opened.extractall(self.folder)

    def judges(self, bundle: Path, since: Path | None = None) -> dict[str, Any]:
        """The verdict on a bundle, against an older one if there is one."""
        anchors = ("--trust", self.lab.roots, "--tsa-trust", self.lab.tsa_roots)
        older = () if since is None else ("--since", since)
        _, said = self.run("verify", bundle, *anchors, *older, "--json")
        verdict: dict[str, Any] = json.loads(said.splitlines()[0])
        return verdict


def codes(verdict: dict[str, Any]) -> set[str]:
    return {fault["code"] for fault in verdict["faults"]}


def appended(verdict: dict[str, Any]) -> bool:
    return "APPENDED" in {note["code"] for note in verdict["notes"]} and "HISTORY_DIFFERS" not in codes(
        verdict
    )


@pytest.fixture
def a(lab: Lab, tmp_path: Path) -> Machine:
    machine = machine_of(lab, tmp_path, "penyidik-a")
    machine.does("open", "kasus-07", "--title", "Uji")
    (machine.folder / "surat.txt").write_text("Kepada Pejabat 07")
    machine.does("add", "surat.txt", "--access", "forwarded")
    return machine


@pytest.fixture
def b(lab: Lab, tmp_path: Path) -> Machine:
    return machine_of(lab, tmp_path, "pengawas-b")


def machine_of(lab: Lab, folder: Path, label: str, *, key: bool = True) -> Machine:
    made = folder / f"mesin-{label}"
    made.mkdir()
    who = lab.people[label]
    return Machine(made, who.p12 if key else who.certificate, who.passphrase, lab)


def certificate(lab: Lab, label: str) -> Path:
    return lab.people[label].certificate


def test_there_and_back_again(a: Machine, b: Machine, lab: Lab) -> None:
    a.does("transfer", "--to", certificate(lab, "pengawas-b"), "--reason", "klarifikasi")
    sent = a.sends("terkirim", b)
    assert codes(b.judges(sent)) == {"COUNTERSIGNATURE_PENDING"}
    b.unpacks(sent)
    b.does("receive")
    b.does("note", "diklarifikasi")
    assert a.run("note", "menyela")[0] == 1, "the sender's copy is frozen"
    b.does("transfer", "--to", certificate(lab, "penyidik-a"), "--reason", "kembali")
    back = b.sends("kembali", a)

    verdict = a.judges(back, since=a.folder / "kasus-07")
    assert codes(verdict) == {"COUNTERSIGNATURE_PENDING"}
    assert appended(verdict)
    a.unpacks(back)
    a.does("receive")
    a.does("note", "selesai")
    last = a.sends("akhir", b)
    verdict = b.judges(last, since=back)
    assert (verdict["status"], appended(verdict)) == ("PASSED", True)
    assert appended(b.judges(last, since=sent))
    assert [event["type"] for event in verdict["events"]] == [
        *("open", "acquire", "transfer", "export", "receive", "note"),
        *("transfer", "export", "receive", "note", "export"),
    ]
    assert codes(a.judges(sent, since=last)) >= {"HISTORY_DIFFERS"}, "the older one is no continuation"


def test_a_transfer_that_is_refused_goes_on_at_the_senders(a: Machine, b: Machine, lab: Lab) -> None:
    a.does("transfer", "--to", certificate(lab, "pengawas-b"), "--reason", "klarifikasi")
    sent = a.sends("terkirim", b)
    a.does("receive", "--refuse", "--reason", "ditolak lewat surat")
    a.does("note", "tetap di sini")
    later = a.sends("kemudian", b)
    verdict = b.judges(later, since=sent)
    assert (verdict["status"], appended(verdict)) == ("PASSED", True)

    b.unpacks(sent)  # whoever receives all the same makes a second history, and comparing shows it
    b.does("receive")
    fork = b.sends("cabang", a)
    verdict = a.judges(fork, since=a.folder / "kasus-07")
    assert verdict["status"] == "FAILED"
    assert "HISTORY_DIFFERS" in codes(verdict)


def test_a_receiver_without_a_network_completes_timestamps_later(a: Machine, b: Machine, lab: Lab) -> None:
    a.does("transfer", "--to", certificate(lab, "pengawas-b"), "--reason", "klarifikasi")
    sent = a.sends("terkirim", b)
    b.unpacks(sent)
    code, said = b.run("receive", online=False)
    assert code == 3
    assert "Timestamps pending: 2" in said
    assert b.run("note", "di lapangan", online=False)[0] == 3
    assert codes(b.judges(b.folder / "kasus-07", since=sent)) >= {"TIMESTAMP_PENDING"}
    b.does("timestamp")
    back = b.sends("kembali", a)
    verdict = a.judges(back, since=a.folder / "kasus-07")
    assert (verdict["status"], appended(verdict)) == ("PASSED", True)


def test_an_official_whose_key_is_on_no_machine_receives_and_gives_back(a: Machine, lab: Lab) -> None:
    official = machine_of(lab, a.folder.parent, "pengawas-b", key=False)

    def signs(event: int) -> None:
        official.does("seal-pdf", event, f"{event}.pdf")
        made = sign_with_pyhanko((official.folder / f"{event}.pdf").read_bytes(), lab.people["pengawas-b"])
        (official.folder / f"{event}-ttd.pdf").write_bytes(made)
        code, said = official.run("seal-take", f"{event}-ttd.pdf", "--json")
        taken = json.loads(said.splitlines()[0])
        assert (code in (0, 3), taken["pending"], taken["awaited"]) == (True, [], []), said

    def prepares(*arguments: object) -> str:
        code, said = official.run(*arguments)
        assert code == 3, said
        return said

    a.does("transfer", "--to", certificate(lab, "pengawas-b"), "--reason", "klarifikasi")
    sent = a.sends("terkirim", official)
    official.unpacks(sent)
    assert "Event 3 (transfer) waits" in prepares("receive")
    signs(3)
    assert "Event 5 (receive) waits" in prepares("receive")
    assert "000005.sha256.pengawas-b" in prepares("show")
    assert "Event 5 (receive) waits" in prepares("note", "terlalu cepat")
    assert "EVENT_PREPARED" in codes(official.judges(official.folder / "kasus-07"))
    signs(5)
    prepares("transfer", "--to", certificate(lab, "penyidik-a"), "--reason", "kembali")
    signs(6)
    prepares("export", "kembali.zip")
    signs(7)
    back = official.sends("kembali", a)
    verdict = a.judges(back, since=a.folder / "kasus-07")
    assert (codes(verdict), appended(verdict)) == ({"COUNTERSIGNATURE_PENDING"}, True)
    a.unpacks(back)
    a.does("receive")
    last = a.sends("akhir", official)
    verdict = official.judges(last, since=sent)
    assert (verdict["status"], appended(verdict)) == ("PASSED", True)


def test_a_newcomer_signs_at_home(a: Machine, b: Machine, lab: Lab) -> None:
    code, said = a.run("admit", certificate(lab, "pengawas-b"), "--reason", "surat tugas")
    assert (code, "Event 3 (admit) waits" in said) == (3, True)
    a.does("seal-copy", 3, "segel")
    (b.folder / "segel").write_bytes((a.folder / "segel").read_bytes())
    said = b.does("seal-sign", "segel", "segel.p7s")
    assert "evidentia seal 1 case=kasus-07 event=3 type=admit" in said
    assert b.run("seal-sign", "segel", "segel.p7s")[0] == 2, "nothing is overwritten"
    (a.folder / "segel.p7s").write_bytes((b.folder / "segel.p7s").read_bytes())
    a.does("seal-take", "segel.p7s")
    assert "held by pengawas-b, penyidik-a" in a.does("show")
    bundle = a.sends("berdua", b)
    assert b.judges(bundle)["status"] == "PASSED"


def test_what_is_withdrawn_leaves_the_case_as_it_was(a: Machine, lab: Lab) -> None:
    before = a.does("show")
    a.run("admit", certificate(lab, "pengawas-b"), "--reason", "salah orang")
    aside = json.loads(a.does("withdraw", "--json"))["path"]
    assert (a.folder / "kasus-07" / aside / "custody" / "000003.json").exists()
    assert a.does("show") == before
    assert a.run("withdraw")[0] == 1
