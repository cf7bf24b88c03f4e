"""Pages that look as the large platforms' apps do, without being them.

``layouts/`` holds a template for the post of each, which stands in ``page.html``; or a folder for one that draws its
whole screen, within ``screen.html``: ``page.html``, a quoted post, and what comes below.
"""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from benchmarks.screenshots.moments import Clock, earlier_that_day, moments, newspaper, time_ago
from benchmarks.screenshots.stories import Story
from benchmarks.screenshots.surroundings import surroundings
from evidentia.record.errors import MissingPart
from evidentia.record.finding import Part


@dataclass(frozen=True)
class Layout:
    """What an app shows around the words. ``photo``: "always", "may be" or "never" a picture beside them.

    ``whole``: it draws its whole screen. ``answers``: what comes below are comments, as many as are counted at most.
    """

    name: str
    shows: frozenset[Part]
    photo: str
    more: str = "selengkapnya"
    whole: bool = False
    answers: bool = True


def _layout(name: str, *shows: Part, photo: str, more: str = "selengkapnya") -> Layout:
    return Layout(name, frozenset(shows), photo, more)


def _whole(name: str, *shows: Part, more: str, photo: str = "may be", answers: bool = True) -> Layout:
    return Layout(name, frozenset(shows), photo, more, whole=True, answers=answers)


