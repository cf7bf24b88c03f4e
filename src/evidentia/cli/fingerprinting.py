"""The command that fingerprints files without a case: fingerprint."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from csv import writer
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidentia.record.errors import UsageError

from .options import AsJson, NewTable
from .speaking import Exit, progress, say, say_json, shown, warn

if TYPE_CHECKING:
    from evidentia.fingerprint import Fingerprint, HashIndex
    from evidentia.fingerprint.video_types import VideoFingerprint

HASHES = ("ahash", "dhash", "dhash_vertical", "phash", "whash", "colorhash", "pdq", "pdq_quality")
_COLUMNS = (
    "path",
    "size",
    "sha256",
    "sha512",
    "media_type",
    "width",
    "height",
    "orientation",
    *HASHES,
    "pdq_as_stored",
    "crop_resistant",
    "problems",
)

_LINK = "a link, which is not followed"

_NAMED = 5
"""Names that lead nowhere of which are told."""

_FOLDER_LIMIT = 1_000_000
"""Files of the folders that were named: more are a whole disk, named by mistake."""


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("fingerprint", epilog="Example: evidentia fingerprint *.jpg --json")(fingerprint)


def fingerprint(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Files to fingerprint, and folders with files; nothing is kept."
        ),
    ],
    csv: NewTable = None,
    copies: Annotated[
        bool,
        typer.Option(
            "--copies", help="At the end, say which pictures, and which videos, are copies of each other."
        ),
    ] = False,
    processes: Annotated[
        int,
        typer.Option(
            "--processes", min=1, max=256, help="Decoding processes; as many as processors by default."
        ),
    ] = os.cpu_count() or 1,
    provenance_trust: Annotated[
        Path | None,
        typer.Option(
            "--provenance-trust",
            metavar="PEM",
            help="Whom you trust to say whose key signed a C2PA manifest.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Digests, perceptual hashes and metadata of files, without a case."""
    from evidentia.fingerprint import fingerprint_files, to_json_row
    from evidentia.fingerprint.index import HashIndex
    from evidentia.fingerprint.text import with_text
    from evidentia.fingerprint.video import with_video

    _refuse_absent(files)
    passed: list[str] = []
    named = [(path, name) for given in files for path, name in _below(given, passed)]
    for why in passed:
        warn(f"  [yellow]not fingerprinted: {shown(why)}[/]")
    if not named:
        raise UsageError(
            "There is no file in what was named: the folder is empty.",
            safe="Nothing was written.",
            next_step="Name files, or a folder that holds some.",
        )
    index, problems = HashIndex(), any(not why.endswith(_LINK) for why in passed)
    videos: dict[str, VideoFingerprint] = {}
    anchors = "" if provenance_trust is None else _pem(provenance_trust)
    with _table(csv) as write, progress("Fingerprinting") as tell:
        for at, found in enumerate(fingerprint_files(named, processes=processes, anchors=anchors), start=1):
            tell(f"{at} of {len(named)}")
            problems = problems or (found.media_type.startswith("image/") and bool(found.problems))
            row = with_text(to_json_row(found), named[at - 1][0])
            if found.media_type.startswith("video/"):
                row, video = with_video(row, named[at - 1][0])
                problems = problems or bool(row["problems"])
                if video is not None:
                    videos[found.path] = video
            write(row)
            if as_json:
                say_json(row)
            else:
                say(f"[bold]{shown(found.path)}[/]")
                say_row(row)
            _index(index, found)
    if copies:
        _say_copies(index, videos, as_json=as_json)
    return Exit.INDETERMINATE if problems else Exit.PASSED


def say_row(row: dict[str, Any]) -> None:
    """A fingerprint for a person: what identifies the file, what it says about itself, and what could not be read."""
    lines = {name: row.get(name) for name in ("media_type", "size", "sha256")}
    lines["picture"] = _picture(row["picture"]) if row.get("picture") else None
    lines |= {name: row.get(name) for name in HASHES}
    lines["pdq as stored"] = (row.get("as_stored") or {}).get("pdq")
    for name, value in lines.items():
        if value is not None:
            say(f"  {name:14} {shown(value)}")
    if (video := row.get("video")) is not None:
        _say_video(video)
    if (text := row.get("text")) is not None:
        say(f"  text           UTF-8, words: {text['words']}; normalised, its sha256 is {text['sha256']}")
    metadata = row.get("metadata") or {}
    for name, value in (metadata.get("exif") or {}).items():
        say(f"  {shown(name)}: {shown(value)}")
    if (claim := metadata.get("claim")) is not None:
        said = [claim["state"], *claim["codes"], claim["signer"], claim["organisation"]]
        say("  C2PA manifest: " + ", ".join(str(shown(one)) for one in said if one))
    for line in _carried(metadata):
        say(f"  {shown(line)}")
    for indication in metadata.get("indications") or ():
        say(f"  indication (no finding): {shown(indication['seen'])}: {shown(indication['suggests'])}")
    for problem in row.get("problems") or ():
        warn(f"  [yellow]{shown(problem)}[/]")


def _picture(picture: dict[str, Any]) -> str:
    """The size as stored, and what the hashes are of where that is not the whole picture as it stands."""
    said = f"{picture['format']}, {picture['width']} x {picture['height']} as stored"
    if picture["orientation"] is not None:
        said += f", EXIF orientation {picture['orientation']}"
    said += ": hashed upright" if picture["turned"] else ""
    return said + ("; of several frames the first alone is hashed" if picture["animated"] else "")


def _carried(metadata: dict[str, Any]) -> Iterator[str]:
    """What else the file carries, for a person: what --json has in full, and what is seldom there by itself."""
    for name, value in (metadata.get("xmp") or {}).items():
        yield f"XMP {name}: {value}"
    for name, value in (metadata.get("iptc") or {}).items():
        yield f"IPTC {name}: {value}"
    for text in metadata.get("texts") or ():
        yield f"PNG {text['chunk']} {text['keyword']}: {text['text']}"
    if (profile := metadata.get("profile")) is not None:
        yield f"ICC profile: {profile['name']}, {profile['size']} bytes"
    if (nearest := _nearest(metadata)) is not None:
        exactly = "that of" if nearest["distance"] == 0 else f"{nearest['distance']} off that of"
        yield f"quantisation: {exactly} the Independent JPEG Group's encoder at quality {nearest['quality']}"
    if (small := metadata.get("thumbnail")) is not None:
        size = f"{small['width']} x {small['height']}"
        yield f"thumbnail in EXIF: {size}, {small['bits_apart']} of 64 bits from the picture"
    if (trailing := metadata.get("trailing")) is not None:
        yield f"after the end of the picture: {trailing['length']} bytes from byte {trailing['offset']} on"
    if metadata.get("claim") is None and metadata.get("provenance") == "present, not validated":
        yield "C2PA manifest: present, not validated"


def _nearest(metadata: dict[str, Any]) -> dict[str, Any] | None:
    """The encoder's quality that is nearest to the table of brightness, which the file has first."""
    tables = metadata.get("quantisation") or ()
    found: dict[str, Any] | None = tables[0].get("nearest") if tables else None
    return found


def _say_video(video: dict[str, Any]) -> None:
    container = video["container"]
    say(
        f"  container      {shown(container['format'])}, {video['frames']} pictures, {video['seconds']:.2f} s"
    )
    for stream in container["streams"]:
        size = f" {stream['width']} x {stream['height']}" if stream["width"] else ""
        say(f"  stream {stream['index']}       {shown(stream['kind'])} {shown(stream['codec'])}{size}")
    kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(video["gops"]["kinds"].items()))
    heard = (
        "none"
        if video["sound"] is None
        else f"{len(video['sound']['levels']) * video['sound']['step']:.1f} s"
    )
    say(f"  pictures       {kinds}; {len(video['hashes'])} hashed; sound: {heard}")


