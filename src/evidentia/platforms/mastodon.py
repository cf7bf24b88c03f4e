"""Reader for Mastodon's API and for servers that speak it too: Pleroma, Akkoma, GoToSocial, Pixelfed.

A server is known by the structure of its answers, not by its name. The server keeps every wording of a status with its
time, and lists who likes it and who passed it on, by name. What it does not say is left out: a status that is not there
is a 404 whether its author removed it, a moderator did, or it was never meant for the visitor; times of likes; and who
edited. Handles always carry their domain.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from evidentia.record.item import Program
from evidentia.record.post import (
    Act,
    ActKind,
    KeptVersion,
    PageReading,
    Post,
    Proof,
    Signal,
    State,
)
from evidentia.record.said import Says
from evidentia.record.sentences import restated, sentence

from . import activitypub_object, answers
from .activitypub_object import POSTS, Node, is_own, object_in, types, unwrapped
from .activitypub_signatures import check
from .fediverse_text import plain
from .mastodon_address import Address, address_of, is_judged_by_its_server, is_of
from .mastodon_questions import Gathered, edits_in, gather, is_whole
from .mastodon_states import missing
from .mastodon_status import (
    PLATFORM,
    Author,
    Context,
    Status,
    account_of,
    instance_in,
    kept,
    poll_options,
    post_of,
    status_in,
)
from .page import CapturedPage, CapturedResponse
from .questions import Places, Questions
from .replay import is_json, replay
from .signals import TEXT_FROM, WHOLE_LIST

__all__ = ["PLATFORM", "READER", "questions", "read", "recognises"]

READER = Program(name="evidentia.platforms.mastodon", version="1")

MAX_ACTS = 2_000
"""Acts of one reading: more than the pages that are asked for hold."""

MOST_ANCESTORS = 40
MOST_DESCENDANTS = 60
MOST_DEPTH = 20
"""What Mastodon shows a visitor without an account of a thread, at most (app/controllers/api/v1/statuses_controller.rb,
ANCESTORS_LIMIT, DESCENDANTS_LIMIT, DESCENDANTS_DEPTH_LIMIT): a thread as long or as deep as that may be a part."""

_COPY = sentence("platforms.mastodon.copy")
_REFUSALS = frozenset({401, 429})


def questions(url: str, places: Places) -> Questions | None:
    """What to ask about a status; None where the address is not built as one of a status is."""
    address = address_of(url)
    return None if address is None else _asking(address)


def _asking(address: Address) -> Questions:
    yield from gather(address)


def recognises(page: CapturedPage) -> bool:
    """Whether the host answered as Mastodon's API does: with a status, or with what such a server says of itself."""
    gathered = _gathered(page)
    if gathered is None or gathered.status.status == 0:
        return False
    if status_in(gathered.status) is not None or instance_in(gathered.instance) is not None:
        return True
    return gathered.status.status in _REFUSALS and is_json(gathered.status)


def read(page: CapturedPage) -> PageReading:
    """What the server's answers say of the status that the address names."""
    address, gathered = address_of(page.requested_url), _gathered(page)
    if address is None or gathered is None:
        return _undetermined(sentence("platforms.mastodon.no_address"))
    status = status_in(gathered.status)
    if status is None:
        return _absent(page, address, gathered)
    if status.id != address.status:
        other = Signal(name="another-status", seen=status.id, where=gathered.status.url)
        return _undetermined(sentence("platforms.mastodon.another_status"), other)
    return _shown(page, address, gathered, status)


def _gathered(page: CapturedPage) -> Gathered | None:
    address = address_of(page.requested_url)
    return None if address is None else replay(gather(address), page.responses)


def _shown(page: CapturedPage, address: Address, gathered: Gathered, status: Status) -> PageReading:
    url = _url(address, status)
    domain = _domain(address, gathered)
    around = _context(gathered)
    known = {one.id: one.address for one in around}
    parent = known.get(status.in_reply_to_id or "")
    post = post_of(status, url, domain, parent, page.responses)
    history = tuple(_history(gathered, url, page.responses))
    return restated(
        PageReading(
            state=State.EDITED if post.edit_mark else State.LIVE,
            signals=(
                *_signals(gathered, status),
                *_whole_lists(address, gathered, status),
                *_refused_page(page),
            ),
            reader=READER,
            post=post,
            history=history if len(history) > 1 else (),
            acts=tuple(_acts(gathered, status, domain, url, known)),
            proofs=_proofs(gathered),
        ),
        *(_COPY if status.uri and not is_of(status.uri, address.origin) else ()),
    )


