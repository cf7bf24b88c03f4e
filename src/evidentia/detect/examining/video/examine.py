"""The examination of a video as a whole: decoded, laid beside earlier copies, and what all findings say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from ....fingerprint.digests import digest_file
from ....fingerprint.video_decoding import Surveyed, survey
from ....record.examination import Copy, Examination, ImageClass, Support, TestFinding
from ....record.said import Said
from ....record.sentences import english, said
from ..method import Name, told, verbatim
from .against import against, as_copy, lay_beside
from .alone import alone
from .facts import facts
from .rates import with_rates


def examine_video(path: Path, references: Sequence[Path] = (), called: Sequence[Name] = ()) -> Examination:
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
        return _undecoded(digest, (said("examining.file_changed"),))
    if not len(video.small):
        return _undecoded(digest, tuple(map(verbatim, video.facts.problems)))
    names: Sequence[Name] = called or [reference.name for reference in references]
    found = examine_surveyed(video, zip(names, map(survey, references), strict=True))
    return msgspec.structs.replace(found, sha256=digest)


def examine_surveyed(video: Surveyed, references: Iterable[tuple[Name, Surveyed]] = ()) -> Examination:
    """The same of videos that are decoded already, each reference with its name."""
    problems = [verbatim(problem) for problem in video.facts.problems]
    findings: tuple[TestFinding, ...] = ()
    copies: list[Copy] = []
    for name, other in references:
        problems += [said("video.problem_of", name=name, problem=problem) for problem in other.facts.problems]
        aligned = lay_beside(video, other)
        if aligned is None:
            problems.append(said("video.shows_nothing_of_it", name=name))
            continue
        copies.append(as_copy(aligned, other, name))
        if not findings:
            findings = against(video, other, aligned, name, _size(video))
    outcome, says = _together(findings, bool(problems))
    by_bytes = said("video.by_first_bytes")
    return Examination(
        sha256=video.facts.sha256,
        image_class=ImageClass.VIDEO,
        because=(english(by_bytes),),
        outcome=outcome,
        reason=english(says),
        findings=tuple(with_rates(one) for one in findings or alone(video)),
        facts=facts(video.facts),
        copies=tuple(copies),
        problems=tuple(english(one) for one in problems),
        says=(says,),
        because_says=(by_bytes,),
        problems_say=tuple(problems),
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


def _together(findings: tuple[TestFinding, ...], troubled: bool) -> tuple[Support, Said]:
    if not findings:
        return Support.INCONCLUSIVE, said("video.no_earlier_copy")
    if altered := [one for one in findings if one.outcome is Support.ALTERATION]:
        return Support.ALTERATION, _each(altered)
    open_ends = [one for one in findings if one.outcome in (Support.INCONCLUSIVE, Support.NOT_APPLICABLE)]
    if open_ends:
        return Support.INCONCLUSIVE, _each(open_ends)
    if troubled:
        return Support.INCONCLUSIVE, said("video.not_all_decoded")
    return Support.NONE_FOUND, said("video.shows_and_sounds_the_same")


def _each(findings: Sequence[TestFinding]) -> Said:
    each = (said("video.test_says", test=one.test, finding=told(one)) for one in findings)
    return said("video.tests_say", tests=tuple(each))


def _undecoded(digest: str, problems: tuple[Said, ...]) -> Examination:
    why = said("examining.several", texts=problems) if problems else said("video.not_decoded")
    by_bytes, says = said("video.by_first_bytes"), said("examining.nothing_examined", problem=why)
    return Examination(
        sha256=digest,
        image_class=ImageClass.VIDEO,
        because=(english(by_bytes),),
        outcome=Support.INCONCLUSIVE,
        reason=english(says),
        findings=(),
        problems=tuple(english(one) for one in problems),
        says=(says,),
        because_says=(by_bytes,),
        problems_say=problems,
    )
