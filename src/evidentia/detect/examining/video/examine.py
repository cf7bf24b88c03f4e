"""The examination of a video as a whole: decoded, laid beside earlier copies, and what all findings say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from ....fingerprint.digests import digest_file
from ....fingerprint.video_decoding import Surveyed, survey
from ....record.examination import Copy, Examination, ImageClass, Support, TestFinding
from .against import against, as_copy, lay_beside
from .alone import alone
from .facts import facts
from .rates import with_rates

_CLASS = ("a video, by its first bytes",)


def examine_video(path: Path, references: Sequence[Path] = (), called: Sequence[str] = ()) -> Examination:
    """Examine a video, against copies that the caller says are earlier, where there are some.

    Args:
        path: the video.
        references: other copies, the earliest first, by times that the caller knows: no file's own word is taken for
            them. The findings are against the first of them that shows the same; all are laid beside it.
        called: what findings call each reference; else its file's name.

    Returns:
        The examination. Without a reference that shows the same it is inconclusive, and says what was looked at.

    Raises:
        MissingPart: PyAV is not installed.
        UsageError: there is no such file, or it is not a regular file.
    """
    digest = digest_file(path).sha256
    video = survey(path)
    if video.facts.sha256 not in ("", digest):
        return _undecoded(digest, ("the file changed while it was being read",))
    if not len(video.small):
        return _undecoded(digest, video.facts.problems)
    names = called or [reference.name for reference in references]
    found = examine_surveyed(video, zip(names, map(survey, references), strict=True))
    return msgspec.structs.replace(found, sha256=digest)


def examine_surveyed(video: Surveyed, references: Iterable[tuple[str, Surveyed]] = ()) -> Examination:
    """The same of videos that are decoded already, each reference with its name."""
    problems = list(video.facts.problems)
    findings: tuple[TestFinding, ...] = ()
    copies: list[Copy] = []
    for name, other in references:
        problems.extend(f"{name}: {problem}" for problem in other.facts.problems)
        aligned = lay_beside(video, other)
        if aligned is None:
            problems.append(f"{name} shows nothing of this video, or cannot be laid beside it")
            continue
        copies.append(as_copy(aligned, other, name))
        if not findings:
            findings = against(video, other, aligned, name, _size(video))
    outcome, reason = _together(findings, bool(problems))
    return Examination(
        sha256=video.facts.sha256,
        image_class=ImageClass.VIDEO,
        because=_CLASS,
        outcome=outcome,
        reason=reason,
        findings=tuple(with_rates(one) for one in findings or alone(video)),
        facts=facts(video.facts),
        copies=tuple(copies),
        problems=tuple(problems),
    )


def _size(video: Surveyed) -> tuple[int, int]:
    """Width and height of the pictures as a player shows them."""
    assert video.facts.container is not None
    stream = next(one for one in video.facts.container.streams if one.kind == "video")
    tall = video.small.shape[1] > video.small.shape[2]
    return (
        (stream.height, stream.width)
        if tall != (stream.height > stream.width)
        else (stream.width, stream.height)
    )


def _together(findings: tuple[TestFinding, ...], troubled: bool) -> tuple[Support, str]:
    if not findings:
        return Support.INCONCLUSIVE, "without an earlier copy that shows the same, nothing can be told"
    if altered := [one for one in findings if one.outcome is Support.ALTERATION]:
        return Support.ALTERATION, "; ".join(f"{one.test}: {one.reason}" for one in altered)
    open_ends = [one for one in findings if one.outcome in (Support.INCONCLUSIVE, Support.NOT_APPLICABLE)]
    if open_ends:
        return Support.INCONCLUSIVE, "; ".join(f"{one.test}: {one.reason}" for one in open_ends)
    if troubled:
        return (
            Support.INCONCLUSIVE,
            "what could be decoded is that of the earlier copy; not all could be decoded",
        )
    return (
        Support.NONE_FOUND,
        "laid beside the earlier copy, it shows and sounds the same; that proves nothing more",
    )


def _undecoded(digest: str, problems: tuple[str, ...]) -> Examination:
    return Examination(
        sha256=digest,
        image_class=ImageClass.VIDEO,
        because=_CLASS,
        outcome=Support.INCONCLUSIVE,
        reason=f"Nothing was examined: {'; '.join(problems) or 'the video was not decoded'}.",
        findings=(),
        problems=problems,
    )
