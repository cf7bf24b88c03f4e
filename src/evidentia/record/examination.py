"""What an examination of a picture or a video says, test by test, and of what nothing can be said."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .finding import ErrorRate
from .said import Said

ERROR_LEVELS, REGIONS, FRAMES = "error-levels.png", "regions.png", "frames.png"
DRAWN = (ERROR_LEVELS, REGIONS, FRAMES)
"""What an examination draws: a picture for the eye, which no test reads; where tests point; a video's pictures there.
"""


class ImageClass(StrEnum):
    """What kind of file is examined. It decides which tests are valid for it."""

    SCREENSHOT = "screenshot"
    CAMERA_PHOTO = "camera photo"
    MESSENGER_COPY = "messenger copy"  # of a screenshot, recompressed by a messenger or a platform
    PHOTO_COPY = "copy of a photo"  # recompressed by a messenger or a platform
    SCAN = "scan"
    VIDEO = "video"
    UNDETERMINED = "undetermined"


class Support(StrEnum):
    """What one test says. None of them says that a picture is genuine."""

    ALTERATION = "supports alteration here"
    NONE_FOUND = "no support found"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not applicable"


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a picture: x, y, width, height in pixels, upright, from the upper left corner.

    ``during``: in a video, the first and the last second in which it is seen.
    """

    box: tuple[int, int, int, int] | None = None
    during: tuple[float, float] | None = None


class Opposing(msgspec.Struct, frozen=True, kw_only=True):
    """An honest explanation that was tested against the alteration: recompression, a platform, dark mode, a crop.

    ``explains``: whether it can explain what was found; None where that could not be told. ``reason`` says by what, and
    ``says`` says the same by codes, for other languages.
    """

    hypothesis: str
    explains: bool | None
    reason: str
    says: tuple[Said, ...] = ()


class TestFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One test: its outcome, where, by which method and version, who published it, and how often it is wrong.

    ``strength`` is the base-10 logarithm of the number of false alarms that are expected in an image without
    alteration (NFA), where the method gives one: below 0 is rarer than one an image. ``measures`` are further figures
    by name, in the units that the names say. ``says`` is ``reason`` by codes, for other languages.
    """

    __test__ = False  # pytest: a record, not a test

    test: str
    outcome: Support
    reason: str
    method: str
    version: str
    source: str
    error_rates: tuple[ErrorRate, ...]
    regions: tuple[Region, ...] = ()
    strength: float | None = None
    measures: dict[str, float] = {}
    opposing: tuple[Opposing, ...] = ()
    says: tuple[Said, ...] = ()


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the file states or that can be read off it: container, codec, encoder, GOP. No opinion.

    ``name_says`` and ``says``: name and value by codes, where they are sentences of ours, for other languages.
    """

    name: str
    value: str
    name_says: tuple[Said, ...] = ()
    says: tuple[Said, ...] = ()


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """How a video is aligned with another one, the ``reference``: seconds here and seconds there that show the same.

    ``stretches``: (start here, end here, start there, end there). ``share`` of this video's frames that are aligned.
    ``says``: what the reference is called, by codes where that is ours, for other languages.
    """

    reference: str
    reference_sha256: str
    stretches: tuple[tuple[float, float, float, float], ...]
    share: float
    says: tuple[Said, ...] = ()


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """A picture or a video examined. ``because`` says by what its class was told.

    ``outcome`` is that of all findings together: alteration where one supports it that nothing honest explains;
    inconclusive where one stays open, or where too few tests apply; else no support found, which is no proof of
    anything. ``illustrations`` are names of heat-maps and annotated pictures beside this record.

    ``says`` is ``reason`` by codes, for other languages; ``because_says`` and ``problems_say`` have one sentence for
    each of ``because`` and of ``problems``.
    """

    sha256: str
    image_class: ImageClass
    because: tuple[str, ...]
    outcome: Support
    reason: str
    findings: tuple[TestFinding, ...]
    facts: tuple[Fact, ...] = ()
    copies: tuple[Copy, ...] = ()
    problems: tuple[str, ...] = ()
    illustrations: tuple[str, ...] = ()
    says: tuple[Said, ...] = ()
    because_says: tuple[Said, ...] = ()
    problems_say: tuple[Said, ...] = ()
