"""The verdict, from docs/format.md ("The result"), docs/format/signatures.md and docs/format/time.md."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from .chain import SCHEMAS, Chain, Event, check_derived, check_items, parse_time, read_chain, sha256
from .cms import CERTIFICATE_V2, DATA, Broken, Token, check, check_token, load_certificate, parse
from .container import name_of, read
from .continuing import check_head, check_since
from .der import NotDer
from .paths import find_path
from .revocation import judge_revocation

VERDICT_CODES = SCHEMAS.parent / "verdict-codes.md"
TOLERANCE = timedelta(minutes=5)


class Anchors(NamedTuple):
    """The caller's anchors."""

    signers: list[x509.Certificate]
    authorities: list[x509.Certificate]

    @classmethod
    def from_pem(cls, signers: bytes, authorities: bytes) -> Anchors:
        """From two PEM files' bytes."""
        return cls(x509.load_pem_x509_certificates(signers), x509.load_pem_x509_certificates(authorities))


class Verdict(NamedTuple):
    """The status, and the code and path of every fault."""

    status: str
    faults: list[tuple[str, str]]

    @property
    def codes(self) -> set[str]:
        """The codes alone."""
        return {code for code, _ in self.faults}


def verify(
    where: Path, anchors: Anchors, now: datetime, head: str | None = None, since: Path | None = None
) -> Verdict:
    """Judge a bundle, with a head that it must continue and an older bundle to which it only appended."""
    faults: list[tuple[str, str]] = []

    def say(code: str, path: str) -> None:
        faults.append((code, path))

    bundle = read(where, say)
    chain = read_chain(bundle, say)
    lines = check_items(bundle, chain, say)
    _Times(chain, anchors, now, faults).judge()
    check_derived(bundle, chain, lines, say)
    if head is not None:
        check_head(chain, head, say)
    if since is not None:
        check_since(chain, lines, since, say)
    return Verdict(_status({code for code, _ in faults}), faults)


def _status(codes: set[str]) -> str:
    """The worst status that the page of verdict codes gives one of them."""
    table = dict(
        re.findall(r"^\| `([A-Z_]+)` \| ([A-Z]+) \|", VERDICT_CODES.read_text("utf-8"), re.MULTILINE)
    )
    found = {table[code] for code in codes}
    return next((status for status in ("FAILED", "INDETERMINATE") if status in found), "PASSED")


