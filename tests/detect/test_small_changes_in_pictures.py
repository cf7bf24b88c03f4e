"""How far PDQ goes, on real pictures: encoding anew stays near, another picture is far, and one digit is in between."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw, ImageFont

from evidentia.detect.media_moves import ENCODED_ANEW, SAME_PICTURE, media_moves
from evidentia.fingerprint import Decoder, picture_hash
from evidentia.record.life import MediaFate
from evidentia.record.post import Media

POSTERS = 12


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as running:
        yield running


def poster(seed: int, number: str) -> Image.Image:
    """A poster of shapes with a candidate's number, a tenth of its height tall."""
    chance = random.Random(seed)

    def colour() -> tuple[int, int, int]:
        return chance.randrange(256), chance.randrange(256), chance.randrange(256)

    image = Image.new("RGB", (1080, 1350), colour())
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = chance.randrange(900), chance.randrange(1100)
        box = (x, y, x + chance.randrange(60, 500), y + chance.randrange(60, 500))
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)(box, fill=colour())
    draw.rectangle((300, 1100, 780, 1300), fill="white")
    draw.text((330, 1110), "Paslon", fill="black", font=ImageFont.load_default(80))
    draw.text((640, 1100), number, fill="black", font=ImageFont.load_default(140))
    return image


def captured(image: Image.Image, quality: int, decoder: Decoder) -> Media:
    made = io.BytesIO()
    image.save(made, "JPEG", quality=quality)
    body = made.getvalue()
    hashed = picture_hash(body, decoder=decoder)
    return Media(
        url="https://cdn.example/poster.jpg",
        sha256=hashlib.sha256(body).hexdigest(),
        pdq=hashed.pdq,
        pdq_quality=hashed.quality,
    )


def test_posters_encoded_anew_with_a_digit_replaced_and_other_ones(decoder: Decoder) -> None:
    first = [captured(poster(seed, "1"), 95, decoder) for seed in range(POSTERS)]
    anew = [captured(poster(seed, "1").resize((720, 900)), 60, decoder) for seed in range(POSTERS)]
    digit = [captured(poster(seed, "2"), 95, decoder) for seed in range(POSTERS)]

    for n in range(POSTERS):
        (same,) = media_moves((first[n],), (anew[n],))
        (part,) = media_moves((first[n],), (digit[n],))
        (other,) = media_moves((first[n],), (first[n - 1],))
        assert same.fate is MediaFate.REENCODED
        assert other.fate is MediaFate.REPLACED
        # What hashes cannot show, and what is said of it: never that nothing was changed.
        assert part.distance is not None
        assert part.distance <= SAME_PICTURE
        assert part.fate is (MediaFate.REENCODED if part.distance <= ENCODED_ANEW else MediaFate.UNDETERMINED)
        assert "would not show" in part.reason or "cannot be told" in part.reason
