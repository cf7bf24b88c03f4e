"""BagIt's own files (RFC 8493), derived byte for byte from what the seals say (FORMAT, "Derived files")."""

from __future__ import annotations

from collections.abc import Mapping

from .checksums import format_lines

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INDEX = "index.html"
DERIVED = (INDEX, "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
"""Every file that may stand at the top of a bundle."""


def bag_info(case: str, date: str, octets: int, files: int) -> bytes:
    """``bag-info.txt``: the case, the UTC date of the last event (``2026-11-21``), and the payload's extent."""
    text = f"Bagging-Date: {date}\nExternal-Identifier: {case}\nPayload-Oxum: {octets}.{files}\n"
    return text.encode("ascii")


def manifest(digests: Mapping[str, str]) -> bytes:
    """``manifest-sha256.txt`` or ``tagmanifest-sha256.txt``: path -> SHA-256 as sorted lines."""
    return format_lines(digests).encode("ascii")