class _Times:
    """Tokens from the last seal to the first, then signatures, then the order of times."""

    def __init__(self, chain: Chain, anchors: Anchors, now: datetime, faults: list[tuple[str, str]]) -> None:
        self.chain, self.anchors, self.now, self.faults = chain, anchors, now, faults
        self.bound: dict[int, datetime] = {}
        self.prover: dict[int, int | None] = {}
        self.trusted: dict[str, Token] = {}
        self.unbelieved: set[str] = set()
        self.certificates: list[x509.Certificate] = []
        self.lists: dict[str, bytes] = {}

    def say(self, code: str, path: str) -> None:
        self.faults.append((code, path))

    def judge(self) -> None:
        self._read_trust()
        self._judge_tokens()
        for event in self.chain.events:
            for actor in event["actors"]:
                self._judge_actor(event, actor)
        self._check_strangers()
        self._check_order()
        self._check_clocks()

    def _read_trust(self) -> None:
        loaders = {
            "cer": load_certificate,
            "crl": x509.load_der_x509_crl,
            "ocsp": ocsp.load_der_ocsp_response,
        }
        for path, data in self.chain.files.items():
            if not path.startswith("trust/"):
                continue
            digest, kind = path[6:70], path[71:]
            try:
                loaded = loaders[kind](data)
                if sha256(data) != digest:
                    raise ValueError("the name is another")
            except (ValueError, x509.InvalidVersion):
                self.say("TRUST_FILE_MALFORMED", path)
                continue
            if isinstance(loaded, x509.Certificate):
                self.certificates.append(loaded)
            else:
                self.lists[path] = data

    # Time: "When a token is judged", "Proven times"

    def _judge_tokens(self) -> None:
        bound, prover = self.now, None
        for number in range(len(self.chain.events), 0, -1):
            own = [path for path in self._tokens() if (n := name_of(path)) and n.who and n.number == number]
            for path in own:
                self._judge_token(path)
            first = min((self.trusted[path].time for path in own if path in self.trusted), default=None)
            if first is not None and first <= bound:
                bound, prover = first, number
            self.bound[number], self.prover[number] = bound, prover
        for item in self.chain.items:
            record = f"custody/items/{item:06d}.sha256"
            tokens = self._tokens_over(record)
            for path in tokens:
                self._judge_token(path)
            if record in self.chain.files and not tokens:
                self.say("TIMESTAMP_PENDING", record)

    def _tokens(self) -> list[str]:
        return [path for path in sorted(self.chain.files) if (name := name_of(path)) and name.kind == "token"]

    def _tokens_over(self, over: str) -> list[str]:
        return [path for path in self._tokens() if (name := name_of(path)) and name.over == over]

    def _judge_token(self, path: str) -> None:
        name = name_of(path)
        assert name is not None
        if name.over not in self.chain.files:
            self.say("UNKNOWN_FILE", path)
            return
        try:
            token = check_token(self.chain.files[path], self.chain.files[name.over], self.now)
        except (Broken, NotDer) as error:
            self.say(getattr(error, "code", "") or "TIMESTAMP_INVALID", path)
            return
        at = self._bound_of(path)
        others = [*self.certificates, *_loaded(token.others)]
        found = find_path(token.certificate, others, self.anchors.authorities, at, authority=True)
        if not found:
            then = find_path(token.certificate, others, self.anchors.authorities, token.time, authority=True)
            self.say("TSA_EXPIRED" if then else "TSA_NOT_TRUSTED", path)
            self.unbelieved.add(name.over)
        elif self._is_unrevoked(path, found, at, "TSA_REVOKED"):
            self.trusted[path] = token

    def _bound_of(self, path: str) -> datetime:
        return self.bound.get(self.chain.sealed_by.get(path, 0), self.now)

    def _is_unrevoked(self, path: str, found: list[x509.Certificate], at: datetime, revoked: str) -> bool:
        last = self.prover.get(self.chain.sealed_by.get(path, 0))
        said = judge_revocation(found, at, self.lists, self.chain.sealed_by, last)
        if said in ("revoked", "late"):
            self.say(revoked if said == "revoked" else "REVOCATION_LATE", path)
        return said not in ("revoked", "late")

    def _proven(self, path: str) -> datetime | None:
        times = [self.trusted[token].time for token in self._tokens_over(path) if token in self.trusted]
        bound = self._bound_of(path)
        return min([*times, *([bound] if bound < self.now else [])], default=None)

    # Signatures

    def _judge_actor(self, event: Event, actor: dict[str, Any]) -> None:
        seal = f"custody/{event['event']:06d}.sha256"
        path = f"{seal}.{actor['who']}"
        form = next((form for form in ("p7s", "pdf") if f"{path}.{form}" in self.chain.files), None)
        if form is None:
            self._say_missing(event, actor, path)
        elif seal in self.chain.files:
            path = f"{path}.{form}"
            if not self._tokens_over(path):
                self.say("TIMESTAMP_PENDING", path)
            if form == "pdf":
                self.say("PDF_SIGNATURE_NOT_CHECKED", path)
            else:
                self._judge_signature(path, self.chain.files[seal], actor)

    def _say_missing(self, event: Event, actor: dict[str, Any], path: str) -> None:
        number, receives = (
            event["event"],
            event["type"] == "transfer" and actor["who"] in event["details"]["to"],
        )
        answers = [e["details"] for e in self.chain.events if e["type"] == "receive"]
        if receives and {"transfer": number, "outcome": "refused"} in answers:
            return
        pending = receives and self.chain.waiting == number
        self.say("COUNTERSIGNATURE_PENDING" if pending else "SIGNATURE_MISSING", path)

    def _judge_signature(self, path: str, seal: bytes, actor: dict[str, Any]) -> None:
        try:
            cms = parse(self.chain.files[path])
            certificate = check(cms, seal)
        except (Broken, NotDer) as error:
            self.say(getattr(error, "code", "") or "SIGNATURE_INVALID", path)
            return
        if cms.content_type != DATA or cms.content is not None or cms.has_unsigned:
            self.say("SIGNATURE_INVALID", path)
        if CERTIFICATE_V2 not in cms.attributes:
            self.say("SIGNATURE_INVALID", path)
        if hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest() != actor["certificate"]:
            self.say("SIGNER_DIFFERS", path)
        proven = self._proven(path)
        at = proven or self.now
        others = [*self.certificates, *_loaded(cms.certificates)]
        found = find_path(certificate, others, self.anchors.signers, at, authority=False)
        if found:
            self._is_unrevoked(path, found, at, "SIGNER_REVOKED")
            return
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        once = find_path(certificate, others, self.anchors.signers, first, authority=False)
        outside = proven is not None and not first <= proven <= last
        late = outside and once and path not in self.unbelieved
        self.say("SIGNER_NOT_VALID_THEN" if late else "SIGNER_NOT_TRUSTED", path)

    def _check_strangers(self) -> None:
        for path in self.chain.files:
            name = name_of(path)
            if name is None or name.kind not in ("p7s", "pdf") or name.number > len(self.chain.events):
                continue
            actors = {actor["who"] for actor in self.chain.events[name.number - 1]["actors"]}
            second = name.kind == "pdf" and path.removesuffix("pdf") + "p7s" in self.chain.files
            if name.who not in actors or second:
                self.say("SIGNATURE_UNEXPECTED", path)

    # Time: "Order"

    def _check_order(self) -> None:
        for path, token in self.trusted.items():
            name = name_of(path)
            assert name is not None
            for other in self._listed(name.number) if name.who else ():
                if token.time + token.accuracy < other.time - other.accuracy:
                    self.say("TIME_ORDER", path)

    def _listed(self, number: int) -> Iterator[Token]:
        return (token for path, token in self.trusted.items() if self.chain.sealed_by.get(path) == number)

    def _check_clocks(self) -> None:
        before: datetime | None = None
        held: datetime | None = None
        for event in self.chain.events:
            number, claimed = event["event"], parse_time(event["time"])
            path = f"custody/{number:06d}.json"
            listed = [token.time for token in self._listed(number)]
            held = max([*listed, *([held] if held else [])], default=None)
            over = [
                token.time
                for of, token in self.trusted.items()
                if (name := name_of(of)) and name.who and name.number == number
            ]
            if (before and claimed < before) or (held and claimed + TOLERANCE < held):
                self.say("CLOCK_BEHIND", path)
            if over and claimed > min(over) + TOLERANCE:
                self.say("CLOCK_AHEAD", path)
            before = claimed


def _loaded(ders: list[bytes]) -> Iterator[x509.Certificate]:
    for der in ders:
        try:
            yield load_certificate(der)
        except ValueError:
            continue  # it helps no path
