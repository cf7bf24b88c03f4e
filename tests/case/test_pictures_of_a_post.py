"""Pictures of a post on a real host, captured with their hashes: encoded anew, replaced, and read again."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import pytest
from PIL import Image

from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.record.item import Access
from evidentia.record.life import ChangeKind, MediaFate
from lab.bluesky import Bluesky

pytestmark = pytest.mark.lab


def poster(turned: bool = False) -> Image.Image:
    """A picture with large and small shapes."""
    image = Image.frombytes("L", (24, 16), Random(7).randbytes(24 * 16)).resize((480, 320)).convert("RGB")
    image.paste((200, 30, 30), (20, 30, 180, 190))
    return image.rotate(180) if turned else image


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def holding(blob: dict[str, Any]) -> dict[str, object]:
    """A post's fields that hold one picture."""
    image = {"image": blob, "alt": "Poster"}
    return {"embed": {"$type": "app.bsky.embed.images", "images": [image]}}


def test_a_picture_encoded_anew_is_told_from_one_that_was_replaced(case: Case, bluesky: Bluesky) -> None:
    options = PageOptions(allow_private_network=True, light=True, places=bluesky.places)
    member = bluesky.join("pejabat-poster")
    image = poster()
    first = bluesky.upload(member, encoded(image, "PNG"))
    post = bluesky.publish(member, "Poster resmi", **holding(first))
    url = f"https://bsky.app/profile/{member.did}/post/{post.rkey}"

    taken = case.capture(url, access=Access.PUBLIC, options=options)
    assert taken.post is not None
    assert taken.post.media[0].pdq is not None
    assert taken.item.problems == ()

    again = bluesky.upload(member, encoded(image, "JPEG", quality=70), "image/jpeg")
    bluesky.edit(member, post, "Poster resmi", **holding(again))
    case.recheck(url, options=options)
    other = bluesky.upload(member, encoded(poster(turned=True), "PNG"))
    bluesky.edit(member, post, "Poster resmi", **holding(other))
    case.recheck(url, options=options)

    anew, replaced = case.timeline(url).changes
    assert (anew.kind, [move.fate for move in anew.media]) == (ChangeKind.EDITED, [MediaFate.REENCODED])
    assert replaced.kind is ChangeKind.MEDIA_CHANGED
    assert [move.fate for move in replaced.media] == [MediaFate.REPLACED]
    assert all(case.reread(item).differences == () for item in case.items())
