"""A practice ground, a folder that looks like a checkout, and a case with one capture to begin from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from evidentia.capture import chromium
from evidentia.record.errors import MissingPart

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ground:
    """A practice ground that runs, and a case in which its post was captured once."""

    folder: Path
    case: Path
    environment: dict[str, str]


@pytest.fixture(scope="session")
def lab_parts(absent: Callable[[str], None]) -> None:
    """Whatever the practice ground needs is on this machine."""
    from importlib.util import find_spec

    from lab.bluesky import is_installed
    from lab.forum import FORUM_VENV

    if not FORUM_VENV.exists():
        absent("no forum is installed: run scripts/install")
    if not is_installed():
        absent("no Bluesky host is installed: run scripts/install")
    for module, part in (("certomancer", "the lab's PKI"), ("rapidocr", "reading screenshots")):
        if find_spec(module) is None:
            absent(f"{part} needs {module}: run scripts/install")
    try:
        chromium.find()
    except MissingPart:
        absent("there is no Chromium")


@pytest.fixture(scope="session")
def shell() -> dict[str, str]:
    """A reader's environment: the project's programs first, nothing of evidentia chosen yet."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("EVIDENTIA_") or name.startswith("EVIDENTIA_CHROMIUM")
    }
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return kept | {"PATH": path, "COLUMNS": "160", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder in which the docs' commands find what they find in a checkout."""
    return checkout_in(tmp_path)


@pytest.fixture(scope="session")
def ground(
    lab_parts: None, shell: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """A practice ground with a captured post, for all pages that begin from there and leave the post as it is."""
    with prepared(tmp_path_factory.mktemp("ground") / "practice", shell) as made:
        yield made


@pytest.fixture
def own_practised(lab_parts: None, shell: dict[str, str], tmp_path: Path, checkout: Path) -> Iterator[Path]:
    """As ``practised``, with servers of its own: for a page that edits the post."""
    with prepared(tmp_path / "ground" / "practice", shell) as made:
        yield with_practice(made, checkout)


@contextmanager
def prepared(folder: Path, shell: dict[str, str]) -> Iterator[Ground]:
    """A practice ground that runs as long as the context, with its post captured once."""
    from lab import practice

    folder.parent.mkdir(exist_ok=True)
    practice.start(folder)
    try:
        case = folder / "makassar-15"
        commands = (
            f". {folder}/env && evidentia open {case} --title 'Ajakan memilih di forum warga' && "
            f'evidentia capture "$POST" --case {case} --access public --allow-private-network'
        )
        subprocess.run(["bash", "-c", commands], env=shell, check=True, capture_output=True)
        yield Ground(folder, case, shell)
    finally:
        practice.stop(folder)


@pytest.fixture
def practised(ground: Ground, checkout: Path) -> Path:
    """A checkout with a ``practice`` folder of its own: the running servers, and a copy of the captured case."""
    return with_practice(ground, checkout)


def with_practice(ground: Ground, checkout: Path) -> Path:
    """Lay a ground's files into a checkout."""
    practice = checkout / "practice"
    practice.mkdir()
    for path in ground.folder.iterdir():
        if path == ground.case:
            shutil.copytree(path, practice / path.name)
        elif path.is_file():
            (practice / path.name).symlink_to(path)
    return checkout


def checkout_in(folder: Path) -> Path:
    """Lay links to what a checkout holds."""
    for name in ("lab", "src", "verify.sh", "docs"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder
