"""How commands speak: progress and errors on standard error, results on standard output, as text or as JSON."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any

import msgspec

from evidentia.record.errors import EvidentiaError, SignatureAwaited, UsageError
from evidentia.record.finding import ErrorRate

_OTHERWISE = "Look whether the right file or case was named; `--help` after the command says what it takes."


class Exit(IntEnum):
    """The exit codes of every command."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    INDETERMINATE = 3


def worst(*codes: Exit) -> Exit:
    """The code that says most: failed over wrongly asked over indeterminate over passed."""
    order = (Exit.FAILED, Exit.USAGE, Exit.INDETERMINATE)
    return next((code for code in order if code in codes), Exit.PASSED)


def say(text: str = "") -> None:
    """A line of the result. What came from outside must have gone through ``shown`` before."""
    with _above_the_bar():
        _console(stderr=False).print(text, highlight=False, soft_wrap=True)


def say_json(value: Any) -> None:
    """One JSON object on one line. File names that are no UTF-8 are written with their bytes as ``\\udcXX``."""
    try:
        line = msgspec.json.encode(value)
    except UnicodeEncodeError:
        line = msgspec.json.encode(_well_formed(msgspec.to_builtins(value)))
    with _above_the_bar():
        sys.stdout.write(_inert(line.decode()) + "\n")
        sys.stdout.flush()


def _inert(json: str) -> str:
    """The same JSON with what a terminal obeys (controls, bidirectional marks) as escapes (RFC 8259, section 7)."""
    return "".join(c if c.isprintable() else _escaped(c) for c in json)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2))


def _well_formed(value: Any) -> Any:
    from evidentia.report.inert import well_formed

    if isinstance(value, dict):
        return {well_formed(name): _well_formed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_well_formed(inner) for inner in value]
    return well_formed(value) if isinstance(value, str) else value


def warn(text: str) -> None:
    """A line beside the result."""
    with _above_the_bar():
        _console(stderr=True).print(text, highlight=False, soft_wrap=True)


def rate_in_words(rate: ErrorRate) -> str:
    """How often a method was wrong, with the upper 95 % bound."""
    bound = "" if rate.upper_95 is None else f", at most {rate.upper_95:.2%}"
    state = f"{rate.errors} of {rate.trials}{bound}" if rate.measured else "not measured"
    return f"{shown(rate.name)}: {state}"


def shown(text: object) -> str:
    """Text from outside made harmless: control and bidirectional characters visible, no markup."""
    from rich.markup import escape

    from evidentia.report.inert import visible

    return escape(visible(str(text)))


def explain(error: EvidentiaError, *, as_json: bool, about: str = "") -> Exit:
    """Say what happened, what is safe, what to do next; and with which code to end.

    Args:
        about: the address that it is about, where there are several.
    """
    next_step = error.next_step or _OTHERWISE
    if as_json:
        said = {"happened": error.happened, "safe": error.safe, "next_step": next_step}
        say_json({"error": said | {"kind": type(error).__name__}} | ({"url": about} if about else {}))
    else:
        colour = "yellow" if isinstance(error, SignatureAwaited) else "bold red"
        warn(f"[{colour}]{shown(about + ': ' if about else '')}{shown(error.happened)}[/]")
        warn(f"  Safe: {shown(error.safe)}")
        warn(f"  Next: {shown(next_step)}")
    if isinstance(error, SignatureAwaited):
        return Exit.INDETERMINATE
    return Exit.USAGE if isinstance(error, UsageError) else Exit.FAILED


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[str], None]]:
    """A moving bar on standard error while something takes its time; silent where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
    )
    with _moving(*columns) as bar:
        task = bar.add_task(what, total=None)
        yield lambda step: bar.update(task, description=f"{what}: {step}")


@contextlib.contextmanager
def progress_of_each() -> Iterator[tuple[Callable[[str, str], None], Callable[[str], None]]]:
    """A moving line on standard error for each of several things, and what ends it; silent where nobody watches."""
    if not sys.stderr.isatty():
        yield (lambda what, step: None), (lambda what: None)
        return
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    with _moving(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()) as bars:
        lines: dict[str, Any] = {}

        def tell(what: str, step: str) -> None:
            if what not in lines:
                lines[what] = bars.add_task("", total=None)
            bars.update(lines[what], description=f"{shown(what)}: {step}")

        yield tell, lambda what: bars.remove_task(lines.pop(what)) if what in lines else None


_bars: list[Any] = []
"""The bar that moves now, if one does."""

_at_the_bar = threading.RLock()
"""Held by who writes a line while a bar moves: several things may be told of at once."""


@contextlib.contextmanager
def _moving(*columns: Any) -> Iterator[Any]:
    """A bar on standard error. Standard output stays what it is: rich would send what is written to it to the bar."""
    from rich.progress import Progress

    made = Progress(*columns, console=_console(stderr=True), transient=True, redirect_stdout=False)
    with made as bar:
        _bars.append(bar)
        try:
            yield bar
        finally:
            _bars.remove(bar)


@contextlib.contextmanager
def _above_the_bar() -> Iterator[None]:
    """Takes the bar off the terminal while a line is written, so that neither is written into the other."""
    if not _bars:
        yield
        return
    with _at_the_bar:
        bar = _bars[-1]
        bar.stop()
        try:
            yield
        finally:
            bar.start()


_WHOLE = frozenset(
    {"event", "item", "kind", "type", "time", "version", "seen from", "seen until"}
)  # kept on one line


def table(*headings: str) -> Any:
    """A plain table for the terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold", no_wrap=heading in _WHOLE)
    return made


def print_table(made: Any) -> None:
    """Print a table made by ``table``."""
    with _above_the_bar():
        _console(stderr=False).print(made)


def _console(*, stderr: bool) -> Any:
    from rich.console import Console

    return Console(stderr=stderr, emoji=False)  # did:key: is a kind of key, and no picture of one
