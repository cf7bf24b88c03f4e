"""Recorded captures come back as they were given."""

from __future__ import annotations

from pathlib import Path

from evidentia.platforms import CapturedPage, CapturedResponse
from lab import recorded


def test_a_capture_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    bodies = (b'{"teks": "Pilih Paslon A \xf0\x9f\x91\x8d"}', b"\xff\xd8\xff\xe0", b"")
    responses = tuple(
        CapturedResponse(url=f"https://social.example/{n}", status=200, headers=(("X", "y"),), body=body)
        for n, body in enumerate(bodies)
    )
    page = CapturedPage(
        requested_url="https://social.example/p/1", final_url=None, status=200, responses=responses
    )
    recorded.save(page, tmp_path / "capture.json")
    assert recorded.load(tmp_path / "capture.json") == page
    assert "Pilih Paslon A 👍" in (tmp_path / "capture.json").read_text("utf-8")
