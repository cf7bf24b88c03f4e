"""A case as CASE/UCO (CASE 1.5, which brings UCO 1.5), in JSON-LD: for the tools of other laboratories.

It is a telling of the records for programs, and no evidence: the bundle is. Which record becomes what is written down
in docs/case-uco.md. The same records give the same bytes: identifiers are made of the case's first seal (RFC 9562,
UUIDs of version 5), everything stands in order, and the bytes are RFC 8785's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from evidentia.formats import names
from evidentia.formats.canonical_json import encode_canonical
from evidentia.formats.event import event_time
from evidentia.formats.head import printed_head
from evidentia.record.custody import Actor, Event, EventType
from evidentia.record.examination import Examination, TestFinding
from evidentia.record.finding import ErrorRate, Reading
from evidentia.record.item import Item, StoredFile
from evidentia.record.moment import Interval, to_utc_text
from evidentia.record.post import Account, Evidence, Observation, Post

from .inert import well_formed
from .recorded import Recorded

CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-analysis": "https://ontology.unifiedcyberontology.org/uco/analysis/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-role": "https://ontology.unifiedcyberontology.org/uco/role/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""The prefixes, in the file itself: nobody has to fetch anything to read it."""

NOT_JUDGED = (
    "Times of actions are as the custodians claim them. Signatures and timestamps are not part of this file and were "
    "not judged for it: verify the bundle, against a head from elsewhere."
)
NOT_SEEN_HERE = "The observation rests on the word of its source; nobody who made this case saw it."

Node = dict[str, Any]
_EMPTY: tuple[Any, ...] = ("", None, [], ())


def case_uco(told: Recorded) -> tuple[bytes, int]:
    """The records as one JSON-LD document (RFC 8785), and how many things it tells of."""
    nodes = {node["@id"]: node for node in _Graph(told).nodes()}
    graph = [nodes[name] for name in sorted(nodes)]
    return encode_canonical({"@context": CONTEXT, "@graph": graph}), len(graph)


