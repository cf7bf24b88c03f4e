"""Why an authority gave no timestamp is kept for whoever must mend it."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evidentia.custody.store import Store
from evidentia.custody.timestamps import take_tokens

if TYPE_CHECKING:
    from lab.pki import Lab

PATH = "custody/items/000001.sha256"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "kasus-07")
    made.create_file(PATH, b"x")
    return made


@pytest.fixture
def closed() -> str:
    """An address at which nobody answers: the port was free a moment ago and is closed again."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


class Refusing(http.server.BaseHTTPRequestHandler):
    """An authority that does not serve whoever asks."""

    def do_POST(self) -> None:
        self.send_error(403)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_each_authority_that_gave_none_has_its_reason(store: Store, closed: str, refusing: str) -> None:
    silent: dict[str, str] = {}
    assert not take_tokens(store, PATH, (closed, refusing), store.create_file, silent)
    assert silent.keys() == {closed, refusing}
    assert "403" in silent[refusing]
    assert closed in silent[closed]


def test_the_reason_is_kept_where_another_authority_answered(store: Store, closed: str, lab: Lab) -> None:
    silent: dict[str, str] = {}
    assert take_tokens(store, PATH, (closed, lab.tsa_url), store.create_file, silent)
    assert silent.keys() == {closed}


def test_an_authority_that_answers_again_is_not_silent(store: Store, lab: Lab) -> None:
    silent = {lab.tsa_url: "took longer than 10 s"}
    assert take_tokens(store, PATH, (lab.tsa_url,), store.create_file, silent)
    assert silent == {}
