"""Whether a record stands in a repository, or does not, as the account's key signed it: checked from captured answers.

Everything is computed again from the bytes of the answers, so that whoever holds the capture comes to the same result.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from evidentia.platforms.page import CapturedResponse
from evidentia.record.post import Proof, ProofKind, ProofOutcome

from .car import Car, read_car
from .cid import Cid, Malformed, cid_of, parse_text
from .commit import Commit, read_commit
from .dag_cbor import Value, decode, encode
from .did import Document, is_in_directory, read_document
from .json_form import from_json, read_as
from .plc import read_log
from .public_key import PublicKey
from .tree import MissingBlock, find

MAX_RECORD_BYTES = 4 * 1024 * 1024
"""Of a record as JSON: the block that it stands for has 1 MiB at most in every implementation."""

HOLDER = (
    "The commit is signed by the key in the account's DID document. That key is normally held by the host of the "
    "repository: the signature binds the account and its host, and does not show which person wrote."
)
_ONLY_NOW = "It says nothing of whether a record stood there earlier, nor of who removed it."
_DIRECTORY = (
    "A directory could have left out the log's latest operations: which key was valid rests on its answer."
)
_NO_LOG = "A did:web has no log: that the document is the account's rests on the web host that served it."


class _Missing(Exception):
    """An answer that a proof needs is not in the capture; the message says which."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Which record of which account."""

    did: str
    collection: str
    rkey: str

    @property
    def path(self) -> str:
        """Its key in the repository."""
        return f"{self.collection}/{self.rkey}"

    @property
    def uri(self) -> str:
        """Its address."""
        return f"at://{self.did}/{self.path}"


