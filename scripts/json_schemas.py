"""Write the JSON Schemas of docs/schemas from the record types: python scripts/json_schemas.py [--check].

A record type says which fields there are and of which kind. What the readers ask besides (patterns, lengths, what an
event of each type says) stands here, made of the same constants; tests/docs/test_schemas.py holds the two together.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from evidentia.capture.facts import Word
from evidentia.case.comparing import Compared
from evidentia.case.redacting import Redaction
from evidentia.case.table_files import WrittenTables
from evidentia.custody.revocation_evidence import Asked
from evidentia.custody.signed_document import Signed
from evidentia.detect.moments import Known
from evidentia.fingerprint.types import Fingerprint, Perceptual
from evidentia.fingerprint.video_types import VideoFingerprint
from evidentia.formats import event as rules
from evidentia.formats import names
from evidentia.record.chat import ChatExport
from evidentia.record.comparison import Comparison
from evidentia.record.custody import Event, EventType, Head
from evidentia.record.docket import (
    DataFile,
    Docket,
    DocketEntry,
    DocketStatistics,
    DocketSummary,
    OpenDeadlines,
)
from evidentia.record.examination import Examination, ImageClass, Region, TestFinding
from evidentia.record.exchange import ExpertAnswer, HeldBundle, Referral, TakenBundle
from evidentia.record.finding import Reading
from evidentia.record.hand_over import EvidenceList, HandOver
from evidentia.record.handed_over import Members, SavedPages
from evidentia.record.item import Item, Role
from evidentia.record.life import Timeline
from evidentia.record.likeness import Copies, Found
from evidentia.record.mail import Mail
from evidentia.record.memento import Memento
from evidentia.record.post import Observation, PageReading, Post, Signal, State
from evidentia.record.verdict import Requirement, Status, Verdict
from evidentia.report.findings import EXACT_INTEGER
from evidentia.report.material import ExaminedItem, Material
from evidentia.report.pdf_signature import Level
from evidentia.report.weighing import Weighed

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_INSIDE = re.compile(
    r" \(FORMAT, [^)]*\)"
)  # pointers into the specification that mean nothing outside the code

Schema = dict[str, Any]


class Page(NamedTuple):
    """A schema to be written: of which type, what it is called, and what it is about."""

    of: Any
    title: str
    about: str


def record(name: str, doc: str, *fields: Any) -> Any:
    """A record that programs put together from others; it has no type of its own in them."""
    return msgspec.defstruct(name, fields, namespace={"__doc__": doc}, kw_only=True)


def fields_of(kind: Any, without: Iterable[str] = ()) -> list[Any]:
    """A record's fields as ``msgspec.defstruct`` takes them."""
    kept = (f for f in msgspec.structs.fields(kind) if f.name not in set(without))
    return [(f.name, f.type) for f in kept]


LATER_HASHES = frozenset({"dhash_vertical", "crop_resistant", "pdq_turned"})
"""Hashes that the first bundles do not have: they stay as they were sealed."""

LATER = [field for field in msgspec.structs.fields(Perceptual) if field.name in LATER_HASHES]
Row = record(
    "FingerprintRow",
    "Everything by which a file can be found again: digests, perceptual hashes of the upright picture, metadata. "
    "`as_stored` holds the hashes of the pixels before a turn that EXIF asks for.",
    *fields_of(Fingerprint, ("perceptual", "perceptual_as_stored")),
    *fields_of(Perceptual, LATER_HASHES),
    *((f.name, f.type | msgspec.UnsetType, msgspec.UNSET) for f in LATER),
    ("as_stored", Perceptual | msgspec.UnsetType, msgspec.UNSET),
    ("video", VideoFingerprint | None | msgspec.UnsetType, msgspec.UNSET),  # of a video that was looked into
)
Named = record(
    "NamedFile",
    "A file of a capture that is no picture: its digest alone.",
    ("path", str),
    ("sha256", str),
)
Boxes = record(
    "Boxes",
    "Every visible word with its place in the full-page picture, in CSS pixels from its top left corner.",
    ("width", int),
    ("height", int),
    ("words", tuple[Word, ...]),
)
LATER_IN_REPORTS = frozenset({"languages", "expertise", "asked", "docket"})
"""What the first reports do not have: those that are sealed stay as they are."""