def _absent(page: CapturedPage, address: Address, gathered: Gathered) -> PageReading:
    """No status came: the server's object in its place may still be shown, else its refusal is read."""
    judged = missing(gathered)
    if judged.state is State.UNAVAILABLE and page.status == 200 and is_judged_by_its_server(address):
        served = Signal(name="page-status", seen="200", where=page.final_url or page.requested_url)
        return _undetermined(
            judged.says + sentence("platforms.mastodon.page_was_served"), *judged.signals, served
        )
    node, answer = gathered.object.object, gathered.object.answer
    refused = judged.state in (State.LOGIN_WALL, State.ACCESS_RESTRICTED, State.UNDETERMINED)
    if refused and node is not None and answer is not None and _is_shown(node, answer):
        post = _from_object(page, address, gathered)
        source = Signal(name=TEXT_FROM, seen="activitypub-object", where=answer.url)
        return restated(
            PageReading(
                state=State.EDITED if post.edit_mark else State.LIVE,
                signals=(*judged.signals, source),
                reader=READER,
                post=post,
                proofs=_proofs(gathered),
            ),
            *sentence("platforms.mastodon.object_was_shown"),
        )
    return restated(
        PageReading(state=judged.state, signals=judged.signals, reader=READER, proofs=_proofs(gathered)),
        *judged.says,
    )


def _is_shown(node: Node, answer: CapturedResponse) -> bool:
    return answer.status == 200 and bool(types(unwrapped(node)) & POSTS) and is_own(node, answer.url)


def _from_object(page: CapturedPage, address: Address, gathered: Gathered) -> Post:
    """The same post under the same key as the API's, though the API did not show it."""
    node = gathered.object.object or {}
    post = activitypub_object.post_of(node, object_in(gathered.object.author), address.url, page.responses)
    # The API numbers accounts, the object names them by address; handles have the domain of the server's accounts.
    username = (post.author.handle or "").partition("@")[0]
    handle = f"{username}@{_domain(address, gathered)}" if username else None
    author = replace(post.author, id=None, handle=handle)
    return replace(post, platform=PLATFORM, native_id=address.status, url=address.url, author=author)


def _url(address: Address, status: Status) -> str:
    """The status's address on the server that was asked, in the form that the server gives it."""
    stated = next((url for url in (status.url, status.uri) if is_of(url, address.origin)), None)
    return stated or f"{address.origin}/@{status.account.acct}/{status.id}"


def _domain(address: Address, gathered: Gathered) -> str:
    instance = instance_in(gathered.instance)
    return instance.name if instance is not None else address.origin.partition("://")[2]


def _history(gathered: Gathered, url: str, responses: tuple[CapturedResponse, ...]) -> Iterator[KeptVersion]:
    where = gathered.history.url if gathered.history else ""
    for number, edit in enumerate(edits_in(gathered.history)):
        yield kept(edit, f"{where}#/{number}", url, responses)


def _acts(gathered: Gathered, status: Status, domain: str, url: str, known: dict[str, str]) -> Iterator[Act]:
    found = 0
    lists = ((ActKind.LIKE, gathered.likes), (ActKind.SHARE, gathered.shares))
    for kind, pages in lists:
        seen: set[str] = set()
        for where, author in _authors(pages):
            if author.id not in seen and found < MAX_ACTS:
                seen.add(author.id)
                found += 1
                yield Act(kind=kind, actor=account_of(author, domain), object=url, where=where)
    context = gathered.context.url if gathered.context else ""
    for reply in _context(gathered):
        if reply.id != status.id and reply.in_reply_to_id is not None and found < MAX_ACTS:
            found += 1
            yield _comment(reply, status, domain, url, known, context)


