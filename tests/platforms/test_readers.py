"""Which reader a capture is given to: loading few of them changes nothing."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from evidentia import platforms
from lab import recorded

ROOT = Path(__file__).resolve().parents[2]
CAPTURES = sorted((ROOT / "fixtures" / "platforms").glob("*/*.json"))
EVERY: list[Any] = [import_module(f"evidentia.platforms.{name}") for name, _ in platforms.READERS]


def captures() -> list[Path]:
    """Those fixtures that are whole captures; some platforms keep answers of their own kind beside them."""
    return [path for path in CAPTURES if b'"responses": [' in path.read_bytes()]


@pytest.mark.parametrize("path", captures(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_reader_that_recognises_a_capture_is_loaded_for_its_address(path: Path) -> None:
    page = recorded.load(path)
    by_all = next((reader for reader in EVERY if reader.recognises(page)), None)
    by_address = next((r for r in platforms.readers_for(page.requested_url) if r.recognises(page)), None)
    assert by_address is by_all
    asking = [reader for reader in EVERY if reader.questions(page.requested_url, platforms.Places())]
    assert set(asking) <= set(platforms.readers_for(page.requested_url))


def test_captures_of_every_platform_are_among_them() -> None:
    folders = {path.parent.name for path in captures()}
    assert {
        "bluesky",
        "matrix",
        "nostr",
        "reddit",
        "facebook",
        "instagram",
        "tiktok",
        "x",
        "youtube",
        "discord",
    } <= folders


def test_an_ordinary_address_loads_no_reader_of_another_platform() -> None:
    program = (
        "import sys, evidentia.platforms as p; list(p.readers_for('https://forum.example/topic/5/x/'));"
        "print(*sorted(m.rpartition('.')[2] for m in sys.modules if m.startswith('evidentia.platforms.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {name for name, hints in platforms.READERS if hints}
    assert {"spirit", "mediawiki", "mastodon", "activitypub"} <= loaded
