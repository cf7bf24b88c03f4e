"""The command that fingerprints files without a case: fingerprint."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from csv import writer
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evidentia.record.errors import UsageError

from .options import AsJson
from .speaking import Exit, progress, say, say_json, shown, warn

if TYPE_CHECKING:
    from evidentia.fingerprint import Fingerprint, HashIndex

HASHES = ("ahash", "dhash", "dhash_vertical", "phash", "whash", "colorhash", "pdq", "pdq_quality")
_COLUMNS = (
    "path",
    "size",
    "sha256",
    "sha512",
    "media_type",
    "width",
    "height",
    *HASHES,
    "crop_resistant",
    "problems",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute (OWASP, "CSV Injection"): it is written with a quote before it."""

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
    csv: Annotated[
        Path | None,
        typer.Option("--csv", help="Write a table as well; a file that is there is never replaced."),
    ] = None,
    copies: Annotated[
        bool,
        typer.Option("--copies", help="At the end, say which pictures PDQ takes for copies of each other."),
    ] = False,
    processes: Annotated[
        int,
        typer.Option(
            "--processes", min=1, max=256, help="Decoding processes; as many as processors by default."
        ),
    ] = os.cpu_count() or 1,
    as_json: AsJson = False,
) -> int:
    """Digests, perceptual hashes and metadata of files, without a case."""
    from evidentia.fingerprint import fingerprint_files, to_json_row
    from evidentia.fingerprint.index import HashIndex

    named = [(path, name) for given in files for path, name in _below(given)]
    if not named:
        raise UsageError(
            "There is no file in what was named: the folder is empty.",
            safe="Nothing was written.",
            next_step="Name files, or a folder that holds some.",
        )
    index, problems = HashIndex(), False
    with _table(csv) as write, progress("Fingerprinting") as tell:
        for at, found in enumerate(fingerprint_files(named, processes=processes), start=1):
            tell(f"{at} of {len(named)}")
            problems = problems or (found.media_type.startswith("image/") and bool(found.problems))
            row = to_json_row(found)
            write(row)
            if as_json:
                say_json(row)
            else:
                say(f"[bold]{shown(found.path)}[/]")
                say_row(row)
            _index(index, found)
    if copies:
        _say_copies(index, as_json=as_json)
    return Exit.INDETERMINATE if problems else Exit.PASSED


def say_row(row: dict[str, Any]) -> None:
    """A fingerprint for a person: what identifies the file, what it says about itself, and what could not be read."""
    for name in ("media_type", "size", "sha256", *HASHES):
        if row.get(name) is not None:
            say(f"  {name:14} {shown(row[name])}")
    metadata = row.get("metadata") or {}
    for name, value in (metadata.get("exif") or {}).items():
        say(f"  {shown(name)}: {shown(value)}")
    for indication in metadata.get("indications") or ():
        say(f"  indication (no finding): {shown(indication['seen'])}: {shown(indication['suggests'])}")
    for problem in row.get("problems") or ():
        warn(f"  [yellow]{shown(problem)}[/]")


def _below(given: Path) -> Iterator[tuple[Path, str]]:
    """A file with its name; or every regular file of a folder, with its path in it, links not followed."""
    if not given.is_dir():
        yield given, given.name
        return
    found = 0
    for folder, folders, names in os.walk(given):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_symlink() or not path.is_file():
                continue
            found += 1
            if found > _FOLDER_LIMIT:
                raise UsageError(
                    f"{given} has more than {_FOLDER_LIMIT} files.",
                    next_step="Name the folders that are meant.",
                )
            yield path, path.relative_to(given).as_posix()


@contextmanager
def _table(path: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """What writes a row into the table at ``path``, or does nothing where none is wanted."""
    if path is None:
        yield lambda row: None
        return
    with path.open("x", encoding="utf-8", errors="surrogateescape", newline="") as out:
        table = writer(out)
        table.writerow(_COLUMNS)
        yield lambda row: table.writerow(_cells(row))


def _cells(row: dict[str, Any]) -> list[str]:
    values = row | (row.get("picture") or {}) | {"problems": "; ".join(row["problems"])}
    cells = ["" if values.get(name) is None else str(values[name]) for name in _COLUMNS]
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


def _index(index: HashIndex, found: Fingerprint) -> None:
    from evidentia.fingerprint.index import LEAST_QUALITY

    hashes = found.perceptual
    if hashes is not None and hashes.pdq is not None and (hashes.pdq_quality or 0) >= LEAST_QUALITY:
        index.add([(found.path, hashes.pdq)])


def _say_copies(index: HashIndex, *, as_json: bool) -> None:
    clusters = index.clusters()
    if as_json:
        say_json({"copies": clusters, "compared": len(index)})
        return
    say(f"Compared by PDQ: {len(index)} pictures; groups of copies: {len(clusters)}.")
    if clusters:
        say(
            "Screenshots of one phone resemble each other whatever they show: look before you call them copies."
        )
    for cluster in clusters:
        say("  " + ", ".join(shown(name) for name in cluster))
