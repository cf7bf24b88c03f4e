"""What the capture tests share: a Chromium, and an empty folder to capture into."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evidentia.capture import chromium
from evidentia.record.errors import MissingPart

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode leaves a test's own folder out


@pytest.fixture
def into(tmp_path: Path, request: pytest.FixtureRequest, absent: Callable[[str], None]) -> Path:
    """An empty folder, where there is a Chromium to fill it."""
    try:
        chromium.find()
    except MissingPart:
        absent("a Chromium")
    folder = tmp_path / "item"
    folder.mkdir()
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever captures into a folder needs a browser, and carries its mark."""
    for item in items:
        if "into" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
