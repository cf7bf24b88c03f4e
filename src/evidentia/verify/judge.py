"""The verdict on a bundle: every check in its order, every fault kept, the worst one decides."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from evidentia.formats import names
from evidentia.formats.head import parse_head
from evidentia.record.custody import EventType, Head, HeadSignature
from evidentia.record.errors import FormatError
from evidentia.record.moment import Interval
from evidentia.record.verdict import Fault, JudgedEvent, JudgedItem, Note, Status, Verdict

from .bundle import Bundle, open_bundle
from .certificates import Trust
from .chain import LARGEST_CUSTODY, LARGEST_CUSTODY_FILE, Chain, read_chain
from .codes import Code, NoteCode, fault, note, worst
from .derived import check_derived
from .items import Items, check_items
from .policy import Policy
from .policy_check import check_policy
from .signatures import Proven, check_signatures
from .since import check_since


def verify(
    bundle: str | Path,
    trust: Trust,
    *,
    head: str | Head | None = None,
    since: str | Path | None = None,
    policy: Policy | None = None,
    now: datetime | None = None,
) -> Verdict:
    """Judge a bundle (a folder or a ZIP) offline, with the caller's own trust anchors.

    Args:
        bundle: where it is.
        trust: anchors for persons and for timestamp authorities; never taken from the bundle.
        head: a head that the bundle must continue, as JSON or in its printed form.
        since: an older bundle to which this one must only have appended; nothing in it is believed.
        policy: what the caller asks beyond the format.
        now: the moment at which the last certificates are judged; the machine's clock if not given.

    Returns:
        The verdict. Whatever is wrong with the bundle is a fault in it, not an exception.
    """
    with ExitStack() as stack:
        opened = stack.enter_context(closing(open_bundle(Path(bundle))))
        old = None if since is None else stack.enter_context(closing(open_bundle(Path(since))))
        return _judge(opened, trust, head, old, policy, now or datetime.now(UTC))


def _judge(
    bundle: Bundle,
    trust: Trust,
    head: str | Head | None,
    old: Bundle | None,
    policy: Policy | None,
    now: datetime,
) -> Verdict:
    faults: list[Fault] = list(bundle.faults)
    notes: list[Note] = list(bundle.notes)
    chain = read_chain(_custody_contents(bundle, faults))  # 1. events, seals, custody
    items = check_items(bundle, chain)  # 2. evidence
    proven = check_signatures(chain, trust, now)  # 3. persons and time
    faults += [*chain.faults, *items.faults, *proven.faults]
    notes += [*proven.notes, *_withheld_notes(chain)]
    faults += check_policy(policy, chain, proven) if policy is not None else ()
    faults += _check_export(bundle, chain, items)  # 4. what people are shown
    found = head_of(chain.contents, len(chain.events), chain.events[0].case) if chain.events else None
    faults += _check_head(chain, head)  # 5. the end
    if old is not None:
        unreadable = list(old.faults)
        old_contents = _custody_contents(old, unreadable)
        history_faults, history_notes = check_since(chain, items, old, old_contents, unreadable)
        faults += history_faults
        notes += history_notes
    elif head is None:
        notes.append(note(NoteCode.NO_HEAD_GIVEN, ""))
    return Verdict(
        status=worst(faults),
        head=found,
        events=_judged_events(chain, proven),
        items=_judged_items(chain, items, proven),
        faults=tuple(sorted(set(faults), key=_gravest_first)),
        notes=tuple(notes),
    )


def _gravest_first(one: Fault) -> tuple[int, str, str]:
    return (0 if one.status is Status.FAILED else 1, one.path, one.code)


def _custody_contents(bundle: Bundle, faults: list[Fault]) -> dict[str, bytes]:
    contents = {}
    total = 0
    for path, size in bundle.sizes.items():
        if not path.startswith(("custody/", "trust/")):
            continue
        total += size
        if size > LARGEST_CUSTODY_FILE or total > LARGEST_CUSTODY:
            expected = f"at most {LARGEST_CUSTODY_FILE} bytes, and {LARGEST_CUSTODY} in all such files"
            faults.append(fault(Code.ARCHIVE_LIMIT, path, expected, f"{size}, {total} so far"))
            continue
        try:
            with bundle.open(path) as stream:
                contents[path] = stream.read(size + 1)
        except OSError as error:
            faults.append(fault(Code.ARCHIVE_UNREADABLE, path, "readable bytes", str(error)))
    return contents


def _check_export(bundle: Bundle, chain: Chain, items: Items) -> tuple[Fault, ...]:
    if not chain.events:
        return ()
    last = chain.events[-1]
    if last.type is not EventType.EXPORT:
        path = names.event_path(last.event)
        return (fault(Code.NOT_EXPORTED, path, "an export as the last event", last.type.value),)
    try:
        return check_derived(bundle, chain, items, last)
    except OSError as error:
        return (fault(Code.ARCHIVE_UNREADABLE, "", "readable derived files", str(error)),)


def head_of(contents: dict[str, bytes], event: int, case: str) -> Head | None:
    """The head as it stands after an event: its seal, the signatures over it, the tokens over those."""
    seal = names.seal_path(event)
    if seal not in contents:
        return None
    signatures = []
    for path in sorted(contents):
        found = names.custody_file(path)
        if found is not None and path.startswith(seal + ".") and not path.endswith(".tsr"):
            tokens = (names.custody_file(p) for p in contents if p.startswith(path) and p.endswith(".tsr"))
            ordered = sorted((t.authority, t.path) for t in tokens if t is not None and t.over == path)
            signatures.append(
                HeadSignature(
                    who=found.who,
                    signature=_sha256(contents[path]),
                    tokens=tuple(_sha256(contents[token]) for _, token in ordered),
                )
            )
    signatures.sort(key=lambda one: one.who)
    return Head(case=case, events=event, seal=_sha256(contents[seal]), signatures=tuple(signatures))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_head(chain: Chain, head: str | Head | None) -> tuple[Fault, ...]:
    """The bundle continues a head where that event's seal is the head's, and the head's signatures are there."""
    if head is None:
        return ()
    try:
        wanted = parse_head(head) if isinstance(head, str) else head
    except FormatError as error:
        return (fault(Code.HEAD_UNREADABLE, "", "a head", error.happened),)
    case = chain.events[0].case if chain.events else ""
    found = head_of(chain.contents, wanted.events, case)
    if found is None or (found.case, found.seal) != (wanted.case, wanted.seal):
        shown = "no such event" if found is None else f"{found.case}/{found.events}/{found.seal}"
        return (fault(Code.HEAD_DIFFERS, "", f"{wanted.case}/{wanted.events}/{wanted.seal}", shown),)
    there = {one.who: one for one in found.signatures}
    for signature in wanted.signatures:
        mine = there.get(signature.who)
        if (
            mine is None
            or mine.signature != signature.signature
            or not set(signature.tokens) <= set(mine.tokens)
        ):
            path = names.signature_path(wanted.events, signature.who)
            return (
                fault(Code.HEAD_DIFFERS, path, signature.signature, mine.signature if mine else "not there"),
            )
    return ()


def _withheld_notes(chain: Chain) -> list[Note]:
    return [
        note(NoteCode.ITEM_WITHHELD, names.item_folder(item))
        for item in sorted(chain.withheld)
        if names.record_path(item) not in chain.contents
    ]


def _judged_events(chain: Chain, proven: Proven) -> tuple[JudgedEvent, ...]:
    return tuple(
        JudgedEvent(
            event=event.event,
            type=event.type,
            claimed=event.time,
            proven=proven.events[event.event],
            signatures=tuple(
                proven.signatures[event.event, actor.who]
                for actor in event.actors
                if (event.event, actor.who) in proven.signatures
            ),
            items=tuple(ref.item for ref in event.items),
        )
        for event in chain.events
    )


def _judged_items(chain: Chain, items: Items, proven: Proven) -> tuple[JudgedItem, ...]:
    return tuple(
        JudgedItem(
            item=item,
            withheld=names.record_path(item) not in chain.contents,
            files=items.files.get(item, 0),
            proven=proven.items.get(item, Interval()),
        )
        for item in sorted(chain.items)
    )
