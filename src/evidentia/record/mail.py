"""A mail as it was handed over (RFC 5322): its fields, its route as stated, its bodies and attachments."""

from __future__ import annotations

import msgspec

from .handed_over import Check, Problem
from .item import Program
from .moment import Moment


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A header field as it stands there, folding undone."""

    name: str
    value: str


class Hop(msgspec.Struct, frozen=True, kw_only=True):
    """One ``Received`` field: what a server, or whoever wrote it in its name, states. The topmost was added last."""

    value: str
    stated_at: Moment | None = None


class MailPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part that holds content: which part (``1.2``), its type, and the digest of its decoded bytes.

    ``text`` is there for bodies of text; ``name`` is what the sender called the file.
    """

    where: str
    media_type: str
    size: int
    sha256: str
    is_attachment: bool
    charset: str | None = None
    name: str | None = None
    text: str | None = None


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """``mail.json``. Every field can be written by anybody: what it says is a claim.

    ``stated_date`` is the ``Date`` field as written; ``at`` is its moment, None where it states no zone
    (``-0000``, RFC 5322 section 3.3) or cannot be read.
    """

    format: int = 1
    reader: Program
    sender: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str | None
    stated_date: str | None
    at: Moment | None
    message_id: str | None
    in_reply_to: str | None
    route: tuple[Hop, ...]
    parts: tuple[MailPart, ...]
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    problems: tuple[Problem, ...] = ()
