"""What X's GraphQL states in place of a post: notices by their structure, reasons and errors by their codes.

The words of a notice are kept and never judged (docs/decisions/0011). X documents the error codes at
developer.x.com/en/support/x-api/error-troubleshooting, and nothing else of this: the shape follows what public
programs expect of it (github.com/zedeus/nitter, src/parser.nim; github.com/mikf/gallery-dl,
gallery_dl/extractor/twitter.py).
"""

from __future__ import annotations

from evidentia.record.post import Signal, State

from .answers import Node, UnreadableAnswer, at, nodes, parameter, text_at, tree
from .page import CapturedResponse
from .x_post import Gone

_REASONS = {
    "Protected": (State.ACCESS_RESTRICTED, "The account shows its posts to those whom it lets follow it."),
    "NsfwLoggedOut": (State.ACCESS_RESTRICTED, "X shows the post to nobody who is not logged in."),
    "NsfwViewerHasNoStatedAge": (State.ACCESS_RESTRICTED, "X shows the post to adults."),
    "NsfwViewerIsUnderage": (State.ACCESS_RESTRICTED, "X shows the post to adults."),
    "Suspended": (State.ACCOUNT_GONE, "X states that the account is suspended."),
    "Deactivated": (State.ACCOUNT_GONE, "X states that the account is deactivated."),
}
"""``TweetUnavailable.reason``, as far as public programs that ask X know it."""

_ERRORS = {
    32: (State.LOGIN_WALL, "X does not accept the account that asked."),
    34: (State.UNAVAILABLE, "X states that nothing is there."),
    63: (State.ACCOUNT_GONE, "X states that the account is suspended."),
    88: (State.CHALLENGE, "X limits the rate of requests."),
    130: (State.UNREACHABLE, "X states that it is over capacity."),
    131: (State.UNREACHABLE, "X states an error of its own."),
    136: (State.ACCESS_RESTRICTED, "The account has blocked the one that asked."),
    144: (State.UNAVAILABLE, "X states that there is no post with this id, and not why."),
    179: (State.ACCESS_RESTRICTED, "X states that the one who asked may not see this post."),
    215: (State.LOGIN_WALL, "X asks for an account."),
    326: (State.CHALLENGE, "X has locked the account that asked until a check is passed."),
    421: (State.UNAVAILABLE, "X states that the post is no longer available, and not why."),
    422: (
        State.REMOVED_BY_PLATFORM,
        "X states that the post is no longer available because it broke X's rules.",
    ),
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
    return Gone(State.ACCOUNT_GONE, signal, "X states that the account is suspended.")


def _notice(result: object, where: str) -> Gone | None:
    """What a ``tweet_results`` holds in place of a post; None where it holds the post itself."""
    kind = at(result, "__typename")
    if not isinstance(result, dict):
        signal = Signal(name="empty-result", seen="nothing", where=where)
        return Gone(State.UNAVAILABLE, signal, "X answers that it has no post with this id, and not why.")
    if kind == "TweetTombstone":
        return _tombstone(result.get("tombstone"), where)
    if kind == "TweetPreviewDisplay":
        signal = Signal(name="preview-only", seen="TweetPreviewDisplay", where=where)
        return Gone(State.ACCESS_RESTRICTED, signal, "X shows the post to the account's subscribers.")
    if kind != "TweetUnavailable":
        return None
    named = text_at(result.get("reason")) or ""
    signal = Signal(name="tweet-unavailable", seen=named or "without a reason", where=where)
    unknown = (State.UNAVAILABLE, "X states that the post is not available, and no cause that is known.")
    return Gone(_REASONS.get(named, unknown)[0], signal, _REASONS.get(named, unknown)[1])


def _entry_notice(held: Node, where: str) -> Gone | None:
    if "tombstoneInfo" in held:
        return _tombstone(held["tombstoneInfo"], where)
    return _notice(at(held, "tweet_results", "result"), where)


def _tombstone(stone: object, where: str) -> Gone:
    """A notice in the post's place. X documents for neither its words nor its links which cause they stand for."""
    words = text_at(at(stone, "richText") or at(stone, "text"), "text") or "a notice"
    signal = Signal(name="tombstone", seen=words, where=where)
    return Gone(
        State.UNAVAILABLE, signal, "A notice of X stands there; its structure does not tell the cause."
    )


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
