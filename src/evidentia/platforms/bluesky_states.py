"""What the answers about a post on Bluesky say of its state, and never more than they say.

The names of the signals are the protocol's own errors (``RecordNotFound``, ``RepoTakendown`` …, as the lexicons of
``com.atproto.sync`` and ``com.atproto.repo`` list them) and kinds (``notFoundPost``, ``blockedPost``).
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from evidentia.record.post import ProofOutcome, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import sentence

from . import http_states
from .atproto.cid import Malformed
from .atproto.plc import read_log
from .atproto.proof import Checked
from .bluesky_post import view_in
from .bluesky_questions import Gathered, error_of, resolved_did, told
from .page import CapturedPage, CapturedResponse

_GONE = {
    "RepoTakendown": sentence("platforms.bluesky.takendown"),
    "RepoSuspended": sentence("platforms.bluesky.suspended"),
    "RepoDeactivated": sentence("platforms.bluesky.deactivated"),
}
_HIDDEN = {
    "app.bsky.feed.defs#notFoundPost": "notFoundPost",
    "app.bsky.feed.defs#blockedPost": "blockedPost",
}
_STATUSES = frozenset({"takendown", "suspended", "deleted", "deactivated", "desynchronized", "throttled"})


@dataclass(frozen=True, slots=True)
class Judged:
    """A state, what shows it, and the reason in sentences."""

    state: State
    signals: tuple[Signal, ...] = ()
    says: Says = ()


class _Latest(msgspec.Struct, frozen=True):
    rev: str


class _Status(msgspec.Struct, frozen=True):
    active: bool
    status: str = ""


class _Kind(msgspec.Struct, frozen=True):
    type: str = msgspec.field(default="", name="$type")


class _Thread(msgspec.Struct, frozen=True):
    thread: _Kind


def judge(gathered: Gathered, checked: Checked | None) -> Judged:
    """The state, as far as the answers show it."""
    if gathered.subject is None or checked is None:
        return _nobody(gathered)
    if (buried := _tombstone(gathered)) is not None:
        return buried
    outcome = checked.proof.outcome
    if outcome is ProofOutcome.PRESENT:
        return _present(gathered, checked)
    if outcome is ProofOutcome.ABSENT:
        return _absent(gathered, checked)
    if outcome is ProofOutcome.BROKEN:
        signal = Signal(name="proof-broken", seen=checked.proof.reason, where=_last(checked))
        return Judged(State.UNDETERMINED, (signal,), sentence("platforms.bluesky.proof_broken"))
    return _unproven(gathered, checked)


def _nobody(gathered: Gathered) -> Judged:
    """The handle led to no account."""
    answer = gathered.resolved
    if answer is None:
        return Judged(State.UNDETERMINED, (), sentence("platforms.bluesky.unknown_account_kind"))
    if answer.status == 400:
        signal = Signal(name="handle-not-resolved", seen=_named(answer), where=answer.url)
        says = sentence("platforms.bluesky.handle_not_resolved")
        return Judged(State.UNDETERMINED, (signal,), says)
    return _in_between(answer)


def _tombstone(gathered: Gathered) -> Judged | None:
    log, subject = gathered.answers.log, gathered.subject
    if log is None or log.status != 200 or subject is None:
        return None
    try:
        last = read_log(log.body, subject.did).last
    except Malformed:
        return None
    if not last.is_tombstone:
        return None
    signal = Signal(name="did-tombstone", seen=last.at.isoformat(), where=log.url)
    return Judged(State.ACCOUNT_GONE, (signal,), sentence("platforms.bluesky.did_given_up"))


def _present(gathered: Gathered, checked: Checked) -> Judged:
    stated = gathered.answers.record
    proven = Signal(name="proven-presence", seen=str(checked.cid), where=_car(gathered))
    if error_of(stated) == "RecordNotFound" and stated is not None:
        withheld = Signal(name="RecordNotFound", seen=_named(stated), where=stated.url)
        if _latest_rev(gathered) == checked.rev:
            says = sentence("platforms.bluesky.withheld")
            return Judged(State.REMOVED_BY_PLATFORM, (withheld, proven), says)
        says = sentence("platforms.bluesky.changed_in_between")
        return Judged(State.UNDETERMINED, (withheld, proven), says)
    return Judged(State.LIVE, (proven, *_hidden(gathered)), _not_shown(gathered))


def _absent(gathered: Gathered, checked: Checked) -> Judged:
    stated = gathered.answers.record
    absent = Signal(name="proven-absence", seen=f"revision {checked.rev}", where=_car(gathered))
    if stated is not None and stated.status == 200:
        there = Signal(name="record-stated", seen="200", where=stated.url)
        return Judged(State.UNDETERMINED, (absent, there), sentence("platforms.bluesky.stated_not_held"))
    error = error_of(stated)
    told = (
        ()
        if error is None or stated is None
        else (Signal(name=error, seen=_named(stated), where=stated.url),)
    )
    says = sentence("platforms.bluesky.absent")
    return Judged(State.UNAVAILABLE, (absent, *told, *_hidden(gathered)), says)


def _unproven(gathered: Gathered, checked: Checked) -> Judged:
    """No proof could be checked: what the host says, and else the public service."""
    car, stated = gathered.answers.car, gathered.answers.record
    for answer in (car, stated):
        found = _refused(answer, gathered)
        if found is not None:
            return found
    if stated is not None and stated.status == 200:
        signal = Signal(name="record-stated", seen="200", where=stated.url)
        return Judged(State.LIVE, (signal, *_hidden(gathered)), sentence("platforms.bluesky.not_proven"))
    return _as_shown(gathered) or _in_between(car or stated or gathered.answers.document)


def _refused(answer: CapturedResponse | None, gathered: Gathered) -> Judged | None:
    error = error_of(answer)
    if error is None or answer is None:
        return None
    signals = (Signal(name=error, seen=_named(answer), where=answer.url), *_repo_status(gathered))
    if error in _GONE:
        return Judged(State.ACCOUNT_GONE, signals, _GONE[error])
    if error == "RepoNotFound":
        says = sentence("platforms.bluesky.no_repository")
        return Judged(State.UNAVAILABLE, signals, says)
    if error == "RecordNotFound":
        return Judged(State.UNAVAILABLE, signals, sentence("platforms.bluesky.no_record"))
    return None


def _as_shown(gathered: Gathered) -> Judged | None:
    """What the public service says, where the host says nothing."""
    if view_in(gathered) is not None and gathered.shown is not None:
        signal = Signal(name="post-shown", seen="200", where=gathered.shown.url)
        return Judged(State.LIVE, (signal,), sentence("platforms.bluesky.shown_in_public"))
    hidden = _hidden(gathered)
    if not hidden:
        return None
    if hidden[0].name == "blockedPost":
        return Judged(State.ACCESS_RESTRICTED, hidden, sentence("platforms.bluesky.blocked"))
    return Judged(State.UNAVAILABLE, hidden, sentence("platforms.bluesky.not_found"))


def _hidden(gathered: Gathered) -> tuple[Signal, ...]:
    """That the public service does not show the post, by its own name for it."""
    answer = gathered.thread
    if answer is None:
        return ()
    if error_of(answer) == "NotFound":
        return (Signal(name="notFoundPost", seen=_named(answer), where=answer.url),)
    thread = told(answer, _Thread)
    kind = "" if thread is None else thread.thread.type
    return (Signal(name=_HIDDEN[kind], seen=kind, where=answer.url),) if kind in _HIDDEN else ()


def _not_shown(gathered: Gathered) -> Says:
    return sentence("platforms.bluesky.not_shown") if _hidden(gathered) else ()


def _repo_status(gathered: Gathered) -> tuple[Signal, ...]:
    answer = gathered.status
    status = told(answer, _Status)
    if answer is None or status is None or status.active or status.status not in _STATUSES:
        return ()
    return (Signal(name="repo-status", seen=status.status, where=answer.url),)


def handle_signals(gathered: Gathered, asked: str) -> tuple[Signal, ...]:
    """Whether the handle that the account claims leads back to it, and whether the address used another."""
    document, subject, answer = gathered.document, gathered.subject, gathered.confirmed
    if document is None or subject is None or document.handle is None or answer is None:
        return ()
    confirmed = resolved_did(answer) == subject.did
    name = "handle-confirmed" if confirmed else "handle-not-confirmed"
    signals = [Signal(name=name, seen=document.handle, where=answer.url)]
    if asked not in (document.handle, subject.did):
        signals.append(Signal(name="handle-of-the-address", seen=asked, where=answer.url))
    return tuple(signals)


def _in_between(answer: CapturedResponse | None) -> Judged:
    """What stood between us and the post, by the rules that hold for every page."""
    if answer is None:
        return Judged(State.UNDETERMINED, (), sentence("platforms.bluesky.no_host"))
    silent = answer.status == 0
    page = CapturedPage(
        requested_url=answer.url,
        final_url=None if silent else answer.url,
        status=None if silent else answer.status,
        failure="nothing answered" if silent else None,
        responses=(answer,),
    )
    blocked = http_states.obstacle(page, None)
    if blocked is None:
        return Judged(State.UNDETERMINED, (), sentence("platforms.bluesky.no_form"))
    if (
        blocked.state is State.UNAVAILABLE
    ):  # a 404 here is about the account or the service, not about the post
        return Judged(
            State.UNDETERMINED,
            blocked.signals,
            sentence("platforms.bluesky.says_nothing", status=answer.status),
        )
    return Judged(blocked.state, blocked.signals, blocked.says)


def _latest_rev(gathered: Gathered) -> str | None:
    latest = told(gathered.latest, _Latest)
    return None if latest is None else latest.rev


def _named(answer: CapturedResponse) -> str:
    error = error_of(answer)
    return str(answer.status) if error is None else f"{answer.status} {error}"


def _car(gathered: Gathered) -> str:
    return "" if gathered.answers.car is None else gathered.answers.car.url


def _last(checked: Checked) -> str:
    return checked.proof.where[-1] if checked.proof.where else ""
