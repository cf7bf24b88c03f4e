"""What was found: integrity, the life of each post, screenshots read. Facts only; opinion has its own section."""

from __future__ import annotations

from evidentia.detect.kept_history import PLATFORM_HISTORY
from evidentia.detect.words import visible_words
from evidentia.record.item import Role
from evidentia.record.life import Change, Contradiction, Timeline, Version, WordMove
from evidentia.record.life import Words as WordRun
from evidentia.record.post import OWN_CAPTURE, Evidence, Observation, Post, State
from evidentia.record.sentences import stated
from evidentia.record.verdict import Fault, Note, Requirement, Status, Verdict
from evidentia.report.document import (
    Block,
    Cell,
    Facts,
    Figure,
    Grade,
    Graded,
    Pair,
    Paragraph,
    Points,
    Section,
    Table,
    Tone,
    Words,
)
from evidentia.report.life_words import change_signals, signals_text
from evidentia.report.material import Language, Material, Picture, ReadItem, only_at_work
from evidentia.report.sections.absence import absence_blocks
from evidentia.report.sections.plot import plot_of
from evidentia.report.sections.reading_tables import reading_tables
from evidentia.report.texts import bounds, decimal, moment, phrases, retold, say, word

GRADES = {Status.PASSED: Grade.GOOD, Status.INDETERMINATE: Grade.OPEN, Status.FAILED: Grade.BAD}

_VERSION_ROLES = (Role.ELEMENT, Role.FULL_PAGE)
_SHOT_ROLES = (Role.ANNOTATED, Role.ORIGINAL)


def integrity_section(m: Material, language: Language) -> Section:
    """What verification said of the bundle, fault by fault, by the four requirements of UU ITE Pasal 5-6."""

    def t(key: str, **values: object) -> str:
        return say(language, f"integrity.{key}", **values)

    blocks: list[Block] = [Paragraph(text=t("intro"))]
    if m.verdict is None:
        blocks.append(Paragraph(text=t("not_verified"), tone=Tone.WARNING))
    else:
        blocks += _verdict_blocks(m.verdict, language)
    if m.pending:
        blocks += [Paragraph(text=t("pending"), tone=Tone.WARNING), Points(points=m.pending)]
    return Section(key="integrity", heading=t("heading"), blocks=tuple(blocks))


def timeline_sections(m: Material, language: Language, *, plotted: bool = False) -> tuple[Section, ...]:
    """One section for each post: what it said, when it changed, what became of it. ``plotted``: with a plot."""
    return tuple(
        _timeline_section(m, n, timeline, language, plotted) for n, timeline in enumerate(m.timelines, 1)
    )


def reading_sections(m: Material, language: Language) -> tuple[Section, ...]:
    """One section for each screenshot that was read against the captures."""
    return tuple(_reading_section(m, read, language) for read in m.readings)


def picture_of(m: Material, item: int, roles: tuple[Role, ...]) -> Picture | None:
    """The item's picture whose role comes first, if it is in the bundle."""
    if item in m.withheld:
        return None
    of_item = [p for p in m.pictures if p.item == item and p.role in roles]
    return min(of_item, key=lambda p: roles.index(p.role), default=None)


