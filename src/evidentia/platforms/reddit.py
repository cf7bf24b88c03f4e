"""Reader for Reddit, by the JSON that it gives for a thread (see ``reddit_json`` for where its shape is documented).

A post is a submission, or a comment where the address names one. ``[removed]`` and ``[deleted]`` are words that anybody
can write: they are the platform's marks only where the platform names no author beside them, or says in
``removed_by_category`` who removed the post. A deleted comment says nothing of the post above it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from evidentia.record.item import Program
from evidentia.record.post import ActKind, PageReading, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import reddit_json as api
from .answers import UnreadableAnswer
from .page import CapturedPage, CapturedResponse
from .questions import Ask, Places, Questions
from .reddit_post import acts_below, comment_post, media_of, submission_post, url_of
from .replay import replay
from .signals import TEXT_FROM, WHOLE_LIST

READER = Program(name="evidentia.platforms.reddit", version="2")

ASKED_MEDIA = 20
"""Pictures of one post that are fetched: a gallery holds twenty."""

MAX_PROBLEMS = 20

_MEDIA_HOSTS = ("https://i.redd.it/", "https://preview.redd.it/", "https://v.redd.it/")
_BY_AUTHOR = frozenset({"deleted", "author"})
_BY_PLATFORM = {
    "moderator": sentence("platforms.reddit.moderator"),
    "automod_filtered": sentence("platforms.reddit.automod_filtered"),
    "content_takedown": sentence("platforms.reddit.content_takedown"),
    "copyright_takedown": sentence("platforms.reddit.copyright_takedown"),
    "legal": sentence("platforms.reddit.legal"),
    "reddit": sentence("platforms.reddit.filters"),
    "anti_evil_ops": sentence("platforms.reddit.anti_evil_ops"),
    "community_ops": sentence("platforms.reddit.community_ops"),
    "admin": sentence("platforms.reddit.admin"),
}
"""Values of ``removed_by_category`` that are known from documentation and public recordings."""

_REASONS = {
    "private": (State.ACCESS_RESTRICTED, sentence("platforms.reddit.private")),
    "quarantined": (State.ACCESS_RESTRICTED, sentence("platforms.reddit.quarantined")),
    "gated": (State.ACCESS_RESTRICTED, sentence("platforms.reddit.gated")),
    "gold_only": (State.ACCESS_RESTRICTED, sentence("platforms.reddit.gold_only")),
    "employees_only": (State.ACCESS_RESTRICTED, sentence("platforms.reddit.employees_only")),
    "banned": (State.UNAVAILABLE, sentence("platforms.reddit.banned")),
}
"""Reasons with which Reddit refuses a whole community."""


def questions(url: str, places: Places) -> Questions | None:
    """The thread as JSON from the same host, then the post's pictures."""
    address = api.address_of(url)
    return None if address is None else _questions(address)


def recognises(page: CapturedPage) -> bool:
    """Whether the address is Reddit's, and its JSON was answered or was all that was asked for."""
    address = api.address_of(page.requested_url)
    answer = None if address is None else _answer(page, address)
    if answer is None:
        return False
    if page.status is None:
        return True
    try:
        api.answered(answer.body)
    except UnreadableAnswer:
        return False
    return True


def read(page: CapturedPage) -> PageReading:
    """What Reddit says of the post or comment that the address names."""
    address = api.address_of(page.requested_url)
    answer = None if address is None else _answer(page, address)
    if address is None or answer is None:
        return _reading(State.UNDETERMINED, [], sentence("platforms.reddit.no_answer"))
    try:
        thread = api.answered(answer.body)
    except UnreadableAnswer as problem:
        return _unreadable(answer, str(problem))
    if isinstance(thread, api.Refusal):
        return _refused(answer, thread)
    if answer.status != 200:
        return _refused(answer, api.Refusal(error=answer.status))
    if address.comment is not None:
        return _comment(page, answer, thread, address.comment)
    return _submission(page, answer, thread, address)


