"""What is on this machine, and what is missing: the parts that evidentia can use, and what each is for."""

from __future__ import annotations

import asyncio
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from evidentia.record.errors import EvidentiaError


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A program or package: what was found (empty if nothing), what it is for, how to get it."""

    name: str
    found: str
    purpose: str
    mend: str
    needed: bool = False


def examine_machine() -> tuple[Part, ...]:
    """Look for every part, and start every browser. Nothing is installed, and nothing is asked of the network."""
    return (*_browsers(), *(_package(*row) for row in _PACKAGES), *(_program(*row) for row in _PROGRAMS))


_USED = "capturing pages: this one is used"
_NAMED = "capturing pages, if EVIDENTIA_CHROMIUM names it"
_PACKAGES = (
    ("rapidocr", "reading screenshots", 'pip install "evidentia-forensics[ocr]"'),
    ("typst", "expert reports", 'pip install "evidentia-forensics[report]"'),
    ("python-pkcs11", "keys in tokens and smart cards", 'pip install "evidentia-forensics[pkcs11]"'),
)
_PROGRAMS = (
    ("openssl", "verify.sh, the second opinion", "install openssl"),
    ("sha256sum", "verify.sh, the second opinion", "install coreutils"),
    ("pdfsig", "other people's check of report signatures", "install poppler-utils"),
)


def _browsers() -> tuple[Part, ...]:
    """Every Chromium with whether it starts; the first is the one that captures use."""
    from evidentia.capture import chromium

    mend = "evidentia doctor --mend, or set EVIDENTIA_CHROMIUM"
    found = chromium.installed()
    if not found:
        return (Part(name="chromium", found="", purpose=_USED, mend=mend, needed=True),)
    first, *others = found
    return (
        _browser("chromium", first.program, _USED, mend, needed=True),
        *(_browser("another chromium", one.program, _NAMED, "not needed", needed=False) for one in others),
    )


def _browser(name: str, program: Path, purpose: str, mend: str, *, needed: bool) -> Part:
    from evidentia.capture.options import PageOptions
    from evidentia.capture.shared_browser import try_start

    try:
        said = asyncio.run(try_start(PageOptions(chromium=program)))
    except EvidentiaError as error:
        return Part(
            name=name, found="", purpose=purpose, mend=f"{program}: {error.happened} {mend}", needed=needed
        )
    return Part(
        name=name, found=f"{said.name} {said.version}, {program}", purpose=purpose, mend=mend, needed=needed
    )


def _package(name: str, purpose: str, mend: str) -> Part:
    try:
        found = version(name)
    except PackageNotFoundError:
        found = ""
    return Part(name=name, found=found, purpose=purpose, mend=mend)


def _program(name: str, purpose: str, mend: str) -> Part:
    return Part(name=name, found=shutil.which(name) or "", purpose=purpose, mend=mend)
