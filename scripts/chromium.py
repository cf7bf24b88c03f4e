"""The installer's questions about Chromium. Run by .venv's Python.

``check`` (is there one), ``package`` (which of npm's), ``verify ARCHIVE`` (is it the locked one), ``unpack FOLDER``.
"""

from __future__ import annotations

import hashlib
import sys
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


def verify(archive: Path) -> str:
    """The digest of npm's archive, if it is the locked one; else the end of the program."""
    package, digest = locked()
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != digest:
        raise SystemExit(f"{archive.name} is not the locked {package}: its SHA-256 is {found}")
    return found


def unpack(package: Path) -> str:
    """Unpack the browser of an extracted package to where the library looks."""
    return str(chromium_package.unpack(package, chromium.home()))


def main(arguments: list[str]) -> None:
    """Do what the first argument says, and print the answer."""
    try:
        match arguments:
            case ["check"]:
                answer = check()
            case ["package"]:
                answer = locked()[0]
            case ["verify", archive]:
                answer = verify(Path(archive))
            case ["unpack", folder]:
                answer = unpack(Path(folder))
            case _:
                raise SystemExit(__doc__)
    except EvidentiaError as error:
        raise SystemExit(f"{error.happened} {error.next_step}") from error
    sys.stdout.write(f"{answer}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
