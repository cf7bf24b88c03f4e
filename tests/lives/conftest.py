"""The servers of lives, and the table of their scores at the end of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from lab.lives.grounds import SERVERS, Server
from lab.lives.judging import Score
from lab.lives.telling import table
from lab.wayback import Wayback, is_installed

SCORES = pytest.StashKey[list[Score]]()


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
def told(request: pytest.FixtureRequest) -> Callable[[Score], None]:
    """Call it with a score that belongs into the table."""
    return request.config.stash.setdefault(SCORES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The table, whether the tests passed or not."""
    scores = config.stash.get(SCORES, [])
    if scores:
        terminalreporter.section("scripted lives on real servers")
        terminalreporter.write_line(table(scores))
