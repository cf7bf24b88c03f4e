"""A whole Chromium out of an npm package, for people who may not install programs.

``npm pack @sparticuz/chromium`` gives a package whose ``bin`` folder holds ``chromium.br`` (the program) and tar
archives of the libraries, fonts and software renderer that it needs, all compressed with Brotli (RFC 7932).
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from evidentia.record.errors import FormatError, MissingPart

UNPACKED_BYTES = 1 << 30
"""No more than this is unpacked of any part: the whole browser takes a fifth of it."""

_ARCHIVES = ("al2023", "swiftshader", "fonts")
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{own}</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


def unpack(package_dir: Path, into: Path) -> Path:
    """Unpack the browser of an extracted npm package into ``into``; the path of its program.

    Entries of the archives that would leave their folder, and links that would, are refused (PEP 706, ``data``).

    Raises:
        MissingPart: there is no Brotli reader, or ``package_dir`` holds no Chromium.
        FormatError: a part is damaged, too large or would write elsewhere.
    """
    parts = package_dir / "bin"
    if not (parts / "chromium.br").is_file():
        raise MissingPart(
            f"There is no Chromium in {package_dir}.",
            next_step="Run npm pack @sparticuz/chromium, extract the archive, and name its folder 'package'.",
        )
    into.mkdir(parents=True, exist_ok=True)
    for name in _ARCHIVES:
        source = parts / f"{name}.tar.br"
        if source.is_file():
            _unpack_archive(source, into / name)
    # The package's own fonts.conf names folders of the place that it was made for: without fonts there is no text.
    own = escape(str((into / "fonts").resolve()))
    (into / "fonts.conf").write_text(_FONTS.format(own=own), encoding="utf-8")
    program = into / "chromium"
    half = into / "chromium.part"
    half.write_bytes(_decompress(parts / "chromium.br"))
    half.chmod(0o755)
    os.replace(half, program)  # last: a program that is there is a whole one
    return program


def _unpack_archive(source: Path, into: Path) -> None:
    try:
        with tarfile.open(fileobj=io.BytesIO(_decompress(source))) as archive:
            _check_size(source, (member.size for member in archive))
            archive.extractall(into, filter="data")
    except tarfile.TarError as error:
        raise FormatError(str(source), f"not an archive that can be unpacked safely: {error}") from error


def _check_size(source: Path, sizes: Iterable[int]) -> None:
    if sum(sizes) > UNPACKED_BYTES:
        raise FormatError(str(source), f"it would unpack to more than {UNPACKED_BYTES} bytes")


def _decompress(source: Path) -> bytes:
    try:
        import brotli  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingPart(
            "Unpacking Chromium needs the Python package brotli.", next_step="Run: pip install brotli"
        ) from error
    decompressor = brotli.Decompressor()
    out = bytearray()
    try:
        with source.open("rb") as file:
            while chunk := file.read(1 << 20):
                out += decompressor.process(chunk)
                _check_size(source, (len(out),))
    except brotli.error as error:
        raise FormatError(str(source), "damaged Brotli data") from error
    if not decompressor.is_finished():
        raise FormatError(str(source), "the data ends too early")
    return bytes(out)
