"""Readings as the program makes them, of screens whose lines are written down: no engine, and no browser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random
from string import Formatter
from typing import Any

from msgspec.structs import replace
from PIL import Image, ImageDraw
from PIL.ImageFont import load_default

from evidentia.detect.reading.frames import Chosen
from evidentia.detect.reading.ocr import Line, Word
from evidentia.detect.reading.recogniser import View
from evidentia.detect.screenshot import match_picture
from evidentia.detect.video_frames import concluded
from evidentia.record.finding import Reading
from evidentia.record.item import Program
from evidentia.record.life import Timeline, Version
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Media, Observation, Post, State
from evidentia.record.sentences import catalogue

SIZE = (1400, 1600)
FONT = load_default(38)
FIRST = "Mari kita dukung Paslon A pada hari Rabu, datang ke TPS 12 dan ajak 25 tetangga sebelum pukul 13.00"
SECOND = f"{FIRST} lalu pulang bersama keluarga ke rumah masing-masing dengan tertib"
HANDLE, NAME, TIME = "@pejabat07_a", "Pejabat 07", "14.05 · 20 Feb 2019"
COUNTS = "2,5 rb Posting ulang 13 Suka 99 Komentar"


class Engine:
    """Double: reads what is written down; another look reads ``again`` in the place of any line that it names."""

    program = Program(name="rapidocr", version="3.10.0")
    alphabet: Sequence[str] = ()

    def __init__(self, lines: Sequence[Line], again: dict[str, str]) -> None:
        self._lines, self._again = lines, again

    def read(self, picture: Image.Image) -> Sequence[Line]:
        return self._lines

    def again(self, pixels: object, lines: Sequence[Line], view: View) -> Sequence[Line]:
        return [self._read_again(one) for one in lines]

    def _read_again(self, one: Line) -> Line:
        if one.text not in self._again:
            return one
        return line(one.box[0], one.box[1], self._again[one.text], one.score)


def line(x: int, y: int, text: str, score: float = 0.99) -> Line:
    """A line of letters 20 pixels wide."""
    words, at = [], x
    for word in text.split():
        words.append(Word(text=word, box=(at, y, 20 * len(word), 46)))
        at += 20 * (len(word) + 1)
    return Line(words=tuple(words), box=(x, y, at - 20 - x, 46), score=score)


def screen(
    text: str = FIRST, *, handle: str = HANDLE, name: str = NAME, time: str = TIME, counts: str = COUNTS
) -> list[Line]:
    """A post's own page: bar, name, handle, text, time, counts."""
    words = text.split()
    rows = [" ".join(words[n : n + 7]) for n in range(0, len(words), 7)]
    end = 320 + 56 * len(rows)
    return [
        line(30, 10, "18.29 4G 78%"), line(160, 190, name), line(160, 240, handle),
        *(line(40, 320 + 56 * n, row) for n, row in enumerate(rows)),
        *(line(40, end + 60 * n, row) for n, row in enumerate((time, counts), 1) if row),
    ]  # fmt: skip


def timeline(*texts: str, key: str = "1", **changes: Any) -> Timeline:
    """A post with these wordings, and what the captures hold of it."""
    post = Post(
        platform="sosial",
        native_id=key,
        url=f"https://sosial.example/p/{key}",
        author=Account(handle="pejabat07_a", name="Pejabat 07"),
        text=texts[-1],
        created_at=datetime(2019, 2, 20, 6, 5, tzinfo=UTC),
        media=(Media(url="https://sosial.example/g.png", pdq="0f" * 32, pdq_quality=100),),
        activity={"likes": 13, "shares": 2531, "views": 5},
    )
    seen = Observation(
        key=key, url=post.url, state=State.LIVE, during=Interval(), source="own capture", evidence=(),
        post=replace(post, **changes),
    )  # fmt: skip
    at = datetime(2019, 2, 20, 7, tzinfo=UTC)
    versions = tuple(
        Version(n=n, text=text, not_before=at, not_after=None, evidence=()) for n, text in enumerate(texts, 1)
    )
    return Timeline(
        post=key, url=post.url, state=State.LIVE, observations=(seen,), versions=versions, changes=()
    )


def read(
    lines: Sequence[Line], *timelines: Timeline, again: dict[str, str] | None = None, **more: Any
) -> Reading:
    """The reading of a screen that shows these lines, and a picture below them."""
    shown = Image.new("RGB", SIZE, "white")
    for one in lines:
        ImageDraw.Draw(shown).text(
            (one.box[0], one.box[1] + 36), one.text, fill="black", font=FONT, anchor="ls"
        )
    shown.paste(scene(), (60, 920))
    engine: Any = Engine(lines, again or {})
    return match_picture(shown, timelines or (timeline(FIRST),), reader=engine, **more)


