"""`evidentia docket deadlines` as a person or a script meets it: bundles and summaries, words, tables, exit codes."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from evidentia.case import Case
from evidentia.cli import app as door
from evidentia.custody.identity import Custodian
from evidentia.record.docket import Act, DocketGiven
from lab.pki import Lab

pytestmark = pytest.mark.lab


class Said(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def run(*arguments: str) -> Said:
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["evidentia", "docket", *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = door.run()
    finally:
        sys.argv = before
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def place(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cases: one whose report was received on 1 October, one of which that is not known; and a broken ZIP."""
    folder = tmp_path_factory.mktemp("tenggat")
    who = lab.people["penyidik-a"]
    person = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    received = {"kasus-07": datetime(2024, 10, 1, tzinfo=UTC), "kasus-08": None}
    for name, at in received.items():
        case = Case.create(folder / name, title="Uji", custodian=person)
        given = DocketGiven(
            region="73", acts=(Act(act="LIKE", contest="PILKADA-2024"),), known_at=at, received_at=at
        )
        case.file_docket(given)
        case.export(folder / f"{name}.zip")
    (folder / "rusak.zip").write_bytes(b"PK\x03\x04 and no more")
    return folder


@pytest.fixture
def there(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def anchors(lab: Lab) -> tuple[str, ...]:
    return ("--trust", str(lab.roots), "--tsa-trust", str(lab.tsa_roots))


Anchors = tuple[str, ...]


def test_bundles_folders_and_summaries_give_one_answer(there: Path, anchors: Anchors, tmp_path: Path) -> None:
    summed = run("summary", "kasus-07.zip", *anchors, "--json")
    (tmp_path / "s.jsonl").write_text(summed.out)
    asked = ("--as-of", "2024-10-09", *anchors, "--json")
    found = [run("deadlines", where, *asked) for where in ("kasus-07.zip", str(tmp_path / "s.jsonl"))]
    assert [one.code for one in found] == [0, 0]
    assert found[0].json() == found[1].json()
    (told,) = found[0].json()
    assert told["states"] == {"overdue": 1, "perhaps overdue": 0, "due": 0, "cannot be computed": 0}
    assert told["open"][0]["days_left_at_most"] == -1
    folder = run("deadlines", "kasus-07", "--as-of", "2024-10-09", "--json")
    assert folder.code == 3  # nobody verified it
    assert folder.json()[0]["open"][0]["deadline"] == told["open"][0]["deadline"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "overdue: 1",
                "last day 2024-10-04 or 2024-10-08: days overdue: 1",
                "cannot be computed, because",
            ),
        ),
        (
            "id",
            ("lewat tenggat: 1", "2024-10-04 atau 2024-10-08: lewat 1 hari", "tidak dapat dihitung, karena"),
        ),
    ],
)
def test_it_is_told_in_words(language: str, said: tuple[str, ...], there: Path, anchors: Anchors) -> None:
    found = run(
        "deadlines", "kasus-08.zip", "kasus-07.zip", "--as-of", "2024-10-09", *anchors, "--lang", language
    )
    assert found.code == 3
    lines = found.out.splitlines()
    for part in said:
        assert part in found.out, part
    assert lines[1].strip().startswith("kasus-07 (73)")
    assert lines[2].strip().startswith("kasus-08 (73)")
    assert "verified = false" in found.err


@pytest.mark.parametrize(("day", "said"), [("2024-10-04", "due today"), ("2024-10-02", "days left: 2"),
                                           ("2024-10-05", "perhaps overdue, because between")])  # fmt: skip
def test_each_state_has_its_words(day: str, said: str, there: Path, anchors: Anchors) -> None:
    assert said in run("deadlines", "kasus-07.zip", "--as-of", day, *anchors).out


def test_a_bundle_that_cannot_be_read_stops_no_other(there: Path, anchors: Anchors) -> None:
    found = run("deadlines", "rusak.zip", "kasus-07.zip", "--as-of", "2024-10-09", *anchors, "--json")
    error, told = found.json()
    assert found.code == 1
    assert "rusak.zip" in json.dumps(error)
    assert len(told["open"]) == 1
    alone = run("deadlines", "rusak.zip", "--as-of", "2024-10-09", "--json")
    assert (alone.code, len(alone.json())) == (1, 1)


def test_a_bundle_that_fails_by_ones_anchors_fails_the_command(
    there: Path, anchors: Anchors, tmp_path: Path
) -> None:
    with zipfile.ZipFile("kasus-07.zip") as packed:
        packed.extractall(tmp_path)
    signature = sorted((tmp_path / "kasus-07" / "custody").glob("*.p7s"))[0]
    signature.write_bytes(signature.read_bytes()[:-1] + b"\x00")
    asked = (str(tmp_path / "kasus-07"), "kasus-08.zip", "--as-of", "2024-10-09", *anchors, "--json")
    found = run("deadlines", *asked)
    (told,) = found.json()
    assert found.code == 1
    assert [(left["case"], left["why"]) for left in told["not_told"]] == [
        ("kasus-07", "the bundle failed its verification")
    ]
    assert told["cases"] == 1


