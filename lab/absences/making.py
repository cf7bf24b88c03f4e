"""What the constructing modules share: answers in few words, always the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from evidentia.platforms import CapturedPage, CapturedResponse
from evidentia.record.post import State

from .labelled import Kind, Labelled, Made, packed

KABAR = "https://kabar.example/p/123"
"""A post of an invented Indonesian site."""

NEWS = "https://news.example/posts/123"
"""One of an invented English site."""

Pairs = Sequence[tuple[str, str]]

_HTML = ("Content-Type", "text/html; charset=utf-8")
_JSON = ("Content-Type", "application/json; charset=utf-8")


def html(body: str, head: str = "", language: str = "id", classes: str = "") -> str:
    """A small document."""
    attribute = f' class="{classes}"' if classes else ""
    start = f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">{head}</head>'
    return f"{start}<body{attribute}>{body}</body></html>"


def answer(
    url: str, body: str | bytes | Mapping[str, object], status: int = 200, headers: Pairs = ()
) -> CapturedResponse:
    """One response; an object is sent as JSON."""
    if isinstance(body, Mapping):
        data, kind = json.dumps(body, ensure_ascii=False).encode(), _JSON
    else:
        data, kind = (body.encode() if isinstance(body, str) else body), _HTML
    named = {name.lower() for name, _ in headers}
    own = () if kind[0].lower() in named else (kind,)
    return CapturedResponse(url=url, status=status, headers=(*own, *headers), body=data)


def web(
    name: str,
    kind: Kind,
    label: State,
    after: str,
    body: str | Mapping[str, object] = "",
    *,
    url: str = KABAR,
    status: int = 200,
    final: str | None = None,
    headers: Pairs = (),
    language: str = "id",
    platform: str = "web",
    may_say: tuple[State, ...] = (),
    hop: int = 302,
) -> Labelled:
    """A document that came for ``url``; where it came from another address, after a redirect with status ``hop``."""
    last = final or url
    hops = () if final is None else (answer(url, "", hop, (("Location", final),)),)
    page = CapturedPage(
        requested_url=url,
        final_url=last,
        status=status,
        responses=(*hops, answer(last.partition("#")[0], body, status, headers)),
    )
    return made(name, kind, label, after, page, language=language, platform=platform, may_say=may_say)


def asked(
    name: str,
    kind: Kind,
    label: State,
    after: str,
    url: str,
    *responses: CapturedResponse,
    platform: str,
    language: str = "en",
    may_say: tuple[State, ...] = (),
) -> Labelled:
    """Answers to a reader's questions, without the page: a light look."""
    page = CapturedPage(requested_url=url, final_url=None, status=None, responses=responses)
    return made(name, kind, label, after, page, language=language, platform=platform, may_say=may_say)


def browsed(
    name: str,
    kind: Kind,
    label: State,
    after: str,
    url: str,
    document: str,
    *responses: CapturedResponse,
    platform: str,
    language: str = "en",
    may_say: tuple[State, ...] = (),
) -> Labelled:
    """A page that a browser got with 200, and what its scripts asked for."""
    page = CapturedPage(
        requested_url=url, final_url=url, status=200, responses=(answer(url, document), *responses)
    )
    return made(name, kind, label, after, page, language=language, platform=platform, may_say=may_say)


def failed(name: str, failure: str, after: str, url: str = KABAR, kind: Kind = Kind.NETWORK) -> Labelled:
    """No response came."""
    page = CapturedPage(requested_url=url, final_url=None, status=None, failure=failure)
    return made(name, kind, State.UNREACHABLE, after, page, language="none", platform="web")


def made(
    name: str,
    kind: Kind,
    label: State,
    after: str,
    page: CapturedPage,
    *,
    language: str,
    platform: str,
    may_say: tuple[State, ...] = (),
) -> Labelled:
    """A constructed answer with its label."""
    return Labelled(
        name=name, kind=kind, platform=platform, language=language, made=Made.CONSTRUCTED, after=after,
        label=label, may_say=may_say, page=packed(page),
    )  # fmt: skip
