"""What to ask about a post on Bluesky, and what was answered.

The account's DID and its document and log from the directory; the record, its proof and its pictures from the host that
the document names; what the public AppView shows of it. The questions depend on the answers alone: a reader that is
given the answers of a capture asks the same again, and so finds which answer belongs to which question.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from dataclasses import replace as changed
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode, urlsplit

import msgspec

from .atproto.cid import Cid, Codec, Malformed, parse_text
from .atproto.dag_cbor import Value
from .atproto.did import Document, document_url, is_did, is_handle, is_in_directory, read_document
from .atproto.json_form import from_json, read_as
from .atproto.proof import Answers, Subject, stated_record
from .page import CapturedPage, CapturedResponse
from .questions import Ask, Places
from .replay import replay

COLLECTION = "app.bsky.feed.post"
GATES = "app.bsky.feed.threadgate"
"""Who may answer: a record under the same key as the post's."""

MAX_PICTURES = 5
"""A post has four pictures at most, or a link's preview, or a video's (lexicons ``app.bsky.embed.*``)."""

_WEB_HOST = "bsky.app"
_WEB_PATH = re.compile(r"/profile/(?P<account>[^/]+)/post/(?P<rkey>[^/]+)/?")
_AT_URI = re.compile(rf"at://(?P<account>[^/?#]+)/{re.escape(COLLECTION)}/(?P<rkey>[^/?#]+)")
_RKEY = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._:~-]{1,512}", re.ASCII)
_LONGEST_URL = 2_000

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Address:
    """Which post an address names: its author's handle or DID, and its key among the author's posts."""

    account: str
    rkey: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was answered, None where a question was not asked."""

    subject: Subject | None = None
    resolved: CapturedResponse | None = None
    answers: Answers = field(default_factory=Answers)
    document: Document | None = None
    latest: CapturedResponse | None = None
    status: CapturedResponse | None = None
    profile: CapturedResponse | None = None
    gate: CapturedResponse | None = None
    confirmed: CapturedResponse | None = None
    shown: CapturedResponse | None = None
    thread: CapturedResponse | None = None
    pictures: tuple[tuple[Cid, CapturedResponse], ...] = ()


class _Resolved(msgspec.Struct, frozen=True):
    did: str


class _Error(msgspec.Struct, frozen=True):
    error: str


class _Post(msgspec.Struct, frozen=True):
    uri: str


class _Posts(msgspec.Struct, frozen=True):
    posts: tuple[_Post, ...]


def address_of(url: str) -> Address | None:
    """The post that ``url`` names, None where it is no address of a post."""
    if len(url) > _LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and host in (_WEB_HOST, f"www.{_WEB_HOST}"):
        found = _WEB_PATH.fullmatch(parts.path)
    else:
        found = _AT_URI.fullmatch(url.partition("#")[0])
    if found is None:
        return None
    account, rkey = unquote(found["account"]), unquote(found["rkey"])
    account = account if is_did(account) else account.lower().removeprefix("@")
    return (
        Address(account, rkey) if _RKEY.fullmatch(rkey) and (is_did(account) or is_handle(account)) else None
    )


def gather(address: Address, places: Places) -> Generator[Ask, CapturedResponse, Gathered]:
    """Ask everything, at most 13 questions and one for each picture, the author's own among them."""
    resolved, did = None, address.account
    if not is_did(did):
        resolved = yield _resolve(places, did, "which account the handle belongs to")
        did = _did_in(resolved)
    document_at = document_url(did, places.plc_directory) if did else None
    if document_at is None:
        return Gathered(resolved=resolved)
    subject = Subject(did, COLLECTION, address.rkey)
    described = yield Ask(url=document_at, why="the account's key and host")
    log = None
    if is_in_directory(did):
        log = yield Ask(url=f"{document_at}/log/audit", why="who set the account's key and host, and when")
    document = _document(described, did)
    begun = Gathered(
        subject=subject,
        resolved=resolved,
        document=document,
        answers=Answers(document=described, log=log),
    )
    held = begun if document is None or document.host is None else (yield from _host(begun, document.host))
    return (yield from _public(held, places, subject, address.account))


def answered(page: CapturedPage, address: Address) -> Gathered:
    """The answers that a capture holds, each with its question. What is not there was not answered."""
    return replay(gather(address, _places(page)), page.responses) or Gathered()


