"""The expert's report: PDF/A-3 with its findings attached, the same bytes for the same material."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from evidentia.formats.head import printed_head
from evidentia.record.errors import UsageError

from .disclosure import disclosed
from .document import Block, Cell, Plot, Section, Words
from .findings import findings_json
from .inert import visible
from .material import Language, Material, in_zone, only_at_work
from .outline import Part, report_parts
from .pdf_form import with_form
from .pictures import Unshown, illustrate
from .sections.people import people_of
from .texts import date, joined, say, word
from .typesetting import inert_data, lines_of, typeset

REPORT_NAME = "report.pdf"
DATA_NAME = "report.json"


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
        (room / DATA_NAME).write_bytes(data)
        return Rendered(pdf=with_form(_compile(room, material)), data=data)


def layout(material: Material, room: Path) -> dict[str, Any]:
    """What ``expert.typ`` prints, as data. Pictures are written into ``room``, by number."""
    parts = report_parts(material)
    sheet = _Sheet(material, room)
    languages = tuple(part.language for part in parts)
    first = languages[0]
    people = people_of(material, first)
    return {
        "language": first.value,
        "title": " / ".join(say(language, "report.title") for language in languages),
        "titles": [say(language, "report.title") for language in languages],
        "author": visible(", ".join(one.name for one in people)),
        "subject": lines_of(material.title),
        "case": lines_of(_in_each(languages, "report.header", case=material.case)),
        "number": lines_of(
            _in_each(languages, "report.number", number=material.number)
            if material.number
            else _in_each(languages, "report.unnumbered")
        ),
        "both": [say(language, "report.both") for language in languages] if len(parts) > 1 else [],
        "cover": [inert_data(msgspec.to_builtins(row)) for row in _cover(material, languages)],
        "parts": [_part(n, part, sheet, len(parts) > 1) for n, part in enumerate(parts, 1)],
    }


def _part(n: int, part: Part, sheet: _Sheet, named: bool) -> dict[str, Any]:
    return {
        "language": part.language.value,
        "name": say(part.language, "report.part", n="I" * n) if named else "",
        "labels": _labels(part.language),
        "sections": [sheet.laid(section, part.language) for section in part.sections],
        "annexes": [sheet.laid(section, part.language) for section in part.annexes],
    }


def _cover(m: Material, languages: Sequence[Language]) -> tuple[tuple[str, Cell], ...]:
    """What stands on the first page, in all languages at once."""

    def name(key: str) -> str:
        return _in_each(languages, key)

    people = [people_of(m, language) for language in languages]
    rows = [
        (name("introduction.case"), Cell(text=m.case, mono=True)),
        (name("introduction.requested_by"), Cell(text=m.requested_by or name("answer.unstated"))),
        (
            name("introduction.written_at"),
            Cell(text=joined(date(one, m.written_at, m.zone) for one in languages)),
        ),
    ]
    for same in zip(*people, strict=True):
        offices = joined(", ".join(p for p in (one.role, one.organisation) if p) for one in same)
        rows.append((name("introduction.examiner"), Cell(text=f"{same[0].name}\n{offices}")))
    if m.verdict is not None:
        verdict = joined(word(language, m.verdict.status) for language in languages)
        why = f"\n{name('integrity.at_work')}" if only_at_work(m.verdict) else ""
        rows.append((name("integrity.verdict"), Cell(text=verdict + why)))
    if m.head is not None:
        rows.append((name("summary.head"), Cell(text=printed_head(m.head), mono=True)))
    return tuple(rows)


def _in_each(languages: Sequence[Language], key: str, **values: object) -> str:
    return joined(say(language, key, **values) for language in languages)


def _compile(room: Path, material: Material) -> bytes:
    return typeset(
        "expert.typ",
        room,
        layout(material, room),
        in_zone(material.written_at, material.zone),
        what="The report",
        safe="No report was written; the case is unchanged.",
        next_step="Report this with the message; report.json can be written without the PDF.",
    )


def _labels(language: Language) -> dict[str, str]:
    names = ("page", "of", "contents", "figure", "table", "attachment", "appendix", "cut")
    more = ("signed_by", "opinion_tag", "title")
    return {name: say(language, f"report.{name}") for name in names + more}


class _Sheet:
    """Lays blocks out as data, and keeps the pictures that they show: one copy of each, however often it is shown."""

    def __init__(self, material: Material, room: Path) -> None:
        self._material, self._room = material, room
        self._pictures: dict[str, dict[str, Any] | Unshown] = {}

    def laid(self, section: Section, language: Language) -> dict[str, Any]:
        return {
            "key": section.key,
            "heading": lines_of(section.heading),
            "blocks": [self._block(block, language) for block in section.blocks],
            "sections": [self.laid(inner, language) for inner in section.sections],
        }

    def _block(self, block: Block, language: Language) -> dict[str, Any]:
        if isinstance(block, Words):
            runs = [[move.value, lines_of(text)] for move, text in block.words]
            return {
                "block": "words",
                "caption": lines_of(block.caption),
                "legend": lines_of(block.legend),
                "runs": runs,
            }
        laid: dict[str, Any] = inert_data(msgspec.to_builtins(block))
        if isinstance(block, Plot):
            laid["legend"] = [[kind.value, lines_of(text)] for kind, text in block.legend]
            laid["alt"] = visible(block.alt)
        for figure in (laid, laid.get("first"), laid.get("second")):
            if isinstance(figure, dict) and "path" in figure:
                self._place_picture(figure, language)
        if "svg" in laid:
            (self._room / "head.svg").write_text(laid.pop("svg"), encoding="utf-8")
        return laid

    def _place_picture(self, figure: dict[str, Any], language: Language) -> None:
        path = figure["path"]
        if path not in self._pictures:
            self._pictures[path] = self._copy(path)
        copy = self._pictures[path]
        if isinstance(copy, Unshown):
            reason = say(language, f"report.picture.{copy.reason}")
            figure["unshown"] = lines_of(say(language, "report.no_picture", reason=reason))
        else:
            figure |= copy

    def _copy(self, path: str) -> dict[str, Any] | Unshown:
        shown = illustrate(self._material.folder, path)
        if isinstance(shown, Unshown):
            return shown
        name = f"{len(self._pictures):04d}.png"
        (self._room / name).write_bytes(shown.png)
        return {"file": name, "width": shown.width, "height": shown.height, "cut": shown.cut}
