"""The command itself, in a process of its own, gets a real SIGKILL at a change of the disk; also while it captures."""

from __future__ import annotations

import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evidentia.capture import chromium
from evidentia.case import Case
from evidentia.record.errors import MissingPart
from evidentia.record.item import Access
from lab.interrupted import CASE, LETTER, People, Scene, with_an_item
from lab.pki import Lab
from lab.recovery import check_recovery, evidence

ROOT = Path(__file__).resolve().parents[2]
PAGE = b"""<!doctype html><html lang="id"><head><title>Ajakan</title>
<meta property="og:type" content="article"><meta property="og:title" content="Ajakan">
</head><body><article><p>Mari dukung Paslon A!</p></article></body></html>"""

_ARMED = """
import os
from pathlib import Path
from lab.disk_effects import die_at
die_at(Path(os.environ["LAB_BELOW"]), int(os.environ["LAB_DIES_AT"]))
"""  # as sitecustomize, which Python runs before anything else

Kill = Callable[..., int]


@pytest.fixture
def scene(lab: Lab, tmp_path: Path) -> Scene:
    made = Scene(tmp_path / "scene", People.of(lab))
    made.folder.mkdir()
    with_an_item(made)
    return made


@pytest.fixture
def kill(lab: Lab, scene: Scene, tmp_path: Path) -> Kill:
    """Run a command of the case that is killed ahead of its n-th change of the disk; returns how it ended."""
    armed = tmp_path / "armed"
    armed.mkdir()
    (armed / "sitecustomize.py").write_text(_ARMED)

    def run(number: int, *arguments: object) -> int:
        who = lab.people["penyidik-a"]
        environment = os.environ | {
            "EVIDENTIA_IDENTITY": str(who.p12),
            "EVIDENTIA_PASSPHRASE": who.passphrase,
            "EVIDENTIA_TSA": lab.tsa_url,
            "EVIDENTIA_CASE": str(scene.folder / CASE),
            "PYTHONPATH": f"{armed}:{ROOT}",
            "LAB_BELOW": str(scene.folder),
            "LAB_DIES_AT": str(number),
        }
        command = [sys.executable, "-m", "evidentia", *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode

    return run


@pytest.fixture
def page() -> Iterator[str]:
    """A page on loopback that names its post in its markup."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/ajakan"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("number", "arguments"),
    [
        (9, ("add", "{letter}", "--access", "forwarded")),
        (40, ("add", "{letter}", "--access", "forwarded")),
        (15, ("note", "Catatan.")),
        (28, ("export", "{folder}/bundle.zip")),
        (20, ("transfer", "--to", "{receiver}", "--to-who", "pengawas-b", "--reason", "klarifikasi")),
    ],
)
def test_a_command_that_is_killed_loses_nothing_and_is_finished(
    scene: Scene, kill: Kill, lab: Lab, number: int, arguments: tuple[str, ...]
) -> None:
    sealed = evidence(scene.folder / CASE)
    receiver = lab.people["pengawas-b"].certificate
    filled = [one.format(letter=scene.letter, folder=scene.folder, receiver=receiver) for one in arguments]
    assert kill(number, *filled) == -signal.SIGKILL
    assert scene.letter.read_bytes() == LETTER
    check_recovery(scene, lab, sealed)


@pytest.fixture
def browser(absent: Callable[[str], None]) -> None:
    try:
        chromium.find()
    except MissingPart as error:
        absent(error.happened)


def check_capture(scene: Scene, kill: Kill, lab: Lab, page: str, number: int) -> int:
    sealed = evidence(scene.folder / CASE)
    code = kill(number, "capture", page, "--access", "public", "--allow-private-network")
    assert code in (-signal.SIGKILL, 0)
    check_recovery(scene, lab, sealed)
    return code


@pytest.mark.browser
def test_a_capture_that_is_killed_keeps_what_had_come(
    scene: Scene, kill: Kill, lab: Lab, page: str, browser: None
) -> None:
    assert check_capture(scene, kill, lab, page, 16) == -signal.SIGKILL
    brought_in = [item for item in Case.open(scene.folder / CASE).items() if item.source == page]
    assert [item.access for item in brought_in] == [Access.PUBLIC]
    assert any("interrupted" in problem for problem in brought_in[0].problems)


@pytest.mark.slow
@pytest.mark.browser
def test_a_capture_that_is_killed_anywhere_keeps_what_had_come(
    scene: Scene, kill: Kill, lab: Lab, page: str, browser: None
) -> None:
    number, code = 1, -signal.SIGKILL
    while code:
        code = check_capture(scene, kill, lab, page, number)
        (scene.folder / "afterwards.zip").unlink()
        number += 3
    assert number > 30, "it was killed often enough to mean something"
