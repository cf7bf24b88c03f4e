"""Constructed: what servers with a documented protocol answer: the fediverse, Bluesky, Nostr, Matrix, MediaWiki."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from evidentia.platforms import CapturedPage
from evidentia.record.post import State
from lab import recorded as captures

from .labelled import FIXTURES, Kind, Labelled
from .making import answer, asked, html, made

_STATUS = "https://sosial.example/api/v1/statuses/110123456789012345"
_TOOT = "https://sosial.example/@pejabat07/110123456789012345"
_INSTANCE = answer(
    "https://sosial.example/api/v2/instance",
    {
        "domain": "sosial.example",
        "title": "Sosial",
        "version": "4.5.0",
        "source_url": "https://github.com/mastodon/mastodon",
    },
)


def protocols() -> Iterator[Labelled]:
    """All of them."""
    yield from _mastodon()
    yield from _activitypub()
    yield from _bluesky()
    yield from _nostr()
    yield from _matrix()
    yield from _mediawiki()


def _mastodon() -> Iterator[Labelled]:
    docs = "docs.joinmastodon.org/api/guidelines, /methods/statuses"
    lookup = "https://sosial.example/api/v1/accounts/lookup?acct=pejabat07"
    actor = "https://sosial.example/@pejabat07"
    missing = {"error": "Record not found"}
    account = {"id": "108", "username": "pejabat07", "acct": "pejabat07", "url": actor}
    for name, body, status, kind, label in (
        ("401", {"error": "This method requires an authenticated user"}, 401, Kind.LOGIN, State.LOGIN_WALL),
        ("403", {"error": "This action is not allowed"}, 403, Kind.RESTRICTED, State.ACCESS_RESTRICTED),
        ("429", {"error": "Too many requests"}, 429, Kind.RATE_LIMIT, State.CHALLENGE),
        ("451", {"error": "Unavailable for legal reasons"}, 451, Kind.GEO, State.UNAVAILABLE),
        ("500", {"error": "Internal Server Error"}, 500, Kind.OUTAGE, State.UNREACHABLE),
        (
            "503",
            {"error": "Remote SSL certificate could not be verified"},
            503,
            Kind.OUTAGE,
            State.UNREACHABLE,
        ),
        ("422", {"error": "Validation failed"}, 422, Kind.OUTAGE, State.UNDETERMINED),
    ):
        yield asked(
            f"mastodon-{name}",
            kind,
            label,
            docs,
            _TOOT,
            answer(_STATUS, dict(body), status),
            _INSTANCE,
            answer(_TOOT, dict(body), status),
            platform="mastodon",
            may_say=(State.ACCESS_RESTRICTED,) if name == "451" else (),
        )
    for name, of_account, of_actor, kind, label in (
        ("404-account-there", (account, 200), ({"type": "Person", "id": actor}, 200), Kind.NOT_THERE, State.UNAVAILABLE),
        ("404-account-suspended", (account | {"suspended": True}, 200), (missing, 403), Kind.ACCOUNT, State.ACCOUNT_GONE),
        ("404-actor-410", (missing, 404), ("", 410), Kind.ACCOUNT, State.ACCOUNT_GONE),
        ("404-actor-tombstone", (missing, 404), ({"type": "Tombstone", "id": actor, "formerType": "Person"}, 410), Kind.ACCOUNT, State.ACCOUNT_GONE),
        ("404-account-404", (missing, 404), (missing, 404), Kind.NOT_THERE, State.UNAVAILABLE),
        ("404-account-502", ("", 502), ("", 502), Kind.NOT_THERE, State.UNAVAILABLE),
    ):  # fmt: skip
        yield asked(
            f"mastodon-{name}",
            kind,
            label,
            docs,
            _TOOT,
            answer(_STATUS, missing, 404),
            _INSTANCE,
            answer(_TOOT, missing, 404),
            answer(lookup, *of_account),
            answer(actor, *of_actor),
            platform="mastodon",
        )
    for name, status, sent, kind, label in (
        ("gateway-404", 404, html("<h1>404 Not Found</h1><hr>nginx", language="en"), Kind.OUTAGE, State.UNDETERMINED),
        ("gateway-502", 502, html("<h1>502 Bad Gateway</h1>", language="en"), Kind.OUTAGE, State.UNREACHABLE),
        ("portal", 200, html('<form action="http://login.isp.example/"><input type="password"></form>'), Kind.ANOTHER_S_PAGE, State.UNREACHABLE),
    ):  # fmt: skip
        page = answer(_TOOT, sent, status)
        yield asked(
            f"mastodon-{name}",
            kind,
            label,
            "a page of a gateway in place of the API",
            _TOOT,
            answer(_STATUS, sent, status),
            page,
            platform="mastodon",
            may_say=(State.UNAVAILABLE,) if name == "gateway-404" else (),
        )


def _activitypub() -> Iterator[Labelled]:
    url = "https://misskey.example/notes/9contoh0007"
    docs = "www.w3.org/TR/activitystreams-vocabulary (Tombstone), www.w3.org/TR/activitypub section 6.4"
    stone: dict[str, object] = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": url,
        "type": "Tombstone",
        "formerType": "Note",
    }
    for status in (200, 410):
        held = answer(url, dict(stone), status, [("Content-Type", "application/activity+json")])
        yield asked(
            f"activitypub-tombstone-{status}",
            Kind.NOT_THERE,
            State.UNAVAILABLE,
            docs,
            url,
            held,
            platform="activitypub",
            language="none",
        )
    other = answer(
        url,
        stone | {"id": "https://lain.example/notes/1"},
        410,
        [("Content-Type", "application/activity+json")],
    )
    yield asked(
        "activitypub-tombstone-of-another-host",
        Kind.LED_AWAY,
        State.UNDETERMINED,
        docs,
        url,
        other,
        platform="activitypub",
        language="none",
        may_say=(),
    )
    for status, kind, label in (
        (401, Kind.LOGIN, State.LOGIN_WALL), (403, Kind.RESTRICTED, State.UNDETERMINED), (404, Kind.NOT_THERE, State.UNAVAILABLE),
        (429, Kind.RATE_LIMIT, State.CHALLENGE), (502, Kind.OUTAGE, State.UNREACHABLE),
    ):  # fmt: skip
        refusal = answer(url, {"error": "_"}, status)
        page = CapturedPage(requested_url=url, final_url=url, status=status, responses=(refusal, refusal))
        yield made(
            f"activitypub-{status}", kind, label, "RFC 9110", page, language="none", platform="activitypub"
        )


def _bluesky() -> Iterator[Labelled]:
    """A recorded removal's answers, with the host's refusal in their place."""
    live = captures.load(FIXTURES / "platforms" / "bluesky" / "account-deactivated.json")
    lexicon = "github.com/bluesky-social/atproto (lexicons/com/atproto/sync/getRecord.json), around answers that were recorded"
    for error, status, kind, label in (
        ("RepoTakendown", 400, Kind.ACCOUNT, State.ACCOUNT_GONE), ("RepoSuspended", 400, Kind.ACCOUNT, State.ACCOUNT_GONE),
        ("RepoDeactivated", 400, Kind.ACCOUNT, State.ACCOUNT_GONE), ("RepoNotFound", 400, Kind.NOT_THERE, State.UNAVAILABLE),
        ("RateLimitExceeded", 429, Kind.RATE_LIMIT, State.CHALLENGE), ("AuthMissing", 401, Kind.LOGIN, State.LOGIN_WALL),
        ("UpstreamFailure", 502, Kind.OUTAGE, State.UNREACHABLE), ("InternalServerError", 500, Kind.OUTAGE, State.UNREACHABLE),
    ):  # fmt: skip
        refusal: dict[str, object] = {"error": error, "message": "_"}
        kept = [one for one in live.responses if "/xrpc/" not in one.url]
        refused = [answer(one.url, refusal, status) for one in live.responses if "/xrpc/" in one.url]
        yield asked(
            f"bluesky-{error}", kind, label, lexicon, live.requested_url, *kept, *refused, platform="bluesky"
        )
    shown_by = "public.api.bsky.app, as app.bsky.feed.defs names what a thread holds, around answers that were recorded"
    for name, kind, label in (
        ("notFoundPost", Kind.NOT_THERE, State.UNAVAILABLE),
        ("blockedPost", Kind.RESTRICTED, State.ACCESS_RESTRICTED),
    ):
        told: dict[str, object] = {
            "thread": {"$type": f"app.bsky.feed.defs#{name}", "uri": live.requested_url}
        }
        host = [answer(one.url, "", 502) for one in live.responses if "/xrpc/com.atproto" in one.url]
        service = next(one.url for one in live.responses if "app.bsky.feed.getPosts" in one.url)
        thread = f"{service.partition('/xrpc/')[0]}/xrpc/app.bsky.feed.getPostThread?uri={live.requested_url}&depth=0&parentHeight=0"
        rest = (answer(service, {"posts": []}), answer(thread, told))
        yield asked(
            f"bluesky-{name}",
            kind,
            label,
            shown_by,
            live.requested_url,
            *live.responses[:2],
            *host,
            *rest,
            platform="bluesky",
        )
    directory = live.responses[0].url
    for status, kind, label in (
        (429, Kind.RATE_LIMIT, State.CHALLENGE),
        (502, Kind.OUTAGE, State.UNREACHABLE),
        (0, Kind.NETWORK, State.UNREACHABLE),
    ):
        yield asked(
            f"bluesky-directory-{status}",
            kind,
            label,
            "web.plc.directory/api/redoc",
            live.requested_url,
            answer(directory, "", status),
            answer(f"{directory}/log/audit", "", status),
            platform="bluesky",
            language="none",
        )


def _nostr() -> Iterator[Labelled]:
    """A recorded question, with what a relay says when it closes it."""
    seen = captures.load(FIXTURES / "platforms" / "nostr" / "note-that-never-was.json")
    for words, kind, label in (
        ("auth-required: who are you?", Kind.LOGIN, State.LOGIN_WALL),
        ("rate-limited: slow down there chief", Kind.RATE_LIMIT, State.CHALLENGE),
        ("restricted: members only", Kind.RESTRICTED, State.ACCESS_RESTRICTED),
        ("error: could not connect to the database", Kind.OUTAGE, State.UNDETERMINED),
        ("", Kind.NETWORK, State.UNREACHABLE),
    ):
        bodies = [f'["CLOSED","{name}","{words}"]' if words else "" for name in ("event", "about")]
        closed = [replace(one, body=body.encode()) for one, body in zip(seen.responses, bodies, strict=True)]
        docs = "github.com/nostr-protocol/nips (01 and 42: CLOSED), around a question that was recorded"
        name = words.partition(":")[0] or "ended-early"
        yield asked(f"nostr-{name}", kind, label, docs, seen.requested_url, *closed, platform="nostr")


def _matrix() -> Iterator[Labelled]:
    """A recorded question, with every refusal that the specification names."""
    asked_of = captures.load(FIXTURES / "platforms" / "matrix" / "never-was.json")
    event, around = asked_of.responses[0].url, asked_of.responses[1].url
    spec = "spec.matrix.org/v1.11/client-server-api (standard error response)"
    for code, status, kind, label in (
        ("M_UNKNOWN_TOKEN", 401, Kind.LOGIN, State.LOGIN_WALL), ("M_LIMIT_EXCEEDED", 429, Kind.RATE_LIMIT, State.CHALLENGE),
        ("M_FORBIDDEN", 403, Kind.RESTRICTED, State.ACCESS_RESTRICTED), ("M_CONSENT_NOT_GIVEN", 403, Kind.CONSENT, State.CHALLENGE),
        ("M_UNRECOGNIZED", 404, Kind.OUTAGE, State.UNDETERMINED), ("M_UNKNOWN", 500, Kind.OUTAGE, State.UNREACHABLE),
        ("M_NOT_FOUND", 404, Kind.NOT_THERE, State.UNAVAILABLE), ("M_USER_DEACTIVATED", 403, Kind.LOGIN, State.LOGIN_WALL),
    ):  # fmt: skip
        body: dict[str, object] = {"errcode": code, "error": "_"}
        yield asked(
            f"matrix-{code}",
            kind,
            label,
            spec,
            asked_of.requested_url,
            answer(event, body, status),
            answer(around, body, status),
            platform="matrix",
        )
    for status, kind, label in (
        (404, Kind.OUTAGE, State.UNDETERMINED),
        (502, Kind.OUTAGE, State.UNREACHABLE),
    ):
        page = html(f"<h1>{status}</h1>", language="en")
        yield asked(
            f"matrix-gateway-{status}",
            kind,
            label,
            "a page of a gateway in place of the homeserver",
            asked_of.requested_url,
            answer(event, page, status),
            answer(around, page, status),
            platform="matrix",
        )


def _mediawiki() -> Iterator[Labelled]:
    """A recorded page's own interface, which refuses the question."""
    seen = captures.load(FIXTURES / "platforms" / "mediawiki" / "page-that-never-was.json")
    docs = "www.mediawiki.org/wiki/API:Errors_and_warnings"
    api = seen.responses[1].url
    for code, status, kind, label in (
        ("readapidenied", 200, Kind.LOGIN, State.LOGIN_WALL), ("ratelimited", 200, Kind.RATE_LIMIT, State.CHALLENGE),
        ("maxlag", 200, Kind.OUTAGE, State.UNREACHABLE), ("readonly", 200, Kind.OUTAGE, State.UNREACHABLE),
        ("internal_api_error_DBQueryError", 200, Kind.OUTAGE, State.UNREACHABLE), ("permissiondenied", 200, Kind.RESTRICTED, State.ACCESS_RESTRICTED),
        ("something_new", 200, Kind.OUTAGE, State.UNDETERMINED),
    ):  # fmt: skip
        body: dict[str, object] = {"error": {"code": code, "info": "_"}, "servedby": "wiki"}
        yield asked(
            f"mediawiki-{code}",
            kind,
            label,
            docs,
            seen.requested_url,
            answer(api, body, status),
            platform="mediawiki",
        )
