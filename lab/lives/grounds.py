"""The servers on which posts live, started for the purpose, each with the eyes that look at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evidentia.capture.options import PageOptions
from evidentia.capture.storage_state import StorageState, load
from lab.bluesky import Bluesky
from lab.forum import Forum
from lab.mediawiki import Wiki
from lab.nostr import Relay
from lab.synapse import CITIZEN, Synapse
from lab.wayback import Wayback

from .in_archive import InArchive
from .life import Eyes, Ground
from .on_bluesky import OnBluesky
from .on_forum import OnForum
from .on_homeserver import OnHomeserver
from .on_relay import OnRelay
from .on_wiki import OnWiki

Server = Bluesky | Forum | Relay | Synapse | Wayback | Wiki

SERVERS = ("bluesky", "synapse", "forum", "wiki", "relay", "wayback")
"""What a ground is called here; the names of the servers' modules, or of the fixtures that run them."""

IN_BROWSER = 3
"""How many of the posts of a forum and a wiki are captured by a browser; the others are looked at lightly."""


@contextmanager
def started(server: str, folder: Path) -> Iterator[Server]:
    """Run a server in a folder.

    Raises:
        RuntimeError: it is not installed, or did not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, type[Server]] = {
        "bluesky": Bluesky, "synapse": Synapse, "forum": Forum, "wiki": Wiki, "relay": Relay, "wayback": Wayback,
    }  # fmt: skip
    with made[server](folder) as running:
        yield running


def options_for(server: Server, folder: Path) -> PageOptions:
    """How posts of a server are looked at; ``folder`` is where a member's token is laid."""
    places = server.places if isinstance(server, Bluesky) else None
    state = _member_of(server, folder) if isinstance(server, Synapse) else None
    light = not has_pages(server)
    return PageOptions(allow_private_network=True, light=light, places=places, storage_state=state)


def ground_on(server: Server, eyes: Eyes) -> Ground:
    """The ground that a running server is."""
    match server:
        case Bluesky():
            return OnBluesky(server, eyes)
        case Synapse():
            return OnHomeserver(server, eyes)
        case Forum():
            return OnForum(server, eyes)
        case Wiki():
            return OnWiki(server, eyes)
        case Relay():
            return OnRelay(server, eyes)
        case Wayback():
            return InArchive(server, eyes)


def has_pages(server: Server) -> bool:
    """Whether a browser shows its posts now."""
    return isinstance(server, Forum | Wiki)


def _member_of(server: Synapse, folder: Path) -> StorageState:
    brought = folder / "state.json"
    headers = server.headers(CITIZEN)
    brought.write_text(json.dumps({"cookies": [], "origins": [], "headers": headers}), "utf-8")
    return load(brought)
