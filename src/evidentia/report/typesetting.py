"""From data to a PDF: what every sheet and report has in common.

A template gets its texts from ``layout.json`` as runs of data and never reads one as markup. No font of the machine and
no package is used, so the same data give the same bytes everywhere.
"""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from evidentia.record.errors import EvidentiaError, MissingPart

from .inert import shown_lines, visible

if TYPE_CHECKING:
    from typst import PDFStandard

PDF_STANDARDS: list[PDFStandard] = ["a-3a", "ua-1"]
"""PDF/A-3a (ISO 19005-3: archival, tagged, attachments allowed) and PDF/UA-1 (ISO 14289-1: accessible)."""

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
    try:
        import typst
    except ImportError as error:
        raise MissingPart(
            "The typesetting package is not installed.",
            next_step="Install evidentia-forensics with the extra [report].",
        ) from error
    (room / template).write_bytes(files("evidentia.report").joinpath(template).read_bytes())
    (room / "layout.json").write_bytes(msgspec.json.encode(layout))
    try:
        return typst.compile(
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
