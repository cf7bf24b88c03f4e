from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import evidentia as ev
from evidentia.case import Case
from evidentia.case.tables import MOST_SHOWN, TABLES, Table, table
from evidentia.detect.timeline import assemble
from evidentia.record.errors import UsageError
from evidentia.record.life import Contradiction, ContradictionKind, Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Observation, Post, Signal, State

pandas: Any = pytest.importorskip("pandas")

START = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "use-a-notebook.md"


def look(n: int, text: str | None, state: State = State.LIVE, key: str = "forum:1") -> Observation:
    at = START + timedelta(hours=n)
    post = None
    if text is not None:
        post = Post(
            platform="forum",
            native_id="1",
            url="https://forum.example/1",
            author=Account(id="7", handle="pejabat07", name="Pejabat 07"),
            text=text,
        )
    return Observation(
        key=key,
        url="https://forum.example/1",
        state=state,
        during=Interval(not_before=at, not_after=at + timedelta(seconds=5)),
        source="own capture",
        evidence=(Evidence(item=n, path=f"data/{n:06d}/capture.wacz"),),
        signals=(Signal(name="status", seen="200", where="https://forum.example/1"),),
        post=post,
    )


@pytest.fixture
def lives() -> tuple[Timeline, ...]:
    return assemble(
        [
            look(1, "Mari dukung Paslon A!"),
            look(2, "Mari bawa payung!"),
            look(3, None, State.UNAVAILABLE),
            look(1, HOSTILE, key="forum:2"),
        ]
    )


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_every_column_and_no_cell_holds_another_table(
    lives: tuple[Timeline, ...], name: str
) -> None:
    made = table(lives, name)
    assert made.columns == TABLES[name][0]
    for row in made:
        assert tuple(row) == made.columns
        assert all(value is None or isinstance(value, str | int | bool | datetime) for value in row.values())
        assert all(value.tzinfo is not None for value in row.values() if isinstance(value, datetime))


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_are_those_that_the_page_promises(name: str) -> None:
    row = re.search(rf"^\| `{name}` \|[^|]*\| (.*) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert row is not None
    assert tuple(re.findall("`([^`]+)`", row.group(1))) == TABLES[name][0]


def test_pandas_takes_a_table_as_it_is(lives: tuple[Timeline, ...]) -> None:
    changes = table(lives, "changes")
    frame = pandas.DataFrame(changes)
    assert tuple(frame.columns) == changes.columns
    assert frame["kind"].tolist() == changes.column("kind")
    assert frame["removed"][0] == "dukung Paslon A"
    assert frame["added"][0] == "bawa payung"
    assert isinstance(frame["not_before"].dtype, pandas.DatetimeTZDtype)
    assert frame["not_before"][0] == pandas.Timestamp(START + timedelta(hours=1))
    assert frame["item"].tolist() == changes.column("item")
    looks = pandas.DataFrame(table(lives, "observations"))
    assert looks.groupby("post")["look"].max().to_dict() == {"forum:1": 3, "forum:2": 1}
    assert looks["text"].isna().sum() == 1


def test_an_empty_table_keeps_its_columns() -> None:
    empty = table((), "contradictions")
    assert len(empty) == 0
    frame = pandas.DataFrame(empty, columns=empty.columns)
    assert tuple(frame.columns) == empty.columns


def test_contradictions_are_told(lives: tuple[Timeline, ...]) -> None:
    from msgspec.structs import replace

    found = Contradiction(
        kind=ContradictionKind.STALE_COPY,
        statement="An archive's copy is older than it says.",
        not_before=START,
        not_after=None,
        signals=(Signal(name="a", seen="b", where="c"),),
        evidence=(Evidence(item=1, path="x"), Evidence(item=2, path="y")),
        explanations=("one", "two"),
    )
    (row,) = table([replace(lives[0], contradictions=(found,))], "contradictions")
    assert row["explanations"] == "one; two"
    assert row["signals"] == "a: b (c)"
    assert (row["item"], row["path"], row["evidence"]) == (1, "x", "1:x; 2:y")
    assert row["not_after"] is None


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]


def test_what_a_notebook_shows_is_inert(lives: tuple[Timeline, ...]) -> None:
    shown = table(lives, "versions")._repr_html_()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert Tags(shown).found <= {"table", "thead", "tbody", "tr", "th", "td", "bdi", "br", "span", "p"}
    assert not set("\u202e\x1b") & set(shown)


def test_a_notebook_shows_some_rows_of_many_and_says_so() -> None:
    rows = tuple({"n": n} for n in range(MOST_SHOWN + 7))
    shown = Table("many", ("n",), rows)._repr_html_()
    assert shown.count("<tr>") == MOST_SHOWN + 1
    assert f"{MOST_SHOWN + 7} rows, {MOST_SHOWN} shown" in shown


def test_a_table_or_column_that_is_not_there_is_a_mistake_of_the_caller(lives: tuple[Timeline, ...]) -> None:
    with pytest.raises(UsageError, match="no table"):
        table(lives, "edits")
    with pytest.raises(UsageError, match="no column"):
        table(lives, "changes").column("teks")


def test_a_case_gives_its_tables(case: Case, letter: Path) -> None:
    item = case.add(letter, access=ev.Access.FORWARDED)
    assert len(case.table("observations")) == 0
    assert case.compare(item, item).outcome is ev.Agreement.SAME
    assert isinstance(case.table("changes"), ev.Table)