class _Graph:
    """The nodes of one case. ``told`` is where everything comes from."""

    def __init__(self, told: Recorded) -> None:
        self._told = told
        self._space = uuid5(NAMESPACE_URL, f"urn:evidentia:{told.case}:{told.seals.get(1, '')}")
        self._brought = {ref.item for event in told.events for ref in event.items}
        self._files = {_path(item, file) for item in told.items for file in item.files}

    def nodes(self) -> Iterator[Node]:
        """Everything that is told; what stands in several places comes several times, and is the same each time."""
        told = self._told
        yield self._investigation()
        for before, event in zip((None, *told.events), told.events, strict=False):
            yield from self._event(event, before)
        for item in told.items:
            yield from self._item(item)
        for number in told.withheld:
            yield self._withheld(number)
        for observation in told.observations:
            yield from self._observation(observation)
        for read in told.readings:
            yield from self._reading(read.item, read.reading)
        for examined in told.examinations:
            yield from self._examination(examined.item, examined.kept, examined.examination)
        for redacted in told.redactions:
            note = redacted.redaction
            yield from self._derived(redacted.item, note.original.item, note.reason)

    # The case, custody, items

    def _investigation(self) -> Node:
        told = self._told
        of_events = [("event", event.event) for event in told.events]
        of_items = [("item", number) for number in self._brought]
        head = [] if told.head is None else [f"Head: {printed_head(told.head)}"]
        left_out = [f"Left out: {problem}" for problem in told.problems]
        closed = told.events[-1].type is EventType.CLOSE
        return self._node(
            "case-investigation:Investigation",
            ("case",),
            {
                "uco-core:name": _text(told.case),
                "uco-core:description": _texts([told.title, NOT_JUDGED, *head, *left_out]),
                "uco-core:startTime": _when(event_time(told.events[0])),
                "uco-core:endTime": _when(event_time(told.events[-1])) if closed else None,
                "uco-core:object": self._refs([*of_events, *of_items]),
            },
        )

    def _event(self, event: Event, before: Event | None) -> Iterator[Node]:
        tool = ("tool", event.tool.name, event.tool.version)
        place = ("place", event.place)
        about = [("item", number) for number in _about(event) if number in self._brought]
        brought: list[tuple[object, ...]] = [("item", ref.item) for ref in event.items]
        seal = self._told.seals.get(event.event)
        if seal is not None:
            brought.append(("seal", event.event))
            yield self._file(("seal", event.event), names.seal_path(event.event), seal, None, "")
        yield self._node(
            "case-investigation:InvestigativeAction",
            ("event", event.event),
            {
                "uco-core:name": f"{event.event:06d} {event.type.value}",
                "uco-core:description": _texts(_told_of(event)),
                "uco-action:startTime": _when(event_time(event)),
                "uco-action:performer": self._refs([("person", event.actors[0].certificate)])[0],
                "uco-action:participant": self._refs(
                    ("person", actor.certificate) for actor in event.actors[1:]
                ),
                "uco-action:instrument": self._refs([tool]),
                "uco-action:location": self._refs([place]) if event.place else None,
                "uco-action:object": self._refs(about),
                "uco-action:result": self._refs(brought),
                "case-investigation:wasInformedBy": self._refs(
                    [("event", before.event)] if before is not None else []
                ),
            },
        )
        yield self._tool(*tool[1:])
        if event.place:
            yield self._node("uco-location:Location", place, {"uco-core:name": _text(event.place)})
        for actor in event.actors:
            yield from self._person(actor)

    def _person(self, actor: Actor) -> Iterator[Node]:
        person, certificate = ("person", actor.certificate), ("certificate", actor.certificate)
        yield self._node(
            "uco-identity:Person",
            person,
            {
                "uco-core:name": _text(actor.name),
                "uco-core:hasFacet": [
                    self._node(
                        "uco-identity:SimpleNameFacet",
                        (*person, "name"),
                        {"uco-identity:givenName": _text(actor.name)},
                    )
                ],
            },
        )
        thumbprint = self._hash((*certificate, "hash"), actor.certificate)
        facet = {"uco-observable:thumbprintHash": thumbprint}
        yield self._node(
            "uco-observable:X509Certificate",
            certificate,
            {
                "uco-core:hasFacet": [
                    self._node("uco-observable:X509CertificateFacet", (*certificate, "facet"), facet)
                ]
            },
        )
        yield self._relation("has_certificate", person, certificate)
        if actor.role:
            yield self._node("uco-role:Role", ("role", actor.role), {"uco-core:name": _text(actor.role)})
            yield self._relation("has_role", person, ("role", actor.role))
        if actor.organisation:
            group = ("organisation", actor.organisation)
            yield self._node("uco-identity:Organization", group, {"uco-core:name": _text(actor.organisation)})
            yield self._relation("member_of", person, group)

    def _tool(self, name: object, version: object) -> Node:
        return self._node(
            "uco-tool:Tool",
            ("tool", name, version),
            {"uco-core:name": _text(name), "uco-tool:version": _text(version)},
        )

    def _item(self, item: Item) -> Iterator[Node]:
        root = [f"{number:06d}" for number in item.about]
        yield self._node(
            "case-investigation:ProvenanceRecord",
            ("item", item.item),
            {
                "uco-core:name": _text(item.title),
                "uco-core:description": _texts(_told_of_item(item)),
                "case-investigation:exhibitNumber": f"{item.item:06d}",
                "case-investigation:rootExhibitNumber": root,
                "uco-core:object": self._refs(("file", _path(item, file)) for file in item.files),
            },
        )
        for file in item.files:
            path = _path(item, file)
            yield self._file(("file", path), path, file.sha256, file.size, file.media_type, file.role.value)

    def _withheld(self, number: int) -> Node:
        """An item of which only the number and the digest of its record are told."""
        said = f"Withheld, or not here. SHA-256 of its record: {self._told.records[number]}"
        return self._node(
            "case-investigation:ProvenanceRecord",
            ("item", number),
            {"uco-core:description": [said], "case-investigation:exhibitNumber": f"{number:06d}"},
        )

    def _derived(self, copy: int, original: int, reason: str) -> Iterator[Node]:
        if {copy, original} <= self._brought:
            relation = self._relation("derived_from", ("item", copy), ("item", original))
            yield relation | {"uco-core:description": _texts([reason])}

    # What was seen and found

    def _observation(self, one: Observation) -> Iterator[Node]:
        url = ("url", one.url)
        name = ("observation", *_places(one.evidence), one.key, one.source, _during(one.during))
        yield self._node(
            "uco-observable:URL",
            url,
            {
                "uco-core:hasFacet": [
                    self._node(
                        "uco-observable:URLFacet",
                        (*url, "facet"),
                        {"uco-observable:fullValue": _text(one.url)},
                    )
                ]
            },
        )
        about: list[tuple[object, ...]] = [url]
        if one.post is not None:
            about.append((*name, "post"))
            yield from self._post(one.post, (*name, "post"))
        own = one.source == "own capture"
        said = [
            f"State of the post {one.key}: {one.state.value}",
            f"Looked at between {_during(one.during)}; source: {one.source}",
            *(() if own else (NOT_SEEN_HERE,)),
            one.reason,
            *(f"Signal {signal.name}: {signal.seen} ({signal.where})" for signal in one.signals),
        ]
        yield self._node(
            "uco-core:Annotation",
            name,
            {
                "uco-core:name": "observation of a post",
                "uco-core:statement": _texts(said),
                "uco-core:object": self._refs([*about, *self._evidence(one.evidence)]),
            },
        )

    def _post(self, post: Post, name: tuple[object, ...]) -> Iterator[Node]:
        author = ("account", post.platform, *_named(post.author))
        yield self._account(post.author, author)
        facet = {
            "uco-observable:messageText": _text(post.text),
            "uco-observable:messageID": _text(post.native_id),
            "uco-observable:messageType": _text(post.platform),
            "uco-observable:sentTime": _when(post.created_at),
            "uco-observable:from": self._refs([author])[0],
        }
        yield self._node(
            "uco-observable:Message",
            name,
            {
                "uco-core:name": _text(post.title or ""),
                "uco-core:hasFacet": [self._node("uco-observable:MessageFacet", (*name, "facet"), facet)],
            },
        )

    def _account(self, account: Account, name: tuple[object, ...]) -> Node:
        of_platform = {"uco-observable:accountIdentifier": _text(account.id or "")}
        digital = {
            "uco-observable:accountLogin": _texts([account.handle or ""]),
            "uco-observable:displayName": _text(account.name or ""),
        }
        return self._node(
            "uco-observable:DigitalAccount",
            name,
            {
                "uco-core:description": _texts([f"Platform: {name[1]}"]),
                "uco-core:hasFacet": [
                    self._node("uco-observable:AccountFacet", (*name, "account"), of_platform),
                    self._node("uco-observable:DigitalAccountFacet", (*name, "digital"), digital),
                ],
            },
        )

    def _reading(self, shot: int, reading: Reading) -> Iterator[Node]:
        said = [
            f"Reading of item {shot} against the captures: {reading.outcome.value}",
            reading.reason,
            *([f"Post {reading.post}, version {reading.version}"] if reading.post is not None else []),
            *(f"Shown {one.shown!r}, recorded {one.recorded!r}" for one in reading.differences),
            *_rates(reading.error_rates),
        ]
        evidence = [*self._evidence(reading.evidence), *self._items([shot])]
        name = ("reading", shot, *_places(reading.evidence))
        yield from self._finding(name, said, evidence, reading.method.name, reading.method.version)

    def _examination(self, item: int, kept: int, found: Examination) -> Iterator[Node]:
        evidence = self._items([item, kept])
        said = [
            f"Examination of item {item} as {found.image_class.value}: {found.outcome.value}",
            found.reason,
        ]
        yield from self._finding(("examination", kept), said, evidence, "evidentia examine", "")
        for one in found.findings:
            name = ("test", kept, one.test, one.method, one.version)
            yield from self._finding(name, _told_of_test(one), evidence, one.method, one.version)

    def _finding(
        self,
        name: tuple[object, ...],
        said: Iterable[str],
        evidence: list[tuple[object, ...]],
        method: str,
        version: str,
    ) -> Iterator[Node]:
        """A statement, the analysis that it comes from, and the method; nothing where what it is about is not here."""
        if not evidence:
            return
        yield self._tool(method, version)
        yield self._node(
            "uco-analysis:Analysis",
            (*name, "analysis"),
            {
                "uco-action:instrument": self._refs([("tool", method, version)]),
                "uco-action:object": self._refs(evidence),
                "uco-action:result": self._refs([name]),
            },
        )
        found = self._node(
            "uco-analysis:AnalyticResult",
            name,
            {
                "uco-core:statement": _texts(said),
                "uco-core:object": self._refs(evidence),
                "uco-analysis:originatingAnalysis": self._refs([(*name, "analysis")])[0],
            },
        )
        yield found | {"@type": ["uco-analysis:AnalyticResult", "uco-core:Annotation"]}

    def _items(self, numbers: Iterable[int]) -> list[tuple[object, ...]]:
        return [("item", number) for number in numbers if number in self._brought]

    def _evidence(self, evidence: Iterable[Evidence]) -> list[tuple[object, ...]]:
        """The files that are here; of what is not, the item."""
        return [
            ("file", one.path) if one.path in self._files else ("item", one.item)
            for one in evidence
            if one.path in self._files or one.item in self._brought
        ]

    # How nodes are made

    def _node(self, kind: str, name: tuple[object, ...], properties: Node) -> Node:
        filled = {key: value for key, value in properties.items() if value not in _EMPTY}
        return {"@id": self._id(name), "@type": kind} | filled

    def _id(self, name: tuple[object, ...]) -> str:
        """The identifier of a thing, the same in every telling of this case."""
        return uuid5(self._space, encode_canonical([_text(part) for part in name]).decode()).urn

    def _refs(self, things: Iterable[tuple[object, ...]]) -> list[Node]:
        return [{"@id": name} for name in sorted({self._id(thing) for thing in things})]

    def _relation(self, kind: str, source: tuple[object, ...], target: tuple[object, ...]) -> Node:
        return self._node(
            "uco-core:Relationship",
            ("relation", kind, self._id(source), self._id(target)),
            {
                "uco-core:kindOfRelationship": kind,
                "uco-core:isDirectional": True,
                "uco-core:source": self._refs([source]),
                "uco-core:target": self._refs([target])[0],
            },
        )

    def _file(
        self,
        name: tuple[object, ...],
        path: str,
        sha256: str,
        size: int | None,
        media_type: str,
        role: str = "",
    ) -> Node:
        of_file = {
            "uco-observable:fileName": _text(path.rpartition("/")[2]),
            "uco-observable:filePath": _text(path),
            "uco-observable:sizeInBytes": size,
        }
        of_content = {
            "uco-observable:hash": [self._hash((*name, "hash"), sha256)],
            "uco-observable:mimeType": _text(media_type),
            "uco-observable:sizeInBytes": size,
        }
        return self._node(
            "uco-observable:File",
            name,
            {
                "uco-core:tag": [role] if role else [],
                "uco-core:hasFacet": [
                    self._node("uco-observable:FileFacet", (*name, "file"), of_file),
                    self._node("uco-observable:ContentDataFacet", (*name, "content"), of_content),
                ],
            },
        )

    def _hash(self, name: tuple[object, ...], sha256: str) -> Node:
        value = {"@type": "xsd:hexBinary", "@value": sha256.upper()}
        return self._node(
            "uco-types:Hash", name, {"uco-types:hashMethod": "SHA256", "uco-types:hashValue": value}
        )


