"""Servers of the lab that readers of platforms are tested with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lab.mastodon import MastodonMock
    from lab.synapse import Synapse


@pytest.fixture(scope="module")
def synapse(tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Iterator[Synapse]:
    """A real Matrix homeserver, empty but for its members."""
    from lab.server import environment
    from lab.synapse import Synapse

    if not environment("synapse").exists():
        absent("no Matrix homeserver is installed: run scripts/install")
    with Synapse(tmp_path_factory.mktemp("synapse")) as running:
        yield running


@pytest.fixture(scope="module")
def mastodon(
    tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]
) -> Iterator[MastodonMock]:
    """A mock of Mastodon's API, empty but for its accounts."""
    from lab.mastodon import MastodonMock
    from lab.server import environment

    if not environment("mastodon").exists():
        absent("no mock of Mastodon is installed: run scripts/install")
    with MastodonMock(tmp_path_factory.mktemp("mastodon")) as running:
        yield running