def was_asked(page: CapturedPage, address: Address) -> bool:
    """Whether the capture holds answers to the questions; the page's own first requests look like some of them."""
    gathered = answered(page, address)
    described, resolved = gathered.answers.document, gathered.resolved
    if described is not None and described.status != 0:
        return True
    if page.status is not None:  # the website itself asks which account a handle belongs to
        return resolved is not None and resolved.status not in (0, 200)
    return resolved is not None and resolved.status != 0


def _host(begun: Gathered, host: str) -> Generator[Ask, CapturedResponse, Gathered]:
    """What the host of the repository says, the proof first; the latest revision last, to see what moved meanwhile."""
    assert begun.subject is not None
    did, collection, rkey = begun.subject.did, begun.subject.collection, begun.subject.rkey
    proof = _xrpc(host, "com.atproto.sync.getRecord", did=did, collection=collection, rkey=rkey)
    car = yield Ask(url=proof, why="the record in the signed repository, or its absence")
    stated = _xrpc(host, "com.atproto.repo.getRecord", repo=did, collection=collection, rkey=rkey)
    record = yield Ask(url=stated, why="the record as the host states it")
    latest = yield Ask(
        url=_xrpc(host, "com.atproto.sync.getLatestCommit", did=did),
        why="whether the repository changed between the answers",
    )
    status = None
    if car.status != 200:
        status = yield Ask(
            url=_xrpc(host, "com.atproto.sync.getRepoStatus", did=did), why="what became of the repository"
        )
    profile = yield Ask(
        url=_xrpc(
            host, "com.atproto.repo.getRecord", repo=did, collection="app.bsky.actor.profile", rkey="self"
        ),
        why="the author's display name",
    )
    gate = yield Ask(
        url=_xrpc(host, "com.atproto.repo.getRecord", repo=did, collection=GATES, rkey=rkey),
        why="who may answer the post",
    )
    pictures = []
    for cid in _picture_cids(record):
        blob = yield Ask(
            url=picture_url(host, did, cid), why="a picture of the post, as it was handed to the host"
        )
        pictures.append((cid, blob))
    own = avatar_of(profile)
    if own is not None:
        yield Ask(url=picture_url(host, did, own), why="the author's picture")
    answers = changed(begun.answers, car=car, record=record)
    return changed(
        begun,
        answers=answers,
        latest=latest,
        status=status,
        profile=profile,
        gate=gate,
        pictures=tuple(pictures),
    )


def _public(
    held: Gathered, places: Places, subject: Subject, account: str
) -> Generator[Ask, CapturedResponse, Gathered]:
    """What the public service says: whether the handle leads back to the account, and how it shows the post."""
    confirmed = held.resolved
    handle = None if held.document is None else held.document.handle
    if handle is not None and handle != account:
        confirmed = yield _resolve(places, handle, "whether the account's handle is its own")
    shown = yield Ask(
        url=_xrpc(places.bluesky_api, "app.bsky.feed.getPosts", uris=subject.uri),
        why="the post as the public service shows it: names, labels, counters",
    )
    thread = None
    if shown.status == 200 and not _is_shown(shown, subject):
        url = _xrpc(
            places.bluesky_api, "app.bsky.feed.getPostThread", uri=subject.uri, depth="0", parentHeight="0"
        )
        thread = yield Ask(url=url, why="why the public service does not show the post")
    return changed(held, confirmed=confirmed, shown=shown, thread=thread)


def picture_url(host: str, did: str, cid: Cid) -> str:
    """Where the host of a repository gives out a picture of it."""
    return _xrpc(host, "com.atproto.sync.getBlob", did=did, cid=str(cid))


def pictures_of(record: dict[str, Value]) -> Iterator[tuple[Cid, str | None, str | None]]:
    """The pictures that a post's record embeds: CID, media type as stated, description."""
    embed = record.get("embed")
    media = embed.get("media") if isinstance(embed, dict) and "media" in embed else embed
    for part in (embed, media) if media is not embed else (embed,):
        if isinstance(part, dict):
            yield from _pictures_in(part)


