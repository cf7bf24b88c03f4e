"""Reader for MediaWiki, by its action API (as of 1.39; the shape of ``formatversion=2`` stands since 1.25).

A post is a page, or one revision where the address names one (``oldid=``, ``diff=``, ``Special:Diff``). The text is the
wikitext, as the wiki keeps it. A page's author is the account that saved the present wording: revisions that the wiki
makes itself when a page is moved or protected repeat the words before them, and their makers wrote none of them.

What the log calls a deletion was done with an administrator's rights: ``removed_by_platform``. A page that is missing
without an entry in the log, or with an entry that visitors may not see, is ``unavailable``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from evidentia.record.item import Program
from evidentia.record.post import (
    Account,
    Entity,
    EntityKind,
    KeptVersion,
    PageReading,
    Post,
    Signal,
    State,
)
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import mediawiki_api as api
from .answers import moment
from .content import media_at
from .keys import authority
from .mediawiki_edits import edits
from .mediawiki_talk import Told, conversation, held_again, revisions_of
from .page import CapturedPage, CapturedResponse
from .questions import Places, Questions
from .signals import EDIT_COUNT, TEXT_FROM

READER = Program(name="evidentia.platforms.mediawiki", version="1")
PLATFORM = "mediawiki"

SELECTOR = "#mw-content-text"
"""Where every skin of MediaWiki puts the page's text."""

MAX_ENTITIES = 2_000
"""Links of one text that are listed; a hostile page can hold millions."""

_USER_NAMESPACE = "2"
_LINK = re.compile(
    r"\[\[:?(?P<title>[^\[\]|{}<>\n]{1,255})(?:\|[^\[\]]{0,1000})?\]\]|(?P<url>https?://[^\s\[\]<>\"|{}]{1,2000})"
)

_DELETED = frozenset({"delete/delete", "delete/delete_redir"})
_RESTORED = frozenset({"delete/restore"})
_REFUSED = {
    "readapidenied": (State.LOGIN_WALL, sentence("platforms.mediawiki.members")),
    "permissiondenied": (State.ACCESS_RESTRICTED, sentence("platforms.mediawiki.refused_visitor")),
    "ratelimited": (State.CHALLENGE, sentence("platforms.mediawiki.limits")),
    "maxlag": (State.UNREACHABLE, sentence("platforms.mediawiki.lag")),
    "readonly": (State.UNREACHABLE, sentence("platforms.mediawiki.maintenance")),
}
"""Codes of mediawiki.org/wiki/API:Errors_and_warnings that say why nothing was answered."""


def questions(url: str, places: Places) -> Questions | None:
    """The page itself, which names the wiki's interface; then the page's revisions and its log."""
    address = api.address_of(url)
    return None if address is None else _asking(url, address)


def recognises(page: CapturedPage) -> bool:
    """Whether the address is a wiki page's, and the capture holds an answer of that wiki's interface."""
    address = api.address_of(page.requested_url)
    return address is not None and held_again(page, address).base is not None


def read(page: CapturedPage) -> PageReading:
    """What the wiki says of the page or revision that the address names."""
    address = api.address_of(page.requested_url)
    told = Told() if address is None else held_again(page, address)
    if address is None or told.named is None or told.named.answer.query is None:
        return _refused(told)
    entry = told.entry
    signals = [*_log_signals(told), *_problems(told)]
    if entry is None or entry.missing or entry.invalid:
        return _missing(told, address, signals)
    revisions = list(revisions_of(told.history or told.named))
    named = list(revisions_of(told.named))
    if not named:
        return _reading(State.UNDETERMINED, signals, sentence("platforms.mediawiki.no_revision_given"))
    known = {revision.revid: (revision, where) for revision, where in (*revisions, *named)}
    for revision, where in known.values():
        signals += _revision_signals(revision, where)
    wording = named[0] if address.revision is not None else _wording(named)
    history = tuple(_kept(revision, where, entry, address.root) for revision, where in reversed(revisions))
    if wording[0].main.content is None:
        return _hidden(wording, signals, history)
    return _shown(page, told, address, entry, wording, revisions, signals, history)


