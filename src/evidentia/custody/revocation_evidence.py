"""Revocation evidence for a case: certificates, CRLs and OCSP answers about those who signed and those who stamped.

What is taken in is checked first: whoever signed it is an issuer in one of the case's chains, and it is not from the
future. It goes under ``trust/`` and is bound by the next seal. Nothing here decides whom to trust: that is for whoever
verifies.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidentia.formats import names
from evidentia.formats.names import CustodyFileKind
from evidentia.record.errors import EvidentiaError
from evidentia.verify.certificates import LONGEST_CHAIN, UNREADABLE, fingerprint
from evidentia.verify.clocks import CLOCK_TOLERANCE
from evidentia.verify.cms import CmsError, parse_signed_data
from evidentia.verify.crls import Told
from evidentia.verify.revocation import List, load_list, readable_lists, told_by
from evidentia.verify.timestamp import signed_data_of
from evidentia.verify.trust_files import certificates_of, loadable

from .identity import Acts
from .issuer_services import Asked, Network, NotAnswered, Wanted, addresses_of, ocsp_question

_PEM = re.compile(rb"-----BEGIN [A-Z0-9 ]{1,40}-----(.*?)-----END [A-Z0-9 ]{1,40}-----", re.DOTALL)

Pool = dict[str, x509.Certificate]
"""Certificates by the SHA-256 of their DER."""

Link = tuple[x509.Certificate, x509.Certificate]
"""A certificate and its issuer's."""


