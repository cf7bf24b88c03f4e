"""What was found in a file that somebody handed over: its members, what it claims, what could not be read.

Everything here is a statement of whoever made the file. None of it is an observation of our own.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .item import Program
from .moment import Moment


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that could not be read: what, and at which line, byte, part or member it stands."""

    what: str
    where: str


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A file inside a ZIP or a folder, by the name that it has there. Digest and size are of its own bytes, unpacked.

    ``sha256`` is None where its bytes were not read; ``oddities`` say what its entry has that no plain one needs.
    ``modified`` is its time as it is written there: in a ZIP without a zone, from whatever clock packed it.
    ``stored_as`` is the item's own file that holds its bytes, where it is not inside of the original.
    """

    name: str
    size: int
    sha256: str | None = None
    media_type: str | None = None
    modified: str | None = None
    stored_as: str | None = None
    oddities: tuple[str, ...] = ()


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a ZIP or a folder holds."""

    format: int = 1
    reader: Program
    members: tuple[Member, ...]
    problems: tuple[Problem, ...] = ()


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a file states of itself, in its own words. Nobody has checked it."""

    name: str
    value: str
    where: str


class CheckOutcome(StrEnum):
    """What came of comparing two statements of a file."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_CHECKED = "not-checked"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was compared, or that could have been and was not, with the reason."""

    what: str
    outcome: CheckOutcome
    detail: str = ""


class SavedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page inside a saved file: the address and the time that the file claims for it.

    ``claimed_at`` has the offset that was stated with it; ``stated_time`` is the time as it is written, where it has
    none that can be read. ``sha256`` is of the page's own bytes.
    """

    url: str
    where: str
    claimed_at: Moment | None = None
    stated_time: str | None = None
    title: str | None = None
    status: int | None = None
    media_type: str | None = None
    sha256: str | None = None


class SavedPages(msgspec.Struct, frozen=True, kw_only=True):
    """What a saved page of another tool holds and claims: MHTML, SingleFile HTML, WARC or WACZ."""

    format: int = 1
    form: str
    reader: Program
    claims: tuple[Claim, ...] = ()
    pages: tuple[SavedPage, ...] = ()
    checks: tuple[Check, ...] = ()
    problems: tuple[Problem, ...] = ()
