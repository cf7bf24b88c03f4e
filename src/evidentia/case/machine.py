"""What is on this machine, and what is missing: the parts that evidentia can use, and what each is for."""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, version

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
    """Look for every part. Nothing is installed, and nothing is asked of the network."""
    return (_chromium(), *(_package(*row) for row in _PACKAGES), *(_program(*row) for row in _PROGRAMS))


_PACKAGES = (
    ("rapidocr", "reading screenshots", 'pip install "evidentia-forensics[ocr]"'),
    ("typst", "expert reports", 'pip install "evidentia-forensics[report]"'),
    ("pdqhash", "PDQ hashes of pictures", 'pip install "evidentia-forensics[pdq]" (compiles C++)'),
    ("python-pkcs11", "keys in tokens and smart cards", 'pip install "evidentia-forensics[pkcs11]"'),
)
_PROGRAMS = (
    ("openssl", "verify.sh, the second opinion", "install openssl"),
    ("sha256sum", "verify.sh, the second opinion", "install coreutils"),
    ("pdfsig", "other people's check of report signatures", "install poppler-utils"),
)


def _chromium() -> Part:
    from evidentia.capture import chromium

    mend = "install Debian's chromium-headless-shell, or set EVIDENTIA_CHROMIUM"
    try:
        browser = chromium.find()
        found = chromium.version(browser)
    except EvidentiaError as error:
        found, mend = "", error.next_step or mend
    return Part(name="chromium", found=found, purpose="capturing pages", mend=mend, needed=True)


def _package(name: str, purpose: str, mend: str) -> Part:
    try:
        found = version(name)
    except PackageNotFoundError:
        found = ""
    return Part(name=name, found=found, purpose=purpose, mend=mend)


def _program(name: str, purpose: str, mend: str) -> Part:
    return Part(name=name, found=shutil.which(name) or "", purpose=purpose, mend=mend)
