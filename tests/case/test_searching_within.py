"""What stands inside of archives, mails, saved pages and screenshots is found; and so are turned copies."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from evidentia.case import Case
from evidentia.case import enclosed as inside
from evidentia.case.enclosed import enclosed
from evidentia.case.search_index import index_of
from evidentia.case.searching import Search
from evidentia.record.item import Access
from evidentia.record.likeness import Kind

Packed = Callable[[Path, bytes], Path]


def photo(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (9, 12, 3), dtype=np.uint8)).resize(size)


def jpeg(picture: Image.Image, quality: int = 80) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def screenshot(within: Image.Image, *, dark: bool = False) -> Image.Image:
    """A post with a picture, as a phone shows it."""
    ink, ground = ("#e7e9ea", "#15202b") if dark else ("#0f1419", "#ffffff")
    made = Image.new("RGB", (1080, 2400), ground)
    pen, font = ImageDraw.Draw(made), ImageFont.load_default(40)
    for row, words in enumerate(
        ("Pejabat 07  @pejabat07", "Hadir bersama Paslon A di Kota Contoh", "hari ini")
    ):
        pen.text((40, 300 + 70 * row), words, fill=ink, font=font)
    made.paste(within.resize((960, 720)), (60, 560))
    pen.text((40, 1340), "16.47 · 12 Feb 24 · 1,2 rb tayangan", fill=ink, font=font)
    return made


def in_zip(folder: Path, data: bytes) -> Path:
    with zipfile.ZipFile(folder / "WhatsApp Chat.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("IMG-20240212-WA0001.jpg", data)
        made.writestr("catatan.txt", "bukan gambar")
    return folder / "WhatsApp Chat.zip"


def warc(data: bytes) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "image/jpeg")], protocol="HTTP/1.1")
    address = "https://sosial.example/media/1.jpg"
    writer.write_record(
        writer.create_warc_record(address, "response", io.BytesIO(data), http_headers=headers)
    )
    return out.getvalue()


def in_warc(folder: Path, data: bytes) -> Path:
    (folder / "halaman.warc.gz").write_bytes(warc(data))
    return folder / "halaman.warc.gz"


def in_wacz(folder: Path, data: bytes) -> Path:
    with zipfile.ZipFile(folder / "halaman.wacz", "w") as made:
        made.writestr("archive/data.warc.gz", warc(data))
        made.writestr("datapackage.json", "{}")
    return folder / "halaman.wacz"


def in_mail(folder: Path, data: bytes) -> Path:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "warga@kota.example", "pengawas@kota.example", "laporan"
    mail.set_content("terlampir")
    mail.add_attachment(data, maintype="image", subtype="jpeg", filename="bukti.jpg")
    (folder / "laporan.eml").write_bytes(mail.as_bytes())
    return folder / "laporan.eml"


@pytest.mark.lab
@pytest.mark.parametrize("packed", [in_zip, in_warc, in_wacz, in_mail])
def test_a_picture_inside_of_a_file_is_found_by_a_copy_and_by_its_bytes(
    case: Case, tmp_path: Path, packed: Packed
) -> None:
    data = jpeg(photo(1))
    case.add(packed(tmp_path, data), access=Access.FORWARDED)
    (tmp_path / "sama.jpg").write_bytes(data)
    photo(1).resize((400, 300)).save(tmp_path / "salinan.png")
    photo(2).save(tmp_path / "lain.png")
    searched = Search([case])

    (same,) = searched.find(tmp_path / "sama.jpg").pictures
    (copy,) = searched.find(tmp_path / "salinan.png").pictures

    assert same.same_bytes
    assert same.place.kind is Kind.ENCLOSED
    assert same.place.within
    assert not copy.same_bytes
    assert copy.place == same.place
    assert searched.find(tmp_path / "lain.png").pictures == ()
    assert searched.not_compared == ()


@pytest.mark.lab
def test_a_screenshot_inside_of_an_archive_is_called_one(case: Case, tmp_path: Path) -> None:
    case.add(in_zip(tmp_path, jpeg(screenshot(photo(1)))), access=Access.FORWARDED)

    kinds = [one.place.kind for one in index_of(case).parts.pictures if one.pdq]

    assert kinds == [Kind.SCREENSHOT, Kind.WITHIN]


@pytest.mark.lab
def test_a_photo_of_a_screens_size_is_a_picture_and_one_cluster_with_its_copies(
    case: Case, tmp_path: Path
) -> None:
    grain = Image.effect_noise((1280, 720), 20).convert("RGB")
    taken = Image.blend(photo(3, (1280, 720)), grain, 0.1)
    for name, size in {
        "telepon.jpg": (1280, 720),
        "kiriman.jpg": (960, 540),
        "layar.jpg": (1920, 1080),
    }.items():
        taken.resize(size).save(tmp_path / name, quality=80)
        case.add(tmp_path / name, access=Access.FORWARDED)
    case.add(in_zip(tmp_path, jpeg(taken)), access=Access.FORWARDED)
    screenshot(photo(1)).save(tmp_path / "layar.png")
    shot = case.add(tmp_path / "layar.png", access=Access.FORWARDED).item

    searched = Search([case])
    (cluster,) = searched.copies().pictures

    assert {one.item for one in cluster.members} == {1, 2, 3, 4}
    assert {one.kind for one in cluster.members} <= {Kind.FILE, Kind.ENCLOSED, Kind.WITHIN}
    assert [one.place.item for one in searched.pictures if one.place.kind is Kind.SCREENSHOT] == [shot]


@pytest.mark.lab
@pytest.mark.parametrize("dark", [False, True])
def test_a_picture_within_a_screenshot_is_found_and_looked_for_on_its_own(
    case: Case, tmp_path: Path, dark: bool
) -> None:
    screenshot(photo(1), dark=dark).save(tmp_path / "tangkapan.png")
    photo(1).save(tmp_path / "foto.jpg", quality=70)
    screenshot(photo(1), dark=not dark).save(tmp_path / "ponsel lain.png")
    shot = case.add(tmp_path / "tangkapan.png", access=Access.FORWARDED).item
    searched = Search([case])

    (found,) = searched.find(tmp_path / "foto.jpg").pictures

    assert (found.place.item, found.place.kind) == (shot, Kind.WITHIN)
    assert found.place.box is not None
    assert np.abs(np.subtract(found.place.box, (60, 560, 960, 720))).max() <= 3
    assert not found.same_bytes
    (again,) = (
        one
        for one in searched.find(tmp_path / "ponsel lain.png").pictures
        if one.place.kind is Kind.WITHIN and one.asked_box is not None
    )
    assert again.asked_box == found.place.box


@pytest.mark.lab
def test_two_screenshots_of_one_phone_are_copies_by_what_is_within_them_alone(
    case: Case, tmp_path: Path
) -> None:
    for n in (1, 2):
        screenshot(photo(n)).save(tmp_path / f"layar-{n}.png")
        case.add(tmp_path / f"layar-{n}.png", access=Access.FORWARDED)
    photo(1).save(tmp_path / "foto.jpg", quality=70)
    photo_item = case.add(tmp_path / "foto.jpg", access=Access.FORWARDED).item

    (cluster,) = Search([case]).copies().pictures

    assert [(one.item, one.kind) for one in cluster.members] == [(1, Kind.WITHIN), (photo_item, Kind.FILE)]


@pytest.mark.lab
@pytest.mark.parametrize("turn", list(Image.Transpose))
def test_copies_that_are_turned_or_mirrored_are_one_cluster_and_are_said_to_be(
    case: Case, tmp_path: Path, turn: Image.Transpose
) -> None:
    photo(3).save(tmp_path / "tegak.png")
    photo(3).transpose(turn).save(tmp_path / "putar.jpg", quality=80)
    photo(4).save(tmp_path / "lain.png")
    for name in ("tegak.png", "putar.jpg", "lain.png"):
        case.add(tmp_path / name, access=Access.FORWARDED)

    (cluster,) = Search([case]).copies().pictures

    assert cluster.turned
    assert [one.item for one in cluster.members] == [1, 2]


@pytest.mark.lab
def test_what_was_made_of_an_item_is_not_made_again(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in (1, 2):
        photo(n).save(tmp_path / f"{n}.png")
    case.add(tmp_path / "1.png", access=Access.FORWARDED)
    index_of(case)
    case.add(tmp_path / "2.png", access=Access.FORWARDED)
    told: list[str] = []

    index = index_of(case, progress=told.append)

    assert told == ["item 2 of 2"]
    assert [one.place.item for one in index.parts.pictures] == [1, 2]
    assert index == index_of(case, anew=True)


def test_archives_within_archives_are_said_and_not_opened(tmp_path: Path) -> None:
    inner = in_zip(tmp_path, jpeg(photo(1))).read_bytes()
    with zipfile.ZipFile(tmp_path / "luar.zip", "w") as made:
        made.writestr("dalam.zip", inner)
    problems: list[str] = []

    (one,) = enclosed(tmp_path / "luar.zip", problems)

    assert one.path is None
    assert problems == ["dalam.zip: an archive within an archive is not opened"]


def test_a_bomb_in_an_archive_holds_nothing_up(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bom.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("nol.png", b"\x89PNG\r\n\x1a\n" + bytes(30 << 20))
    whole = bytearray((tmp_path / "bom.zip").read_bytes())
    at = whole.rfind(b"PK\x01\x02")
    whole[at + 24 : at + 28] = (0xFFFFFFF0).to_bytes(4, "little")  # unpacked: more than deflate can reach
    (tmp_path / "bom.zip").write_bytes(whole)
    problems: list[str] = []

    assert list(enclosed(tmp_path / "bom.zip", problems)) == []
    assert any("more than can be" in problem for problem in problems)


def test_what_goes_beyond_the_limit_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "banyak.zip", "w") as made:
        for n in range(3):
            made.writestr(f"{n}.jpg", jpeg(photo(n)))
    monkeypatch.setattr(inside, "MOST", 2)
    problems: list[str] = []

    assert len(list(enclosed(tmp_path / "banyak.zip", problems))) == 2
    assert any("was not compared" in problem for problem in problems)


def test_a_file_cut_short_gives_what_is_whole_and_says_the_rest(tmp_path: Path) -> None:
    whole = in_warc(tmp_path, jpeg(photo(1))).read_bytes()
    (tmp_path / "potong.warc.gz").write_bytes(whole[: len(whole) // 2])
    problems: list[str] = []

    assert list(enclosed(tmp_path / "potong.warc.gz", problems)) == []
    assert problems