Findings = record(
    "Findings",
    "What a report says, for programs.",
    ("format", Literal[1]),
    *fields_of(Material, ("folder", "examinations", *LATER_IN_REPORTS)),
    (
        "examinations",
        tuple[ExaminedItem, ...] | msgspec.UnsetType,
        msgspec.UNSET,
    ),  # later than the first reports
    *(
        (field.name, field.type | msgspec.UnsetType, msgspec.UNSET)
        for field in msgspec.structs.fields(Material)
        if field.name in LATER_IN_REPORTS
    ),
    ("conclusions", tuple[Weighed, ...]),
)
Said = record(
    "Said",
    "What a command that adds an event prints: the event, the head after it, the files without a timestamp, and why.",
    ("event", Event),
    ("head", Head),
    ("pending", tuple[str, ...]),
    ("silent", tuple[str, ...]),
)
Serving = record(
    "Serving",
    "A bundle that is served: where, its verdict (null where it was not judged), and whether captures can be replayed.",
    ("url", str),
    ("verdict", Status | None),
    ("replay", bool),
)
Shown = record(
    "Shown",
    "A whole case as it stands.",
    ("case", str),
    ("title", str),
    ("holders", tuple[str, ...]),
    ("items", tuple[Item, ...]),
    ("events", tuple[Event, ...]),
    ("head", Head),
    ("pending", tuple[str, ...]),
)
Captured = record(
    "Captured",
    "What one look at an address has given.",
    ("item", int),
    ("url", str),
    ("state", State),
    ("post", Post | None),
    ("files", dict[Role, str]),
    ("content_present", bool | None),
    ("signals", tuple[Signal, ...]),
    ("reason", str),
    ("not_captured", tuple[str, ...]),
    ("problems", tuple[str, ...]),
)
Standing = (("head", Head), ("pending", tuple[str, ...]), ("silent", tuple[str, ...]))
Opened = record(
    "Opened", "A new case: its id, its folder, and how it stands.", ("case", str), ("folder", str), *Standing
)
Derived = record(
    "Derived",
    "A redacted copy: its item, the original's, where it is.",
    ("item", int),
    ("original", int),
    ("path", str),
    ("head", Head),
)
Revocation = record(
    "RevocationEvidence",
    "What was taken in under trust/, whom was asked, of whose certificates nothing is said, and whose were revoked.",
    ("taken", tuple[str, ...]),
    ("asked", tuple[Asked, ...]),
    ("uncovered", tuple[str, ...]),
    ("revoked", tuple[str, ...]),
)
Exported = record(
    "Exported",
    "The event and the head of what was written; the revocation evidence where it was looked for.",
    ("event", Event),
    *Standing,
    ("revocation", Revocation | None),
)
Stamped = record("Stamped", "What still has no timestamp, and why.", *reversed(Standing))
Filed = (("item", int), ("path", str), ("copy", str | None), ("problems", tuple[str, ...]))
ReportWritten = record(
    "ReportWritten",
    "A report that was signed here and filed: its item, its file in the case, and where it was copied to.",
    *Filed,
)
ReportGivenOut = record(
    "ReportGivenOut", "A report without a signature, and the SHA-256 of it.", ("path", str), ("sha256", str)
)
ReportSigned = record(
    "ReportSigned",
    "A report with one more signature: the new file, what the signature holds, and whose it is.",
    ("path", str),
    ("level", Level),
    ("signer", str),
)
ReportTaken = record(
    "ReportTaken",
    "A report that came back signed and was filed, with every signature that it bears, in their order.",
    *Filed,
    ("signatures", tuple[Signed, ...]),
)
Finished = record(
    "Finished", "The items that an interruption had left.", ("items", tuple[int, ...]), ("head", Head)
)
Again = record(
    "Reread",
    "A capture read again, and in what that differs from what was sealed.",
    ("item", int),
    ("same", bool),
    ("differences", tuple[str, ...]),
    ("reading", PageReading),
)
Version = record(
    "ListedVersion", "A version, and the time by which it is taken.", ("stamp", str), ("memento", Memento)
)
Versions = record(
    "Versions", "What an outside archive lists; lists prove no absence.", ("versions", tuple[Version, ...])
)
Rechecked = record(
    "Rechecked",
    "A post's life after one more look at it: the items of the looks, why a browser looked too, and what was seen.",
    *fields_of(Timeline, ("observations",)),
    ("item", int),
    ("looks", tuple[int, ...]),
    ("why", str),
    ("seen", Observation),
)
Judged = record(
    "Verdict",
    "What can be said of a bundle, offline, with the caller's own trust anchors.",
    *fields_of(Verdict),
    ("requirements", dict[Requirement, Status]),
)
Life = record("Life", "The life of one post.", *fields_of(Timeline, ("observations",)))
KnownAt = record(
    "KnownAt",
    "What is known of one post at one moment.",
    ("post", str),
    ("url", str),
    ("at", Known),
)
Matched = record(
    "Matched",
    "A reading, and the item that keeps it.",
    ("item", int),
    *fields_of(Reading),
)
ToldFinding = record(
    "ToldFinding",
    "What one test says; `region` is the first of its regions, null where it names none.",
    *fields_of(TestFinding),
    ("region", Region | None),
)
Examined = record(
    "Examined",
    "An examination, and the item that keeps it where it was made in a case.",
    ("item", int | msgspec.UnsetType, msgspec.UNSET),
    ("class", ImageClass),
    ("findings", tuple[ToldFinding, ...]),
    *fields_of(Examination, ("image_class", "findings")),
)
DocketFiled = record(
    "DocketFiled",
    "A docket entry that was filed: its item, the one that it supersedes, and what was not seen while it was filed.",
    ("item", int),
    ("supersedes", int | None),
    ("problems", tuple[str, ...]),
    *Standing,
)
DocketDataSets = record(
    "DocketDataSets",
    "The data sets with their digests, and the files that were written.",
    ("data", tuple[DataFile, ...]),
    ("written", tuple[str, ...]),
)
Excuse = record(
    "Excuse",
    "What happened, what is safe all the same, what to do next, and the kind of error.",
    ("happened", str),
    ("safe", str),
    ("next_step", str),
    ("kind", str),
)
Failure = record(
    "Failure",
    "An error; of which address, where there were several.",
    ("error", Excuse),
    ("url", str | msgspec.UnsetType, msgspec.UNSET),
)

