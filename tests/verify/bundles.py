"""A second writer of bundles, for tests: honest by default, and dishonest exactly where a test says so.

It shares nothing with `evidentia.custody`, so a bundle that passes is one that two writers agree on. It holds
every key, as a dishonest custodian with dishonest friends would: each attack breaks one rule, and all else fits.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding

from evidentia.custody.identity import Custodian
from evidentia.custody.signature import sign_detached
from evidentia.verify import Trust, verify
from lab.pki import Lab

VERIFY_SH = Path(__file__).resolve().parents[2] / "verify.sh"
CASE = "kasus-07"
INDEX = b"<!doctype html><title>kasus-07</title>"
START = datetime(
    2025, 3, 1, 9, tzinfo=UTC
)  # the lab's people and authorities are certified then; "revoked" is not yet
BETWEEN = timedelta(hours=1)  # from one event to the next
SALT = "0123456789abcdef" * 2

Files = dict[str, bytes]
Change = Callable[[bytes], bytes | None]


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def lines(digests: dict[str, str]) -> bytes:
    """Checksum lines, sorted by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


class Draft:
    """A bundle in the making.

    Attributes:
        events: plain events, as JSON will hold them; change them at will before ``build``.
        items: the files of each item by name.
        change: by path, what becomes of a file as it is written: other bytes, or None for no file at all. What is
            written later (a seal over it, the signature over that) sees the changed bytes.
        keys: by signature path, the person of the lab whose key signs in place of the actor's own.
        when: by token path, the moment that the authority states.
        tsa: by token path, the authority that is asked.
        late: by event, files that lie under ``custody/`` or ``trust/`` when its seal is written.
        people: who acts, by short name; tests add their own to the lab's.
        signed: False leaves out signatures and tokens, where only the grammar of a file is tried.
    """

    def __init__(self, lab: Lab, case: str = CASE, start: datetime = START) -> None:
        self.lab, self.case, self.start = lab, case, start
        self.events: list[dict[str, Any]] = []
        self.items: dict[int, Files] = {}
        self.change: dict[str, Change] = {}
        self.keys: dict[str, str] = {}
        self.when: dict[str, datetime] = {}
        self.tsa: dict[str, str] = {}
        self.late: dict[int, Files] = {}
        self.signed = True
        self.people = {label: custodian(lab, label) for label in lab.people}

    def add(
        self,
        kind: str,
        *by: str,
        details: dict[str, Any] | None = None,
        items: Iterable[int] = (),
        **fields: Any,
    ) -> int:
        """Append an event by people of the lab; returns its number."""
        number = len(self.events) + 1
        if kind == "export" and details is None:
            details = {"index": sha256(INDEX), "withheld": []}
        event = {
            "format": 1,
            "case": self.case,
            "event": number,
            "type": kind,
            "time": text(self.start + number * BETWEEN),
            "zone": "+07:00",
            "actors": [self.actor(who) for who in by or ("penyidik-a",)],
            "place": "Kantor",
            "reason": "uji",
            "authority": "",
            "tool": {"name": "uji", "version": "1"},
            "items": [{"item": n, "record": sha256(self.record(n))} for n in items],
            "changes": [],
            "details": details or {},
        }
        self.events.append({**event, **fields})
        return number

    def actor(self, who: str) -> dict[str, str]:
        """A person as an event names them."""
        return msgspec.to_builtins(self.people[who].actor)  # type: ignore[no-any-return]

    def record(self, item: int) -> bytes:
        """The record of an item."""
        files = {f"data/{item:06d}/{name}": sha256(data) for name, data in self.items[item].items()}
        return f"# salt {SALT}\n".encode() + lines(files)

    def build(self) -> Files:
        """All files of the bundle, with the derived ones where the last event is an export."""
        self._files: Files = {}
        self._sealed: set[str] = set()
        for item, files in self.items.items():
            for name, data in files.items():
                self._put(f"data/{item:06d}/{name}", data)
        for number, event in enumerate(self.events, 1):
            self._event(number, event)
        if self.events[-1]["type"] == "export":
            for path, data in derived(self.case, self.events[-1]["time"], self._files).items():
                self._put(path, data)
        return self._files

    def _event(self, number: int, event: dict[str, Any]) -> None:
        at = self.start + number * BETWEEN
        for actor in event["actors"]:
            self._trust(actor["who"])
        for ref in event["items"]:
            path = f"custody/items/{ref['item']:06d}.sha256"
            if ref["item"] in self.items and path not in self._files:
                self._put(path, self.record(ref["item"]))
                self._stamp(path, at - timedelta(seconds=10))
        self._files.update(self.late.get(number, {}))
        self._put(f"custody/{number:06d}.json", canonical(event))
        seal = f"custody/{number:06d}.sha256"
        listed = [p for p in self._files if p.startswith(("custody/", "trust/")) and p not in self._sealed]
        self._sealed.update(listed)
        self._put(seal, header(event) + lines({p: sha256(self._files[p]) for p in listed}))
        for actor in event["actors"]:
            signature = f"{seal}.{actor['who']}.p7s"
            signer = self.people[self.keys.get(signature, actor["who"])]
            if seal in self._files and self.signed:
                self._put(signature, signed(self._files[seal], signer))
                self._stamp(signature, at + timedelta(seconds=5))

    def _trust(self, who: str) -> None:
        person = self.people[who]
        for certificate in (person.certificate, *person.chain):
            der = certificate.public_bytes(Encoding.DER)
            self._put(f"trust/{sha256(der)}.cer", der)

    def _stamp(self, path: str, at: datetime) -> None:
        token = path + ".tsr"
        if path in self._files and self.signed:
            when = self.when.get(token, at)
            self._put(token, stamped(self.lab, self._files[path], when, self.tsa.get(token, "tsa")))

    def _put(self, path: str, data: bytes) -> None:
        changed = self.change[path](data) if path in self.change else data
        if changed is not None:
            self._files[path] = changed


