"""Perceptual hashes of a post's pictures: of the captured bytes, and nothing is lost where they cannot be had."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from random import Random

import pytest
from PIL import Image

from evidentia.case import media_hashes
from evidentia.case.media_hashes import with_hashes, without_hashes
from evidentia.detect.media_moves import media_moves
from evidentia.platforms.page import CapturedResponse
from evidentia.record.item import Program
from evidentia.record.life import MediaFate
from evidentia.record.post import Account, Media, PageReading, Post, State


def scene(turned: bool = False) -> Image.Image:
    """A picture with large and small shapes, and one that shows something else."""
    shades = Image.frombytes("L", (24, 16), Random(7).randbytes(24 * 16))
    image = shades.resize((480, 320)).convert("RGB")
    image.paste((200, 30, 30), (20, 30, 180, 190))
    return image.rotate(180) if turned else image


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def sent(name: str, body: bytes, kind: str = "image/jpeg") -> CapturedResponse:
    return CapturedResponse(
        url=f"https://cdn.example/{name}", status=200, headers=(("Content-Type", kind),), body=body
    )


def medium(response: CapturedResponse) -> Media:
    return Media(url=response.url, sha256=hashlib.sha256(response.body).hexdigest())


def reading(*media: Media, picture: Media | None = None) -> PageReading:
    post = Post(
        platform="x",
        native_id="1",
        url="https://x.example/1",
        author=Account(id="7", picture=picture),
        text="",
        media=media,
    )
    return PageReading(state=State.LIVE, signals=(), reader=Program(name="r", version="1"), post=post)


def hashed(
    *responses: CapturedResponse, picture: CapturedResponse | None = None
) -> tuple[Post, tuple[str, ...]]:
    found = reading(*map(medium, responses), picture=None if picture is None else medium(picture))
    made, problems = with_hashes(found, (*responses, *(() if picture is None else (picture,))))
    assert made.post is not None
    return made.post, problems


def test_a_picture_encoded_anew_is_told_from_another_picture() -> None:
    image = scene()
    first, problems = hashed(sent("a", encoded(image, "JPEG", quality=92)))
    again, _ = hashed(sent("b", encoded(image, "WEBP", quality=60)))
    other, _ = hashed(sent("c", encoded(scene(turned=True), "JPEG", quality=92)))
    assert problems == ()
    assert first.media[0].pdq_quality is not None
    assert [move.fate for move in media_moves(first.media, again.media)] == [MediaFate.REENCODED]
    assert [move.fate for move in media_moves(first.media, other.media)] == [MediaFate.REPLACED]


def test_the_authors_picture_is_hashed_too_and_digests_stay() -> None:
    face, shown = sent("face", encoded(scene(), "PNG")), sent("a", encoded(scene(turned=True), "PNG"))
    post, problems = hashed(shown, picture=face)
    assert problems == ()
    assert post.author.picture is not None
    assert post.author.picture.pdq is not None
    assert post.author.picture.pdq != post.media[0].pdq
    assert without_hashes(post) == reading(medium(shown), picture=medium(face)).post


def test_what_has_another_digest_than_the_post_says_is_not_taken_for_its_picture() -> None:
    stranger = sent("a", encoded(scene(), "PNG"))
    found = reading(Media(url=stranger.url, sha256="0" * 64))
    assert with_hashes(found, (stranger,)) == (found, ())


@pytest.mark.parametrize(
    "body",
    [
        b"\x00\x00\x00\x18ftypmp42" + bytes(64),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html>",
    ],
)
def test_what_is_no_picture_has_no_hash_and_is_no_problem(body: bytes) -> None:
    post, problems = hashed(sent("v", body, "image/png"))
    assert (post.media[0].pdq, problems) == (None, ())


def png_bomb() -> bytes:
    """A PNG of a gigapixel of nothing, in a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 32_768, 32_768, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(4_097) * 2_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "hostile", [png_bomb(), b"\x89PNG\r\n\x1a\n" + bytes(200), b"\xff\xd8\xff" + bytes(50)]
)
def test_a_hostile_picture_becomes_a_problem_and_costs_no_other_its_hash(hostile: bytes) -> None:
    post, problems = hashed(sent("bad", hostile), sent("good", encoded(scene(), "PNG")))
    assert [medium.pdq is not None for medium in post.media] == [False, True]
    assert len(problems) == 1
    assert problems[0].startswith("perceptual hash of https://cdn.example/bad: ")


def test_no_more_pictures_are_hashed_than_the_bound_and_the_rest_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        media_hashes, "MAX_HASHED", 1
    )  # the real bound needs more pictures than are worth decoding
    post, problems = hashed(sent("a", encoded(scene(), "PNG")), sent("b", encoded(scene(turned=True), "PNG")))
    assert [medium.pdq is not None for medium in post.media] == [True, False]
    assert problems == ("perceptual hash of https://cdn.example/b: only 1 pictures of one post are hashed",)


def test_when_the_time_for_all_is_over_the_rest_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_hashes, "SECONDS", -1.0)
    post, problems = hashed(sent("a", encoded(scene(), "PNG")))
    assert post.media[0].pdq is None
    assert "no longer" in problems[0]


def test_a_page_without_a_post_stays_as_it_was_read() -> None:
    nothing = PageReading(state=State.UNAVAILABLE, signals=(), reader=Program(name="r", version="1"))
    assert with_hashes(nothing, ()) == (nothing, ())
