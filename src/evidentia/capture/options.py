"""What a caller may choose about a capture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evidentia.capture.limits import LOAD_SECONDS, QUIET_LIMIT_SECONDS
from evidentia.record.errors import UsageError

if TYPE_CHECKING:
    from evidentia.capture.storage_state import StorageState
    from evidentia.platforms.questions import Places

URL_CHARACTERS = 8_000
"""RFC 9110, 4.1 asks everybody to support this length at least."""

_BROWSED = ("http", "https")


class Behaviour(StrEnum):
    """What a capture does with a page after it was taken untouched, in this order."""

    CONSENT = "consent"  # refuse in the banner of a known consent manager
    SCROLL = "scroll"  # to the end, so that what loads when it is seen is loaded
    DETAILS = "details"  # open closed details elements
    MORE = "more"  # press "show more" inside of the post's element


_LEFT_OUT = "behaviours left out: "

NOT_ASKED = "the platform's interface was not asked, as it was wanted"
"""What the record says where ``PageOptions.ask`` is off: whoever looks again asks nobody either."""


def told_of(wanted: Iterable[Behaviour]) -> str | None:
    """What the record says of behaviours that were not wanted; None where all were.

    >>> told_of([Behaviour.SCROLL])
    'behaviours left out: consent, details, more'
    """
    left_out = [behaviour for behaviour in Behaviour if behaviour not in set(wanted)]
    return _LEFT_OUT + ", ".join(left_out) if left_out else None


def wanted_before(told: Iterable[str]) -> tuple[Behaviour, ...]:
    """The behaviours that a record says were wanted.

    >>> wanted_before(["behaviours left out: consent, details, more"])
    (<Behaviour.SCROLL: 'scroll'>,)
    """
    said = (line.removeprefix(_LEFT_OUT).split(", ") for line in told if line.startswith(_LEFT_OUT))
    left_out = {name for names in said for name in names}
    return tuple(behaviour for behaviour in Behaviour if behaviour not in left_out)


@dataclass(frozen=True)
class PageOptions:
    """How a page is captured.

    Attributes:
        allow_private_network: whether addresses that are not on the public internet may be reached.
        chromium: the browser's program; None looks for one.
        viewport: width and height of the window in CSS pixels, one picture pixel each.
        locale: the language the browser asks for, such as ``id-ID``; None is the browser's own.
        load_seconds: how long the load event may take.
        quiet_limit_seconds: how long to wait for a quiet network after it.
        accepted_keys: Base64 SHA-256 digests of the public keys of servers that are believed though no authority
            vouches for them (the digests of RFC 7469); recorded.
        wire: whether every byte that passes the door is kept, with the TLS session secrets (pcapng).
        storage_state: what the collector brings to be logged in; its values never come into the evidence.
        light: whether to look without a browser: at what an interface says, or at the bare document. An address that no
            browser opens (``at://``, ``nostr:``) is always looked at so.
        ask: whether the platform's interface is asked too, where its reader has questions.
        behaviours: what is done with the page after it was taken untouched; none where it is empty.
        pdf: whether the page is printed to a PDF as well, last of all: in the layout for paper, not as it was shown.
        places: where services of platforms are whose address no post's address tells.
    """

    allow_private_network: bool = False
    chromium: Path | None = None
    viewport: tuple[int, int] = (1280, 900)
    locale: str | None = None
    load_seconds: float = LOAD_SECONDS
    quiet_limit_seconds: float = QUIET_LIMIT_SECONDS
    accepted_keys: tuple[str, ...] = ()
    wire: bool = False
    storage_state: StorageState | None = None
    light: bool = False
    ask: bool = True
    behaviours: tuple[Behaviour, ...] = tuple(Behaviour)
    pdf: bool = False
    places: Places | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot go together.

        Raises:
            UsageError: wire evidence with credentials: its session secrets would decrypt them.
        """
        if self.wire and self.storage_state is not None:
            raise UsageError(
                "Wire evidence cannot be kept of a logged-in capture: its session secrets would show the credentials.",
                next_step="Leave one of the two out.",
            )


def check_url(url: str) -> None:
    """Whether this is an address that can be captured.

    Raises:
        UsageError: it is neither http or https nor of a platform that can be asked, has no host, is too long, or
            carries a name or password, which would become part of the evidence. The message never repeats those.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme in _BROWSED:  # a DID in an at:// address has colons and no port
            _ = parts.port
    except ValueError as error:
        raise _unusable("The address cannot be read.") from error
    if len(url) > URL_CHARACTERS:
        raise _unusable(f"The address is longer than {URL_CHARACTERS} characters.")
    if any(not character.isprintable() or character.isspace() for character in url):
        raise _unusable("The address holds white space or control characters.")
    if parts.scheme not in _BROWSED and _can_be_asked(url):
        return
    if parts.username is not None or parts.password is not None:
        raise _unusable("The address carries a name or a password, which would become part of the evidence.")
    if parts.scheme not in _BROWSED:
        raise _unusable(
            "Only http:// and https:// addresses, and those of platforms that are known, can be captured."
        )
    if not parts.hostname:
        raise _unusable("The address names no host.")


def _can_be_asked(url: str) -> bool:
    from evidentia.platforms import questions

    return questions(url) is not None


def needs_browser(url: str, options: PageOptions) -> bool:
    """Whether a capture of this address shows it in a browser."""
    return not options.light and is_browsed(url)


def is_browsed(url: str) -> bool:
    """Whether a browser opens such an address."""
    return urlsplit(url).scheme in _BROWSED


def _unusable(happened: str) -> UsageError:
    return UsageError(
        happened, next_step="Give the address as the browser shows it, beginning with https://."
    )
