"""Reader of a mail as it was handed over (.eml, RFC 5322 and MIME): fields, route, bodies, attachments.

The standard library parses it and lists what is malformed; each part's bytes are digested as they are decoded. Every
field is a claim of whoever wrote it. A DKIM signature is not checked: the key that could tell is not in the mail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses, parsedate_to_datetime

from evidentia.record.handed_over import Check, CheckOutcome, Problem
from evidentia.record.item import Program
from evidentia.record.mail import Field, Hop, Mail, MailPart

READER = Program(name="evidentia.platforms.mail", version="1")

MAX_PARTS = 10_000
"""Parts of one mail: a thousand times what people attach; a hostile mail can hold one for every few bytes."""

MAX_FIELDS = 10_000
"""Fields of a header: Exim, for one, refuses mail with more than a thousand."""

_USUAL_FIELDS = frozenset(
    {"return-path", "received", "delivered-to", "from", "to", "date", "subject", "message-id", "mime-version",
     "dkim-signature", "x-received", "arc-seal", "reply-to", "content-type", "authentication-results"}
)  # fmt: skip
_MALFORMED = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    OverflowError,
    AssertionError,
)
"""What the standard library's parsers are known to raise for malformed fields, instead of a defect."""

_NAME = re.compile(rb"([!-9;-~]{1,76}):")  # RFC 5322, section 2.2
_FOLD = re.compile(r"\r?\n(?=[ \t])")


def looks_like_mail(head: bytes) -> bool:
    """Whether it begins with a field, and its header has at least two of those that mail has, one of them its own."""
    lines = head.replace(b"\r\n", b"\n").split(b"\n\n")[0].split(b"\n")
    names = {found[1].lower().decode("ascii") for line in lines if (found := _NAME.match(line))}
    begins = _NAME.match(lines[0]) is not None
    return begins and len(names & _USUAL_FIELDS) > 1 and bool(names & {"from", "received", "message-id"})


def read(data: bytes) -> Mail:
    """What a mail holds. Never raises for what it contains."""
    problems: list[Problem] = []
    message = parsed(data, problems)
    fields = [Field(name=name, value=well_formed(value)) for name, value in _raw(message)[:MAX_FIELDS]]
    stated = _first(fields, "date")
    parts = tuple(_parts(message, problems))
    return Mail(
        reader=READER,
        sender=_first(fields, "from"),
        to=_addresses(fields, "to"),
        cc=_addresses(fields, "cc"),
        subject=decoded(message, "subject"),
        stated_date=stated,
        at=moment(stated),
        message_id=_first(fields, "message-id"),
        in_reply_to=_first(fields, "in-reply-to"),
        route=tuple(_hop(each.value) for each in fields if each.name.lower() == "received"),
        parts=parts,
        fields=tuple(fields),
        checks=tuple(_checks(fields)),
        problems=tuple(problems),
    )


def parsed(data: bytes, problems: list[Problem]) -> EmailMessage:
    """The mail as the standard library has it; an empty one, and a problem, where it cannot be parsed."""
    try:
        message = message_from_bytes(data, policy=policy.default)
    except _MALFORMED as error:
        problems.append(Problem(what=f"it cannot be parsed: {type(error).__name__}", where="byte 0"))
        return EmailMessage()
    return message


def parts_of(message: EmailMessage, problems: list[Problem]) -> Iterator[tuple[str, Message]]:
    """Every part with its number (``1.2``), in order; what is malformed in it goes to the problems."""
    stack: list[tuple[str, Message]] = [("1", message)]
    for _ in range(MAX_PARTS):
        if not stack:
            return
        where, part = stack.pop()
        for defect in part.defects:
            problems.append(
                Problem(what=well_formed(f"{type(defect).__name__}: {defect}"), where=f"part {where}")
            )
        yield where, part
        inner = part.get_payload() if part.is_multipart() else []
        if isinstance(inner, list):
            numbered = [
                (f"{where}.{n}", one) for n, one in enumerate(inner, start=1) if isinstance(one, Message)
            ]
            stack.extend(reversed(numbered))
    problems.append(
        Problem(what=f"more than {MAX_PARTS} parts", where=f"part {stack[-1][0]}" if stack else "end")
    )


