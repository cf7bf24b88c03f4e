"""Indications: names, sizes and software that often go with an origin. Anyone can fake each of them."""

from __future__ import annotations

import re

from .types import Indication, Metadata, Picture

_NAMES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(IMG|VID|STK|PTT|AUD|DOC)-\d{8}-WA\d{4}"), "a copy that WhatsApp on Android saved"),
    (
        re.compile(r"WhatsApp (Image|Video|Audio) \d{4}-\d{2}-\d{2} at "),
        "a copy saved from WhatsApp on a computer or iPhone",
    ),
    (re.compile(r"photo_\d{4}-\d{2}-\d{2}_\d{2}-\d{2}-\d{2}"), "a copy that Telegram saved"),
    (re.compile(r"signal-\d{4}-\d{2}-\d{2}-"), "a copy that Signal saved"),
    (re.compile(r"FB_IMG_\d{10,}"), "a copy that the Facebook application saved"),
    (
        re.compile(r"(?i)screenshot[_ -]|tangkapan layar|screen shot "),
        "a screenshot, by what a device calls them",
    ),
    (re.compile(r"(IMG|PXL|DSC)_?\d{4,8}"), "a camera's own numbering"),
)

_SCREENS = frozenset(
    {
        (720, 1280), (720, 1520), (720, 1560), (720, 1600), (720, 1612), (750, 1334), (828, 1792),
        (1080, 1920), (1080, 2160), (1080, 2220), (1080, 2280), (1080, 2310), (1080, 2340), (1080, 2400),
        (1080, 2408), (1080, 2412), (1080, 2460), (1125, 2436), (1170, 2532), (1179, 2556), (1206, 2622),
        (1220, 2712), (1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796), (1320, 2868), (1440, 2560),
        (1440, 2960), (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3200),
    }
)  # fmt: skip
"""Sizes of phone screens as their makers publish them, upright."""

_EDITORS = re.compile(
    r"(?i)photoshop|lightroom|gimp|snapseed|picsart|canva|pixelmator|paint\.net|affinity|inkscape|krita|polarr|vsco"
)


def indications(name: str, picture: Picture | None, metadata: Metadata) -> tuple[Indication, ...]:
    """What the name, the size and the software tags suggest. Hints where to look; none is a finding."""
    found = [
        Indication(name="file name", seen=match.group(), suggests=suggests)
        for pattern, suggests in _NAMES
        if (match := pattern.match(name))
    ]
    if picture is not None and tuple(sorted((picture.width, picture.height))) in _SCREENS:
        size = f"{picture.width} x {picture.height}"
        found.append(
            Indication(name="size", seen=size, suggests="a screenshot: it is the size of a phone's screen")
        )
    stated = [(tag, metadata.exif.get(tag, "")) for tag in ("Image Software", "Image ProcessingSoftware")]
    stated += [(f"PNG {text.keyword}", text.text) for text in metadata.texts if text.keyword == "Software"]
    stated += [
        (f"XMP {name}", value)
        for name, value in metadata.xmp.items()
        if name.endswith((":CreatorTool", ":softwareAgent"))
    ]
    found += [
        Indication(name=tag, seen=said[:200], suggests="a picture that went through editing software")
        for tag, said in stated
        if _EDITORS.search(said)
    ]
    return tuple(found)
