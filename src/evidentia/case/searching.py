"""Searching a case, or several: what is alike to a file or to words, and which things are copies of each other.

Pictures are compared as pictures, by PDQ, turned and mirrored too. Of whole screenshots that says neither that they
show the same post nor that one was edited; the pictures located within them are compared on their own. Words are
compared by the runs of four words that they share. Every answer is a hint where to look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from evidentia.fingerprint.joining import Joined
from evidentia.record.errors import MissingPart, UsageError
from evidentia.record.likeness import (
    AlikePicture,
    AlikeVideo,
    AlikeWords,
    Cluster,
    Copies,
    Found,
    Kind,
    Place,
)

from .contents import Contents
from .search_index import index_of
from .search_parts import Filmed, HashedPicture, Wording, together

if TYPE_CHECKING:
    from evidentia.fingerprint import HashIndex
    from evidentia.fingerprint.video_types import VideoFingerprint

LEAST_RESEMBLANCE = 0.5
"""Broder calls two documents of a resemblance of 50 % or more roughly the same ("Syntactic Clustering of the Web",
1997)."""

LONGEST_QUERY = 1 << 20
"""Bytes of a text that is searched for: a post has thousands."""

Progress = Callable[[str], None]


_WHOLE = (Kind.FILE, Kind.MEDIUM, Kind.ENCLOSED, Kind.WITHIN)
"""What clusters of pictures are made of; whole screenshots make clusters of their own."""


def _silent(_: str) -> None:
    return None


class _Asked(NamedTuple):
    """A hash that is looked for: how the picture was turned for it, of which second of a video or which part it is."""

    pdq: str
    turned: str = ""
    at: float | None = None
    box: tuple[int, int, int, int] | None = None


class Search:
    """The indexes of some cases, put together: ``find`` and ``find_words`` say what is alike, ``copies`` what belongs
    together."""

    def __init__(
        self, cases: Sequence[Contents], *, progress: Progress = _silent, anew: bool = False
    ) -> None:
        """``anew``: make each case's index again, also where the kept one fits.

        Raises:
            UsageError: no case was named, or two have one id.
            CustodyError: a file that is needed is missing or was changed since it was sealed.
        """
        ids = [case.id for case in cases]
        if not ids or len(set(ids)) < len(ids):
            raise UsageError(
                "Name one case or several, each once." if not ids else "Two of the cases have the same id.",
                next_step="Give --case for each case folder.",
            )
        parts = together(index_of(case, progress=progress, anew=anew).parts for case in cases)
        self.videos, self.words, self.not_compared = parts.videos, parts.words, parts.not_compared
        self.pictures = [*parts.pictures, *(frame for video in parts.videos for frame in video.frames())]
        self.too_plain = sum(one.too_plain for one in parts.pictures)

    @property
    def compared(self) -> dict[str, int]:
        """How many of each kind there are to be compared with."""
        kinds = [one.place.kind for one in self.pictures if one.pdq]
        kinds += [one.place.kind for one in self.words]
        counted = {kind.value: kinds.count(kind) for kind in Kind if kind in kinds}
        return counted | ({"video": len(self.videos)} if self.videos else {})

    @cached_property
    def _index(self) -> HashIndex:
        """The hashes of all pictures, made once for all files that are looked for."""
        return _hashes(self.pictures)

    def find(self, path: str | Path, *, within: int | None = None) -> Found:
        """What is alike to a file: a picture, a video, or a text in UTF-8.

        Args:
            within: bits of 256 by which PDQ hashes may differ; None is what its authors call a match.

        Raises:
            UsageError: there is no such file, or it is not an ordinary one.
        """
        from evidentia.fingerprint.digests import digest_file
        from evidentia.fingerprint.magic import UNKNOWN, media_type_of

        path = Path(path)
        digests = digest_file(path)
        media_type = media_type_of(digests.head)
        problems: list[str] = []
        asked: list[_Asked] = []
        videos: tuple[AlikeVideo, ...] = ()
        if media_type.startswith("image/"):
            asked = list(_of_picture(path, problems))
        elif media_type.startswith("video/"):
            filmed = _filmed(path, problems)
            if filmed is not None:
                asked, videos = list(_of_video(filmed)), tuple(self._recordings(filmed))
        elif media_type == UNKNOWN:
            if (text := _text(path)) is not None:
                return self.find_words(text, file=path.name)
            problems.append("neither a picture, a video nor a text in UTF-8: only its digest was looked for")
        return Found(
            file=path.name,
            sha256=digests.sha256,
            pictures=self._alike(digests.sha256, asked, within),
            videos=videos,
            compared=self.compared,
            not_compared=(*problems, *self.not_compared),
            too_plain=self.too_plain,
        )

    def find_words(self, text: str, *, file: str = "", least: float = LEAST_RESEMBLANCE) -> Found:
        """What posts and messages are alike to these words."""
        from evidentia.fingerprint.text import normalise, resemblance, shingles

        wanted = shingles(text)
        found = []
        for one in self.words if wanted else ():
            share = resemblance(wanted, shingles(one.text))
            if share >= least:
                found.append(AlikeWords(place=one.place, resemblance=round(share, 4), text=one.text))
        found.sort(key=lambda one: -one.resemblance)
        return Found(
            file=file,
            sha256=normalise(text).sha256,
            words=tuple(found),
            compared=self.compared,
            not_compared=self.not_compared,
            too_plain=self.too_plain,
        )

    def _alike(self, sha256: str, asked: Iterable[_Asked], within: int | None) -> tuple[AlikePicture, ...]:
        from evidentia.fingerprint.index import COPY_WITHIN

        best = {
            at: AlikePicture(place=one.place, distance=None, same_bytes=True)
            for at, one in enumerate(self.pictures)
            if _is_file(one.place, sha256)
        }
        for one in asked:
            for key, distance in self._index.near(one.pdq, within=COPY_WITHIN if within is None else within):
                place, before = self.pictures[int(key)].place, best.get(int(key))
                if before is None or before.distance is None or distance < before.distance:
                    best[int(key)] = AlikePicture(
                        place=place,
                        distance=distance,
                        same_bytes=_is_file(place, sha256),
                        turned=one.turned,
                        asked_at=one.at,
                        asked_box=one.box,
                    )
        return tuple(sorted(best.values(), key=lambda one: (not one.same_bytes, one.distance or 0)))

    def _recordings(self, asked: VideoFingerprint) -> Iterator[AlikeVideo]:
        """The videos that are of one recording with this one, in the order of cases and items."""
        from evidentia.fingerprint.video_copies import same_recording

        for video in self.videos:
            laid = same_recording(video.fingerprint, asked)
            if laid is not None:
                yield AlikeVideo(
                    place=video.place, offset=laid.offset, pictures=laid.pictures, sound=laid.sound
                )

    def copies(self, *, within: int | None = None) -> Copies:
        """Clusters of copies: of pictures in posts and files, of videos, of words; whole screenshots apart.

        Pictures are also compared turned and mirrored, but for two media of posts, whose hashes alone are at hand.
        """
        from evidentia.fingerprint.index import COPY_WITHIN

        bits = COPY_WITHIN if within is None else within
        pictures = [one for one in self.pictures if one.place.kind in _WHOLE]
        shots = [one for one in self.pictures if one.place.kind is Kind.SCREENSHOT]
        filmed = {one.place.sha256 for one in self.videos}
        return Copies(
            pictures=_clusters([one for one in pictures if one.place.sha256 not in filmed], bits),
            videos=_of_videos(self.videos),
            words=_of_words(self.words),
            screenshots=_clusters(shots, bits),
            compared=self.compared,
            not_compared=self.not_compared,
            too_plain=self.too_plain,
        )


def _is_file(place: Place, sha256: str) -> bool:
    """Whether the place is a whole file with these bytes, not a frame or a part of one."""
    return place.sha256 == sha256 and place.at is None and place.box is None


def _of_picture(path: Path, problems: list[str]) -> Iterator[_Asked]:
    """The hashes of a picture as it stands and turned and mirrored in every way, and of the pictures within it."""
    from evidentia.fingerprint import Decoder, DecodingFailed
    from evidentia.fingerprint.index import LEAST_QUALITY

    from .picture_hashes import hashes_of

    try:
        with Decoder() as decoder:
            made = hashes_of(path, decoder)
    except DecodingFailed as why:
        problems.append(f"the picture was not decoded: {why}; only its digest was looked for")
        return
    if made.pdq is None:
        problems.append(
            f"PDQ calls too little of a picture (quality {made.quality} of 100, least {LEAST_QUALITY}) "
            "to be told from others: as a whole, only its digest was looked for"
        )
    else:
        yield _Asked(made.pdq)
        yield from (_Asked(pdq, turned=turned) for turned, pdq in made.turned.items())
    yield from (_Asked(one.pdq, box=one.box) for one in made.within)


def _filmed(path: Path, problems: list[str]) -> VideoFingerprint | None:
    from evidentia.fingerprint.video import fingerprint_video

    try:
        made, _, odd = fingerprint_video(path)
    except MissingPart as error:
        problems.append(f"its frames were not compared: {error.happened}")
        return None
    problems += odd
    return made


def _of_video(video: VideoFingerprint) -> Iterator[_Asked]:
    from evidentia.fingerprint.index import LEAST_QUALITY

    for frame in video.hashes:
        if frame.quality >= LEAST_QUALITY:
            yield _Asked(frame.pdq, at=frame.at)


def _text(path: Path) -> str | None:
    with path.open("rb") as source:
        data = source.read(LONGEST_QUERY + 1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or len(data) > LONGEST_QUERY else text


def _hashes(pictures: Iterable[HashedPicture]) -> HashIndex:
    from evidentia.fingerprint.index import HashIndex

    index = HashIndex()
    index.add((str(at), one.pdq) for at, one in enumerate(pictures) if one.pdq)
    return index


def _told(joined: Joined, places: Sequence[Place], turned: Iterable[int] = ()) -> tuple[Cluster, ...]:
    """The groups in which more than one post or file is, the largest first: a post is no copy of itself."""
    roots = {joined.root(at) for at in turned}
    found = []
    for numbers in joined.groups():
        group = sorted((places[at] for at in numbers), key=lambda one: (one.case, one.item, one.path))
        if len({(one.case, one.post or one.path, one.within) for one in group}) > 1:
            found.append(Cluster(members=tuple(group), turned=joined.root(numbers[0]) in roots))
    return tuple(sorted(found, key=lambda one: -len(one.members)))


def _clusters(pictures: Sequence[HashedPicture], within: int) -> tuple[Cluster, ...]:
    """Joined by equal bytes and by near hashes; then by those that a picture has turned or mirrored."""
    joined, index = Joined(len(pictures)), _hashes(pictures)
    same: dict[tuple[str, object], int] = {}
    for at, one in enumerate(pictures):
        joined.join(at, same.setdefault((one.place.sha256, one.place.box), at))
        if one.pdq:
            for key, _ in index.near(one.pdq, within=within):
                joined.join(at, int(key))
    turned: set[int] = set()
    for at, one in enumerate(pictures):
        for pdq in one.turned:
            for key, _ in index.near(pdq, within=within):
                if joined.root(at) != joined.root(int(key)):
                    joined.join(at, int(key))
                    turned.add(at)
    return _told(joined, [one.place for one in pictures], turned)


def _of_videos(videos: Sequence[Filmed]) -> tuple[Cluster, ...]:
    """Joined by equal bytes, and where pictures or sound say that both are of one recording."""
    from evidentia.fingerprint.video_copies import join_copies

    joined, same = Joined(len(videos)), dict[str, int]()
    for at, one in enumerate(videos):
        joined.join(at, same.setdefault(one.place.sha256, at))
    join_copies(joined, [one.fingerprint for one in videos])
    return _told(joined, [one.place for one in videos])


def _of_words(words: Sequence[Wording]) -> tuple[Cluster, ...]:
    """Joined where their resemblance is high enough; only what shares a run of words is compared."""
    from evidentia.fingerprint.text import resemblance, shingles

    sets = [shingles(one.text) for one in words]
    having: dict[str, list[int]] = defaultdict(list)
    joined = Joined(len(words))
    for at, runs in enumerate(sets):
        others = {other for run in runs for other in having[run]}
        for other in others:
            known = joined.root(at) == joined.root(other)
            if not known and resemblance(runs, sets[other]) >= LEAST_RESEMBLANCE:
                joined.join(at, other)
        for run in runs:
            having[run].append(at)
    return _told(joined, [one.place for one in words])