@dataclass(frozen=True, slots=True)
class Answers:
    """The captured answers that a proof is made of. None where the question was not asked."""

    document: CapturedResponse | None = None
    log: CapturedResponse | None = None
    car: CapturedResponse | None = None
    record: CapturedResponse | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it. ``cid`` and ``record`` are those that were signed, None where there are none."""

    proof: Proof
    cid: Cid | None = None
    record: dict[str, Value] | None = None
    rev: str | None = None


@dataclass
class _Work:
    """What has been found so far."""

    steps: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    key: PublicKey | None = None
    commit: Commit | None = None


class _StatedRecord(msgspec.Struct, frozen=True):
    value: dict[str, object]
    cid: str = ""


def check(subject: Subject, answers: Answers) -> Checked:
    """Check everything, as far as the answers go. Never raises for what they contain."""
    work = _Work()
    try:
        return _check(subject, answers, work)
    except _Missing as missing:
        return Checked(_proof(subject, work, ProofOutcome.UNDETERMINED, f"Not in the capture: {missing}."))
    except MissingBlock as missing:
        reason = f"A block on the way to the record is not in the CAR: {missing}."
        return Checked(_proof(subject, work, ProofOutcome.UNDETERMINED, reason))
    except Malformed as broken:
        return Checked(
            _proof(subject, work, ProofOutcome.BROKEN, f"The bytes do not fit together: {broken}.")
        )


def _check(subject: Subject, answers: Answers, work: _Work) -> Checked:
    car = read_car(_body(answers.car, "the repository's proof (com.atproto.sync.getRecord)", work))
    work.steps.append(f"Blocks in the CAR: {len(car.blocks)}. Each has the SHA-256 that its CID says.")
    document = _document(subject, answers, work)
    work.key = document.signing_key
    if is_in_directory(subject.did):
        _check_log(subject, answers, document, work)
    else:
        work.steps.append(f"The DID document is the one that {work.where[-1]} served. {_NO_LOG}")
    commit = work.commit = _commit(subject, car, work.key, work)
    place = find(car.blocks, commit.data, subject.path)
    way = f"The way down the tree to {subject.path} (nodes: {place.nodes}) has its keys in order and on their layers"
    if place.value is None:
        work.steps.append(f"{way}: nothing stands there.")
        reason = f"{_ONLY_NOW} {_holder(subject)}"
        return Checked(_proof(subject, work, ProofOutcome.ABSENT, reason), rev=commit.rev)
    work.steps.append(f"{way}: there stands {place.value}.")
    record = _record(car, place.value)
    work.steps.append("The record is canonical DAG-CBOR.")
    _compare_json(answers.record, place.value, work)
    return Checked(
        _proof(subject, work, ProofOutcome.PRESENT, _holder(subject)), place.value, record, commit.rev
    )


def _document(subject: Subject, answers: Answers, work: _Work) -> Document:
    return read_document(_body(answers.document, "the DID document", work), subject.did)


def _check_log(subject: Subject, answers: Answers, document: Document, work: _Work) -> None:
    log = read_log(_body(answers.log, "the directory's log of the DID", work), subject.did)
    last = log.last
    if last.is_tombstone:
        raise Malformed("the log ends with a tombstone, and a DID document was served")
    if last.signing_key != document.signing_key.text:
        raise Malformed("the DID document names another key than the last operation of its log")
    if last.host != document.host or frozenset(last.names) != frozenset(document.also_known_as):
        raise Malformed("the DID document names another host or handle than the last operation of its log")
    undone = f", {log.undone} more were undone by a key of higher rank" if log.undone else ""
    work.steps.append(
        f"Operations that stand in the log of {subject.did}: {len(log.operations)}{undone}. Each is signed by a "
        "rotation key of the one before, and the DID is the hash of the first."
    )
    work.steps.append(
        f"The last operation, of {last.at.isoformat()} by the directory's clock, names the key, the host and the "
        "handles that the DID document names."
    )


def _commit(subject: Subject, car: Car, key: PublicKey, work: _Work) -> Commit:
    if car.root not in car.blocks:
        raise MissingBlock(f"the commit {car.root}")
    commit = read_commit(car.blocks[car.root])
    if commit.did != subject.did:
        raise Malformed("the commit is of another account")
    if not key.signed(commit.unsigned, commit.signature):
        raise Malformed("the commit is not signed by the key in the DID document")
    work.steps.append(f"The root {car.root} is a commit of {commit.did}, revision {commit.rev}.")
    work.steps.append(f"It is signed by {key.text} ({key.curve}), the key in the DID document.")
    return commit


def _record(car: Car, cid: Cid) -> dict[str, Value]:
    if cid not in car.blocks:
        raise MissingBlock(f"the record {cid}")
    record = decode(car.blocks[cid])
    if not isinstance(record, dict):
        raise Malformed("a record that is no object")
    return record


def _compare_json(answer: CapturedResponse | None, signed: Cid, work: _Work) -> None:
    """The host's JSON beside what was signed: it has to be what it calls itself, and is normally the same record."""
    if answer is None or answer.status != 200:
        work.steps.append("The host gave no JSON of the record to compare with.")
        return
    work.where.append(answer.url)
    stated, cid = stated_record(answer)
    if stated is None or cid is None:
        raise Malformed("the host's JSON of the record cannot be read")
    if cid_of(encode(stated)) != cid:
        raise Malformed("the host's JSON of the record is not what its own CID names")
    if cid == signed:
        work.steps.append("The host's JSON of the record, encoded again, has the same CID.")
    else:
        work.steps.append(f"The host's JSON is another wording, {cid}: it changed between the two questions.")


def stated_record(answer: CapturedResponse) -> tuple[dict[str, Value] | None, Cid | None]:
    """The record and its CID as ``com.atproto.repo.getRecord`` states them; None for what cannot be read."""
    if answer.status != 200 or len(answer.body) > MAX_RECORD_BYTES:
        return None, None
    try:
        stated = read_as(answer.body, _StatedRecord)
        value = from_json(stated.value)
    except Malformed:
        return None, None
    try:
        cid = parse_text(stated.cid)
    except Malformed:
        cid = None
    return (value if isinstance(value, dict) else None), cid


def _body(answer: CapturedResponse | None, what: str, work: _Work) -> bytes:
    if answer is None:
        raise _Missing(f"{what}, which was not asked for")
    if answer.status != 200:
        told = "nothing answered" if answer.status == 0 else f"the answer was {answer.status}"
        raise _Missing(f"{what} ({told} at {urlsplit(answer.url).netloc})")
    work.where.append(answer.url)
    return answer.body


def _holder(subject: Subject) -> str:
    return f"{HOLDER} {_DIRECTORY if is_in_directory(subject.did) else _NO_LOG}"


def _proof(subject: Subject, work: _Work, outcome: ProofOutcome, reason: str) -> Proof:
    return Proof(
        kind=ProofKind.REPOSITORY,
        outcome=outcome,
        subject=subject.uri,
        key=None if work.key is None else work.key.text,
        at=None if work.commit is None else work.commit.at,
        steps=tuple(work.steps),
        reason=reason,
        where=tuple(work.where),
    )
