"""Whom our own client believes, and what a server showed of itself on that very connection."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path

SOURCE = "own client (Python ssl), on the connection of the exchange"


class Untrusted(Exception):
    """No authority vouches for the server, and its key is not one that the caller accepts."""


class Belief:
    """The authorities of this machine, and keys of servers that are believed without one.

    Args:
        accepted_keys: Base64 SHA-256 digests of public keys (RFC 7469).
        key_log: a file to which TLS session secrets are appended, in the format of NSS.
    """

    def __init__(self, accepted_keys: tuple[str, ...] = (), key_log: Path | None = None) -> None:
        self._accepted = accepted_keys
        self._key_log = key_log
        self._contexts: tuple[ssl.SSLContext, ...] = ()

    def contexts(self) -> Iterator[ssl.SSLContext]:
        """The ways to connect, the next one where the one before met a certificate that nobody vouches for."""
        if not self._contexts:
            self._contexts = tuple(self._made())
        yield from self._contexts

    def examine(self, session: ssl.SSLObject, context: ssl.SSLContext) -> tuple[bytes, ...]:
        """The certificates that the server sent, DER, leaf first; before Python 3.13 only as far as it tells.

        Raises:
            Untrusted: nobody vouches for the server, and its key is not accepted.
        """
        leaf = session.getpeercert(binary_form=True)
        if leaf is None:
            raise Untrusted("the server showed no certificate")
        if context.verify_mode is ssl.CERT_NONE and key_digest(leaf) not in self._accepted:
            raise Untrusted("no authority vouches for the server, and its key is not one that was accepted")
        return _chain(session) or (leaf,)

    def _made(self) -> Iterator[ssl.SSLContext]:
        yield self._context()
        if self._accepted:
            unvouched = self._context()
            unvouched.check_hostname = False
            unvouched.verify_mode = ssl.CERT_NONE  # ``examine`` compares the key itself
            yield unvouched

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        if self._key_log is not None:
            context.keylog_filename = str(self._key_log)
        return context


def key_digest(certificate: bytes) -> str:
    """Base64 SHA-256 digest of a certificate's public key (SubjectPublicKeyInfo), as RFC 7469 has it."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = x509.load_der_x509_certificate(certificate).public_key()
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(info).digest()).decode("ascii")


def _chain(session: ssl.SSLObject) -> tuple[bytes, ...]:
    """The unverified chain: public since Python 3.13, before that only on the object inside."""
    public = getattr(session, "get_unverified_chain", None)
    if public is not None:
        return tuple(bytes(certificate) for certificate in public() or ())
    inner = getattr(getattr(session, "_sslobj", None), "get_unverified_chain", None)
    if inner is None:
        return ()
    return tuple(ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in inner() or ())
