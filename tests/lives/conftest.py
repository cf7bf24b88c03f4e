"""The servers of lives, and the table of their scores at the end of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import msgspec
import pytest

from lab.lives.grounds import SERVERS, Server
from lab.lives.judging import Score
from lab.lives.telling import table
from lab.wayback import Wayback, is_installed

SCORE = "score"
SCORES: list[Score] = []


@pytest.fixture(scope="module")
def wayback(tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Iterator[Wayback]:
    """An empty archive of past versions, running: one for each test module."""
    if not is_installed():
        absent("no archive of past versions is installed: run scripts/install")
    with Wayback(tmp_path_factory.mktemp("wayback")) as running:
        yield running


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Server:
    """Each of the servers on which posts live."""
    running: Server = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def seed() -> int:
    """What decides the plan of the lives; EVIDENTIA_LIVES_SEED names another."""
    return int(os.environ.get("EVIDENTIA_LIVES_SEED", "20261122"))


@pytest.fixture
def posts() -> int:
    """How many posts live on each server; EVIDENTIA_LIVES_POSTS names another number."""
    return int(os.environ.get("EVIDENTIA_LIVES_POSTS", "50"))


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Callable[[Score], None]:
    """Call it with a score that belongs into the table; as text, it comes from another process as from this one."""
    return lambda score: record_property(SCORE, msgspec.json.encode(score).decode())


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the score that a test told."""
    if report.when == "call":
        SCORES.extend(score_of(str(told)) for name, told in report.user_properties if name == SCORE)


def score_of(text: str) -> Score:
    """A score from its text."""
    return msgspec.json.decode(text, type=Score, dec_hook=lambda counter, numbers: counter(numbers))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table, whether the tests passed or not."""
    if SCORES:
        terminalreporter.section("scripted lives on real servers")
        terminalreporter.write_line(table(SCORES))
