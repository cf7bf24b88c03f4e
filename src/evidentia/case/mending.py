"""Installing a Chromium where none works: the one thing that evidentia installs, and only when it is told to."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from evidentia.record.errors import MissingPart

INSTALL_SECONDS = 600
"""How long one installer may take: it fetches some 100 MB, over lines as slow as 2 Mbit/s."""

_LAST_WORDS = 400  # characters of what an installer said, in an error
_DEBIAN_PACKAGES = ("chromium-headless-shell", "chromium")  # the small one is not in every release

Tell = Callable[[str], None]


def install_chromium(tell: Tell) -> str:
    """Install a Chromium in the first way that works here, and say which: Debian's packages, npm's, Playwright's.

    As root on Debian or Ubuntu through ``apt-get``; else one is unpacked into the user's cache, where ``chromium.find``
    looks. This asks the network.

    Raises:
        MissingPart: no way works; each says why.
    """
    refused: list[str] = []
    for name, install in _ways():
        tell(f"Chromium from {name}")
        try:
            install()
        except (OSError, subprocess.SubprocessError, MissingPart) as error:
            refused.append(f"{name}: {_words(error)}")
            continue
        return name
    raise MissingPart(
        "No Chromium could be installed. " + "; ".join(refused or ["there is no installer on this machine"]),
        next_step="Install one from your system's packages, and name it in EVIDENTIA_CHROMIUM.",
    )


def _ways() -> Iterator[tuple[str, Callable[[], None]]]:
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        yield "Debian's packages", _from_debian
    if (
        shutil.which("npm")
        and sys.platform == "linux"
        and platform.machine() == "x86_64"
        and find_spec("brotli")
    ):
        yield "npm's package", _from_npm
    if find_spec("playwright"):
        yield "Playwright", _from_playwright


def _from_debian() -> None:
    _run("apt-get", "update", "-qq")
    for package in _DEBIAN_PACKAGES:
        try:
            _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)
        except subprocess.CalledProcessError:
            if package == _DEBIAN_PACKAGES[-1]:
                raise
        else:
            return


def _from_npm() -> None:
    """Fetch the pinned package, check its digest before it is opened, and unpack it."""
    from evidentia.capture import chromium, chromium_package

    with tempfile.TemporaryDirectory(prefix="evidentia-chromium-") as name:
        folder = Path(name)
        _run("npm", "pack", "--silent", "--pack-destination", name, chromium_package.PACKAGE)
        archive = next(folder.glob("*.tgz"), None)
        if archive is None:
            raise MissingPart("npm fetched nothing.")
        with archive.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != chromium_package.ARCHIVE_SHA256:
            raise MissingPart(f"{archive.name} is not the package that is known: its SHA-256 is {digest}.")
        with tarfile.open(archive) as package:
            members = [one for one in package if one.isfile() and one.name.startswith("package/bin/")]
            for member in members:
                content = package.extractfile(member)
                assert content is not None
                target = folder / "package" / "bin" / Path(member.name).name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
        chromium_package.unpack(folder / "package", chromium.home())


def _from_playwright() -> None:
    _run(sys.executable, "-m", "playwright", "install", "chromium-headless-shell")


def _run(*command: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(  # noqa: S603 - fixed words, and a program that was found on the path
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=INSTALL_SECONDS,
        check=True,
    )


def _words(error: Exception) -> str:
    output = getattr(error, "output", None)
    said = output.decode("utf-8", "replace").strip()[-_LAST_WORDS:] if isinstance(output, bytes) else ""
    return said or str(error)
