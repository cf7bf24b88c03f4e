"""Where a platform's services were asked for: named by a caller, told in the record, found there again.

Only what differs from ``Places()`` is told: whoever looks again asks at the same places.
"""

from __future__ import annotations

from collections.abc import Iterable

from evidentia.platforms.questions import Places
from evidentia.record.errors import UsageError

_SERVICES = {
    "matrix": ("matrix_homeserver", ("https://", "http://")),
    "nostr": ("nostr_relays", ("wss://", "ws://")),
    "bluesky": ("bluesky_api", ("https://", "http://")),
    "plc": ("plc_directory", ("https://", "http://")),
}
"""The name of a service, the field of ``Places`` that says where it is, and how its addresses begin."""

_TOLD = "services were looked for at: "

MOST_RELAYS = 4
"""As many relays as an address may name itself."""


def named(pairs: Iterable[str]) -> Places | None:
    """``matrix=https://matrix.example`` and the like as places; None where nothing is named.

    Raises:
        UsageError: no such service, no such address, or a service that can only be at one place is named twice.
    """
    found: dict[str, list[str]] = {}
    for pair in pairs:
        service, _, url = pair.partition("=")
        if service not in _SERVICES:
            raise UsageError(
                f"{service!r} is no service whose place can be named.",
                next_step=f"Name one of: {', '.join(_SERVICES)}; for example matrix=https://matrix.example.",
            )
        _check(service, url)
        found.setdefault(service, []).append(url.rstrip("/") if service != "nostr" else url)
    for service, urls in found.items():
        if len(urls) > (MOST_RELAYS if service == "nostr" else 1):
            raise UsageError(
                f"Too many places are named for {service}.",
                next_step=f"Name at most {MOST_RELAYS} relays, and one place for everything else.",
            )
    return _places(found) if found else None


def told(places: Places | None) -> str | None:
    """What the record says of the places that were named; None where none were."""
    usual, chosen = Places(), places or Places()
    pairs = [
        f"{service}={url}"
        for service, (field, _) in _SERVICES.items()
        if (value := getattr(chosen, field)) != getattr(usual, field)
        for url in ((value,) if isinstance(value, str) else value)
    ]
    return _TOLD + " ".join(pairs) if pairs else None


def before(said: Iterable[str]) -> Places | None:
    """The places that a record says were named."""
    line = next((line for line in said if line.startswith(_TOLD)), None)
    return None if line is None else named(line.removeprefix(_TOLD).split(" "))


def _places(found: dict[str, list[str]]) -> Places:
    fields = {_SERVICES[service][0]: urls for service, urls in found.items()}
    usual = Places()
    return Places(
        plc_directory=fields.get("plc_directory", [usual.plc_directory])[0],
        bluesky_api=fields.get("bluesky_api", [usual.bluesky_api])[0],
        nostr_relays=tuple(fields.get("nostr_relays", usual.nostr_relays)),
        matrix_homeserver=fields.get("matrix_homeserver", [usual.matrix_homeserver])[0],
    )


def _check(service: str, url: str) -> None:
    from evidentia.capture.client import NoAnswer, Origin

    beginnings = _SERVICES[service][1]
    try:
        Origin.of(url)
        fits = url.startswith(beginnings) and not any(sign in url for sign in "?#")
    except NoAnswer:
        fits = False
    if not fits:
        raise UsageError(
            f"{service} cannot be asked at {url!r}.",
            next_step=f"Give an address that begins with {' or '.join(beginnings)}, without a name or a query in it.",
        )
