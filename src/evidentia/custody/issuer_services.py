"""Asking issuers over the network: the addresses that certificates name, and no others (RFC 5280, 4.2.1.13, 4.2.2.1).

A certificate may come from a hostile bundle, so its addresses are as hostile as any. Only ``http`` is asked, as RFC
5280 has it (what comes is signed); redirections are not followed; addresses off the public internet are refused unless
the caller allows them; size, time and number are bounded.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import threading
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from evidentia._version import VERSION
from evidentia.verify.certificates import UNREADABLE
from evidentia.verify.chain import LARGEST_CUSTODY_FILE

PATIENCE = (
    20.0  # seconds to find somebody, and again for the answer: twice a timestamp's, for lists are larger
)
LARGEST = {"crl": LARGEST_CUSTODY_FILE, "ocsp": 1024 * 1024, "cer": 1024 * 1024}
"""Bytes: a larger list could not be read by a verifier; answers and certificates are of a few kilobytes."""
MOST_QUESTIONS = 64  # a case has few people and authorities; a hostile bundle may name thousands of addresses
MOST_ADDRESSES = 4  # of one name: two of each family; they share the patience
_CHUNK = 64 * 1024


class Wanted(StrEnum):
    """What an issuer is asked for, and the ending that it has under ``trust/``."""

    CRL = "crl"
    OCSP = "ocsp"
    ISSUER = "cer"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question that was put over the network.

    Attributes:
        url: the address, as the certificate names it.
        wanted: what for.
        about: whose certificate names it.
        problem: empty, or why it gave nothing that can be used.
    """

    url: str
    wanted: Wanted
    about: str
    problem: str = ""


class NotAnswered(Exception):
    """An address that gave nothing, with the reason."""


def addresses_of(certificate: x509.Certificate, wanted: Wanted) -> tuple[str, ...]:
    """The addresses that a certificate names for something; whatever their scheme."""
    try:
        if wanted is Wanted.CRL:
            points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
            places = [name for point in points for name in point.full_name or ()]
        else:
            access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
            method = {
                Wanted.OCSP: AuthorityInformationAccessOID.OCSP,
                Wanted.ISSUER: AuthorityInformationAccessOID.CA_ISSUERS,
            }[wanted]
            places = [one.access_location for one in access if one.access_method == method]
    except (*UNREADABLE, x509.ExtensionNotFound):
        return ()
    return tuple(place.value for place in places if isinstance(place, x509.UniformResourceIdentifier))


class Network:
    """The way to the issuers. Remembers what it was told, and asks no address twice for the same.

    Args:
        private: whether addresses off the public internet may be asked: an agency's own authority, a laboratory.
    """

    def __init__(self, *, private: bool = False) -> None:
        self._private = private
        self._answers: dict[tuple[str, bytes], bytes | NotAnswered] = {}

    def ask(self, url: str, wanted: Wanted, question: bytes = b"") -> bytes:
        """What the address gives: DER, or whatever it sends in its place.

        Raises:
            NotAnswered: nothing was asked, or nothing came that can be read.
        """
        key = (url, question)
        if key not in self._answers:
            if len(self._answers) >= MOST_QUESTIONS:
                raise NotAnswered(f"not asked: {MOST_QUESTIONS} addresses have been asked already")
            try:
                self._answers[key] = self._ask(url, wanted, question)
            except NotAnswered as error:
                self._answers[key] = error
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._answers[key] = NotAnswered(f"no answer: {error or type(error).__name__}")
        answer = self._answers[key]
        if isinstance(answer, NotAnswered):
            raise answer
        return answer

    def _ask(self, url: str, wanted: Wanted, question: bytes) -> bytes:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or parts.username is not None:
            raise NotAnswered("not asked: only plain http addresses are")
        port = parts.port or http.client.HTTP_PORT
        connection = self._connect(parts.hostname, port)
        watch = threading.Timer(PATIENCE, _cut_off, (connection.sock,))
        watch.start()  # a server that trickles is cut off like one that never answers
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"Host": parts.netloc, "User-Agent": f"evidentia/{VERSION}", "Connection": "close"}
            if question:
                headers["Content-Type"] = "application/ocsp-request"  # RFC 6960, appendix A.1
            connection.request("POST" if question else "GET", path, question or None, headers)
            return _read(connection.getresponse(), LARGEST[wanted.value])
        finally:
            watch.cancel()
            connection.close()

    def _connect(self, host: str, port: int) -> http.client.HTTPConnection:
        """To the first address that answers, of those that were looked at: a name cannot lead elsewhere in between."""
        problem: OSError = OSError("no address")
        for address in self._resolve(host, port):
            connection = http.client.HTTPConnection(address, port, timeout=PATIENCE / MOST_ADDRESSES)
            try:
                connection.connect()
            except OSError as error:
                problem = error
                continue
            connection.sock.settimeout(PATIENCE)
            return connection
        raise problem

    def _resolve(self, host: str, port: int) -> list[str]:
        """The addresses of a name that may be asked, in the order that the system prefers."""
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = list(dict.fromkeys(str(info[4][0]) for info in infos))
        allowed = [address for address in found if self._private or _is_public(address)]
        if not allowed:
            raise NotAnswered(f"not asked: {', '.join(found)} is not on the public internet")
        return allowed[:MOST_ADDRESSES]


def ocsp_question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """An OCSP request about a certificate, in DER: SHA-1 names, no nonce (RFC 5019, 2.1.1; all responders know it)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - a name
    return builder.build().public_bytes(Encoding.DER)


def _cut_off(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side has ended it already
        connected.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, largest: int) -> bytes:
    if response.status != http.client.OK:
        raise NotAnswered(f"answered {response.status} {response.reason}")
    read = bytearray()
    while chunk := response.read1(_CHUNK):
        read += chunk
        if len(read) > largest:
            raise NotAnswered(f"answered more than {largest} bytes")
    if response.length:
        raise NotAnswered(f"broke off {response.length} bytes before the end")
    return bytes(read)


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return (inner or address).is_global and not address.is_multicast