ToldInCaseUco = record(
    "ToldInCaseUco",
    "A case told in CASE/UCO: where, of how many things, in which state, and what was left out.",
    ("path", str),
    ("nodes", int),
    ("head", Head | None),
    ("problems", tuple[str, ...]),
)
TakenIn = record(
    "TakenIn",
    "The item that another agency's bundle became, how it was judged, and the case's head.",
    ("item", int),
    ("taken", TakenBundle),
    ("head", Head),
)
Imported = record(
    "Imported", "What a case holds of other agencies.", ("case", str), ("bundles", tuple[HeldBundle, ...])
)
Referred = record(
    "Referred",
    "The item with the questions, the bundle that goes out, and the head that the expert names.",
    ("item", int),
    ("path", str),
    ("head", Head),
)
Answered = record(
    "Answered",
    "The item with an expert's report and answers, and the case's head.",
    ("item", int),
    ("answer", ExpertAnswer),
    ("head", Head),
)
ReceiptWritten = record(
    "ReceiptWritten",
    "A receipt that was written: the PDF with its SHA-256, and what it says.",
    ("path", str),
    ("sha256", str),
    ("receipt", HandOver),
)
ListWritten = record(
    "ListWritten",
    "A list of evidence that was written: the PDF with its SHA-256, and what it says.",
    ("path", str),
    ("sha256", str),
    ("list", EvidenceList),
)


