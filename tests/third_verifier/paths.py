"""Paths to anchors, from docs/format/signatures.md ("Certificates")."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from .der import only, part

DEEPEST, MOST_CHECKS = 8, 300
ACCEPTED_HASHES = ("sha256", "sha384", "sha512")
CURVES = ("secp256r1", "secp384r1", "secp521r1")
KNOWN = (
    x509.KeyUsage,
    x509.ExtendedKeyUsage,
    x509.BasicConstraints,
    x509.NameConstraints,
    x509.SubjectAlternativeName,
)

PERSONS = (
    "2.5.29.37.0", "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36",
    "1.3.6.1.4.1.311.10.3.12", "1.2.840.113583.1.1.5",
)  # fmt: skip

Path = list[x509.Certificate]
UNREADABLE = (
    ValueError, TypeError, UnsupportedAlgorithm,
    x509.DuplicateExtension, x509.UnsupportedGeneralNameType, x509.InvalidVersion,
)  # fmt: skip


def extension(certificate: x509.Certificate, kind: type) -> x509.Extension | None:  # type: ignore[type-arg]
    """An extension of a certificate, or None."""
    return next((one for one in certificate.extensions if isinstance(one.value, kind)), None)


def find_path(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    anchors: Path,
    at: datetime,
    *,
    authority: bool,
) -> Path:
    """A path that holds at a time, or nothing."""
    try:
        if not _may_be_used(certificate, authority=authority):
            return []
    except UNREADABLE:
        return []
    return _search(certificate, list(others), anchors, at)


def _may_be_used(certificate: x509.Certificate, *, authority: bool) -> bool:
    usage = extension(certificate, x509.KeyUsage)
    if usage is not None and not (usage.value.digital_signature or usage.value.content_commitment):
        return False
    extended = extension(certificate, x509.ExtendedKeyUsage)
    if not authority:
        by_use = extended is None or any(one.dotted_string in PERSONS for one in extended.value)
        return bool(certificate.subject.rdns) and by_use
    for_time = extended and extended.critical and list(extended.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    return bool(certificate.subject.rdns and for_time) and (usage is None or not _does_more(usage.value))


def _does_more(usage: x509.KeyUsage) -> bool:
    more = (
        usage.key_encipherment,
        usage.data_encipherment,
        usage.key_agreement,
        usage.key_cert_sign,
        usage.crl_sign,
    )
    return any(more)


def _search(certificate: x509.Certificate, others: Path, anchors: Path, at: datetime) -> Path:
    """The shortest path that holds. So many signatures are checked, and no more: strangers send the certificates."""
    waiting, left = deque([[certificate]]), MOST_CHECKS
    while waiting:
        path = waiting.popleft()
        last = path[-1]
        if not _is_sound(last, at):
            continue
        if last in anchors:
            return path
        for issuer in [*anchors, *others] if len(path) < DEEPEST + 2 else []:
            if left and _may_follow(issuer, path):
                left -= 1
                if _has_signed(issuer, last):
                    waiting.append([*path, issuer])
    return []


def _may_follow(issuer: x509.Certificate, path: Path) -> bool:
    """Whether a certificate may be the next one; one that cannot be read helps no path, and spoils none."""
    try:
        named = issuer.subject == path[-1].issuer and issuer not in path
        return named and _may_issue(issuer, path) and _is_strong(path[-1], issuer)
    except UNREADABLE:
        return False


def _has_signed(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True


def _is_sound(certificate: x509.Certificate, at: datetime) -> bool:
    try:
        return (
            certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
            and certificate.version is x509.Version.v3
            and certificate.serial_number.bit_length() < 8 * 20
            and _has_plain_dates(certificate)
            and all(isinstance(one.value, KNOWN) for one in certificate.extensions if one.critical)
        )
    except UNREADABLE:
        return False


def _is_strong(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    key, digest = issuer.public_key(), certificate.signature_hash_algorithm
    on_curve = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES
    long = isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048
    return (on_curve or long) and digest is not None and digest.name in ACCEPTED_HASHES


def _may_issue(issuer: x509.Certificate, below: Path) -> bool:
    """basicConstraints, its pathLenConstraint, keyCertSign, and nameConstraints over directory names."""
    constraints = extension(issuer, x509.BasicConstraints)
    usage = extension(issuer, x509.KeyUsage)
    if (
        constraints is None
        or not constraints.value.ca
        or (usage is not None and not usage.value.key_cert_sign)
    ):
        return False
    between = [one for one in below[1:] if one.subject != one.issuer]
    longest = constraints.value.path_length
    if longest is not None and len(between) > longest:
        return False
    named = extension(issuer, x509.NameConstraints)
    return named is None or all(_is_allowed(one, named.value) for one in below)


def _has_plain_dates(certificate: x509.Certificate) -> bool:
    """UTCTime (17) until 2049, GeneralizedTime (18) from 2050 on."""
    dates = part(only(certificate.tbs_certificate_bytes, 0x30), 4, 0x30).parts
    ends = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
    return [one.tag for one in dates] == [0x17 if end.year < 2050 else 0x18 for end in ends]


def _is_allowed(certificate: x509.Certificate, named: x509.NameConstraints) -> bool:
    """nameConstraints over directory names, mail addresses and hosts; of other kinds this verifier takes none."""
    names: list[x509.GeneralName] = [x509.DirectoryName(certificate.subject)]
    alternative = extension(certificate, x509.SubjectAlternativeName)
    names += alternative.value if alternative else []
    for name in names:
        permitted = [one for one in named.permitted_subtrees or () if type(one) is type(name)]
        excluded = [one for one in named.excluded_subtrees or () if type(one) is type(name)]
        if (permitted and not any(_within(name, one) for one in permitted)) or any(
            _within(name, one) for one in excluded
        ):
            return False
    return True


def _within(name: x509.GeneralName, tree: x509.GeneralName) -> bool:
    if isinstance(name, x509.DirectoryName) and isinstance(tree, x509.DirectoryName):
        wanted = list(tree.value.rdns)
        return list(name.value.rdns)[: len(wanted)] == wanted
    if isinstance(name, x509.RFC822Name) and isinstance(tree, x509.RFC822Name) and "@" not in tree.value:
        host = name.value.rpartition("@")[2].lower()
        return host.endswith(tree.value.lower()) if tree.value.startswith(".") else host == tree.value.lower()
    if isinstance(name, x509.DNSName) and isinstance(tree, x509.DNSName):
        return f".{name.value.lower()}".endswith(f".{tree.value.lower().lstrip('.')}")
    return name == tree
