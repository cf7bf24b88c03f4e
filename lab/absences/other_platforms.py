"""Constructed: what Facebook, Instagram, TikTok, Discord, Telegram and Reddit answer in a post's place."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import answer, asked, browsed, html

_FB = "https://www.facebook.com/pejabat.07/posts/pfbid0ContohContohContohContoh7"
_IG = "https://www.instagram.com/p/DContoh0007/"
_TT = "https://www.tiktok.com/@pejabat07/video/7300000000000000107"


def other_platforms() -> Iterator[Labelled]:
    """All of them."""
    yield from _meta()
    yield from _tiktok()
    yield from _discord()
    yield from _telegram()
    yield from _reddit()


def _root(name: str, props: dict[str, object]) -> str:
    view = {"rootView": {"resource": {"__dr": name}, "props": props}}
    data = {
        "require": [["CometPlatformRootClient", "initialize", [], [{"initialRouteInfo": {"route": view}}]]]
    }
    return html(f'<script type="application/json" data-sjs>{json.dumps(data)}</script>')


def _meta() -> Iterator[Labelled]:
    script = "Facebook's script CometErrorRoot.react, as published"
    yield browsed(
        "facebook-error-root",
        Kind.ROBOT_CHECK,
        State.UNDETERMINED,
        f"{script}: also for visitors whom it blocks",
        _FB,
        _root("CometErrorRoot.react", {}),
        platform="facebook",
        language="none",
    )
    for name, words, language in (
        ("id", "Konten Ini Tidak Tersedia Saat Ini", "id"),
        ("en", "This content isn't available right now", "en"),
    ):
        yield browsed(
            f"facebook-words-{name}",
            Kind.NOT_THERE,
            State.UNDETERMINED,
            "the notice in words, without its root",
            _FB,
            html(f"<div><span>{words}</span></div>", language=language),
            platform="facebook",
            language=language,
            may_say=(State.UNAVAILABLE,),
        )
    yield browsed(
        "facebook-login-under-address",
        Kind.LOGIN,
        State.LOGIN_WALL,
        "a form under the post's own address",
        _FB,
        html(
            '<form id="login_form" action="/login/device-based/regular/login/"><input type="password" name="pass"></form>'
        ),
        platform="facebook",
        language="id",
    )
    graph = "https://graph.facebook.com/v21.0/100000000000007_122100000000000007"
    errors = "developers.facebook.com/docs/graph-api/guides/error-handling"
    for code, subcode, kind, label in (
        (4, 0, Kind.RATE_LIMIT, State.CHALLENGE), (17, 0, Kind.RATE_LIMIT, State.CHALLENGE), (190, 463, Kind.LOGIN, State.LOGIN_WALL),
        (2, 0, Kind.OUTAGE, State.UNREACHABLE), (10, 0, Kind.RESTRICTED, State.UNDETERMINED), (100, 33, Kind.NOT_THERE, State.UNDETERMINED),
    ):  # fmt: skip
        body = {
            "error": {
                "message": "_",
                "type": "OAuthException",
                "code": code,
                "error_subcode": subcode,
                "fbtrace_id": "A",
            }
        }
        yield asked(
            f"facebook-graph-{code}", kind, label, errors, _FB, answer(graph, body, 400), platform="facebook"
        )
    yield browsed(
        "instagram-error-page",
        Kind.ROBOT_CHECK,
        State.UNDETERMINED,
        "github.com/shamu4life/mbedfx (src/platforms/instagram)",
        _IG,
        _root("PolarisErrorRoot.react", {"pageID": "httpErrorPage"}),
        platform="instagram",
        language="none",
    )
    for name, words, language in (
        ("id", "Maaf, halaman ini tidak tersedia.", "id"),
        ("en", "Sorry, this page isn't available.", "en"),
    ):
        yield browsed(
            f"instagram-words-{name}",
            Kind.NOT_THERE,
            State.UNDETERMINED,
            "the notice in words alone",
            _IG,
            html(f"<main><h2>{words}</h2></main>", language=language),
            platform="instagram",
            language=language,
            may_say=(State.UNAVAILABLE,),
        )
    oembed = f"https://www.instagram.com/api/v1/oembed/?url={quote(_IG, safe='')}"
    broken = answer(f"{_IG}embed/captioned/", html('<div class="EmbedIsBroken"></div>'))
    messages = "github.com/subzeroid/instagrapi (exceptions.py)"
    for message, status, kind, label in (
        ("login_required", 403, Kind.LOGIN, State.LOGIN_WALL), ("checkpoint_required", 400, Kind.ROBOT_CHECK, State.CHALLENGE),
        ("feedback_required", 400, Kind.RATE_LIMIT, State.CHALLENGE), ("Please wait a few minutes before you try again.", 401, Kind.RATE_LIMIT, State.UNDETERMINED),
        ("consent_required", 400, Kind.CONSENT, State.CHALLENGE),
    ):  # fmt: skip
        refusal = {"message": message, "status": "fail"}
        yield asked(
            f"instagram-api-{message.split()[0].lower().replace('_', '-')}",
            kind,
            label,
            messages,
            _IG,
            broken,
            answer(oembed, refusal, status),
            platform="instagram",
            may_say=(State.LOGIN_WALL, State.CHALLENGE),
        )
    yield asked(
        "instagram-oembed-404-page",
        Kind.OUTAGE,
        State.UNDETERMINED,
        "an error page of a gateway, no answer of oEmbed's",
        _IG,
        broken,
        answer(oembed, html("<h1>404</h1>"), 404),
        platform="instagram",
    )


def _tiktok() -> Iterator[Labelled]:
    codes = "github.com/mikf/gallery-dl and github.com/yt-dlp/yt-dlp (extractor/tiktok.py)"
    for code, message, kind, label in (
        (10204, "", Kind.ROBOT_CHECK, State.UNDETERMINED), (10101, "", Kind.OUTAGE, State.UNDETERMINED), (100004, "", Kind.ROBOT_CHECK, State.UNDETERMINED),
        (10231, "", Kind.GEO, State.ACCESS_RESTRICTED), (10204, "copyright_geo_filter", Kind.GEO, State.ACCESS_RESTRICTED),
        (10204, "status_audit_not_pass", Kind.NOT_THERE, State.UNAVAILABLE), (10204, "status_reviewing", Kind.NOT_THERE, State.UNAVAILABLE),
    ):  # fmt: skip
        data = {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"statusCode": code, "statusMsg": message}}}
        document = html(
            f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{json.dumps(data)}</script>'
        )
        yield browsed(
            f"tiktok-{code}-{message or 'alone'}",
            kind,
            label,
            codes,
            _TT,
            document,
            platform="tiktok",
            language="none",
            may_say=(State.REMOVED_BY_PLATFORM,) if message == "status_audit_not_pass" else (),
        )
    yield browsed(
        "tiktok-empty",
        Kind.ROBOT_CHECK,
        State.UNDETERMINED,
        f"{codes}: an empty page for programs",
        _TT,
        "",
        platform="tiktok",
        language="none",
    )
    for status, body, kind, label in (
        (404, {"message": "Something went wrong", "code": 404}, Kind.NOT_THERE, State.UNDETERMINED),
        (429, {"message": "_", "code": 429}, Kind.RATE_LIMIT, State.UNDETERMINED), (500, {"message": "_"}, Kind.OUTAGE, State.UNDETERMINED),
    ):  # fmt: skip
        yield asked(
            f"tiktok-oembed-{status}",
            kind,
            label,
            "developers.tiktok.com/doc/embed-videos",
            _TT,
            answer(f"https://www.tiktok.com/oembed?url={quote(_TT, safe='')}", dict(body), status),
            platform="tiktok",
            may_say=(State.CHALLENGE,)
            if status == 429
            else (State.UNREACHABLE,)
            if status == 500
            else (State.UNAVAILABLE,),
        )


def _discord() -> Iterator[Labelled]:
    url = "https://discord.com/channels/1207000000000000001/1207000000000000002/1207160307655376897"
    api = "https://discord.com/api/v10/channels/1207000000000000002/messages/1207160307655376897"
    codes = "discord.com/developers/docs/topics/opcodes-and-status-codes"
    for code, status, kind, label in (
        (10003, 404, Kind.NOT_THERE, State.UNAVAILABLE), (10008, 404, Kind.NOT_THERE, State.UNAVAILABLE), (40001, 401, Kind.LOGIN, State.LOGIN_WALL),
        (40002, 403, Kind.LOGIN, State.LOGIN_WALL), (50001, 403, Kind.RESTRICTED, State.ACCESS_RESTRICTED), (50013, 403, Kind.RESTRICTED, State.ACCESS_RESTRICTED),
        (0, 401, Kind.LOGIN, State.LOGIN_WALL), (0, 500, Kind.OUTAGE, State.UNREACHABLE), (20028, 429, Kind.RATE_LIMIT, State.CHALLENGE),
    ):  # fmt: skip
        yield asked(
            f"discord-{code}-{status}",
            kind,
            label,
            codes,
            url,
            answer(api, {"code": code, "message": "_"}, status),
            platform="discord",
        )
    yield asked(
        "discord-gateway-404",
        Kind.OUTAGE,
        State.UNDETERMINED,
        "an error page of a gateway, no answer of Discord's interface",
        url,
        answer(api, html("<h1>404 Not Found</h1>", language="en"), 404),
        platform="discord",
    )
    yield asked(
        "discord-cloudflare-429",
        Kind.RATE_LIMIT,
        State.CHALLENGE,
        "discord.com/developers/docs/topics/rate-limits (Cloudflare bans)",
        url,
        answer(api, html('<span class="cf-error-code">1015</span>', language="en"), 429),
        platform="discord",
    )


def _telegram() -> Iterator[Labelled]:
    url, widget = "https://t.me/kota_contoh/123", "https://t.me/kota_contoh/123?embed=1&mode=tme"
    docs = "core.telegram.org/widgets/post; markup after github.com/DIYgod/RSSHub (routes/telegram)"
    for name, body, kind, label, language in (
        ("post-not-found", '<div class="tgme_widget_message_error">Post not found</div>', Kind.NOT_THERE, State.UNAVAILABLE, "en"),
        ("channel-not-found", '<div class="tgme_widget_message_error">Channel with username <b>kota_contoh</b> not found</div>', Kind.NOT_THERE, State.UNAVAILABLE, "en"),
        ("empty-widget", '<div class="tgme_page"></div>', Kind.PARTIAL, State.UNDETERMINED, "none"),
    ):  # fmt: skip
        yield asked(
            f"telegram-{name}",
            kind,
            label,
            docs,
            url,
            answer(widget, html(body, language="en")),
            platform="telegram",
            language=language,
        )
    for status, kind, label in (
        (429, Kind.RATE_LIMIT, State.CHALLENGE),
        (502, Kind.OUTAGE, State.UNREACHABLE),
        (0, Kind.NETWORK, State.UNREACHABLE),
    ):
        yield asked(
            f"telegram-{status}",
            kind,
            label,
            "RFC 9110",
            url,
            answer(widget, "", status),
            platform="telegram",
            language="none",
        )
    yield browsed(
        "telegram-private",
        Kind.LOGIN,
        State.LOGIN_WALL,
        "core.telegram.org/api/links (private message links)",
        "https://t.me/c/1000000007/123",
        html('<div class="tgme_page"></div>'),
        platform="telegram",
    )


def _reddit() -> Iterator[Labelled]:
    url = "https://www.reddit.com/r/KotaContoh/comments/1abcde/dukungan_untuk_paslon_a/"
    api = "https://www.reddit.com/comments/1abcde.json?raw_json=1&limit=500"
    for name, body, status, kind, label in (
        ("401", {"message": "Unauthorized", "error": 401}, 401, Kind.LOGIN, State.LOGIN_WALL),
        ("403", {"message": "Forbidden", "error": 403}, 403, Kind.RESTRICTED, State.UNDETERMINED),
        ("500", {"message": "Internal Server Error", "error": 500}, 500, Kind.OUTAGE, State.UNREACHABLE),
        (
            "503-page",
            html("<h1>Our CDN was unable to reach our servers</h1>", language="en"),
            503,
            Kind.OUTAGE,
            State.UNREACHABLE,
        ),
        (
            "429-page",
            html("<h1>whoa there, pardner!</h1>", language="en"),
            429,
            Kind.RATE_LIMIT,
            State.CHALLENGE,
        ),
        ("404-page", html("<h1>page not found</h1>", language="en"), 404, Kind.OUTAGE, State.UNDETERMINED),
        (
            "cut-off",
            '[{"kind": "Listing", "data": {"children": [{"kind": "t3", "data": {"id": "1abc',
            200,
            Kind.PARTIAL,
            State.UNDETERMINED,
        ),
        (
            "200-login-page",
            html('<form><input type="password"></form>', language="en"),
            200,
            Kind.LOGIN,
            State.LOGIN_WALL,
        ),
    ):
        sent = body if isinstance(body, str) else dict(body)
        yield asked(
            f"reddit-{name}",
            kind,
            label,
            "reddit.com/dev/api",
            url,
            answer(api, sent, status),
            platform="reddit",
            may_say=(State.UNAVAILABLE,) if name == "404-page" else (),
        )