def _path(item: Item, file: StoredFile) -> str:
    return f"{names.item_folder(item.item)}/{file.name}"


def _text(value: object) -> str:
    return well_formed(str(value))


def _texts(values: Iterable[str]) -> list[str]:
    """Each text once: a set is what RDF makes of them."""
    return list(dict.fromkeys(_text(value) for value in values if value))


def _when(moment: datetime | None) -> Node | None:
    return None if moment is None else {"@type": "xsd:dateTime", "@value": to_utc_text(moment)}


def _during(during: Interval) -> str:
    first, last = (
        "unknown" if one is None else to_utc_text(one) for one in (during.not_before, during.not_after)
    )
    return f"{first} and {last}"


def _named(account: Account) -> tuple[str, str, str]:
    return account.id or "", account.handle or "", account.name or ""


def _places(evidence: Iterable[Evidence]) -> tuple[object, ...]:
    return tuple(f"{one.item}:{one.path}" for one in evidence)


def _about(event: Event) -> tuple[int, ...]:
    """The items that an event is about and does not bring."""
    if event.type is EventType.EXAMINE:
        return tuple(event.details["examined"])
    return (event.details["original"],) if event.type is EventType.DERIVE else ()


def _told_of(event: Event) -> Iterator[str]:
    yield f"Claimed by the custodian; zone {event.zone}"
    yield f"Reason: {event.reason}" if event.reason else ""
    yield f"Authority: {event.authority}" if event.authority else ""
    for change in event.changes:
        yield f"Changed: {change.what}. Why: {change.why}"
    yield f"Details: {encode_canonical(event.details).decode()}" if event.details else ""


