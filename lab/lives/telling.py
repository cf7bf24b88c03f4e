"""The scores of lives as a table."""

from __future__ import annotations

from collections.abc import Sequence

from .judging import Score

_COLUMNS = (
    "server", "posts", "acts", "looks", "states right", "changes found/true", "further true", "invented",
    "intervals true", "longest interval", "versions right", "contradictions", "undone unseen",
)  # fmt: skip


def table(scores: Sequence[Score]) -> str:
    """One line for each server, and what was wrong below."""
    rows = [_COLUMNS, *map(_row, scores)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_COLUMNS))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "-|-".join("-" * width for width in widths))
    return "\n".join((*lines, *(fault for score in scores for fault in score.faults)))


def _row(score: Score) -> tuple[str, ...]:
    return (
        score.ground,
        str(score.posts),
        str(sum(score.deeds.values())),
        str(score.looks),
        f"{score.states_right}/{score.looks}",
        f"{score.found}/{score.changes}",
        str(score.further),
        str(score.invented),
        f"{score.intervals_true}/{score.intervals}",
        f"{score.longest.total_seconds():.1f} s",
        f"{score.versions_right}/{score.posts}",
        str(score.contradictions),
        str(score.unseen),
    )
