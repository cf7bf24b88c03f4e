"""What a tamperer does to a bundle, for tests and for the demonstration: from clumsy to careful.

Works on a folder; the caller copies the bundle first.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path

import rfc8785
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter


def extract_warc(wacz: Path, into: Path) -> Path:
    """Copy the WARC out of a WACZ."""
    with zipfile.ZipFile(wacz) as archive:
        name = next(n for n in archive.namelist() if n.startswith("archive/"))
        into.write_bytes(archive.read(name))
    return into


def flip_byte_in_warc(wacz: Path, word: bytes) -> bytes:
    """Flip one bit of one byte in the first response body that holds ``word``; returns the word as it then reads.

    Everything else of the WACZ stays as it is. The WARC's own digests are not touched.
    """
    with zipfile.ZipFile(wacz) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    name = next(info.filename for info, _ in entries if info.filename.startswith("archive/"))
    flipped = bytes([word[0] ^ 0x01]) + word[1:]
    with zipfile.ZipFile(wacz, "w", zipfile.ZIP_STORED) as archive:
        for info, data in entries:
            archive.writestr(info, _flip(data, word, flipped) if info.filename == name else data)
    return flipped


def make_archive_agree(wacz: Path) -> None:
    """Recompute every digest inside a WACZ: the WARC's own, and those of its data package."""
    with zipfile.ZipFile(wacz) as archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
    warc = next(name for name in entries if name.startswith("archive/"))
    entries[warc] = _with_digests(entries[warc])
    package = json.loads(entries["datapackage.json"])
    for resource in package["resources"]:
        data = entries[resource["path"]]
        resource |= {"hash": f"sha256:{hashlib.sha256(data).hexdigest()}", "bytes": len(data)}
    entries["datapackage.json"] = json.dumps(package, indent=2).encode()
    digest = hashlib.sha256(entries["datapackage.json"]).hexdigest()
    said = {"path": "datapackage.json", "hash": f"sha256:{digest}"}
    entries["datapackage-digest.json"] = json.dumps(said).encode()
    with zipfile.ZipFile(wacz, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def make_checksums_agree(bundle: Path) -> None:
    """Rewrite every checksum file of a bundle, in the order in which each depends on the one before.

    After this, ``sha256sum -c`` and BagIt validators accept everything. What cannot be made to agree are the
    signatures and timestamps: that takes keys.
    """
    payload = [path for path in (bundle / "data").rglob("*") if path.is_file()]
    oxum = f"Payload-Oxum: {sum(path.stat().st_size for path in payload)}.{len(payload)}"
    info = (bundle / "bag-info.txt").read_text("ascii").splitlines()
    kept = (oxum if line.startswith("Payload-Oxum") else line for line in info)
    (bundle / "bag-info.txt").write_text("".join(f"{line}\n" for line in kept), "ascii", newline="\n")
    for record in sorted((bundle / "custody" / "items").glob("??????.sha256")):
        _rewrite(bundle, record)
    for event in sorted((bundle / "custody").glob("??????.json")):
        said = json.loads(event.read_bytes())
        for item in said["items"]:
            item["record"] = _sha256(bundle / "custody" / "items" / f"{item['item']:06d}.sha256")
        event.write_bytes(rfc8785.dumps(said))
        _rewrite(bundle, event.with_suffix(".sha256"))
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        _rewrite(bundle, bundle / manifest)


def _flip(warc: bytes, word: bytes, flipped: bytes) -> bytes:
    """The WARC, packed anew record by record, with the word changed and every header as it was."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    done = False
    for record in ArchiveIterator(io.BytesIO(warc), no_record_parse=True):
        payload = record.raw_stream.read()
        if not done and record.rec_type == "response" and word in payload:
            payload = payload.replace(word, flipped, 1)
            done = True
        record.raw_stream = io.BytesIO(payload)
        record.length = len(payload)
        writer.write_record(record)
    if not done:
        raise ValueError(f"no response body holds {word!r}")
    return out.getvalue()


def _with_digests(warc: bytes) -> bytes:
    """The WARC with the digests of every record computed anew."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for record in ArchiveIterator(io.BytesIO(warc), no_record_parse=True):
        block = record.raw_stream.read()
        record.rec_headers.replace_header("WARC-Block-Digest", _labelled(block))
        if record.rec_headers.get_header("WARC-Payload-Digest"):
            record.rec_headers.replace_header(
                "WARC-Payload-Digest", _labelled(block.partition(b"\r\n\r\n")[2])
            )
        record.raw_stream = io.BytesIO(block)
        record.length = len(block)
        writer.write_record(record)
    return out.getvalue()


def _labelled(data: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode("ascii")


def _rewrite(bundle: Path, listing: Path) -> None:
    lines = listing.read_text("ascii").splitlines()
    renewed = (
        line if line.startswith("#") else f"{_sha256(bundle / line[66:])}  {line[66:]}" for line in lines
    )
    listing.write_text("".join(f"{line}\n" for line in renewed), "ascii", newline="\n")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