def _whole_lists(address: Address, gathered: Gathered, status: Status) -> Iterator[Signal]:
    """The lists that were followed to their end. Of a status that was published elsewhere the server knows a part."""
    if status.uri and not is_of(status.uri, address.origin):
        return
    for kind, pages in ((ActKind.LIKE, gathered.likes), (ActKind.SHARE, gathered.shares)):
        if is_whole(pages) and sum(1 for _ in _authors(pages)) < MAX_ACTS:
            yield Signal(name=WHOLE_LIST, seen=kind.value, where=pages[-1].url)
    answer = gathered.context
    if answer is None or answer.status != 200:
        return
    try:
        context = answers.decoded(answer.body, Context)
    except answers.UnreadableAnswer:
        return
    read = _context(gathered)
    above, below = len(context.ancestors), len(context.descendants)
    if len(read) == above + below and above < MOST_ANCESTORS and below < MOST_DESCENDANTS:
        depths = {status.id: 0}
        for reply in read[above:]:
            depths[reply.id] = depths.get(reply.in_reply_to_id or "", MOST_DEPTH) + 1
        if max(depths.values()) < MOST_DEPTH:
            yield Signal(name=WHOLE_LIST, seen=ActKind.COMMENT.value, where=answer.url)


def _comment(reply: Status, status: Status, domain: str, url: str, known: dict[str, str], where: str) -> Act:
    parent = reply.in_reply_to_id or ""
    return Act(
        kind=ActKind.COMMENT,
        actor=account_of(reply.account, domain),
        object=url if parent == status.id else known.get(parent, parent),
        where=where,
        what=plain(reply.content, url),
        native_id=reply.id,
        url=reply.url or reply.uri or None,
        at=answers.moment(reply.created_at),
    )


def _authors(pages: tuple[CapturedResponse, ...]) -> Iterator[tuple[str, Author]]:
    for page in pages:
        try:
            entries = answers.decoded(page.body, list[object]) if page.status == 200 else []
        except answers.UnreadableAnswer:
            continue
        for number, entry in enumerate(entries):
            try:
                yield f"{page.url}#/{number}", answers.shaped(entry, Author)
            except answers.UnreadableAnswer:
                continue  # an account that is not named did nothing that can be said


def _context(gathered: Gathered) -> list[Status]:
    """What stands around the status and can be read: what it answers, then what answers it."""
    answer = gathered.context
    if answer is None or answer.status != 200:
        return []
    try:
        context = answers.decoded(answer.body, Context)
    except answers.UnreadableAnswer:
        return []
    found = []
    for entry in (*context.ancestors, *context.descendants):
        try:
            found.append(answers.shaped(entry, Status))
        except answers.UnreadableAnswer:
            continue
    return found


def _signals(gathered: Gathered, status: Status) -> Iterator[Signal]:
    where = gathered.status.url
    yield Signal(name="http-status", seen=str(gathered.status.status), where=where)
    instance = instance_in(gathered.instance)
    if instance is not None and gathered.instance is not None:
        yield Signal(name="software", seen=instance.version, where=gathered.instance.url)
    if status.uri and status.uri != status.url:
        yield Signal(name="published-as", seen=status.uri, where=f"{where}#/uri")
    options = poll_options(status.poll)
    if options is not None:
        yield Signal(name="poll", seen=options, where=f"{where}#/poll")
    if status.sensitive is True:
        yield Signal(name="sensitive", seen="true", where=f"{where}#/sensitive")
    state = answers.text(answers.member(status.quote, "state"))
    if state is not None:
        yield Signal(name="quote", seen=state, where=f"{where}#/quote")
    source = gathered.source
    if source is not None and source.status == 200 and (typed := _typed(source)):
        yield Signal(name="source-text", seen=typed, where=source.url)


def _refused_page(page: CapturedPage) -> Iterator[Signal]:
    """The page's own refusal: what the API shows may then be for its caller alone."""
    if page.status is not None and page.status >= 400:
        yield Signal(name="page-status", seen=str(page.status), where=page.final_url or page.requested_url)


def _typed(source: CapturedResponse) -> str | None:
    try:
        return answers.text(answers.member(answers.tree(source.body), "text"))
    except answers.UnreadableAnswer:
        return None


def _proofs(gathered: Gathered) -> tuple[Proof, ...]:
    node, answer = gathered.object.object, gathered.object.answer
    if node is None or answer is None:
        return ()
    return check(answer, node, (gathered.object.author, *gathered.object.keys))


def _undetermined(says: Says, *signals: Signal) -> PageReading:
    return restated(PageReading(state=State.UNDETERMINED, signals=signals, reader=READER), *says)
