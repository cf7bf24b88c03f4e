"""Screenshots that a real Chromium took, read by the real engine against the versions of five posts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageDraw, ImageFont

from evidentia.capture.chromium import find
from evidentia.detect.reading.ocr import Reader
from evidentia.detect.reading.rates import error_rates
from evidentia.detect.screenshot import METHOD, annotate, match_screenshot
from evidentia.record.errors import MissingPart, UsageError
from evidentia.record.finding import Outcome
from evidentia.record.life import Timeline, Version
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Observation, Post, State
from lab.browser import photograph

pytestmark = pytest.mark.browser

ELECTION_1 = (
    "Mari kita dukung Paslon A pada hari Rabu, 17 April 2024. Jangan lupa datang ke TPS 12 "
    "sebelum pukul 13.00 dan ajak 25 tetangga! #PilihPaslonA"
)
ELECTION_2 = (
    "Mari kita datang ke TPS 12 pada hari Rabu, 17 April 2024. Jangan lupa membawa KTP "
    "sebelum pukul 13.00 dan ajak 25 tetangga!"
)
TEXTS: dict[str, tuple[str, ...]] = {
    "01": (
        "Rapat kerja dinas dimulai pukul 08.00 di aula kantor bupati. Mohon hadir tepat waktu dan membawa laporan.",
    ),
    "07": (ELECTION_1, ELECTION_2),
    "03": (
        "Selamat pagi, hari ini kami tidak menghadiri kampanye Paslon B karena ada tugas dinas di luar kota.",
    ),
    "11": (
        "Terima kasih atas kehadiran Bapak dan Ibu sekalian pada acara syukuran keluarga kami kemarin malam.",
    ),
    "09": (
        "Pendaftaran lomba baris-berbaris dibuka sampai 30 Agustus 2024, hubungi panitia di kantor kelurahan.",
    ),
}


def timeline(number: str) -> Timeline:
    url = f"https://social.example/p/{number}"
    author = Account(handle=f"pejabat{number}", name=f"Pejabat {number}")
    post = Post(platform="social", native_id=number, url=url, author=author, text=TEXTS[number][-1])
    seen = Observation(
        key=number,
        url=url,
        state=State.LIVE,
        during=Interval(),
        source="browser",
        evidence=(Evidence(item=1, path="post.json"),),
        post=post,
    )
    versions = tuple(
        Version(
            n=n,
            text=text,
            not_before=datetime(2024, 4, n, tzinfo=UTC),
            not_after=datetime(2024, 4, n, 12, tzinfo=UTC),
            evidence=(Evidence(item=n, path="post.json"),),
        )
        for n, text in enumerate(TEXTS[number], start=1)
    )
    return Timeline(
        post=number, url=url, state=State.LIVE, observations=(seen,), versions=versions, changes=()
    )


CASE = [timeline(number) for number in TEXTS]
Shoot = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def reader(absent: Callable[[str], None]) -> Reader:
    try:
        return Reader()
    except MissingPart as missing:
        absent(missing.happened)
        raise


@pytest.fixture
def shoot(tmp_path: Path, absent: Callable[[str], None]) -> Shoot:
    """A screenshot of a post on a phone 412 points wide, by author's number and text."""
    try:
        find()
    except MissingPart as missing:
        absent(missing.happened)
        raise

    def take(number: str, text: str) -> Path:
        page, picture = tmp_path / "page.html", tmp_path / "shot.png"
        page.write_text(
            f"""<!doctype html><meta charset="utf-8">
            <body style="margin:0; padding:14px; width:384px; font: 17px/1.4 sans-serif">
            <p style="color:#777; font-size:13px">12.41 4G 87%</p>
            <p><b>Pejabat {number}</b> <span style="color:#888">@pejabat{number} · 2 jam</span></p>
            <div>{text}</div>
            <p style="color:#888; font-size:14px">Suka &nbsp; Balas &nbsp; Bagikan &nbsp; 128</p></body>""",
            encoding="utf-8",
        )
        return photograph(page.as_uri(), picture, width=412, height=480, scale=2.5)

    return take


@pytest.mark.parametrize("version", [1, 2])
def test_a_genuine_screenshot_names_its_post_and_version(shoot: Shoot, reader: Reader, version: int) -> None:
    reading = match_screenshot(shoot("07", TEXTS["07"][version - 1]), CASE, reader=reader)

    assert (reading.outcome, reading.post, reading.version) == (Outcome.CONSISTENT, "07", version)
    assert reading.differences == ()
    assert f"2024-04-0{version}T00:00:00Z to 2024-04-0{version}T12:00:00Z" in reading.reason
    assert reading.evidence == (Evidence(item=version, path="post.json"),)
    assert reading.error_rates == error_rates(METHOD)


