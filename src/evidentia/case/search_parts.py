"""What of an item, and of the posts of a case, can be found again: pictures by their hashes, also those inside of files
and within other pictures, the frames of videos, words."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evidentia.fingerprint.types import Indication
from evidentia.fingerprint.video_types import VideoFingerprint
from evidentia.formats import names
from evidentia.record.chat import ChatExport
from evidentia.record.errors import MissingPart
from evidentia.record.item import Item, ItemKind, Role, StoredFile
from evidentia.record.likeness import Kind, Place
from evidentia.record.post import Media, Observation, Post

from .contents import Contents

if TYPE_CHECKING:
    from evidentia.fingerprint import Decoder

    from .enclosed import Enclosed
    from .picture_hashes import PictureHashes

_SHOTS = (Role.FULL_PAGE, Role.ELEMENT)
_TAKEN_IN = (Role.ORIGINAL, Role.REDACTED)

_SMALLEST = 100
"""Pixels a side: of what a saved page loaded, smaller pictures are its signs and its readers' portraits."""


class HashedPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or frame with its PDQ hash; None where there is none, or too little in the picture for one.

    ``turned``: the hashes that it has turned and mirrored, where its pixels are at hand.
    """

    place: Place
    pdq: str | None = None
    too_plain: bool = False
    turned: tuple[str, ...] = ()


class Filmed(msgspec.Struct, frozen=True, kw_only=True):
    """A video with what copies of it are found by: pictures and sound."""

    place: Place
    fingerprint: VideoFingerprint

    def frames(self) -> Iterator[HashedPicture]:
        """Its hashed frames that have enough in them: one in a second, and those after cuts."""
        for frame in self.fingerprint.hashes:
            if pdq := _usable(frame.pdq, frame.quality):
                place = msgspec.structs.replace(self.place, kind=Kind.FRAME, at=frame.at)
                yield HashedPicture(place=place, pdq=pdq)


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """Words with their place."""

    place: Place
    text: str


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in one item, in all posts, or in cases. ``not_compared`` says what cannot be, and why."""

    pictures: tuple[HashedPicture, ...] = ()
    videos: tuple[Filmed, ...] = ()
    words: tuple[Wording, ...] = ()
    not_compared: tuple[str, ...] = ()


def together(several: Iterable[Parts]) -> Parts:
    """Parts of each kind one after the other."""
    parts = tuple(several)
    return Parts(
        pictures=tuple(one for part in parts for one in part.pictures),
        videos=tuple(one for part in parts for one in part.videos),
        words=tuple(one for part in parts for one in part.words),
        not_compared=tuple(one for part in parts for one in part.not_compared),
    )


class _Metadata(msgspec.Struct, frozen=True):
    indications: tuple[Indication, ...] = ()


class _Row(msgspec.Struct):
    """A row of ``fingerprints.json``, as far as pictures and videos are found by it."""

    sha256: str
    pdq: str | None = None
    pdq_quality: int | None = None
    metadata: _Metadata = _Metadata()
    video: VideoFingerprint | None = None
    problems: tuple[str, ...] = ()


def parts_of_item(case: Contents, item: Item, decoder: Decoder) -> Parts:
    """What of an item's own files can be found again.

    Raises:
        CustodyError: a file is missing or was changed since it was sealed.
    """
    problems: list[str] = []
    pictures = list(_pictures(case, item, decoder, problems))
    videos = list(_videos(case, item, problems))
    if item.kind is ItemKind.FILE:
        for file in item.files:
            if file.role is Role.ORIGINAL and not file.media_type.startswith(("image/", "video/")):
                _open(case, item, file, decoder, pictures, videos, problems)
    return Parts(
        pictures=tuple(pictures),
        videos=tuple(videos),
        words=tuple(_messages(case, item)),
        not_compared=tuple(problems),
    )


def parts_of_posts(case: Contents) -> Parts:
    """The media and the words of all posts, each once for each post in whose captures it is."""
    seen: set[tuple[str, ...]] = set()
    pictures: list[HashedPicture] = []
    words: list[Wording] = []
    for look in case.observations():
        if look.post is not None:
            pictures += _media(case.id, look, look.post, seen)
            words += _wording(case.id, look, look.post, seen)
    return Parts(pictures=tuple(pictures), words=tuple(words))