PAGES = {
    "event": Page(Event, "An event of custody", "custody/NNNNNN.json, in RFC 8785 form"),
    "head": Page(Head, "The head of a bundle", "what `verify --head` takes, in RFC 8785 form"),
    "item": Page(Item, "The description of an item", "data/NNNNNN/item.json"),
    "post": Page(Post, "A post as its platform states it", "post.json of a capture"),
    "observation": Page(Observation, "A post's state at a time", "observation.json of a capture"),
    "boxes": Page(Boxes, "Words and their places", "boxes.json of a capture"),
    "fingerprints": Page(list[Row], "Fingerprints of an item's files", "fingerprints.json of an item"),
    "reading": Page(Reading, "A screenshot read against the captures", "reading.json of a reading"),
    "examination": Page(
        Examination, "What tests say of a picture or a video", "examination.json of an examination"
    ),
    "members": Page(
        Members, "What a ZIP or a folder holds", "members.json beside a file that was handed over"
    ),
    "chat": Page(ChatExport, "A messenger's export", "chat.json beside an export that was handed over"),
    "mail": Page(Mail, "A mail", "mail.json beside a mail that was handed over"),
    "saved-pages": Page(
        SavedPages, "Saved pages of another tool", "saved-pages.json beside a file that was handed over"
    ),
    "redaction": Page(Redaction, "What was hidden in a copy", "redaction.json of a redacted copy"),
    "report": Page(Findings, "The findings of a report", "report.json of a report, in RFC 8785 form"),
    "verdict": Page(Judged, "The verdict on a bundle", "printed by `evidentia verify --json`"),
    "said": Page(
        Said,
        "An event that was added",
        "printed with --json by transfer, receive, admit, rekey, status, close, note and disclose",
    ),
    "serving": Page(Serving, "A bundle that is served", "printed by `evidentia show BUNDLE --json`"),
    "shown": Page(Shown, "A case", "printed by `evidentia show --json`"),
    "captured": Page(Captured, "A capture", "a line of `evidentia capture --json`"),
    "opened": Page(Opened, "A new case", "printed by `evidentia open --json`"),
    "derived": Page(Derived, "A redacted copy", "printed by `evidentia derive --json`"),
    "compared": Page(Compared, "A copy beside its original", "printed by `evidentia compare-copy --json`"),
    "exported": Page(
        Exported, "An export or a renewal", "printed by `evidentia export --json` and `renew --json`"
    ),
    "stamped": Page(Stamped, "Pending timestamps", "printed by `evidentia timestamp --json`"),
    "finished": Page(Finished, "What was brought in", "printed by `evidentia finish --json`"),
    "report-written": Page(ReportWritten, "A report that was filed", "printed by `evidentia report --json`"),
    "report-given-out": Page(
        ReportGivenOut, "A report to be signed elsewhere", "printed by `evidentia report --unsigned --json`"
    ),
    "report-signed": Page(
        ReportSigned, "A report with one more signature", "printed by `evidentia report-sign --json`"
    ),
    "report-taken": Page(
        ReportTaken, "A report that came back signed", "printed by `evidentia report-take --json`"
    ),
    "rechecked": Page(Rechecked, "One more look", "a line of `evidentia recheck --json`"),
    "reread": Page(Again, "A capture read again", "a line of `evidentia reread --json`"),
    "versions": Page(Versions, "Versions in an archive", "printed by `evidentia wayback --json`"),
    "memento": Page(Memento, "A version in an archive", "memento.json of a version that was taken"),
    "timeline": Page(Life, "A post's life", "a line of `evidentia timeline --json`"),
    "diff": Page(Comparison, "Two items beside each other", "printed by `evidentia diff --json`"),
    "known": Page(KnownAt, "One moment of a post's life", "a line of `evidentia timeline --at --json`"),
    "fingerprint": Page(Row, "The fingerprint of a file", "a line of `evidentia fingerprint --json`"),
    "found": Page(Found, "What is alike in cases", "a line of `evidentia find --json`"),
    "copies": Page(Copies, "Clusters of copies", "printed by `evidentia copies --json`"),
    "matched": Page(Matched, "A match", "printed by `evidentia match --json`"),
    "examined": Page(Examined, "A file examined", "printed by `evidentia examine --json`"),
    "docket-entry": Page(DocketEntry, "A docket entry", "docket.json of an item that is a docket entry"),
    "docket-filed": Page(DocketFiled, "An entry that was filed", "printed by `evidentia docket file --json`"),
    "docket": Page(Docket, "A case's docket", "printed by `evidentia docket show --json`"),
    "docket-summary": Page(
        DocketSummary, "A case as it is counted", "a line of `evidentia docket summary --json`"
    ),
    "docket-statistics": Page(
        DocketStatistics, "Numbers over many cases", "printed by `evidentia docket statistics --json`"
    ),
    "docket-deadlines": Page(
        OpenDeadlines, "Open deadlines of many cases", "printed by `evidentia docket deadlines --json`"
    ),
    "docket-data": Page(
        DocketDataSets, "Data sets of the docket", "printed by `evidentia docket data --json`"
    ),
    "import": Page(TakenBundle, "A bundle that was taken in", "import.json beside another agency's bundle"),
    "referral": Page(Referral, "Questions to an expert", "referral.json of a referral"),
    "answer": Page(ExpertAnswer, "An expert's answers", "answer.json beside an expert's report"),
    "told": Page(ToldInCaseUco, "A case in CASE/UCO", "printed by `evidentia exchange case-uco --json`"),
    "tables": Page(
        WrittenTables,
        "Tables of a case",
        "printed by `evidentia exchange tables --json`; tables.json beside them",
    ),
    "taken-in": Page(TakenIn, "A bundle taken in", "printed by `evidentia exchange import --json`"),
    "imported": Page(
        Imported, "Bundles of other agencies", "printed by `evidentia exchange imported --json`"
    ),
    "referred": Page(Referred, "A case referred", "printed by `evidentia exchange refer --json`"),
    "answered": Page(Answered, "An answer taken in", "printed by `evidentia exchange answer --json`"),
    "receipt": Page(
        HandOver, "A receipt of what was handed over", "receipt.json attached to a receipt (PDF)"
    ),
    "receipt-written": Page(
        ReceiptWritten, "A receipt that was written", "printed by `evidentia exchange receipt --json`"
    ),
    "evidence-list": Page(
        EvidenceList, "A list of evidence", "evidence-list.json attached to an evidence list (PDF)"
    ),
    "evidence-list-written": Page(
        ListWritten,
        "A list of evidence that was written",
        "printed by `evidentia exchange evidence-list --json`",
    ),
    "error": Page(Failure, "An error", "printed by any command with --json that could not do its work"),
}