def test_the_table_has_both_languages_and_replaces_nothing(
    there: Path, anchors: Anchors, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    asked = (
        "deadlines",
        "kasus-07.zip",
        "kasus-08.zip",
        "--as-of",
        "2024-10-09",
        *anchors,
        "--csv",
        str(path),
    )
    run(*asked)
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [row["state"] for row in rows] == ["overdue", "cannot be computed", "cannot be computed"]
    assert (rows[0]["days_left_at_most"], rows[0]["due_last"], rows[0]["as_of"]) == (
        "-1",
        "2024-10-08",
        "2024-10-09",
    )
    assert rows[1]["because_id"] == "hari mulainya tidak diketahui"
    assert rows[1]["because_en"] == "the day from which it runs is not known"
    again = run(*asked)
    assert (again.code, "is already there" in again.err) == (2, True)


def test_a_table_that_the_disk_does_not_take_is_no_mistake_of_the_command(
    there: Path, tmp_path: Path
) -> None:
    found = run("deadlines", "kasus-07.zip", "--as-of", "2024-10-09", "--csv", str(tmp_path / ("t" * 300)))
    assert found.code == 1
    assert "Check the path, your rights and the space on the disk" in found.err


def test_a_table_in_a_folder_that_is_not_there_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    found = run("deadlines", "nowhere.zip", "--as-of", "2024-10-09", "--csv", str(tmp_path / "x" / "t.csv"))
    assert (found.code, "there is no folder" in found.err) == (2, True)


def test_a_text_that_a_spreadsheet_would_run_is_guarded_in_the_table(there: Path, tmp_path: Path) -> None:
    run("data", str(tmp_path / "data"))
    for path in (tmp_path / "data").iterdir():
        path.write_text(path.read_text("utf-8").replace('en = "', 'en = " \uff1d'), "utf-8")
    asked = ("deadlines", "kasus-07.zip", "--as-of", "2024-10-09", "--data", str(tmp_path / "data"))
    run(*asked, "--csv", str(tmp_path / "t.csv"))
    (row,) = csv.DictReader((tmp_path / "t.csv").read_text("utf-8").splitlines())
    assert row["en"].startswith("' \uff1d")


def test_a_case_of_which_nothing_is_told_is_in_the_table_too(there: Path, tmp_path: Path, lab: Lab) -> None:
    bundle = run(
        "deadlines", "kasus-07.zip", "--as-of", "2024-10-09", "--csv", str(tmp_path / "a.csv"), "--json"
    )
    assert bundle.json()[0]["not_verified"] == 1
    summary = run("summary", "kasus-07.zip", "--json").json()[0] | {"standing": "no entry"}
    (tmp_path / "s.json").write_text(json.dumps(summary))
    found = run(
        "deadlines", str(tmp_path / "s.json"), "--as-of", "2024-10-09", "--csv", str(tmp_path / "b.csv")
    )
    assert found.code == 3
    assert "kasus-07: no deadline is told (no docket entry)" in found.err
    (row,) = csv.DictReader((tmp_path / "b.csv").read_text("utf-8").splitlines())
    assert (row["case"], row["state"], row["because_en"]) == ("kasus-07", "not told", "no docket entry")
    assert (row["because_id"], row["as_of"]) == ("tanpa entri register", "2024-10-09")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--as-of", "besok"),
        ("--as-of", ""),
        (),
        ("--as-of", "2024-10-09", "--within", "-1"),
        ("--as-of", "2024-10-09", "--within", "tujuh"),
        ("--as-of", "2024-10-09", "--rules", "TIDAK.ADA"),
        ("--as-of", "2024-10-09", "--lang", "fr"),
        ("--as-of", "2024-10-09", "--data", "tidak-ada"),
        ("--as-of", "2024-10-09", "--tsa-trust", "tidak-ada"),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: tuple[str, ...], there: Path) -> None:
    found = run("deadlines", "kasus-07.zip", *wrong, "--json")
    assert found.code == 2
    assert found.json()[-1]["error"]["next_step"]


def test_only_some_rules_and_only_what_is_due_soon(there: Path, anchors: Anchors) -> None:
    def asked(*more: str) -> Any:
        (told,) = run("deadlines", "kasus-07.zip", "kasus-08.zip", *anchors, *more, "--json").json()
        return told

    told = asked("--as-of", "2024-10-02", "--rules", "LOCAL.HANDLING", "--within", "1")
    assert (told["later"], told["states"]["due"], told["rules"]) == (1, 0, ["LOCAL.HANDLING"])
    assert [one["case"] for one in told["open"]] == ["kasus-08"]


def test_it_asks_no_clock(there: Path, anchors: Anchors, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> Said:
        return run("deadlines", "kasus-07.zip", "--as-of", "2024-10-09", *anchors, "--json")

    before = asked()
    monkeypatch.setattr("evidentia.case.docketing.now", lambda: datetime(2031, 1, 1, tzinfo=UTC))
    assert asked() == before
