"""The fingerprint of a video: what it states, how it is coded, and by what copies of it are found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ..record.errors import MissingPart
from .audio_print import print_of
from .video_decoding import Surveyed, survey
from .video_gops import gops
from .video_parts import walk
from .video_types import Part, VideoFingerprint


def fingerprint_video(path: Path) -> tuple[VideoFingerprint | None, str, tuple[str, ...]]:
    """The fingerprint of a video of any origin, the SHA-256 of what was decoded, and what went wrong.

    Raises:
        MissingPart: PyAV is not installed.
        UsageError: there is no such file, or it is not a regular file.
    """
    found = survey(path)
    if found.facts.container is None:
        return None, found.facts.sha256, found.facts.problems
    parts, odd = walk(path)
    return _of(found, parts), found.facts.sha256, (*found.facts.problems, *odd)


def with_video(row: dict[str, Any], path: Path) -> tuple[dict[str, Any], VideoFingerprint | None]:
    """A file's row (see ``types.to_json_row``) with what a look into the video adds, and that itself.

    It adds ``video`` and ``problems``. Where PyAV is missing, or the file is another one by now, the digests stand
    alone and the problems say why.

    Raises:
        UsageError: there is no such file, or it is not a regular file.
    """
    try:
        video, sha256, problems = fingerprint_video(path)
    except MissingPart as missing:
        return row | {"problems": [f"{missing.happened} {missing.next_step}"]}, None
    if sha256 not in ("", row["sha256"]):
        return row | {"problems": ["the file changed while it was being read"]}, None
    return row | {"video": msgspec.to_builtins(video), "problems": list(problems)}, video


def _of(found: Surveyed, parts: tuple[Part, ...]) -> VideoFingerprint:
    facts = found.facts
    assert facts.container is not None
    return VideoFingerprint(
        container=facts.container,
        seconds=facts.coding.times[-1] if facts.coding.times else 0.0,
        frames=len(facts.coding.times),
        gops=gops(facts.coding),
        hashes=facts.hashes,
        sound=print_of(found.sound),
        parts=parts,
    )
