"""What a message in Telegram's widget holds beside words: pictures, videos, stickers, files, polls, places.

The captures are constructed ("documented shape"): see ``test_telegram_web`` for what they follow.
"""

from __future__ import annotations

import hashlib

import pytest
from msgspec.structs import replace

from evidentia.platforms.telegram_web import read
from evidentia.record.post import ActKind, PageReading

from .pages import documented_in

recorded = documented_in("telegram")


def preview(identifier: int, query: str = "") -> PageReading:
    return read(replace(recorded("preview"), requested_url=f"https://t.me/s/kota_contoh/{identifier}{query}"))


def test_only_the_post_s_own_picture_is_its_medium() -> None:
    page = recorded("widget-post")
    post = read(page).post
    assert post is not None
    picture = next(r for r in page.responses if r.url.endswith("/poster.jpg"))
    assert [(m.url, m.sha256) for m in post.media] == [
        (picture.url, hashlib.sha256(picture.body).hexdigest())
    ]


def test_a_sticker_is_an_act_of_its_sender() -> None:
    reading = preview(128)
    assert [(act.kind, act.actor.handle) for act in reading.acts] == [(ActKind.STICKER, "kota_contoh")]
    assert [m.url for m in reading.acts[0].media] == ["https://cdn4.telesco.pe/file/stiker.webp"]


def test_a_video_is_its_file_and_not_its_still() -> None:
    reading = preview(129)
    assert reading.post is not None
    assert [(m.url, m.media_type) for m in reading.post.media] == [
        ("https://cdn4.telesco.pe/file/pidato.mp4?token=x", "video/mp4")
    ]


def test_a_poll_is_its_question_and_answers_and_a_file_is_named() -> None:
    page = recorded("preview-poll-and-file")
    poll, file = read(page).post, read(replace(page, requested_url="https://t.me/s/kota_contoh/131")).post
    assert poll is not None
    assert file is not None
    assert poll.text == "Pilih siapa?\nPaslon A\nPaslon B"
    assert [(m.url, m.description) for m in file.media] == [
        ("https://t.me/kota_contoh/131", "surat-edaran.pdf")
    ]


@pytest.mark.parametrize(
    ("identifier", "file", "kind"),
    [(140, "gerak.tgs", "application/x-tgsticker"), (141, "gerak.webm", "video/webm")],
)
def test_stickers_that_move_are_acts_too(identifier: int, file: str, kind: str) -> None:
    page = replace(
        recorded("preview-stickers-and-others"), requested_url=f"https://t.me/s/kota_contoh/{identifier}"
    )
    acts = read(page).acts
    assert [(act.kind, m.url.rpartition("/")[2], m.media_type) for act in acts for m in act.media] == [
        (ActKind.STICKER, file, kind)
    ]


def test_a_place_a_contact_and_a_channel_s_picture_are_read() -> None:
    page = recorded("preview-stickers-and-others")
    place, contact, picture = (
        read(replace(page, requested_url=f"https://t.me/s/kota_contoh/{one}")).post for one in (142, 143, 144)
    )
    assert place is not None
    assert contact is not None
    assert picture is not None
    assert place.links == ("https://maps.google.com/maps?q=-5.0,119.0&z=16",)
    assert contact.text == "Posko Paslon A\n+62 000 0000 0000"
    assert [m.url.rpartition("/")[2] for m in picture.media] == ["foto-kanal.jpg"]
