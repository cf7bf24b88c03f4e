"""What we write, other people's programs accept; what they refuse, we refuse; and no bytes make us raise."""

from __future__ import annotations

import asyncio
import hashlib
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from bundles import Files, handed, plain, write
from cryptography.hazmat.primitives.serialization import Encoding

from evidentia.verify import Trust, verify
from evidentia.verify.cms import CmsError, check_signature, parse_signed_data
from evidentia.verify.timestamp import check_token
from lab.pki import Lab

SEAL = "custody/000003.sha256"
CHANGES = 120  # of random bytes; the seeds are fixed, so that a failure can be repeated


@pytest.fixture(scope="module")
def files(lab: Lab) -> Files:
    return handed(lab).build()


def signatures(files: Files) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Each seal, the signature over it, and the token over that."""
    for path in files:
        if path.endswith(".p7s"):
            yield files[path[: len(SEAL)]], files[path], files[path + ".tsr"]


def _context(lab: Lab, root: str):  # type: ignore[no-untyped-def]
    from pyhanko_certvalidator import ValidationContext

    der = lab.certificate(root).public_bytes(Encoding.DER)
    return ValidationContext(trust_roots=[asn1_x509.Certificate.load(der)], allow_fetching=False)


def test_pyhanko_validates_our_signatures(files: Files, lab: Lab) -> None:
    from pyhanko.sign.validation import async_validate_detached_cms

    for seal, signature, _ in signatures(files):
        signed = cms.ContentInfo.load(signature)["content"]
        told = asyncio.run(
            async_validate_detached_cms(seal, signed, signer_validation_context=_context(lab, "root"))
        )
        assert (told.intact, told.valid, told.trusted) == (True, True, True)
        other = asyncio.run(
            async_validate_detached_cms(seal + b"x", signed, signer_validation_context=_context(lab, "root"))
        )
        assert not other.intact


def test_pyhanko_validates_the_tokens(files: Files, lab: Lab) -> None:
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data

    for _, signature, token in signatures(files):
        signed = tsp.TimeStampResp.load(token)["time_stamp_token"]["content"]
        checked = validate_tst_signed_data(
            signed, _context(lab, "time-root"), lambda name, data=signature: hashlib.new(name, data).digest()
        )
        told = asyncio.run(checked)
        assert (told["intact"], told["valid"]) == (True, True)
        assert told["timestamp"] == check_token(token, signature).time


def test_openssl_validates_signatures_and_tokens(
    files: Files, lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    openssl = program("openssl")
    for seal, signature, token in signatures(files):
        for name, data in (("seal", seal), ("p7s", signature), ("tsr", token)):
            (tmp_path / name).write_bytes(data)
        verify_cms = [
            openssl,
            "cms",
            "-verify",
            "-cades",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "p7s",
            "-content",
            "seal",
        ]
        verify_cms += ["-CAfile", lab.roots, "-purpose", "any", "-out", "out"]
        verify_ts = [openssl, "ts", "-verify", "-in", "tsr", "-data", "p7s", "-CAfile", lab.tsa_roots]
        for command in (verify_cms, verify_ts):
            subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)


def test_no_changed_byte_of_a_signature_is_accepted(files: Files) -> None:
    """Every byte but those of the certificates that came along, whose own signatures the chain checks."""
    seal, signature, _ = next(signatures(files))
    signed = parse_signed_data(signature)
    certificates = b"".join(signed.certificates)
    skip = range(signature.index(certificates), signature.index(certificates) + len(certificates))
    for at in range(len(signature)):
        if at not in skip:
            changed = signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
            _refused_or_the_same(changed, seal, signature)


def _refused_or_the_same(changed: bytes, seal: bytes, original: bytes) -> None:
    try:
        found = parse_signed_data(changed)
        check_signature(found, seal)
    except CmsError:
        return
    mine, theirs = found.signer, parse_signed_data(original).signer
    assert mine.attributes_der == theirs.attributes_der, "what is signed is what was signed"
    assert mine.signature == theirs.signature


def test_a_random_change_anywhere_never_passes_and_never_raises(
    files: Files, lab: Lab, tmp_path: Path
) -> None:
    """Even of what no seal lists yet: tagmanifest-sha256.txt has the digest of every file that an export holds."""
    trust = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    folder = write(files, tmp_path / "b")
    chance = random.Random(20250301)
    for _ in range(CHANGES):
        path = chance.choice(sorted(files))
        at = chance.randrange(len(files[path]))
        data = bytearray(files[path])
        data[at] ^= 1 << chance.randrange(8)
        (folder / path).write_bytes(data)
        verdict = verify(folder, trust)
        msgspec.json.encode(verdict)
        assert verdict.status == "FAILED", (path, at)
        (folder / path).write_bytes(files[path])
    assert verify(folder, trust).status == "PASSED"


def test_garbage_in_place_of_any_file_never_raises(lab: Lab, tmp_path: Path) -> None:
    trust = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))
    files = plain(lab).build()
    folder = write(files, tmp_path / "b")
    chance = random.Random(7)
    for path in sorted(files):
        for garbage in (
            b"",
            b"\0",
            b"{}",
            b"0\x80" * 300,
            b"\x30\x84\xff\xff\xff\xff",
            chance.randbytes(200),
            files[path][:-1],
            files[path] * 2,
        ):
            (folder / path).write_bytes(garbage)
            assert verify(folder, trust).status == "FAILED"
        (folder / path).write_bytes(files[path])
