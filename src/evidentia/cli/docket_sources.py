"""What the commands of the docket have in common: data sets, anchors, bundles and summaries, days, files to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evidentia.record.docket import Standing
from evidentia.record.errors import FormatError, UsageError
from evidentia.record.verdict import Status, Verdict

from .judging import anchors_from
from .speaking import Exit

if TYPE_CHECKING:
    from evidentia.docket.data_sets import DataSets
    from evidentia.record.docket import Docket, DocketSummary
    from evidentia.verify import Trust

DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Your data sets of the docket: a file in it takes the place of ours of that name.",
    ),
]
SignerRoots = Annotated[
    Path | None, typer.Option("--trust", metavar="PEM", help="Verify first, with your anchors for persons.")
]
AuthorityRoots = Annotated[
    Path | None,
    typer.Option("--tsa-trust", metavar="PEM", help="Your anchors for timestamp authorities; else --trust."),
]
Language = Annotated[str, typer.Option("--lang", metavar="id|en", help="The words of what is shown.")]

_LANGUAGES = ("id", "en")


def require_language(language: str) -> None:
    """Refuse any language but the two.

    Raises:
        UsageError: it is another.
    """
    if language not in _LANGUAGES:
        raise UsageError(f"{language!r} is not a language of the docket.", next_step="Use id or en.")


def data_sets(folder: Path | None) -> DataSets:
    """The data sets, with those of a folder in the place of ours."""
    from evidentia.docket.data_sets import docket_data

    try:
        return docket_data(folder)
    except FormatError as error:
        raise UsageError(
            error.happened,
            next_step="Mend the file; `evidentia docket data DIR` writes ours to compare with.",
        ) from error


def anchors_of(trust: Path | None, tsa_trust: Path | None) -> Trust | None:
    """The anchors that were named, or None where nothing is to be verified."""
    if trust is None and tsa_trust is not None:
        raise UsageError(
            "--tsa-trust alone verifies nothing.", next_step="Name your anchors for persons: --trust."
        )
    return None if trust is None else anchors_from(trust, tsa_trust)


def docket_in(bundle: Path, anchors: Trust | None, sets: DataSets, as_of: date | None) -> Docket:
    """The docket of a bundle or a case folder; ``as_of`` None is today."""
    from evidentia.case.docketing import docket_of, reading
    from evidentia.verify import verify

    with reading(bundle) as ledger:
        verdict: Verdict | None = None if anchors is None else verify(bundle, anchors)
        return docket_of(ledger, sets, as_of=as_of or today(sets), verdict=verdict)


def day_given(text: str | None) -> date | None:
    """A day as it was typed."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date.", next_step="Write it as 2024-09-22.") from error


def today(sets: DataSets) -> date:
    """The day that it is now in the zone of the rules."""
    from zoneinfo import ZoneInfo

    from evidentia.record.moment import now

    return now().astimezone(ZoneInfo(sets.rules_zone)).date()


def judged(status: Status | None, trust: Path | None) -> Exit:
    """The exit code of a verdict that was asked for."""
    if trust is None or status is Status.PASSED:
        return Exit.PASSED
    return Exit.FAILED if status is Status.FAILED else Exit.INDETERMINATE


def stands(standing: Standing) -> Exit:
    """The exit code of which entry was read."""
    return Exit.PASSED if standing is Standing.CURRENT else Exit.INDETERMINATE


def summaries_in(files: Sequence[Path], tell: Callable[[str], None]) -> Iterator[DocketSummary]:
    """The summaries of some files."""
    from evidentia.docket.statistics import read_summaries

    for path in files:
        tell(path.name)
        try:
            yield from read_summaries(str(path), path.read_bytes())
        except FormatError as error:
            raise UsageError(
                error.happened, next_step="Make summaries with `evidentia docket summary --json`."
            ) from error
