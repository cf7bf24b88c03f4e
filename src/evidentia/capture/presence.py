"""The capture's check of itself: is the post's text really in what was taken?

Texts are compared without their white space: markup, line breaks and encodings move it, and nothing else.
"""

from __future__ import annotations

import binascii
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from evidentia.platforms.markup import encoding_of
from evidentia.platforms.page import CapturedResponse
from evidentia.record.item import Presence
from evidentia.record.sentences import restated, sentence

_TAG = re.compile(r"<[a-zA-Z/!?]")
_BOUNDARY = re.compile(rb'boundary="([^"\r\n]+)"')
_TEXTUAL = ("text/", "application/json", "application/javascript", "application/xhtml", "application/xml")


def check(text: str | None, files: Mapping[str, Iterable[str]]) -> Presence:
    """Look for a post's text in each file.

    Args:
        text: the post's text, or None where there is no post.
        files: for each file the texts that it holds, each read in one way.
    """
    wanted = squeezed(text or "")
    if not wanted:
        return restated(Presence(present=None), *sentence("looks.presence.no_text"))
    found = tuple(name for name, texts in files.items() if any(wanted in squeezed(one) for one in texts))
    missing = tuple(name for name in files if name not in found)
    says = sentence("looks.presence.not_in_all") if missing else ()
    return restated(Presence(present=bool(found), found_in=found, missing_from=missing), *says)


def squeezed(text: str) -> str:
    """Without white space, in Unicode's composed form (NFC).

    >>> squeezed(" Paslon\\n A ")
    'PaslonA'
    """
    return unicodedata.normalize("NFC", "".join(text.split()))


def markup_text(markup: str) -> str:
    """The text of HTML, roughly: tags and comments taken out, character references resolved.

    >>> markup_text("<p>Pejabat&nbsp;<b>07</b></p>").split()
    ['Pejabat', '07']
    """
    return html.unescape("".join(_between_tags(markup)))


def _between_tags(markup: str) -> Iterator[str]:
    """What stands between tags and comments. An end that is not there is looked for once: pages can be hostile."""
    at, comments_end = 0, True
    while (tag := _TAG.search(markup, at)) is not None:
        end = -1
        if comments_end and markup.startswith("<!--", tag.start()):
            end = markup.find("-->", tag.start() + 4)
            comments_end = end >= 0
        end = markup.find(">", tag.end()) + 1 if end < 0 else end + 3
        if not end:
            break
        yield markup[at : tag.start()]
        at = end
    yield markup[at:]


def response_texts(responses: Iterable[CapturedResponse]) -> Iterator[str]:
    """What the bodies of responses say: as markup, as the strings of JSON, and those of a WebSocket's messages."""
    for response in responses:
        if response.status == 101:
            for message in response.body.decode("utf-8", "replace").split("\n"):
                yield from json_texts(message)
            continue
        media = _header(response, "content-type").lower()
        if not media.startswith(_TEXTUAL):
            continue
        text = response.body.decode(_charset(media), "replace")
        yield markup_text(text)
        if "json" in media:
            yield from json_texts(text)


def json_texts(text: str) -> Iterator[str]:
    """The strings in a JSON document, as they are and without what may be markup; nothing where it is none."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
            yield markup_text(value)
        elif isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def mhtml_texts(data: bytes) -> Iterator[str]:
    """The text of the HTML parts of an MHTML (RFC 2557), as Chromium writes them: quoted-printable or plain."""
    boundary = _BOUNDARY.search(data)
    if boundary is None:
        return
    for part in data.split(b"--" + boundary.group(1))[1:]:
        head, _, body = part.partition(b"\r\n\r\n")
        if b"text/html" in head:
            quoted = b"quoted-printable" in head
            yield markup_text((binascii.a2b_qp(body) if quoted else body).decode("utf-8", "replace"))


def _charset(content_type: str) -> str:
    found = re.search(r"charset=\"?([a-z0-9._-]+)", content_type)
    return encoding_of(found.group(1) if found else None) or "utf-8"


def _header(response: CapturedResponse, name: str) -> str:
    return next((value for key, value in response.headers if key.lower() == name), "")