def _pictures_in(embed: dict[str, Value]) -> Iterator[tuple[Cid, str | None, str | None]]:
    images, external = embed.get("images"), embed.get("external")
    for image in images if isinstance(images, list) else []:
        if isinstance(image, dict):
            yield from _blob(image.get("image"), image.get("alt"))
    if isinstance(external, dict):
        yield from _blob(external.get("thumb"), external.get("title"))


def _blob(blob: Value, description: Value) -> Iterator[tuple[Cid, str | None, str | None]]:
    """A blob's reference, in today's form or in that of records from before 2023 (``cid`` as a string)."""
    if not isinstance(blob, dict):
        return
    reference, older, media_type = blob.get("ref"), blob.get("cid"), blob.get("mimeType")
    try:
        cid = (
            reference if isinstance(reference, Cid) else parse_text(older) if isinstance(older, str) else None
        )
    except Malformed:
        return
    if cid is not None and cid.codec is Codec.RAW:
        text = description if isinstance(description, str) and description else None
        yield cid, media_type if isinstance(media_type, str) else None, text


def _picture_cids(answer: CapturedResponse) -> list[Cid]:
    record, _ = stated_record(answer)
    found = {} if record is None else {cid: None for cid, _, _ in pictures_of(record)}
    return list(found)[:MAX_PICTURES]


class _ProfileValue(msgspec.Struct, frozen=True):
    avatar: Any = None


class _ProfileRecord(msgspec.Struct, frozen=True):
    value: _ProfileValue


def avatar_of(profile: CapturedResponse | None) -> Cid | None:
    """The author's picture, as the profile's record names it."""
    record = told(profile, _ProfileRecord)
    try:
        blob = None if record is None else from_json(record.value.avatar)
    except Malformed:
        return None
    return next((cid for cid, _, _ in _blob(blob, None)), None)


def _resolve(places: Places, handle: str, why: str) -> Ask:
    return Ask(url=_xrpc(places.bluesky_api, "com.atproto.identity.resolveHandle", handle=handle), why=why)


def resolved_did(answer: CapturedResponse | None) -> str | None:
    """The DID that a handle leads to, as the service says; None where it does not."""
    return (_did_in(answer) or None) if answer is not None else None


def error_of(answer: CapturedResponse | None) -> str | None:
    """The protocol's name for why a question was refused."""
    if answer is None or answer.status < 400:
        return None
    try:
        return read_as(answer.body, _Error).error[:80]
    except Malformed:
        return None


def _did_in(answer: CapturedResponse) -> str:
    resolved = told(answer, _Resolved)
    return resolved.did if resolved is not None and is_did(resolved.did) else ""


def told(answer: CapturedResponse | None, form: type[_T]) -> _T | None:
    """The JSON of an answer; None where there is no answer, or none of this form."""
    if answer is None or answer.status != 200:
        return None
    try:
        return read_as(answer.body, form)
    except Malformed:
        return None


def _document(answer: CapturedResponse, did: str) -> Document | None:
    if answer.status != 200:
        return None
    try:
        return read_document(answer.body, did)
    except Malformed:  # the proof says so, with the reason
        return None


def _is_shown(answer: CapturedResponse, subject: Subject) -> bool:
    listed = told(answer, _Posts)
    return listed is not None and any(post.uri == subject.uri for post in listed.posts)


def _xrpc(origin: str, method: str, **parameters: str) -> str:
    return f"{origin.rstrip('/')}/xrpc/{method}?{urlencode(parameters, safe=':/')}"


def _places(page: CapturedPage) -> Places:
    """Which services were asked: those of every user, or where none of them answered, the first that did."""
    known = Places()
    directory = _origin_before(page, known.plc_directory, r"/did:plc:[a-z2-7]{24}/log/audit")
    api = _origin_before(
        page,
        known.bluesky_api,
        r"/xrpc/(?:com\.atproto\.identity\.resolveHandle|app\.bsky\.feed\.getPosts)\?.*",
    )
    return msgspec.structs.replace(known, plc_directory=directory, bluesky_api=api)


def _origin_before(page: CapturedPage, known: str, rest: str) -> str:
    pattern = re.compile(rf"(?P<origin>https?://[^/?#@]+){rest}")
    found = [match["origin"] for response in page.responses if (match := pattern.fullmatch(response.url))]
    return known if known in found or not found else found[0]
