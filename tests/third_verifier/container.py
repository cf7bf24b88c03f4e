"""Container and names, from docs/format/container.md."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from .archive import Say, read_zip

LARGEST_CUSTODY_FILE = 64 << 20
LARGEST_CUSTODY = 512 << 20
DERIVED = ("index.html", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")

_NUMBER = r"(?!000000)[0-9]{6}"
_WHO = r"[a-z0-9-]{1,32}"
_TRUST = re.compile(r"trust/[0-9a-f]{64}\.(?:cer|crl|ocsp)")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}")
_CUSTODY = re.compile(
    rf"(?P<file>custody/(?:items/(?P<record>{_NUMBER})\.sha256|(?P<event>{_NUMBER})\.json"
    rf"|(?P<seal>{_NUMBER})\.sha256(?:\.(?P<who>{_WHO})\.(?P<form>p7s|pdf))?))"
    r"(?:(?:\.(?P<authority>[2-9]|[1-9][0-9]))?(?P<token>\.tsr))?"
)


class Name(NamedTuple):
    """What a path says: its kind, its item's or event's number, who signed, what a token is over, whose it is."""

    kind: str
    number: int
    who: str = ""
    over: str = ""
    authority: int = 0


def name_of(path: str) -> Name | None:
    """Read a path by the grammar; None where no rule of it fits."""
    if path in DERIVED:
        return Name("derived", 0)
    if _TRUST.fullmatch(path):
        return Name("trust", 0)
    if path.startswith("data/"):
        _, number, *rest = path.split("/")
        fits = re.fullmatch(_NUMBER, number) and rest and all(map(is_segment, rest))
        return Name("evidence", int(number)) if fits else None
    found = _CUSTODY.fullmatch(path)
    if found is None:
        return None
    kind = "record" if found["record"] else "event" if found["event"] else found["form"] or "seal"
    number, who = int(found["record"] or found["event"] or found["seal"]), found["who"] or ""
    if not found["token"]:
        return Name(kind, number, who)
    if kind in ("event", "seal"):
        return None
    return Name("token", number, who, found["file"], int(found["authority"] or 1))


def is_segment(text: str) -> bool:
    """Whether a text is a segment and no device's name."""
    return bool(_SEGMENT.fullmatch(text)) and not _DEVICE.fullmatch(text.partition(".")[0])


def is_path_text(text: str) -> bool:
    """The grammar of paths in checksum lines."""
    return all(map(is_segment, text.split("/")))


def read(where: Path, say: Say) -> dict[str, bytes]:
    """The files that are taken, by path. Bundles of tests are small: they are read whole."""
    found = _read_folder(where, say) if where.is_dir() else read_zip(where.read_bytes(), say)
    _check_collisions(found, say)
    taken, total = {}, 0
    for path, data in found.items():
        is_folder = data is None  # the top folder itself has no path left
        fits = not path or is_path_text(path.rstrip("/")) if is_folder else name_of(path) is not None
        if not fits:
            say("NAME_REFUSED" if path.startswith("data/") else "UNKNOWN_FILE", path)
        elif data is not None and path.startswith(("custody/", "trust/")):
            total += len(data)
            if len(data) > LARGEST_CUSTODY_FILE or total > LARGEST_CUSTODY:
                say("ARCHIVE_LIMIT", path)
            else:
                taken[path] = data
        elif data is not None:
            taken[path] = data
    return taken


def _check_collisions(found: dict[str, bytes | None], say: Say) -> None:
    """Files and the folders on their way; a folder ends in a stroke, so that it is never its namesake file."""
    seen: dict[str, str] = {}
    for path in found:
        parts = path.rstrip("/").split("/")
        ways = ["/".join(parts[:n]) + "/" for n in range(1, len(parts))]
        for way in [*ways, path]:
            folded = unicodedata.normalize("NFC", way.rstrip("/")).casefold()
            if seen.setdefault(folded, way) != way:
                say("NAMES_COLLIDE", path)


def _read_folder(where: Path, say: Say) -> dict[str, bytes | None]:
    files: dict[str, bytes | None] = {}
    for found in sorted(where.rglob("*")):
        path = found.relative_to(where).as_posix()
        if path.split("/")[0] == ".evidentia" and not (where / ".evidentia").is_symlink():
            if path == ".evidentia/prepared":
                say("EVENT_PREPARED", path)
            continue
        if found.is_symlink() or not (found.is_file() or found.is_dir()):
            say("LINK_OR_DEVICE", path)
        elif found.is_file():
            files[path] = found.read_bytes()
        else:
            files[f"{path}/"] = None
    return files
