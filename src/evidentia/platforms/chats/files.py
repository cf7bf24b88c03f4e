"""The files that came with an export, found by the names that the export writes, and never by anything else."""

from __future__ import annotations

import mimetypes
import posixpath
from collections import defaultdict
from collections.abc import Iterable

from evidentia.record.chat import Attachment, AttachmentKind, AttachmentState
from evidentia.record.handed_over import Member

_KINDS = {"image": AttachmentKind.IMAGE, "video": AttachmentKind.VIDEO, "audio": AttachmentKind.AUDIO}


class Files:
    """The members of a ZIP or a folder, by path and by the last part of it."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self._by_path: dict[str, list[Member]] = defaultdict(list)
        self._by_name: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            self._by_path[member.name].append(member)
            self._by_name[posixpath.basename(member.name)].append(member)

    def called(self, name: str) -> Member | None:
        """The one file of this name, in whichever folder; None where there is none, or more than one."""
        return _only(self._by_name.get(name, []))

    def at(self, folder: str, path: str) -> Member | None:
        """The one file at a path that is relative to ``folder``; None where there is none, or it leads out of all."""
        whole = posixpath.normpath(posixpath.join(folder, path))
        if path.startswith("/") or "\\" in path or whole.startswith("../"):
            return None
        return _only(self._by_path.get(whole, []))


def attachment(
    member: Member | None, name: str | None, kind: AttachmentKind, *, said: str = "", emoji: str | None = None
) -> Attachment:
    """An attachment that the export names: with the digest of the file if it came along, else missing."""
    if member is None or member.sha256 is None:
        return Attachment(kind=kind, state=AttachmentState.MISSING, name=name, said=said, emoji=emoji)
    return Attachment(
        kind=kind,
        state=AttachmentState.PRESENT,
        name=name,
        said=said,
        media_type=member.media_type,
        size=member.size,
        sha256=member.sha256,
        emoji=emoji,
    )


def kind_by_name(name: str) -> AttachmentKind:
    """What a file is by its name, as messengers give names: a hint, no examination of its bytes."""
    upper, extension = posixpath.basename(name).upper(), posixpath.splitext(name)[1].lower()
    if upper.startswith("STK-") or "-STICKER-" in upper or extension in (".tgs",):
        return AttachmentKind.STICKER
    if "-GIF-" in upper or extension == ".gif":
        return AttachmentKind.ANIMATION
    if extension == ".vcf":
        return AttachmentKind.CONTACT
    if extension == ".opus":
        return AttachmentKind.AUDIO
    guessed = (mimetypes.guess_type(name, strict=False)[0] or "").partition("/")[0]
    return _KINDS.get(guessed, AttachmentKind.DOCUMENT)


def _only(found: list[Member]) -> Member | None:
    return found[0] if len(found) == 1 else None
