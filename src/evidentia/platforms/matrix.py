"""Reader for messages in Matrix rooms, from what a homeserver answers to clients.

An edit is an event of its own: the original's id stays, and each wording is a kept version with the time that the
sender's homeserver stated. A redaction names who made it. What the reader cannot say: who holds which power in the
room, what an encrypted event says, and whether the events are signed: the client-server API gives neither hashes nor
signatures.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from evidentia.record.item import Program
from evidentia.record.post import PageReading, Proof, ProofKind, ProofOutcome, Signal, State
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from .answers import UnreadableAnswer, member, text, tree
from .matrix_address import Address, address_of
from .matrix_event import ENCRYPTED, MESSAGE, STICKER, Event, event_in, redaction_of
from .matrix_post import PLATFORM, acts_in, post_of, whole_lists
from .matrix_questions import Gathered, gather
from .page import CapturedPage, CapturedResponse
from .questions import Places, Questions
from .replay import replay

__all__ = ["PLATFORM", "READER", "questions", "read", "recognises"]

READER = Program(name="evidentia.platforms.matrix", version="1")

_API = re.compile(r"(?P<base>https?://[^?#]+?)/_matrix/client/(?:v3|r0|v1)/(?P<rest>[^?#]*)")

_NO_SIGNATURE = (
    "Homeservers sign events for each other; the client-server API, from which this was read, gives neither the hashes "
    "nor the signatures, so the event's id cannot be computed again."
)
_LOGIN = frozenset({"M_MISSING_TOKEN", "M_UNKNOWN_TOKEN", "M_GUEST_ACCESS_FORBIDDEN"})


def questions(url: str, places: Places) -> Questions | None:
    """What to ask about an event; None where the address names none."""
    address = address_of(url)
    return None if address is None else _asking(address, places)


def _asking(address: Address, places: Places) -> Questions:
    yield from gather(address, places)


def recognises(page: CapturedPage) -> bool:
    """Whether the address names an event and a homeserver answered about it."""
    address = address_of(page.requested_url)
    return address is not None and _homeserver(page, address) is not None


def read(page: CapturedPage) -> PageReading:
    """What the homeserver's answers say of the event."""
    address = address_of(page.requested_url)
    base = None if address is None else _homeserver(page, address)
    if address is None or base is None:
        return _undetermined(sentence("platforms.matrix.no_address"))
    gathered = replay(gather(address, Places(matrix_homeserver=base)), page.responses)
    if gathered is None:
        return _undetermined(sentence("platforms.matrix.endless"))
    event = event_in(gathered.event)
    if event is None or event.event_id != address.event:
        return _refused(gathered, address)
    if event.room_id is not None and event.room_id != gathered.room:
        other = Signal(
            name="another-room", seen=event.room_id, where=gathered.event.url if gathered.event else ""
        )
        return _undetermined(sentence("platforms.matrix.another_room"), other)
    return _event(gathered, event)


def _homeserver(page: CapturedPage, address: Address) -> str | None:
    """The homeserver that was asked about this event, or else which room its alias means."""
    other = None
    for response in page.responses:
        found = _API.match(response.url)
        if found is None:
            continue
        segments = [unquote(segment) for segment in found["rest"].split("/")]
        if segments[0] == "rooms" and address.event in segments[2:]:
            return found["base"]
        if segments[:2] == ["directory", "room"] and address.room in segments[2:]:
            other = found["base"]
    return other


def _event(gathered: Gathered, event: Event) -> PageReading:
    where = gathered.event.url if gathered.event else ""
    redaction = redaction_of(event)
    if redaction is not None or "redacted_by" in event.unsigned:
        return _redacted(gathered, event, redaction, where)
    sender = Signal(name="sender", seen=event.sender, where=where)
    if event.type == ENCRYPTED:
        algorithm = text(event.content.get("algorithm")) or "unnamed"
        signal = Signal(name="encrypted", seen=algorithm, where=where)
        return _undetermined(
            sentence("platforms.matrix.encrypted"),
            signal,
            sender,
        )
    if event.type not in (MESSAGE, STICKER):
        kind = Signal(name="event-type", seen=event.type, where=where)
        return _undetermined(sentence("platforms.matrix.no_message"), kind, sender)
    if not event.content:
        return _undetermined(sentence("platforms.matrix.no_content"), sender)
    post, history, signals = post_of(gathered, event)
    return PageReading(
        state=State.EDITED if post.edit_mark else State.LIVE,
        signals=(_status(gathered.event), *signals, *whole_lists(gathered)),
        reader=READER,
        post=post,
        history=history,
        acts=acts_in(gathered, event),
        proofs=(_unsigned(event, where),),
    )


