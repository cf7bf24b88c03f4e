"""The page of the lives of posts: one file that opens offline, without any script, told for a lay reader.

Everything that others wrote goes through ``html_blocks.rich``; pictures are copies that evidentia drew, inside of
the page itself.
"""

from __future__ import annotations

from evidentia.detect.state import INFORMATIVE, PRESENT
from evidentia.record.life import Change, Contradiction, Standing, Timeline, Version
from evidentia.record.post import Observation
from evidentia.record.sentences import stated

from .html_blocks import rich
from .life_change import Pictures, change_html
from .life_material import LifePage, ShownLife
from .life_words import (
    absence_text,
    author_text,
    between,
    evidence_text,
    explanations_of,
    moment,
    signals_text,
    source_name,
    span,
)
from .material import Language
from .page_frame import both, footer, framed, in_both, styles
from .texts import say, word

MOST_LOOKS = 500
"""The last looks of a post that its table shows: more than a year of daily ones. All are in the case's tables."""


def life_page(page: LifePage) -> str:
    """The whole page, in both languages; the same material gives the same text."""
    pictures = Pictures()
    lives = "".join(_life(page, n, life, pictures) for n, life in enumerate(page.lives, 1))
    links = "".join(
        f'<li><a href="#post-{n}">{in_both(lambda one, n=n, life=life: _heading(one, n, life.timeline))}</a></li>'  # type: ignore[misc]
        for n, life in enumerate(page.lives, 1)
    )
    about = "".join(
        f"<p>{both(key, case=page.case)}</p>" for key in ("life.about", "life.bounds", "life.marks")
    )
    return framed(
        title=f"{page.case}: {say(page.language, 'life.title')}",
        language=page.language,
        style=styles("exhibit.css", "life.css"),
        pictures="data:",
        header=f'<p>{both("life.title")}</p><h1>{rich(page.title)}</h1><p class="mono">{rich(page.case)}</p>',
        content=f'<div class="about">{about}</div>'
        + (
            f'<nav aria-labelledby="contents"><p id="contents" class="note">{both("exhibit.contents")}</p>'
            f"<ul>{links}</ul></nav>{lives}"
            if page.lives
            else f"<p>{both('life.no_posts')}</p>"
        ),
        footer=footer(page.tool.name, page.tool.version),
    )


def _life(page: LifePage, n: int, life: ShownLife, pictures: Pictures) -> str:
    timeline = life.timeline
    changes = "".join(
        change_html(page, f"post-{n}-change-{k}", k, shown, pictures)
        for k, shown in enumerate(life.changes, 1)
    )
    return (
        f'<section class="life" aria-labelledby="post-{n}"><h2 id="post-{n}">'
        f"{in_both(lambda one: _heading(one, n, timeline))}</h2>{_facts(page, timeline)}{_summary(page, timeline)}"
        f"{_story(page, n, timeline)}{changes}{_contradictions(page, timeline.contradictions)}"
        f"{_versions(page, timeline.versions)}{_looks(page, timeline.observations)}</section>\n"
    )


def _heading(language: Language, n: int, timeline: Timeline) -> str:
    seen = next((look.post for look in timeline.observations if look.post), None)
    if seen is None:
        return say(language, "life.post", n=n, who=say(language, "life.unread"))
    who = seen.author.name or seen.author.handle or seen.author.id or say(language, "answer.unstated")
    return say(language, "life.post", n=n, who=who)


def _facts(page: LifePage, timeline: Timeline) -> str:
    seen = next((look.post for look in timeline.observations if look.post), None)
    rows = [(both("timeline.url"), f'<span class="mono">{rich(timeline.url)}</span>')]
    if seen is not None:
        author = seen.author
        rows += [
            (both("timeline.platform"), rich(f"{seen.platform}, {seen.native_id}")),
            (both("timeline.author"), in_both(lambda one: author_text(one, author))),
        ]
        if seen.created_at is not None:
            created = seen.created_at
            rows.append((both("timeline.created"), in_both(lambda one: moment(one, created, page.zone))))
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows) + "</dl>"


def _summary(page: LifePage, timeline: Timeline) -> str:
    starts = [look.during.not_before for look in timeline.observations if look.during.not_before]
    ends = [look.during.not_after for look in timeline.observations if look.during.not_after]

    def looked(one: Language) -> str:
        return say(
            one,
            "life.looked",
            looks=len(timeline.observations),
            first=moment(one, min(starts, default=None), page.zone),
            last=moment(one, max(ends, default=None), page.zone),
            versions=len(timeline.versions),
            changes=len(timeline.changes),
        )

    still = "" if timeline.changes else f"<p>{both('life.no_change')}</p>"
    last = in_both(lambda one: say(one, "life.last", state=word(one, timeline.state)))
    gone = any(absence_text(one, timeline) for one in Language)
    strength = f"<p>{in_both(lambda one: absence_text(one, timeline) or '')}</p>" if gone else ""
    kind = (
        "there"
        if timeline.state in PRESENT
        else "gone-from-view"
        if timeline.state in INFORMATIVE
        else "not-known"
    )
    return f'<p>{in_both(looked)}</p><p class="last {kind}"><strong>{last}</strong></p>{strength}{still}'


