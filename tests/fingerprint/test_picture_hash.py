"""The PDQ hash of the bytes of a picture of any origin: what it says, and that nothing breaks it."""

from __future__ import annotations

import hashlib
import io
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evidentia.fingerprint import Decoder, picture_hash


def scene() -> Image.Image:
    image = Image.linear_gradient("L").resize((300, 200)).convert("RGB")
    image.paste((200, 30, 30), (20, 30, 120, 90))
    return image


def encoded(image: Image.Image, kind: str, **how: object) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def apart(one: str | None, other: str | None) -> int:
    assert one is not None
    assert other is not None
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_a_recompressed_copy_is_near_and_says_what_it_is_of(decoder: Decoder) -> None:
    noisy = Image.frombytes("L", (40, 30), Random(7).randbytes(40 * 30)).resize((600, 450)).convert("RGB")
    png, jpeg = encoded(noisy, "PNG"), encoded(noisy, "JPEG", quality=40)

    one, other = picture_hash(png, decoder=decoder), picture_hash(jpeg, decoder=decoder)

    assert one.sha256 == hashlib.sha256(png).hexdigest()
    assert (one.width, one.height, one.problem) == (600, 450, "")
    assert one.quality is not None
    assert 50 <= one.quality <= 100
    assert apart(one.pdq, other.pdq) <= 31


def test_both_orientations_can_be_compared(decoder: Decoder) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = picture_hash(encoded(scene(), "PNG", exif=exif), decoder=decoder)
    plain = picture_hash(encoded(scene(), "PNG"), decoder=decoder)

    assert turned.pdq_as_stored == plain.pdq
    assert turned.pdq != plain.pdq
    assert plain.pdq_as_stored is None


def test_it_needs_no_process_of_the_callers() -> None:
    assert picture_hash(encoded(scene(), "WEBP")).pdq is not None


@pytest.mark.parametrize(
    "data", [b"", b"bukan gambar", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0" + bytes(900)]
)
def test_what_is_no_picture_has_a_problem_and_no_hash(decoder: Decoder, data: bytes) -> None:
    found = picture_hash(data, decoder=decoder)

    assert (found.pdq, found.quality) == (None, None)
    assert "not hashed" in found.problem


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12),
    keep=st.floats(0.05, 1),
)
def test_damage_ends_in_a_hash_or_a_problem(
    decoder: Decoder, kind: str, changes: list[tuple[int, int]], keep: float
) -> None:
    whole = encoded(scene().resize((60, 40)), kind)
    data = bytearray(whole[: max(20, int(len(whole) * keep))])
    for at, value in changes:
        data[at % len(data)] = value

    found = picture_hash(bytes(data), decoder=decoder)

    assert (found.pdq is None) == bool(found.problem)
