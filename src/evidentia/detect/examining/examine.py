"""The examination of a file: what kind it is, the tests that are valid for it, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...fingerprint.decoding import Decoder
from ...fingerprint.digests import digest_file
from ...fingerprint.magic import media_type_of
from ...record.errors import UsageError
from ...record.examination import Examination, Fact, ImageClass, Support, TestFinding
from ...record.said import Said
from ...record.sentences import Term, english, said
from . import rates
from .classes import Classed, classify, stated
from .method import Name, fact, named, verbatim
from .method import called as as_recorded
from .opposing import rare_enough, weigh
from .picture import Examined, NotExamined, load_examined
from .profiles import TESTS, Test

if TYPE_CHECKING:
    from ...fingerprint.types import NearestQuality, PictureReading

EXPECTED_FALSE_ALARMS = 1 / 200
"""Of a whole examination of a picture without alteration: the tests share it."""

FEWEST_TESTS = 2
"""Fewer tests that apply are too few for "no support found"."""

Progress = Callable[[str], None]
_Named = tuple[Name, Path]


def _silent(step: str) -> None:
    """Nobody wants to know what is being done now."""


def examine(
    path: Path,
    *,
    references: Sequence[Path] = (),
    called: Sequence[Name] = (),
    stated_class: ImageClass | None = None,
    decoder: Decoder | None = None,
    progress: Progress = _silent,
) -> Examination:
    """Examine a picture or a video.

    Args:
        references: files that are said to be the original or earlier copies; ``called``: what findings call each of
            them, where that is not its file's name.
        stated_class: the kind of picture as the caller knows it; the record says who said so.
        decoder: a limited process to share among many pictures.

    Returns:
        The examination; a file that cannot be decoded is one that ends inconclusive and says why.

    Raises:
        UsageError: there is no such regular file, or a class is stated that does not fit.
    """
    digests = digest_file(path)
    media_type = media_type_of(digests.head)
    beside = tuple(zip(called or [one.name for one in references], references, strict=True))
    if media_type.startswith("video/"):
        return _video(path, beside, stated_class, progress)
    if stated_class is ImageClass.VIDEO:
        raise UsageError(f"{path.name} is no video, by its first bytes.", next_step="Leave --class out.")
    if not media_type.startswith("image/"):
        return _nothing(digests.sha256, said("examining.no_picture", media_type=media_type))
    if decoder is None:
        with Decoder() as own:
            return _picture(path, digests.sha256, beside, stated_class, own, progress)
    return _picture(path, digests.sha256, beside, stated_class, decoder, progress)


def _video(
    path: Path, beside: Sequence[_Named], stated_class: ImageClass | None, progress: Progress
) -> Examination:
    from .video import examine_video

    if stated_class not in (None, ImageClass.VIDEO):
        raise UsageError(f"{path.name} is a video, by its first bytes.", next_step="Leave --class out.")
    progress("video")
    return examine_video(path, [one for _, one in beside], [name for name, _ in beside])


def _picture(
    path: Path,
    sha256: str,
    beside: Sequence[_Named],
    stated_class: ImageClass | None,
    decoder: Decoder,
    progress: Progress,
) -> Examination:
    from .reference import compare_with_reference

    progress("decoding")
    try:
        picture = load_examined(path, decoder=decoder)
    except NotExamined as why:
        return _nothing(sha256, why.says)
    if picture.file.sha256 != sha256:
        return _nothing(sha256, said("examining.file_changed"))
    classed = stated(stated_class) if stated_class is not None else classify(picture)
    examined = picture.taken_for(classed.image_class)
    findings = list(run_tests(examined, progress))
    for name, reference in beside:
        progress(f"reference {as_recorded(name)}")
        findings.append(compare_with_reference(examined, reference, name, decoder))
    return conclude(examined, classed, findings)


def run_tests(
    picture: Examined, progress: Progress = _silent, tests: Sequence[Test] = TESTS
) -> tuple[TestFinding, ...]:
    """Every test, or that it is not valid for this kind of picture; alarms weighed against honest explanations."""
    findings = []
    applied = [test for test in tests if picture.image_class in test.valid]
    for test in tests:
        if test not in applied:
            findings.append(test.not_for(picture.image_class))
            continue
        progress(test.name)
        findings.append(test.run(picture))
    rare = rare_enough(findings, len(applied), EXPECTED_FALSE_ALARMS)
    by_name: dict[str, Test] = {test.name: test for test in tests}
    weighed = []
    for finding in rare:
        if finding.outcome is Support.ALTERATION:
            progress(f"{finding.test}: honest explanations")
        weighed.append(weigh(picture, by_name[finding.test], finding))
    return tuple(rates.with_rates(finding, picture.image_class) for finding in weighed)


def conclude(picture: Examined, classed: Classed, findings: Sequence[TestFinding]) -> Examination:
    """What all findings say together. No alarm counts whose rate of false alarms is not measured."""
    findings = [rates.only_measured(finding) for finding in findings]
    outcome, says = together(findings)
    return Examination(
        sha256=picture.file.sha256,
        image_class=classed.image_class,
        because=classed.because,
        outcome=outcome,
        reason=english(says),
        findings=tuple(findings),
        facts=facts(picture.file),
        problems=picture.file.problems,
        says=(says,),
        because_says=classed.says,
        problems_say=tuple(verbatim(one) for one in picture.file.problems),
    )


def together(findings: Sequence[TestFinding]) -> tuple[Support, Said]:
    """The outcome of all findings, and why."""
    applied = [one for one in findings if one.outcome is not Support.NOT_APPLICABLE]
    alarms = [one.test for one in applied if one.outcome is Support.ALTERATION]
    open_ends = [one.test for one in applied if one.outcome is Support.INCONCLUSIVE]
    if alarms:
        if len(alarms) == 1:
            return Support.ALTERATION, said(
                "examining.one_test_supports", applied=len(applied), tests=named(*alarms)
            )
        return Support.ALTERATION, said(
            "examining.tests_support", alarms=len(alarms), applied=len(applied), tests=named(*alarms)
        )
    if len(applied) < FEWEST_TESTS:
        code = "examining.one_test_applies" if applied else "examining.no_test_applies"
        return Support.INCONCLUSIVE, said(code, tests=len(findings))
    if open_ends:
        return Support.INCONCLUSIVE, said("examining.left_open", tests=named(*open_ends))
    return Support.NONE_FOUND, said("examining.none_supports", applied=len(applied))


def _nothing(sha256: str, problem: Said) -> Examination:
    """Nothing could be examined, and why."""
    decoded, says = said("examining.nothing_decoded"), said("examining.nothing_examined", problem=problem)
    return Examination(
        sha256=sha256,
        image_class=ImageClass.UNDETERMINED,
        because=(english(decoded),),
        outcome=Support.INCONCLUSIVE,
        reason=english(says),
        findings=(),
        problems=(english(problem),),
        says=(says,),
        because_says=(decoded,),
        problems_say=(problem,),
    )


def facts(file: PictureReading) -> tuple[Fact, ...]:
    """What the file states, without opinion."""
    found = []
    if file.picture is not None:
        one = file.picture
        value = said(
            "examining.fact_format", format=one.format, width=one.width, height=one.height, mode=one.mode
        )
        found.append(fact(Term("format"), value))
    found += [
        fact(Term("JPEG quantisation"), _nearest(table.destination, table.nearest))
        for table in file.metadata.quantisation
        if table.nearest is not None
    ]
    found += [
        fact(
            said("examining.fact_indication", name=o.name),
            said("examining.fact_suggests", seen=o.seen, suggests=o.suggests),
        )
        for o in file.metadata.indications
    ]
    if file.metadata.trailing is not None:
        beyond = file.metadata.trailing
        value = said(
            "examining.fact_trailing", length=beyond.length, offset=beyond.offset, sha256=beyond.sha256
        )
        found.append(fact(Term("bytes after the end of the picture"), value))
    found.append(fact(Term("C2PA manifest"), verbatim(file.metadata.provenance.value)))
    return tuple(found)


def _nearest(destination: int, near: NearestQuality) -> Said:
    """Which table of the usual encoder a quantisation table is, or comes near."""
    if near.distance == 0:
        return said("examining.fact_table", table=destination, of=near.table, quality=near.quality)
    return said(
        "examining.fact_table_near",
        table=destination,
        apart=near.distance,
        of=near.table,
        quality=near.quality,
    )
