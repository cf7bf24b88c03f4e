"""Reader for Reddit, by the JSON that it gives for a thread (see ``reddit_json`` for where its shape is documented).

A post is a submission, or a comment where the address names one. ``[removed]`` and ``[deleted]`` are words that anybody
can write: they are the platform's marks only where the platform names no author beside them, or says in
``removed_by_category`` who removed the post. A deleted comment says nothing of the post above it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from evidentia.record.item import Program
from evidentia.record.post import ActKind, PageReading, Signal, State

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
    "moderator": "The community's moderators removed the post.",
    "automod_filtered": "The community's automatic moderator keeps the post back.",
    "content_takedown": "Reddit took the post down for its content.",
    "copyright_takedown": "Reddit took the post down after a copyright claim.",
    "legal": "Reddit took the post down for legal reasons.",
    "reddit": "Reddit's own filters removed the post.",
    "anti_evil_ops": "Reddit's own safety team removed the post.",
    "community_ops": "Reddit's own community team removed the post.",
    "admin": "Reddit's own staff removed the post.",
}
"""Values of ``removed_by_category`` that are known from documentation and public recordings."""

_REASONS = {
    "private": (State.ACCESS_RESTRICTED, "The community is private."),
    "quarantined": (
        State.ACCESS_RESTRICTED,
        "The community is quarantined: it is shown only after a warning is accepted.",
    ),
    "gated": (State.ACCESS_RESTRICTED, "The community is shown only after a warning is accepted."),
    "gold_only": (State.ACCESS_RESTRICTED, "The community is for paying members only."),
    "employees_only": (State.ACCESS_RESTRICTED, "The community is for Reddit's staff only."),
    "banned": (State.UNAVAILABLE, "Reddit banned the community; of the post itself it says nothing."),
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
        return _reading(State.UNDETERMINED, [], "The capture holds no answer of Reddit's about this address.")
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
        return _reading(
            State.UNDETERMINED, signals, "Reddit's answer does not hold the post that was asked for."
        )
    signals = [*_submission_signals(post, where), *signals]
    state, reason = _state(post)
    placeholder = post.author == api.NOBODY and post.selftext in (api.REMOVED, api.DELETED)
    if state is None and placeholder:
        state, reason = _by_mark(post.selftext or "")
        signals.insert(0, Signal(name="placeholder", seen=f"{post.selftext} by nobody", where=where))
    edited = bool(post.edited)
    if state is None:
        state = State.EDITED if edited else State.LIVE
        reason = _NO_AUTHOR if post.author == api.NOBODY else ""
    has_no_words = post.selftext in (api.REMOVED, api.DELETED) and state not in _THERE
    made = None if has_no_words or state is State.DELETED_BY_AUTHOR else submission_post(page, post)
    if made is not None:
        signals.append(Signal(name=TEXT_FROM, seen="selftext" if post.selftext else "title", where=where))
    acts = tuple(
        acts_below(thread, f"t3_{post.id}", url_of(post.permalink, f"/comments/{post.id}/"), answer.url)
    )
    return PageReading(
        state=state, signals=tuple(signals), reader=READER, post=made, reason=reason, acts=acts
    )


def _comment(
    page: CapturedPage, answer: CapturedResponse, thread: api.Thread, identifier: str
) -> PageReading:
    signals = _problems(thread, answer)
    found = thread.comments.get(identifier)
    if found is None:
        signals.append(Signal(name="comment-not-listed", seen=f"t1_{identifier}", where=answer.url))
        return _reading(
            State.UNAVAILABLE, signals, "Reddit shows the thread without this comment, and not why."
        )
    comment, where = found[0], f"{answer.url}#{found[1]}/data"
    is_nobodys = comment.author == api.NOBODY and comment.author_fullname is None
    signals = [*_thing_signals(comment, where), *signals]
    if comment.removal_reason is not None:
        signals.insert(0, Signal(name="removal-reason", seen=comment.removal_reason[:200], where=where))
        return _reading(
            State.REMOVED_BY_PLATFORM, signals, "Reddit states a reason for which it removed the comment."
        )
    if is_nobodys and comment.body in (api.REMOVED, api.DELETED):
        state, reason = _by_mark(comment.body or "")
        code = f", {comment.collapsed_reason_code}" if comment.collapsed_reason_code else ""
        signals.insert(0, Signal(name="placeholder", seen=f"{comment.body} by nobody{code}", where=where))
        return _reading(state, signals, reason)
    signals.append(Signal(name=TEXT_FROM, seen="body", where=where))
    post = comment_post(page, comment)
    return PageReading(
        state=State.EDITED if comment.edited else State.LIVE,
        signals=tuple(signals),
        reader=READER,
        post=post,
        reason=_NO_AUTHOR if is_nobodys else "",
        acts=tuple(acts_below(thread, f"t1_{comment.id}", post.url, answer.url)),
    )


_THERE = frozenset({State.LIVE, State.EDITED})
_NO_AUTHOR = "Reddit shows the words and names no author any more, as it does where an account was deleted."


def _state(post: api.Submission) -> tuple[State | None, str]:
    """What ``removed_by_category`` says; None where it says nothing."""
    category = post.removed_by_category
    if category is None:
        return None, ""
    if category in _BY_AUTHOR:
        return State.DELETED_BY_AUTHOR, "Reddit says that the author deleted the post."
    if category in _BY_PLATFORM:
        return State.REMOVED_BY_PLATFORM, _BY_PLATFORM[category]
    return State.UNAVAILABLE, "Reddit says that the post was removed, in a category that is not known here."


def _by_mark(mark: str) -> tuple[State, str]:
    if mark == api.DELETED:
        return (
            State.DELETED_BY_AUTHOR,
            "Reddit's mark for what its author deleted stands in place of words and author.",
        )
    return (
        State.REMOVED_BY_PLATFORM,
        "Reddit's mark for what moderators removed stands in place of words and author.",
    )


def _refused(answer: CapturedResponse, refusal: api.Refusal) -> PageReading:
    seen = " ".join(filter(None, (str(refusal.error), refusal.reason, refusal.message)))
    signals = [
        Signal(name="http-status", seen=str(answer.status), where=answer.url),
        Signal(name="api-error", seen=seen[:300], where=answer.url),
    ]
    if refusal.reason in _REASONS:
        state, reason = _REASONS[refusal.reason]
        return _reading(state, signals, reason)
    return _reading(*_by_status(answer.status, signals))


def _unreadable(answer: CapturedResponse, problem: str) -> PageReading:
    signals = [
        Signal(name="http-status", seen=str(answer.status), where=answer.url),
        Signal(name="answer-unreadable", seen=problem[:500], where=answer.url),
    ]
    if answer.status in (200, 404, 410):  # a page of a gateway's knows nothing of the thread
        return _reading(State.UNDETERMINED, signals, "Reddit's answer is not of the documented shape.")
    return _reading(*_by_status(answer.status, signals))


def _by_status(status: int, signals: list[Signal]) -> tuple[State, list[Signal], str]:
    if status == 429:
        return State.CHALLENGE, signals, "Reddit limits the rate of requests."
    if status == 401:
        return State.LOGIN_WALL, signals, "Reddit asks for an account."
    if status in (404, 410):
        return State.UNAVAILABLE, signals, f"Reddit says that nothing is there ({status}), and not why."
    if status >= 500:
        return State.UNREACHABLE, signals, f"Reddit could not answer ({status})."
    return (
        State.UNDETERMINED,
        signals,
        f"Reddit refused ({status}) and does not say whether this visitor or the post.",
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


def _reading(state: State, signals: list[Signal], reason: str) -> PageReading:
    return PageReading(state=state, signals=tuple(signals), reader=READER, reason=reason)
