"""Who signed, with what right, and when at the latest: signatures, timestamps and the trust behind them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from cryptography import x509

from evidentia.formats import names
from evidentia.formats.names import CustodyFileKind
from evidentia.record.custody import Actor, Event, EventType
from evidentia.record.moment import Interval, to_utc_text
from evidentia.record.verdict import Fault, JudgedSignature, Note

from .certificates import (
    Trust,
    Use,
    fingerprint,
    is_self_issued,
    validity_problem,
)
from .chain import Chain
from .clocks import CLOCK_TOLERANCE, Stamps, check_clocks, check_order
from .cms import (
    OID_DATA,
    CmsError,
    SignedData,
    check_signature,
    parse_signed_data,
    uses_signing_certificate_v2,
)
from .codes import Code, NoteCode, fault, note
from .paths import Paths
from .pdf_signature import PdfNotChecked, check_pdf_signature
from .revocation import RevocationData
from .timestamp import Token, check_token
from .trust_files import certificates_of, malformed


class Proven(NamedTuple):
    """What the trusted tokens prove. ``events`` and ``items`` map a number to an interval.

    ``signatures`` maps (event, who) to the judged signature, ``tokens`` a path to each trusted token.
    """

    events: dict[int, Interval]
    items: dict[int, Interval]
    signatures: dict[tuple[int, str], JudgedSignature]
    tokens: dict[str, Token]
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]


def check_signatures(chain: Chain, trust: Trust, now: datetime) -> Proven:
    """Judge every token and every signature of a chain. ``now`` is read once, by the caller."""
    return _Judge(chain, trust, now).run()


class _Judge:
    """Walks the chain from its end, because a token is judged at the time of the next one that binds it."""

    def __init__(self, chain: Chain, trust: Trust, now: datetime) -> None:
        self._chain, self._now = chain, now
        self._faults: list[Fault] = list(malformed(chain.contents))
        self._notes: list[Note] = []
        known = certificates_of(chain.contents).values()
        self._authorities, self._signers = Paths(trust.authorities, known), Paths(trust.signers, known)
        self._revocation = RevocationData(chain.contents, chain.sealed_by)
        self._tokens: dict[str, Token] = {}
        self._unbelieved: set[str] = set()  # tokens that hold, of authorities that do not count (any more)
        self._bound: dict[int, datetime] = {}
        self._prover: dict[int, int | None] = {}  # the seal whose tokens gave the bound
        self._over: dict[str, list[str]] = {}
        self._over_seal: dict[int, list[str]] = {}
        for path in sorted(chain.contents):
            found = names.custody_file(path)
            if found is not None and found.kind is CustodyFileKind.TOKEN:
                self._over.setdefault(found.over, []).append(path)
                if found.who:
                    self._over_seal.setdefault(found.number, []).append(path)
        self._listed: dict[int, datetime | None] = {0: None}

    def run(self) -> Proven:
        self._judge_tokens()
        self._find_listed()
        signatures: dict[tuple[int, str], JudgedSignature] = {}
        for event in self._chain.events:
            for actor in event.actors:
                if (judged := self._judge_signature(event, actor)) is not None:
                    signatures[event.event, actor.who] = judged
        self._check_strangers()
        stamps = self._stamps()
        clock_faults, clock_notes = check_clocks(self._chain.events, stamps)
        self._faults += [*check_order(stamps), *clock_faults]
        self._notes += clock_notes
        return Proven(
            {event.event: self._event_interval(event.event) for event in self._chain.events},
            {
                item: Interval(not_after=self._proven_before(names.record_path(item)))
                for item in self._chain.items
            },
            signatures,
            self._tokens,
            tuple(self._faults),
            tuple(dict.fromkeys(self._notes)),
        )

    # Tokens

    def _judge_tokens(self) -> None:
        """Last seal first. ``_bound[n]``: the earliest trusted time over the signatures of seal n or a later one."""
        bound, prover = self._now, None
        for number in range(len(self._chain.events), 0, -1):
            for path in self._tokens_over_seal(number):
                self._judge_token(path)
            proven = [self._tokens[p].time for p in self._tokens_over_seal(number) if p in self._tokens]
            if proven and min(proven) <= bound:
                bound, prover = min(proven), number
            self._bound[number], self._prover[number] = bound, prover
        for item in self._chain.items:
            path = names.record_path(item)
            for token in self._tokens_over(path):
                self._judge_token(token)
            if path in self._chain.contents and not self._tokens_over(path):
                self._add(Code.TIMESTAMP_PENDING, path, "a timestamp over the item's record", "none yet")

    def _tokens_over_seal(self, number: int) -> list[str]:
        return self._over_seal.get(number, [])

    def _tokens_over(self, path: str) -> list[str]:
        return self._over.get(path, [])

    def _judge_token(self, path: str) -> None:
        over = names.custody_file(path)
        assert over is not None
        stamped = self._chain.contents.get(over.over)
        if stamped is None:
            self._add(Code.UNKNOWN_FILE, path, f"a token over {over.over}", "that file is not there")
            return
        try:
            token = check_token(self._chain.contents[path], stamped)
        except CmsError as error:
            self._add(
                Code.ALGORITHM_REFUSED if error.algorithm else Code.TIMESTAMP_INVALID,
                path,
                "a timestamp",
                str(error),
            )
            return
        if token.time - token.accuracy > self._now + CLOCK_TOLERANCE:
            expected = f"no later than {to_utc_text(self._now)}, when this was verified"
            self._add(Code.TIMESTAMP_AHEAD, path, expected, to_utc_text(token.time))
        elif problem := validity_problem(token.certificate, token.time):
            self._add(Code.TIMESTAMP_INVALID, path, "a token from within its authority's validity", problem)
        elif self._is_authority_trusted(path, token):
            self._tokens[path] = token

    def _is_authority_trusted(self, path: str, token: Token) -> bool:
        at = self._bound_after(path)
        chain, reason = self._authorities.lead(token.certificate, token.others, at, Use.TIMESTAMPING)
        if not chain:
            then, _ = self._authorities.lead(token.certificate, token.others, token.time, Use.TIMESTAMPING)
            code = Code.TSA_EXPIRED if then else Code.TSA_NOT_TRUSTED
            self._unbelieved.add(path)
            self._add(code, path, f"an authority trusted at {to_utc_text(at)}", reason)
            return False
        return self._is_unrevoked(path, chain, at, Code.TSA_REVOKED)

    def _is_unrevoked(
        self, path: str, chain: tuple[x509.Certificate, ...], at: datetime, revoked: Code
    ) -> bool:
        """Whether nothing says that a certificate of the chain was revoked by ``at``; says what does."""
        last_seal = self._prover.get(self._chain.sealed_by.get(path, 0))
        known = self._revocation.of(chain, at, last_seal)
        if known.since is not None and known.since <= at:
            self._add(revoked, path, "a certificate that was not revoked", to_utc_text(known.since))
            return False
        if known.late is not None and known.late <= at:
            expected = "nothing sealed later that says: revoked before it was used"
            self._add(Code.REVOCATION_LATE, path, expected, to_utc_text(known.late))
            return False
        since = min((one for one in (known.since, known.late) if one is not None), default=None)
        if since is not None:
            self._notes.append(note(NoteCode.REVOKED_LATER, path, at=to_utc_text(since)))
        elif not known.known:
            about = names.trust_path(fingerprint(chain[0]), "cer")
            self._notes.append(note(NoteCode.REVOCATION_UNKNOWN, about, subject=_subject(chain[0])))
        return True

    def _bound_after(self, path: str) -> datetime:
        """The time by which a file is proven to have been there: that of the seal that lists it; else now."""
        number = self._chain.sealed_by.get(path)
        return self._now if number is None else self._bound.get(number, self._now)

    # Signatures

    def _judge_signature(self, event: Event, actor: Actor) -> JudgedSignature | None:
        path = names.signature_path(event.event, actor.who)
        in_pdf = path not in self._chain.contents
        if in_pdf:
            path = names.pdf_signature_path(event.event, actor.who)
        if path not in self._chain.contents:
            self._say_missing(event, actor)
            return None
        seal = self._chain.contents.get(names.seal_path(event.event))
        if seal is None:
            return None
        if not self._tokens_over(path):
            self._add(Code.TIMESTAMP_PENDING, path, "a timestamp over the signature", "none yet")
        try:
            read = self._read_pdf if in_pdf else self._read_cms
            signed, certificate = read(path, event.event, seal)
        except PdfNotChecked as why:
            self._add(Code.PDF_SIGNATURE_NOT_CHECKED, path, "a signature that can be read here", str(why))
            return None
        except CmsError as error:
            self._add(
                Code.ALGORITHM_REFUSED if error.algorithm else Code.SIGNATURE_INVALID,
                path,
                "a signature",
                str(error),
            )
            return None
        if fingerprint(certificate) != actor.certificate:
            self._add(Code.SIGNER_DIFFERS, path, actor.certificate, fingerprint(certificate))
        certified = self._check_signer(path, certificate, signed.certificates)
        proven = Interval(not_before=self._listed[event.event], not_after=self._proven_before(path))
        return JudgedSignature(
            who=actor.who,
            name=actor.name,
            organisation=actor.organisation,
            certified=certified,
            proven=proven,
        )

    def _read_cms(self, path: str, _: int, seal: bytes) -> tuple[SignedData, x509.Certificate]:
        signed = parse_signed_data(self._chain.contents[path])
        certificate = check_signature(signed, seal)
        if (signed.content_type, signed.content) != (OID_DATA, None) or signed.signer.has_unsigned_attributes:
            expected = "detached, over plain data, without unsigned attributes"
            self._add(Code.SIGNATURE_INVALID, path, expected, "something besides")
        if not uses_signing_certificate_v2(signed):
            self._add(Code.SIGNATURE_INVALID, path, "SigningCertificateV2 (RFC 5035)", "not there")
        return signed, certificate

    def _read_pdf(self, path: str, event: int, seal: bytes) -> tuple[SignedData, x509.Certificate]:
        return check_pdf_signature(self._chain.contents[path], event, seal)

    def _say_missing(self, event: Event, actor: Actor) -> None:
        path = names.signature_path(event.event, actor.who)
        receiver = event.type is EventType.TRANSFER and actor.who in event.details["to"]
        if receiver and self._was_refused(event.event):
            return
        pending = receiver and self._chain.custody.waiting == event.event
        code = Code.COUNTERSIGNATURE_PENDING if pending else Code.SIGNATURE_MISSING
        self._add(code, path, f"a signature of {actor.who}", "not there")

    def _was_refused(self, transfer: int) -> bool:
        return any(
            event.type is EventType.RECEIVE
            and event.details["transfer"] == transfer
            and event.details["outcome"] == "refused"
            for event in self._chain.events
        )

    def _check_signer(self, path: str, certificate: x509.Certificate, embedded: tuple[bytes, ...]) -> bool:
        """Whether the certificate led to an anchor when the signature was made; returns "certified by somebody"."""
        proven = self._proven_before(path)
        at = proven or self._now
        chain, reason = self._signers.lead(certificate, embedded, at, Use.SIGNING)
        if not chain:
            lived = certificate.not_valid_before_utc
            once, _ = self._signers.lead(certificate, embedded, lived, Use.SIGNING)
            problem = validity_problem(certificate, at)
            late = once and problem and proven and not self._unbelieved.intersection(self._tokens_over(path))
            code = Code.SIGNER_NOT_VALID_THEN if late else Code.SIGNER_NOT_TRUSTED
            self._add(code, path, f"a certificate trusted at {to_utc_text(at)}", problem or reason)
            return False
        if is_self_issued(chain):
            self._notes.append(note(NoteCode.NOT_CERTIFIED, path))
            return False
        self._is_unrevoked(path, chain, at, Code.SIGNER_REVOKED)
        return True

    def _check_strangers(self) -> None:
        for path in self._chain.contents:
            found = names.custody_file(path)
            if found is None or found.kind not in (CustodyFileKind.SIGNATURE, CustodyFileKind.PDF_SIGNATURE):
                continue
            if found.number > len(self._chain.events):
                continue  # its event is missing or malformed, and that is said
            named = found.who in {actor.who for actor in self._chain.events[found.number - 1].actors}
            second = names.signature_path(found.number, found.who) in self._chain.contents
            if not named or (found.kind is CustodyFileKind.PDF_SIGNATURE and second):
                expected = "one signature for each actor of its event, and none besides"
                self._add(Code.SIGNATURE_UNEXPECTED, path, expected, found.who)

    # Time

    def _proven_before(self, path: str) -> datetime | None:
        """The earliest trusted time at which a file is proven to have existed, or None."""
        own = [self._tokens[p].time for p in self._tokens_over(path) if p in self._tokens]
        bound = self._bound_after(path)
        candidates = own + ([bound] if bound < self._now else [])
        return min(candidates, default=None)

    def _find_listed(self) -> None:
        """``_listed[n]``: the latest trusted time among the tokens that seal n or an earlier one lists."""
        times: dict[int, list[datetime]] = {}
        for path, token in self._tokens.items():
            times.setdefault(self._chain.sealed_by.get(path, 0), []).append(token.time - token.accuracy)
        for event in self._chain.events:
            before = self._listed[event.event - 1]
            known = [*times.get(event.event, []), *([before] if before is not None else [])]
            self._listed[event.event] = max(known, default=None)

    def _event_interval(self, number: int) -> Interval:
        bound = self._bound[number]
        return Interval(not_before=self._listed[number], not_after=bound if bound < self._now else None)

    def _stamps(self) -> Stamps:
        """The trusted tokens as the checks of time want them."""
        listed: dict[int, tuple[str, ...]] = {}
        for path in self._tokens:
            if (seal := self._chain.sealed_by.get(path)) is not None:
                listed[seal] = (*listed.get(seal, ()), path)
        over = {
            number: tuple(path for path in paths if path in self._tokens)
            for number, paths in self._over_seal.items()
        }
        bound = {number: at if at < self._now else None for number, at in self._bound.items()}
        return Stamps(self._tokens, over, listed, bound)

    def _add(self, code: Code, path: str, expected: str, found: str) -> None:
        self._faults.append(fault(code, path, expected, found))


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