def text(moment: datetime) -> str:
    """A moment as an event states it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical(value: Any) -> bytes:
    """RFC 8785 for values without floats and with ASCII keys: the standard library can do that."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def header(event: dict[str, Any]) -> bytes:
    """The header of an event's seal."""
    signers = sorted(f"# signer {a['who']} {a['certificate']}" for a in event["actors"])
    absent = event["details"].get("withheld", []) if event["type"] == "export" else []
    withheld = sorted(f"# withheld {w['item']:06d} {w['record']}" for w in absent)
    first = f"# evidentia seal 1 case={event['case']} event={event['event']} type={event['type']}"
    return "".join(f"{line}\n" for line in (first, *signers, *withheld)).encode()


def derived(case: str, time: str, files: Files, index: bytes = INDEX) -> Files:
    """The five files at the top, for what is there."""
    records = [p for p in files if p.startswith("custody/items/") and p.endswith(".sha256")]
    manifest = {}
    for path in records:
        for line in files[path].decode().splitlines():
            if not line.startswith("#"):
                manifest[line[66:]] = line[:64]
    payload = [data for path, data in files.items() if path.startswith("data/")]
    oxum = f"{sum(map(len, payload))}.{len(payload)}"
    made = {
        "index.html": index,
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": f"Bagging-Date: {time[:10]}\nExternal-Identifier: {case}\nPayload-Oxum: {oxum}\n".encode(),
        "manifest-sha256.txt": lines(manifest),
    }
    tags = {p: d for p, d in files.items() if p.startswith(("custody/", "trust/"))} | made
    return made | {"tagmanifest-sha256.txt": lines({p: sha256(d) for p, d in tags.items()})}


def rederived(files: Files, case: str = CASE) -> Files:
    """The same files with BagIt's made to agree again, as a forger who can run sha256sum would."""
    last = max(p for p in files if p.startswith("custody/0") and p.endswith(".json"))
    kept = {p: d for p, d in files.items() if "/" in p}
    return kept | derived(case, json.loads(files[last])["time"], kept, files.get("index.html", INDEX))


