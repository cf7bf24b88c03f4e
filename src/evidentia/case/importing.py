"""Another agency's bundle in one's own case: verified, sealed as it came, and told as what it is: another's word.

The ZIP is copied first, and the copy is what is judged and sealed. Nothing in it is unpacked, and none of its posts or
findings becomes one of this case: they are listed from the sealed ZIP, each with a mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from evidentia.custody.intake import Intake
from evidentia.custody.ledger import Occasion
from evidentia.formats.head import printed_head
from evidentia.record.custody import EventType, Head
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.exchange import ForeignFinding, ForeignPost, HeldBundle, TakenBundle
from evidentia.record.item import Access, Item, ItemKind, Role, Times
from evidentia.record.moment import now
from evidentia.record.sentences import agreeing
from evidentia.record.verdict import Status, Verdict
from evidentia.report.inert import well_formed
from evidentia.report.recorded import Recorded
from evidentia.verify import Trust, verify
from evidentia.verify.certificates import fingerprint

from .acting import Acting
from .contents import Contents
from .gathering import Describe, Progress, describe_item
from .recorded import recorded

ZIP = "application/zip"


def take_bundle(
    acting: Acting,
    path: Path,
    trust: Trust,
    head: Head | None,
    continues: int | None,
    source: str,
    despite_failed: bool,
    occasion: Occasion,
    progress: Progress,
) -> tuple[Item, Verdict]:
    """Take in a bundle of another agency: see ``Case.take_bundle``."""
    from evidentia.capture.files import name_as_text

    acting.require_adding()
    if path.is_dir():
        raise UsageError(
            f"{path} is a folder; a bundle is taken in as the ZIP that it came as.",
            next_step="Name the ZIP; whoever has the folder writes one: `evidentia export`.",
        )
    case = Contents(acting.ledger)
    before = None if continues is None else sealed_zip(case, case.item(continues))
    name = name_as_text(path.name)
    with acting.begin(ItemKind.BUNDLE, name, source, Access.FORWARDED, original_name=name) as intake:
        try:
            describe, verdict = _gather(
                intake, case, path, trust, head, continues, before, despite_failed, progress
            )
        except (UsageError, CustodyError):
            intake.abandon()
            raise
        progress("sealing")
        return acting.admit(intake, describe, EventType.ACQUIRE, occasion), verdict


def _gather(
    intake: Intake,
    case: Contents,
    path: Path,
    trust: Trust,
    head: Head | None,
    continues: int | None,
    before: Path | None,
    despite_failed: bool,
    progress: Progress,
) -> tuple[Describe, Verdict]:
    from evidentia.capture.files import take_file

    progress("copying")
    taken = take_file(path, intake.folder)
    if taken.file.media_type != ZIP:
        raise UsageError(
            f"{path.name} is no ZIP, and so no bundle.",
            next_step="Take it in as the file that it is: `evidentia add`.",
        )
    _check_new(case, taken.file.sha256)
    progress("verifying")
    sealed = intake.folder / taken.file.name
    verdict = verify(sealed, trust, head=head, since=before)
    title = _title_of(sealed, verdict, despite_failed)
    assert verdict.head is not None
    note = TakenBundle(
        case=verdict.head.case,
        title=title,
        head=verdict.head,
        status=verdict.status,
        codes=tuple(sorted({fault.code for fault in verdict.faults})),
        sha256=taken.file.sha256,
        judged_at=now(),
        compared_with=None if head is None else printed_head(head),
        continues=continues,
        signers=tuple(sorted(map(fingerprint, trust.signers))),
        authorities=tuple(sorted(map(fingerprint, trust.authorities))),
    )
    told = msgspec.structs.asdict(verdict) | {"requirements": verdict.requirements}
    files = (
        msgspec.structs.replace(taken.file, role=Role.BUNDLE),
        intake.write("verdict.json", Role.VERDICT, sayable(told)),
        intake.write("import.json", Role.IMPORT, note),
    )
    failed = (f"the bundle was judged FAILED: {', '.join(note.codes)}",) if _failed(verdict) else ()

    def describe(number: int) -> Item:
        times = Times(received_at=intake.intent.started_at)
        return describe_item(
            intake.intent, number, files=files, times=times, problems=(*taken.problems, *failed)
        )

    return describe, verdict


def _title_of(sealed: Path, verdict: Verdict, despite_failed: bool) -> str:
    """The title of the bundle's case.

    Raises:
        CustodyError: the bundle has no head, or was judged FAILED and is not wanted so.
    """
    codes = ", ".join(sorted({fault.code for fault in verdict.faults}))
    if verdict.head is None:
        raise CustodyError(
            f"Nothing in this ZIP can be read as a bundle: {codes}.",
            next_step="Ask for it again; to keep what came as a mere file: `evidentia add`.",
        )
    if _failed(verdict) and not despite_failed:
        raise CustodyError(
            f"The bundle was judged FAILED, and was not taken in: {codes}.",
            next_step="Ask whoever sent it for another; to keep what came, with this verdict: --despite-failed.",
        )
    try:
        return recorded(sealed, with_lives=False).title
    except CustodyError:
        if not _failed(verdict):
            raise
        return ""


def _failed(verdict: Verdict) -> bool:
    return verdict.status is Status.FAILED


def _check_new(case: Contents, sha256: str) -> None:
    for item in case.items():
        if item.kind is ItemKind.BUNDLE and sha256 in {file.sha256 for file in item.files}:
            raise UsageError(
                f"This very bundle is item {item.item} already.",
                next_step="List what stands in it: `evidentia exchange imported`.",
            )


def bundles(case: Contents) -> Iterator[HeldBundle]:
    """Every bundle that was taken in, with what stands in it, each statement marked as another's."""
    for item in case.items():
        if item.kind is ItemKind.BUNDLE:
            yield _held(case, item)


