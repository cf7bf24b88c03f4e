"""Examining a file of the case: the examination and its illustrations become an item."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from evidentia.custody.intake import Intake
from evidentia.custody.ledger import Occasion
from evidentia.record.custody import EventType
from evidentia.record.errors import UsageError
from evidentia.record.examination import Examination, ImageClass
from evidentia.record.item import Item, ItemKind, Role, StoredFile, Times
from evidentia.record.sentences import Term

from .acting import Acting
from .contents import Contents
from .gathering import Describe, Progress, attempt, describe_item


def examine(
    acting: Acting,
    number: int,
    references: Sequence[int],
    stated_class: ImageClass | None,
    occasion: Occasion,
    progress: Progress,
) -> Examination:
    """Examine the file of an item, beside those of other items, and file the result: see ``Case.examine``."""
    from evidentia.detect.examining.examine import examine as examine_file
    from evidentia.detect.examining.method import item as called_item

    acting.require_adding()
    contents = Contents(acting.ledger)
    about, path = _original(contents, number)
    others = [_original(contents, reference) for reference in references]
    beside = [other for _, other in others]
    examination = examine_file(
        path,
        references=beside,
        called=[called_item(item.item, item.original_name) for item, _ in others],
        stated_class=stated_class,
        progress=progress,
    )
    with acting.begin(
        ItemKind.EXAMINATION,
        Term("Examination of item {n}").format(n=number),
        Term("examination"),
        about.access,
    ) as intake:
        examination, describe = _gathered(intake, about, references, (path, *beside), examination)
        progress("sealing")
        acting.admit(
            intake, describe, EventType.EXAMINE, occasion, {"examined": sorted({number, *references})}
        )
    return examination


def _original(contents: Contents, number: int) -> tuple[Item, Path]:
    """The item, and its one file as it was handed over, checked against its digest."""
    item = contents.item(number)
    originals = [file for file in item.files if file.role is Role.ORIGINAL]
    if len(originals) != 1:
        raise UsageError(
            f"Item {number} is not one file that was handed over.",
            next_step="Name a picture or a video that was added alone.",
        )
    return item, contents.intact(item, originals[0])


def _gathered(
    intake: Intake, about: Item, references: Sequence[int], paths: tuple[Path, ...], examination: Examination
) -> tuple[Examination, Describe]:
    """Lay an examination down with its illustrations. ``paths``: the file, and those that it was laid beside."""
    from evidentia.detect.examining.heat import illustrate

    path, *beside = paths
    drawn, problems = attempt(
        Term("illustrations"), lambda: illustrate(path, examination, intake.folder, references=beside)
    )
    names = tuple(file.name for file in drawn or ())
    examination = replace(examination, illustrations=names)
    files: list[StoredFile] = [intake.write("examination.json", Role.EXAMINATION, examination)]
    files += [intake.describe(name, Role.ANNOTATED) for name in names]

    def describe(number: int) -> Item:
        return describe_item(
            intake.intent,
            number,
            files=tuple(files),
            times=Times(captured_at=intake.intent.started_at),
            about=(about.item, *references),
            problems=problems,
        )

    return examination, describe
