"""The command `evidentia`: its groups, and the one place where errors become words and exit codes."""

from __future__ import annotations

import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path

import typer

from evidentia.record.errors import EvidentiaError, UsageError

from .speaking import Exit, explain, warn

COMMANDS = {
    "custody": ("open", "transfer", "receive", "admit", "rekey", "note", "status", "close"),
    "capturing": ("capture",),
    "rechecking": ("recheck",),
    "lives": ("timeline",),
    "diffing": ("diff",),
    "rereading": ("reread",),
    "wayback": ("wayback",),
    "files": ("add", "match"),
    "examining": ("examine",),
    "fingerprinting": ("fingerprint",),
    "searching": ("find", "copies"),
    "handing_out": ("derive", "compare-copy", "disclose", "export"),
    "exchanging": ("exchange",),
    "renewing": ("renew",),
    "outside": ("seal-pdf", "seal-copy", "seal-sign", "seal-take", "withdraw"),
    "judging": ("verify",),
    "reporting": ("report", "report-sign", "report-take"),
    "showing": ("show",),
    "docketing": ("docket",),
    "open_ends": ("finish", "timestamp"),
    "machine": ("doctor", "identity"),
}  # the modules in the order of --help, and the commands that each of them registers

LONGEST_PATH_SHOWN = 200  # characters: enough to know which one was meant


def command_line(first: str = "") -> typer.Typer:
    """The command that ``first`` names, with no other loaded; all commands where it names none."""
    app = typer.Typer(
        name="evidentia",
        help="Prove, months later and against denial, what was posted, what became of it, and that nobody touched it.",
        epilog="Exit codes: 0 passed, 1 failed, 2 usage, 3 indeterminate. Every command takes --json.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_main)
    asked = [module for module, commands in COMMANDS.items() if first in commands]
    for module in asked or COMMANDS:
        import_module(f"{__package__}.{module}").register(app)
    return app


def _main(
    version: bool = typer.Option(False, "--version", "-V", help="Print the version and end."),
) -> None:
    if version:
        from evidentia._version import VERSION

        typer.echo(f"evidentia {VERSION}")
        raise typer.Exit


def run() -> int:
    """Run the command line and return its exit code. No traceback ever reaches a person."""
    as_json = "--json" in sys.argv
    try:
        app = command_line(next(iter(sys.argv[1:]), ""))
        result = app(standalone_mode=False)
        return int(result) if isinstance(result, int) else Exit.PASSED
    except EvidentiaError as error:
        return explain(error, as_json=as_json)
    except typer.Exit as error:
        return error.exit_code
    except typer.TyperException as error:
        return explain(_misused(error), as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        warn("Interrupted. What was sealed is safe; see `evidentia show` for what is left open.")
        return Exit.FAILED
    except OSError as error:
        return explain(_refused(error), as_json=as_json)
    except UnicodeEncodeError:
        return explain(_unreadable(), as_json=as_json)
    except Exception as error:  # noqa: BLE001 - the last door: a defect of ours must not become a traceback
        return explain(_defect(error), as_json=as_json)


def _misused(error: typer.TyperException) -> UsageError:
    words = error.format_message() if hasattr(error, "format_message") else str(error)
    return UsageError(words, next_step=f"See `{Path(sys.argv[0]).name} --help`, or --help after a command.")


def _refused(error: OSError) -> EvidentiaError:
    """What the operating system would not do: a path that cannot be, a right that is missing, a disk that is full."""
    what = "" if error.filename is None else f"{str(error.filename)[:LONGEST_PATH_SHOWN]}: "
    return EvidentiaError(
        f"{what}{error.strerror or error}.",
        safe="What was sealed is untouched; files that were being gathered are kept.",
        next_step="Check the path, your rights and the space on the disk; `evidentia show` says what is left open.",
    )


def _unreadable() -> EvidentiaError:
    return UsageError(
        "Some text that was given is not UTF-8, and could not be written down as it is.",
        next_step="Type it again, in a terminal whose encoding is UTF-8.",
    )


def _defect(error: Exception) -> EvidentiaError:
    with tempfile.NamedTemporaryFile("w", prefix="evidentia-", suffix=".txt", delete=False) as kept:
        traceback.print_exception(error, file=kept)
    return EvidentiaError(
        f"A defect of evidentia itself: {type(error).__name__}: {error}",
        safe="What was sealed is untouched; files that were being gathered are kept.",
        next_step=f"Run `evidentia finish` on the case, and send us {kept.name}.",
    )
