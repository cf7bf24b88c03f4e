"""The installer's questions about Chromium: ``check``, ``package``, ``unpack ARCHIVE``. Run by .venv's Python."""

from __future__ import annotations

import hashlib
import sys
import tarfile
import tempfile
from pathlib import Path

from evidentia.capture import chromium, chromium_package
from evidentia.record.errors import EvidentiaError

LOCK = Path(__file__).resolve().parent.parent / "requirements" / "chromium.lock"


def check() -> str:
    """The program that the library would use, and its version.

    Raises:
        MissingPart: there is none, or it does not start.
    """
    found = chromium.find()
    return f"{found.program}: {chromium.version(found)}"


def locked() -> tuple[str, str]:
    """The npm package and the SHA-256 of its archive."""
    entries = [line.split() for line in LOCK.read_text("utf-8").splitlines() if not line.startswith("#")]
    [(package, digest)] = entries
    return package, digest.removeprefix("sha256:")


def unpack(archive: Path) -> str:
    """Unpack npm's archive to where the library looks, if it is the locked one."""
    package, digest = locked()
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != digest:
        raise SystemExit(f"{archive.name} is not the locked {package}: its SHA-256 is {found}")
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive) as opened:
            opened.extractall(scratch, filter="data")
        return str(chromium_package.unpack(Path(scratch) / "package", chromium.home()))


def main(arguments: list[str]) -> None:
    """Do what the first argument says, and print the answer."""
    try:
        match arguments:
            case ["check"]:
                answer = check()
            case ["package"]:
                answer = locked()[0]
            case ["unpack", archive]:
                answer = unpack(Path(archive))
            case _:
                raise SystemExit(__doc__)
    except EvidentiaError as error:
        raise SystemExit(f"{error.happened} {error.next_step}") from error
    sys.stdout.write(f"{answer}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
