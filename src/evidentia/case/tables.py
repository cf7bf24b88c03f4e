"""The lives of posts as flat tables, for notebooks and spreadsheets: plain values, stable columns, no nesting.

``pandas.DataFrame(table, columns=table.columns)`` takes one as it is, also an empty one; evidentia itself needs no
pandas. Every row names its evidence by item and path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import overload

from evidentia.record.errors import UsageError
from evidentia.record.life import Change, Timeline, WordMove
from evidentia.record.post import Account, Evidence, Signal

Value = str | int | bool | datetime | None
"""What a cell can be. Moments have an offset; ``None`` is "not known"."""

Row = dict[str, Value]

MOST_SHOWN = 50
"""Rows that a notebook shows of a table; all of them are in it."""


@dataclass(frozen=True)
class Table(Sequence[Row]):
    """Rows under named columns: every row has all of them, in this order."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @overload
    def __getitem__(self, n: int) -> Row: ...
    @overload
    def __getitem__(self, n: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, n: int | slice) -> Row | tuple[Row, ...]:
        return self.rows[n]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[Value]:
        """One column from top to bottom.

        Raises:
            UsageError: the table has no such column.
        """
        if name not in self.columns:
            raise UsageError(
                f"The table {self.name} has no column {name}.",
                next_step=f"It has: {', '.join(self.columns)}.",
            )
        return [row[name] for row in self.rows]

    def _repr_html_(self) -> str:
        """What a notebook shows. All of it is text: nothing of what others wrote is taken for markup."""
        from evidentia.report.html_blocks import rich

        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{rich(_shown(row[name]))}</td>" for name in self.columns) + "</tr>"
            for row in self.rows[:MOST_SHOWN]
        )
        more = f"<p>{len(self)} rows, {MOST_SHOWN} shown</p>" if len(self) > MOST_SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def table(timelines: Iterable[Timeline], name: str) -> Table:
    """One of the tables of ``TABLES`` about some posts.

    Raises:
        UsageError: there is no such table.
    """
    if name not in TABLES:
        raise UsageError(f"There is no table {name}.", next_step=f"Name one of: {', '.join(TABLES)}.")
    columns, rows = TABLES[name]
    made = tuple(row for life in timelines for row in rows(life))
    return Table(name, columns, made)


def _observations(life: Timeline) -> Iterator[Row]:
    for n, look in enumerate(life.observations, 1):
        post = look.post
        yield {
            "post": life.post,
            "look": n,
            "url": look.url,
            "source": look.source,
            "state": look.state.value,
            "not_before": look.during.not_before,
            "not_after": look.during.not_after,
            "platform": None if post is None else post.platform,
            "native_id": None if post is None else post.native_id,
            **_author(None if post is None else post.author),
            "text": None if post is None else post.text,
            "created_at": None if post is None else post.created_at,
            "edited_at": None if post is None else post.edited_at,
            "edit_mark": None if post is None else post.edit_mark,
            "media": None if post is None else len(post.media),
            "signals": _signals(look.signals),
            "reason": look.reason,
            **_evidence(look.evidence),
        }


def _versions(life: Timeline) -> Iterator[Row]:
    for version in life.versions:
        yield {
            "post": life.post,
            "version": version.n,
            "text": version.text,
            "not_before": version.not_before,
            "not_after": version.not_after,
            "stated_at": version.stated_at,
            "sources": "; ".join(version.sources),
            **_evidence(version.evidence),
        }


def _changes(life: Timeline) -> Iterator[Row]:
    for n, change in enumerate(life.changes, 1):
        yield {
            "post": life.post,
            "change": n,
            "kind": change.kind.value,
            "not_before": change.not_before,
            "not_after": change.not_after,
            "before": change.before,
            "after": change.after,
            "removed": _moved(change, WordMove.REMOVED),
            "added": _moved(change, WordMove.ADDED),
            "media": "; ".join(move.fate.value for move in change.media),
            "signals": _signals(change.signals),
            **_evidence(change.evidence),
        }


def _standings(life: Timeline) -> Iterator[Row]:
    for n, standing in enumerate(life.standings, 1):
        yield {
            "post": life.post,
            "standing": n,
            "state": standing.state.value,
            "not_before": standing.not_before,
            "not_after": standing.not_after,
            "looks": standing.looks,
            "version": standing.version,
            **_evidence(standing.evidence),
        }


def _contradictions(life: Timeline) -> Iterator[Row]:
    for n, found in enumerate(life.contradictions, 1):
        yield {
            "post": life.post,
            "contradiction": n,
            "kind": found.kind.value,
            "statement": found.statement,
            "not_before": found.not_before,
            "not_after": found.not_after,
            "explanations": "; ".join(found.explanations),
            "signals": _signals(found.signals),
            **_evidence(found.evidence),
        }


_EVIDENCE = ("item", "path", "evidence")
_BOUNDS = ("not_before", "not_after")

TABLES: dict[str, tuple[tuple[str, ...], Callable[[Timeline], Iterator[Row]]]] = {
    "observations": (
        (
            *("post", "look", "url", "source", "state", *_BOUNDS, "platform", "native_id"),
            *("author_id", "author_handle", "author_name", "text", "created_at", "edited_at", "edit_mark"),
            *("media", "signals", "reason", *_EVIDENCE),
        ),
        _observations,
    ),
    "versions": (("post", "version", "text", *_BOUNDS, "stated_at", "sources", *_EVIDENCE), _versions),
    "changes": (
        (
            *("post", "change", "kind", *_BOUNDS, "before", "after", "removed", "added", "media", "signals"),
            *_EVIDENCE,
        ),
        _changes,
    ),
    "standings": (("post", "standing", "state", *_BOUNDS, "looks", "version", *_EVIDENCE), _standings),
    "contradictions": (
        ("post", "contradiction", "kind", "statement", *_BOUNDS, "explanations", "signals", *_EVIDENCE),
        _contradictions,
    ),
}
"""Each table's columns, and how its rows are made. The columns are a promise to callers."""


def _author(account: Account | None) -> Row:
    return {
        "author_id": None if account is None else account.id,
        "author_handle": None if account is None else account.handle,
        "author_name": None if account is None else account.name,
    }


def _evidence(evidence: Sequence[Evidence]) -> Row:
    """The first item and path, and all of them as one text."""
    first = evidence[0] if evidence else None
    return {
        "item": None if first is None else first.item,
        "path": None if first is None else first.path,
        "evidence": "; ".join(f"{one.item}:{one.path}" for one in dict.fromkeys(evidence)),
    }


def _signals(signals: Sequence[Signal]) -> str:
    return "; ".join(f"{one.name}: {one.seen} ({one.where})" for one in signals)


def _moved(change: Change, move: WordMove) -> str:
    """The runs of words that went or came, each without the white space around it."""
    return " … ".join(run.text.strip() for run in change.words if run.move is move)


def _shown(value: Value) -> str:
    if value is None:
        return "–"
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
