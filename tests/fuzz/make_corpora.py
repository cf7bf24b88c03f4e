"""Take the kept corpora from the frozen bundles: python tests/fuzz/make_corpora.py. Adds what is not there yet."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

sys.path.insert(0, str(Path(__file__).parent))
from atproto_inputs import repositories
from handed_over_inputs import handed_over
from signed_pdf_inputs import TABLE_THAT_ASSERTS, judged, seal_and_signed
from targets import CORPUS, SEAL, SIGNATURE, TARGETS, VECTORS, contents, good

from evidentia.formats import bag

TOP = Path(__file__).resolve().parents[2]
MOST = 24  # to a target: small enough to be fed to it in every test run
LARGEST = 16 * 1024  # bytes; but for archives
EVENT, NEXT_SEAL, RECORD = "custody/000002.json", "custody/000002.sha256", "custody/items/000001.sha256"
FROM_FILES = {
    "canonical_json": (EVENT, "custody/000001.json"),
    "event": (EVENT,),
    "record": (RECORD,),
    "seal": (NEXT_SEAL, SEAL),
    "cms": (SIGNATURE, f"{NEXT_SEAL}.penyidik-a.p7s", f"{NEXT_SEAL}.orang.p7s"),
    "timestamp": (f"{SIGNATURE}.tsr", f"{NEXT_SEAL}.penyidik-a.p7s.tsr"),
}
ARCHIVES = ("plain", "repacked", "bytes-before-the-zip", "bytes-after-the-zip", "one-byte-flipped")

PAGE = b"""<!doctype html><div itemscope itemtype="https://schema.org/Person"><p itemprop="name" style="display:none">A
</p><script type="application/ld+json">{"@type": "SocialMediaPosting", "text": "x"}</script></div>"""
ITEM = b"""{"item":1,"kind":"file","title":"x","source":"y","access":"public","collector":"z","times":{}}"""
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
BY_HAND = (
    ("markup", PAGE),
    ("markup", b""),
    ("item", ITEM),
    ("item", ITEM[:-1]),
    ("policy", b"format = 1\nauthorities = 2\n"),
    ("policy", b"x = 1\n"),
    ("signed_pdf", PDF),
    ("signed_pdf", TABLE_THAT_ASSERTS),
)


def inputs() -> Iterator[tuple[str, bytes]]:
    """A target's name and an input for it, the good bundle's first."""
    yield from from_bundles()
    yield from heads()
    for name in ARCHIVES:
        for target in ("archive", "zip_directory"):
            yield target, (VECTORS / f"{name}.zip").read_bytes()
    yield from BY_HAND
    yield from bag_files()
    yield from pictures()
    yield from repositories()
    yield from handed_over()
    if not (CORPUS / "identity").exists():
        yield from identities()
    if len(list((CORPUS / "signed_pdf").glob("*"))) < 2:
        yield "signed_pdf", seal_and_signed()[1]["once"]
    if not (CORPUS / "judged_pdf").exists():
        for data in judged():
            yield "judged_pdf", data


def from_bundles() -> Iterator[tuple[str, bytes]]:
    """Files of the frozen bundles."""
    names = sorted((path.stem for path in VECTORS.glob("*.zip")), key=lambda name: (name != "plain", name))
    for name in names:
        files = contents((VECTORS / f"{name}.zip").read_bytes())
        for target, paths in FROM_FILES.items():
            for path in paths:
                if len(files.get(path, b"x" * LARGEST)) < LARGEST:
                    yield target, files[path]
        for path in sorted(files):
            if path.endswith((".crl", ".ocsp", ".cer")):
                yield "revocation", files[path]
            for target in ("certificate", "der") if path.endswith(".cer") else ():
                yield target, files[path]
                yield target, files[path][:-1]


def heads() -> Iterator[tuple[str, bytes]]:
    """Heads in print, and mistyped."""
    for row in json.loads((VECTORS / "index.json").read_text("utf-8"))["vectors"]:
        if row["head"]:
            yield "head", row["head"].encode()
            yield "head", row["head"].replace("/", "//", 1).encode()


def bag_files() -> Iterator[tuple[str, bytes]]:
    """The derived files of the good bundle, each behind its name; and changed as a tired hand changes them."""
    for path in sorted(bag.DERIVED):
        data = good()[path]
        changes = (data, data.replace(b"\n", b"\r\n"), data.rstrip(), b"") if path != bag.INDEX else (b"",)
        for each in changes:
            yield "bag", path.encode() + b"\n" + each
        for each in changes if "manifest" in path else ():
            yield "checksums", each
    yield "bag", b"fetch.txt\n"


def identities() -> Iterator[tuple[str, bytes]]:
    """A pair that belongs together in each of its forms, without a passphrase; and pairs that do not belong."""
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Pejabat 07")])
    start, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(named, named, key.public_key(), 7, start, end).sign(key, SHA256())
    der, pem = made.public_bytes(Encoding.DER), made.public_bytes(Encoding.PEM)
    plain = NoEncryption()
    secret, strange = (k.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, plain) for k in (key, other))
    p12 = pkcs12.serialize_key_and_certificates(b"uji", key, made, [made], plain)
    only = pkcs12.serialize_key_and_certificates(b"uji", None, made, None, plain)
    for data in (der, pem, pem + pem, secret + pem, p12):
        yield "identity", data
    for data in (der[:-1], secret, strange + pem, p12[:-1], only, pem.replace(b"M", b"N"), b""):
        yield "identity", data


def pictures() -> Iterator[tuple[str, bytes]]:
    """Small pictures as another program writes them; with something behind them, and cut short."""
    from PIL import Image

    picture, tags = Image.new("RGB", (8, 8), "red"), Image.Exif()
    tags[0x010E] = "uji"
    for target, form in (("png", "PNG"), ("jpeg", "JPEG"), ("exif", "JPEG"), ("exif", "WEBP")):
        written = BytesIO()
        picture.save(written, form, exif=tags)
        yield target, written.getvalue()
        yield target, written.getvalue() + b"trailing"
        yield target, written.getvalue()[:40]


def main() -> None:
    """Write each input under its own digest, as many that are taken as are refused where there are so many."""
    kept: Counter[tuple[str, bool]] = Counter()
    full = {path.name for path in CORPUS.iterdir() if len(list(path.iterdir())) >= MOST // 2}
    for target, data in inputs():
        path = CORPUS / target / sha256(data).hexdigest()[:16]
        path.parent.mkdir(parents=True, exist_ok=True)
        taken = TARGETS[target](data)
        if kept[target, taken] < MOST // 2 and target not in full:
            path.write_bytes(data)
            kept[target, taken] += 1


if __name__ == "__main__":
    main()