def _pictures(case: Contents, item: Item, decoder: Decoder, problems: list[str]) -> Iterator[HashedPicture]:
    """The pictures among an item's files, by the fingerprints that were sealed with them; of other files the digest."""
    if item.kind not in (ItemKind.CAPTURE, ItemKind.FILE, ItemKind.DERIVED):
        return
    rows = {row.sha256: row for row in _rows(case, item)}
    for file in item.files:
        if file.role not in (*_TAKEN_IN, *_SHOTS):
            continue
        row = rows.get(file.sha256)
        hints = row.metadata.indications if row is not None else ()
        kind = Kind.SCREENSHOT if file.role in _SHOTS else Kind.FILE
        place = _place_of(case, item, file, kind)
        pdq = _usable(row.pdq, row.pdq_quality) if row is not None else None
        hashed = row is not None and row.pdq is not None
        shows = file.media_type.startswith("image/")
        if not hashed and shows:
            problems.append(f"{case.id}: {place.path}: the picture has no PDQ hash")
        whole = HashedPicture(place=place, pdq=pdq, too_plain=hashed and pdq is None)
        if hashed and shows and file.role in _TAKEN_IN:
            yield from _looked_at(case.intact(item, file), whole, hints, decoder, problems)
        else:
            yield whole


def _looked_at(
    path: Path, whole: HashedPicture, hints: Iterable[Indication], decoder: Decoder, problems: list[str]
) -> Iterator[HashedPicture]:
    """A picture as it would be turned and mirrored, and the pictures within it; whether it is a whole screenshot."""
    from evidentia.fingerprint import DecodingFailed

    from .picture_hashes import hashes_of

    try:
        made = hashes_of(path, decoder)
    except DecodingFailed as why:
        problems.append(f"{_said(whole.place)}: not compared turned, nor what is within it: {why}")
        yield whole
        return
    turned = tuple(made.turned.values()) if whole.pdq else ()
    kind = Kind.SCREENSHOT if made.bears_out(hints) else Kind.FILE
    yield msgspec.structs.replace(whole, place=msgspec.structs.replace(whole.place, kind=kind), turned=turned)
    yield from _within(whole.place, made)


def _within(place: Place, made: PictureHashes) -> Iterator[HashedPicture]:
    for one in made.within:
        yield HashedPicture(place=msgspec.structs.replace(place, kind=Kind.WITHIN, box=one.box), pdq=one.pdq)


def _open(
    case: Contents,
    item: Item,
    file: StoredFile,
    decoder: Decoder,
    pictures: list[HashedPicture],
    videos: list[Filmed],
    problems: list[str],
) -> None:
    """Add what stands inside of a file."""
    from .enclosed import enclosed

    odd: list[str] = []
    for one in enclosed(case.intact(item, file), odd):
        place = msgspec.structs.replace(
            _place_of(case, item, file, Kind.ENCLOSED), within=one.where, sha256=one.sha256
        )
        if one.path is None:
            pictures.append(HashedPicture(place=place))
        elif one.media_type.startswith("image/"):
            pictures += _enclosed_picture(one, one.path, place, decoder, odd)
        else:
            pictures.append(HashedPicture(place=place))
            made, unseen = _look(one.path)
            odd += (f"{one.where}: {problem}" for problem in unseen)
            if made is not None:
                videos.append(Filmed(place=place, fingerprint=msgspec.structs.replace(made, parts=())))
    problems += (f"{case.id}: {_path(item, file)}: {problem}" for problem in odd)


def _enclosed_picture(
    one: Enclosed, path: Path, place: Place, decoder: Decoder, problems: list[str]
) -> Iterator[HashedPicture]:
    from evidentia.fingerprint import DecodingFailed

    from .picture_hashes import hashes_of

    try:
        made = hashes_of(path, decoder)
    except DecodingFailed as why:
        problems.append(f"{one.where}: compared by its bytes alone: {why}")
        yield HashedPicture(place=place)
        return
    if one.loaded and min(made.width, made.height) < _SMALLEST:
        return
    if made.looks_like_a_screenshot(posixpath.basename(one.where)):
        place = msgspec.structs.replace(place, kind=Kind.SCREENSHOT)
    yield HashedPicture(
        place=place, pdq=made.pdq, too_plain=made.pdq is None, turned=tuple(made.turned.values())
    )
    yield from _within(place, made)


def _place_of(case: Contents, item: Item, file: StoredFile, kind: Kind) -> Place:
    name = item.original_name if len([one for one in item.files if one.role is Role.ORIGINAL]) == 1 else ""
    return Place(
        case=case.id, item=item.item, path=_path(item, file), kind=kind, sha256=file.sha256, name=name or ""
    )


