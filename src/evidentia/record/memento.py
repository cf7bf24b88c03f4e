"""A page as an outside archive says that it stood at an earlier time (RFC 7089 calls it a memento)."""

from __future__ import annotations

import msgspec

from .moment import Moment


class Memento(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an archive's index: everything in it is the archive's word.

    ``at`` is when the archive took it, to the second; ``digest`` the SHA-1 of the body in Base32 (CDX); ``status`` the
    status that the site answered then, None where the index names none (a revisit of an unchanged page).
    """

    url: str
    at: Moment
    status: int | None
    media_type: str
    digest: str
    size: int | None = None

    @property
    def stamp(self) -> str:
        """The moment as archives write it: 14 digits, UTC."""
        return self.at.strftime("%Y%m%d%H%M%S")


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive said about a page that it was asked to keep. ``job`` is the archive's name of the work."""

    url: str
    job: str
    at: Moment
    archive_url: str
