"""Pages that look as the large platforms' apps do, without being them: ``layouts/`` holds one template for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from benchmarks.screenshots.stories import Story

TUNING = ("burung", "buku", "gambar", "obrolan")
"""Layouts that the method may be tuned on: a post's own page, a card, a caption, a messenger's bubble."""

HELD_OUT = ("langit", "utas", "forum", "video")
"""Layouts of which rates are told: a feed, a thread, an old forum, comments under a video."""

FONTS = (
    "'Liberation Sans'",
    "'DejaVu Sans'",
    "'Liberation Serif'",
    "'Liberation Sans Narrow'",
    "'DejaVu Serif'",
)

_MORE = {
    "burung": "Tampilkan lebih banyak",
    "buku": "Lihat selengkapnya",
    "obrolan": "Baca selengkapnya",
    "utas": "Lainnya",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


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
    """What is shown of a story: one wording, perhaps cut off, perhaps with another post quoted below."""

    layout: str
    story: Story
    text: str
    theme: Theme
    font: str
    size: int
    bar: str
    more: bool = False
    quoted: str = ""


def document(page: Page) -> str:
    """The whole page: a phone's status bar, an app's bar, the post, an advertisement. The text's id is ``text``."""
    theme = page.theme
    places = {
        "ink": theme.ink,
        "quiet": theme.quiet,
        "ground": theme.ground,
        "accent": theme.accent,
        "wall": theme.wall,
        "bubble": theme.bubble,
        "font": page.font,
        "size": str(page.size),
        "bar": page.bar,
        "avatar": '<div style="width: 38px; height: 38px; border-radius: 50%; flex: none; background: #79a"></div>',
        "text": _text(page),
        "quote": _quote(page),
        **_around(page.story),
    }
    return _template("page").substitute(places, post=_template(page.layout).substitute(places))


def is_cut(page: Page) -> bool:
    """Whether the text ends before its end, and says so."""
    return page.more and len(page.text) > 110


def short_count(count: int) -> str:
    """As Indonesian apps write it: 931, 1,2 rb, 12 rb."""
    if count < 1000:
        return str(count)
    return (f"{count / 1000:.1f}" if count < 10_000 else str(count // 1000)).replace(".", ",").replace(
        ",0", ""
    ) + " rb"


def english_count(count: int) -> str:
    """As English apps write it: 931, 1.2K, 12K."""
    if count < 1000:
        return str(count)
    return (f"{count / 1000:.1f}" if count < 10_000 else str(count // 1000)).replace(".0", "") + "K"


def _around(story: Story) -> dict[str, str]:
    at: datetime = story.at
    return {
        "name": escape(story.name),
        "handle": escape(story.handle),
        "day": f"{at.day} {_MONTHS[at.month - 1]} {at.year}",
        "short_day": f"{at:%d/%m/%y}",
        "dashed_day": f"{at:%d-%m-%Y}",
        "day_month": f"{at:%d-%m}",
        "time": f"{at:%H.%M}",
        "colon_time": f"{at:%H:%M}",
        "views": short_count(story.likes * 31),
        "likes": short_count(story.likes),
        "comments": short_count(story.comments),
        "shares": short_count(story.shares),
        "english_likes": english_count(story.likes),
        "english_comments": english_count(story.comments),
        "english_shares": english_count(story.shares),
        "all_likes": f"{story.likes:,}".replace(",", "."),
        "all_comments": f"{story.comments:,}".replace(",", "."),
        "all_shares": f"{story.shares:,}".replace(",", "."),
    }


def _text(page: Page) -> str:
    text, tail = page.text, ""
    if is_cut(page):
        text = text[: text.rindex(" ", 0, max(80, len(text) * 2 // 3))]
        tail = f'… <span class="quiet">{_MORE.get(page.layout, "selengkapnya")}</span>'
    return f'<div id="text">{escape(text)}{tail}</div>'


def _quote(page: Page) -> str:
    if not page.quoted:
        return ""
    return (
        '<div style="border: 1px solid #8886; border-radius: 12px; padding: 10px; margin-top: 10px; font-size: .9em">'
        f'<b>Staf Umum</b> <span class="quiet">@stafumum · 2 jam</span><div>{escape(page.quoted)}</div></div>'
    )


@cache
def _template(name: str) -> Template:
    return Template((Path(__file__).with_name("layouts") / f"{name}.html").read_text(encoding="utf-8"))