def _asking(address: api.Address) -> Generator[Ask, CapturedResponse, CapturedResponse]:
    said = yield Ask(url=address.json_url, why="the thread as JSON")
    try:
        thread = api.answered(said.body)
    except UnreadableAnswer:
        return said
    if isinstance(thread, api.Thread) and thread.post is not None and address.comment is None:
        for url, _ in list(media_of(thread.post))[:ASKED_MEDIA]:
            if url.startswith(_MEDIA_HOSTS):
                yield Ask(url=url, why="a picture or video of the post")
    return said


def _questions(address: api.Address) -> Questions:
    yield from _asking(address)


def _answer(page: CapturedPage, address: api.Address) -> CapturedResponse | None:
    """What answered the question for the thread as JSON, in the capture."""
    found = replay(_asking(address), page.responses)
    return None if found is None or found.status == 0 else found


def _submission(
    page: CapturedPage, answer: CapturedResponse, thread: api.Thread, address: api.Address
) -> PageReading:
    post, where = thread.post, f"{answer.url}#/0/data/children/0/data"
    signals = _problems(thread, answer)
    if post is None or post.id.lower() != address.post:
        return _reading(State.UNDETERMINED, signals, sentence("platforms.reddit.post_not_held"))
    signals = [*_submission_signals(post, where), *signals]
    state, says = _state(post)
    placeholder = post.author == api.NOBODY and post.selftext in (api.REMOVED, api.DELETED)
    if state is None and placeholder:
        state, says = _by_mark(post.selftext or "")
        signals.insert(0, Signal(name="placeholder", seen=f"{post.selftext} by nobody", where=where))
    edited = bool(post.edited)
    if state is None:
        state = State.EDITED if edited else State.LIVE
        says = _NO_AUTHOR if post.author == api.NOBODY else ()
    has_no_words = post.selftext in (api.REMOVED, api.DELETED) and state not in _THERE
    made = None if has_no_words or state is State.DELETED_BY_AUTHOR else submission_post(page, post)
    if made is not None:
        signals.append(Signal(name=TEXT_FROM, seen="selftext" if post.selftext else "title", where=where))
    acts = tuple(
        acts_below(thread, f"t3_{post.id}", url_of(post.permalink, f"/comments/{post.id}/"), answer.url)
    )
    return restated(
        PageReading(state=state, signals=tuple(signals), reader=READER, post=made, acts=acts), *says
    )


def _comment(
    page: CapturedPage, answer: CapturedResponse, thread: api.Thread, identifier: str
) -> PageReading:
    signals = _problems(thread, answer)
    found = thread.comments.get(identifier)
    if found is None:
        signals.append(Signal(name="comment-not-listed", seen=f"t1_{identifier}", where=answer.url))
        return _reading(State.UNAVAILABLE, signals, sentence("platforms.reddit.comment_not_listed"))
    comment, where = found[0], f"{answer.url}#{found[1]}/data"
    is_nobodys = comment.author == api.NOBODY and comment.author_fullname is None
    signals = [*_thing_signals(comment, where), *signals]
    if comment.removal_reason is not None:
        signals.insert(0, Signal(name="removal-reason", seen=comment.removal_reason[:200], where=where))
        return _reading(State.REMOVED_BY_PLATFORM, signals, sentence("platforms.reddit.comment_removed"))
    if is_nobodys and comment.body in (api.REMOVED, api.DELETED):
        state, says = _by_mark(comment.body or "")
        code = f", {comment.collapsed_reason_code}" if comment.collapsed_reason_code else ""
        signals.insert(0, Signal(name="placeholder", seen=f"{comment.body} by nobody{code}", where=where))
        return _reading(state, signals, says)
    signals.append(Signal(name=TEXT_FROM, seen="body", where=where))
    post = comment_post(page, comment)
    return restated(
        PageReading(
            state=State.EDITED if comment.edited else State.LIVE,
            signals=tuple(signals),
            reader=READER,
            post=post,
            acts=tuple(acts_below(thread, f"t1_{comment.id}", post.url, answer.url)),
        ),
        *(_NO_AUTHOR if is_nobodys else ()),
    )


_THERE = frozenset({State.LIVE, State.EDITED})
_NO_AUTHOR = sentence("platforms.reddit.no_author")


