"""The life of a post as lines for the terminal, in Indonesian or English, told for a lay reader."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from evidentia.record.errors import UsageError
from evidentia.record.life import Change, Contradiction, MediaMove, Standing, Timeline, Version, WordMove
from evidentia.record.moment import stated_zone
from evidentia.record.post import Evidence, Media, Signal

from .speaking import shown

if TYPE_CHECKING:
    from evidentia.detect.moments import Known, Sighting
    from evidentia.report.material import Language

MARKS = {WordMove.SAME: "{}", WordMove.REMOVED: r"[red]\[-{}-][/]", WordMove.ADDED: "[green]{{+{}+}}[/]"}
"""How runs of words are shown: told by brackets where there are no colours (NO_COLOR, a file)."""


def language_of(text: str | None) -> Language:
    """The language that was asked for; else that of the terminal (POSIX: LC_ALL, LC_MESSAGES, LANG), or English.

    Raises:
        UsageError: another language was asked for.
    """
    from evidentia.report.material import Language

    if text is None:
        stated = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        first = next((one for one in stated if one), "")
        return Language.INDONESIAN if first.split(".")[0].split("_")[0] == "id" else Language.ENGLISH
    try:
        return Language(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a language of evidentia.", next_step="Use id or en.") from error


def life_lines(life: Timeline, language: Language) -> Iterator[str]:
    """Everything that is known of a post, line by line; what came from outside is made harmless."""
    telling = _Telling(language)
    yield from telling.head(life)
    for version in life.versions:
        yield from telling.version(version)
    for n, change in enumerate(life.changes, 1):
        yield from telling.change(n, change)
    if life.standings:
        yield ""
        yield f"[bold]{telling.say('life.story')}[/]"
        for standing in life.standings:
            yield from telling.standing(standing)
    for contradiction in life.contradictions:
        yield from telling.contradiction(contradiction)


def moment_lines(life: Timeline, known: Known, language: Language) -> Iterator[str]:
    """What can be said of a post at one moment, line by line."""
    yield from _Telling(language).moment(life, known)


def words_line(change: Change) -> str:
    """The words that stayed, came and went, in brackets and colours; what hides in them is written out."""
    from evidentia.detect.words import visible_words

    return "".join(MARKS[run.move].format(shown(run.text)) for run in visible_words(change.words))


class _Telling:
    """Tells in one language and in this machine's own zone."""

    def __init__(self, language: Language) -> None:
        self._language, self._zone = language, stated_zone()

    def say(self, key: str, **values: object) -> str:
        from evidentia.report import texts

        return shown(texts.say(self._language, key, **values))

    def head(self, life: Timeline) -> Iterator[str]:
        from evidentia.report.life_words import absence_text
        from evidentia.report.texts import word

        starts = [look.during.not_before for look in life.observations if look.during.not_before]
        ends = [look.during.not_after for look in life.observations if look.during.not_after]
        state = word(self._language, life.state)
        yield f"[bold]{shown(life.post)}[/]  {life.state.value}"
        yield f"  {shown(life.url)}"
        yield "  " + self.say(
            "life.looked",
            looks=len(life.observations),
            first=self._moment(min(starts, default=None)),
            last=self._moment(max(ends, default=None)),
            versions=len(life.versions),
            changes=len(life.changes),
        )
        yield f"  {self.say('life.last', state=state)}"
        if (absence := absence_text(self._language, life)) is not None:
            yield f"  {shown(absence)}"
        if not life.changes:
            yield f"  {self.say('life.no_change')}"

    def version(self, version: Version) -> Iterator[str]:
        from evidentia.report.life_words import source_name

        yield ""
        yield f"[bold]{self.say('life.wording', n=version.n)}[/]"
        yield from (f"  {shown(line)}" for line in version.text.split("\n"))
        first, last = self._moment(version.not_before), self._moment(version.not_after)
        yield f"  {self.say('life.versions.seen')}: {first} – {last}"
        if version.stated_at is not None:
            yield f"  {self.say('life.versions.stated')}: {self._moment(version.stated_at)}"
        if version.sources:
            names = ", ".join(source_name(self._language, one) for one in version.sources)
            yield f"  {self.say('life.versions.sources')}: {shown(names)}"
        yield from self._evidence(version.evidence)

    def change(self, n: int, change: Change) -> Iterator[str]:
        from evidentia.report.life_words import between, change_signals, sides_of
        from evidentia.report.texts import word

        yield ""
        yield f"[bold]{self.say('life.change', n=n, kind=word(self._language, change.kind))}[/]"
        yield f"  {shown(between(self._language, change, self._zone))}"
        if change.words:
            yield from (f"  {line}" for line in words_line(change).split("\n"))
        else:
            before, after = sides_of(self._language, change)
            nothing = self.say("life.nothing")
            yield f"  {self.say('life.before')}: {shown(before) or nothing}"
            yield f"  {self.say('life.after')}: {shown(after) or nothing}"
        for move in change.media:
            yield from self._media(move)
        yield from self._signals(change_signals(self._language, change))
        yield from self._evidence(change.evidence)

    def standing(self, standing: Standing) -> Iterator[str]:
        from evidentia.report.texts import word

        key = "life.stood" if standing.looks > 1 else "life.stood_once"
        told = self.say(key, state=word(self._language, standing.state), looks=standing.looks)
        if standing.version is not None:
            told += f" · {self.say('life.wording', n=standing.version)}"
        yield f"  {self._moment(standing.not_before)} – {self._moment(standing.not_after)}  {told}"

    def contradiction(self, found: Contradiction) -> Iterator[str]:
        from evidentia.record.sentences import stated
        from evidentia.report.life_words import explanations_of
        from evidentia.report.texts import word

        yield ""
        yield f"[bold yellow]{self.say('life.contradictions')}: {shown(word(self._language, found.kind))}[/]"
        yield f"  {shown(stated(found.says, found.statement, self._language))}"
        yield f"  {self._moment(found.not_before)} – {self._moment(found.not_after)}"
        for one in explanations_of(self._language, found):
            yield f"  {self.say('life.explanations')}: {shown(one)}"
        yield from self._signals(found.signals)
        yield from self._evidence(found.evidence)

    def moment(self, life: Timeline, known: Known) -> Iterator[str]:
        yield f"[bold]{shown(life.post)}[/]  {shown(life.url)}"
        yield f"[bold]{self.say('life.at', when=self._plain_moment(known.moment))}[/]"
        for one in known.seen:
            yield from self._sighting("life.at.seen", one)
        if known.unseen is not None:
            yield f"  {self.say('life.at.unseen')}"
        for name, sighting in (("before", known.before), ("after", known.after)):
            if sighting is None:
                yield f"  {self.say(f'life.at.no_{name}')}"
            else:
                yield from self._sighting(f"life.at.{name}", sighting)
        for one in known.claimed:
            yield from self._sighting("life.at.claimed", one)

    def _sighting(self, key: str, sighting: Sighting) -> Iterator[str]:
        from evidentia.report import texts
        from evidentia.report.life_words import source_name, span

        during = sighting.during
        parts = [texts.word(self._language, sighting.state)]
        if sighting.version is not None:
            parts.append(texts.say(self._language, "life.wording", n=sighting.version))
        parts += [
            span(self._language, during.not_before, during.not_after, self._zone),
            source_name(self._language, sighting.source),
        ]
        yield f"  {self.say(key, what=' · '.join(parts))}"
        yield from (f"  {line}" for line in self._evidence(sighting.evidence))

    def _media(self, move: MediaMove) -> Iterator[str]:
        from evidentia.record.sentences import stated
        from evidentia.report.texts import word

        distance = "" if move.distance is None else f" ({self.say('life.media.distance')}: {move.distance})"
        why = stated(move.says, move.reason, self._language)
        reason = f"; {shown(why)}" if why else ""
        yield f"  {shown(word(self._language, move.fate))}{distance}{reason}"
        for key, medium in (("life.before", move.before), ("life.after", move.after)):
            if medium is not None:
                yield f"    {self.say(key)}: {shown(_named(medium))}"

    def _signals(self, signals: Iterable[Signal]) -> Iterator[str]:
        from evidentia.report.life_words import signals_text

        for one in signals:
            yield f"  {self.say('life.signals')}: {shown(signals_text(self._language, (one,)))}"

    def _evidence(self, evidence: Iterable[Evidence]) -> Iterator[str]:
        for one in dict.fromkeys(evidence):
            yield f"  {self.say('life.evidence')}: {one.item:06d} {shown(one.path)}"

    def _moment(self, when: datetime | None) -> str:
        return shown(self._plain_moment(when))

    def _plain_moment(self, when: datetime | None) -> str:
        from evidentia.report.life_words import moment

        return moment(self._language, when, self._zone)


def _named(medium: Media) -> str:
    return f"{medium.url} SHA-256 {medium.sha256 or '–'}"
