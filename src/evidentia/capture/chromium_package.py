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

PACKAGE = "@sparticuz/chromium@153.0.0"
"""The package that is known to work, by its name in npm's registry; x86-64 Linux alone."""

ARCHIVE_SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
"""SHA-256 of that package's archive: another one is not opened."""

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

    Entries of the archives that would leave their folder, links that would, and devices are refused.

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
            for member in archive.getmembers():
                _extract(archive, member, into, source)
    except tarfile.TarError as error:
        raise FormatError(str(source), f"not an archive that can be unpacked safely: {error}") from error


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, into: Path, source: Path) -> None:
    """Lay one entry down. By hand, because the filters of PEP 706 came with 3.11.4 and Debian 12 has 3.11.2."""
    target = into / member.name
    points_to = target.parent / member.linkname if member.issym() else target
    lies_in = target if member.isdir() else target.parent
    if not (_is_inside(lies_in, into) and _is_inside(points_to, into)):
        raise FormatError(
            str(source), f"not an archive that can be unpacked safely: {member.name} leaves its folder"
        )
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    if member.issym():
        target.symlink_to(member.linkname)
    elif member.isreg():
        content = archive.extractfile(member)
        assert content is not None
        target.write_bytes(content.read())
        target.chmod(0o755 if member.mode & 0o100 else 0o644)
    else:
        raise FormatError(
            str(source), f"not an archive that can be unpacked safely: {member.name} is no plain file"
        )


def _is_inside(path: Path, folder: Path) -> bool:
    """Whether a path stays in a folder, also through the links that were laid down before."""
    return path.resolve().is_relative_to(folder.resolve())


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
