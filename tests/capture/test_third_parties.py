"""Nothing is sent to third parties: a whole capture in a network namespace where the kernel counts every attempt."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidentia.capture import chromium


@pytest.fixture
def alone(into: Path, program: Callable[[str], Path], absent: Callable[[str], None]) -> dict[str, Any]:
    """What ``alone.py`` tells."""
    unshare = [str(program("unshare")), "--map-root-user", "--net"]
    if subprocess.run([*unshare, "true"], capture_output=True).returncode != 0:
        absent("a network namespace of one's own")
    script = Path(__file__).with_name("alone.py")
    done = subprocess.run([*unshare, sys.executable, script, into], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_a_capture_asks_the_page_and_nobody_else(alone: dict[str, Any]) -> None:
    assert (alone["state"], alone["load"]) == ("live", "complete")
    assert alone["paths"] == ["/g.png", "/p"]
    assert {tuple(peer) for peer in alone["peers"]} == {("127.0.0.1", alone["site"])}
    assert alone["turned_away"] == []


def test_no_connection_but_the_doors_was_even_begun(alone: dict[str, Any]) -> None:
    counted = alone["counted"]
    assert counted["Udp.OutDatagrams"] == counted["Udp6OutDatagrams"] == 0  # no name server, no QUIC
    assert (
        counted["Ip.OutNoRoutes"] == counted["Ip6OutRequests"] == 0
    )  # no way out was looked for, nothing left
    # Chromium asks the kernel once whether there is a route for IPv6, by a UDP socket that never sends.
    assert counted["Ip6OutNoRoutes"] <= 2
    doors = len(alone["peers"])
    assert {end[1] for end in alone["connected"]} == {alone["site"]}
    assert len(alone["connected"]) == doors
    assert counted["Tcp.ActiveOpens"] == 2 * doors  # the browser's to the door, and the door's to the site
    assert alone["resolved"] == []


def test_no_program_was_run_but_the_browser(alone: dict[str, Any]) -> None:
    assert alone["programs"] == [str(chromium.find().program)]
