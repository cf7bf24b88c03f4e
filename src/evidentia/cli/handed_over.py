"""What was read in a file that was handed over, told in short; and what was not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from evidentia.record.chat import AttachmentState, ChatExport, Conversation
from evidentia.record.handed_over import Members, SavedPages
from evidentia.record.item import Item, Role
from evidentia.record.mail import Mail

from .speaking import say, shown, warn

if TYPE_CHECKING:
    from evidentia.case import Case

MOST_NAMED = 20
"""Missing files that are named on the terminal; JSON has them all."""

_Record = TypeVar("_Record")


def told(case: Case, item: Item) -> dict[str, Any]:
    """What the readers made of an item's original, as JSON has it; ``problems`` are the item's."""
    members = next(_records(case, item, Role.MEMBERS, Members), None)
    mail = next(_records(case, item, Role.MAIL, Mail), None)
    return {
        "members": None if members is None else _of_members(members),
        "chats": [
            {"form": export.form, **_of_chat(chat)}
            for export in _records(case, item, Role.CHAT, ChatExport)
            for chat in export.conversations
        ],
        "mail": None if mail is None else _of_mail(mail),
        "saved_pages": [_of_pages(saved) for saved in _records(case, item, Role.SAVED_PAGES, SavedPages)],
        "problems": item.problems,
    }


def say_told(read: dict[str, Any]) -> None:
    """The same for people."""
    if read["members"] is not None:
        say(f"  {read['members']['files']} files in it, {read['members']['unread']} of them not read")
    for chat in read["chats"]:
        _say_chat(chat)
    if read["mail"] is not None:
        say(f"  mail: {shown(read['mail']['sender'])}: {shown(read['mail']['subject'])}")
    for saved in read["saved_pages"]:
        say(f"  {saved['form']}, as it claims itself:")
        for page in saved["pages"]:
            say(f"    {shown(page['url'])}  {shown(page['claimed'] or 'no time')}")
        for check in saved["checks"]:
            say(f"    {check['outcome']}: {shown(check['what'])} {shown(check['detail'])}".rstrip())
    for problem in read["problems"]:
        warn(f"  [yellow]{shown(problem)}[/]")


def _say_chat(chat: dict[str, Any]) -> None:
    title = shown(chat["title"] or "without a title")
    say(
        f"  {chat['platform']} chat, {title}: {chat['messages']} messages, "
        f"{chat['edited']} marked as edited, {chat['removed']} as removed"
    )
    if chat["date_order"] is not None:
        say(f"  dates: {chat['date_order']}: {shown(chat['date_reason'])}")
    say(f"  times: {shown(chat['zone'])}")
    for note in chat["notes"]:
        say(f"  note: {shown(note)}")
    if chat["missing"]:
        more = len(chat["missing"]) - MOST_NAMED
        named = ", ".join(shown(name) for name in chat["missing"][:MOST_NAMED])
        say(f"  named and not there: {named}" + (f" and {more} more" if more > 0 else ""))
    if chat["left_out"]:
        say(f"  left out by the export: {chat['left_out']}")


def _records(case: Case, item: Item, role: Role, kind: type[_Record]) -> Iterator[_Record]:
    from evidentia.formats.names import item_folder

    for file in item.files:
        if file.role is role:
            path = case.folder / item_folder(item.item) / file.name
            yield msgspec.json.decode(path.read_bytes(), type=kind)


def _of_members(members: Members) -> dict[str, Any]:
    return {
        "files": len(members.members),
        "bytes": sum(member.size for member in members.members),
        "unread": sum(member.sha256 is None for member in members.members),
    }


def _of_chat(chat: Conversation) -> dict[str, Any]:
    files = [one for message in chat.messages for one in message.attachments]
    states = Counter(one.state for one in files)
    return {
        "platform": chat.platform,
        "title": chat.title,
        "kind": chat.kind,
        "messages": len(chat.messages),
        "edited": sum(message.edited is True for message in chat.messages),
        "removed": sum(message.removed is not None for message in chat.messages),
        "first": chat.messages[0].stated_time if chat.messages else None,
        "last": chat.messages[-1].stated_time if chat.messages else None,
        "date_order": chat.date_order,
        "date_reason": chat.date_reason,
        "zone": chat.zone,
        "notes": chat.notes,
        "files": states[AttachmentState.PRESENT],
        "missing": [one.name for one in files if one.state is AttachmentState.MISSING],
        "left_out": states[AttachmentState.LEFT_OUT],
    }


def _of_mail(mail: Mail) -> dict[str, Any]:
    return {
        "sender": mail.sender,
        "subject": mail.subject,
        "stated_date": mail.stated_date,
        "at": mail.at,
        "message_id": mail.message_id,
        "attachments": [one.name for one in mail.parts if one.is_attachment],
        "checks": mail.checks,
    }


def _of_pages(saved: SavedPages) -> dict[str, Any]:
    return {
        "form": saved.form,
        "pages": [
            {"url": page.url, "claimed": page.stated_time, "status": page.status, "title": page.title}
            for page in saved.pages
        ],
        "checks": msgspec.to_builtins(saved.checks),
    }
