"""What X's GraphQL states in place of a post: notices by their structure, reasons and errors by their codes.

The words of a notice are kept and never judged (docs/decisions/0011). X documents the error codes at
developer.x.com/en/support/x-api/error-troubleshooting, and nothing else of this: the shape follows what public
programs expect of it (github.com/zedeus/nitter, src/parser.nim; github.com/mikf/gallery-dl,
gallery_dl/extractor/twitter.py).
"""

from __future__ import annotations

from evidentia.record.post import Signal, State
from evidentia.record.sentences import sentence

from .answers import Node, UnreadableAnswer, at, nodes, parameter, text_at, tree
from .page import CapturedResponse
from .x_post import Gone

_REASONS = {
    "Protected": (State.ACCESS_RESTRICTED, sentence("platforms.x.followers")),
    "NsfwLoggedOut": (State.ACCESS_RESTRICTED, sentence("platforms.x.logged_in_only")),
    "NsfwViewerHasNoStatedAge": (State.ACCESS_RESTRICTED, sentence("platforms.x.adults")),
    "NsfwViewerIsUnderage": (State.ACCESS_RESTRICTED, sentence("platforms.x.adults")),
    "Suspended": (State.ACCOUNT_GONE, sentence("platforms.x.suspended")),
    "Deactivated": (State.ACCOUNT_GONE, sentence("platforms.x.deactivated")),
}
"""``TweetUnavailable.reason``, as far as public programs that ask X know it."""

_ERRORS = {
    32: (State.LOGIN_WALL, sentence("platforms.x.not_accepted")),
    34: (State.UNAVAILABLE, sentence("platforms.x.nothing_there")),
    63: (State.ACCOUNT_GONE, sentence("platforms.x.suspended")),
    88: (State.CHALLENGE, sentence("platforms.x.limits")),
    130: (State.UNREACHABLE, sentence("platforms.x.over_capacity")),
    131: (State.UNREACHABLE, sentence("platforms.x.own_error")),
    136: (State.ACCESS_RESTRICTED, sentence("platforms.x.blocked")),
    144: (State.UNAVAILABLE, sentence("platforms.x.no_such_id")),
    179: (State.ACCESS_RESTRICTED, sentence("platforms.x.not_for_asker")),
    215: (State.LOGIN_WALL, sentence("platforms.x.account_asked")),
    326: (State.CHALLENGE, sentence("platforms.x.locked")),
    421: (State.UNAVAILABLE, sentence("platforms.x.no_longer")),
    422: (State.REMOVED_BY_PLATFORM, sentence("platforms.x.broke_rules")),
}
"""``errors[].code`` (developer.x.com/en/support/x-api/error-troubleshooting)."""


def absence(response: CapturedResponse, root: object, asked: str) -> Gone | None:
    """What the answer states in place of the post ``asked``; None where it states nothing about it."""
    if asked_for(response.url) == asked:
        for name in ("tweetResult", "tweet_result", "tweet_results"):
            held = at(root, "data", name)
            if isinstance(held, dict):
                return _notice(held.get("result"), f"{response.url}#/data/{name}/result")
    for place, node in nodes(root):
        if node.get("entryId") in (f"tweet-{asked}", f"tombstone-{asked}"):
            held = at(node, "content", "itemContent")
            if isinstance(held, dict) and ("tweet_results" in held or "tombstoneInfo" in held):
                return _entry_notice(held, f"{response.url}#{place}/content/itemContent")
    return _error(response, root) if asked_for(response.url) == asked else None


def account_absence(response: CapturedResponse, root: object, handle: str | None) -> Gone | None:
    """What an answer about the account ``handle`` states in its place."""
    named = _variable(response.url, "screen_name")
    user = at(root, "data", "user", "result")
    if handle is None or named is None or named.casefold() != handle.casefold():
        return None
    if at(user, "__typename") != "UserUnavailable" or at(user, "reason") != "Suspended":
        return None
    where = f"{response.url}#/data/user/result"
    signal = Signal(name="user-unavailable", seen="Suspended", where=where)
    return Gone(State.ACCOUNT_GONE, signal, sentence("platforms.x.suspended"))


def _notice(result: object, where: str) -> Gone | None:
    """What a ``tweet_results`` holds in place of a post; None where it holds the post itself."""
    kind = at(result, "__typename")
    if not isinstance(result, dict):
        signal = Signal(name="empty-result", seen="nothing", where=where)
        return Gone(State.UNAVAILABLE, signal, sentence("platforms.x.empty_result"))
    if kind == "TweetTombstone":
        return _tombstone(result.get("tombstone"), where)
    if kind == "TweetPreviewDisplay":
        signal = Signal(name="preview-only", seen="TweetPreviewDisplay", where=where)
        return Gone(State.ACCESS_RESTRICTED, signal, sentence("platforms.x.subscribers"))
    if kind != "TweetUnavailable":
        return None
    named = text_at(result.get("reason")) or ""
    signal = Signal(name="tweet-unavailable", seen=named or "without a reason", where=where)
    unknown = (State.UNAVAILABLE, sentence("platforms.x.unknown_cause"))
    return Gone(_REASONS.get(named, unknown)[0], signal, _REASONS.get(named, unknown)[1])


def _entry_notice(held: Node, where: str) -> Gone | None:
    if "tombstoneInfo" in held:
        return _tombstone(held["tombstoneInfo"], where)
    return _notice(at(held, "tweet_results", "result"), where)


def _tombstone(stone: object, where: str) -> Gone:
    """A notice in the post's place. X documents for neither its words nor its links which cause they stand for."""
    words = text_at(at(stone, "richText") or at(stone, "text"), "text") or "a notice"
    signal = Signal(name="tombstone", seen=words, where=where)
    return Gone(State.UNAVAILABLE, signal, sentence("platforms.x.notice"))


def _error(response: CapturedResponse, root: object) -> Gone | None:
    errors = at(root, "errors")
    for index, error in enumerate(errors[:20] if isinstance(errors, list) else ()):
        code = at(error, "code")
        known = _ERRORS.get(code) if isinstance(code, int) else None
        if known is not None:
            signal = Signal(name="error-code", seen=str(code), where=f"{response.url}#/errors/{index}")
            return Gone(known[0], signal, known[1])
    return None


def asked_for(url: str) -> str | None:
    """The id of the post that a question to GraphQL names."""
    return _variable(url, "tweetId") or _variable(url, "focalTweetId")


def _variable(url: str, name: str) -> str | None:
    stated = parameter(url, "variables")
    try:
        return text_at(tree((stated or "").encode("utf-8", "replace")), name)
    except UnreadableAnswer:
        return None
