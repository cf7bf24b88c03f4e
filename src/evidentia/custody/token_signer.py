"""A key inside a token as one of pyHanko's signers. Imports pyHanko: only who signs with a token imports this."""

from __future__ import annotations

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import CertificateStore

from evidentia.record.errors import SigningError

from .token_key import TokenKey

LARGEST_SIGNATURE = 1024  # bytes: RSA with 8192 bits; room for it is left in a PDF before the token is asked
_HASHES = {"sha256": hashes.SHA256, "sha384": hashes.SHA384}


class TokenSigner(Signer):
    """Opens the token for each signature, has it sign, and looks whether the certificate fits before handing it on."""

    def __init__(self, key: TokenKey, certificate: x509.Certificate, registry: CertificateStore) -> None:
        own = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
        super().__init__(signing_cert=own, cert_registry=registry)
        self._key, self._certificate, self._own = key, certificate, own

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature over ``data``.

        Raises:
            SigningError: the token cannot be opened or does not sign, or its key is not the certificate's.
        """
        if dry_run:
            return bytes(LARGEST_SIGNATURE)
        with self._key.session() as session:
            signer = PKCS11Signer(
                session,
                signing_cert=self._own,
                key_label=self._key.label,
                # Many tokens offer ECDSA over a digest alone: the digest is then made here (CKM_ECDSA).
                use_raw_mechanism=isinstance(self._certificate.public_key(), ec.EllipticCurvePublicKey),
            )
            signature = await signer.async_sign_raw(data, digest_algorithm)
        if not _fits(self._certificate, signature, data, digest_algorithm):
            raise SigningError(
                f"The key {self._key.label!r} in the token is not the certificate's.",
                next_step="Name the key and the certificate that belong together.",
            )
        return signature


def _fits(certificate: x509.Certificate, signature: bytes, data: bytes, digest_algorithm: str) -> bool:
    public, algorithm = certificate.public_key(), _HASHES[digest_algorithm]()
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, data, ec.ECDSA(algorithm))
        elif isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, data, padding.PKCS1v15(), algorithm)
        else:
            return False
    except InvalidSignature:
        return False
    return True