def text(most: int, least: int = 0) -> Schema:
    """A text that may hold line feeds and no other control character."""
    return {
        "type": "string",
        "minLength": least,
        "maxLength": most,
        "pattern": r"^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f]*$",
    }


def grammar(pattern: str, most: int | None = None) -> Schema:
    """A text of a grammar."""
    found: Schema = {"type": "string", "pattern": f"^(?:{pattern})$"}
    return found if most is None else found | {"maxLength": most}


def many(of: Schema, most: int | None = None, least: int = 0) -> Schema:
    """A list."""
    found: Schema = {"type": "array", "items": of, "minItems": least}
    return found if most is None else found | {"maxItems": most}


def exactly(fields: Mapping[str, Schema]) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": dict(fields),
        "required": sorted(fields),
        "additionalProperties": False,
    }


WHO, DIGEST = grammar(names.WHO.pattern), grammar(names.SHA256_HEX.pattern)
CASE = grammar(names.CASE_ID.pattern)
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": names.HIGHEST_NUMBER}
NAME, TITLE = text(rules.LONGEST_NAME), text(rules.LONGEST_NAME, 1)
PROSE = text(rules.LONGEST_TEXT)
ITEM_LIST = many(exactly({"item": NUMBER, "record": DIGEST}))
TIME = grammar(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)
ZONE = grammar(
    r"[+-](?:0[0-9]|1[0-4]):[0-5][0-9]|[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", rules.LONGEST_NAME
)

FIELDS: dict[str, dict[str, Schema]] = {
    "Actor": {
        "who": WHO,
        "name": TITLE,
        "role": NAME,
        "organisation": NAME,
        "certificate": DIGEST,
    },
    "Tool": {"name": NAME, "version": NAME},
    "ItemRef": {"item": NUMBER, "record": DIGEST},
    "Alteration": {"what": PROSE, "why": PROSE},
    "Event": {
        "format": {"const": 1},
        "case": CASE,
        "event": NUMBER,
        "time": TIME,
        "zone": ZONE,
        "actors": {"minItems": 1, "maxItems": rules.MOST_ACTORS},
        "place": PROSE,
        "reason": PROSE,
        "authority": PROSE,
        "items": {"maxItems": rules.MOST_ITEMS},
    },
    "Head": {"case": CASE, "events": NUMBER, "seal": DIGEST},
    "Signed": {"certificate": DIGEST},
    "ReportGivenOut": {"sha256": DIGEST},
    "HeadSignature": {"who": WHO, "signature": DIGEST, "tokens": many(DIGEST)},
}
"""What strict readers ask of a field beyond its kind, by record type."""