def _said(place: Place) -> str:
    return f"{place.case}: {place.path}"


def _rows(case: Contents, item: Item) -> list[_Row]:
    found = next((file for file in item.files if file.role is Role.FINGERPRINTS), None)
    if found is None:
        return []
    return msgspec.json.decode(case.intact(item, found).read_bytes(), type=list[_Row])


def _usable(pdq: str | None, quality: int | None) -> str | None:
    from evidentia.fingerprint.index import LEAST_QUALITY

    return pdq if pdq is not None and (quality or 0) >= LEAST_QUALITY else None


def _videos(case: Contents, item: Item, problems: list[str]) -> Iterator[Filmed]:
    """An item's videos, by the fingerprints that were sealed with them; where these have none, by a look now."""
    shown = [
        file for file in item.files if file.role is Role.ORIGINAL and file.media_type.startswith("video/")
    ]
    rows = {row.sha256: row for row in _rows(case, item)} if shown else {}
    for file in shown:
        path, row = _path(item, file), rows.get(file.sha256)
        made, odd = (
            _look(case.intact(item, file)) if row is None or row.video is None else (row.video, row.problems)
        )
        problems += (f"{case.id}: {path}: {problem}" for problem in odd)
        if made is not None:
            place = _place_of(case, item, file, Kind.FILE)
            yield Filmed(place=place, fingerprint=msgspec.structs.replace(made, parts=()))


def _look(path: Path) -> tuple[VideoFingerprint | None, tuple[str, ...]]:
    """A video's fingerprint, decoded in a limited process, and what went wrong."""
    from evidentia.fingerprint.video import fingerprint_video

    try:
        made, _, odd = fingerprint_video(path)
    except MissingPart as error:
        return None, (f"it was not compared as a video: {error.happened}",)
    return made, odd


def _media(case: str, look: Observation, post: Post, seen: set[tuple[str, ...]]) -> Iterator[HashedPicture]:
    """The media of a post, and its author's picture, each once for each post in whose captures it is."""
    own = () if post.author.picture is None else ((Kind.ACCOUNT, post.author.picture),)
    earlier = ((Kind.MEDIUM, medium) for version in look.history for medium in version.media)
    shown: Iterator[tuple[Kind, Media]] = ((Kind.MEDIUM, medium) for medium in post.media)
    for kind, medium in (*shown, *earlier, *own):
        key = (look.key, kind, medium.sha256 or "")
        if medium.sha256 and key not in seen:
            seen.add(key)
            place = _place(case, look, post, kind, medium.sha256)
            yield HashedPicture(
                place=msgspec.structs.replace(place, url=medium.url),
                pdq=(pdq := _usable(medium.pdq, medium.pdq_quality)),
                too_plain=medium.pdq is not None and pdq is None,
            )


def _wording(case: str, look: Observation, post: Post, seen: set[tuple[str, ...]]) -> Iterator[Wording]:
    """The words of a post, each wording once."""
    from evidentia.fingerprint.text import normalise

    for text in (post.text, *(version.text or "" for version in look.history)):
        normal = normalise(text)
        key = (look.key, Kind.WORDS, normal.sha256)
        if normal.text and key not in seen:
            seen.add(key)
            yield Wording(place=_place(case, look, post, Kind.WORDS, normal.sha256), text=normal.text)


def _place(case: str, look: Observation, post: Post, kind: Kind, sha256: str) -> Place:
    where = look.evidence[0]
    return Place(
        case=case,
        item=where.item,
        path=where.path,
        kind=kind,
        sha256=sha256,
        post=look.key,
        author=post.author.handle or post.author.name or post.author.id or "",
    )


def _messages(case: Contents, item: Item) -> Iterator[Wording]:
    """The messages of a chat that was handed over, as its reader laid them down."""
    from evidentia.fingerprint.text import normalise

    for file in item.files:
        if file.role is not Role.CHAT:
            continue
        export = msgspec.json.decode(case.intact(item, file).read_bytes(), type=ChatExport)
        for conversation in export.conversations:
            for message in conversation.messages:
                normal = normalise(message.text)
                if normal.text:
                    yield Wording(
                        place=Place(
                            case=case.id,
                            item=item.item,
                            path=_path(item, file),
                            kind=Kind.MESSAGE,
                            sha256=normal.sha256,
                            within=message.where,
                        ),
                        text=normal.text,
                    )


def _path(item: Item, file: StoredFile) -> str:
    return f"{names.item_folder(item.item)}/{file.name}"