def _redacted(gathered: Gathered, event: Event, redaction: Event | None, where: str) -> PageReading:
    sender = Signal(name="sender", seen=event.sender, where=where)
    if redaction is None:
        signal = Signal(name="redacted-by", seen=str(event.unsigned.get("redacted_by"))[:255], where=where)
        says = sentence("platforms.matrix.removed_by_unnamed")
        return restated(PageReading(state=State.UNAVAILABLE, signals=(signal, sender), reader=READER), *says)
    by_author = redaction.sender == event.sender
    at = f" at {redaction.at.isoformat()}" if redaction.at else ""
    why = text(redaction.content.get("reason"))
    said = f"{redaction.sender}{at}" + (f": {why}" if why else ", no reason given")
    by_another = sentence("platforms.matrix.removed_by_another", who=redaction.sender)
    return restated(
        PageReading(
            state=State.DELETED_BY_AUTHOR if by_author else State.REMOVED_BY_PLATFORM,
            signals=(
                Signal(name="redaction", seen=said, where=f"{where}#/unsigned/redacted_because"),
                sender,
            ),
            reader=READER,
            acts=acts_in(gathered, event),
            proofs=(_unsigned(event, where),),
        ),
        *(sentence("platforms.matrix.removed_by_sender") if by_author else by_another),
    )


def _refused(gathered: Gathered, address: Address) -> PageReading:
    """No event came. What the homeserver says in its ``errcode`` decides, never its words."""
    answer = gathered.event or gathered.directory
    if answer is None or answer.status == 0:
        return _obstacle(State.UNREACHABLE, answer, sentence("platforms.matrix.silent"))
    code, around = _code(answer), _code(gathered.context)
    if answer.status == 429 or code == "M_LIMIT_EXCEEDED":
        return _obstacle(State.CHALLENGE, answer, sentence("platforms.matrix.limits"))
    if answer.status >= 500:
        return _obstacle(
            State.UNREACHABLE, answer, sentence("platforms.matrix.could_not_answer", status=answer.status)
        )
    if answer.status == 401 or code in _LOGIN:
        return _obstacle(State.LOGIN_WALL, answer, sentence("platforms.matrix.token_asked"))
    if code == "M_CONSENT_NOT_GIVEN":
        return _obstacle(State.CHALLENGE, answer, sentence("platforms.matrix.consent_asked"))
    if code == "M_FORBIDDEN":
        return _obstacle(State.ACCESS_RESTRICTED, answer, sentence("platforms.matrix.refused"))
    if code == "M_NOT_FOUND" and around == "M_FORBIDDEN":
        says = sentence("platforms.matrix.withheld")
        return _obstacle(State.ACCESS_RESTRICTED, gathered.context, says)
    if code == "M_NOT_FOUND" and answer is gathered.event:
        says = sentence("platforms.matrix.nothing_there")
        return _obstacle(State.UNAVAILABLE, answer, says)
    if code == "M_NOT_FOUND":
        return _undetermined(sentence("platforms.matrix.unknown_alias", room=address.room), _status(answer))
    return _undetermined(sentence("platforms.matrix.says_nothing"), _status(answer))


def _obstacle(state: State, answer: CapturedResponse | None, says: Says) -> PageReading:
    return restated(PageReading(state=state, signals=(_status(answer),), reader=READER), *says)


def _status(answer: CapturedResponse | None) -> Signal:
    if answer is None:
        return Signal(name="http-status", seen="none", where="capture")
    code = _code(answer)
    return Signal(name="http-status", seen=f"{answer.status} {code}".strip(), where=answer.url)


def _code(answer: CapturedResponse | None) -> str:
    """The ``errcode`` of an error ("Standard error response")."""
    if answer is None or answer.status == 200:
        return ""
    try:
        code = text(member(tree(answer.body), "errcode")) or ""
    except UnreadableAnswer:
        return ""
    return code if re.fullmatch(r"[A-Za-z0-9._]{1,100}", code) else ""


def _unsigned(event: Event, where: str) -> Proof:
    return Proof(
        kind=ProofKind.EVENT,
        outcome=ProofOutcome.UNDETERMINED,
        subject=event.event_id,
        reason=_NO_SIGNATURE,
        where=(where,),
    )


def _undetermined(says: Says, *signals: Signal) -> PageReading:
    return restated(PageReading(state=State.UNDETERMINED, signals=signals, reader=READER), *says)