def _asking(url: str, address: api.Address) -> Questions:
    yield from conversation(url, address)


def _shown(
    page: CapturedPage,
    told: Told,
    address: api.Address,
    entry: api.PageEntry,
    wording: tuple[api.Revision, str],
    revisions: list[tuple[api.Revision, str]],
    signals: list[Signal],
    history: tuple[KeptVersion, ...],
) -> PageReading:
    revision, where = wording
    first = _first(told, revisions)
    is_page = address.revision is None
    edited = _was_edited(revision, revisions) if is_page else None
    older = _may_have_been_first(told, revision) if is_page else None
    text = revision.main.content or ""
    wiki = f"{told.site.wikiid}:" if told.site.wikiid else ""
    post = Post(
        platform=PLATFORM,
        native_id=f"{wiki}{entry.pageid}" + ("" if is_page else f"@{revision.revid}"),
        url=_url(told, address, entry, revision if not is_page else None),
        author=_account(revision, address.root) if older is None else Account(),
        text=text,
        title=entry.title,
        created_at=moment(first.timestamp) if is_page and first else moment(revision.timestamp),
        edited_at=moment(revision.timestamp) if edited else None,
        edit_mark=edited,
        revision=str(revision.revid),
        entities=tuple(_entities(text, _user_prefixes(told))),
        media=tuple(media_at(file.url, None, page.responses) for _, file in told.files),
        links=tuple(dict.fromkeys(found["url"] for found in _LINK.finditer(text) if found["url"]))[
            :MAX_ENTITIES
        ],
    )
    shown = [Signal(name=TEXT_FROM, seen="wikitext", where=where)]
    if older is not None:
        seen = f"revision {older.revid} is hidden, of the same size, and may have brought these words"
        shown.append(Signal(name="author-undetermined", seen=seen, where=where))
    if is_page and told.named is not None and told.named.answer.more is None:
        count = edits([one for one, _ in revisions], [one for one, _ in told.logs])
        shown.append(Signal(name=EDIT_COUNT, seen=str(count), where=where))
    shown += _file_signals(told, page.responses)
    if entry.redirect:
        shown.append(Signal(name="redirect", seen=entry.title or "", where=where))
    state = State.EDITED if edited else State.LIVE
    return restated(
        PageReading(
            state=state,
            signals=(*shown, *signals),
            reader=READER,
            post=post,
            selector=SELECTOR,
            history=history,
        ),
        *_past(told),
    )


def _hidden(
    wording: tuple[api.Revision, str], signals: list[Signal], history: tuple[KeptVersion, ...]
) -> PageReading:
    revision, _ = wording
    if not revision.text_is_hidden:
        return _reading(State.UNDETERMINED, signals, sentence("platforms.mediawiki.no_text_given"), history)
    says = sentence("platforms.mediawiki.text_hidden", revision=revision.revid)
    return _reading(State.REMOVED_BY_PLATFORM, signals, says, history)


def _missing(told: Told, address: api.Address, signals: list[Signal]) -> PageReading:
    entry, query = told.entry, told.named.answer.query if told.named else None
    where = f"{told.named.where}#/query" if told.named else ""
    if entry is not None and entry.invalid:
        return _reading(State.UNDETERMINED, signals, sentence("platforms.mediawiki.no_such_title"))
    if entry is None and not (query and query.badrevids):
        return _reading(State.UNDETERMINED, signals, sentence("platforms.mediawiki.says_nothing"))
    seen = "missing" if entry is not None else f"badrevids: {address.revision}"
    signals.insert(0, Signal(name="page-missing", seen=seen, where=where))
    places = (one.kind for one, _ in reversed(_by_time(told)) if one.kind in _DELETED | _RESTORED)
    was_deleted = next(places, "") in _DELETED
    if address.revision is not None:
        says = sentence("platforms.mediawiki.no_such_revision")
        if was_deleted:
            says += sentence("platforms.mediawiki.beside_was_deleted")
        return _reading(State.UNAVAILABLE, signals, says)
    if was_deleted:
        says = sentence("platforms.mediawiki.was_deleted")
        return _reading(State.REMOVED_BY_PLATFORM, signals, says + _moves(told))
    says = sentence("platforms.mediawiki.no_such_page")
    return _reading(State.UNAVAILABLE, signals, says + _moves(told))


