"""What every look at an exchange needs: an obstacle in sentences and signals, and the parts of a response."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from evidentia.record.post import Signal, State
from evidentia.record.said import Says

from .page import CapturedPage, CapturedResponse


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stood in between, with the signals for it and the reason in sentences."""

    state: State
    signals: tuple[Signal, ...]
    says: Says = ()


def status_signal(page: CapturedPage) -> Signal:
    """The status of the document, as a signal."""
    return Signal(name="http-status", seen=str(page.status), where=page.final_url or page.requested_url)


def redirect_signal(page: CapturedPage) -> Signal:
    """Where the visitor was led, as a signal."""
    return Signal(name="redirect", seen=page.final_url or "", where=page.requested_url)


def main_response(page: CapturedPage) -> CapturedResponse | None:
    """The response that is the document: the last one for the final URL with the page's status."""
    final = (page.final_url or "").partition("#")[0]
    for response in reversed(page.responses):
        if response.status == page.status and response.url.partition("#")[0] == final:
            return response
    return None


def header(page: CapturedPage, name: str) -> str:
    """The document's first header of that name; empty where it has none."""
    response = main_response(page)
    pairs = () if response is None else response.headers
    return next((value.strip() for key, value in pairs if key.lower() == name), "")


def asked_and_came(page: CapturedPage) -> tuple[SplitResult, SplitResult]:
    """The address that was asked for and the one whose document came, taken apart."""
    return split(page.requested_url), split(page.final_url or page.requested_url)


def split(url: str) -> SplitResult:
    """The address taken apart; an empty one where it is none: it leads nowhere."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


SECOND_LEVELS = frozenset(
    {
        "co",
        "com",
        "net",
        "org",
        "or",
        "go",
        "gov",
        "ac",
        "edu",
        "sch",
        "mil",
        "web",
        "my",
        "biz",
        "desa",
        "ponpes",
    }
)
"""Names under a country's domain below which others register theirs: those of .id (pandi.id, "Kebijakan nama domain")
and the usual ones of other countries. One that is missing here makes two sites look like one; nothing else does."""


def same_site(one: str | None, other: str | None) -> bool:
    """Whether two hosts belong to one site: equal, or below one registered name (``m.kabar.example``)."""
    return one == other or (_is_name(one) and _is_name(other) and _registered(one) == _registered(other))


def _is_name(host: str | None) -> bool:
    return "." in (host or "") and ":" not in (host or "") and not (host or "").rpartition(".")[2].isdigit()


def _registered(host: str | None) -> str:
    labels = (host or "").rstrip(".").split(".")
    below_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return ".".join(labels[-3:] if below_country else labels[-2:])


def is_private(host: str | None) -> bool:
    """Whether the host is an address of a local network, or this machine's own name."""
    try:
        return ipaddress.ip_address(host or "").is_private
    except ValueError:
        return host == "localhost"