def _state(post: api.Submission) -> tuple[State | None, Says]:
    """What ``removed_by_category`` says; None where it says nothing."""
    category = post.removed_by_category
    if category is None:
        return None, ()
    if category in _BY_AUTHOR:
        return State.DELETED_BY_AUTHOR, sentence("platforms.reddit.deleted_by_author")
    if category in _BY_PLATFORM:
        return State.REMOVED_BY_PLATFORM, _BY_PLATFORM[category]
    return State.UNAVAILABLE, sentence("platforms.reddit.removed_unknown")


def _by_mark(mark: str) -> tuple[State, Says]:
    if mark == api.DELETED:
        return State.DELETED_BY_AUTHOR, sentence("platforms.reddit.mark_deleted")
    return State.REMOVED_BY_PLATFORM, sentence("platforms.reddit.mark_removed")


def _refused(answer: CapturedResponse, refusal: api.Refusal) -> PageReading:
    seen = " ".join(filter(None, (str(refusal.error), refusal.reason, refusal.message)))
    signals = [
        Signal(name="http-status", seen=str(answer.status), where=answer.url),
        Signal(name="api-error", seen=seen[:300], where=answer.url),
    ]
    if refusal.reason in _REASONS:
        state, says = _REASONS[refusal.reason]
        return _reading(state, signals, says)
    return _reading(*_by_status(answer.status, signals))


def _unreadable(answer: CapturedResponse, problem: str) -> PageReading:
    signals = [
        Signal(name="http-status", seen=str(answer.status), where=answer.url),
        Signal(name="answer-unreadable", seen=problem[:500], where=answer.url),
    ]
    if answer.status in (200, 404, 410):  # a page of a gateway's knows nothing of the thread
        return _reading(State.UNDETERMINED, signals, sentence("platforms.reddit.no_form"))
    return _reading(*_by_status(answer.status, signals))


def _by_status(status: int, signals: list[Signal]) -> tuple[State, list[Signal], Says]:
    if status == 429:
        return State.CHALLENGE, signals, sentence("platforms.reddit.limits")
    if status == 401:
        return State.LOGIN_WALL, signals, sentence("platforms.reddit.account_asked")
    if status in (404, 410):
        return State.UNAVAILABLE, signals, sentence("platforms.reddit.nothing_there", status=status)
    if status >= 500:
        return State.UNREACHABLE, signals, sentence("platforms.reddit.could_not_answer", status=status)
    return (
        State.UNDETERMINED,
        signals,
        sentence("platforms.reddit.refused", status=status),
    )


def _submission_signals(post: api.Submission, where: str) -> Iterator[Signal]:
    if post.removed_by_category is not None:
        yield Signal(name="removed-by-category", seen=post.removed_by_category[:200], where=where)
    for name in ("over_18", "quarantine", "spoiler"):
        if getattr(post, name):
            yield Signal(name=name.replace("_", "-"), seen="true", where=where)
    for option in post.poll_data.options[:20] if post.poll_data else ():
        yield Signal(name="poll-option", seen=option.text[:500], where=where)
    yield from _thing_signals(post, where)


def _thing_signals(thing: api.Thing, where: str) -> Iterator[Signal]:
    if thing.author == api.NOBODY:
        yield Signal(name="author-not-named", seen=api.NOBODY, where=where)
    if thing.edited is not None and thing.edited is not False:
        yield Signal(name="edited", seen=str(thing.edited), where=where)
    if thing.locked:
        yield Signal(name="locked", seen="true", where=where)
    if thing.distinguished:
        yield Signal(name="distinguished", seen=thing.distinguished[:200], where=where)


def _problems(thread: api.Thread, answer: CapturedResponse) -> list[Signal]:
    signals = [
        Signal(name="part-unreadable", seen=problem[:500], where=answer.url)
        for problem in thread.problems[:MAX_PROBLEMS]
    ]
    if thread.more:
        signals.append(Signal(name="comments-not-listed", seen=str(thread.more), where=answer.url))
    elif not thread.problems:
        signals.append(Signal(name=WHOLE_LIST, seen=ActKind.COMMENT.value, where=answer.url))
    return signals


def _reading(state: State, signals: list[Signal], says: Says) -> PageReading:
    return restated(PageReading(state=state, signals=tuple(signals), reader=READER), *says)
