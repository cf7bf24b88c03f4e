"""Constructed: what X and YouTube answer in a post's place."""

# ruff: noqa: E501  (tables: one answer to a row)

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from evidentia.platforms import CapturedResponse
from evidentia.record.post import State

from .labelled import Kind, Labelled
from .making import answer, asked, browsed, html

_ID = "1757601575859126279"
_X = f"https://x.com/pejabat07/status/{_ID}"
_SHELL = html('<div id="react-root"></div>', "<title>X</title>")
_GRAPHQL = "https://x.com/i/api/graphql/dokumentasi/"
_VIDEO = "https://www.youtube.com/watch?v=Kc0nt0h_A-7"
_YT_OEMBED = (
    "https://www.youtube.com/oembed?url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DKc0nt0h_A-7&format=json"
)


def large_platforms() -> Iterator[Labelled]:
    """All of them."""
    yield from _x()
    yield from _youtube()


def _x_by_id(body: dict[str, object], status: int = 200) -> CapturedResponse:
    variables = quote(json.dumps({"tweetId": _ID}, separators=(",", ":")))
    return answer(f"{_GRAPHQL}TweetResultByRestId?variables={variables}", body, status)


def _x() -> Iterator[Labelled]:
    notices = "github.com/zedeus/nitter (src/parser.nim), github.com/mikf/gallery-dl (extractor/twitter.py)"
    for reason, kind, label in (
        ("Suspended", Kind.ACCOUNT, State.ACCOUNT_GONE), ("Deactivated", Kind.ACCOUNT, State.ACCOUNT_GONE),
        ("Protected", Kind.RESTRICTED, State.ACCESS_RESTRICTED), ("NsfwLoggedOut", Kind.RESTRICTED, State.ACCESS_RESTRICTED),
        ("NsfwViewerIsUnderage", Kind.RESTRICTED, State.ACCESS_RESTRICTED), ("Unknown07", Kind.NOT_THERE, State.UNAVAILABLE),
    ):  # fmt: skip
        body: dict[str, object] = {
            "data": {"tweetResult": {"result": {"__typename": "TweetUnavailable", "reason": reason}}}
        }
        yield browsed(
            f"x-unavailable-{reason.lower()}", kind, label, notices, _X, _SHELL, _x_by_id(body), platform="x"
        )
    for language, words in (
        ("id", "Post ini dihapus oleh penulis Post."), ("en", "This Post is from a suspended account."),
        ("en", "This Post was deleted by the Post author."), ("en", "This Post violated the X Rules."),
    ):  # fmt: skip
        stone: dict[str, object] = {
            "data": {
                "tweetResult": {
                    "result": {"__typename": "TweetTombstone", "tombstone": {"text": {"text": words}}}
                }
            }
        }
        name = "-".join(words.lower().replace(".", "").split()[2:5])
        yield browsed(
            f"x-tombstone-{name}",
            Kind.NOT_THERE,
            State.UNAVAILABLE,
            notices,
            _X,
            _SHELL,
            _x_by_id(stone),
            platform="x",
            language=language,
        )
    codes = "developer.x.com/en/support/x-api/error-troubleshooting"
    for code, kind, label in (
        (32, Kind.LOGIN, State.LOGIN_WALL), (34, Kind.NOT_THERE, State.UNAVAILABLE), (63, Kind.ACCOUNT, State.ACCOUNT_GONE),
        (88, Kind.RATE_LIMIT, State.CHALLENGE), (130, Kind.OUTAGE, State.UNREACHABLE), (131, Kind.OUTAGE, State.UNREACHABLE),
        (144, Kind.NOT_THERE, State.UNAVAILABLE), (179, Kind.RESTRICTED, State.ACCESS_RESTRICTED), (215, Kind.LOGIN, State.LOGIN_WALL),
        (326, Kind.ROBOT_CHECK, State.CHALLENGE), (421, Kind.NOT_THERE, State.UNAVAILABLE), (422, Kind.STATED_REMOVAL, State.REMOVED_BY_PLATFORM),
        (29, Kind.OUTAGE, State.UNDETERMINED), (353, Kind.OUTAGE, State.UNDETERMINED),
    ):  # fmt: skip
        body = {"errors": [{"code": code, "message": "_"}], "data": {}}
        yield browsed(f"x-error-{code}", kind, label, codes, _X, _SHELL, _x_by_id(body), platform="x")
    limited = answer(
        f"{_GRAPHQL}TweetResultByRestId?variables=%7B%22tweetId%22%3A%22{_ID}%22%7D",
        "Rate limit exceeded",
        429,
    )
    yield browsed(
        "x-429",
        Kind.RATE_LIMIT,
        State.CHALLENGE,
        "docs.x.com/x-api/fundamentals/rate-limits",
        _X,
        _SHELL,
        limited,
        platform="x",
    )
    yield browsed("x-shell-alone", Kind.PARTIAL, State.UNDETERMINED, notices, _X, _SHELL, platform="x")
    yield browsed(
        "x-something-went-wrong",
        Kind.OUTAGE,
        State.UNDETERMINED,
        notices,
        _X,
        html("<div id='react-root'><span>Something went wrong. Try reloading.</span></div>", language="en"),
        platform="x",
    )
    syndication = f"https://cdn.syndication.twimg.com/tweet-result?id={_ID}&lang=en&token=47xml4p8fve"
    oembed = f"https://publish.twitter.com/oembed?url=https%3A%2F%2Ftwitter.com%2Fpejabat07%2Fstatus%2F{_ID}&omit_script=1&dnt=true"
    react = "github.com/vercel/react-tweet (packages/react-tweet/src/api/fetch-tweet.ts)"
    notice = {"__typename": "TweetTombstone", "tombstone": {"text": {"text": "This Post is unavailable."}}}
    for name, kind, label, first, second in (
        (
            "404",
            Kind.NOT_THERE,
            State.UNAVAILABLE,
            answer(syndication, "", 404),
            answer(oembed, {"error": "not found"}, 404),
        ),
        (
            "tombstone",
            Kind.NOT_THERE,
            State.UNAVAILABLE,
            answer(syndication, notice),
            answer(oembed, {"error": "x"}, 404),
        ),
        (
            "protected",
            Kind.RESTRICTED,
            State.ACCESS_RESTRICTED,
            answer(syndication, "", 403),
            answer(oembed, {"error": "x"}, 403),
        ),
        ("429", Kind.RATE_LIMIT, State.CHALLENGE, answer(syndication, "", 429), answer(oembed, "", 429)),
        ("503", Kind.OUTAGE, State.UNREACHABLE, answer(syndication, "", 503), answer(oembed, "", 502)),
    ):
        yield asked(f"x-embed-{name}", kind, label, react, _X, first, second, platform="x")
    problems = "docs.x.com/x-api/fundamentals/response-codes-and-errors"
    for name, kind, label in (
        ("resource-not-found", Kind.NOT_THERE, State.UNAVAILABLE), ("not-authorized-for-resource", Kind.RESTRICTED, State.ACCESS_RESTRICTED),
        ("rate-limit-exceeded", Kind.RATE_LIMIT, State.CHALLENGE), ("usage-capped", Kind.RATE_LIMIT, State.CHALLENGE),
    ):  # fmt: skip
        body = {"errors": [{"resource_id": _ID, "value": _ID, "resource_type": "tweet", "parameter": "id", "title": "_", "detail": "_",
                            "type": f"https://api.twitter.com/2/problems/{name}"}]}  # fmt: skip
        yield asked(
            f"x-v2-{name}",
            kind,
            label,
            problems,
            _X,
            answer(f"https://api.x.com/2/tweets/{_ID}", body),
            platform="x",
        )


