"""What schema.org's words say of a post: its text, author, times, counters, and the comments and answers to it.

schema.org: SocialMediaPosting, DiscussionForumPosting, Article and its kinds, Question and Answer, Comment,
VideoObject, ImageObject, InteractionCounter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from evidentia.record.post import Account, Act, ActKind

from .content import absolute
from .keys import normalise_url
from .opengraph import placed
from .structured import MAX_ITEMS, Thing

POST_TYPES = frozenset(
    {"SocialMediaPosting", "DiscussionForumPosting", "BlogPosting", "LiveBlogPosting", "Article", "NewsArticle",
     "ReportageNewsArticle", "OpinionNewsArticle", "AnalysisNewsArticle", "AdvertiserContentArticle",
     "SatiricalArticle", "Report", "Question", "Review"}
)  # fmt: skip
RESPONSE_TYPES = frozenset({"Comment", "Answer", "UserComments"})
MEDIA_TYPES = frozenset({"VideoObject", "ImageObject", "AudioObject"})

_TEXTS = ("articleBody", "text", "reviewBody", "commentText")
_MEDIA_TEXTS = ("text", "caption", "description")
_RESPONSES = ("comment", "acceptedAnswer", "suggestedAnswer")
_OBJECTS = ("parentItem", "about", "discusses", "itemReviewed")
_COUNTERS = {
    "LikeAction": "likes", "CommentAction": "comments", "ShareAction": "shares", "WatchAction": "views",
    "ViewAction": "views", "DislikeAction": "dislikes", "WriteAction": "posts", "FollowAction": "follows",
}  # fmt: skip
_NUMBERS = {
    "commentCount": "comments", "answerCount": "answers", "upvoteCount": "upvotes", "downvoteCount": "downvotes",
}  # fmt: skip
MAX_COUNT = 10**12
"""No counter of people's acts is higher."""

_COUNT = re.compile(r"^[0-9]{1,12}$", re.ASCII)


def the_post(things: list[Thing], urls: tuple[str, ...]) -> Thing | None:
    """The thing that is the page's post: the one whose address is the page's, else the only one that is a post.

    A comment or a video is the page's post only by its address, or where nothing else is stated. None where the page
    names several posts and none of them by its address: a list has no post of its own.
    """
    told = [
        thing
        for thing in things
        if types(thing) & (POST_TYPES | RESPONSE_TYPES | MEDIA_TYPES) and text(thing)
    ]
    own = [thing for thing in told if types(thing) & POST_TYPES]
    films = [thing for thing in told if types(thing) & MEDIA_TYPES]
    asked = {normalise_url(url) for url in urls}
    for thing in (*own, *(one for one in told if types(one) & RESPONSE_TYPES), *films):
        if any(normalise_url(absolute(url, urls[0])) in asked for url in addresses(thing)):
            return thing
    alone = own or films
    return alone[0] if len(alone) == 1 else None


def types(thing: Thing) -> frozenset[str]:
    """The names of the thing's types, without the vocabulary's address."""
    return frozenset(name.rpartition("/")[2] for name in _many(thing.get("@type")) if isinstance(name, str))


def text(thing: Thing) -> str | None:
    """The whole text that is stated; of a video or picture its description. An article's description is no text."""
    return string(thing, *(_MEDIA_TEXTS if types(thing) & MEDIA_TYPES else _TEXTS))


def string(thing: Thing, *names: str) -> str | None:
    """The first of the properties that is a string with something in it, or an object with a ``value`` that is."""
    for name in names:
        for stated in _many(thing.get(name)):
            value = stated.get("value", stated.get("@value")) if isinstance(stated, dict) else stated
            if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_COUNT**2:
                value = str(value)
            if isinstance(value, str) and value.strip():
                return value.strip() if name not in _TEXTS else value
    return None


def authors(thing: Thing) -> tuple[Account, ...]:
    """Who is stated to have written it, in order."""
    stated = thing.get("author", thing.get("creator"))
    return tuple(account(one) for one in _many(stated)[:MAX_ITEMS] if isinstance(one, str | dict))


def account(person: object) -> Account:
    """A person or organisation: the identifier that the site gives it, not an address where there is another one."""
    if isinstance(person, str):
        return Account(name=person.strip() or None)
    if not isinstance(person, dict):
        return Account()
    return Account(
        id=string(person, "identifier", "@id"),
        handle=string(person, "alternateName"),
        name=string(person, "name"),
        url=string(person, "url", "sameAs"),
    )


