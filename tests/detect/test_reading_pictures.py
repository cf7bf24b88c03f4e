"""Pictures within screenshots: found by where the app's ground ends, and compared with captured media one by one.

The screenshots are drawn here, each from a fixed seed; benchmarks/pictures_shown has those of a browser.
"""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont, ImageOps

from evidentia.detect.reading.ocr import Line, Word
from evidentia.detect.reading.pictures import cuts_to, known_media, pictures_shown
from evidentia.detect.reading.regions import picture_regions
from evidentia.fingerprint.pdq import pdq
from evidentia.record.finding import Outcome, PictureShown
from evidentia.record.life import Timeline
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Media, Observation, Post, State

LIGHT, DARK = (255, 255, 255), (21, 32, 43)
PLACE = (40, 500, 1000, 700)
Box = tuple[int, int, int, int]


def scene(
    seed: int, size: tuple[int, int] = (1000, 700), sky: tuple[int, int, int] | None = None
) -> Image.Image:
    """Light that changes smoothly, shapes, grain; with a ``sky`` of one colour where one is given."""
    random = np.random.default_rng(seed)
    made = Image.fromarray(random.integers(30, 220, (3, 3, 3), dtype=np.uint8)).resize(
        size, Image.Resampling.BICUBIC
    )
    pen = ImageDraw.Draw(made)
    for _ in range(60):
        x, y = int(random.integers(0, size[0])), int(random.integers(0, size[1]))
        w, h = (int(side) for side in random.integers(size[0] // 20, size[0] // 5, 2))
        pen.ellipse((x, y, x + w, y + h), fill=tuple(int(level) for level in random.integers(20, 230, 3)))
    grain = np.asarray(made).astype(np.int16) + random.integers(-6, 7, (size[1], size[0], 3))
    made = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))
    if sky is not None:
        made.paste(sky, (0, 0, size[0], size[1] // 3))
    return made


def screen(ground: tuple[int, int, int], *shown: tuple[Image.Image, Box], radius: int = 0) -> Image.Image:
    """A phone's screen with a picture of the account, lines of text and the pictures in their places, cut to fit."""
    ink = (15, 20, 25) if ground == LIGHT else (231, 233, 234)
    made = Image.new("RGB", (1080, 1900), ground)
    pen = ImageDraw.Draw(made)
    made.paste(ImageOps.fit(scene(99), (110, 110)), (40, 120))
    for row, text in enumerate(("Pejabat 07 @pejabat07", "Mari kita dukung Paslon A", "datang ke TPS 12")):
        pen.text((170 if row == 0 else 40, 140 + 110 * row), text, fill=ink, font=ImageFont.load_default(46))
    for picture, (x, y, w, h) in shown:
        mask = Image.new("L", (w, h), 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, w - 1, h - 1), radius, fill=255)
        made.paste(ImageOps.fit(picture, (w, h)), (x, y), mask)
    return made


def medium(picture: Image.Image, url: str = "https://sosial.example/a.jpg") -> Media:
    hashed = pdq(picture)
    return Media(url=url, sha256=url[-6:] * 10, pdq=hashed.value, pdq_quality=hashed.quality)


def compared(shot: Image.Image, *captured: Image.Image, **options: object) -> list[PictureShown]:
    known = {f"https://sosial.example/{n}.jpg": picture for n, picture in enumerate(captured)}
    media = [medium(picture, url) for url, picture in known.items()]
    found = pictures_shown(shot, (), media, pixels_of=lambda one: known[one.url], **options)  # type: ignore[arg-type]
    return list(found)


def messenger(picture: Image.Image) -> Image.Image:
    held = io.BytesIO()
    picture.resize((800, round(picture.height * 800 / picture.width))).save(held, "JPEG", quality=60)
    return Image.open(held).convert("RGB")


@pytest.mark.parametrize("ground", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("radius", [0, 40])
def test_a_picture_is_found_where_it_stands_and_an_accounts_is_too_small(
    ground: tuple[int, int, int], radius: int
) -> None:
    (found,) = picture_regions(np.asarray(screen(ground, (scene(1), PLACE), radius=radius)), ())

    assert found.edges_told
    assert max(abs(a - b) for a, b in zip(found.box, PLACE, strict=True)) <= 2


def test_pictures_beside_each_other_are_told_apart() -> None:
    left, right = (40, 500, 490, 700), (550, 500, 490, 700)

    found = picture_regions(np.asarray(screen(LIGHT, (scene(1), left), (scene(2), right))), ())

    assert [region.box[0] // 10 for region in found] == [4, 55]


def test_a_screen_of_text_holds_no_picture() -> None:
    assert picture_regions(np.asarray(screen(DARK)), ()) == ()


def test_what_is_full_of_text_or_holds_the_post_itself_is_no_picture() -> None:
    pixels = np.asarray(screen(LIGHT, (scene(1), PLACE)))
    rows = range(510, 1190, 60)
    lines = [
        Line(words=(Word(text="teks", box=(60, y, 960, 50)),), box=(60, y, 960, 50), score=0.9) for y in rows
    ]

    assert picture_regions(pixels, lines) == ()
    assert picture_regions(pixels, (), body=(60, 600, 900, 200)) == ()


def test_noise_without_any_ground_holds_no_picture() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (900, 500, 3), dtype=np.uint8)

    assert picture_regions(noise, ()) == ()


def test_the_captured_picture_is_known_whole_and_as_a_messenger_copied_the_screen() -> None:
    for shot in (
        screen(DARK, (scene(1), PLACE), radius=24),
        messenger(screen(DARK, (scene(1), PLACE), radius=24)),
    ):
        (found,) = compared(shot, scene(2), scene(1))

        assert found.outcome is Outcome.CONSISTENT
        assert found.medium == "https://sosial.example/1.jpg"
        assert found.distance is not None
        assert found.distance <= 31


@pytest.mark.parametrize("size", [(1400, 700), (600, 1000), (900, 900)], ids=["wide", "tall", "square"])
def test_a_picture_that_the_app_cut_to_its_frame_is_compared_as_it_is_cut(size: tuple[int, int]) -> None:
    picture = scene(3, size)

    (found,) = compared(screen(LIGHT, (picture, PLACE)), picture)

    assert found.outcome is Outcome.CONSISTENT
    assert "cut to the shape shown" in found.reason


def test_another_picture_differs() -> None:
    (found,) = compared(screen(LIGHT, (scene(4), PLACE)), scene(1), scene(2))

    assert found.outcome is Outcome.DIFFERS
    assert found.distance is not None
    assert found.distance > 60


def test_without_the_captured_bytes_a_far_distance_proves_nothing() -> None:
    shot = screen(LIGHT, (scene(4), PLACE))

    (found,) = pictures_shown(shot, (), (medium(scene(1)),))

    assert found.outcome is Outcome.INCONCLUSIVE


def test_a_picture_that_fades_into_the_ground_is_never_called_another() -> None:
    picture = scene(5, sky=LIGHT)
    (lower_part,) = compared(screen(LIGHT, (picture, PLACE)), picture)
    picture.paste(LIGHT, (0, 0, 300, 700))
    (corner,) = compared(screen(LIGHT, (picture, PLACE)), picture)

    assert (lower_part.outcome, corner.outcome) == (Outcome.CONSISTENT, Outcome.INCONCLUSIVE)


def test_a_plain_picture_and_a_post_without_pictures_say_nothing() -> None:
    corners = np.array([[[200, 40, 40], [40, 40, 200]], [[180, 60, 40], [60, 40, 180]]], dtype=np.uint8)
    plain = Image.fromarray(corners).resize((1000, 700), Image.Resampling.BICUBIC)

    (found,) = compared(screen(LIGHT, (plain, PLACE)), scene(1))
    (other,) = compared(screen(LIGHT, (scene(1), PLACE)))

    assert (found.outcome, found.distance) == (Outcome.INCONCLUSIVE, None)
    assert "PDQ discards" in found.reason
    assert (other.outcome, other.distance) == (Outcome.INCONCLUSIVE, None)


def test_cutting_keeps_the_middle_and_the_shape() -> None:
    assert [cut.size for cut in cuts_to(scene(1), 1.0)] == [(700, 700)]
    assert [cut.size for cut in cuts_to(scene(1), 2.0)] == [(1000, 500)] * 3
    assert cuts_to(scene(1), 10 / 7) == (scene(1),)


@pytest.mark.parametrize("top", [0, 350])
def test_the_part_of_a_picture_that_a_bar_leaves_is_compared_as_such(top: int) -> None:
    whole = scene(3)
    shot = screen(LIGHT, (whole.crop((0, top, 1000, top + 350)), (40, 800, 1000, 350)))

    (found,) = compared(shot, whole)

    assert found.outcome is Outcome.CONSISTENT


def test_a_picture_that_may_go_on_below_a_bar_is_not_called_another() -> None:
    shot = screen(DARK, (scene(4).crop((200, 100, 800, 400)), (40, 1500, 1000, 330)))

    (found,) = compared(shot, scene(4))

    assert found.outcome is Outcome.INCONCLUSIVE
    assert "edges" in found.reason


def test_every_picture_that_the_post_ever_had_is_known() -> None:
    account = Account(handle="pejabat07", picture=medium(scene(9), "https://sosial.example/p.jpg"))
    posts = [
        Post(
            platform="s", native_id="1", url="u", author=account, text="", media=(medium(scene(n), f"m{n}"),)
        )
        for n in (1, 2, 2)
    ]
    seen = tuple(
        Observation(key="1", url="u", state=State.LIVE, during=Interval(), source="s", evidence=(), post=post)
        for post in posts
    )
    life = Timeline(post="1", url="u", state=State.LIVE, observations=seen, versions=(), changes=())

    assert [one.url for one in known_media(life)] == ["m1", "m2", "https://sosial.example/p.jpg"]
