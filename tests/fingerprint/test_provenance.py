"""C2PA manifests that c2pa-python itself signed, with certificates made here: whose they are, what a change does."""

from __future__ import annotations

import io
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from evidentia.fingerprint import Decoder, fingerprint_file
from evidentia.fingerprint.provenance import validate
from evidentia.fingerprint.types import Provenance, ProvenanceClaim

c2pa = pytest.importorskip("c2pa", reason="the extra provenance is not installed on this machine")

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass
class Issuer:
    """A root, and the key and chain of a camera that it certified."""

    root: str
    chain: bytes
    key: bytes

    def signed(self, kind: str, remote: str = "") -> bytes:
        source, made = io.BytesIO(), io.BytesIO()
        Image.effect_noise((96, 64), 90).convert("RGB").save(source, kind)
        action = {"action": "c2pa.created", "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty"}
        builder = c2pa.Builder(
            {
                "claim_generator_info": [{"name": "kamera uji", "version": "1"}],
                "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}],
            }
        )
        if remote:
            builder.set_remote_url(remote)
        info = c2pa.C2paSignerInfo(alg=b"es256", sign_cert=self.chain, private_key=self.key, ta_url=None)
        source.seek(0)
        builder.sign(c2pa.Signer.from_info(info), KINDS[kind], source, made)
        return made.getvalue()


def certificate(subject: str, key: Any, issuer: str, signer: Any, *, ca: bool) -> x509.Certificate:
    def named(name: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Pabrik Contoh"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )

    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"),
        False,
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(named(issuer), named(subject), key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca, None), True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, decipher_only=False, **usage
            ),
            True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    )
    if not ca:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
    return made.sign(signer, hashes.SHA256())


def issuer() -> Issuer:
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate("Akar", root_key, "Akar", root_key, ca=True).public_bytes(Encoding.PEM)
    leaf = certificate("Kamera 07", key, "Akar", root_key, ca=False).public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Issuer(root.decode(), leaf + root, private)


@pytest.fixture(scope="module")
def maker() -> Issuer:
    return issuer()


def judged(data: bytes, tmp_path: Path, decoder: Decoder, anchors: str = "") -> ProvenanceClaim:
    file = tmp_path / "foto"
    file.write_bytes(data)
    found = fingerprint_file(file, decoder=decoder, anchors=anchors)
    assert found.perceptual is not None
    assert found.metadata.claim is not None
    assert found.metadata.provenance is found.metadata.claim.state
    return found.metadata.claim


@pytest.mark.parametrize("kind", KINDS)
def test_only_anchors_that_the_caller_gives_make_an_issuer_trusted(
    kind: str, tmp_path: Path, decoder: Decoder, maker: Issuer
) -> None:
    data = maker.signed(kind)

    unknown = judged(data, tmp_path, decoder)
    trusted = judged(data, tmp_path, decoder, maker.root)
    strange = judged(data, tmp_path, decoder, issuer().root)

    assert unknown.state is strange.state is Provenance.UNKNOWN_ISSUER
    assert unknown.codes == ("signingCredential.untrusted",)
    assert trusted.state is Provenance.TRUSTED
    assert (trusted.signer, trusted.organisation) == ("Kamera 07", "Pabrik Contoh")
    assert (trusted.generator, trusted.codes) == ("kamera uji", ())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_one_changed_byte_of_the_picture_is_invalid_with_its_code(
    kind: str, tmp_path: Path, decoder: Decoder, maker: Issuer
) -> None:
    data = bytearray(maker.signed(kind))
    at = data.rindex(b"\xff\xda") + 40 if kind == "JPEG" else data.index(b"VP8 ") + 60
    data[at] ^= 1

    claim = judged(bytes(data), tmp_path, decoder, maker.root)

    assert claim.state is Provenance.INVALID
    assert "assertion.dataHash.mismatch" in claim.codes


def test_nothing_is_fetched_although_the_file_names_an_address(
    tmp_path: Path, decoder: Decoder, maker: Issuer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        data = maker.signed("JPEG", remote=f"http://127.0.0.1:{server.getsockname()[1]}/manifest.c2pa")
        assert b"manifest.c2pa" in data

        claim = judged(data, tmp_path, decoder, maker.root)

        assert claim.state is Provenance.TRUSTED
        with pytest.raises(BlockingIOError):
            server.accept()  # nobody has knocked


def test_without_the_part_the_state_says_so(monkeypatch: pytest.MonkeyPatch, maker: Issuer) -> None:
    data = maker.signed("JPEG")
    monkeypatch.setitem(sys.modules, "c2pa", None)  # as if it were not installed

    claim, problems = validate(data, "image/jpeg", maker.root)

    assert claim == ProvenanceClaim(state=Provenance.NOT_VALIDATED)
    assert "evidentia-forensics[provenance]" in problems[0]