def _story(page: LifePage, n: int, timeline: Timeline) -> str:
    """Standings and changes as one ladder in time; a change stands before what it led to."""
    entries = [
        *(
            (change.not_after, 0, k, _change_entry(page, n, k, change))
            for k, change in enumerate(timeline.changes, 1)
        ),
        *((s.not_after, 1, k, _standing_entry(page, s)) for k, s in enumerate(timeline.standings)),
    ]
    if not entries:
        return ""
    dated = sorted((one for one in entries if one[0] is not None), key=lambda one: one[:3])
    undated = [one for one in entries if one[0] is None]
    items = "".join(one[3] for one in (*dated, *undated))
    return f'<h3>{both("life.story")}</h3><ol class="chain story">{items}</ol>'


def _change_entry(page: LifePage, n: int, k: int, change: Change) -> str:
    name = in_both(lambda one: say(one, "life.change", n=k, kind=word(one, change.kind)))
    when = in_both(lambda one: between(one, change, page.zone))
    return f'<li class="moved"><p><a href="#post-{n}-change-{k}"><strong>{name}</strong></a></p><p>{when}</p></li>'


def _standing_entry(page: LifePage, standing: Standing) -> str:
    key = "life.stood" if standing.looks > 1 else "life.stood_once"
    name = in_both(lambda one: say(one, key, state=word(one, standing.state), looks=standing.looks))
    if standing.version is not None:
        name += f" · {both('life.wording', n=standing.version)}"
    when = in_both(lambda one: span(one, standing.not_before, standing.not_after, page.zone))
    return f'<li><p><strong>{name}</strong></p><p class="note">{when}</p></li>'


def _contradictions(page: LifePage, found: tuple[Contradiction, ...]) -> str:
    if not found:
        return ""
    return f"<h3>{both('life.contradictions')}</h3><p>{both('life.contradictions.intro')}</p>" + "".join(
        _contradiction(page, one) for one in found
    )


def _contradiction(page: LifePage, one: Contradiction) -> str:
    rows = [
        (
            both("timeline.between"),
            in_both(lambda lang: span(lang, one.not_before, one.not_after, page.zone)),
        ),
        (both("life.signals"), in_both(lambda lang: signals_text(lang, one.signals) or "–")),
        (both("life.evidence"), f'<span class="mono">{rich(evidence_text(one.evidence))}</span>'),
    ]
    rows.insert(1, (both("life.explanations"), in_both(lambda lang: "\n".join(explanations_of(lang, one)))))
    facts = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return (
        f'<div class="contradiction"><p class="warning">{in_both(lambda lang: word(lang, one.kind))}</p>'
        f"{_statement(one)}<dl>{facts}</dl></div>"
    )


def _statement(one: Contradiction) -> str:
    told = {lang: stated(one.says, one.statement, lang) for lang in Language}
    if len(set(told.values())) == 1:
        return f'<p lang="en">{rich(one.statement)}</p>'
    return f"<p>{in_both(told.__getitem__)}</p>"


def _versions(page: LifePage, versions: tuple[Version, ...]) -> str:
    if not versions:
        return ""
    return f"<h3>{both('life.versions')}</h3>" + "".join(_version(page, one) for one in versions)


def _version(page: LifePage, version: Version) -> str:
    rows = [
        (
            both("life.versions.seen"),
            in_both(lambda one: span(one, version.not_before, version.not_after, page.zone)),
        )
    ]
    if version.stated_at is not None:
        stated = version.stated_at
        rows.append((both("life.versions.stated"), in_both(lambda one: moment(one, stated, page.zone))))
    if version.sources:
        rows.append(
            (
                both("life.versions.sources"),
                in_both(lambda one: ", ".join(source_name(one, s) for s in version.sources)),
            )
        )
    rows.append((both("life.evidence"), f'<span class="mono">{rich(evidence_text(version.evidence))}</span>'))
    facts = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows)
    return (
        f'<div class="version"><h4>{both("life.wording", n=version.n)}</h4>'
        f"<blockquote>{rich(version.text)}</blockquote><dl>{facts}</dl></div>"
    )


def _looks(page: LifePage, looks: tuple[Observation, ...]) -> str:
    columns = (
        "timeline.during",
        "timeline.state",
        "life.versions.sources",
        "life.looks.reason",
        "life.evidence",
    )
    header = "".join(f'<th scope="col">{both(key)}</th>' for key in columns)
    rows = "".join(_look(page, look) for look in looks[-MOST_LOOKS:])
    left = len(looks) - MOST_LOOKS
    more = f'<p class="note">{both("life.looks.more", left=left)}</p>' if left > 0 else ""
    return (
        f'<details><summary>{both("life.looks", n=len(looks))}</summary>{more}<div class="scroll" role="region" '
        f'tabindex="0"><table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div></details>'
    )


def _look(page: LifePage, look: Observation) -> str:
    cells = (
        in_both(lambda one: span(one, look.during.not_before, look.during.not_after, page.zone)),
        in_both(lambda one: word(one, look.state)),
        in_both(lambda one: source_name(one, look.source)),
        in_both(lambda one: _remark(one, look)),
        f'<span class="mono">{rich(evidence_text(look.evidence))}</span>',
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _remark(language: Language, look: Observation) -> str:
    """Why the look shows this state, and what shows it."""
    why = stated(look.says, look.reason, language)
    return "\n".join(part for part in (why, signals_text(language, look.signals)) if part) or "–"
