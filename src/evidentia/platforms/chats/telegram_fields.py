"""Fields of a message in Telegram's JSON, each taken only if it is of the kind that it must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from evidentia.record.chat import PollOption, Reaction
from evidentia.record.post import Account

_SECONDS = re.compile(r"-?[0-9]{1,12}", re.ASCII)


def reactions(value: Any) -> Iterator[Reaction]:
    """The reactions, with those whom the export names."""
    for one in value if isinstance(value, list) else []:
        if isinstance(one, dict):
            recent = one.get("recent")
            by = (
                [account(who, "from") for who in recent if isinstance(who, dict)]
                if isinstance(recent, list)
                else []
            )
            count = one.get("count")
            what = string(one, "emoji") or string(one, "document_id") or string(one, "type") or ""
            yield Reaction(
                what=what,
                count=count if isinstance(count, int) and not isinstance(count, bool) else None,
                by=tuple(who for who in by if who is not None),
            )


def options(poll: Any) -> Iterator[PollOption]:
    """The answers of a poll."""
    answers = poll.get("answers") if isinstance(poll, dict) else None
    for one in answers if isinstance(answers, list) else []:
        if isinstance(one, dict):
            votes = one.get("voters")
            yield PollOption(text=shown(one.get("text")), votes=votes if isinstance(votes, int) else None)


def account(fields: dict[str, Any], name: str) -> Account | None:
    """A name that is null belongs to an account that was deleted; its id stays."""
    if name not in fields and f"{name}_id" not in fields:
        return None
    return Account(id=number(fields, f"{name}_id"), name=string(fields, name))


def string(fields: dict[str, Any], name: str) -> str | None:
    """A field that is a string, else None."""
    value = fields.get(name)
    return value if isinstance(value, str) else None


def number(fields: dict[str, Any], name: str) -> str | None:
    """A field that is a number, or one written as a string, as text."""
    value = fields.get(name)
    return str(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None


def shown(value: Any) -> str:
    """A value as text: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def moment(fields: dict[str, Any], name: str) -> datetime | None:
    """A Unix time, in UTC."""
    text = number(fields, name)
    if text is None or _SECONDS.fullmatch(text) is None:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def local(text: str | None) -> tuple[str, ...]:
    """The local time as it stands there, if it is one."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return ()
    return () if found.tzinfo is not None else (found.isoformat(timespec="seconds"),)
