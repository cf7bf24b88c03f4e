"""The head's QR code, as a reader that is not ours sees it: OpenCV's.

Its finder by markers is used: the older one misses about one symbol in sixty, whatever drew it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_sample import head, sample

from evidentia.formats.head import head_json, parse_head, printed_head
from evidentia.record.custody import Head
from evidentia.record.errors import MissingPart
from evidentia.report.exhibit import exhibit_page
from evidentia.report.headmark import qr_text
from lab.browser import launched

PIXELS = 4  # across a module: what a screen shows of one at least


def read(lines: list[str]) -> str:
    """What OpenCV reads in blocks of a terminal that are light on dark."""
    upper = {"\u2588": 255, "\u2580": 255, "\u2584": 0, " ": 0}
    lower = {"\u2588": 255, "\u2580": 0, "\u2584": 255, " ": 0}
    rows = [[half[c] for c in line] for line in lines for half in (upper, lower)]
    picture = np.kron(np.array(rows, np.uint8), np.ones((PIXELS, PIXELS), np.uint8))
    payload, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(picture)
    return payload


@settings(max_examples=20, deadline=None)
@given(
    case=st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True), seal=st.binary(min_size=32, max_size=32)
)
def test_a_terminal_shows_a_code_that_holds_the_printed_head(case: str, seal: bytes) -> None:
    printed = printed_head(Head(case=case, events=17, seal=seal.hex(), signatures=()))
    lines = qr_text(printed.encode()).split("\n")
    assert len({len(line) for line in lines}) == 1
    assert read(lines) == printed
    assert parse_head(read(lines)).seal == seal.hex()


def test_the_code_fits_a_terminal_of_eighty_columns() -> None:
    longest = Head(case="x" * 64, events=999_999, seal="f" * 64, signatures=())
    lines = qr_text(printed_head(longest).encode()).split("\n")
    assert len(lines[0]) <= 80
    assert len(lines) <= 40


@pytest.mark.browser
def test_the_exhibit_shows_a_code_that_holds_the_whole_head(
    tmp_path: Path, absent: Callable[[str], None]
) -> None:
    (tmp_path / "index.html").write_text(exhibit_page(sample(tmp_path)), "utf-8")
    try:
        with launched(tmp_path) as browser:
            shot = picture_of_code(browser, tmp_path / "index.html")
    except MissingPart as error:
        absent(error.happened)
    payload, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(cv2.imdecode(shot, cv2.IMREAD_GRAYSCALE))
    assert payload.encode() == head_json(head())
    assert parse_head(payload) == head()


def picture_of_code(browser: Any, page: Path) -> Any:
    tab = browser.new_context(offline=True, device_scale_factor=2).new_page()
    tab.goto(page.as_uri())
    return np.frombuffer(tab.locator(".in-id .head svg").screenshot(), np.uint8)