def _told_of_item(item: Item) -> Iterator[str]:
    yield f"Kind: {item.kind.value}"
    yield f"Access: {item.access.value}"
    yield f"Collector: {item.collector}"
    yield f"Source: {item.source}" if item.source else ""
    yield f"Name as handed over: {item.original_name}" if item.original_name else ""
    for name in ("occurred_at", "known_at", "captured_at", "received_at"):
        moment = getattr(item.times, name)
        yield f"{name}: {to_utc_text(moment)}" if moment is not None else ""
    for problem in item.problems:
        yield f"Problem: {problem}"


def _told_of_test(one: TestFinding) -> Iterator[str]:
    yield f"{one.test}: {one.outcome.value}"
    yield one.reason
    yield f"Method: {one.method} {one.version}, {one.source}"
    for other in one.opposing:
        explains = {True: "explains it", False: "does not explain it", None: "undetermined"}[other.explains]
        yield f"Honest explanation {other.hypothesis}: {explains}. {other.reason}"
    yield from _rates(one.error_rates)


def _rates(rates: Iterable[ErrorRate]) -> Iterator[str]:
    for rate in rates:
        measured = f"{rate.errors} of {rate.trials} on {rate.material}" if rate.measured else "not measured"
        yield f"Error rate {rate.name}: {measured}"