def payload(part: Message) -> bytes:
    """The bytes of a part, its transfer encoding undone; empty where that cannot be."""
    try:
        found = part.get_payload(decode=True)
    except _MALFORMED:
        return b""
    return found if isinstance(found, bytes) else b""


def field(message: Message, name: str) -> str | None:
    """The first field of a name as it stands, or None."""
    return next((well_formed(value) for each, value in _raw(message) if each.lower() == name), None)


def decoded(message: Message, name: str) -> str | None:
    """A field with its encoded words (RFC 2047) undone, or as it stands where that fails."""
    raw = field(message, name)
    if raw is None:
        return None
    try:
        return well_formed(str(message[name]))
    except _MALFORMED:
        return raw


def moment(stated: str | None) -> datetime | None:
    """A date of RFC 5322 as a moment; None where it states no zone (``-0000``) or is none."""
    try:
        found = parsedate_to_datetime(stated) if stated else None
        return found if found is not None and found.utcoffset() is not None else None
    except _MALFORMED:
        return None


def well_formed(text: str) -> str:
    """Text without lone surrogates, as which undecodable bytes stand in it: these become ``\\xNN``."""
    return (
        text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        if _escaped(text)
        else text
    )


def _escaped(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _raw(message: Message) -> list[tuple[str, str]]:
    """The fields as they stand, folding undone (RFC 5322 section 2.2.3), without the policy's parsing."""
    return [(well_formed(name), _FOLD.sub("", str(value))) for name, value in message.raw_items()]


def _first(fields: list[Field], name: str) -> str | None:
    return next((each.value for each in fields if each.name.lower() == name), None)


def _addresses(fields: list[Field], name: str) -> tuple[str, ...]:
    values = [each.value for each in fields if each.name.lower() == name]
    try:
        found = getaddresses(values)
    except _MALFORMED:
        return tuple(values)
    return tuple(f"{shown} <{address}>" if shown else address for shown, address in found if shown or address)


def _hop(value: str) -> Hop:
    return Hop(value=value, stated_at=moment(value.rpartition(";")[2].strip()))


def _parts(message: EmailMessage, problems: list[Problem]) -> Iterator[MailPart]:
    for where, part in parts_of(message, problems):
        if part.is_multipart():
            continue
        data = payload(part)
        try:
            media_type, charset = part.get_content_type(), part.get_content_charset()
            name, disposition = part.get_filename(), part.get_content_disposition()
        except _MALFORMED as error:
            problems.append(
                Problem(what=f"fields that cannot be read: {type(error).__name__}", where=f"part {where}")
            )
            media_type, charset, name, disposition = "application/octet-stream", None, None, None
        attached = disposition == "attachment" or name is not None or not media_type.startswith("text/")
        yield MailPart(
            where=where,
            media_type=well_formed(media_type),
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            is_attachment=attached,
            charset=None if charset is None else well_formed(charset),
            name=None if name is None else well_formed(name),
            text=None if attached else _text(data, charset, where, problems),
        )


def _text(data: bytes, charset: str | None, where: str, problems: list[Problem]) -> str:
    try:
        return well_formed(data.decode(charset or "utf-8"))
    except (LookupError, UnicodeError, ValueError) as error:
        what = f"text that is not the {charset or 'utf-8'} that it says: {error}"
        problems.append(Problem(what=well_formed(what), where=f"part {where}"))
        return data.decode("utf-8", "backslashreplace")


def _checks(fields: list[Field]) -> Iterator[Check]:
    names = [each.name.lower() for each in fields]
    if "dkim-signature" in names:
        detail = "The signature is there and was not checked: that needs the domain's key from the DNS of that day."
        yield Check(what="DKIM-Signature (RFC 6376)", outcome=CheckOutcome.NOT_CHECKED, detail=detail)
    for name in ("date", "from", "message-id", "subject"):
        if names.count(name) > 1:
            detail = f"{names.count(name)} of them; programs differ in which they show"
            yield Check(
                what=f"one {name} field (RFC 5322 section 3.6)", outcome=CheckOutcome.BROKEN, detail=detail
            )
