"""The JSON Schemas of docs/schemas: up to date, true of real files, and of one mind with the readers.

They are judged by ``jsonschema``, which shares nothing with the project. Its ``pattern`` is Python's, where ``$`` also
matches before a last line feed; the keyword means ECMA-262's, so it is put right here.
"""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from evidentia.formats.canonical_json import encode_canonical
from evidentia.formats.event import parse_event
from evidentia.formats.head import parse_head
from evidentia.record.custody import EventType
from evidentia.record.errors import FormatError
from lab.pki import Lab

from .conftest import Ground

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs" / "schemas"
VECTORS = ROOT / "fixtures" / "vectors"
NAMES = sorted(path.stem for path in SCHEMAS.glob("*.json"))


def pattern(_: Any, wanted: str, found: Any, __: Any) -> Iterator[ValidationError]:
    """ECMA-262: ``$`` is the end, and nothing but the end."""
    if isinstance(found, str) and not re.search(re.sub(r"\$$", r"\\Z", wanted), found):
        yield ValidationError(f"{found!r} does not match {wanted!r}")


Validator = extend(Draft202012Validator, {"pattern": pattern})


def validator(name: str) -> Any:
    return Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))


def problems(name: str, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(value)]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("json_schemas", ROOT / "scripts" / "json_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["json_schemas"] = module  # where its records look up their types
    spec.loader.exec_module(module)
    return module


# Up to date


def test_the_schemas_are_as_the_record_types_are(script: ModuleType) -> None:
    assert set(script.PAGES) == set(NAMES), "run scripts/json_schemas.py"
    for name in NAMES:
        found = (SCHEMAS / f"{name}.json").read_text("utf-8")
        assert found == script.written(name), f"{name}.json is stale: run scripts/json_schemas.py"


def test_every_type_of_event_has_its_details(script: ModuleType) -> None:
    assert set(script.DETAILS) == set(EventType)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_schema_and_says_what_it_is_of(name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("name", NAMES)
def test_each_is_named_by_the_format(name: str) -> None:
    pages = [ROOT / "docs" / "format.md", *(ROOT / "docs" / "format").glob("*.md")]
    assert any(f"schemas/{name}.json" in page.read_text("utf-8") for page in pages)


# True of real files


def frozen_events() -> dict[str, tuple[int, bytes]]:
    """Every event of the frozen bundles: where it stands, its number and its bytes."""
    found = {}
    for archive in sorted(VECTORS.glob("*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for path in opened.namelist():
                if match := re.fullmatch(r"(?:[^/]+/)?custody/(\d{6})\.json", path):
                    found[f"{archive.stem}:{path}"] = int(match[1]), opened.read(path)
    return found


def test_schema_and_reader_agree_on_every_event_of_the_frozen_bundles() -> None:
    events, refused = frozen_events(), 0
    assert len(events) > 300
    for where, (number, data) in events.items():
        try:
            value = json.loads(data)
            encode_canonical(value)
        except (ValueError, RecursionError, FormatError):
            continue  # no JSON, or with values that JSON's canonical form does not have: no schema's question
        said = problems("event", value)
        assert _is_read(number, data) is (not said and not _unsayable(number, value, data)), where
        refused += bool(said)
    assert refused


FILES = {
    "item.json": "item",
    "post.json": "post",
    "observation.json": "observation",
    "boxes.json": "boxes",
    "fingerprints.json": "fingerprints",
    "reading.json": "reading",
    "examination.json": "examination",
    "members.json": "members",
    "chat.json": "chat",
    "mail.json": "mail",
    "saved-pages.json": "saved-pages",
    "redaction.json": "redaction",
    "report.json": "report",
    "docket.json": "docket-entry",
    "import.json": "import",
    "verdict.json": "verdict",
    "referral.json": "referral",
    "answer.json": "answer",
}


def wrong_in(case: Path) -> tuple[set[str], list[str]]:
    """Which schemas had files of a case to judge, and what is wrong with those files."""
    seen, wrong = set(), []
    for path in [*sorted(case.glob("data/*/*.json")), *sorted(case.glob("custody/*.json"))]:
        name = "event" if path.parent.name == "custody" else FILES[path.name]
        seen.add(name)
        wrong += [
            f"{path.relative_to(case)} {said}" for said in problems(name, json.loads(path.read_bytes()))
        ]
    return seen, wrong


@pytest.fixture
def evidentia(lab: Lab, tmp_path: Path) -> Callable[..., list[Any]]:
    """Run ``evidentia … --json`` as a person of the lab; what it printed, line by line."""
    who = lab.people["penyidik-a"]
    environment = os.environ | {
        "EVIDENTIA_IDENTITY": str(who.p12),
        "EVIDENTIA_PASSPHRASE": who.passphrase,
        "EVIDENTIA_TSA": lab.tsa_url,
    }

    def call(*arguments: str, code: int = 0) -> list[Any]:
        command = [sys.executable, "-m", "evidentia", *arguments, "--json"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return call


def test_files_and_output_of_a_small_case(
    evidentia: Callable[..., list[Any]], lab: Lab, tmp_path: Path
) -> None:
    (tmp_path / "surat.txt").write_text("Kepada Pejabat 07, tentang Paslon A")
    said: list[tuple[str, Any]] = []

    def keep(name: str, *arguments: str, code: int = 0) -> None:
        said.extend((name, line) for line in evidentia(*arguments, code=code))

    keep("opened", "open", "kasus-07", "--title", "Uji")
    evidentia("add", "surat.txt", "--case", "kasus-07", "--access", "forwarded")
    keep("derived", "derive", "1", "--case", "kasus-07", "--word", "Pejabat 07", "--reason", "uji")
    keep("said", "note", "catatan", "--case", "kasus-07")
    keep("said", "disclose", "1", "--case", "kasus-07", "--reason", "uji")
    keep("fingerprint", "fingerprint", "surat.txt")
    keep("compared", "compare-copy", "2", "--case", "kasus-07")
    keep("finished", "finish", "--case", "kasus-07")
    keep("stamped", "timestamp", "--case", "kasus-07")
    keep("report-given-out", "report", "--case", "kasus-07", "--unsigned", "--out", "a.pdf")
    keep("report-signed", "report-sign", "a.pdf", "b.pdf")
    keep("report-taken", "report-take", "b.pdf", "--case", "kasus-07")
    keep("report-written", "report", "--case", "kasus-07", "--out", "c.pdf")
    keep("exported", "export", "--case", "kasus-07")
    keep("shown", "show", "--case", "kasus-07")
    anchors = ("--trust", str(lab.roots), "--tsa-trust", str(lab.tsa_roots))
    keep("verdict", "verify", "kasus-07", *anchors)
    (tmp_path / "kasus-07" / "index.html").write_text("")
    keep("verdict", "verify", "kasus-07", *anchors, code=1)
    keep("error", "show", "--case", "nowhere", code=1)
    assert [f"{name} {line}" for name, value in said for line in problems(name, value)] == []
    assert {name for name, _ in said} == {
        "opened", "derived", "compared", "finished", "stamped", "exported", "said", "fingerprint", "shown", "verdict",
        "error", "report-given-out", "report-signed", "report-taken", "report-written",
    }  # fmt: skip
    assert problems("head", said[0][1]["head"]) == []
    assert wrong_in(tmp_path / "kasus-07") == (
        {"event", "item", "fingerprints", "redaction", "report"},
        [],
    )


def test_files_and_output_of_a_docket(evidentia: Callable[..., list[Any]], lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "surat.txt").write_text("Kepada Pejabat 07, tentang Paslon A")
    entry = str(ROOT / "docs" / "docket-example.toml")
    anchors = ("--trust", str(lab.roots), "--tsa-trust", str(lab.tsa_roots))
    evidentia("open", "kasus-07", "--title", "Uji")
    evidentia("add", "surat.txt", "--case", "kasus-07", "--access", "forwarded")
    said = {"docket-filed": evidentia("docket", "file", entry, "--case", "kasus-07")}
    evidentia("status", "bebas = kata, bukan kode", "--case", "kasus-07")
    evidentia("export", "b.zip", "--case", "kasus-07")
    said["docket"] = evidentia("docket", "show", "b.zip", *anchors)
    said["docket-summary"] = evidentia("docket", "summary", "b.zip", *anchors)
    (tmp_path / "s.jsonl").write_text(json.dumps(said["docket-summary"][0]))
    zones = ("--zones", "KASN-2020-08-PROVINCE")
    said["docket-statistics"] = evidentia("docket", "statistics", "s.jsonl", *zones, "--csv", "t.csv", code=3)
    said["docket-deadlines"] = evidentia(
        "docket", "deadlines", "s.jsonl", "b.zip", *anchors, "--as-of", "2024-10-30", "--csv", "d.csv"
    )
    said["docket-data"] = evidentia("docket", "data", "data")
    assert [f"{name} {line}" for name, lines in said.items() for line in problems(name, lines[0])] == []
    assert wrong_in(tmp_path / "kasus-07") == ({"event", "item", "fingerprints", "docket-entry"}, [])
    counted = said["docket-statistics"][0]
    assert counted["unknown_codes"] == ["statuses: OTHER"]  # which is why the code is 3
    table = (tmp_path / "t.csv").read_text("utf-8").splitlines()
    assert table[0].startswith("table,unit,code,id,en,count,of,share,first_day,last_day,dated_by,cut_off")
    assert any(line.startswith("zone:green,persons concerned,") for line in table)
    open_ones = said["docket-deadlines"][0]
    assert (open_ones["given"], open_ones["older"], open_ones["cases"]) == (2, 1, 1)
    assert [one["deadline"]["code"] for one in open_ones["open"]] == ["LOCAL.HANDLING"]
    assert (tmp_path / "d.csv").read_text("utf-8").count("\n") == 2


@pytest.mark.browser
@pytest.mark.lab
def test_files_and_output_of_a_captured_post(ground: Ground, practised: Path) -> None:
    case = practised / "practice" / "makassar-15"

    def run(command: str) -> list[bytes]:
        script = f". practice/env; evidentia {command} --case {case}"
        done = subprocess.run(
            ["bash", "-c", script], cwd=practised, env=ground.environment, capture_output=True
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done.stdout.splitlines()

    run("add practice/screenshot.jpg --access forwarded")
    commands = {
        "captured": 'capture "$POST" --access public --allow-private-network --json',
        "timeline": "timeline --json",
        "rechecked": "recheck --json",
        "reread": "reread 1 --json",
        "matched": "match practice/screenshot.jpg --json",
        "examined": "examine practice/screenshot.jpg --json",
    }
    for name, command in commands.items():
        lines = run(command)
        assert lines
        assert [said for line in lines for said in problems(name, json.loads(line))] == [], lines
    run("report")
    seen, wrong = wrong_in(case)
    assert not wrong, "\n".join(wrong)
    assert seen >= {
        "item",
        "post",
        "observation",
        "boxes",
        "fingerprints",
        "reading",
        "examination",
        "report",
    }


# Of one mind with the readers


def _is_read(number: int, data: bytes) -> bool:
    try:
        parse_event(number, data)
    except FormatError:
        return False
    return True


def _unsayable(number: int, event: Any, data: bytes) -> list[str]:
    """The rules that a schema cannot say, as docs/format.md lists them."""
    details = event["details"]
    rising = [
        [one["item"] for one in event["items"]],
        [one["item"] for one in details.get("withheld", [])],
        [one["item"] for one in details.get("may_withhold", [])],
        details.get("examined", []),
    ]
    single = [[actor[name] for actor in event["actors"]] for name in ("who", "certificate")]
    broken = {
        "the number of its file": event["event"] != number,
        "numbers rise": any(numbers != sorted(set(numbers)) for numbers in rising),
        "who and certificate once": any(len(set(values)) != len(values) for values in single),
        "a time that exists": not _exists(event["time"]),
        "canonical bytes": encode_canonical(event) != data,
    }
    return [rule for rule, is_broken in broken.items() if is_broken]


def _exists(time: str) -> bool:
    try:
        datetime.strptime(f"{time}+0000", "%Y-%m-%dT%H:%M:%SZ%z")
    except ValueError:
        return False
    return True


DIGESTS = st.sampled_from(["0" * 64, "f" * 64, "F" * 64, "0" * 63])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 1_000_001),
    st.text(max_size=5),
    st.sampled_from(
        ["", "a\n", "\t", "x" * 201, "x" * 4001, "penyidik-a", "2025-02-30T00:00:00Z", "+15:00", "Z"]
    ),
    DIGESTS,
    st.sampled_from([kind.value for kind in EventType]),
    st.lists(st.integers(0, 3), max_size=3),
    st.lists(st.sampled_from(["penyidik-a", "B", ""]), max_size=2),
    st.lists(st.builds(lambda n, d: {"item": n, "record": d}, st.integers(0, 3), DIGESTS), max_size=3),
    st.just({}),
)
DETAILS = [
    {"title": "Uji"},
    {"admitted": "penyidik-a"},
    {"by": "penyidik-a", "replaced": "pengawas-b"},
    {"to": ["pengawas-b"]},
    {"outcome": "accepted", "transfer": 3},
    {"examined": [1, 2]},
    {"original": 1},
    {"text": "catatan\n"},
    {"status": "dilimpahkan"},
    {"index": "0" * 64, "withheld": [{"item": 1, "record": "0" * 64}]},
    {"may_withhold": []},
    {},
]


def an_event(kind: str, details: Any, items: int) -> dict[str, Any]:
    return {
        "format": 1,
        "case": "kasus-07",
        "event": 2,
        "type": kind,
        "time": "2025-03-01T11:00:00Z",
        "zone": "+07:00",
        "actors": [
            {"certificate": c * 64, "name": "A", "organisation": "", "role": "", "who": who}
            for c, who in (("0", "penyidik-a"), ("1", "pengawas-b"))
        ],
        "place": "",
        "reason": "",
        "authority": "",
        "tool": {"name": "uji", "version": "1"},
        "items": [{"item": n, "record": "0" * 64} for n in range(1, items + 1)],
        "changes": [{"what": "", "why": ""}],
        "details": details,
    }


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a JSON value, with every key or index in it."""
    found: list[tuple[Any, Any]] = []
    for key in value if isinstance(value, dict) else range(len(value)):
        found.append((value, key))
        if isinstance(value[key], dict | list):
            found += places(value[key])
    return found


@settings(max_examples=1500, deadline=None)
@given(
    kind=st.sampled_from([kind.value for kind in EventType]),
    details=st.sampled_from(DETAILS),
    items=st.integers(0, 2),
    changes=st.lists(
        st.tuples(st.integers(0, 99), st.sampled_from(["set", "drop", "add"]), VALUES), max_size=2
    ),
)
def test_schema_and_reader_agree_on_events_that_somebody_changed(
    kind: str, details: Any, items: int, changes: list[tuple[int, str, Any]]
) -> None:
    event = an_event(kind, copy.deepcopy(details), items)
    for place, what, value in changes:
        container, key = places(event)[place % len(places(event))]
        if what == "set":
            container[key] = copy.deepcopy(value)
        elif what == "drop":
            del container[key]
        elif isinstance(container, dict):
            container["baru"] = copy.deepcopy(value)
        else:
            container.append(copy.deepcopy(value))
    data = encode_canonical(event)
    said = problems("event", event)
    assert _is_read(2, data) is (not said and not _unsayable(2, event, data)), said


HEAD = {
    "case": "kasus-07",
    "events": 3,
    "seal": "0" * 64,
    "signatures": [{"signature": "1" * 64, "tokens": ["2" * 64], "who": "penyidik-a"}],
}


@settings(max_examples=500, deadline=None)
@given(place=st.integers(0, 99), value=VALUES)
def test_what_the_schema_refuses_as_a_head_the_reader_refuses(place: int, value: Any) -> None:
    head = copy.deepcopy(HEAD)
    container, key = places(head)[place % len(places(head))]
    container[key] = value
    if problems("head", head):
        with pytest.raises(FormatError):
            parse_head(json.dumps(head))
    else:
        parse_head(json.dumps(head))