def _verdict_blocks(verdict: Verdict, language: Language) -> list[Block]:
    def t(key: str, **values: object) -> str:
        return say(language, f"integrity.{key}", **values)

    counts = t(
        "counts",
        events=len(verdict.events),
        items=len(verdict.items),
        faults=len(verdict.faults),
        # A verdict is about one state of the case; the reader can compare it with the head.
        seal=verdict.head.seal if verdict.head else say(language, "answer.none"),
    )
    at_work = (t("at_work"),) if only_at_work(verdict) else ()
    blocks: list[Block] = [
        Graded(
            grade=GRADES[verdict.status],
            word=word(language, verdict.status),
            about=t("verdict"),
            reason="\n".join((*at_work, counts)),
        )
    ]
    rows = tuple(
        (Cell(text=word(language, r)), Cell(text=word(language, s)), Cell(text=met(verdict, r, language)))
        for r, s in verdict.requirements.items()
    )
    asked = (t("requirement"), t("status"), t("found"))
    blocks.append(Table(header=asked, widths=(5, 4, 7), rows=rows, caption=t("requirements")))
    if verdict.faults:
        faults = tuple(
            (
                Cell(text=f.code, mono=True),
                Cell(text=word(language, f.status)),
                Cell(text=f.path, mono=True),
                Cell(text=_fault_detail(f, language)),
            )
            for f in verdict.faults
        )
        header = (t("code"), t("status"), t("path"), t("detail"))
        blocks.append(Table(header=header, widths=(5, 3, 4, 5), rows=faults, caption=t("faults")))
    if verdict.notes:
        blocks.append(Points(points=tuple(_note(one, language) for one in verdict.notes)))
    return blocks


def _fault_detail(fault: Fault, language: Language) -> str:
    """What was expected and found, in a verdict's English; before it, in other languages, what the code means."""
    detail = say(language, "integrity.expected", expected=fault.expected, found=fault.found)
    meaning = f"fault.{fault.code}"
    if language is Language.ENGLISH or meaning not in phrases():
        return detail
    return "\n".join((say(language, meaning), say(language, "verdict.english_detail"), detail))


def _note(note: Note, language: Language) -> str:
    where = f"{note.code} {note.path}" if note.path else note.code
    return f"{where}: {retold(language, f'note.{note.code}', note.text)}"


def met(verdict: Verdict, requirement: Requirement, language: Language) -> str:
    """The codes of the faults that touch a requirement, or that there is none."""
    codes = list(dict.fromkeys(f.code for f in verdict.faults if f.requirement is requirement))
    return ", ".join(codes) if codes else say(language, "integrity.no_fault")


def _timeline_section(m: Material, n: int, timeline: Timeline, language: Language, plotted: bool) -> Section:
    def t(key: str, **values: object) -> str:
        return say(language, f"timeline.{key}", **values)

    blocks: list[Block] = [Facts(rows=_post_facts(m, timeline, language))]
    if plotted and (plot := plot_of(timeline, m.zone, language)) is not None:
        blocks.append(plot)
    blocks.append(
        Table(
            header=(t("during"), t("state"), t("signals"), t("evidence")),
            widths=(13, 6, 12, 7),
            rows=tuple(_look_row(m, look, language) for look in timeline.observations),
            caption=t("observations"),
        )
    )
    blocks += absence_blocks(m, timeline, language)
    for version in timeline.versions:
        blocks += _version_blocks(m, version, language)
    for number, change in enumerate(timeline.changes, 1):
        blocks += _change_blocks(m, number, change, language)
    blocks += _contradiction_blocks(m, timeline.contradictions, language)
    blocks += _version_figures(m, timeline, language)
    return Section(key=f"post-{n}", heading=t("heading", n=n), blocks=tuple(blocks))


def _post_facts(m: Material, timeline: Timeline, language: Language) -> tuple[tuple[str, Cell], ...]:
    def t(key: str) -> str:
        return say(language, f"timeline.{key}")

    rows = [(t("url"), timeline.url, True), (t("last_state"), word(language, timeline.state), False)]
    seen = next((look.post for look in timeline.observations if look.post), None)
    if seen is not None:
        rows += [
            (t("platform"), f"{seen.platform}, {seen.native_id}", False),
            (t("author"), _author(seen, language), False),
            (t("created"), moment(language, seen.created_at, m.zone), False),
        ]
    return tuple((name, Cell(text=text, mono=mono)) for name, text, mono in rows)


def _author(seen: Post, language: Language) -> str:
    parts = (("id", seen.author.id), ("handle", seen.author.handle), ("name", seen.author.name))
    unstated = say(language, "answer.unstated")
    return "\n".join(say(language, f"timeline.author_{key}", value=value or unstated) for key, value in parts)


