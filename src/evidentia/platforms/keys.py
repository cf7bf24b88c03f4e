"""How a post is called in a case: one key for one post, also on the day when nothing stands at its address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_letters, digits
from urllib.parse import quote, urlsplit

from evidentia.record.post import Post

GENERAL_PAGE = "web"
"""The platform's name where the page belongs to no platform that has a reader of its own."""

_DEFAULT_PORTS = {"http": 80, "https": 443}

TRACKING_PARAMETERS = frozenset(
    {"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "igsh", "igshid", "mibextid", "mc_cid", "mc_eid",
     "yclid", "ref_src", "ref_url"}
)  # fmt: skip
"""Parameters that name the visitor's path and never the post; also everything that begins with ``utm_``."""

_TRACKING_OF = {
    "x.com": frozenset({"s", "t"}),
    "twitter.com": frozenset({"s", "t"}),
    "youtu.be": frozenset({"si", "feature"}),
    "youtube.com": frozenset({"si", "feature"}),
    "open.spotify.com": frozenset({"si"}),
    "tiktok.com": frozenset({"_r", "_t", "is_from_webapp", "sender_device", "share_app_id"}),
}
"""Parameters that are tracking on these hosts alone, as link cleaners list them (the rules of ClearURLs): ``t`` on
YouTube is a place in the video, and ``s`` elsewhere what somebody searched for."""

_UNRESERVED = frozenset(ascii_letters + digits + "-._~")
_UNRESERVED_AND_DELIMITERS = "-._~!$&'()*+,;=:@/"
_PERCENT = re.compile("%([0-9A-Fa-f]{2})")


def normalise_url(url: str) -> str:
    """One spelling for one address: RFC 3986 section 6.2.2 and 6.2.3, without tracking parameters.

    The fragment stays, because on many sites it names the post; a text fragment (``:~:``) goes. What cannot be
    parsed as a URL is returned as it is.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if not parts.scheme or host is None:
        return url
    path = _path(parts.path)
    own = _TRACKING_OF.get(re.sub("^(?:www|m|mobile|music|vm|vt)[.]", "", host), frozenset())
    query = "&".join(p for p in parts.query.split("&") if p and not _is_tracking(p, own))
    fragment = parts.fragment.partition(":~:")[0]
    return (
        f"{parts.scheme}://{_authority(parts.scheme, host, port)}{path}"
        + (f"?{query}" if query else "")
        + (f"#{fragment}" if fragment else "")
    )


def post_key(post: Post) -> str:
    """``platform:authority/native id``: the platform's own id, with the host because forums number alike.

    A post on a page that no platform's reader knows has no id of its own: its key is ``url:`` and its address.
    """
    if post.platform == GENERAL_PAGE:
        return url_key(post.url)
    return f"{post.platform}:{authority(post.url)}/{post.native_id}"


def url_key(url: str) -> str:
    """The key of whatever stands at ``url``."""
    return "url:" + normalise_url(url)


def key_for(url: str, post: Post | None, known: Mapping[str, str]) -> str:
    """The key for what was seen at ``url``.

    Args:
        url: the address that was asked for.
        post: the post that was read there, None where there was none (a 404, a login wall).
        known: the keys of the case so far, by normalised URL; a post that has vanished keeps its key through it.

    The key by which the address is already known stands, unless that is the bare address and now a post with an id
    of its own was read: a first look that failed must not leave it nameless. ``detect.state.observe`` refuses, as
    undetermined, a post that then turns out to be another one.
    """
    already = known.get(normalise_url(url))
    if already is not None and not (already.startswith("url:") and _has_own_id(post)):
        return already
    return url_key(url) if post is None or post.platform == GENERAL_PAGE else post_key(post)


def _has_own_id(post: Post | None) -> bool:
    return post is not None and post.platform != GENERAL_PAGE


def _path(path: str) -> str:
    kept: list[str] = []
    segments = (quote(path, safe=_UNRESERVED_AND_DELIMITERS + "%") or "/").split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(_PERCENT.sub(_percent, segment))
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _percent(found: re.Match[str]) -> str:
    character = chr(int(found.group(1), 16))
    return character if character in _UNRESERVED else found.group(0).upper()


def authority(url: str) -> str:
    """Host and port as keys spell them; empty where ``url`` is not an address."""
    try:
        parts = urlsplit(url)
        return _authority(parts.scheme, parts.hostname or "", parts.port)
    except ValueError:
        return ""


def _authority(scheme: str, host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None or port == _DEFAULT_PORTS.get(scheme) else f"{name}:{port}"


def _is_tracking(parameter: str, of_host: frozenset[str]) -> bool:
    name = parameter.partition("=")[0].lower()
    return name.startswith("utm_") or name in TRACKING_PARAMETERS or name in of_host