def _youtube() -> Iterator[Labelled]:
    shapes = "github.com/yt-dlp/yt-dlp (extractor/youtube/_video.py)"
    limited = "github.com/yt-dlp/yt-dlp issue 11426 and its wiki (Extractors: try again later): a limit, stated as an error"
    refused = "github.com/0xced/XCDYouTubeKit issue 560: an error for a video that is there, because the program is too old"
    for name, kind, label, after, status, reason, oembed, may_say in (
        ("gone", Kind.NOT_THERE, State.UNAVAILABLE, shapes, "ERROR", "Video tidak tersedia", 404, ()),
        ("terminated", Kind.NOT_THERE, State.UNAVAILABLE, shapes, "ERROR", "This video is no longer available because the account was terminated.", 404, ()),
        ("rate-limited", Kind.RATE_LIMIT, State.UNDETERMINED, limited, "ERROR", "This content isn't available, try again later.", None, (State.CHALLENGE,)),
        ("old-program", Kind.ROBOT_CHECK, State.UNDETERMINED, refused, "ERROR", "This video is unavailable", None, (State.CHALLENGE,)),
        ("bot-check", Kind.ROBOT_CHECK, State.CHALLENGE, shapes, "LOGIN_REQUIRED", "Sign in to confirm you're not a bot", None, (State.LOGIN_WALL,)),
        ("private", Kind.RESTRICTED, State.ACCESS_RESTRICTED, shapes, "LOGIN_REQUIRED", "Private video", 403, (State.LOGIN_WALL,)),
        ("country", Kind.GEO, State.ACCESS_RESTRICTED, shapes, "UNPLAYABLE", "Pengunggah tidak menyediakan video ini di negara Anda", None, ()),
        ("members", Kind.RESTRICTED, State.ACCESS_RESTRICTED, shapes, "UNPLAYABLE", "Join this channel to get access", None, ()),
        ("age", Kind.RESTRICTED, State.ACCESS_RESTRICTED, shapes, "AGE_CHECK_REQUIRED", "Sign in to confirm your age", None, ()),
        ("content-check", Kind.CONSENT, State.CHALLENGE, shapes, "CONTENT_CHECK_REQUIRED", "Konten ini mungkin tidak pantas", None, ()),
    ):  # fmt: skip
        player = {"playabilityStatus": {"status": status, "reason": reason}}
        document = html(
            f"<script>var ytInitialPlayerResponse = {json.dumps(player)};</script>", "<title>YouTube</title>"
        )
        more = () if oembed is None else (answer(_YT_OEMBED, "Not Found", oembed),)
        yield browsed(
            f"youtube-{name}",
            kind,
            label,
            after,
            _VIDEO,
            document,
            *more,
            platform="youtube",
            language="id" if reason.split()[0] in ("Video", "Pengunggah", "Konten") else "en",
            may_say=may_say,
        )
    for code, kind, label in (
        (404, Kind.NOT_THERE, State.UNAVAILABLE), (401, Kind.RESTRICTED, State.UNDETERMINED), (403, Kind.RESTRICTED, State.UNDETERMINED),
        (429, Kind.RATE_LIMIT, State.CHALLENGE), (500, Kind.OUTAGE, State.UNREACHABLE),
    ):  # fmt: skip
        yield asked(
            f"youtube-oembed-{code}",
            kind,
            label,
            "oembed.com",
            _VIDEO,
            answer(_YT_OEMBED, "_", code),
            platform="youtube",
        )
    api = "https://www.googleapis.com/youtube/v3/videos?part=snippet&id=Kc0nt0h_A-7"
    for stated, code, kind, label in (
        ("quotaExceeded", 403, Kind.RATE_LIMIT, State.CHALLENGE), ("keyInvalid", 400, Kind.LOGIN, State.LOGIN_WALL),
        ("videoNotFound", 404, Kind.NOT_THERE, State.UNAVAILABLE), ("backendError", 503, Kind.OUTAGE, State.UNREACHABLE),
    ):  # fmt: skip
        body = {"error": {"code": code, "message": "_", "errors": [{"reason": stated, "domain": "youtube"}]}}
        yield asked(
            f"youtube-api-{stated}",
            kind,
            label,
            "developers.google.com/youtube/v3/docs/errors",
            _VIDEO,
            answer(api, body, code),
            platform="youtube",
        )