def _held(case: Contents, item: Item) -> HeldBundle:
    sealed = sealed_zip(case, item)
    taken, verdict = case.taken_bundle(item)
    mark = _mark(item, taken)
    try:
        told = recorded(sealed, with_lives=False)
    except CustodyError as error:
        return HeldBundle(
            item=item.item,
            mark=mark,
            taken=taken,
            custody=() if verdict is None else verdict.events,
            problems=(error.happened,),
        )
    return HeldBundle(
        item=item.item,
        mark=mark,
        taken=taken,
        custody=() if verdict is None else verdict.events,
        posts=tuple(_posts(told, mark)),
        findings=tuple(_findings(told, mark)),
        problems=tuple(map(well_formed, told.problems)),
    )


def _mark(item: Item, taken: TakenBundle | None) -> str:
    """Whose word it is, in one line that goes with every statement."""
    if taken is None:
        return f"from the bundle of item {item.item}, with no verdict on file; not observed in this case"
    unread = "" if taken.compared_with is not None else ", against no head from elsewhere"
    return (
        f"from the bundle of item {item.item} (case {taken.case}), head {printed_head(taken.head)}, "
        f"judged {taken.status.value}{unread}; not observed in this case"
    )


def _posts(told: Recorded, mark: str) -> Iterator[ForeignPost]:
    for one in told.observations:
        first = one.evidence[0] if one.evidence else None
        author = None if one.post is None else one.post.author
        names = () if author is None else (author.handle, author.name, author.id)
        yield ForeignPost(
            mark=mark,
            item=0 if first is None else first.item,
            path="" if first is None else well_formed(first.path),
            key=well_formed(one.key),
            url=well_formed(one.url),
            state=one.state.value,
            during=one.during,
            source=well_formed(one.source),
            platform=None if one.post is None else well_formed(one.post.platform),
            author=next((well_formed(name) for name in names if name), None),
            text=None if one.post is None else well_formed(one.post.text),
        )


def _findings(told: Recorded, mark: str) -> Iterator[ForeignFinding]:
    for read in told.readings:
        method = f"{read.reading.method.name} {read.reading.method.version}"
        yield ForeignFinding(
            mark=mark,
            item=read.item,
            kind="reading",
            outcome=read.reading.outcome.value,
            reason=(reason := well_formed(read.reading.reason)),
            method=well_formed(method),
            says=agreeing(read.reading.says, reason),
        )
    for examined in told.examinations:
        for test in examined.examination.findings:
            yield ForeignFinding(
                mark=mark,
                item=examined.item,
                kind=well_formed(test.test),
                outcome=test.outcome.value,
                reason=(reason := well_formed(test.reason)),
                says=agreeing(test.says, reason),
                method=well_formed(f"{test.method} {test.version}"),
            )


def sealed_zip(case: Contents, item: Item) -> Path:
    """The ZIP of a bundle that was taken in, whose bytes are those that were sealed.

    Raises:
        UsageError: the item is no such bundle.
        CustodyError: it is missing or was changed.
    """
    stored = next((file for file in item.files if file.media_type == ZIP), None)
    if item.kind is not ItemKind.BUNDLE or stored is None:
        raise UsageError(
            f"Item {item.item} is no bundle that was taken in.",
            next_step="See `evidentia exchange imported`.",
        )
    return case.intact(item, stored)


def sayable(value: Any) -> Any:
    """As plain data, with what is no UTF-8 spelled: a stranger chose the names in a verdict."""
    plain = msgspec.to_builtins(value)
    return _spelled(plain)


def _spelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {_spelled(key): _spelled(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(inner) for inner in value]
    return well_formed(value) if isinstance(value, str) else value
