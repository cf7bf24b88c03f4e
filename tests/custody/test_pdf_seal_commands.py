"""`seal-pdf` and `seal-take` on a case that waits for an official's countersignature.

pyHanko stands in for the official's own signing application.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import evidentia as ev
from lab.pdf_signers import sign_with_pyhanko
from lab.pki import Lab


@pytest.fixture
def waiting(lab: Lab, tmp_path: Path) -> Path:
    """A case that was handed to Pengawas B, who is known by certificate alone."""
    who = lab.people["penyidik-a"]
    sender = ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url)
    case = ev.Case.create(tmp_path / "kasus-07", title="Uji", custodian=sender)
    receiver = ev.Party.from_certificate(lab.people["pengawas-b"].certificate, who="pengawas-b")
    case.transfer(receiver, reason="klarifikasi")
    return case.folder


def evidentia(case: Path, *arguments: object) -> tuple[int, Any]:
    command = [sys.executable, "-m", "evidentia", *map(str, arguments), "--case", str(case), "--json"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVIDENTIA_")}
    done = subprocess.run(command, env=kept, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout.splitlines()[0])


def signed_elsewhere(pdf: Path, lab: Lab, person: str = "pengawas-b") -> Path:
    target = pdf.with_name(f"{person}.pdf")
    target.write_bytes(sign_with_pyhanko(pdf.read_bytes(), lab.people[person]))
    return target


def test_a_countersignature_goes_out_and_comes_back(waiting: Path, lab: Lab, tmp_path: Path) -> None:
    out = tmp_path / "segel.pdf"
    assert evidentia(waiting, "seal-pdf", 2, out)[0] == 0
    signed = signed_elsewhere(out, lab)
    path = "custody/000002.sha256.pengawas-b.pdf"

    code, said = evidentia(waiting, "seal-take", signed, "--event", 2)
    assert (code, said["pending"]) == (3, [path]), "no authority was named"
    code, said = evidentia(waiting, "seal-take", signed, "--event", 2, "--tsa", lab.tsa_url)
    assert (code, said) == (0, {"event": 2, "who": "pengawas-b", "path": path, "pending": [], "awaited": []})
    assert (waiting / path).read_bytes() == signed.read_bytes()
    assert (waiting / f"{path}.tsr").exists()

    verdict = ev.verify(waiting, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert {fault.code for fault in verdict.faults} == {"NOT_EXPORTED"}
    assert {one.who for one in verdict.events[1].signatures} == {"penyidik-a", "pengawas-b"}


def test_what_is_refused_is_not_filed(waiting: Path, lab: Lab, tmp_path: Path) -> None:
    out = tmp_path / "segel.pdf"
    evidentia(waiting, "seal-pdf", 2, out)
    before = sorted(waiting.rglob("*"))
    code, said = evidentia(waiting, "seal-take", signed_elsewhere(out, lab, "ahli"), "--event", 2)
    assert (code, said["error"]["kind"]) == (1, "SigningError")
    code, said = evidentia(waiting, "seal-take", signed_elsewhere(out, lab, "penyidik-a"), "--event", 2)
    assert (code, said["error"]["kind"]) == (1, "CustodyError"), "has signed with a key of her own"
    assert sorted(waiting.rglob("*")) == before


def test_a_filed_signature_is_not_replaced(waiting: Path, lab: Lab, tmp_path: Path) -> None:
    out = tmp_path / "segel.pdf"
    evidentia(waiting, "seal-pdf", 2, out)
    first = signed_elsewhere(out, lab).read_bytes()
    evidentia(waiting, "seal-take", tmp_path / "pengawas-b.pdf", "--event", 2)
    (tmp_path / "segel.pdf").touch()
    signed_elsewhere(out, lab)
    assert (tmp_path / "pengawas-b.pdf").read_bytes() != first
    code, said = evidentia(waiting, "seal-take", tmp_path / "pengawas-b.pdf", "--event", 2)
    assert (code, said["error"]["kind"]) == (1, "CustodyError")
    assert (waiting / "custody/000002.sha256.pengawas-b.pdf").read_bytes() == first


def test_commands_that_cannot_be_meant(waiting: Path, tmp_path: Path) -> None:
    (tmp_path / "there.pdf").write_bytes(b"mine")
    assert evidentia(waiting, "seal-pdf", 9, tmp_path / "x.pdf")[0] == 2
    assert evidentia(waiting, "seal-pdf", 1, tmp_path / "there.pdf")[0] == 2
    assert (tmp_path / "there.pdf").read_bytes() == b"mine"
    assert evidentia(waiting, "seal-take", tmp_path / "absent.pdf", "--event", 1)[0] == 2
