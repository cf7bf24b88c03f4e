"""A screenshot with its author's line and its picture, and a video of it, read against a post on a real host."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from evidentia.capture import chromium
from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.detect.reading.ocr import Reader
from evidentia.record.errors import MissingPart
from evidentia.record.finding import Outcome, Part
from evidentia.record.item import Access, Role
from lab.bluesky import Bluesky
from lab.browser import photograph

pytestmark = [pytest.mark.lab, pytest.mark.browser]

TEXT = "Mari kita dukung Paslon A pada hari Rabu, datang ke TPS 12 dan ajak 25 tetangga sebelum pukul 13.00"


@pytest.fixture(scope="module", autouse=True)
def _parts(absent: Callable[[str], None]) -> None:
    """What these tests cannot do without."""
    try:
        chromium.find()
        Reader()
    except MissingPart as missing:
        absent(missing.happened)


def poster() -> bytes:
    made = io.BytesIO()
    image = Image.frombytes("L", (24, 16), Random(7).randbytes(24 * 16)).resize((960, 640)).convert("RGB")
    image.paste((200, 30, 30), (40, 60, 360, 380))
    image.save(made, "JPEG", quality=90)
    return made.getvalue()


def screen(folder: Path, name: str, handle: str, picture: bytes) -> Path:
    """The post as a phone shows it, with its picture cut to a wide frame."""
    page = folder / f"{name}.html"
    page.write_text(
        f"""<!doctype html><meta charset="utf-8">
        <body style="margin:0; padding:14px; width:384px; font: 17px/1.4 sans-serif">
        <div><b>Pejabat Poster</b></div><div style="color:#777">@{handle}</div><p>{TEXT}</p>
        <img style="width:100%; aspect-ratio:16/9; object-fit:cover; border-radius:12px"
         src="data:image/jpeg;base64,{base64.b64encode(picture).decode()}">
        <p style="color:#777">Baru saja &nbsp; Balas</p></body>""",
        encoding="utf-8",
    )
    return photograph(page.as_uri(), folder / f"{name}.png", width=412, height=640, scale=2.5)


def filmed(folder: Path, picture: Path) -> Path:
    """Three seconds of a dark screen, then three of the picture."""
    av = pytest.importorskip("av")
    path = folder / "layar.mp4"
    with Image.open(picture) as shot, av.open(path, "w") as container:
        shown = shot.convert("RGB").resize((shot.width // 2 * 2, shot.height // 2 * 2))
        stream = container.add_stream("libx264", rate=2, options={"crf": "20"})
        stream.width, stream.height, stream.pix_fmt = *shown.size, "yuv420p"
        for image in [Image.new("RGB", shown.size, (12, 12, 12))] * 6 + [shown] * 6:
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
    return path


def test_author_and_picture_are_read_with_the_words_in_a_screenshot_and_in_a_video(
    case: Case, bluesky: Bluesky, tmp_path: Path
) -> None:
    options = PageOptions(allow_private_network=True, light=True, places=bluesky.places)
    member = bluesky.join("pejabat-poster")
    blob = bluesky.upload(member, poster(), "image/jpeg")
    image = {"image": blob, "alt": "Poster"}
    post = bluesky.publish(member, TEXT, embed={"$type": "app.bsky.embed.images", "images": [image]})
    taken = case.capture(
        f"https://bsky.app/profile/{member.did}/post/{post.rkey}", access=Access.PUBLIC, options=options
    )
    assert taken.post is not None
    handle = taken.post.author.handle
    assert handle
    genuine = screen(tmp_path, "asli", handle, poster())

    reading = case.match(case.add(genuine, access=Access.FORWARDED, source="pelapor"))

    fields = {field.name: field for field in reading.beside}
    assert (reading.outcome, fields["handle"].outcome) == (Outcome.CONSISTENT, Outcome.CONSISTENT)
    assert fields["time"].outcome is Outcome.CONSISTENT
    (shown,) = reading.pictures
    assert (shown.outcome, shown.sha256) == (Outcome.CONSISTENT, taken.post.media[0].sha256)
    assert "cut to the shape shown" in shown.reason

    altered = screen(tmp_path, "ubahan", f"{handle[:3]}w{handle[4:]}", poster())
    reading = case.match(case.add(altered, access=Access.FORWARDED, source="terlapor"))

    assert reading.outcome is Outcome.DIFFERS
    assert [difference.part for difference in reading.differences] == [Part.HANDLE]

    reading = case.match(case.add(filmed(tmp_path, genuine), access=Access.FORWARDED, source="pelapor"))

    assert (reading.outcome, reading.post, reading.frame_at) == (
        Outcome.CONSISTENT,
        taken.observation.key,
        3.0,
    )
    assert [one.outcome for one in reading.pictures] == [Outcome.CONSISTENT]
    kept = case.items()[-1]
    assert {Role.READING, Role.ANNOTATED} <= {file.role for file in kept.files}
    assert kept.problems == ()
