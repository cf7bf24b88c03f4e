"""The expert's report: PDF/A-3 with its findings attached, the same bytes for the same material."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec

from evidentia.record.errors import EvidentiaError, MissingPart, UsageError

from .disclosure import disclosed
from .document import Section, Words
from .findings import findings_json
from .inert import shown_lines, visible
from .material import Language, Material, in_zone
from .outline import annex_sections, report_sections
from .pictures import Unshown, illustrate
from .texts import say

if TYPE_CHECKING:
    from typst import PDFStandard

REPORT_NAME = "report.pdf"
DATA_NAME = "report.json"

PDF_STANDARDS: list[PDFStandard] = ["a-3a", "ua-1"]
"""PDF/A-3a (ISO 19005-3: archival, tagged, attachments allowed) and PDF/UA-1 (ISO 14289-1: accessible)."""

_STRUCTURE = frozenset(
    {"block", "tone", "grade", "key", "path", "svg", "number", "widths", "mono", "picture"}
)
_PLAIN = frozenset({"alt"})


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A report before it is written: the PDF, and the findings that are attached to it."""

    pdf: bytes
    data: bytes


class ReportFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Where a report was written."""

    pdf: Path
    data: Path


def write_report(material: Material, into: Path) -> ReportFiles:
    """Write ``report.pdf`` and ``report.json`` into an existing folder; nothing there is overwritten.

    Raises:
        UsageError: the folder is not there, or already holds a report.
        MissingPart: the packages of the extra ``[report]`` are not installed.
        EvidentiaError: the layout failed.
    """
    written = ReportFiles(pdf=into / REPORT_NAME, data=into / DATA_NAME)
    if not into.is_dir():
        raise UsageError(f"The folder {into} is not there.", next_step="Create it, or name another.")
    for path in (written.pdf, written.data):
        if path.exists():
            raise UsageError(f"{path} is already there.", next_step="Name a folder without a report.")
    rendered = render(material)
    for path, content in ((written.data, rendered.data), (written.pdf, rendered.pdf)):
        with path.open("xb") as file:
            file.write(content)
    return written


def render(material: Material) -> Rendered:
    """Lay the report out. The same material and pictures give the same bytes.

    Raises: as ``write_report``.
    """
    material = disclosed(material)
    data = findings_json(material)
    with TemporaryDirectory(prefix="evidentia-report-") as name:
        room = Path(name)
        _furnish(room, material, data)
        return Rendered(pdf=_compile(room, material), data=data)


def layout(material: Material, room: Path) -> dict[str, Any]:
    """What ``expert.typ`` prints, as data. Pictures are written into ``room``, by number."""
    language = material.language
    title = say(language, "report.title")
    return {
        "language": language.value,
        "title": title,
        "author": visible(material.examiner.name) if material.examiner else "",
        "subject": _lines(material.title),
        "case": _lines(say(language, "report.header", case=material.case)),
        "number": _lines(
            say(language, "report.number", number=material.number)
            if material.number
            else say(language, "report.unnumbered")
        ),
        "labels": _labels(language),
        "sections": [_laid(section, material, room) for section in report_sections(material)],
        "annexes": [_laid(section, material, room) for section in annex_sections(material)],
    }


def _furnish(room: Path, material: Material, data: bytes) -> None:
    template = files("evidentia.report").joinpath("expert.typ").read_bytes()
    (room / "expert.typ").write_bytes(template)
    (room / DATA_NAME).write_bytes(data)
    (room / "layout.json").write_bytes(msgspec.json.encode(layout(material, room)))


def _compile(room: Path, material: Material) -> bytes:
    try:
        import typst
    except ImportError as error:
        raise MissingPart(
            "The typesetting package is not installed.",
            next_step="Install evidentia-forensics with the extra [report].",
        ) from error
    try:
        return typst.compile(
            room / "expert.typ",
            root=room,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=PDF_STANDARDS,
            timestamp=in_zone(material.written_at, material.zone).replace(microsecond=0),
            # No package is imported; an empty folder makes sure that none is ever fetched.
            package_path=room,
            package_cache_path=room,
        )
    except typst.TypstError as error:
        raise EvidentiaError(
            f"The report could not be laid out: {error.message}",
            safe="No report was written; the case is unchanged.",
            next_step="Report this with the message; report.json can be written without the PDF.",
        ) from error


def _labels(language: Language) -> dict[str, str]:
    names = ("page", "of", "contents", "figure", "table", "attachment", "appendix", "cut")
    more = ("signed_by", "opinion_tag")
    return {name: say(language, f"report.{name}") for name in names + more}


def _laid(section: Section, material: Material, room: Path) -> dict[str, Any]:
    return {
        "key": section.key,
        "heading": _lines(section.heading),
        "blocks": [_block(block, material, room) for block in section.blocks],
        "sections": [_laid(inner, material, room) for inner in section.sections],
    }


def _block(block: Any, material: Material, room: Path) -> dict[str, Any]:
    if isinstance(block, Words):
        runs = [[move.value, _lines(text)] for move, text in block.words]
        return {
            "block": "words",
            "caption": _lines(block.caption),
            "legend": _lines(block.legend),
            "runs": runs,
        }
    laid: dict[str, Any] = _inert(msgspec.to_builtins(block), "")
    for figure in (laid, laid.get("first"), laid.get("second")):
        if isinstance(figure, dict) and "path" in figure:
            _place_picture(figure, material, room)
    if "svg" in laid:
        (room / "head.svg").write_text(laid.pop("svg"), encoding="utf-8")
    return laid


def _place_picture(figure: dict[str, Any], material: Material, room: Path) -> None:
    shown = illustrate(material.folder, figure["path"])
    if isinstance(shown, Unshown):
        reason = say(material.language, f"report.picture.{shown.reason}")
        figure["unshown"] = _lines(say(material.language, "report.no_picture", reason=reason))
        return
    name = f"{len(list(room.glob('*.png'))):04d}.png"
    (room / name).write_bytes(shown.png)
    figure |= {"file": name, "width": shown.width, "height": shown.height, "cut": shown.cut}


def _inert(value: Any, field: str) -> Any:
    if isinstance(value, dict):
        return {name: _inert(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_inert(inner, field) for inner in value]
    if isinstance(value, str) and field not in _STRUCTURE:
        return visible(value) if field in _PLAIN else _lines(value)
    return value


def _lines(text: str) -> list[Any]:
    lines: list[Any] = msgspec.to_builtins(shown_lines(text, fonts_only=True))
    return lines