DETAILS: dict[EventType, dict[str, Schema]] = {
    EventType.OPEN: {"title": TITLE},
    EventType.ADMIT: {"admitted": WHO},
    EventType.REKEY: {"replaced": WHO, "by": WHO},
    EventType.ACQUIRE: {},
    EventType.TRANSFER: {"to": many(WHO, least=1)},
    EventType.RECEIVE: {"transfer": NUMBER, "outcome": {"enum": ["accepted", "refused"]}},
    EventType.EXAMINE: {"examined": many(NUMBER)},
    EventType.DERIVE: {"original": NUMBER},
    EventType.REPORT: {},
    EventType.NOTE: {"text": PROSE},
    EventType.STATUS: {"status": TITLE},
    EventType.EXPORT: {"index": DIGEST, "withheld": ITEM_LIST},
    EventType.DISCLOSE: {"may_withhold": ITEM_LIST},
    EventType.TIMESTAMP: {},
    EventType.RENEW: {},
    EventType.CLOSE: {},
}
BRINGS_ITEMS = {EventType.ACQUIRE: 1, EventType.DERIVE: 1, EventType.REPORT: 1, EventType.EXAMINE: 0}
"""The types of events that bring items in, with how many at least."""


def schema(name: str) -> Schema:
    """One schema, whole."""
    page = PAGES[name]
    more = [Named] if name == "fingerprints" else []
    (root, *_), parts = msgspec.json.schema_components([page.of, *more], ref_template="#/$defs/{name}")
    for part, overlay in FIELDS.items():
        if part in parts:
            for field, more in overlay.items():
                parts[part]["properties"][field] |= more
    if "Event" in parts:
        parts["Event"]["allOf"] = [_of_type(kind, fields) for kind, fields in DETAILS.items()]
    if name == "fingerprints":
        root["items"] = {"anyOf": [root["items"], {"$ref": "#/$defs/NamedFile"}]}
        parts["NamedFile"]["additionalProperties"] = False
    if name == "report":
        counters = parts["Post"]["properties"]["activity"]
        counters["additionalProperties"] = {"type": ["integer", "string"]}
        counters["description"] = f"Counters; those beyond {EXACT_INTEGER} as text."
    own = parts.pop(root.pop("$ref").rpartition("/")[2]) if "$ref" in root else root
    head = {"$schema": DIALECT, "$id": f"urn:evidentia:schema:{name}:1"}
    told = f"{page.about}. {_plain(own.pop('description', ''))}".strip()
    whole = head | own | {"title": page.title, "description": told}
    return whole | ({"$defs": {key: _described(parts[key]) for key in sorted(parts)}} if parts else {})


def _of_type(kind: EventType, fields: Mapping[str, Schema]) -> Schema:
    least = BRINGS_ITEMS.get(kind)
    items: Schema = {"maxItems": 0} if least is None else {"minItems": least}
    return {
        "if": {"properties": {"type": {"const": kind.value}}, "required": ["type"]},
        "then": {"properties": {"details": exactly(fields), "items": items}},
    }


def _described(part: Schema) -> Schema:
    return part | {"description": _plain(part["description"])} if "description" in part else part


def _plain(doc: str) -> str:
    """A docstring as one text: Markdown's code marks, and lines that break at paragraphs alone."""
    paragraphs = _INSIDE.sub("", inspect.cleandoc(doc)).replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def written(name: str) -> str:
    """The file of a schema."""
    return json.dumps(schema(name), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write all schemas, or with ``--check`` say whether they are as they would be written."""
    texts = {f"{name}.json": written(name) for name in PAGES}
    if "--check" in sys.argv[1:]:
        found = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
        return int(found != texts)
    FOLDER.mkdir(exist_ok=True)
    for name, content in texts.items():
        (FOLDER / name).write_text(content, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
