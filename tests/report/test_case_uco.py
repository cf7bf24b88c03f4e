"""CASE/UCO of a case: accepted by the community's own validator, the same bytes each time, hostile texts inert."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evidentia.case.recorded import recorded
from evidentia.detect.timeline import assemble
from evidentia.record.examination import Examination, ImageClass, Opposing, Support, TestFinding
from evidentia.record.finding import Difference, ErrorRate, Outcome, Reading
from evidentia.record.item import Access, Item, ItemKind, Program, Role, StoredFile, Times
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Observation, Post, Signal, State
from evidentia.record.redaction import Redaction, Sealed
from evidentia.report.case_uco import CONTEXT, case_uco
from evidentia.report.material import ExaminedItem, ReadItem, RedactedItem
from evidentia.report.recorded import Recorded
from lab.server import environment

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "example" / "kasus-07.zip"
START = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
HOSTILE = '"}], "@type": "x", </script>\u202e\x1b[31m\ud800 \U0001f600'
RATE = ErrorRate(name="missed", measured=True, errors=1, trials=40, upper_95=0.13, material="forty pages")


@pytest.fixture(scope="session")
def case_validate(absent: Callable[[str], None]) -> Callable[[Path], tuple[int, str]]:
    """Runs the validator of the CASE community: exit code and what it says."""
    program = environment("case") / "bin" / "case_validate"
    if not program.exists():
        absent("case_validate is not installed: run scripts/install")

    def run(path: Path) -> tuple[int, str]:
        done = subprocess.run([program, path], capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout + done.stderr

    return run


def item(number: int, kind: ItemKind, *files: tuple[str, Role], about: tuple[int, ...] = ()) -> Item:
    return Item(
        item=number,
        kind=kind,
        title=f"Barang {number}",
        source="Warga 12",
        access=Access.FORWARDED,
        collector="penyidik-a",
        times=Times(received_at=START, known_at=START),
        about=about,
        problems=("fingerprints: it is no picture",),
        files=tuple(
            StoredFile(name=name, role=role, media_type="image/png", size=5, sha256=f"{number:x}" * 64)
            for name, role in files
        ),
    )


def look(number: int, text: str | None, source: str = "own capture") -> Observation:
    post = None
    if text is not None:
        author = Account(id="7", handle="pejabat07", name="Pejabat 07")
        post = Post(
            platform="forum",
            native_id="1",
            url="https://forum.example/1",
            author=author,
            text=text,
            created_at=START,
        )
    at = START + timedelta(hours=number)
    return Observation(
        key="forum:1",
        url="https://forum.example/1",
        state=State.UNAVAILABLE if post is None else State.LIVE,
        during=Interval(not_before=at, not_after=None if source != "own capture" else at),
        source=source,
        evidence=(Evidence(item=number, path=f"data/{number:06d}/page.png"),),
        signals=(Signal(name="status", seen="200", where="exchange 1"),),
        post=post,
    )


@pytest.fixture
def rich() -> Recorded:
    """The custody of a real case, with items, observations and findings of every kind laid into it."""
    real = recorded(EXAMPLE)
    items = (
        real.items[0],
        item(2, ItemKind.CAPTURE, ("page.png", Role.FULL_PAGE)),
        item(3, ItemKind.CAPTURE, ("page.png", Role.FULL_PAGE)),
        item(4, ItemKind.READING, ("reading.json", Role.READING), about=(1,)),
        item(5, ItemKind.EXAMINATION, ("examination.json", Role.EXAMINATION), about=(1,)),
        item(6, ItemKind.DERIVED, ("redacted.png", Role.REDACTED), about=(1,)),
    )
    acquire = next(event for event in real.events if event.items)
    refs = tuple(msgspec.structs.replace(acquire.items[0], item=n, record=f"{n:x}" * 64) for n in range(1, 8))
    events = tuple(
        msgspec.structs.replace(event, items=refs, place="Makassar", authority="ST 12/2026")
        if event is acquire
        else event
        for event in real.events
    )
    reading = Reading(
        outcome=Outcome.DIFFERS,
        post="forum:1",
        version=1,
        differences=(Difference(shown="A", recorded=HOSTILE, box=None),),
        reason="one word differs",
        method=Program(name="evidentia match", version="3"),
        error_rates=(RATE, ErrorRate(name="false alarm", measured=False)),
        evidence=(Evidence(item=2, path="data/000002/page.png"),),
    )
    test = TestFinding(
        test="grid",
        outcome=Support.ALTERATION,
        reason="two grids",
        method="zero",
        version="2",
        source="Nikoukhah 2021",
        error_rates=(RATE,),
        opposing=(Opposing(hypothesis="crop", explains=None, reason="too small"),),
    )
    examination = Examination(
        sha256="1" * 64,
        image_class=ImageClass.SCREENSHOT,
        because=("size",),
        outcome=Support.INCONCLUSIVE,
        reason="stays open",
        findings=(test,),
    )
    redaction = Redaction(
        original=Sealed(item=1, path="data/000001/original.txt", record="0" * 64),
        by=real.events[0].actors[0],
        at=START,
        reason="identitas saksi",
    )
    observations = (look(2, f"Mari dukung {HOSTILE}"), look(3, None), look(1, "Mari", "handed over: x.html"))
    return msgspec.structs.replace(
        real,
        items=items,
        events=events,
        records={ref.item: ref.record for ref in refs},
        withheld=(7,),
        observations=observations,
        timelines=assemble(observations, ()),
        readings=(ReadItem(item=1, reading=reading),),
        examinations=(ExaminedItem(item=1, kept=5, examination=examination),),
        redactions=(RedactedItem(item=6, redaction=redaction),),
    )


def graph(told: Recorded) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(case_uco(told)[0])["@graph"]
    return found


def of_type(nodes: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes if kind in node["@type"]]


@pytest.mark.lab
def test_the_communitys_validator_accepts_a_real_bundle_and_a_rich_case(
    rich: Recorded, tmp_path: Path, case_validate: Callable[[Path], tuple[int, str]]
) -> None:
    for name, told in (("real", recorded(EXAMPLE)), ("rich", rich)):
        path = tmp_path / f"{name}.jsonld"
        path.write_bytes(case_uco(told)[0])
        code, said = case_validate(path)
        assert code == 0, said
        assert "Conforms: True" in said
        assert "Warning" not in said


@pytest.mark.lab
@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("uco-types:Hash", "uco-types:hashValue", {"@type": "xsd:hexBinary", "@value": "not hex"}),
        ("uco-types:Hash", "uco-types:hashMethod", []),
        ("case-investigation:InvestigativeAction", "uco-action:performer", "Penyidik A"),
        ("case-investigation:InvestigativeAction", "uco-action:startTime", "yesterday"),
        ("uco-core:Relationship", "uco-core:target", []),
    ],
)
def test_the_communitys_validator_refuses_one_that_is_broken(
    kind: str, key: str, value: Any, tmp_path: Path, case_validate: Callable[[Path], tuple[int, str]]
) -> None:
    document = json.loads(case_uco(recorded(EXAMPLE))[0])
    broken = next(node for node in every_node(document["@graph"]) if node.get("@type") == kind)
    broken[key] = value
    path = tmp_path / "broken.jsonld"
    path.write_text(json.dumps(document))
    code, said = case_validate(path)
    assert code == 1, said


def every_node(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [node for one in value for node in every_node(one)]
    if isinstance(value, dict):
        return [value, *(node for one in value.values() for node in every_node(one))]
    return []


def test_the_same_records_give_the_same_bytes(rich: Recorded) -> None:
    assert case_uco(rich) == case_uco(rich)
    assert case_uco(recorded(EXAMPLE)) == case_uco(recorded(EXAMPLE))


def test_what_is_the_same_thing_keeps_its_identifier_when_the_case_grows(rich: Recorded) -> None:
    before = msgspec.structs.replace(rich, events=rich.events[:-1], observations=(), timelines=())
    early = {node["@id"] for node in graph(before)}
    assert early - {node["@id"] for node in graph(rich)} == set()


def test_two_cases_share_no_identifier(rich: Recorded) -> None:
    other = msgspec.structs.replace(rich, seals={1: "f" * 64})
    assert not {node["@id"] for node in graph(rich)} & {node["@id"] for node in graph(other)}


def test_every_pointer_leads_to_something_in_the_file(rich: Recorded) -> None:
    document = graph(rich)
    there = {node["@id"] for node in every_node(document) if "@type" in node and "@id" in node}
    pointers = {node["@id"] for node in every_node(document) if set(node) == {"@id"}}
    assert pointers
    assert pointers <= there


def test_every_event_file_item_and_finding_is_told(rich: Recorded) -> None:
    nodes = graph(rich)
    actions = of_type(nodes, "case-investigation:InvestigativeAction")
    assert sorted(node["uco-core:name"] for node in actions) == [
        f"{event.event:06d} {event.type.value}" for event in rich.events
    ]
    exhibits = [
        n["case-investigation:exhibitNumber"] for n in of_type(nodes, "case-investigation:ProvenanceRecord")
    ]
    assert sorted(exhibits) == [f"{number:06d}" for number in range(1, 8)]
    hashes = {
        node["uco-types:hashValue"]["@value"]
        for node in every_node(nodes)
        if node.get("@type") == "uco-types:Hash"
    }
    for one in rich.items:
        assert {file.sha256.upper() for file in one.files} <= hashes
    assert {seal.upper() for seal in rich.seals.values()} <= hashes
    assert len(of_type(nodes, "uco-analysis:AnalyticResult")) == 3  # a reading, an examination, its one test
    said = json.dumps(nodes)
    for words in ("1 of 40 on forty pages", "not measured", "undetermined. too small", "identitas saksi"):
        assert words in said


def test_what_nobody_here_saw_says_so(rich: Recorded) -> None:
    seen = [
        node["uco-core:statement"]
        for node in graph(rich)
        if node.get("uco-core:name") == "observation of a post"
    ]
    assert len(seen) == 3
    assert sum("nobody who made this case saw it" in " ".join(said) for said in seen) == 1


def test_hostile_text_is_data_and_nothing_else(rich: Recorded) -> None:
    nodes = graph(rich)
    kinds = {
        kind
        for node in every_node(nodes)
        if "@id" in node and "@type" in node
        for kind in as_list(node["@type"])
    }
    assert all(kind.partition(":")[0] in CONTEXT for kind in kinds), kinds
    texts = [
        node["uco-observable:messageText"]
        for node in every_node(nodes)
        if "uco-observable:messageText" in node
    ]
    assert any("</script>" in text for text in texts)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_nothing_says_that_signatures_were_judged() -> None:
    case = of_type(graph(recorded(EXAMPLE)), "case-investigation:Investigation")[0]
    assert any("were not judged for it" in said for said in case["uco-core:description"])