def scene(seed: int = 7) -> Image.Image:
    """What may be a photograph: patches of colour."""
    made = Image.frombytes("RGB", (24, 16), Random(seed).randbytes(24 * 16 * 3)).resize((900, 600))
    made.paste((200, 30, 30), (40, 60, 360, 380))
    return made


def readings() -> Iterator[tuple[str, Reading]]:
    """By name, what screens come to that differ from the recorded post in one way each, and of a video."""
    page = screen()
    yield "as recorded", read(page)
    yield "cut", read(screen(" ".join(FIRST.split()[:14]), time="", counts=""))
    yield "another word", read(screen(FIRST.replace("25", "75")), again={})
    yield (
        "a word read in two ways",
        read(
            screen(FIRST.replace("Rabu,", "Sabtu,")),
            again={" ".join(FIRST.replace("Rabu,", "Sabtu,").split()[7:14]): " ".join(FIRST.split()[7:14])},
        ),
    )
    yield "another time", read(screen(time="14.06 · 20 Feb 2019"))
    yield "a time of nowhere near", read(screen(time="03.05 · 20 Feb 2019"))
    yield "a date alone", read(screen(time="20 Feb"))
    yield "some hours ago", read(screen(time="2 jam"))
    yield (
        "some hours ago, too late",
        read(screen(time="2 jam"), existed_by=datetime(2019, 2, 20, 6, 10, tzinfo=UTC)),
    )
    yield "a near handle", read(screen(handle="@pejabat08_a"))
    yield (
        "a handle that looks alike",
        read(screen(handle="@pejabat0l_a"), timeline(FIRST, author=Account(handle="pejabat01_a", name=NAME))),
    )
    yield "another account", read(screen(handle="@camat33", name="Camat 33"))
    yield (
        "another account and other words",
        read(screen(FIRST.replace("25", "75"), handle="@camat33", name="Camat 33")),
    )
    yield "a near name", read(screen(name="Pejabat 17"))
    yield "no author", read([one for one in page if one.box[1] > 300])
    yield "no counts", read(screen(counts=""), timeline(FIRST, activity={}))
    yield "counts of icons", read(screen(counts="12 45 931"))
    yield "no time recorded", read(screen(), timeline(FIRST, created_at=None))
    yield "no media recorded", read(screen(), timeline(FIRST, media=()))
    yield (
        "two versions",
        read(screen(" ".join(FIRST.split()[:14]), time="", counts=""), timeline(FIRST, SECOND)),
    )
    yield "the captured picture", read(page, captured=lambda medium: scene())
    yield "another picture", read(page, captured=lambda medium: scene(8))
    words = " ".join(FIRST.split()[:14])
    another = line(40, 320 + 56 * 2, "Diskon sampai hari Minggu")
    cut = screen(words, time="", counts="")
    yield "other text where it goes on", read([*cut, another])
    yield (
        "other text and another word",
        read([*screen(words.replace("Rabu", "Sabtu"), time="", counts=""), another]),
    )
    yield (
        "one text of two posts",
        read([one for one in page if one.box[1] > 300], timeline(FIRST), timeline(FIRST, key="2")),
    )
    yield "no post", read([line(40, 400, "Diskon sampai hari Minggu di toko sebelah")])
    yield "no text", read([])
    frames = [replace(one, frame_at=float(at)) for at, one in enumerate((read(page), read([])), start=2)]
    yield (
        "a video",
        concluded(frames, Chosen(at=(2.0, 3.0), looked_at=9, left_out=3), ["damaged at 4 s"]).answer,
    )
    otherwise = replace(read(screen(handle="@pejabat08_a")), frame_at=4.5)
    yield (
        "a video that contradicts itself",
        concluded([*frames, otherwise], Chosen(at=(2.0, 3.0, 4.5), looked_at=9)).answer,
    )
    yield "a video without pictures", concluded((), Chosen(at=(), looked_at=0)).answer


def english_left(text: str) -> list[str]:
    """What of the catalogue's English stands in a text: every run of two or more of its words between values."""
    runs = {
        part.strip(" .,:;()“”")
        for code, both in catalogue().items()
        if code.startswith(("reading.", "moves."))
        for part, *_ in Formatter().parse(both["en"])
    }
    whole = [both["en"] for both in catalogue().values() if both["en"] != both["id"]]
    return sorted({run for run in runs if len(run.split()) > 1 and run in text} | ({text} & {*whole}))
