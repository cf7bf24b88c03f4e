"""The pictures, videos, sounds, stickers and files of a message in Telegram's widget.

The structure follows recorded messages (github.com/PythonicCafe/tchan, test_tchan.py) and a program that reads such
(github.com/DIYgod/RSSHub, lib/routes/telegram/channel.ts). A picture stands as the background of its link; a file has
no address that the public could follow, so it is listed under the message's with its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from evidentia.record.post import Media

from .content import MAX_REFERENCES, absolute, media_at
from .markup import Element, attribute, classes, elements, text_of, with_class
from .page import CapturedResponse

KINDS = {
    "tgme_widget_message_photo_wrap": "image/jpeg",
    "tgme_widget_message_service_photo": "image/jpeg",
    "tgme_widget_message_video": "video/mp4",
    "tgme_widget_message_roundvideo": "video/mp4",
    "tgme_widget_message_voice": "audio/ogg",
    "tgme_widget_message_sticker": "image/webp",
    "tgme_widget_message_tgsticker": "application/x-tgsticker",
    "tgme_widget_message_videosticker": "video/webm",
    "js-videosticker_video": "video/webm",
}
"""The media type of what an element of this class holds, where the answer with its bytes does not state it."""

STICKERS = frozenset(
    {"tgme_widget_message_sticker", "tgme_widget_message_tgsticker", "tgme_widget_message_videosticker"}
)
"""Classes of a sticker: a picture, one that moves, a video."""

_NOT_OF_THE_MESSAGE = frozenset(
    {"tgme_widget_message_user", "tgme_widget_message_link_preview", "tgme_widget_message_reply"}
)
_BACKGROUND = re.compile(r"background-image\s*:\s*url\(\s*['\"]?([^'\")]{1,2000})['\"]?\s*\)")


def media_of(element: Element, base: str, responses: tuple[CapturedResponse, ...]) -> Iterator[Media]:
    """The message's own media, each once, in order; then its files."""
    found: dict[str, str | None] = {}
    for node in elements(element):
        kind = next((KINDS[name] for name in classes(node) if name in KINDS), None)
        url = _address(node, kind)
        if url and not url.startswith(("data:", "blob:")) and not belongs_elsewhere(node, element):
            found.setdefault(absolute(url, base), kind)
        if len(found) == MAX_REFERENCES:
            break
    for url, kind in found.items():
        media = media_at(url, None, responses)
        yield media if media.media_type else msgspec.structs.replace(media, media_type=kind)
    for held in with_class(element, "tgme_widget_message_document_wrap"):
        title = next(with_class(held, "tgme_widget_message_document_title"), held)
        yield Media(url=absolute(attribute(held, "href"), base) or base, description=text_of(title) or None)


def belongs_elsewhere(node: Element, element: Element) -> bool:
    """Whether the node is part of what is not the message's own: a quoted message, a preview, the author's picture."""
    while node is not None and node is not element:
        if classes(node) & _NOT_OF_THE_MESSAGE:
            return True
        node = node.getparent()
    return False


def _address(node: Element, kind: str | None) -> str:
    """Where the element's medium is: in an attribute, in that of a ``source`` inside of it, or as its background."""
    if node.tag in ("video", "audio"):
        return attribute(node, "src")
    if kind is None:
        return ""
    if node.tag == "picture":
        held = (attribute(source, "srcset") for source in elements(node, "source"))
        return next((url for url in held if url), "")
    if node.tag == "img" or "tgme_widget_message_service_photo" in classes(node):
        return next((attribute(image, "src") for image in elements(node, "img")), "")
    style = _BACKGROUND.search(attribute(node, "style"))
    return attribute(node, "data-webp") or (style[1] if style else "")