def _look_row(m: Material, look: Observation, language: Language) -> tuple[Cell, ...]:
    signals = [signals_text(language, (one,)) for one in look.signals]
    if look.source != OWN_CAPTURE:  # somebody else's word: an outside archive, a file that was handed over
        signals.insert(0, look.source)
    if look.reason:
        signals.append(stated(look.says, look.reason, language))
    return (
        Cell(text=bounds(language, look.during.not_before, look.during.not_after, m.zone)),
        Cell(text=word(language, look.state)),
        Cell(text="\n".join(signals) or "–"),
        Cell(text=_evidence(look.evidence), mono=True),
    )


def _evidence(evidence: tuple[Evidence, ...]) -> str:
    return "\n".join(f"{e.item:06d} {e.path}" for e in evidence) or "–"


def _version_blocks(m: Material, version: Version, language: Language) -> list[Block]:
    seen = bounds(language, version.not_before, version.not_after, m.zone)
    stated = "_stated" if version.sources == (PLATFORM_HISTORY,) else ""  # seen by nobody when it stood
    rows = [(say(language, f"timeline.version{stated}", n=version.n), Cell(text=seen))]
    if version.sources not in ((), (OWN_CAPTURE,)):
        rows.append((say(language, "timeline.sources"), Cell(text="\n".join(version.sources))))
    if version.stated_at is not None:
        at = moment(language, version.stated_at, m.zone)
        rows.append((say(language, "timeline.stated_at"), Cell(text=at)))
    rows.append((say(language, "timeline.evidence"), Cell(text=_evidence(version.evidence), mono=True)))
    return [Facts(rows=tuple(rows)), Paragraph(text=version.text, tone=Tone.QUOTE)]


def _contradiction_blocks(m: Material, found: tuple[Contradiction, ...], language: Language) -> list[Block]:
    def t(key: str, **values: object) -> str:
        return say(language, f"timeline.{key}", **values)

    blocks: list[Block] = [Paragraph(text=t("contradictions"), tone=Tone.WARNING)] if found else []
    for number, one in enumerate(found, 1):
        signals = signals_text(language, one.signals)
        rows = (
            (t("contradiction", n=number), Cell(text=word(language, one.kind))),
            (t("between"), Cell(text=bounds(language, one.not_before, one.not_after, m.zone))),
            (t("signals"), Cell(text=signals or "–")),
            (t("evidence"), Cell(text=_evidence(one.evidence), mono=True)),
        )
        blocks.append(Facts(rows=rows))
    return blocks


def _change_blocks(m: Material, number: int, change: Change, language: Language) -> list[Block]:
    def t(key: str, **values: object) -> str:
        return say(language, f"timeline.{key}", **values)

    rows = [
        (t("change", n=number), Cell(text=word(language, change.kind))),
        (t("between"), Cell(text=bounds(language, change.not_before, change.not_after, m.zone))),
    ]
    if not change.words:
        before, after = (_state_word(text, language) for text in (change.before, change.after))
        rows += [(t("before"), Cell(text=before)), (t("after"), Cell(text=after))]
    if change.signals:
        rows.append((t("signals"), Cell(text=signals_text(language, change_signals(language, change)))))
    rows.append((t("evidence"), Cell(text=_evidence(change.evidence), mono=True)))
    blocks: list[Block] = [Facts(rows=tuple(rows))]
    if change.words:
        blocks.append(Words(caption=t("words"), legend=t("words_legend"), words=marked(change.words)))
    return blocks


def marked(words: tuple[WordRun, ...]) -> tuple[tuple[WordMove, str], ...]:
    """Runs of words for print, to be set one after another. White space at the ends of a mark stands outside of
    it; where white space alone went or came, it is written as ``·`` and ``↵``."""
    runs: list[tuple[WordMove, str]] = []
    for run in visible_words(words):
        core = run.text.strip(" \n")
        if run.move is WordMove.SAME or not run.text:
            runs.append((run.move, run.text))
        elif not core:
            runs.append((run.move, run.text.replace(" ", "·").replace("\n", "↵")))
        else:
            before, _, after = run.text.partition(core)
            runs += [(WordMove.SAME, before), (run.move, core), (WordMove.SAME, after)]
    return tuple((move, text) for move, text in runs if text)


