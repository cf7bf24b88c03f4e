"""``show BUNDLE``: what it says, for how long it serves, and what it leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evidentia.case import Case
from evidentia.custody.identity import Custodian
from evidentia.record.item import Access
from lab.pki import Lab

PASSED, FAILED, USAGE = 0, 1, 2


@pytest.fixture(scope="module")
def bundle(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    who = lab.people["penyidik-a"]
    person = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    (folder / "surat.txt").write_text("Kepada Pejabat 07")
    case = Case.create(folder / "kasus-07", title="Uji", custodian=person)
    case.add(folder / "surat.txt", access=Access.FORWARDED)
    case.export(folder / "kasus-07.zip")
    return folder / "kasus-07.zip"


@pytest.fixture
def serving(bundle: Path, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Runs ``show`` beside; its temporary files go to ``tmp_path``."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "evidentia", "show", *arguments]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("EVIDENTIA_")}
        environment |= {"TMPDIR": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "none")}
        made = subprocess.Popen(
            command,
            env=environment,
            cwd=bundle.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(made)
        return made

    yield start
    for one in running:
        one.kill()
        one.communicate()


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_ended_and_leaves_nothing(
    ending: signal.Signals,
    serving: Callable[..., subprocess.Popen[str]],
    lab: Lab,
    tmp_path: Path,
    bundle: Path,
) -> None:
    before = bundle.read_bytes()
    process = serving(
        bundle.name,
        "--trust",
        str(lab.roots),
        "--tsa-trust",
        str(lab.tsa_roots),
        "--language",
        "en",
        "--json",
    )
    said = told(process)
    assert said.keys() == {"url", "verdict", "replay"}
    assert (said["verdict"], said["replay"]) == ("PASSED", False)
    with urllib.request.urlopen(said["url"], timeout=30) as answer:
        page = answer.read().decode()
    assert '<html lang="en">' in page
    assert 'class="verdict passed"' in page
    assert [path for path in tmp_path.iterdir() if path.name.startswith("evidentia-show-")]
    process.send_signal(ending)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == PASSED, errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []
    assert bundle.read_bytes() == before
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(said["url"], timeout=5)


def test_without_anchors_it_says_that_nothing_was_judged(
    serving: Callable[..., subprocess.Popen[str]], bundle: Path
) -> None:
    process = serving("kasus-07")  # the case's folder
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(2)]
    assert lines[0].startswith("http://127.0.0.1:")
    assert lines[1] == "Not judged: no --trust was given.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "happened"),
    [
        (("tidak-ada.zip",), USAGE, "is not there"),
        (("surat.txt",), FAILED, "is no bundle that can be shown"),
        (("kasus-07.zip", "--tsa-trust", "x.pem"), USAGE, "without --trust"),
        (("kasus-07.zip", "--trust", "surat.txt"), USAGE, ""),
        (("kasus-07.zip", "--port", "65536"), USAGE, "65535"),
        ((), USAGE, "Neither a bundle nor a case is named"),
    ],
)
def test_what_cannot_be_served_is_said_with_what_to_do(
    arguments: tuple[str, ...], code: int, happened: str, serving: Callable[..., subprocess.Popen[str]]
) -> None:
    process = serving(*arguments, "--json")
    out, errors = process.communicate(timeout=60)
    error = json.loads(out.splitlines()[-1])["error"]
    assert process.returncode == code, out + errors
    assert happened in error["happened"]
    assert error["safe"]
    assert error["next_step"]
    assert "Traceback" not in out + errors
