"""Does a bundle do what the caller's policy asks? What is asked stands in ``policy``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from evidentia.formats import names
from evidentia.formats.event import event_time
from evidentia.formats.names import CustodyFileKind
from evidentia.record.custody import Actor, Event
from evidentia.record.moment import to_utc_text
from evidentia.record.verdict import Fault

from .certificates import fingerprint
from .chain import Chain
from .cms import DIGESTS, CmsError, SignedData, check_signature, parse_signed_data
from .codes import Code, NoteCode, fault
from .pdf_signature import PdfNotChecked, check_pdf_signature
from .policy import Algorithms, Authority, Key, May, Policy
from .signatures import Proven
from .timestamp import signed_data_of
from .trust_files import certificates_of

_STAMPED = (CustodyFileKind.RECORD, CustodyFileKind.SIGNATURE, CustodyFileKind.PDF_SIGNATURE)
_CURVES = {"secp256r1": Key.P256, "secp384r1": Key.P384}
_ALL = Algorithms()


def check_policy(policy: Policy, chain: Chain, proven: Proven) -> Iterator[Fault]:
    """Every point in which a bundle does not do what the policy asks."""
    if policy.may:
        yield from _check_actors(policy, chain)
    yield from _check_authorities(policy, chain, proven)
    if policy.longest_delay is not None:
        yield from _check_delay(timedelta(seconds=policy.longest_delay), chain, proven)
    if policy.revocation == "required":
        yield from _check_revocation(proven)
    if policy.signatures != _ALL:
        yield from _check_signatures(policy.signatures, chain)
    if policy.tokens != _ALL:
        yield from _check_tokens(policy.tokens, chain, proven)


# Who acts


def _check_actors(policy: Policy, chain: Chain) -> Iterator[Fault]:
    certificates = certificates_of(chain.contents)
    for event in chain.events:
        for actor in event.actors:
            certificate = certificates.get(actor.certificate)
            if not any(_allows(rule, event, actor, certificate) for rule in policy.may):
                found = f"{actor.who} ({actor.certificate}) as {actor.role!r} in {event.type.value}"
                path = names.event_path(event.event)
                yield fault(Code.POLICY_ACTOR, path, "only those whom the policy names", found)


def _allows(rule: May, event: Event, actor: Actor, certificate: x509.Certificate | None) -> bool:
    if (rule.events and event.type not in rule.events) or (rule.roles and actor.role not in rule.roles):
        return False
    if actor.certificate in rule.certificates:
        return True
    return certificate is not None and _is_of(certificate, rule.organisations)


def _is_of(certificate: x509.Certificate, organisations: tuple[str, ...]) -> bool:
    try:
        named = certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
    except (ValueError, TypeError):
        return False  # a name that cannot be read is of no organisation
    return any(one.value in organisations for one in named)


# Whose timestamps


def _check_authorities(policy: Policy, chain: Chain, proven: Proven) -> Iterator[Fault]:
    """Each record and signature has trusted tokens of so many authorities, and of those that are required."""
    over: dict[str, set[str]] = {}
    for path, token in proven.tokens.items():
        found = names.custody_file(path)
        assert found is not None
        if name := _name_of(token.certificate, policy.authority):
            over.setdefault(found.over, set()).add(name)
    required = {one.name for one in policy.authority if one.required}
    for path in sorted(chain.contents):
        found = names.custody_file(path)
        if found is None or found.kind not in _STAMPED:
            continue
        there = over.get(path, set())
        if len(there) < policy.authorities:
            expected = f"trusted tokens of {policy.authorities} authorities"
            yield fault(Code.POLICY_TIMESTAMPS, path, expected, str(len(there)))
        for name in sorted(required - there):
            yield fault(Code.POLICY_TIMESTAMPS, path, f"a trusted token of {name}", "none")


def _name_of(certificate: x509.Certificate, named: tuple[Authority, ...]) -> str:
    """Under which name a certificate counts: the first authority that it fits, or none; its own where none is named."""
    own = fingerprint(certificate)
    if not named:
        return own
    fits = (one.name for one in named if own in one.certificates or _is_of(certificate, one.organisations))
    return next(fits, "")


def _check_delay(longest: timedelta, chain: Chain, proven: Proven) -> Iterator[Fault]:
    for event in chain.events:
        last = proven.events[event.event].not_after
        if last is None or last - event_time(event) > longest:
            found = "no timestamp" if last is None else f"claimed {event.time}, stamped {to_utc_text(last)}"
            yield fault(Code.POLICY_DELAY, names.event_path(event.event), f"at most {longest}", found)


def _check_revocation(proven: Proven) -> Iterator[Fault]:
    unknown = (NoteCode.REVOCATION_UNKNOWN, NoteCode.NOT_CERTIFIED)
    for path in sorted({note.path for note in proven.notes if note.code in unknown}):
        yield fault(
            Code.POLICY_REVOCATION, path, "known not to have been revoked when it counted", "not known"
        )


# Made with what


def _check_signatures(asked: Algorithms, chain: Chain) -> Iterator[Fault]:
    """The key and the digest of each signature that holds; one that does not is a fault already."""
    for path in sorted(chain.contents):
        found = names.custody_file(path)
        if found is None or found.kind not in (CustodyFileKind.SIGNATURE, CustodyFileKind.PDF_SIGNATURE):
            continue
        seal = chain.contents.get(names.seal_path(found.number))
        if seal is None:
            continue
        try:
            if found.kind is CustodyFileKind.PDF_SIGNATURE:
                signed, certificate = check_pdf_signature(chain.contents[path], found.number, seal)
            else:
                signed = parse_signed_data(chain.contents[path])
                certificate = check_signature(signed, seal)
        except (CmsError, PdfNotChecked):
            continue  # said already: SIGNATURE_INVALID, ALGORITHM_REFUSED or PDF_SIGNATURE_NOT_CHECKED
        yield from _check_made_with(asked, path, signed, certificate)


def _check_tokens(asked: Algorithms, chain: Chain, proven: Proven) -> Iterator[Fault]:
    for path, token in sorted(proven.tokens.items()):
        yield from _check_made_with(asked, path, signed_data_of(chain.contents[path]), token.certificate)


def _check_made_with(
    asked: Algorithms, path: str, signed: SignedData, certificate: x509.Certificate
) -> Iterator[Fault]:
    key, digest = certificate.public_key(), DIGESTS[signed.signer.digest.oid][0]
    if isinstance(key, rsa.RSAPublicKey):
        kind, shown = Key.RSA, f"rsa, {key.key_size} bits"
        fits = key.key_size >= asked.smallest_rsa
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)  # others never hold
        kind, fits = _CURVES[key.curve.name], True
        shown = kind.value
    if kind not in asked.keys or not fits:
        yield fault(Code.POLICY_ALGORITHM, path, _keys_shown(asked), shown)
    if digest not in asked.digests:
        yield fault(Code.POLICY_ALGORITHM, path, " or ".join(asked.digests), digest)


def _keys_shown(asked: Algorithms) -> str:
    kinds = (f"rsa of {asked.smallest_rsa} bits" if one is Key.RSA else one.value for one in asked.keys)
    return "a key of " + " or ".join(kinds)
