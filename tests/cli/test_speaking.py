"""What commands print is what was meant."""

from __future__ import annotations

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
