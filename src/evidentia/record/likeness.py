"""What is alike: pictures and words of cases that resemble each other, and how much. Nothing here is a finding."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What something that can be found again is."""

    FILE = "file"
    SCREENSHOT = "whole screenshot"  # our own, of the name of one, or of a screen's size with words in lines
    MEDIUM = "medium of a post"
    ACCOUNT = "picture of an account"
    ENCLOSED = "file within a file"  # in a ZIP, a WACZ, a WARC, a mail, a saved page that was handed over
    WITHIN = "picture within a picture"  # as in a screenshot: located by the flat ground around it
    FRAME = "frame of a video"
    WORDS = "words of a post"
    MESSAGE = "message of a chat"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where something stands: a case, an item of it, a path in the case.

    ``post`` is the key of the post that it belongs to, ``author`` that post's account, ``url`` its own address;
    ``within`` its place inside of the file, ``at`` a frame's seconds from the video's start, ``box`` the place (x, y,
    width, height in pixels, upright) of a picture within a picture. ``name`` is what the file was called when it was
    handed over. ``sha256`` is that of the file, the medium, the video; of words, of their normalised text.
    """

    case: str
    item: int
    path: str
    kind: Kind
    sha256: str
    post: str = ""
    url: str = ""
    author: str = ""
    within: str = ""
    at: float | None = None
    box: tuple[int, int, int, int] | None = None
    name: str = ""


class AlikePicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that is alike as pictures are: by so many of the 256 bits its PDQ hash differs.

    It says neither that both show the same post nor that one was edited. ``turned`` says how the picture that was
    asked about had to be turned or mirrored; ``asked_at`` of which second of a video it is, ``asked_box`` which picture
    within the one that was asked about. ``distance`` is None where the bytes are the same and there is no hash.
    """

    place: Place
    distance: int | None
    same_bytes: bool
    turned: str = ""
    asked_at: float | None = None
    asked_box: tuple[int, int, int, int] | None = None


class AlikeVideo(msgspec.Struct, frozen=True, kw_only=True):
    """A video that is of one recording with the one that was asked about, altered or not.

    ``offset``: the second of the video that was asked about that is this one's second 0; ``pictures``: the share, from
    0 to 1, of the shorter one's pictures that agree there; ``sound``: the share of the sound's bits that differ, None
    where one has no sound.
    """

    place: Place
    offset: float
    pictures: float
    sound: float | None = None


class AlikeWords(msgspec.Struct, frozen=True, kw_only=True):
    """Words that are alike: ``resemblance`` is the share, from 0 to 1, of the runs of four words of both that both
    have. Who copied from whom is not said."""

    place: Place
    resemblance: float
    text: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What cases hold that is alike to a file, or to words.

    ``videos`` are those that are of one recording with the video that was asked about.
    ``compared``: how many of each kind were compared with; ``not_compared``: what could not be, and why. Pictures that
    are ``too_plain``, with too little in them for a hash that tells them from others, are found by their bytes alone.
    """

    file: str
    sha256: str
    pictures: tuple[AlikePicture, ...] = ()
    videos: tuple[AlikeVideo, ...] = ()
    words: tuple[AlikeWords, ...] = ()
    compared: dict[str, int] = {}
    not_compared: tuple[str, ...] = ()
    too_plain: int = 0


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """Things each of which is alike to another one of them; the first two need not be. By case, item and path.

    ``turned``: some of them are alike only when one is turned or mirrored.
    """

    members: tuple[Place, ...]
    turned: bool = False


class Copies(msgspec.Struct, frozen=True, kw_only=True):
    """Clusters of copies within cases and across them, the largest first.

    ``screenshots`` are clusters of whole screenshots: those of one phone are alike whatever they show. ``compared``
    says how many of each were compared; ``not_compared`` and ``too_plain`` as in ``Found``.
    """

    pictures: tuple[Cluster, ...] = ()
    videos: tuple[Cluster, ...] = ()
    words: tuple[Cluster, ...] = ()
    screenshots: tuple[Cluster, ...] = ()
    compared: dict[str, int] = {}
    not_compared: tuple[str, ...] = ()
    too_plain: int = 0
