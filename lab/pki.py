"""A whole PKI on loopback: two roots, people, timestamp authorities, OCSP and CRLs (certomancer).

The plan is ``pki.yml``; in that of ``pki_short_lived.yml`` every certificate runs out. Every key is made when the lab
is started, in the lab's folder, and is worth nothing.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml  # type: ignore[import-untyped]
from asn1crypto import algos, ocsp, tsp
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture, ServiceLabel
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.ocsp import OCSPRequestBuilder
from werkzeug import Request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

PLAN = Path(__file__).resolve().parent / "pki.yml"
SHORT_LIVED = PLAN.with_name("pki_short_lived.yml")
ARCHITECTURE = "lab"

PERSON = "digsig-commitment"  # the profile of a person's certificate
RSA_KEYS = frozenset({"rsa-tsa"})  # all others are P-256
RSA_BITS = 3072


@dataclass(frozen=True)
class Credentials:
    """What a custodian of the lab signs with.

    Attributes:
        p12: PKCS#12 file with the key, the certificate and the chain up to the root.
        certificate: the certificate alone, PEM.
    """

    id: str
    name: str
    organisation: str
    p12: Path
    passphrase: str
    certificate: Path


class Lab:
    """The PKI in one folder. Use it as a context manager, or call ``start`` and ``stop``.

    Attributes:
        roots: PEM of the anchor for people.
        tsa_roots: PEM of the anchor for timestamp authorities, which is another one.
        people: credentials by id. In ``pki.yml``: ``penyidik-a``, ``pengawas-b``, ``ahli``; ``revoked`` since
            2025-06-01, ``expired`` since 2025-01-01, and ``impostor``, who has Penyidik A's names under a root of his
            own.
    """

    def __init__(self, folder: Path, plan: Path = PLAN) -> None:
        self.folder = folder
        self.plan = plan
        self.roots = folder / "roots.pem"
        self.tsa_roots = folder / "tsa-roots.pem"
        self.base_url = ""
        self.people: dict[str, Credentials] = {}
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._architecture: PKIArchitecture | None = None

    def start(self) -> str:
        """Make the keys, issue everything and serve it; returns the base address of the services."""
        plan = yaml.safe_load(self.plan.read_text("utf-8"))
        self.folder.mkdir(parents=True, exist_ok=True)
        _make_keys(self.folder / "keys", plan["certs"])
        server = make_server(
            "127.0.0.1", 0, _not_ready, threaded=True, request_handler=_QuietHandler
        )  # the certificates name this port, so it must be had before they are issued
        self.base_url = f"http://127.0.0.1:{server.port}"
        self._architecture = _architecture(plan, self.folder, self.base_url)
        self._issue(plan["certs"])
        server.app = _Services(
            AnimatorArchStore({ArchLabel(ARCHITECTURE): self._architecture}), with_web_ui=False
        )
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, name="lab-pki", daemon=True)
        self._thread.start()
        return self.base_url

    def stop(self) -> None:
        """End the services. Calling it twice does no harm; files and in-process answers stay usable."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def tsa_url(self) -> str:
        """The first timestamp authority."""
        return self.tsa_url_of("tsa")

    @property
    def tsa2_url(self) -> str:
        """The second timestamp authority, under the same root."""
        return self.tsa_url_of("tsa2")

    def tsa_url_of(self, tsa: str) -> str:
        """The address of a timestamp authority: also ``rsa-tsa``, ``no-eku-tsa`` and ``impostor-tsa``."""
        return f"{self.base_url}/{ARCHITECTURE}/tsa/{tsa}"

    @property
    def ocsp_url(self) -> str:
        """The OCSP responder for people's certificates."""
        return f"{self.base_url}/{ARCHITECTURE}/ocsp/issuing"

    def stamp(self, data: bytes, when: datetime, tsa: str = "tsa") -> bytes:
        """A timestamp over SHA-256 of ``data``, as if asked at ``when``: DER TimeStampResp (RFC 3161), no nonce."""
        request = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "hashed_message": sha256(data).digest(),
                },
                "cert_req": True,
            }
        )
        authority = self._services.summon_timestamper(ServiceLabel(tsa), when)
        return _der(authority.request_tsa_response(request))

    def crl(self, issuer: str = "issuing", when: datetime | None = None) -> bytes:
        """The CRL of ``issuing``, ``root`` or ``time-root`` that was current at ``when`` (default: now), DER."""
        return _der(self._services.get_crl(ServiceLabel(issuer), when))

    def ocsp(self, person: str, when: datetime | None = None) -> bytes:
        """An OCSP response about a person's certificate as the responder gives it at ``when``, DER."""
        builder = OCSPRequestBuilder().add_certificate(
            self.certificate(person), self.certificate("issuing"), hashes.SHA1()
        )
        request = builder.build().public_bytes(serialization.Encoding.DER)
        moment = _whole_seconds(when or datetime.now(UTC))
        responder = self._services.summon_responder(ServiceLabel("issuing"), moment)
        return _der(responder.build_ocsp_response(ocsp.OCSPRequest.load(request)))

    def certificate(self, label: str) -> x509.Certificate:
        """Any certificate of the plan, by its label there."""
        return x509.load_der_x509_certificate(_der(self._pki.get_cert(CertLabel(label))))

    def key(self, label: str) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
        """The private key of a certificate of the plan: a forger in a test may need one."""
        pem = (self.folder / "keys" / f"{label}.pem").read_bytes()
        key = serialization.load_pem_private_key(pem, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
        return key

    @property
    def _pki(self) -> PKIArchitecture:
        assert self._architecture is not None, "the lab has not been started"
        return self._architecture

    @property
    def _services(self) -> Any:
        return self._pki.service_registry

    def _issue(self, plan: dict[str, Any]) -> None:
        """Issue every certificate now, so that no request has to, and write the files."""
        certs = self.folder / "certs"
        certs.mkdir()
        for label in plan:
            _write_pem(certs / f"{label}.pem", [self.certificate(label)])
        _write_pem(self.roots, [self.certificate("root")])
        _write_pem(self.tsa_roots, [self.certificate("time-root")])
        persons = (label for label, spec in plan.items() if PERSON in spec.get("profiles", ()))
        self.people = {person: self._credentials(person) for person in persons}

    def _credentials(self, person: str) -> Credentials:
        certificate = self.certificate(person)
        chain = [self.certificate(label.value) for label in self._pki.get_chain(CertLabel(person))]
        passphrase = f"lab-{person}"
        p12 = self.folder / f"{person}.p12"
        p12.write_bytes(
            pkcs12.serialize_key_and_certificates(
                person.encode(),
                self.key(person),
                certificate,
                chain,
                serialization.BestAvailableEncryption(passphrase.encode()),
            )
        )
        return Credentials(
            id=person,
            name=_subject(certificate, x509.NameOID.COMMON_NAME),
            organisation=_subject(certificate, x509.NameOID.ORGANIZATION_NAME),
            p12=p12,
            passphrase=passphrase,
            certificate=self.folder / "certs" / f"{person}.pem",
        )


class _Services(Animator):
    """certomancer's services, with OCSP times as RFC 5280 wants them."""

    def at_time(self, request: Request) -> datetime:
        """The moment of an answer. Tokens may state fractions of a second, OCSP responses may not."""
        moment: datetime = super().at_time(request)  # type: ignore[no-untyped-call]
        return _whole_seconds(moment) if "/ocsp/" in request.path else moment


class _QuietHandler(WSGIRequestHandler):
    """Answers without a line per request on standard error."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing; errors are still logged."""


def _whole_seconds(moment: datetime) -> datetime:
    """GeneralizedTime outside of timestamps has no fractions (RFC 5280, 4.1.2.5.2); strict readers insist."""
    return moment.replace(microsecond=0)


def _not_ready(environ: Any, start_response: Any) -> list[bytes]:
    start_response("503 Service Unavailable", [])
    return []


def _architecture(plan: dict[str, Any], folder: Path, base_url: str) -> PKIArchitecture:
    keys = {label: {"path": f"{label}.pem"} for label in plan["certs"]}
    config = {
        "keysets": {ARCHITECTURE: {"path-prefix": "keys", "keys": keys}},
        "pki-architectures": {ARCHITECTURE: {"keyset": ARCHITECTURE, **plan}},
    }
    made = CertomancerConfig(config, key_search_dir=str(folder), external_url_prefix=base_url)
    return made.get_pki_arch(ArchLabel(ARCHITECTURE))


def _make_keys(folder: Path, labels: list[str]) -> None:
    folder.mkdir(mode=0o700)
    for label in labels:
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
        if label in RSA_KEYS:
            key = rsa.generate_private_key(65537, RSA_BITS)
        else:
            key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / f"{label}.pem").write_bytes(pem)


def _write_pem(path: Path, certificates: list[x509.Certificate]) -> None:
    path.write_bytes(b"".join(c.public_bytes(serialization.Encoding.PEM) for c in certificates))


def _subject(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    return str(certificate.subject.get_attributes_for_oid(oid)[0].value)


def _der(value: Any) -> bytes:
    encoded = value.dump()
    assert isinstance(encoded, bytes)
    return encoded
