"""How a bundle is served to a browser until the person has seen enough: the longer half of ``show``."""

from __future__ import annotations

import signal
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidentia.record.errors import MissingPart, UsageError
from evidentia.record.moment import now
from evidentia.record.verdict import Verdict

from .life_lines import language_of
from .speaking import Exit, progress, say, say_json, shown, warn

if TYPE_CHECKING:
    from evidentia.show.replayer import Replayer
    from evidentia.show.site import Showing


def serve(
    bundle: Path,
    trust: Path | None,
    tsa_trust: Path | None,
    port: int,
    open_browser: bool,
    replayer: Path | None,
    language: str | None,
    as_json: bool,
) -> Exit:
    """Serve a bundle or a case on 127.0.0.1 until Ctrl+C or SIGTERM; the exit code does not repeat the verdict.

    Raises:
        UsageError: nothing is there, or authorities are trusted and no persons are.
        EvidentiaError: it cannot be read at all, or the port cannot be had.
    """
    from evidentia.show.opened import Opened
    from evidentia.show.site import Showing

    if tsa_trust is not None and trust is None:
        raise UsageError(
            "--tsa-trust was given without --trust.",
            next_step="Name your anchors for persons too: --trust PEM.",
        )
    told_in = language_of(language)
    with Opened(bundle) as opened:
        judged_at, verdict = _judged(bundle, trust, tsa_trust)
        with (
            _until_told() as told,
            Showing(
                opened,
                verdict=verdict,
                judged_at=judged_at,
                language=told_in,
                replayer=_replayer(replayer),
                port=port,
            ) as showing,
        ):
            _tell(showing, verdict, as_json)
            if open_browser and not webbrowser.open(showing.address):
                warn("No browser could be opened: open the address yourself.")
            wait(told)
    return Exit.PASSED


def wait(told: threading.Event) -> None:
    """Until the person has seen enough."""
    told.wait()


def _judged(
    bundle: Path, trust: Path | None, tsa_trust: Path | None
) -> tuple[datetime | None, Verdict | None]:
    if trust is None:
        return None, None
    from evidentia.verify import verify

    from .judging import anchors_from

    anchors = anchors_from(trust, tsa_trust)
    with progress("Verifying"):
        return now(), verify(bundle, anchors)


def _replayer(folder: Path | None) -> Replayer | MissingPart:
    """The viewer; or why there is none: the exhibit is shown without it."""
    from evidentia.show import replayer

    try:
        return replayer.find(folder)
    except MissingPart as error:
        return error


def _tell(showing: Showing, verdict: Verdict | None, as_json: bool) -> None:
    if as_json:
        status = None if verdict is None else verdict.status
        say_json({"url": showing.address, "verdict": status, "replay": showing.replays})
        sys.stdout.flush()  # whoever reads it is not told by an end
        return
    say(f"[bold]{shown(showing.address)}[/]")
    if verdict is None:
        say("Not judged: no --trust was given.")
    else:
        say(f"Verdict: {verdict.status.value}")
    if not showing.replays and showing.no_replayer:
        say(f"No replay: {shown(showing.no_replayer)}")
    warn("Only this machine can reach it. Ctrl+C ends it.")


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """An event that Ctrl+C or SIGTERM sets, so that what is being sent is sent and the private folder removed."""
    told = threading.Event()

    def end(*_: Any) -> None:
        told.set()

    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
