"""A post that is gone, a host that is down, a login wall before everything: on a real forum, told apart by controls.

The forum stands behind a **mock** of what a host puts before it: a gate on loopback that passes everything on, or leads
every address to the forum's own login page, or is closed.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.record.item import Access
from evidentia.record.life import ChangeKind
from evidentia.record.post import Control, ControlKind, Observation, State
from lab.forum import Forum, Topic

LIGHT = PageOptions(allow_private_network=True, light=True)


class Gate:
    """Stands before the forum. ``walled``: whether every address leads to the login page."""

    def __init__(self, forum_url: str) -> None:
        self.walled = False
        self.asked: list[str] = []
        gate, behind = self, urlsplit(forum_url).netloc

        class Passing(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                gate.asked.append(self.path)
                if gate.walled and not self.path.startswith("/user/login/"):
                    self._send(302, [("Location", f"/user/login/?next={quote(self.path)}")], b"")
                    return
                asked = http.client.HTTPConnection(behind, timeout=30)
                asked.request("GET", self.path, headers={"Host": self.headers["Host"]})
                came = asked.getresponse()
                kept = [
                    (name, value)
                    for name, value in came.getheaders()
                    if name.lower() in ("content-type", "location")
                ]
                self._send(came.status, kept, came.read())
                asked.close()

            def _send(self, status: int, fields: list[tuple[str, str]], body: bytes) -> None:
                self.send_response(status)
                for name, value in (*fields, ("Content-Length", str(len(body)))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def before(self, address: str) -> str:
        """The address as it is at the gate."""
        return self.url + urlsplit(address).path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def gate(forum: Forum) -> Iterator[Gate]:
    made = Gate(forum.publish("Pembuka", "Selamat datang.").url)
    try:
        yield made
    finally:
        made.close()


def captured(case: Case, gate: Gate, topic: Topic) -> str:
    url = gate.before(topic.url)
    assert case.capture(url, access=Access.PUBLIC, options=LIGHT).state is State.LIVE
    return url


def same_host(seen: Observation) -> list[tuple[str, bool]]:
    return [(one.url, one.answered) for one in seen.controls if one.kind is ControlKind.SAME_HOST]


def archived(case: Case, control: Control) -> bool:
    return (case.folder / control.where).is_file()


def test_a_post_that_is_gone_from_a_host_that_shows_another(case: Case, forum: Forum, gate: Gate) -> None:
    topic, other = forum.publish("Ajakan", "Pilih Paslon A."), forum.publish("Lain", "Kerja bakti.")
    url, beside = captured(case, gate, topic), captured(case, gate, other)
    forum.delete_topic(topic.id)
    gone = case.recheck(url)
    assert gone.state is State.UNAVAILABLE
    assert same_host(gone) == [(beside, True)]
    assert all(archived(case, control) for control in gone.controls)
    assert [change.kind for change in case.timeline(url).changes] == [ChangeKind.STATE_CHANGED]


def test_where_no_other_post_is_known_the_front_page_is_asked(case: Case, forum: Forum, gate: Gate) -> None:
    topic = forum.publish("Ajakan", "Pilih Paslon A.")
    url = captured(case, gate, topic)
    forum.delete_topic(topic.id)
    gone = case.recheck(url)
    assert same_host(gone) == [(f"{gate.url}/", True)]


def test_where_the_other_post_is_gone_too_the_front_page_is_asked(
    case: Case, forum: Forum, gate: Gate
) -> None:
    topic, other = forum.publish("Ajakan", "Pilih Paslon A."), forum.publish("Lain", "Kerja bakti.")
    url, beside = captured(case, gate, topic), captured(case, gate, other)
    forum.delete_topic(topic.id)
    forum.delete_topic(other.id)
    gone = case.recheck(url)
    assert same_host(gone) == [(beside, False), (f"{gate.url}/", True)]


def test_a_host_that_is_down_shows_nothing_and_no_change_is_concluded(
    case: Case, forum: Forum, gate: Gate
) -> None:
    topic, other = forum.publish("Ajakan", "Pilih Paslon A."), forum.publish("Lain", "Kerja bakti.")
    url, beside = captured(case, gate, topic), captured(case, gate, other)
    gate.close()
    down = case.recheck(url)
    assert down.state is State.UNREACHABLE
    assert same_host(down) == [(beside, False), (f"{gate.url}/", False)]
    assert all("ERR_CONNECTION_REFUSED" in control.seen for control in down.controls)
    assert case.timeline(url).changes == ()


def test_a_login_wall_before_everything_is_a_wall_for_the_controls_too(
    case: Case, forum: Forum, gate: Gate
) -> None:
    topic, other = forum.publish("Ajakan", "Pilih Paslon A."), forum.publish("Lain", "Kerja bakti.")
    url, beside = captured(case, gate, topic), captured(case, gate, other)
    gate.walled = True
    walled = case.recheck(url)
    assert walled.state is State.LOGIN_WALL
    assert same_host(walled) == [(beside, False), (f"{gate.url}/", False)]
    assert case.timeline(url).changes == ()
    gate.walled = False
    assert case.recheck(url).state is State.LIVE
    assert case.timeline(url).changes == ()
    assert all(case.reread(item).differences == () for item in case.items())
