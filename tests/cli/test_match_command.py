"""`evidentia match`, as a person meets its answer."""

from __future__ import annotations

import pytest

from evidentia.cli.files import say_reading
from evidentia.record.finding import Outcome
from tests.detect.reading_records import reading


def test_a_reading_names_its_post_its_version_and_its_method(capsys: pytest.CaptureFixture[str]) -> None:
    say_reading(reading(post="url:https://sosial.example/p/3", version=2))

    said = capsys.readouterr().out.splitlines()
    assert said == ["  post url:https://sosial.example/p/3, version 2", "  method: test, version 1"]


def test_where_no_post_was_found_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    say_reading(reading(outcome=Outcome.INCONCLUSIVE, post=None, version=None))

    assert "post" not in capsys.readouterr().out
