"""One target for each parser that reads what a stranger wrote: what it may do with any bytes at all.

A target returns whether the parser took the bytes. It lets through every exception that the parser does not
document, and asserts what holds of everything that is taken.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import targets_atproto
import targets_handed_over
import targets_pages
import targets_trust
from cryptography.x509 import Certificate

from evidentia.formats.bag import DERIVED, manifest
from evidentia.formats.canonical_json import decode_canonical, encode_canonical
from evidentia.formats.checksums import parse_lines, split_text
from evidentia.formats.event import encode_event, parse_event
from evidentia.formats.head import head_json, parse_head
from evidentia.formats.item_record import parse_record
from evidentia.formats.seal import parse_seal
from evidentia.record.errors import FormatError
from evidentia.record.verdict import Status
from evidentia.verify import Trust, verify
from evidentia.verify.cms import CmsError, check_signature, parse_signed_data
from evidentia.verify.revocation import load_list, told_by
from evidentia.verify.timestamp import check_token
from evidentia.verify.trust_files import certificates_of
from evidentia.verify.zip_directory import open_entry, read_directory

CORPUS = Path(__file__).resolve().parent / "corpus"
VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "vectors"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
SEAL = "custody/000001.sha256"
SIGNATURE = f"{SEAL}.penyidik-a.p7s"
MOST_ENTRIES = 1000  # a fuzzer's input has room for few


@cache
def good() -> dict[str, bytes]:
    """The files of a bundle that passes."""
    return contents((VECTORS / "plain.zip").read_bytes())


def contents(archive: bytes) -> dict[str, bytes]:
    """What a ZIP holds, without its top folder, as any program reads it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {i.filename.partition("/")[2]: opened.read(i) for i in opened.infolist() if not i.is_dir()}


def canonical_json(data: bytes) -> bool:
    """Canonical JSON is taken only where writing it again gives the same bytes."""
    try:
        value = decode_canonical("fuzz", data)
    except FormatError:
        return False
    assert encode_canonical(value) == data
    return True


def event(data: bytes) -> bool:
    """An event is taken only where writing it again gives the same bytes."""
    try:
        read = parse_event(2, data)
    except FormatError:
        return False
    assert encode_event(read) == data
    return True


def record(data: bytes) -> bool:
    """A record's lines say all that stands in it: the same bytes can be made of them."""
    try:
        read = parse_record(1, data)
    except FormatError:
        return False
    rows = "".join(f"{line.digest}  {line.path}\n" for line in read.lines)
    assert data.split(b"\n", 1)[1] == rows.encode()
    assert all(line.path.startswith("data/000001/") for line in read.lines)
    return True


def checksums(data: bytes) -> bool:
    """A manifest is read only where writing it again gives the same bytes."""
    try:
        read = parse_lines("fuzz", split_text("fuzz", data))
    except FormatError:
        return False
    assert manifest({line.path: line.digest for line in read}) == data
    return True


def bag(data: bytes) -> bool:
    """In place of the derived file that the first line names, nothing passes but the very bytes."""
    name, _, given = data.partition(b"\n")
    path = name.decode("latin-1")
    if path not in DERIVED:
        return False
    with tempfile.NamedTemporaryFile(suffix=".zip") as written:
        with zipfile.ZipFile(written, "w") as packed:
            for each, content in (good() | {path: given}).items():
                packed.writestr(f"plain/{each}", content)
        written.flush()
        passed = verify(written.name, _trust(), now=NOW).status is Status.PASSED
    assert passed == (given == good()[path])
    return passed


def seal(data: bytes) -> bool:
    """A seal lists nothing of the payload, and no file twice."""
    try:
        read = parse_seal(2, data)
    except FormatError:
        return False
    paths = [line.path for line in read.lines]
    assert len(set(paths)) == len(paths)
    assert all(path.startswith(("custody/", "trust/")) for path in paths)
    return True


def head(data: bytes) -> bool:
    """A head that is read is written and read again as the same."""
    try:
        read = parse_head(data.decode("utf-8", "replace"))
    except FormatError:
        return False
    assert parse_head(head_json(read).decode()) == read
    return True


def cms(data: bytes) -> bool:
    """A signature holds over the seal that was signed, and over no other content."""
    try:
        signed = parse_signed_data(data)
        check_signature(signed, good()[SEAL])
    except CmsError:
        return False
    try:
        check_signature(signed, good()[SEAL] + b"x")
    except CmsError:
        return True
    raise AssertionError("a signature held over two contents")


def timestamp(data: bytes) -> bool:
    """A token holds over the signature that was stamped, and over nothing else."""
    signature = good()[SIGNATURE]
    try:
        check_token(data, signature)
    except CmsError:
        return False
    try:
        check_token(data, signature + b"x")
    except CmsError:
        return True
    raise AssertionError("a token held over two contents")


def revocation(data: bytes) -> bool:
    """A CRL tells something of a certificate, and nothing under another signature; an OCSP answer tells, or not."""
    last = data[:-1] + bytes((data[-1] ^ 1,)) if data else b""
    if any(_told(last, "crl", *pair) for pair in _pairs()):
        assert not any(_told(data, "crl", *pair) for pair in _pairs())
    return any(_told(data, kind, *pair) for kind in ("crl", "ocsp") for pair in _pairs())


def _told(data: bytes, kind: str, certificate: Certificate, issuer: Certificate) -> bool:
    try:
        return told_by(load_list(data, kind), certificate, issuer) is not None
    except ValueError:
        return False


@cache
def _pairs() -> tuple[tuple[Certificate, Certificate], ...]:
    found = certificates_of(good()).values()
    return tuple((one, issuer) for one in found for issuer in found if one.issuer == issuer.subject)


def archive(data: bytes) -> bool:
    """A ZIP gets a verdict whatever it is, and passes only where every program finds the good files in it."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as written:
        written.write(data)
        written.flush()
        verdict = verify(written.name, _trust(), now=NOW)
    if verdict.status is not Status.PASSED:
        return False
    assert contents(data) == good()
    return True


@cache
def _trust() -> Trust:
    return Trust.from_pem((VECTORS / "roots.pem").read_bytes(), (VECTORS / "tsa-roots.pem").read_bytes())


def zip_directory(data: bytes) -> bool:
    """A ZIP in which nothing is odd is one that Python's own program reads as the same names and sizes."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as written:
        written.write(data)
        written.flush()
        with open(written.name, "rb") as raw:
            try:
                found = read_directory(raw, MOST_ENTRIES)
                if found.problems or any(entry.problems for entry in found.entries):
                    return False
                sizes = [(entry.name, len(open_entry(raw, entry).read())) for entry in found.entries]
            except OSError:
                return False
        with zipfile.ZipFile(written.name) as theirs:
            assert sizes == [(i.filename, len(theirs.read(i))) for i in theirs.infolist()]
    return True


LINES = (checksums, record, seal, bag)
HERE = (*LINES, canonical_json, event, head, cms, timestamp, revocation, archive, zip_directory)
BELIEVED = (targets_trust.certificate, targets_trust.identity, targets_trust.der)
TRUST = (*BELIEVED, targets_trust.policy, targets_trust.signed_pdf, targets_trust.judged_pdf)
PAGES = (targets_pages.png, targets_pages.jpeg, targets_pages.exif, targets_pages.markup, targets_pages.item)
ATPROTO, GIVEN = targets_atproto.ALL, targets_handed_over.ALL
TARGETS: dict[str, Callable[[bytes], bool]] = {
    target.__name__: target for target in (*HERE, *TRUST, *PAGES, *ATPROTO, *GIVEN)
}
