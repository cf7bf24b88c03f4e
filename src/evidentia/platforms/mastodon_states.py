"""What a server with Mastodon's API says when it does not show a status, and never more than that.

Mastodon answers 404 for a status that was removed, that never was, and that is not for the visitor. Its account says
more: ``suspended`` in the API and in the actor, 410 at the actor's address once the account is gone for good.
"""

from __future__ import annotations

from dataclasses import dataclass

from evidentia.record.post import Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import sentence

from . import answers, http_states
from .activitypub_object import TOMBSTONE, Node, object_in, types
from .mastodon_questions import Gathered
from .mastodon_status import instance_in
from .page import CapturedPage, CapturedResponse


@dataclass(frozen=True, slots=True)
class Judged:
    """A state, what shows it, and the reason in sentences."""

    state: State
    signals: tuple[Signal, ...]
    says: Says


def missing(gathered: Gathered) -> Judged:
    """The state of a status that the API did not show."""
    answer = gathered.status
    status = Signal(name="http-status", seen=str(answer.status), where=answer.url)
    challenged = _challenge(answer)
    if challenged is not None:
        return challenged
    if answer.status in (404, 410):
        return _not_there(gathered, status)
    if answer.status == 403 and instance_in(gathered.instance) is not None:
        says = sentence("platforms.mastodon.refused")
        return Judged(State.ACCESS_RESTRICTED, (status,), says)
    state, says = _by_status(answer.status)
    return Judged(state, (status,), says)


def _by_status(status: int) -> tuple[State, Says]:
    if status == 401:
        return State.LOGIN_WALL, sentence("platforms.mastodon.account_asked")
    if status == 403:
        return State.UNDETERMINED, sentence("platforms.mastodon.refused_unexplained")
    if status == 451:
        return State.UNAVAILABLE, sentence("platforms.mastodon.withheld_by_law")
    if status == 0 or status >= 500:
        return State.UNREACHABLE, sentence("platforms.mastodon.could_not_answer")
    return State.UNDETERMINED, sentence("platforms.mastodon.says_nothing", status=status)


def _not_there(gathered: Gathered, status: Signal) -> Judged:
    gone = _account_gone(gathered)
    if gone is not None:
        signal, says = gone
        return Judged(State.ACCOUNT_GONE, (status, signal), says)
    signals = [status]
    says = sentence("platforms.mastodon.nothing_there", status=gathered.status.status)
    node, place = gathered.object.object, gathered.object.answer
    if node is not None and place is not None and TOMBSTONE in types(node):
        signals.append(Signal(name="tombstone", seen=tombstone(node), where=place.url))
        says = sentence("platforms.mastodon.tombstone")
    account = gathered.account
    if account is not None and account.status == 200:
        signals.append(Signal(name="control-address", seen="200", where=account.url))
        says += sentence("platforms.mastodon.account_is_there")
    return Judged(State.UNAVAILABLE, tuple(signals), says)


def tombstone(node: Node) -> str:
    """What a tombstone says: what it was, and when it was deleted (Activity Streams 2.0, ``Tombstone``)."""
    former, deleted = answers.text(node.get("formerType")), answers.text(node.get("deleted"))
    return f"{former or 'of no stated type'}, deleted {deleted or 'at no stated time'}"[:300]


def _account_gone(gathered: Gathered) -> tuple[Signal, Says] | None:
    account, actor = gathered.account, gathered.actor
    if account is not None and _says(account, "suspended"):
        signal = Signal(name="account-suspended", seen="true", where=f"{account.url}#/suspended")
        return signal, sentence("platforms.mastodon.account_suspended")
    if actor is None:
        return None
    node = object_in(actor)
    if node is not None and TOMBSTONE in types(node):
        signal = Signal(name="account-tombstone", seen=tombstone(node), where=actor.url)
        return signal, sentence("platforms.mastodon.account_tombstone")
    if actor.status == 200 and node is not None and node.get("suspended") is True:
        signal = Signal(name="account-suspended", seen="true", where=f"{actor.url}#/suspended")
        return signal, sentence("platforms.mastodon.account_suspended")
    if actor.status == 410:
        signal = Signal(name="account-status", seen="410", where=actor.url)
        return signal, sentence("platforms.mastodon.account_gone")
    return None


def _says(answer: CapturedResponse, name: str) -> bool:
    try:
        return answer.status == 200 and answers.member(answers.tree(answer.body), name) is True
    except answers.UnreadableAnswer:
        return False


def _challenge(answer: CapturedResponse) -> Judged | None:
    """A robot check or a limit of requests, known as on any page."""
    page = CapturedPage(
        requested_url=answer.url, final_url=answer.url, status=answer.status, responses=(answer,)
    )
    blocked = http_states.obstacle(page, None)
    if blocked is None or blocked.state is not State.CHALLENGE:
        return None
    return Judged(blocked.state, blocked.signals, blocked.says)