class Brought(NamedTuple):
    """A file that somebody brings: what it is called, and its bytes (DER, or PEM with one or more of them)."""

    name: str
    data: bytes


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the chains of a case after it was looked for.

    Attributes:
        files: what is new, by its path under ``trust/``.
        asked: every question that was put over the network, with what became of it.
        uncovered: whose certificates nothing says of that they are not revoked today, and why.
        revoked: whose certificates, by their SHA-256, were revoked, and in words since when.
    """

    files: dict[str, bytes]
    asked: tuple[Asked, ...]
    uncovered: tuple[str, ...]
    revoked: dict[str, str]


def gather_evidence(
    contents: Mapping[str, bytes],
    signers: Iterable[str],
    custodian: Acts,
    brought: Iterable[Brought],
    network: Network | None,
    at: datetime,
) -> Evidence:
    """Look for everything that shows that nobody in the case's chains is revoked at ``at``.

    Args:
        contents: the files under ``custody/`` and ``trust/``, by path.
        signers: the SHA-256 of the certificates of those who have signed.
        custodian: who is about to sign.
        brought: files that the caller has: CRLs, OCSP answers, certificates of issuers.
        network: how to ask the issuers; None asks nobody.

    Raises:
        EvidentiaError: a file that was brought is none of these, or no issuer of these chains signed it.
    """
    search = _Search(contents, network, at)
    search.know((custodian.certificate, *custodian.chain))
    return search.run({*signers, fingerprint(custodian.certificate)}, tuple(brought))


class _Search:
    """One search: chains first, then what is said of every link of them."""

    def __init__(self, contents: Mapping[str, bytes], network: Network | None, at: datetime) -> None:
        self._contents, self._network, self._at = contents, network, at
        self._pool: Pool = certificates_of(contents)
        self.know(_embedded(contents))
        self._asked: dict[tuple[str, bytes], Asked] = {}
        self._uncovered: list[str] = []
        self._lists = dict(readable_lists(contents))
        self._new: dict[str, bytes] = {}

    def know(self, certificates: Iterable[x509.Certificate]) -> None:
        """Certificates that may be links of a chain. They are stored only if they are."""
        self._pool |= {fingerprint(one): one for one in certificates}

    def run(self, signers: set[str], brought: tuple[Brought, ...]) -> Evidence:
        pieces = [(one.name, der) for one in brought for der in _pieces(one)]
        certificates = {der: list(loadable([der])) for _, der in pieces}
        for found in certificates.values():
            self.know(found)
        leaves = [one for name, one in self._pool.items() if name in signers or _stamps(one)]
        links = self._links(leaves)
        for name, der in pieces:
            if not certificates[der]:
                self._accept(name, der, links)
        for link in links:
            self._fetch(*link)
            if not self._is_covered(*link):
                text = f"{_name(link[0])}: no list that is here says that it is not revoked today"
                self._uncovered.append(text)
        return Evidence(
            files=self._new,
            asked=tuple(self._asked.values()),
            uncovered=tuple(self._uncovered),
            revoked=dict(self._revocations(links)),
        )

    # Chains

    def _links(self, leaves: Iterable[x509.Certificate]) -> tuple[Link, ...]:
        """Each certificate that is valid today, below a self-signed one, with its issuer. Issuers are kept."""
        links: dict[str, Link] = {}
        for leaf in leaves:
            certificate = leaf
            for _ in range(LONGEST_CHAIN):
                if certificate.issuer == certificate.subject or fingerprint(certificate) in links:
                    break
                if not certificate.not_valid_before_utc <= self._at <= certificate.not_valid_after_utc:
                    break  # nobody publishes anything about it any more; what was sealed in its time counts
                issuer = _issuer_of(certificate, self._pool.values(), self._at) or self._fetch_issuer(
                    certificate
                )
                if issuer is None:
                    self._uncovered.append(f"{_name(certificate)}: the certificate of its issuer is not here")
                    break
                links[fingerprint(certificate)] = (certificate, issuer)
                for one in (certificate, issuer):
                    self._store("cer", one.public_bytes(Encoding.DER))
                certificate = issuer
        return tuple(links.values())

    def _fetch_issuer(self, certificate: x509.Certificate) -> x509.Certificate | None:
        for url, data in self._ask(certificate, Wanted.ISSUER, b""):
            issuer = _issuer_of(certificate, _certificates_in(data), self._at)
            if issuer is not None:
                self.know([issuer])
                return issuer
            self._disbelieve(url, b"", "not the certificate of the issuer")
        return None

    # Lists

    def _accept(self, name: str, der: bytes, links: Iterable[Link]) -> None:
        for kind in ("crl", "ocsp"):
            try:
                source = load_list(der, kind)
            except ValueError:
                continue
            heard = [told for link in links if (told := told_by(source, *link)) is not None]
            if not heard:
                raise _refused(name, "no issuer of this case's signers and authorities signed it about them")
            if problem := self._problem(heard[0]):
                raise _refused(name, problem)
            self._keep(kind, der, source)
            return
        raise _refused(name, "neither a certificate, nor a CRL, nor an OCSP answer (DER or PEM)")

    def _fetch(self, certificate: x509.Certificate, issuer: x509.Certificate) -> None:
        """Ask the responder; where its answer does not cover today, ask for the list, which is larger and older."""
        questions = ((Wanted.OCSP, ocsp_question(certificate, issuer)), (Wanted.CRL, b""))
        for wanted, question in questions:
            for url, data in self._ask(certificate, wanted, question):
                told = self._take(data, wanted, certificate, issuer)
                if isinstance(told, str):
                    self._disbelieve(url, question, told)
                elif told.covers(self._at, certificate.not_valid_after_utc):
                    return

    def _take(
        self, data: bytes, wanted: Wanted, certificate: x509.Certificate, issuer: x509.Certificate
    ) -> Told | str:
        """Keep a list that came; what it says, or why it was not kept."""
        try:
            source = load_list(data, wanted.value)
        except ValueError as error:
            return f"not what was asked for: {error}"
        told = told_by(source, certificate, issuer)
        if told is None:
            return "not signed by the issuer, or not about this certificate"
        if problem := self._problem(told):
            return problem
        self._keep(wanted.value, data, source)
        return told

    def _problem(self, told: Told) -> str:
        if told.this_update > self._at + CLOCK_TOLERANCE:
            return f"it is dated {told.this_update:%Y-%m-%dT%H:%M:%SZ}, which is still to come"
        return ""

    def _keep(self, kind: str, der: bytes, source: List) -> None:
        self._lists[self._store(kind, der)] = source

    def _is_covered(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        end = certificate.not_valid_after_utc
        said = (told_by(source, certificate, issuer) for source in self._lists.values())
        return any(told is not None and told.covers(self._at, end) for told in said)

    def _revocations(self, links: Iterable[Link]) -> Iterator[tuple[str, str]]:
        for certificate, issuer in links:
            said = (told_by(source, certificate, issuer) for source in self._lists.values())
            dates = [told.revoked for told in said if told is not None and told.revoked is not None]
            if dates:
                text = f"{_name(certificate)}: revoked since {min(dates):%Y-%m-%dT%H:%M:%SZ}"
                yield fingerprint(certificate), text

    # Both

    def _ask(
        self, certificate: x509.Certificate, wanted: Wanted, question: bytes
    ) -> Iterator[tuple[str, bytes]]:
        if self._network is None:
            return
        for url in addresses_of(certificate, wanted):
            asked = Asked(url=url, wanted=wanted, about=_name(certificate))
            try:
                data = self._network.ask(url, wanted, question)
            except NotAnswered as error:
                self._asked[url, question] = msgspec.structs.replace(asked, problem=str(error))
                continue
            self._asked.setdefault((url, question), asked)
            yield url, data

    def _disbelieve(self, url: str, question: bytes, problem: str) -> None:
        """Say of a question that its answer is of no use."""
        self._asked[url, question] = msgspec.structs.replace(self._asked[url, question], problem=problem)

    def _store(self, kind: str, der: bytes) -> str:
        path = names.trust_path(hashlib.sha256(der).hexdigest(), kind)
        if path not in self._contents:
            self._new[path] = der
        return path


def _embedded(contents: Mapping[str, bytes]) -> Iterator[x509.Certificate]:
    """The certificates that signatures and tokens bring along. What cannot be read is for ``verify`` to name."""
    seen: set[bytes] = set()
    for path, data in contents.items():
        found = names.custody_file(path)
        if found is None or found.kind not in (CustodyFileKind.SIGNATURE, CustodyFileKind.TOKEN):
            continue
        with contextlib.suppress(CmsError):
            is_token = found.kind is CustodyFileKind.TOKEN
            seen |= set((signed_data_of(data) if is_token else parse_signed_data(data)).certificates)
    yield from loadable(seen)


def _stamps(certificate: x509.Certificate) -> bool:
    """Whether it is a timestamp authority's (RFC 3161, section 2.3)."""
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (*UNREADABLE, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usages


def _issuer_of(
    certificate: x509.Certificate, pool: Iterable[x509.Certificate], at: datetime
) -> x509.Certificate | None:
    """Who signed it, among these; of several, one that is valid."""
    found = [one for one in pool if one.subject == certificate.issuer and _issued(certificate, one)]
    return max(found, key=lambda one: one.not_valid_before_utc <= at <= one.not_valid_after_utc, default=None)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _certificates_in(data: bytes) -> tuple[x509.Certificate, ...]:
    """What caIssuers gives: a certificate in DER, or several as certs-only CMS (RFC 5280, section 4.2.2.1)."""
    if found := tuple(loadable([data])):
        return found
    try:
        return tuple(pkcs7.load_der_pkcs7_certificates(data))
    except (ValueError, UnsupportedAlgorithm):
        return ()


def _pieces(brought: Brought) -> Iterator[bytes]:
    """The DER in a file: the file itself, or every block of PEM."""
    blocks = _PEM.findall(brought.data)
    if not blocks:
        yield brought.data
    for block in blocks:
        try:
            yield base64.b64decode(b"".join(block.split()), validate=True)
        except binascii.Error as error:
            raise _refused(brought.name, f"not PEM: {error}") from error


def _refused(name: str, why: str) -> EvidentiaError:
    return EvidentiaError(
        f"{name} was not taken in: {why}.",
        next_step="Bring CRLs, OCSP answers and issuers' certificates of those who signed and stamped in this case.",
    )


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