_signed: dict[tuple[bytes, bytes], bytes] = {}
_stamped: dict[tuple[int, bytes, datetime, str], bytes] = {}


def signed(data: bytes, signer: Custodian) -> bytes:
    """A signature, made once for the same bytes: most bundles of these tests begin alike."""
    key = (data, signer.certificate.public_bytes(Encoding.DER))
    if key not in _signed:
        _signed[key] = sign_detached(data, signer)
    return _signed[key]


def stamped(lab: Lab, data: bytes, when: datetime, tsa: str) -> bytes:
    """A token, asked for once for the same bytes and the same moment."""
    key = (id(lab), data, when, tsa)
    if key not in _stamped:
        _stamped[key] = lab.stamp(data, when, tsa)
    return _stamped[key]


_custodians: dict[tuple[int, str], Custodian] = {}


def custodian(lab: Lab, label: str) -> Custodian:
    """A person of the lab with their key."""
    key = (id(lab), label)
    if key not in _custodians:
        person = lab.people[label]
        _custodians[key] = Custodian.from_pkcs12(person.p12, person.passphrase, tsa=lab.tsa_url, who=label)
    return _custodians[key]


def plain(lab: Lab) -> Draft:
    """open, acquire, export, all by one custodian; one item of two files."""
    draft = Draft(lab)
    draft.items[1] = {"item.json": b'{"title":"x"}', "post.txt": b"Pilih Paslon A!\n" * 20}
    draft.add("open", details={"title": "Uji"})
    draft.add("acquire", items=[1])
    draft.add("export")
    return draft


def handed(lab: Lab) -> Draft:
    """open, acquire, a transfer to a second custodian, who receives and exports."""
    draft = plain(lab)
    draft.events.pop()
    draft.add("transfer", "penyidik-a", "pengawas-b", details={"to": ["pengawas-b"]})
    draft.add("receive", "pengawas-b", details={"transfer": 3, "outcome": "accepted"})
    draft.add("export", "pengawas-b")
    return draft


def write(files: Files, folder: Path) -> Path:
    """Files as a folder."""
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


class Said(NamedTuple):
    """What a verifier says of a bundle: its status, the codes of all faults, and all of it as text."""

    status: str
    codes: set[str]
    text: str


def judge(bundle: Path, lab: Lab, head: str | None = None) -> tuple[Said, Said]:
    """What both verifiers say of a folder, with the lab's anchors."""
    return judge_in_python(bundle, lab, head), judge_in_shell(bundle, lab, head)


def judge_in_python(bundle: Path, lab: Lab, head: str | None = None, now: datetime | None = None) -> Said:
    """What `evidentia.verify` says of a folder or a ZIP; ``now``: as if it were asked then."""
    verdict = verify(bundle, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)), head=head, now=now)
    text = "\n".join(f"{f.code} {f.path}: {f.expected}; found {f.found}" for f in verdict.faults)
    return Said(verdict.status.value, {f.code for f in verdict.faults}, text)


def judge_in_shell(folder: Path, lab: Lab, head: str | None = None, now: datetime | None = None) -> Said:
    """What verify.sh says of a folder; ``now``: a mock of the program ``date``, its only clock, answers with that."""
    option = ["-h", head] if head else []
    command = [str(VERIFY_SH), *option, str(folder), str(lab.roots), str(lab.tsa_roots)]
    with tempfile.TemporaryDirectory() as programs:
        if now is not None:
            mock = Path(programs) / "date"
            mock.write_text(f"#!/bin/sh\necho {int(now.timestamp())}\n")
            mock.chmod(0o755)
        path = f"{programs}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path}
        done = subprocess.run(command, capture_output=True, check=False, timeout=120, env=environment)
    assert done.stderr == b"", done.stderr.decode()
    output = done.stdout.decode("ascii")
    *before, status = output.splitlines()
    assert done.returncode == {"PASSED": 0, "FAILED": 1, "INDETERMINATE": 3}[status]
    return Said(status, {line.split()[0] for line in before if line[0].isupper()}, output)