def same_as(thing: Thing) -> tuple[str, ...]:
    """The other addresses that the first author is stated to have."""
    people = _many(thing.get("author", thing.get("creator")))
    person = people[0] if people and isinstance(people[0], dict) else {}
    return tuple(
        url for url in _many(person.get("sameAs"))[:MAX_ITEMS] if isinstance(url, str) and url.strip()
    )


def when(thing: Thing, *names: str) -> tuple[datetime | None, str | None]:
    """The first of the times: placed where its offset is stated, else only as it is stated."""
    return placed(string(thing, *names))


def addresses(thing: Thing) -> Iterator[str]:
    """The addresses by which the thing is named."""
    for name in ("url", "@id", "mainEntityOfPage"):
        for stated in _many(thing.get(name)):
            value = (stated.get("@id") or stated.get("url")) if isinstance(stated, dict) else stated
            if isinstance(value, str) and value.strip():
                yield value


def linked(thing: Thing, *names: str) -> str | None:
    """The address, else the identifier, of what a property points to."""
    for name in names:
        for value in _many(thing.get(name)):
            if isinstance(value, str) and value.strip():
                return value.strip()
            found = string(value, "url", "@id", "identifier") if isinstance(value, dict) else None
            if found:
                return found
    return None


def media(thing: Thing) -> Iterator[tuple[str, str | None]]:
    """The files of pictures and videos that are stated, with their captions."""
    own = [thing] if types(thing) & MEDIA_TYPES else []
    stated = (
        one for name in ("image", "video", "audio", "associatedMedia") for one in _many(thing.get(name))
    )
    for value in (*own, *stated):
        if isinstance(value, str):
            yield value, None
        elif isinstance(value, dict):
            url = string(value, "contentUrl") or (None if value in own else string(value, "url", "@id"))
            if url:
                yield url, string(value, "caption", "description", "name")


def activity(thing: Thing) -> dict[str, int]:
    """Counters that are stated: they move by themselves."""
    found: dict[str, int] = {}
    for counter in _many(thing.get("interactionStatistic"))[:MAX_ITEMS]:
        if isinstance(counter, dict):
            kind = counter.get("interactionType")
            kind = kind.get("@type") if isinstance(kind, dict) else kind
            _put(found, _COUNTERS.get(str(kind).rpartition("/")[2]), counter.get("userInteractionCount"))
    for theirs, ours in _NUMBERS.items():
        if ours not in found:
            _put(found, ours, thing.get(theirs))
    return found


def responses(post: Thing, things: list[Thing], url: str, where: str) -> Iterator[Act]:
    """The comments on the post and the answers to it, and theirs, each as its author's act."""
    names = {url, *addresses(post), string(post, "identifier") or url}
    queue: list[tuple[Thing, str]] = [(one, url) for one in _direct(post)]
    queue += [
        (thing, url)
        for thing in things
        if types(thing) & RESPONSE_TYPES and linked(thing, *_OBJECTS) in names
    ]
    seen: set[int] = {id(post)}
    for comment, answered in queue:
        if id(comment) in seen or len(seen) > MAX_ITEMS:
            continue
        seen.add(id(comment))
        said, writer = text(comment), next(iter(authors(comment)), None)
        identifier = string(comment, "identifier", "@id", "url")
        if said is not None and writer is not None:
            at, stated = when(comment, "datePublished", "dateCreated")
            yield Act(kind=ActKind.COMMENT, actor=writer, object=answered, where=where, what=said,
                      native_id=identifier, url=string(comment, "url"), at=at, stated_time=stated)  # fmt: skip
        queue += [(inner, identifier or answered) for inner in _direct(comment)]


def _direct(thing: Thing) -> list[Thing]:
    return [one for name in _RESPONSES for one in _many(thing.get(name))[:MAX_ITEMS] if isinstance(one, dict)]


def _put(found: dict[str, int], name: str | None, count: object) -> None:
    if isinstance(count, str) and _COUNT.match(count):
        count = int(count)
    if name and isinstance(count, int) and not isinstance(count, bool) and 0 <= count < MAX_COUNT:
        found[name] = count


def _many(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
