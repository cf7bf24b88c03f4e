"""The findings as data: what a report says, for programs. RFC 8785 bytes, attached to the PDF."""

from __future__ import annotations

from typing import Any

import msgspec

from evidentia.detect.absence import absence_of
from evidentia.detect.state_rates import measured
from evidentia.formats.canonical_json import encode_canonical
from evidentia.record.moment import to_utc_text

from .expert_files import refused
from .inert import well_formed
from .material import Material
from .weighing import weigh

EXACT_INTEGER = 2**53 - 1
"""Beyond this a JSON number is not exact everywhere (RFC 8785, section 3.2.2.3; I-JSON, RFC 7493)."""

_AS_THEY_ARE = (
    "case",
    "title",
    "number",
    "purpose",
    "requested_by",
    "zone",
    "language",
    "tool",
    "examiner",
    "items",
    "events",
    "head",
    "verdict",
    "timelines",
    "readings",
    "examinations",
    "redactions",
    "pictures",
    "withheld",
    "pending",
    "unsigned",
    "self_issued",
    "limitations",
    "languages",
    "expertise",
    "asked",
)


def findings(material: Material) -> dict[str, Any]:
    """Everything the report is made from, and the answers it gives, as plain data."""
    data: dict[str, Any] = {name: msgspec.to_builtins(getattr(material, name)) for name in _AS_THEY_ARE}
    if material.docket is not None:  # a case without an entry is told as it was before there were dockets
        data["docket"] = msgspec.to_builtins(material.docket)
    data["format"] = 1
    data["written_at"] = to_utc_text(material.written_at)
    data["conclusions"] = msgspec.to_builtins(weigh(material))
    absences = {one.post: absence_of(one) for one in material.timelines}
    data["absences"] = {post: msgspec.to_builtins(one) for post, one in absences.items() if one is not None}
    data["state_rates"] = msgspec.to_builtins(measured())
    return data


def finding_names(material: Material) -> frozenset[str]:
    """What an expert's answer can rest on, by name: ``integrity``, ``post:KEY``, ``reading:N``, ``examination:N``."""
    return frozenset(
        {
            *(("integrity",) if material.verdict is not None else ()),
            *(f"post:{one.post}" for one in material.timelines),
            *(f"reading:{one.item}" for one in material.readings),
            *(f"examination:{one.item}" for one in material.examinations),
        }
    )


def require_grounds(material: Material, file: str) -> None:
    """Ask whether everything that the answers rest on is in the case.

    Args:
        file: the file that holds the answers, for errors.

    Raises:
        FormatError: an item that is not in the case or is withheld, or a finding that nobody made.
    """
    here = {item.item for item in material.items} - set(material.withheld)
    known = finding_names(material)
    for n, question in enumerate(material.asked.questions if material.asked else ()):
        for item in question.items:
            if item not in here:
                raise refused(file, f"item {item} is not in the case - at `question[{n}].items`")
        for name in question.findings:
            if name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise refused(
                    file, f"the case has no finding {name!r} (it has: {listed}) - at `question[{n}].findings`"
                )


def findings_json(material: Material) -> bytes:
    """The findings as canonical JSON. Integers beyond 2^53 - 1 become text: platforms count as they like."""
    return encode_canonical(_exact(findings(material)))


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {well_formed(str(key)): _exact(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, int) and abs(value) > EXACT_INTEGER:
        return str(value)
    return value
