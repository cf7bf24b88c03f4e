"""An item of evidence: what it is, where it came from, and the circumstances in which it was taken."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from .moment import Moment
from .said import Says


class Access(StrEnum):
    """On what basis the collector could see the material (KUHAP Pasal 235(5): not obtained unlawfully)."""

    PUBLIC = "public"
    OWN_ACCOUNT = "own-account"
    PARTICIPANT = "participant"
    DEVICE_CONSENT = "device-consent"
    FORWARDED = "forwarded"
    UNKNOWN = "unknown"


class ItemKind(StrEnum):
    """What an item is."""

    CAPTURE = "capture"
    FILE = "file"  # as somebody handed it over
    DERIVED = "derived"  # a copy that was made of another item, such as a redacted one
    READING = "reading"
    EXAMINATION = "examination"  # what tests say of a picture or a video
    REPORT = "report"
    BUNDLE = "bundle"  # another agency's case, as it came
    REFERRAL = "referral"  # questions to an expert
    ANSWER = "answer"  # an expert's report and answers
    DOCKET = "docket"  # what an agency writes down of the case; a later one supersedes it


class Role(StrEnum):
    """What a file is within its item."""

    ARCHIVE = "archive"  # WACZ: the exchanges with the network
    FULL_PAGE = "full-page"  # PNG of the whole page
    ELEMENT = "element"  # PNG of the post itself
    MHTML = "mhtml"
    PDF = "pdf"  # the page as the browser prints it
    WIRE = "wire"  # pcapng: every byte that passed the door, with the session secrets
    DOM = "dom"  # the document as it stood after scripts ran
    TEXT = "text"  # the visible text
    BOXES = "boxes"  # every visible word with its place in the full-page picture
    MEMENTO = "memento"  # what an outside archive's index says of the version that it handed over
    POST = "post"  # the normalised Post
    OBSERVATION = "observation"  # the post's state at this time
    FINGERPRINTS = "fingerprints"
    TLS_CERTIFICATE = "tls-certificate"  # DER, leaf first
    ORIGINAL = "original"  # a file as it was handed over
    MEMBERS = "members"  # what a ZIP or a folder that was handed over holds
    CHAT = "chat"  # the conversations of a messenger's export
    MAIL = "mail"  # the fields and parts of a mail
    SAVED_PAGES = "saved-pages"  # what a saved page of another tool holds and claims
    READING = "reading"
    EXAMINATION = "examination"
    ANNOTATED = "annotated"  # a picture drawn over a copy: an illustration
    REDACTED = "redacted"  # a copy with parts hidden
    REDACTION = "redaction"  # what was hidden in which original, by whom and why
    REPORT = "report"
    REPORT_DATA = "report-data"
    BUNDLE = "bundle"  # a ZIP, as another agency exported it
    VERDICT = "verdict"  # what verifying that bundle gave
    IMPORT = "import"  # how it was judged and taken in
    REFERRAL = "referral"  # the questions
    ANSWER = "answer"  # the expert's answers, bound to a head
    DOCKET = "docket"  # the entry


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an item: its name inside the item's folder, what it is, its size in bytes and its SHA-256."""

    name: str
    role: Role
    media_type: str
    size: int
    sha256: str


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A program that took part, with its version as it states it itself."""

    name: str
    version: str


class Redirect(msgspec.Struct, frozen=True, kw_only=True):
    """One hop: the URL asked for, the status that answered, the URL it pointed to."""

    url: str
    status: int
    location: str


class DnsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A name as it was resolved for this capture, and by what."""

    name: str
    addresses: tuple[str, ...]
    resolver: str
    at: Moment


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that carried evidence: host and port as named, the addresses of both ends."""

    host: str
    port: int
    address: str
    local_address: str
    at: Moment


class TlsConnection(msgspec.Struct, frozen=True, kw_only=True):
    """TLS as it was on the capture's own connection.

    ``chain`` holds SHA-256 digests of the DER certificates, leaf first; they are files of the item.
    ``source`` says who reported the chain, for example ``browser (CDP Network.getCertificate)``.
    """

    protocol: str
    cipher: str
    chain: tuple[str, ...]
    source: str


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """The collector's clock: its zone, and whether the operating system says that it is synchronised."""

    zone: str
    synchronised: bool | None
    source: str


class LoadState(StrEnum):
    """How far the page had come when it was taken."""

    COMPLETE = "complete"  # load event, then a quiet network
    LOADED = "loaded"  # load event; the network did not fall quiet within the limit
    PARTIAL = "partial"  # the load event did not come within the limit
    FAILED = "failed"  # nothing was loaded


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """The capture's check of itself: is the post's text really in what was taken?

    ``present`` is None where there is no post to look for. ``found_in`` and ``missing_from`` list files.
    ``says`` are the sentences of ``reason`` by their codes, for other languages.
    """

    present: bool | None
    found_in: tuple[str, ...] = ()
    missing_from: tuple[str, ...] = ()
    reason: str = ""
    says: Says = ()


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """The circumstances of a capture (Berkeley Protocol ¶153-156; SWGDE on online acquisition).

    ``logged_in``: it was made with credentials that the collector brought; what was left out of it stands in
    ``not_captured``.
    """

    requested_url: str
    final_url: str | None
    canonical_url: str | None
    redirects: tuple[Redirect, ...]
    status: int | None
    dns: tuple[DnsAnswer, ...]
    peers: tuple[Peer, ...]
    tls: TlsConnection | None
    started_at: Moment
    finished_at: Moment
    clock: Clock
    browser: Program | None
    tools: tuple[Program, ...]
    operating_system: str
    user_agent: str | None
    viewport: tuple[int, int] | None
    locale: str | None
    load_state: LoadState
    private_network_allowed: bool
    behaviours: tuple[str, ...] = ()
    not_captured: tuple[str, ...] = ()
    failure: str | None = None
    logged_in: bool = False


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """The moments that the law keeps apart: when it happened, became known, was captured, was received."""

    captured_at: Moment | None = None
    received_at: Moment | None = None
    known_at: Moment | None = None
    occurred_at: Moment | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """``item.json``: the description of one piece of evidence, sealed with it."""

    format: int = 1
    item: int
    kind: ItemKind
    title: str
    source: str
    access: Access
    collector: str
    times: Times
    original_name: str | None = None
    circumstances: Circumstances | None = None
    content_present: Presence | None = None
    files: tuple[StoredFile, ...] = ()
    about: tuple[int, ...] = ()
    problems: tuple[str, ...] = ()