def _state_word(text: str, language: Language) -> str:
    """The word for a state where the text names one; any other text as it is."""
    return word(language, State(text)) if text in set(State) else text


def _version_figures(m: Material, timeline: Timeline, language: Language) -> list[Block]:
    shown = [(version, _version_picture(m, version)) for version in timeline.versions]
    figures = [
        figure(m, picture, language, say(language, "figure.version", n=version.n), alt=version.text)
        for version, picture in shown
        if picture
    ]
    pairs: list[Block] = [Pair(first=a, second=b) for a, b in zip(figures[::2], figures[1::2], strict=False)]
    return pairs + ([figures[-1]] if len(figures) % 2 else [])


def _version_picture(m: Material, version: Version) -> Picture | None:
    found = (picture_of(m, evidence.item, _VERSION_ROLES) for evidence in version.evidence)
    return next((picture for picture in found if picture), None)


def figure(m: Material, picture: Picture, language: Language, title: str, alt: str) -> Figure:
    """A picture with its item, path and digest as the record has them."""
    name = picture.path.rsplit("/", 1)[-1]
    digests = (f.sha256 for i in m.items if i.item == picture.item for f in i.files if f.name == name)
    caption = say(
        language,
        "figure.caption",
        title=title,
        role=word(language, picture.role),
        item=f"{picture.item:06d}",
        path=picture.path,
        sha256=next(digests, say(language, "answer.unstated")),
    )
    return Figure(
        path=picture.path,
        caption=caption,
        alt=say(language, "figure.alt", title=title, item=f"{picture.item:06d}", text=alt[:_ALT_LENGTH]),
    )


_ALT_LENGTH = 300  # characters: an alternative that a screen reader can read in half a minute


def _reading_section(m: Material, read: ReadItem, language: Language) -> Section:
    def t(key: str, **values: object) -> str:
        return say(language, f"reading.{key}", **values)

    reading = read.reading
    unknown = say(language, "answer.unknown")
    rows = [
        (t("outcome"), Cell(text=word(language, reading.outcome))),
        (t("post"), Cell(text=reading.post or say(language, "answer.none"), mono=True)),
        (t("version"), Cell(text=unknown if reading.version is None else str(reading.version))),
        (
            t("similarity"),
            Cell(text=unknown if reading.similarity is None else decimal(language, reading.similarity, 3)),
        ),
        (t("reason"), Cell(text=stated(reading.says, reading.reason, language))),
        (t("method"), Cell(text=f"{reading.method.name} {reading.method.version}")),
        (t("evidence"), Cell(text=_evidence(reading.evidence), mono=True)),
    ]
    blocks: list[Block] = [Facts(rows=tuple(rows))]
    if reading.shown_text:
        blocks += [Paragraph(text=t("shown_text")), Paragraph(text=reading.shown_text, tone=Tone.QUOTE)]
    blocks += reading_tables(reading, language)
    blocks += _reading_figures(m, read, language)
    return Section(
        key=f"reading-{read.item:06d}", heading=t("heading", item=f"{read.item:06d}"), blocks=tuple(blocks)
    )


def _reading_figures(m: Material, read: ReadItem, language: Language) -> list[Block]:
    kept = None if read.kept is None else picture_of(m, read.kept, (Role.ANNOTATED,))
    shot = kept or picture_of(m, read.item, _SHOT_ROLES)
    found = (picture_of(m, evidence.item, _VERSION_ROLES) for evidence in read.reading.evidence)
    capture = next((p for p in found if p and p.item not in (read.item, read.kept)), None)
    figures = []
    if shot:
        title = say(language, "figure.screenshot")
        figures.append(figure(m, shot, language, title, alt=read.reading.shown_text))
    if capture:
        figures.append(figure(m, capture, language, say(language, "figure.capture"), alt=""))
    return [Pair(first=figures[0], second=figures[1])] if len(figures) == 2 else list(figures)
