"""Captures that the readers' own tests use already (``fixtures/platforms``), each with its label."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

from collections.abc import Iterator

from evidentia.record.post import State

from .labelled import Kind, Labelled, Made

_STATES = {
    "L": (Kind.LIVE, State.LIVE), "E": (Kind.LIVE, State.EDITED), "D": (Kind.STATED_REMOVAL, State.DELETED_BY_AUTHOR),
    "R": (Kind.STATED_REMOVAL, State.REMOVED_BY_PLATFORM), "G": (Kind.ACCOUNT, State.ACCOUNT_GONE), "A": (Kind.RESTRICTED, State.ACCESS_RESTRICTED),
    "C": (Kind.GEO, State.ACCESS_RESTRICTED), "W": (Kind.LOGIN, State.LOGIN_WALL), "H": (Kind.ROBOT_CHECK, State.CHALLENGE),
    "T": (Kind.RATE_LIMIT, State.CHALLENGE), "N": (Kind.NOT_THERE, State.UNAVAILABLE), "S": (Kind.SOFT_404, State.UNAVAILABLE),
    "B": (Kind.ANOTHER_S_PAGE, State.UNREACHABLE), "F": (Kind.NETWORK, State.UNREACHABLE), "U": (Kind.ROBOT_CHECK, State.UNDETERMINED),
    "X": (Kind.LED_AWAY, State.UNDETERMINED), "P": (Kind.PARTIAL, State.UNDETERMINED), "Q": (Kind.RESTRICTED, State.UNDETERMINED),
}  # fmt: skip

_SERVERS: tuple[tuple[str, str, Made, str, str], ...] = (
    ("spirit", "django-spirit 0.14.3", Made.RECORDED, "en",
     "topic-live:L topic-live-with-reply:L topic-live-text-speaks-of-removal:L topic-live-by-comment-address:L topic-edited-once:E topic-edited-twice:E "
     "topic-edited-reply-removed:E topic-first-comment-removed:N topic-first-comment-removed-as-moderator:N topic-removed-is-404:N "
     "topic-removed-by-comment-address:N topic-that-never-was-is-404:N comment-history-anonymous-is-login-page:W topic-removed-as-moderator:N"),
    ("mediawiki", "MediaWiki 1.39", Made.RECORDED, "id",
     "page-live:L page-edited:E page-restored:L page-moved:L page-with-picture:L page-deleted:R revision-text-hidden:R revision-suppressed:R "
     "page-with-earlier-text-hidden:E page-that-never-was:N revision-that-never-was:N private-wiki:W"),
    ("matrix", "Synapse 1.163", Made.RECORDED, "en",
     "live:L edited-once:E edited-twice-with-acts:E redacted-by-sender:D redacted-by-moderator:R closed-room:A never-was:N without-token:W encrypted:Q"),
    ("bluesky", "@atproto/pds 0.4.217 and @did-plc/server 0.0.1", Made.RECORDED, "en",
     "post-live:L post-edited:L post-removed:N post-that-never-was:N post-withheld-by-host:R account-deactivated:G account-taken-down:G "
     "handle-unknown:Q did-unknown:Q handle-of-before:Q reply:L"),
    ("nostr", "nostr-relay 1.14", Made.RECORDED, "none",
     "note-live:L note-with-acts:L note-that-a-stranger-asked-to-delete:L note-deleted:D note-deleted-at-one-of-two-relays:D "
     "note-deleted-author-not-in-address:N note-that-never-was:N no-relay-answers:F article-replaced:E article-live:L"),
    ("mastodon", "mastodon_mock 0.6.1", Made.MOCK, "en",
     "mock-live:L mock-edited-twice:E mock-deleted:N mock-never-was:N mock-reply:L"),
    ("mastodon", "docs.joinmastodon.org, www.w3.org/TR/activitystreams-vocabulary", Made.CONSTRUCTED, "en",
     "documented-status:E documented-account-gone:G documented-account-suspended:G documented-tombstone:N documented-api-closed-object-public:E"),
    ("activitypub", "www.w3.org/TR/activitypub", Made.CONSTRUCTED, "none", "documented-note:E documented-page:L documented-tombstone:N"),
)  # fmt: skip

_SHAPES: tuple[tuple[str, str, str], ...] = (
    ("reddit", "en",
     "post-live:L post-edited:E post-whose-words-are-the-mark:L comment-whose-words-are-the-mark:L comment-whose-author-is-gone:L "
     "post-whose-author-is-gone:L post-deleted:D comment-deleted:D post-removed-moderator:R post-removed-automod_filtered:R "
     "post-removed-content_takedown:R post-removed-copyright_takedown:R post-removed-legal:R post-removed-in-an-unknown-category:N comment-removed:R "
     "comment-not-listed:N community-private:A community-quarantined:A community-gold_only:A community-banned:N not-found:N rate-limited:T blocked:U"),
    ("facebook", "id",
     "story:L words-of-an-error-on-a-live-post:L login-with-embed:L not-available:N not-available-privacy:N login:W login-with-empty-embed:W checkpoint:H "
     "error-root-without-cause:U age-gate:A share-link-to-front-page:X preview-only:P"),
    ("instagram", "id", "graphql-carousel:L login-with-embed:L oembed-404:N login:W api-login-required:W challenge:H error-page:U age-gate:A oembed-age:A preview-only:P"),
    ("tiktok", "id",
     "item:L oembed-beside-challenge:L status-deleted:N status-missing:N status-private-or-deleted:N login:W challenge:H status-geo:C status-region:C "
     "across-borders-with-oembed:C status-private-account:A status-private-post:A status-self-only:A classified:A deleted-but-oembed:Q "
     "status-unknown-code:U status-unknown-message:U preview-only:P"),
    ("x", "id", "graphql-tweet-detail:L graphql-tweet-edited:E api-v2-post:L api-v2-not-found:N api-v2-not-authorised:A graphql-empty:N graphql-tombstone:N graphql-unavailable:A"),
    ("youtube", "id", "watch-page:L watch-page-comment:E watch-page-gone:N watch-page-private:W watch-page-age:A"),
    ("discord", "en", "message:E unknown-message:N missing-access:A unauthorised:W rate-limited:T"),
    ("telegram", "id", "widget-post:L widget-edited:E preview:L widget-error:N widget-not-shown:A"),
    ("web", "id",
     "article-open-graph:L forum-microdata:L h-entry:L news-article-json-ld:L question-json-ld:L next-404:S hotspot-mikrotik:B hotspot-wispr:B "
     "internet-positif-framed:B internet-positif-redirect:B provider-refresh:B"),
)  # fmt: skip


def referred() -> Iterator[Labelled]:
    """All of them."""
    for platform, server, how, language, listed in _SERVERS:
        for name, state in (entry.rsplit(":", 1) for entry in listed.split()):
            yield _labelled(platform, name, how, server, language, state)
    for platform, language, listed in _SHAPES:
        for name, state in (entry.rsplit(":", 1) for entry in listed.split()):
            yield _labelled(
                platform,
                f"documented-shape-{name}",
                Made.CONSTRUCTED,
                "the sources in fixtures/README.md",
                language,
                state,
            )


def _labelled(platform: str, name: str, how: Made, after: str, language: str, state: str) -> Labelled:
    kind, label = _STATES[state]
    return Labelled(
        name=f"{platform}-{name}", kind=kind, platform=platform, language=language, made=how, after=after,
        label=label, capture=f"{platform}/{name}.json",
    )  # fmt: skip
