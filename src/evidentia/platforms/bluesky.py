"""Reader for posts on Bluesky, and for their place in the author's signed repository.

An address on bsky.app or an ``at://`` one. The post is read from the record that the account's key signed, where the
proof of it holds; else from what the host of the repository states, else from what the public service shows, and a
signal says which. An edit is another record at the same address: the protocol has no mark for it, so ``edit_mark`` is
None and ``revision`` (the record's CID) tells wordings apart. ``created_at`` is whatever the author's program wrote.
"""

from __future__ import annotations

from evidentia.record.item import Program
from evidentia.record.post import PageReading, ProofOutcome, Signal, State
from evidentia.record.sentences import restated, sentence

from .atproto.proof import Checked, check, stated_record
from .bluesky_post import PLATFORM, Wording, post_of, record_in, view_in
from .bluesky_questions import Address, Gathered, address_of, answered, gather, was_asked
from .bluesky_states import handle_signals, judge
from .page import CapturedPage
from .questions import Places, Questions
from .signals import TEXT_FROM

__all__ = ["PLATFORM", "READER", "questions", "read", "recognises"]

READER = Program(name="evidentia.platforms.bluesky", version="1")

_SAYS_NOTHING = frozenset({State.UNAVAILABLE, State.ACCOUNT_GONE})


def questions(url: str, places: Places) -> Questions | None:
    """What to ask about a post; None where the address names none."""
    address = address_of(url)
    return None if address is None else _asking(address, places)


def _asking(address: Address, places: Places) -> Questions:
    yield from gather(address, places)


def recognises(page: CapturedPage) -> bool:
    """Whether the address names a post and the protocol's services answered about it."""
    address = address_of(page.requested_url)
    return address is not None and was_asked(page, address)


def read(page: CapturedPage) -> PageReading:
    """What the answers say of the post that the address names."""
    address = address_of(page.requested_url)
    if address is None:
        return restated(
            PageReading(state=State.UNDETERMINED, signals=(), reader=READER),
            *sentence("platforms.bluesky.no_address"),
        )
    gathered = answered(page, address)
    checked = None if gathered.subject is None else check(gathered.subject, gathered.answers)
    judged = judge(gathered, checked)
    signals = (*judged.signals, *handle_signals(gathered, address.account))
    wording = None if checked is None or judged.state in _SAYS_NOTHING else _wording(gathered, checked)
    post = None
    if wording is not None and gathered.subject is not None:
        post, more = post_of(wording, gathered.subject, gathered, page.responses)
        signals = (*signals, Signal(name=TEXT_FROM, seen="record", where=wording.where), *more)
    return restated(
        PageReading(
            state=judged.state,
            signals=signals,
            reader=READER,
            post=post,
            proofs=() if checked is None else (checked.proof,),
        ),
        *judged.says,
    )


def _wording(gathered: Gathered, checked: Checked) -> Wording | None:
    """The record that was signed, else the one that the host states, else the one that is shown in public."""
    if checked.record is not None and gathered.answers.car is not None:
        return Wording(checked.record, str(checked.cid), gathered.answers.car.url)
    if checked.proof.outcome is ProofOutcome.BROKEN:
        return None
    if gathered.answers.record is not None:
        stated, cid = stated_record(gathered.answers.record)
        if stated is not None:
            return Wording(stated, None if cid is None else str(cid), gathered.answers.record.url)
    view = view_in(gathered)
    record = None if view is None else record_in(view)
    if view is None or record is None or gathered.shown is None:
        return None
    return Wording(record, view.cid, gathered.shown.url)