def _refused(told: Told) -> PageReading:
    error = told.named.answer.error if told.named else None
    signals = _problems(told)
    if error is None or told.named is None:
        return _reading(State.UNDETERMINED, signals, sentence("platforms.mediawiki.no_answer"))
    signals.insert(
        0, Signal(name="api-error", seen=f"{error.code}: {error.info}"[:500], where=told.named.where)
    )
    state, says = _REFUSED.get(error.code, (State.UNDETERMINED, sentence("platforms.mediawiki.refused")))
    if error.code.startswith("internal_api_error"):
        state, says = State.UNREACHABLE, sentence("platforms.mediawiki.failed")
    return _reading(state, signals, says)


def _reading(
    state: State, signals: list[Signal], says: Says, history: tuple[KeptVersion, ...] = ()
) -> PageReading:
    return restated(PageReading(state=state, signals=tuple(signals), reader=READER, history=history), *says)


def _wording(newest_first: list[tuple[api.Revision, str]]) -> tuple[api.Revision, str]:
    """The revision that brought the present words: the oldest of the newest run that repeats them."""
    made = newest_first[0]
    for older in newest_first[1:]:
        if not older[0].digest or older[0].digest != made[0].digest:
            break
        made = older
    return made


def _may_have_been_first(told: Told, wording: api.Revision) -> api.Revision | None:
    """The revision before, where it is hidden and may have brought these words: nobody can say then whose they are."""
    named = [] if told.named is None else [one for one, _ in revisions_of(told.named)]
    older = next((one for one in named if one.revid == wording.parentid), None)
    if older is None or older.digest or (older.size is not None and older.size != wording.size):
        return None
    return older


def _was_edited(revision: api.Revision, revisions: list[tuple[api.Revision, str]]) -> bool | None:
    """Whether any revision had, by what the wiki states of it, other words than the present ones.

    None where one of the same size has neither words nor digest that are shown: it may have had others or the same.
    """
    others = [one for one, _ in revisions if one.revid != revision.revid]
    if any(
        (one.digest and revision.digest and one.digest != revision.digest)
        or (one.size is not None and revision.size is not None and one.size != revision.size)
        for one in others
    ):
        return True
    return None if any(not one.digest for one in others) else False


def _first(told: Told, newest_first: list[tuple[api.Revision, str]]) -> api.Revision | None:
    oldest = next((one for one, _ in revisions_of(told.first)), None) or newest_first[-1][0]
    return oldest if oldest.parentid == 0 else None


def _kept(revision: api.Revision, where: str, entry: api.PageEntry, root: str) -> KeptVersion:
    return KeptVersion(
        text=revision.main.content,
        at=moment(revision.timestamp),
        where=where,
        revision=str(revision.revid),
        author=_account(revision, root) if revision.user is not None else None,
        title=entry.title,
    )


def _account(revision: api.Revision, root: str) -> Account:
    if revision.user is None:  # hidden; a signal says so
        return Account()
    url = api.page_url(root, f"User:{revision.user}")
    return Account(id=str(revision.userid) if revision.userid else None, handle=revision.user, url=url)


def _url(told: Told, address: api.Address, entry: api.PageEntry, revision: api.Revision | None) -> str:
    root = (told.base or "").removesuffix("/api.php") or address.root
    if revision is not None:
        return f"{root}/index.php?oldid={revision.revid}"
    stated = entry.fullurl or ""
    return stated if authority(stated) == authority(root) else api.page_url(root, entry.title or "")


