"""From data to a PDF: what every sheet and report has in common.

A template gets its texts from ``layout.json`` as runs of data and never reads one as markup. No font of the machine and
no package is used, so the same data give the same bytes everywhere.
"""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec

from evidentia.record.errors import EvidentiaError, MissingPart

from .inert import shown_lines, visible

if TYPE_CHECKING:
    from typst import PDFStandard

PDF_STANDARDS: list[PDFStandard] = ["a-3a", "ua-1"]
"""PDF/A-3a (ISO 19005-3: archival, tagged, attachments allowed) and PDF/UA-1 (ISO 14289-1: accessible)."""

THREADS = "RAYON_NUM_THREADS"
"""The variable of the environment that says with how many threads the typesetter works."""

_STRUCTURE = frozenset(
    {
        *("block", "tone", "grade", "key", "path", "svg", "number", "widths", "mono", "picture"),
        *("node", "style", "ordered", "start", "end", "opinion", "kind"),
    }
)
_PLAIN = frozenset({"alt"})


def typeset(
    template: str, room: Path, layout: Any, at: datetime, *, what: str, safe: str = "", next_step: str
) -> bytes:
    """The PDF that a template makes of data. What it shows or attaches besides lies in ``room`` already.

    Args:
        at: the time that the document states.
        what: what is laid out, for the words of an error; ``safe`` and ``next_step`` as those of errors.

    Raises:
        MissingPart: the packages of the extra ``[report]`` are not installed.
        EvidentiaError: the layout failed.
    """
    typst = _typesetter()
    (room / template).write_bytes(files("evidentia.report").joinpath(template).read_bytes())
    (room / "layout.json").write_bytes(msgspec.json.encode(layout))
    try:
        made: bytes = typst.compile(
            room / template,
            root=room,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=PDF_STANDARDS,
            timestamp=at.replace(microsecond=0),
            # No package is imported; an empty folder makes sure that none is ever fetched.
            package_path=room,
            package_cache_path=room,
        )
    except typst.TypstError as error:
        raise EvidentiaError(
            f"{what} could not be laid out: {error.message}", safe=safe, next_step=next_step
        ) from error
    return made


@cache
def _typesetter() -> ModuleType:
    """The typesetter, with one thread: each more costs a complete report some 30 MB, and saves it a tenth of its time.

    It reads the variable once in a process, when it first lays something out. So an empty page is laid out while the
    variable is set, which takes milliseconds; a number that a caller has set stays, and so does what follows from it.

    Raises:
        MissingPart: the package is not installed.
    """
    try:
        typst = import_module("typst")
    except ImportError as error:
        raise MissingPart(
            "The typesetting package is not installed.",
            next_step="Install evidentia-forensics with the extra [report].",
        ) from error
    if THREADS in os.environ:
        return typst
    os.environ[THREADS] = "1"
    try:
        # A root of its own: the working folder, which is the usual one, may be gone.
        typst.compile(b"", root=Path(__file__).parent, format="pdf", ignore_system_fonts=True)
    finally:
        os.environ.pop(THREADS, None)
    return typst


def inert_data(value: Any, field: str = "") -> Any:
    """Plain data with every text in it as lines of runs; what names a structure stays as it is."""
    if isinstance(value, dict):
        return {name: inert_data(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [inert_data(inner, field) for inner in value]
    if isinstance(value, str) and field not in _STRUCTURE:
        return visible(value) if field in _PLAIN else lines_of(value)
    return value


def lines_of(text: str) -> list[Any]:
    """A text as lines of runs, with what the fonts cannot draw named."""
    lines: list[Any] = msgspec.to_builtins(shown_lines(text, fonts_only=True))
    return lines
