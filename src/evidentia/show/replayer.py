"""ReplayWeb.page, the viewer of the WACZ format's makers: where it is, and whether it is one that was tried."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from evidentia.record.errors import MissingPart

PLACE = "EVIDENTIA_REPLAYER"
FILES = ("ui.js", "sw.js")
LARGEST = 16 * 1024 * 1024
"""Bytes of a file of the viewer: eight times those of the tried version."""


class Replayer(msgspec.Struct, frozen=True, kw_only=True):
    """The viewer's two scripts, whose bytes are those of a version that was tried."""

    version: str
    interface: bytes
    worker: bytes


def usual_place() -> Path:
    """Where the viewer is looked for if nothing is said: the XDG Base Directory for data."""
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "evidentia" / "replaywebpage"


def find(folder: Path | None = None) -> Replayer:
    """The viewer in a folder: the one given, else that of EVIDENTIA_REPLAYER, else the usual place.

    Raises:
        MissingPart: it is not there, or its bytes are not those of a version that was tried: a script that looks at
            evidence is not taken on trust.
    """
    where = folder or Path(os.environ.get(PLACE) or usual_place())
    try:
        interface, worker = (_read(where / name) for name in FILES)
    except OSError as error:
        raise _missing(f"ReplayWeb.page is not at {where}: {error.strerror or error}.") from error
    digests = dict(zip(FILES, (hashlib.sha256(one).hexdigest() for one in (interface, worker)), strict=True))
    version = next((version for version, known in tried().items() if known == digests), None)
    if version is None:
        raise _missing(f"The scripts at {where} are no version of ReplayWeb.page that was tried.")
    return Replayer(version=version, interface=interface, worker=worker)


@cache
def tried() -> dict[str, dict[str, str]]:
    """The versions that were tried, each with the SHA-256 of its files."""
    raw = files(__package__).joinpath("replayer.json").read_bytes()
    return msgspec.json.decode(raw, type=dict[str, dict[str, str]])


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)


def _missing(happened: str) -> MissingPart:
    versions = ", ".join(tried())
    return MissingPart(
        happened,
        next_step=f"In a checkout run scripts/install-replay; else unpack ui.js and sw.js of npm's replaywebpage "
        f"({versions}) into {usual_place()}, or name their folder with --replayer.",
    )
