"""One labelled answer: what was asked, what came, how it was made, and what may honestly be said of the post."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from evidentia import platforms
from evidentia.detect.state import key_of, observe
from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.record.moment import Interval
from evidentia.record.post import Observation, State
from lab import recorded as captures

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FOLDER = FIXTURES / "absence"
FILES = ("constructed.jsonl", "recorded.jsonl", "referred.jsonl")

_LOOKED = Interval(
    not_before=datetime(2026, 11, 22, 3, 0, tzinfo=UTC), not_after=datetime(2026, 11, 22, 3, 1, tzinfo=UTC)
)


class Kind(StrEnum):
    """What stood at the address when it was asked for."""

    LIVE = "live"
    STATED_REMOVAL = "stated removal"  # the platform names who removed it
    NOT_THERE = "not there"  # 404, 410, tombstones: gone, and not why
    SOFT_404 = "soft 404"
    ACCOUNT = "account gone"
    RESTRICTED = "restricted"  # private, members, age
    GEO = "geo-block"
    LOGIN = "login wall"
    ROBOT_CHECK = "robot check"
    CONSENT = "consent page"
    RATE_LIMIT = "rate limit"
    OUTAGE = "outage"  # 5xx, maintenance, a host that serves no such site
    NETWORK = "network failure"
    ANOTHER_S_PAGE = "another's page"  # captive portal, provider's block page, parking page
    LED_AWAY = "led away"  # to the front page, to another host
    PARTIAL = "partial answer"


STOOD_BETWEEN = frozenset(
    {Kind.LOGIN, Kind.ROBOT_CHECK, Kind.CONSENT, Kind.RATE_LIMIT, Kind.OUTAGE, Kind.NETWORK, Kind.ANOTHER_S_PAGE,
     Kind.LED_AWAY, Kind.PARTIAL}
)  # fmt: skip
"""Nothing of these says anything about the post: neither deleted nor unavailable."""


class Made(StrEnum):
    """Where an answer comes from."""

    RECORDED = "recorded"  # from a real server, which is named
    MOCK = "recorded from a mock"
    CONSTRUCTED = "constructed"  # after documentation, which is named


class Labelled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer with its label.

    ``label`` is the most that its signals support; ``may_say`` what else is honest. ``undetermined`` always is, a
    deletion only where it is the label. ``after`` is the server and its version, or the documentation that is
    followed. Either ``capture`` names a fixture below ``fixtures/platforms``, or ``page`` holds the answer.
    """

    name: str
    kind: Kind
    platform: str
    language: str
    made: Made
    after: str
    label: State
    may_say: tuple[State, ...] = ()
    capture: str | None = None
    page: dict[str, Any] | None = None

    @property
    def honest(self) -> frozenset[State]:
        """Every state that may be said."""
        return frozenset({self.label, State.UNDETERMINED, *self.may_say})


def corpus(folder: Path = FOLDER) -> Iterator[Labelled]:
    """Every labelled answer, in the order of the files."""
    for name in FILES:
        for line in (folder / name).read_bytes().splitlines():
            yield msgspec.json.decode(line, type=Labelled)


def write(labelled: Iterable[Labelled], path: Path) -> int:
    """One answer to a line, the same bytes for the same answers; how many there are."""
    lines = [msgspec.json.encode(one, order="deterministic") for one in labelled]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return len(lines)


def packed(page: CapturedPage) -> dict[str, Any]:
    """A capture as a line holds it."""
    made: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(page, responses=()))
    made["responses"] = [captures.written(response) for response in page.responses]
    return {name: value for name, value in made.items() if value not in ("", None, [])}


def page_of(labelled: Labelled) -> CapturedPage:
    """The capture that a reader is given."""
    if labelled.capture is not None:
        path = FIXTURES / "platforms" / labelled.capture
        return _forum_page(path) if path.with_suffix(".html").exists() else captures.load(path)
    held = dict(labelled.page or {})
    held = {"final_url": None, "status": None} | held
    held["responses"] = [captures.read(dict(response)) for response in held.get("responses", ())]
    return msgspec.convert(held, CapturedPage)


def observed(labelled: Labelled) -> Observation:
    """What is observed of it, by the way that every capture of a case goes."""
    page = page_of(labelled)
    reading = platforms.read(page)
    key = key_of(reading, page.requested_url, {})
    return observe(reading, page.requested_url, _LOOKED, (), key)


def _forum_page(path: Path) -> CapturedPage:
    """A page of the forum, whose body stands in a file beside its facts."""
    facts = json.loads(path.read_text("utf-8"))
    body = path.with_suffix(".html").read_bytes()
    headers = tuple((name, value) for name, value in facts["headers"])
    document = facts["url"].partition("#")[0]
    response = CapturedResponse(url=document, status=facts["status"], headers=headers, body=body)
    return CapturedPage(
        requested_url=facts["requested_url"],
        final_url=facts["url"],
        status=facts["status"],
        dom=body.decode("utf-8"),
        responses=(response,),
    )