def test_a_messengers_copy_is_read_as_well(shoot: Shoot, reader: Reader, tmp_path: Path) -> None:
    copy = tmp_path / "IMG-20190220-WA0001.jpg"
    with Image.open(shoot("07", ELECTION_1)) as picture:
        picture.convert("RGB").save(copy, quality=60)

    reading = match_screenshot(copy, CASE, reader=reader)

    assert (reading.outcome, reading.post, reading.version) == (Outcome.CONSISTENT, "07", 1)


@pytest.mark.parametrize(
    ("old", "new", "shown", "recorded"),
    [("Paslon A pada", "Paslon B pada", "B", "A"), ("17 April", "19 April", "19", "17")],
    ids=["a name", "a digit"],
)
def test_one_altered_word_is_found_and_drawn(
    shoot: Shoot, reader: Reader, tmp_path: Path, old: str, new: str, shown: str, recorded: str
) -> None:
    picture = shoot("07", ELECTION_1.replace(old, new))

    reading = match_screenshot(picture, CASE, reader=reader)

    assert (reading.outcome, reading.post, reading.version) == (Outcome.DIFFERS, "07", 1)
    (difference,) = reading.differences
    assert (difference.shown, difference.recorded) == (shown, recorded)

    drawn = annotate(picture, reading, tmp_path / "annotated.png")
    assert difference.box is not None
    x, y, _, _ = difference.box
    with Image.open(tmp_path / "annotated.png") as result:
        assert "Illustration" in result.info["Description"]
        assert result.convert("RGB").getpixel((x - 2, y + 5)) == (200, 0, 0)
    assert drawn.size == (tmp_path / "annotated.png").stat().st_size
    with pytest.raises(UsageError):
        annotate(picture, reading, tmp_path / "annotated.png")


def test_a_removed_negation_is_found(shoot: Shoot, reader: Reader) -> None:
    reading = match_screenshot(shoot("03", TEXTS["03"][0].replace("tidak ", "")), CASE, reader=reader)

    assert reading.outcome is Outcome.DIFFERS
    assert [(d.shown, d.recorded) for d in reading.differences] == [("", "tidak")]


def test_an_unrelated_page_is_never_a_match(shoot: Shoot, reader: Reader) -> None:
    text = (
        "Diskon besar untuk semua buku pelajaran pada hari Rabu ini, datang ke toko kami sebelum pukul 13.00."
    )

    reading = match_screenshot(shoot("20", text), CASE, reader=reader)

    assert (reading.outcome, reading.post, reading.version) == (Outcome.INCONCLUSIVE, None, None)
    assert "Diskon" in reading.shown_text


def test_where_the_words_that_differ_are_cropped_away_no_version_is_named(
    shoot: Shoot, reader: Reader, tmp_path: Path
) -> None:
    first = "Mari kita datang ke TPS 12 pada hari Rabu, 17 April 2024. Jangan lupa membawa KTP"
    both = with_texts(CASE[1], (f"{first} dan pilih Paslon A.", f"{first} dan kartu keluarga."))
    picture = shoot("07", f"{first} … <span style='color:#888'>selengkapnya</span>")

    reading = match_screenshot(picture, [both], reader=reader)

    assert (reading.outcome, reading.post, reading.version) == (Outcome.INCONCLUSIVE, "07", None)
    assert "Versions 1 and 2 both fit" in reading.reason


def with_texts(line: Timeline, texts: tuple[str, ...]) -> Timeline:
    versions = tuple(
        msgspec.structs.replace(version, text=text)
        for version, text in zip(line.versions, texts, strict=True)
    )
    return msgspec.structs.replace(line, versions=versions)


def test_a_file_that_is_no_picture_is_inconclusive_and_says_why(reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "shot.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n broken")

    reading = match_screenshot(file, CASE, reader=reader)

    assert reading.outcome is Outcome.INCONCLUSIVE
    assert "not decoded" in reading.reason


def test_reading_never_touches_the_network(tmp_path: Path, reader: Reader) -> None:
    """Every call that reaches for a network raises an audit event (PEP 578); none may come."""
    picture = tmp_path / "shot.png"
    image = Image.new("RGB", (500, 100), "white")
    ImageDraw.Draw(image).text((20, 20), "Rapat hari Rabu", fill="black", font=ImageFont.load_default(40))
    image.save(picture)  # with a text in it, so that both models are loaded and run
    code = """
import sys
from pathlib import Path
def guard(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request"):
        raise SystemExit(f"reached for the network: {event} {arguments}")
sys.addaudithook(guard)
from evidentia.detect.screenshot import match_screenshot
print(match_screenshot(Path(sys.argv[1]), []).reason)
"""
    done = subprocess.run([sys.executable, "-c", code, str(picture)], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("None of the archived posts was found in the picture. Read with rapidocr")


def test_without_the_engine_the_next_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as if it were not installed

    with pytest.raises(MissingPart) as caught:
        match_screenshot(Path("any.png"), CASE)

    assert "[ocr]" in caught.value.next_step
