"""What doctor says of a machine, and how a missing browser is mended."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evidentia.capture import chromium, chromium_package
from evidentia.case import mending
from evidentia.case.machine import examine_machine
from evidentia.record.errors import MissingPart

ROOT = Path(__file__).resolve().parents[2]


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def doctor(*options: str, **environment: str) -> tuple[int, dict[str, dict[str, object]]]:
    done = subprocess.run(
        [sys.executable, "-m", "evidentia", "doctor", "--json", *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    parts = json.loads(done.stdout).get("parts", [])
    return done.returncode, {part["name"]: part for part in parts}


@pytest.mark.browser
def test_a_browser_that_starts_is_named_with_version_and_place(absent: Callable[[str], None]) -> None:
    try:
        used = chromium.find()
    except MissingPart:
        absent("a Chromium")
    code, parts = doctor()
    assert code == 0
    assert str(used.program) in str(parts["chromium"]["found"])
    assert "Chrom" in str(parts["chromium"]["found"])
    assert "this one is used" in str(parts["chromium"]["purpose"])


def test_a_machine_without_a_browser_fails_and_says_how_to_mend_it(tmp_path: Path) -> None:
    code, parts = doctor(PATH=str(tmp_path), HOME=str(tmp_path), EVIDENTIA_CHROMIUM_HOME=str(tmp_path / "c"),
                         XDG_CACHE_HOME=str(tmp_path), PLAYWRIGHT_BROWSERS_PATH=str(tmp_path))  # fmt: skip
    assert code == 1
    assert parts["chromium"]["found"] == ""
    assert "--mend" in str(parts["chromium"]["mend"])


def test_a_browser_that_does_not_start_is_not_called_found(tmp_path: Path) -> None:
    broken = program(tmp_path / "chromium", "echo pustaka hilang >&2; exit 127")
    code, parts = doctor(EVIDENTIA_CHROMIUM=str(broken))
    assert code == 1
    assert parts["chromium"]["found"] == ""
    assert "pustaka hilang" in str(parts["chromium"]["mend"])


@pytest.mark.browser
def test_every_build_is_tried_and_the_one_that_is_used_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absent: Callable[[str], None]
) -> None:
    try:
        real = chromium.find()
    except MissingPart:
        absent("a Chromium")
    program(tmp_path / "bin" / "chromium-headless-shell", f'exec {real.program} "$@"')
    program(tmp_path / "bin" / "google-chrome", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.delenv("EVIDENTIA_CHROMIUM", raising=False)
    parts = examine_machine()
    first, *others = [part for part in parts if "chromium" in part.name]
    assert str(tmp_path) in first.found
    broken = [part for part in others if "google-chrome" in part.mend]
    assert [part.found for part in broken] == [""]
    assert not any(part.needed for part in others)


def test_mending_takes_the_first_way_that_works_and_tells_what_the_others_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "apt-get", "echo jaringan putus; exit 100")
    log = tmp_path / "npm.log"
    program(tmp_path / "npm", f'echo "$@" > {log}; exit 1')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")  # stand-ins (mocks) for installers that fail
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(mending, "find_spec", lambda name: None if name == "playwright" else object())
    told: list[str] = []
    with pytest.raises(MissingPart, match="jaringan putus") as raised:
        mending.install_chromium(told.append)
    assert "EVIDENTIA_CHROMIUM" in raised.value.next_step
    assert told == ["Chromium from Debian's packages", "Chromium from npm's package"]
    assert chromium_package.PACKAGE in log.read_text()


def test_an_archive_that_is_not_the_known_one_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(
        tmp_path / "npm", 'echo bukan > "$4/palsu.tgz"'
    )  # npm pack --silent --pack-destination FOLDER PACKAGE
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("EVIDENTIA_CHROMIUM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(mending, "find_spec", lambda name: None if name == "playwright" else object())
    with pytest.raises(MissingPart, match="not the package that is known"):
        mending.install_chromium(lambda _: None)
    assert not (tmp_path / "home").exists()


def test_the_installers_of_the_library_and_of_the_project_take_the_same_package() -> None:
    spec = importlib.util.spec_from_file_location("chromium_script", ROOT / "scripts" / "chromium.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.locked() == (chromium_package.PACKAGE, chromium_package.ARCHIVE_SHA256)