def _revision_signals(revision: api.Revision, where: str) -> Iterator[Signal]:
    number = f"revision {revision.revid}"
    who = f"{revision.user} (id {revision.userid})" if revision.user is not None else "hidden"
    said = "" if not revision.comment else f": {revision.comment[:500]}"
    yield Signal(name="revision-by", seen=f"{number} at {revision.timestamp} by {who}{said}", where=where)
    if revision.tags:
        yield Signal(name="tags", seen=f"{number}: {', '.join(revision.tags)}", where=where)
    hidden = {
        "texthidden": revision.text_is_hidden,
        "userhidden": revision.userhidden,
        "commenthidden": revision.commenthidden,
        "suppressed": revision.suppressed,
    }
    for name, is_hidden in hidden.items():
        if is_hidden:
            yield Signal(name=name, seen=number, where=where)
    if revision.main.content is not None and revision.digest:
        found = hashlib.sha1(
            revision.main.content.encode("utf-8", "replace"), usedforsecurity=False
        ).hexdigest()
        if found != revision.digest:
            seen = f"{number}: the wiki states {revision.digest[:64]}, its text has {found}"
            yield Signal(name="sha1-mismatch", seen=seen, where=where)


def _file_signals(told: Told, responses: tuple[CapturedResponse, ...]) -> Iterator[Signal]:
    """Files whose captured bytes are not those whose SHA-1 the wiki states."""
    captured = {one.url: one for one in responses if one.status == 200 and one.method == "GET"}
    for title, file in told.files:
        response = captured.get(file.url)
        if response is None or file.sha1 is None:
            continue
        found = hashlib.sha1(response.body, usedforsecurity=False).hexdigest()
        if found != file.sha1:
            seen = f"{title}: the wiki states {file.sha1[:64]}, captured was {found}"
            yield Signal(name="media-differ", seen=seen[:500], where=file.url)


def _log_signals(told: Told) -> Iterator[Signal]:
    for entry, where in _by_time(told):
        if entry.type not in ("delete", "suppress", "move", "protect"):
            continue
        who = f"{entry.user} (id {entry.userid})" if entry.user is not None else "hidden"
        said = "" if not entry.comment else f": {entry.comment[:500]}"
        at = entry.timestamp or "an unstated time"
        yield Signal(
            name=f"log:{entry.kind}", seen=f"entry {entry.logid} at {at} by {who}{said}", where=where
        )


def _problems(told: Told) -> list[Signal]:
    return [
        Signal(name="answer-unreadable", seen=seen[:500], where=told.base or "") for seen in told.problems
    ]


def _by_time(told: Told) -> list[tuple[api.LogEntry, str]]:
    return sorted(told.logs, key=lambda one: (one[0].timestamp or "", one[0].logid))


def _past(told: Told) -> Says:
    if any(one.kind in _RESTORED for one, _ in told.logs):
        return sentence("platforms.mediawiki.brought_back") + _moves(told)
    return _moves(told)


def _moves(told: Told) -> Says:
    if not told.moved_to:
        return ()
    return sentence("platforms.mediawiki.moved", titles=" → ".join(told.moved_to))


def _user_prefixes(told: Told) -> frozenset[str]:
    own = told.namespaces.get(_USER_NAMESPACE, api.Namespace())
    return frozenset({"user", own.name.lower(), own.canonical.lower()} - {""})


def _entities(text: str, user_prefixes: frozenset[str]) -> Iterator[Entity]:
    for found, _ in zip(_LINK.finditer(text), range(MAX_ENTITIES), strict=False):
        target = found["url"] or found["title"].replace("_", " ").strip()
        prefix, colon, name = target.partition(":")
        is_member = not found["url"] and bool(colon) and prefix.strip().lower() in user_prefixes
        yield Entity(
            kind=EntityKind.MENTION if is_member else EntityKind.LINK,
            start=found.start(),
            end=found.end(),
            target=name.strip() if is_member else target,
        )
