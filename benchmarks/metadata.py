"""Metadata against exiftool: what share of its tags is read, and in what time: python -m benchmarks.metadata.

exiftool writes some sixty tags of EXIF, GPS, XMP, IPTC and PNG texts into generated pictures of six kinds; then both
read the same folder in turn, exiftool in one process with all files. A tag counts as read where a tag of its name is
there, or its very value. Ours also decodes and hashes every picture, in one process. Clock, medians, this run.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image

from evidentia.fingerprint import fingerprint_files
from evidentia.fingerprint.types import Fingerprint

KINDS = ("jpg", "png", "tiff", "webp", "avif", "heic")

WRITTEN = {
    "EXIF": "Make Model Software Artist Copyright ImageDescription UserComment LensModel LensMake OwnerName "
    "SerialNumber ImageUniqueID HostComputer",
    "XMP-dc": "Creator Title Description Rights Subject Source Publisher Identifier",
    "XMP-xmp": "CreatorTool Label Nickname",
    "XMP-photoshop": "City Country Credit Headline Instructions AuthorsPosition CaptionWriter State",
    "XMP-xmpRights": "UsageTerms WebStatement Owner",
    "XMP-iptcCore": "Location CountryCode IntellectualGenre",
    "IPTC": "By-line By-lineTitle City Credit Headline Keywords ObjectName Source CopyrightNotice Caption-Abstract "
    "SpecialInstructions OriginatingProgram",
    "PNG": "Comment Author Title Description Copyright Source Software Disclaimer Warning",
}
DATED = (
    "EXIF:DateTimeOriginal",
    "EXIF:CreateDate",
    "EXIF:ModifyDate",
    "XMP-xmp:CreateDate",
    "XMP-xmp:ModifyDate",
)
NUMBERS = (
    "EXIF:ISO=200",
    "EXIF:FNumber=2.8",
    "EXIF:ExposureTime=0.01",
    "GPS:GPSLatitude=5.1",
    "GPS:GPSLongitude=119.4",
)
GROUPS = re.compile(r"IFD0|ExifIFD|GPS|InteropIFD|IFD1|XMP-|IPTC|PNG")
NO_TEXT = frozenset(
    ["imagewidth", "imageheight", "bitdepth", "colortype", "compression", "filter", "interlace"]
)
"""What exiftool tells of a PNG's header beside its texts."""


def pictures(folder: Path, count: int) -> list[Path]:
    paths = []
    for number in range(count):
        for kind in KINDS:
            path = folder / f"{number:03d}.{kind}"
            picture = Image.effect_noise((160, 120), 60 + number).convert("RGB")
            if kind == "heic":
                pillow_heif.from_pillow(picture).save(path)
            else:
                picture.save(path)
            paths.append(path)
    words = [
        f"-{group}:{name}=nilai {name} {group}" for group, names in WRITTEN.items() for name in names.split()
    ]
    words += [f"-{name}=2019:02:20 08:00:0{at}" for at, name in enumerate(DATED)] + [
        f"-{one}" for one in NUMBERS
    ]
    subprocess.run(["exiftool", "-q", "-q", "-m", "-overwrite_original", *words, *paths], check=True)
    return paths


def by_exiftool(paths: list[Path]) -> list[dict[str, Any]]:
    done = subprocess.run(["exiftool", "-j", "-G1", *paths], capture_output=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def coverage(theirs: dict[str, Any], ours: Fingerprint) -> tuple[Counter[str], Counter[str], list[str]]:
    """How many tags of each group exiftool names, how many of them are read here, and which are not."""
    metadata = ours.metadata
    texts = {text.keyword: text.text for text in metadata.texts}
    read = {**metadata.exif, **metadata.xmp, **metadata.iptc, **texts}
    names = {plain(re.split(r"[ :]", name, maxsplit=1)[-1]) for name in read} | {plain(name) for name in read}
    values = {plain(value) for value in read.values()}
    named, found, missed = Counter[str](), Counter[str](), []
    for tag, value in theirs.items():
        group, _, name = tag.partition(":")
        if not GROUPS.match(group) or (group == "PNG" and plain(name) in NO_TEXT):
            continue
        kind = "EXIF" if group in ("IFD0", "IFD1", "ExifIFD", "GPS", "InteropIFD") else group.split("-")[0]
        named[kind] += 1
        if plain(name) in names or plain(str(value)) in values:
            found[kind] += 1
        else:
            missed.append(tag)
    return named, found, missed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10, help="pictures of each kind")
    options = parser.parse_args()
    if shutil.which("exiftool") is None:
        print("exiftool is not installed: nothing to compare with (scripts/install-system)")
        return
    with tempfile.TemporaryDirectory() as name:
        paths = pictures(Path(name), options.count)
        taken: dict[str, list[float]] = {"exiftool": [], "ours": []}
        for _ in range(3):
            start = time.perf_counter()
            theirs = by_exiftool(paths)
            taken["exiftool"].append(time.perf_counter() - start)
            start = time.perf_counter()
            ours = list(fingerprint_files(paths, processes=1))
            taken["ours"].append(time.perf_counter() - start)
    named, found, missed = Counter[str](), Counter[str](), Counter[str]()
    for row, fingerprint in zip(theirs, ours, strict=True):
        of, here, not_here = coverage(row, fingerprint)
        named, found = named + of, found + here
        missed.update(f"{Path(row['SourceFile']).suffix} {tag}" for tag in not_here)
    print(f"{len(paths)} pictures of {len(KINDS)} kinds: tags that exiftool names, and that are read here")
    for kind in sorted(named):
        print(f"  {kind:5} {found[kind]:5} of {named[kind]:5}: {found[kind] / named[kind]:.1%}")
    print(f"  all   {found.total():5} of {named.total():5}: {found.total() / named.total():.1%}")
    print("  missed most: " + ", ".join(tag for tag, _ in missed.most_common(8)))
    exiftool, own = (statistics.median(taken[who]) for who in ("exiftool", "ours"))
    print(
        f"exiftool {exiftool:.2f} s, ours with decoding and all hashes {own:.2f} s: {exiftool / own:.2f} of its time"
    )


if __name__ == "__main__":
    main()