LAYOUTS = {
    layout.name: layout
    for layout in (
        _layout("burung", Part.TIME, Part.HANDLE, Part.COUNT, photo="may be", more="Tampilkan lebih banyak"),
        _layout("buku", Part.TIME, Part.COUNT, photo="may be", more="Lihat selengkapnya"),
        _layout("gambar", Part.TIME, Part.HANDLE, Part.COUNT, photo="always"),
        _layout("obrolan", Part.TIME, photo="never", more="Baca selengkapnya"),
        _layout("langit", Part.TIME, Part.HANDLE, Part.COUNT, photo="may be"),
        _layout("utas", Part.TIME, Part.HANDLE, Part.COUNT, photo="may be", more="Lainnya"),
        _layout("forum", Part.TIME, Part.HANDLE, Part.COUNT, photo="may be"),
        _layout("video", Part.TIME, Part.COUNT, photo="never"),
        _whole("kanal", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca selengkapnya", answers=False),
        _whole("grup", Part.TIME, Part.COUNT, more="Selengkapnya"),
        _whole("kerja", Part.TIME, Part.COUNT, more="lihat selengkapnya"),
        _whole("laman", Part.TIME, Part.HANDLE, Part.COUNT, more="Read more"),
        _whole("warta", Part.TIME, Part.HANDLE, Part.COUNT, more="Tampilkan semua", answers=False),
        _whole("status", Part.TIME, Part.COUNT, more="Baca terus"),
        _whole("pesan", Part.TIME, more="Baca selengkapnya", answers=False),
        _whole("balasan", Part.TIME, Part.HANDLE, Part.COUNT, more="Selengkapnya"),
        _whole("mikro", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca lebih lanjut"),
        _whole("gulir", Part.TIME, Part.HANDLE, Part.COUNT, more="lainnya"),
        _whole("ruang", Part.TIME, Part.COUNT, more="Lihat seluruh pesan", answers=False),
        _whole("halaman", Part.TIME, Part.HANDLE, Part.COUNT, more="See more"),
        _whole("sorot", Part.TIME, Part.HANDLE, Part.COUNT, more="Lihat semua"),
        _whole("etalase", Part.TIME, Part.HANDLE, Part.COUNT, photo="always", more="selengkapnya"),
        _whole("bioskop", Part.TIME, Part.HANDLE, Part.COUNT, photo="always", more="Baca semua"),
        _whole("sampul", Part.TIME, Part.HANDLE, Part.COUNT, more="Buka selengkapnya"),
        _whole("surat", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca lengkap"),
        _whole("lapak", Part.TIME, Part.HANDLE, Part.COUNT, more="Lihat rincian"),
        _whole("siaran", Part.TIME, Part.HANDLE, Part.COUNT, more="Lanjutkan membaca"),
        _whole("mading", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca sampai habis"),
        _whole("tanya", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca jawaban lengkap"),
        _whole("kelas", Part.TIME, Part.HANDLE, Part.COUNT, more="Tampilkan seluruhnya"),
        _whole("jajak", Part.TIME, Part.HANDLE, Part.COUNT, more="Buka semua"),
        _whole("ulasan", Part.TIME, Part.HANDLE, Part.COUNT, more="Tampilkan ulasan utuh"),
        _whole("layanan", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca tanggapan"),
        _whole("buletin", Part.TIME, Part.HANDLE, Part.COUNT, more="Teruskan membaca"),
        _whole("siniar", Part.TIME, Part.HANDLE, Part.COUNT, more="Lihat deskripsi penuh"),
        _whole("petisi", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca kabar seutuhnya"),
        _whole("lembar", Part.TIME, Part.HANDLE, Part.COUNT, more="lebih banyak"),
        _whole("pantau", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca laporan utuh"),
        _whole("donasi", Part.TIME, Part.HANDLE, Part.COUNT, more="Baca kabar sepenuhnya"),
        _whole("kebun", Part.TIME, Part.HANDLE, Part.COUNT, more="Lihat tulisan lengkap"),
        _whole("laga", Part.TIME, Part.HANDLE, Part.COUNT, more="Buka sorakan"),
        _whole("donor", Part.TIME, Part.HANDLE, Part.COUNT, more="Buka panggilan ini"),
    )
}

TUNING = (
    *("burung", "buku", "gambar", "obrolan"),
    *("langit", "utas", "forum", "video"),
    *("kanal", "grup", "kerja", "laman"),
    *("warta", "status", "pesan", "balasan"),
    *("ruang", "gulir", "mikro", "sampul", "etalase"),
    *("halaman", "bioskop", "sorot"),
    # drawn for examining, and not held out from reading:
    *("surat", "lapak", "siaran", "mading"),
    *("tanya", "kelas", "jajak"),
    *("ulasan", "layanan", "buletin", "lembar"),
    *("siniar", "petisi", "pantau"),
)
"""Layouts that the method may be tuned on. The first four always were: a post's own page, a card, a caption, a
messenger's bubble. The others were held out until their errors were looked at: a feed, a thread, an old forum and
comments under a video up to version 5 of the method; a broadcast channel, a group's post with its comments, a network
of professionals and a board in a phone's browser for version 6, in a first 481 trials before it was mended; a post
embedded in a newspaper's article, a status that fills the screen, a group's chat and a reply among the comments on a
video for version 7. A channel of a chat server, in a first 86 trials of version 8, showed that who is answered was
taken for the author. For version 9: a short video's caption over the film, of which the rates of version 8 were told,
showed that a handle was missed where the date is joined to it; a thread of a microblog and a post under a large cover,
in a run that was stopped for it, that a line's foot may be covered where the text ends with it, and that a quoted post
was taken for that of the name above both; a feed with photos, in the next, that "1/4", the first of four pictures, was
taken for a date. Of a page's pinned post, a broadcast seen again that fills the screen and a story over a picture the
rates of version 9 were told. `tanya`, `kelas` and `jajak` were for version 10, in a run that was stopped after 1,710
trials, which alarmed on 4 of 866 genuine screens: on the words of a link that says that there is more, a word that
breaks at the last line shown, and a handle that was read without its last letter. Of `ulasan`, `layanan` and `buletin`,
a review of a place, an office's answer to a complaint in a phone's browser and a reader's letter with its writer below
it, the rates of version 11 were told: 9 of 664 altered words were missed or left open, 6 of them in the letter. The
comments on a photograph, `lembar`, were for version 12, in a first 474 trials: a handle without its sign was read as
one word with the name before it. Of `siniar`, `petisi` and `pantau`, a podcast episode's page, news of a petition and a
report on a map of residents' reports, the rates of version 12 were told: none of 674 altered words was missed, four
were left open; and the end of a name was read as one word with the handle's sign behind it."""

HELD_OUT = ("donasi", "kebun", "laga", "donor")
"""Layouts of which the rates of reading are told, drawn without a look at the method: news of a collection of money, a
post among gardeners, one among a team's supporters, a call for donors of blood. Who drew them saw this file."""

EXAMINED = ("tanya", "kelas", "jajak")
"""Layouts of which the rates of examining pictures are told, drawn without knowledge of the tests. `halaman`, `bioskop`
and `surat`, an association's letter to its members, of which the rates of version 8 were told, are of the tuning set
since; and so are `lapak`, news among a marketplace's listings, `siaran`, a message in a room where people listen, and
`mading`, notes on a neighbourhood's board, of which those of version 9 were told. The errors on those before them have
been looked at: `gulir` showed that the step of a drawn gradient was taken for a piece of another JPEG (version 5 of the
whole examination); `sorot` and `etalase` shaped how screens that pictures fill are told (version 7); `sampul` showed
that tints cut off beside white letters leave the table of a first saving, and `mikro` that a file saved once was taken
for one saved twice (8); `bioskop` that letters of which colours were cut off were left out, and what was painted there
with them (9)."""

FONTS = (
    "Roboto",
    "Inter",
    "Open Sans",
    "Liberation Sans",
    "DejaVu Sans",
    "Liberation Serif",
    "Liberation Sans Narrow",
    "DejaVu Serif",
)
"""Of phones and browsers; ``scripts/install-system`` installs them."""

EMOJI = "Noto Color Emoji"


@dataclass(frozen=True)
class Theme:
    """Colours of a page; ``wall`` and ``bubble`` are a messenger's."""

    name: str
    ink: str
    quiet: str
    ground: str
    accent: str
    wall: str
    bubble: str


THEMES = (
    Theme("light", "#0f1419", "#536471", "#ffffff", "#1d6fd0", "#efeae2", "#ffffff"),
    Theme("dark", "#e7e9ea", "#8b98a5", "#15202b", "#6cb4ff", "#0b141a", "#1f2c34"),
    Theme("black", "#f1f1f1", "#909090", "#000000", "#58a6ff", "#0a0f12", "#202c33"),
)


@dataclass(frozen=True)
class Page:
    """What is shown of a story: one wording, perhaps cut off, perhaps with another post quoted below, or a picture.

    ``photo`` is a JPEG; ``battery`` the status bar's percentage; ``below`` are names and texts of what comes after it.
    """

    layout: str
    story: Story
    text: str
    theme: Theme
    font: str
    size: int
    clock: Clock
    battery: int = 78
    more: bool = False
    quoted: str = ""
    photo: bytes = b""
    below: tuple[tuple[str, str], ...] = ()


def fonts_here() -> None:
    """See that every font is installed: with another one in its place a trial would not be what it says.

    Raises:
        MissingPart: one is not.
    """
    try:
        listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingPart(f"The fonts of this machine cannot be listed with fc-list ({error}).") from error
    families = {name.strip() for line in listed.splitlines() for name in line.split(",")}
    if missing := [name for name in (*FONTS, EMOJI) if name not in families]:
        raise MissingPart(
            f"These fonts are not installed: {', '.join(missing)}.", next_step="Run scripts/install-system."
        )


def document(page: Page) -> str:
    """The whole page: a phone's status bar, an app's bar, the post, what is below. The text's id is ``text``."""
    layout, theme = LAYOUTS[page.layout], page.theme
    places = {
        "ink": theme.ink,
        "quiet": theme.quiet,
        "theme": theme.name,
        "ground": theme.ground,
        "accent": theme.accent,
        "wall": theme.wall,
        "bubble": theme.bubble,
        "font": f"'{page.font}'",
        "size": str(page.size),
        "battery": str(page.battery),
        "avatar": _AVATAR,
        "text": _text(page),
        "photo": _photo(page),
        **_around(page.story),
        **surroundings(page.story),
        **moments(page.story.at, page.clock),
        **_before_and_after(page),
    }
    places["quote"] = _own_quote(page, places) if layout.whole else _quote(page)
    places["below"] = (
        _own_below(page, places) if layout.whole else "".join(_other(name, text) for name, text in page.below)
    )
    frame, inside = ("screen", f"{layout.name}/page") if layout.whole else ("page", layout.name)
    return _template(frame).substitute(places, post=_template(inside).substitute(places))


_AVATAR = (
    '<div style="width: 38px; height: 38px; border-radius: 50%; flex: none; overflow: hidden; background: #79a">'
    '<div style="width: 14px; height: 14px; border-radius: 50%; background: #dce6ee; margin: 8px auto 2px"></div>'
    '<div style="width: 28px; height: 22px; border-radius: 50%; background: #dce6ee; margin: auto"></div></div>'
)


def is_cut(page: Page) -> bool:
    """Whether the text ends before its end, and says so."""
    return page.more and len(page.text) > 110


def short_count(count: int) -> str:
    """As Indonesian apps write it: 931, 1,2 rb, 12 rb, 1,5 jt."""
    return _short(count, " rb", " jt").replace(".", ",")


def english_count(count: int) -> str:
    """As English apps write it: 931, 1.2K, 12K, 1.5M."""
    return _short(count, "K", "M")


def you_and_others(count: int) -> str:
    """As apps count those who like a post to one of them: "Anda dan 1.203 lainnya" of 1,204."""
    return f"Anda dan {count - 1:,} lainnya".replace(",", ".") if count > 1 else "Anda"


def _short(count: int, thousand: str, million: str) -> str:
    if count < 1000:
        return str(count)
    unit, sign = (1000, thousand) if count < 1_000_000 else (1_000_000, million)
    cut = count * 10 // unit / 10  # apps cut, so that nobody has 10 thousand before it is true
    return (f"{cut:.1f}".removesuffix(".0") if cut < 10 else str(int(cut))) + sign


def _around(story: Story) -> dict[str, str]:
    return {
        "name": escape(story.name),
        "handle": escape(story.handle),
        "views": short_count(story.likes * 31),
        "english_views": english_count(story.likes * 31),
        "likes": short_count(story.likes),
        "comments": short_count(story.comments),
        "shares": short_count(story.shares),
        "english_likes": english_count(story.likes),
        "english_comments": english_count(story.comments),
        "english_shares": english_count(story.shares),
        "all_likes": f"{story.likes:,}".replace(",", "."),
        "all_comments": f"{story.comments:,}".replace(",", "."),
        "all_shares": f"{story.shares:,}".replace(",", "."),
        "comma_comments": f"{story.comments:,}",
        "comma_shares": f"{story.shares:,}",
        "you_and_others": you_and_others(story.likes),
    }


def _before_and_after(page: Page) -> dict[str, str]:
    """What else tells of a time. An article is written before the first of what comes below; ``edited`` is said of a
    later wording alone."""
    at, clock = page.story.at, page.clock
    return {
        "published": newspaper(at + (clock.now - at) / 8),
        "asked": moments(at - timedelta(hours=5), clock)["year_first_or_ago"],
        "asked_ago": time_ago(at - timedelta(hours=5), clock.now),
        "earlier_stamp": moments(at, clock)["stamp"][: -len("00.00")]
        + earlier_that_day(at, clock, timedelta(minutes=7)),
        "earlier_time": earlier_that_day(at, clock, timedelta(minutes=7)),
        "last_time": earlier_that_day(at, clock, timedelta(minutes=2)),
        "edited": " (diedit)" if page.text in page.story.wordings[1:] else "",
    }


def _text(page: Page) -> str:
    text, tail = page.text, ""
    if is_cut(page):
        text = text[: text.rindex(" ", 0, max(80, len(text) * 2 // 3))]
        tail = f'… <span class="quiet">{LAYOUTS[page.layout].more}</span>'
    return f'<div id="text">{escape(text)}{tail}</div>'


def _quote(page: Page) -> str:
    if not page.quoted:
        return ""
    return (
        '<div style="border: 1px solid #8886; border-radius: 12px; padding: 10px; margin-top: 10px; font-size: .9em">'
        f'<b>Staf Umum</b> <span class="quiet">@stafumum · 2 jam</span><div>{escape(page.quoted)}</div></div>'
    )


def _other(name: str, text: str) -> str:
    return (
        f'<div class="row" style="align-items: flex-start; padding: 14px; border-top: 1px solid #8884">{_AVATAR}'
        f'<div class="rest"><b>{escape(name)}</b><div style="line-height: 1.35">{escape(text)}</div>'
        '<div class="quiet" style="font-size: .85em">Suka &nbsp; Balas</div></div></div>'
    )


def _own_quote(page: Page, places: dict[str, str]) -> str:
    return (
        _template(f"{page.layout}/quote").substitute(places, quoted=escape(page.quoted))
        if page.quoted
        else ""
    )


def _own_below(page: Page, places: dict[str, str]) -> str:
    """What others wrote between the post and the screenshot, at equal steps, with times that are true of that."""
    story, clock, day = page.story, page.clock, places["day"]
    shown = page.below[: story.comments] if LAYOUTS[page.layout].answers else page.below
    made = []
    for n, (name, text) in enumerate(shown, start=1):
        when = moments(story.at + (clock.now - story.at) * n / (len(shown) + 1), clock)
        hidden, day = "hidden" if when["day"] == day else "", when["day"]
        said = {
            "other": escape(name),
            "other_handle": escape(name.lower().replace(" ", "_")),
            "words": escape(text),
            "hidden_on_same_day": hidden,
        }
        made.append(_template(f"{page.layout}/below").substitute(places | when | said))
    return "".join(made)


def _photo(page: Page) -> str:
    if not page.photo:
        return ""
    address = f"data:image/jpeg;base64,{base64.b64encode(page.photo).decode()}"
    return f'<img src="{address}" class="photo">'


@cache
def _template(name: str) -> Template:
    return Template((Path(__file__).with_name("layouts") / f"{name}.html").read_text(encoding="utf-8"))
