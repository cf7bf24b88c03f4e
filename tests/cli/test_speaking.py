"""What commands print is what was meant."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading

import pytest

from evidentia.cli.speaking import Exit, say, shown, warn, worst


@pytest.mark.parametrize("text", ["did:key:zQ3sh", ":smile: :id:", "[red]merah[/]", "10:30:05"])
def test_text_from_outside_is_printed_as_it_is(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    say(shown(text))
    warn(shown(text))
    assert capsys.readouterr() == (f"{text}\n", f"{text}\n")


def test_what_was_asked_wrongly_is_never_passed_over() -> None:
    assert worst(Exit.PASSED, Exit.USAGE) is Exit.USAGE
    assert worst(Exit.USAGE, Exit.INDETERMINATE) is Exit.USAGE
    assert worst(Exit.USAGE, Exit.FAILED) is Exit.FAILED
    assert worst(Exit.PASSED) is Exit.PASSED


TELLING = """
from evidentia.cli.speaking import progress, progress_of_each, say, say_json, warn
with progress("Menghitung") as tell:
    for n in range(3):
        tell(f"{n} of 3")
        say(f"baris {n}")
        say_json({"n": n})
        warn(f"peringatan {n}")
with progress_of_each() as (tell, done):
    tell("satu", "dimulai")
    say("akhir")
"""


def on_a_terminal(*, results: int | None) -> tuple[bytes, bytes]:
    """What comes to a terminal, and what to ``results`` (``subprocess.PIPE``), if not to the terminal as well."""
    ours, theirs = pty.openpty()
    seen: list[bytes] = []

    def watch() -> None:
        try:
            while data := os.read(ours, 4096):
                seen.append(data)
        except OSError:  # Linux says so when the other side has closed
            return

    watching = threading.Thread(target=watch)
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        [sys.executable, "-c", TELLING],
        stdout=theirs if results is None else results,
        stderr=theirs,
        env=environment,
    ) as program:
        os.close(theirs)
        watching.start()
        out, _ = program.communicate(timeout=60)
    watching.join(60)
    os.close(ours)
    assert program.returncode == 0
    return b"".join(seen), out or b""


def test_results_go_to_standard_output_while_a_bar_moves_on_the_terminal() -> None:
    seen, out = on_a_terminal(results=subprocess.PIPE)

    wanted = [line for n in range(3) for line in (f"baris {n}", f'{{"n":{n}}}')]
    assert out.decode().splitlines() == [*wanted, "akhir"]
    assert b"Menghitung" in seen
    assert b"peringatan 2" in seen
    assert b"baris" not in seen


def test_no_line_of_the_result_is_written_into_the_bar() -> None:
    seen, _ = on_a_terminal(results=None)

    lines = seen.decode().replace("\r\n", "\n").split("\n")
    for wanted in ("baris 0", '{"n":1}', "peringatan 2", "akhir"):
        line = next(line for line in lines if line.endswith(wanted))
        # What stood on that line before was erased: carriage return, or the cursor up, then "erase in line".
        assert line[: -len(wanted)].rpartition("\x1b[2K")[2] == ""
