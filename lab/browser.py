"""A browser that is not evidentia's: what a person would see and photograph, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from evidentia.capture import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@contextmanager
def launched(profile: Path) -> Iterator[Browser]:
    """The Chromium of this machine, running. ``profile`` is a folder for what it wants to write.

    Raises:
        MissingPart: there is no Chromium on this machine.
    """
    from playwright.sync_api import sync_playwright

    found = chromium.find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(found.program),
            env={name: str(value) for name, value in found.environment(os.environ, profile).items()},
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        yield browser
        browser.close()


def photograph(url: str, into: Path, *, width: int = 412, height: int = 915, scale: float = 2) -> Path:
    """A picture of a page in a window of ``width`` x ``height`` CSS pixels, at ``scale``: a phone's if not said."""
    with launched(into.parent) as browser:
        page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=scale)
        page.goto(url)
        page.screenshot(path=str(into))
    return into
