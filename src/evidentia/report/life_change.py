"""One change on the page of lives: before and after side by side, in words and in pictures."""

from __future__ import annotations

import base64

from evidentia.detect.marking import Drawn
from evidentia.detect.words import visible_words
from evidentia.record.life import Change, MediaMove, WordMove, Words
from evidentia.record.post import Media, Observation
from evidentia.record.sentences import stated

from .html_blocks import attribute, rich
from .life_material import LifePage, ShownChange, SidePicture
from .life_words import (
    between,
    change_signals,
    evidence_text,
    moment,
    sides_of,
    signals_text,
    source_name,
    span,
)
from .material import Language
from .page_frame import both, in_both
from .texts import say, word

MOST_EMBEDDED = 48 * 1024 * 1024
"""Bytes of pictures in one page: 64 MiB in base64, as large as a picture file may be that a report shows."""


_SIDES = {WordMove.REMOVED: "before", WordMove.ADDED: "after"}


class Pictures:
    """What may still be put into the page."""

    def __init__(self, left: int = MOST_EMBEDDED) -> None:
        self._left = left

    def take(self, png: bytes) -> str | None:
        """The address of a picture inside of the page; None where no more fits."""
        if len(png) > self._left:
            return None
        self._left -= len(png)
        return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def change_html(page: LifePage, key: str, n: int, shown: ShownChange, pictures: Pictures) -> str:
    """One change as a section whose id is ``key``."""
    change = shown.change
    heading = in_both(lambda one: say(one, "life.change", n=n, kind=word(one, change.kind)))
    when = in_both(lambda one: between(one, change, page.zone))
    sides = "".join(_side(page, key, shown, move) for move in _SIDES)
    figures = "".join(_figure(page, n, key, shown, move, pictures) for move in _SIDES)
    return (
        f'<section class="change" aria-labelledby="{key}"><h3 id="{key}">{heading}</h3><p>{when}</p>'
        f'<div class="pair">{sides}</div><div class="pictures">{figures}</div>'
        f"{_media(change.media)}{_shown_by(change)}</section>"
    )


def _side(page: LifePage, key: str, shown: ShownChange, move: WordMove) -> str:
    name = _SIDES[move]
    look = shown.before if move is WordMove.REMOVED else shown.after
    place = f"{key}-{name}"
    return (
        f'<div class="side {name}" role="group" aria-labelledby="{place}"><h4 id="{place}">{both(f"life.{name}")}</h4>'
        f"{_look(page, look)}{_wording(shown.change, move)}</div>"
    )


def _look(page: LifePage, look: Observation | None) -> str:
    if look is None:
        return ""

    def told(one: Language) -> str:
        source = source_name(one, look.source)
        first, last = look.during.not_before, look.during.not_after
        if first is None or last is None:
            return say(one, "life.source", source=source)
        return say(
            one,
            "life.look",
            first=moment(one, first, page.zone),
            last=moment(one, last, page.zone),
            source=source,
        )

    return f'<p class="note">{in_both(told)}</p>'


def _wording(change: Change, move: WordMove) -> str:
    if change.words:
        runs = "".join(_run(run, move) for run in visible_words(change.words))
        return f'<p class="words">{runs}</p>'
    index = 0 if move is WordMove.REMOVED else 1
    told = in_both(lambda one: sides_of(one, change)[index] or say(one, "life.nothing"))
    return f"<blockquote>{told}</blockquote>"


def _run(run: Words, move: WordMove) -> str:
    if run.move is WordMove.SAME:
        return rich(run.text)
    if run.move is not move:
        return ""
    core = run.text.strip(" \n")
    before, _, after = run.text.partition(core) if core else ("", "", "")
    text = rich(core or run.text.replace(" ", "·").replace("\n", "↵"))
    kind, tag = ("gone", "del") if move is WordMove.REMOVED else ("came", "ins")
    return f'{rich(before)}<span class="{kind}"><{tag}>{text}</{tag}></span>{rich(after)}'


def _figure(page: LifePage, n: int, key: str, shown: ShownChange, move: WordMove, pictures: Pictures) -> str:
    name = _SIDES[move]
    picture = shown.picture_before if move is WordMove.REMOVED else shown.picture_after
    title = f"<strong>{both(f'life.{name}')}</strong>"
    drawn, why = picture.drawn, picture.why
    if drawn is None:
        told = "" if why is None else in_both(lambda one: say(one, "life.picture.none", why=word(one, why)))
        return f'<p class="note {name}">{title}: {told}</p>'
    address = pictures.take(drawn.png)
    if address is None:
        return f'<p class="note {name}">{title}: {both("life.picture.too_many", **_origin(picture))}</p>'
    alt = attribute(say(page.language, f"life.picture.alt_{name}", n=n))
    caption = "".join(f"<p>{note}</p>" for note in _notes(page, picture, drawn))
    return (
        f'<figure class="{name}"><p id="{key}-{name}-picture">{title}</p>'
        f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{key}-{name}-picture">'
        f'<img src="{address}" alt="{alt}" width="{round(drawn.box.w)}" height="{round(drawn.box.h)}"></div>'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _notes(page: LifePage, picture: SidePicture, drawn: Drawn) -> list[str]:
    """What is to be said of a picture: why nothing is marked, what could not be, and what it was cut out of."""
    why, other, notes = picture.why, picture.other_look, []
    if other is not None:
        during = other.during
        notes.append(
            in_both(
                lambda one: say(
                    one, "life.picture.other", when=span(one, during.not_before, during.not_after, page.zone)
                )
            )
        )
    if why is not None:
        notes.append(in_both(lambda one: say(one, "life.picture.unmarked", why=word(one, why))))
    if drawn.left_out:
        notes.append(both("life.picture.left_out", words=" · ".join(drawn.left_out)))
    if drawn.confirmed is False:
        notes.append(both("life.picture.unconfirmed"))
    notes.append(both("life.picture.marked" if drawn.marks else "life.picture.plain", **_origin(picture)))
    return notes


def _origin(picture: SidePicture) -> dict[str, str]:
    return {"item": f"{picture.item:06d}", "path": picture.path, "sha256": picture.sha256}


def _media(moves: tuple[MediaMove, ...]) -> str:
    if not moves:
        return ""
    columns = ("life.media.fate", "life.before", "life.after", "life.media.distance", "life.media.reason")
    header = "".join(f'<th scope="col">{both(key)}</th>' for key in columns)
    rows = "".join(_media_row(move) for move in moves)
    return (
        f'<div class="scroll" role="region" tabindex="0"><table><caption>{both("life.media")}</caption>'
        f"<thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _media_row(move: MediaMove) -> str:
    cells = (
        in_both(lambda one: word(one, move.fate)),
        _medium(move.before),
        _medium(move.after),
        "–" if move.distance is None else str(move.distance),
        in_both(lambda one: stated(move.says, move.reason, one) or "–"),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _medium(medium: Media | None) -> str:
    if medium is None:
        return "–"
    digest = f"SHA-256 {medium.sha256}" if medium.sha256 else "–"
    return f'<span class="mono">{rich(medium.url)}<br>{rich(digest)}</span>'


def _shown_by(change: Change) -> str:
    rows = [(both("life.evidence"), f'<span class="mono">{rich(evidence_text(change.evidence))}</span>')]
    if change.signals:
        told = in_both(lambda one: signals_text(one, change_signals(one, change)))
        rows.insert(0, (both("life.signals"), told))
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"
