"""The lab as fixtures: real servers on loopback, and the programs that other people wrote.

What is missing on a machine is a visible skip, and an error where the environment says CI=true.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from lab.bluesky import Bluesky
    from lab.forum import Forum
    from lab.mastodon import MastodonMock
    from lab.mediawiki import Wiki
    from lab.nostr import Relay
    from lab.pki import Lab
    from lab.synapse import Synapse

settings.register_profile("unhurried", settings(), deadline=None)  # the machine may be busy with other things
settings.load_profile("unhurried")

LAB_FIXTURES = frozenset({"lab", "forum", "bluesky", "wiki", "relay", "synapse", "mastodon"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses the lab carries its mark, so that ``-m "not lab"`` leaves it all out."""
    for item in items:
        if LAB_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.lab)


@pytest.fixture(scope="session")
def absent() -> Callable[[str], None]:
    """Call it with what is missing: skips here, fails in CI."""
    return _absent


@pytest.fixture(scope="session")
def program() -> Callable[[str], Path]:
    """``program("openssl")`` is its path; a program that is not installed skips here and fails in CI."""

    def find(name: str) -> Path:
        found = shutil.which(name)
        if found is None:
            _absent(f"the program {name} is not installed")
        assert found is not None
        return Path(found)

    return find


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The lab's PKI with its timestamp authorities, running: one for the whole session."""
    try:
        from lab.pki import Lab
    except ModuleNotFoundError as error:
        _absent(f"the lab's PKI needs {error.name}: run scripts/install")
    with Lab(tmp_path_factory.mktemp("pki")) as running:
        yield running


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forum]:
    """A fresh, empty forum, running: one for each test module."""
    from lab.forum import FORUM_VENV, Forum

    if not FORUM_VENV.exists():
        _absent("no forum is installed: run scripts/install")
    with Forum(tmp_path_factory.mktemp("forum")) as running:
        yield running


@pytest.fixture(scope="module")
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bluesky]:
    """A fresh Bluesky host with its directory, running: one for each test module."""
    from lab.bluesky import Bluesky, is_installed

    if not is_installed():
        _absent("no Bluesky host is installed: run scripts/install")
    with Bluesky(tmp_path_factory.mktemp("bluesky")) as running:
        yield running


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    """A fresh wiki, running: one for each test module."""
    from lab.mediawiki import Wiki, program_folder

    if program_folder() is None:
        _absent("no MediaWiki, or no PHP, is installed: run scripts/install")
    with Wiki(tmp_path_factory.mktemp("wiki")) as running:
        yield running


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """An empty Nostr relay, running: one for each test module."""
    from lab.nostr import RELAY_VENV, Relay

    if not RELAY_VENV.exists():
        _absent("no relay is installed: run scripts/install")
    with Relay(tmp_path_factory.mktemp("relay")) as running:
        yield running


@pytest.fixture(scope="module")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A real Matrix homeserver, empty but for its members: one for each test module."""
    from lab.server import environment
    from lab.synapse import Synapse

    if not environment("synapse").exists():
        _absent("no Matrix homeserver is installed: run scripts/install")
    with Synapse(tmp_path_factory.mktemp("synapse")) as running:
        yield running


@pytest.fixture(scope="module")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonMock]:
    """A mock of Mastodon's API, empty but for its accounts: one for each test module."""
    from lab.mastodon import MastodonMock
    from lab.server import environment

    if not environment("mastodon").exists():
        _absent("no mock of Mastodon is installed: run scripts/install")
    with MastodonMock(tmp_path_factory.mktemp("mastodon")) as running:
        yield running


def _absent(what: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} (CI has to have it)")
    pytest.skip(what)