def _pem(path: Path) -> str:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        data = path.read_bytes()
        load_pem_x509_certificates(data)
    except ValueError as error:
        raise UsageError(
            f"{path.name} holds no certificates in PEM.", next_step="Give the roots that you trust, in PEM."
        ) from error
    return data.decode("ascii", "replace")


def _refuse_absent(files: list[Path]) -> None:
    """Before the first file is read, and the table begun: a name that leads nowhere is mistyped."""
    absent = [str(path) for path in files if not os.path.exists(path)]
    if absent:
        raise UsageError(
            f"There is no such file: {', '.join(absent[:_NAMED])}{' …' if len(absent) > _NAMED else ''}.",
            safe="Nothing was fingerprinted, and no table was written.",
            next_step="Check that each path names a file that you may read.",
        )


def _below(given: Path, passed: list[str]) -> Iterator[tuple[Path, str]]:
    """A file with its name; or every regular file of a folder that may be read, with its path in it.

    ``passed`` gets what of a folder is passed over, and why. Links are not followed.
    """
    if not given.is_dir():
        yield given, given.name
        return
    found = 0
    for folder, folders, names in os.walk(given, onerror=lambda error: passed.append(str(error))):
        folders.sort()
        links = (Path(folder, name) for name in folders if Path(folder, name).is_symlink())
        passed.extend(f"{link.relative_to(given).as_posix()}: {_LINK}" for link in links)
        for name in sorted(names):
            path = Path(folder, name)
            if (why := _passed_over(path)) is not None:
                passed.append(f"{path.relative_to(given).as_posix()}: {why}")
                continue
            found += 1
            if found > _FOLDER_LIMIT:
                raise UsageError(
                    f"{given} has more than {_FOLDER_LIMIT} files.",
                    next_step="Name the folders that are meant.",
                )
            yield path, path.relative_to(given).as_posix()


def _passed_over(path: Path) -> str | None:
    if path.is_symlink():
        return _LINK
    if not path.is_file():
        return "not a regular file"
    return None if os.access(path, os.R_OK) else "it may not be read"


@contextmanager
def _table(path: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """What writes a row into the table at ``path``, or does nothing where none is wanted."""
    if path is None:
        yield lambda row: None
        return
    from evidentia.case.table_files import new_file

    with TextIOWrapper(new_file(path), encoding="utf-8", errors="surrogateescape", newline="") as out:
        table = writer(out)
        table.writerow(_COLUMNS)
        yield lambda row: table.writerow(_cells(row))


def _cells(row: dict[str, Any]) -> list[str]:
    from evidentia.case.table_files import guarded

    stored = {"pdq_as_stored": (row.get("as_stored") or {}).get("pdq")}
    values = row | (row.get("picture") or {}) | stored | {"problems": "; ".join(row["problems"])}
    return ["" if values.get(name) is None else guarded(str(values[name])) for name in _COLUMNS]


def _index(index: HashIndex, found: Fingerprint) -> None:
    from evidentia.fingerprint.index import LEAST_QUALITY

    hashes = found.perceptual
    if hashes is not None and hashes.pdq is not None and (hashes.pdq_quality or 0) >= LEAST_QUALITY:
        index.add([(found.path, hashes.pdq)])


def _say_copies(index: HashIndex, videos: dict[str, VideoFingerprint], *, as_json: bool) -> None:
    from evidentia.fingerprint.video_copies import cluster_videos

    clusters, recordings = index.clusters(), cluster_videos(videos.items())
    if as_json:
        beside = {"videos": recordings, "videos_compared": len(videos)} if videos else {}
        say_json({"copies": clusters, "compared": len(index)} | beside)
        return
    if videos:
        say(f"Compared by pictures and sound: {len(videos)} videos; groups of copies: {len(recordings)}.")
    for group in recordings:
        say("  " + ", ".join(shown(name) for name in group))
    say(f"Compared by PDQ: {len(index)} pictures; groups of copies: {len(clusters)}.")
    if clusters:
        say(
            "Screenshots of one phone resemble each other whatever they show: look before you call them copies."
        )
    for cluster in clusters:
        say("  " + ", ".join(shown(name) for name in cluster))
