"""Perceptual hashes of a post's pictures, of the bytes that came with the capture: they tell a picture that was encoded
anew from another picture, months later, when its address has long expired.

Pictures are of foreign origin: they are decoded in the fingerprint room's limited process alone. What has no hash is
named among the item's problems; the picture's own digest stays.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable

from msgspec.structs import replace

from evidentia.platforms.page import CapturedResponse
from evidentia.record.post import Media, PageReading, Post
from evidentia.record.sentences import Term

MAX_HASHED = 24
"""Pictures of one post that are hashed: an Instagram carousel's 20, the author's, and some room."""

SECONDS = 60.0
"""For all pictures of one post: a JPEG of 12 megapixels was measured to take 0.41. A hostile page holds a capture up no
longer than this and one picture more."""

EACH = 20.0
"""Seconds for one picture: 50 megapixels of noise, the worst case that is decoded, were measured to take 6.7."""

_Hashes = dict[str, tuple[str, int | None]]


def with_hashes(
    reading: PageReading, responses: Iterable[CapturedResponse]
) -> tuple[PageReading, tuple[str, ...]]:
    """The reading with ``pdq`` and ``pdq_quality`` of each picture whose bytes are among the responses; and of each
    that has none, why. What is no picture by its first bytes has none and is no problem."""
    if reading.post is None:
        return reading, ()
    wanted = {medium.sha256: medium.url for medium in _media(reading.post) if medium.sha256}
    bodies = _pictures(wanted.keys(), responses) if wanted else {}
    if not bodies:
        return reading, ()
    hashes, problems = _hashed(bodies, wanted)
    return replace(reading, post=_changed(reading.post, hashes)), problems


def without_hashes(post: Post | None) -> Post | None:
    """The post as its reader gives it, which decodes no picture."""
    return None if post is None else _changed(post, None)


def _media(post: Post) -> tuple[Media, ...]:
    return post.media if post.author.picture is None else (*post.media, post.author.picture)


def _pictures(wanted: Iterable[str], responses: Iterable[CapturedResponse]) -> dict[str, bytes]:
    """The wanted bodies by their SHA-256, pictures alone, in the order in which the post has them."""
    from evidentia.fingerprint.magic import media_type_of

    found = dict.fromkeys(wanted, b"")
    for response in responses:
        if response.status != 200 or not media_type_of(response.body).startswith("image/"):
            continue
        digest = hashlib.sha256(response.body).hexdigest()
        if digest in found:
            found[digest] = response.body
    return {digest: body for digest, body in found.items() if body}


def _hashed(bodies: dict[str, bytes], urls: dict[str, str]) -> tuple[_Hashes, tuple[str, ...]]:
    from evidentia.fingerprint import Decoder, picture_hash

    hashes: _Hashes = {}
    problems: list[str] = []
    until = time.monotonic() + SECONDS
    with Decoder(seconds=EACH) as decoder:
        for n, (digest, body) in enumerate(bodies.items()):
            why = ""
            if n >= MAX_HASHED:
                why = Term("only {n} pictures of one post are hashed").format(n=MAX_HASHED)
            elif time.monotonic() > until:
                why = Term("the pictures of one post are hashed for {n} seconds, no longer").format(
                    n=f"{SECONDS:g}"
                )
            else:
                made = picture_hash(body, decoder=decoder)
                why = made.problem
                if made.pdq is not None:
                    hashes[digest] = made.pdq, made.quality
            if why:
                problems.append(f"{Term('perceptual hash of {url}').format(url=urls[digest])}: {why}")
    return hashes, tuple(problems)


def _changed(post: Post, hashes: _Hashes | None) -> Post:
    """The post with these hashes; with none at all where ``hashes`` is None."""

    def hashed(medium: Media) -> Media:
        if hashes is None:
            return replace(medium, pdq=None, pdq_quality=None)
        pdq, quality = hashes.get(medium.sha256 or "", (medium.pdq, medium.pdq_quality))
        return replace(medium, pdq=pdq, pdq_quality=quality)

    picture = post.author.picture
    author = post.author if picture is None else replace(post.author, picture=hashed(picture))
    return replace(post, author=author, media=tuple(map(hashed, post.media)))
