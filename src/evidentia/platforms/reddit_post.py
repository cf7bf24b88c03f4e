"""Reddit's posts and comments as posts, and comments as acts: what of the JSON goes where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from evidentia.record.post import Account, Act, ActKind, Entity, EntityKind, Media, Post

from . import reddit_json as api
from .answers import counters
from .content import media_at
from .page import CapturedPage

PLATFORM = "reddit"

MAX_ENTITIES = 2_000
"""Marked parts of one text; Reddit's texts have 40,000 characters at most."""

_MARKED = re.compile(
    r"\[(?P<label>[^\[\]\n]{0,500})\]\((?P<link>https?://[^\s()]{1,2000})\)"
    r"|(?P<url>https?://[^\s\[\]()<>]{1,2000})"
    r"|(?<![\w/])/?u/(?P<name>[A-Za-z0-9_-]{3,20})(?![\w-])"
)


def submission_post(page: CapturedPage, post: api.Submission) -> Post:
    """A submission as a post. One without a text of its own has its title as text: the only words that it has."""
    text = post.selftext or post.title or ""
    outside = None if post.is_self else post.url_overridden_by_dest or post.url
    links = _links(post.selftext or "")
    parent = (post.crosspost_parent_list or (None,))[0]
    shares = url_of(parent.permalink, "") if parent and parent.permalink else post.crosspost_parent
    media = [media_at(url, caption, page.responses) for url, caption in media_of(post)]
    return Post(
        platform=PLATFORM,
        native_id=f"t3_{post.id}",
        url=url_of(post.permalink, f"/comments/{post.id}/"),
        author=_account(post),
        text=text,
        title=post.title,
        created_at=api.moment(post.created_utc),
        edited_at=_edited_at(post),
        edit_mark=None if post.edited is None else bool(post.edited),
        shares=shares or None,
        entities=tuple(_entities(text)),
        media=tuple(media),
        links=tuple(dict.fromkeys([*([outside] if outside and outside.startswith("http") else []), *links])),
        visibility=post.subreddit_type,
        reply_setting=_reply_setting(post),
        activity=counters(
            score=post.score,
            comments=post.num_comments,
            crossposts=post.num_crossposts,
            votes=post.poll_data.total_vote_count if post.poll_data else None,
        ),
    )


def comment_post(page: CapturedPage, comment: api.Comment) -> Post:
    """A comment as a post."""
    text = comment.body or ""
    return Post(
        platform=PLATFORM,
        native_id=f"t1_{comment.id}",
        url=_comment_url(comment),
        author=_account(comment),
        text=text,
        created_at=api.moment(comment.created_utc),
        edited_at=_edited_at(comment),
        edit_mark=None if comment.edited is None else bool(comment.edited),
        in_reply_to=_reply_to(comment),
        entities=tuple(_entities(text)),
        media=_pictures(comment.media_metadata, page),
        links=_links(text),
        visibility=comment.subreddit_type,
        reply_setting=_reply_setting(comment),
        activity=counters(score=comment.score),
    )


def acts_below(thread: api.Thread, parent: str, target: str, where: str) -> Iterator[Act]:
    """The answers to the post or comment itself that name their author."""
    for comment, pointer in thread.comments.values():
        if comment.parent_id != parent or comment.author in (None, api.NOBODY):
            continue
        yield Act(
            kind=ActKind.COMMENT,
            actor=_account(comment),
            object=target,
            where=f"{where}#{pointer}/data",
            what=comment.body,
            native_id=f"t1_{comment.id}",
            url=_comment_url(comment),
            at=api.moment(comment.created_utc),
        )


def _account(thing: api.Thing) -> Account:
    if thing.author is None or thing.author == api.NOBODY:
        return Account(id=thing.author_fullname)
    return Account(id=thing.author_fullname, handle=thing.author, url=f"{api.SITE}/user/{thing.author}/")


def _reply_setting(thing: api.Thing) -> str | None:
    return None if thing.locked is None else "locked" if thing.locked else "not locked"


def _edited_at(thing: api.Thing) -> datetime | None:
    return None if isinstance(thing.edited, bool) else api.moment(thing.edited)


def _reply_to(comment: api.Comment) -> str | None:
    parent, post = comment.parent_id or "", (comment.link_id or "").removeprefix("t3_")
    if parent.startswith("t1_") and post:
        return f"{api.SITE}/comments/{post}/_/{parent.removeprefix('t1_')}/"
    return f"{api.SITE}/comments/{parent.removeprefix('t3_')}/" if parent.startswith("t3_") else None


def _comment_url(comment: api.Comment) -> str:
    post = (comment.link_id or "").removeprefix("t3_")
    return url_of(comment.permalink, f"/comments/{post}/_/{comment.id}/")


def url_of(permalink: str | None, otherwise: str) -> str:
    """A permalink as an address; never one that leads elsewhere."""
    path = (
        permalink if permalink and permalink.startswith("/") and not permalink.startswith("//") else otherwise
    )
    return f"{api.SITE}{path}" if path else ""


def media_of(post: api.Submission) -> Iterator[tuple[str, str | None]]:
    """Addresses of a post's pictures and video, in order, with their captions."""
    found: dict[str, str | None] = {}
    metadata = post.media_metadata or {}
    for item in post.gallery_data.items if post.gallery_data else ():
        for url in _addresses(metadata.get(item.media_id)):
            found.setdefault(url, item.caption)
    for picture in metadata.values() if post.gallery_data is None else ():
        found.update(dict.fromkeys(_addresses(picture)))
    for held in (post.secure_media, post.media):
        if held is not None and held.reddit_video is not None and held.reddit_video.fallback_url:
            found.setdefault(held.reddit_video.fallback_url, None)
            break
    direct = post.url_overridden_by_dest or post.url or ""
    if post.post_hint == "image" or direct.startswith("https://i.redd.it/"):
        found.setdefault(direct, None)
    return ((url, caption) for url, caption in found.items() if url.startswith("https://"))


def _pictures(metadata: dict[str, api.Picture] | None, page: CapturedPage) -> tuple[Media, ...]:
    urls = (url for picture in (metadata or {}).values() for url in _addresses(picture))
    return tuple(media_at(url, None, page.responses) for url in dict.fromkeys(urls))


def _addresses(picture: api.Picture | None) -> Iterator[str]:
    if picture is not None and picture.s is not None:
        url = picture.s.u or picture.s.gif or picture.s.mp4
        if url:
            yield url


def _links(text: str) -> tuple[str, ...]:
    found = (one["link"] or one["url"] for one in _MARKED.finditer(text))
    return tuple(dict.fromkeys(url.rstrip(".,;:!?") for url in found if url))[:MAX_ENTITIES]


def _entities(text: str) -> Iterator[Entity]:
    """Links and mentions in Reddit's Markdown, which is the text as its author wrote it."""
    for found, _ in zip(_MARKED.finditer(text), range(MAX_ENTITIES), strict=False):
        start, end = found.span()
        if found["url"]:
            end = start + len(found["url"].rstrip(".,;:!?"))
        kind = EntityKind.MENTION if found["name"] else EntityKind.LINK
        target = found["name"] or found["link"] or text[start:end]
        yield Entity(kind=kind, start=start, end=end, target=target)
