"""What a caller brings to be logged in: a storage state as Playwright writes it, with header fields for interfaces.

``{"cookies": [...], "origins": [{"origin": ..., "localStorage": [{"name": ..., "value": ...}]}]}``, and of our own
``"headers": {"https://host": {"Authorization": "Bearer ..."}}`` and ``"not_secret": ["a value that may be shown"]``.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from evidentia.capture.exchange import Headers
from evidentia.record.errors import UsageError

STATE_BYTES = 16 << 20
"""The longest file that is read: browsers keep 5 MiB of local storage for an origin."""

SEARCHED_CHARACTERS = 8
"""Shorter values are not looked for in what was captured: they would be found in every other word."""

_TOKEN = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9._~+/=%|-]{16,}")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}")
_TELLING = re.compile(
    r"token|secret|session|passw|jwt|auth|bearer|refresh|csrf|apikey|api_key", re.IGNORECASE
)
_SAME_SITE = frozenset({"Strict", "Lax", "None"})
_FIELD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Cookie(msgspec.Struct, frozen=True, rename="camel"):
    """A cookie. ``expires`` is in seconds since 1970, -1 for the end of the session."""

    name: str
    value: str
    domain: str
    path: str = "/"
    expires: float = -1
    http_only: bool = False
    secure: bool = False
    same_site: str = ""

    def for_browser(self) -> dict[str, Any]:
        """As CDP takes it (Network.CookieParam)."""
        made: dict[str, Any] = {
            "name": self.name,
            "value": self.value,
            "domain": self.domain,
            "path": self.path,
            "httpOnly": self.http_only,
            "secure": self.secure,
        }
        if self.expires >= 0:
            made["expires"] = self.expires
        if self.same_site in _SAME_SITE:
            made["sameSite"] = self.same_site
        return made

    def is_for(self, scheme: str, host: str) -> bool:
        """Whether it is sent to the front page of this host (RFC 6265, 5.4)."""
        domain = self.domain.lower()
        same = host == domain.removeprefix(".") or (domain.startswith(".") and host.endswith(domain))
        return same and self.path == "/" and (scheme in ("https", "wss") or not self.secure)


class Entry(msgspec.Struct, frozen=True):
    """One value of local storage."""

    name: str
    value: str


class OriginState(msgspec.Struct, frozen=True, rename="camel"):
    """What one origin keeps in a browser."""

    origin: str
    local_storage: tuple[Entry, ...] = ()


class StorageState(msgspec.Struct, frozen=True):
    """Credentials. No value of them is ever printed, logged or stored.

    Attributes:
        headers: header fields for the interface of an origin (``https://host``).
        not_secret: values that may stay in the evidence although they are among the credentials, such as one's own
            user name in a cookie.
    """

    cookies: tuple[Cookie, ...] = ()
    origins: tuple[OriginState, ...] = ()
    headers: dict[str, dict[str, str]] = {}
    not_secret: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<storage state: {self.summary()}>"

    def summary(self) -> str:
        """How much there is of what, without any value."""
        kept = sum(len(origin.local_storage) for origin in self.origins)
        fields = sum(len(fields) for fields in self.headers.values())
        return f"{len(self.cookies)} cookies, {kept} values of local storage, {fields} header fields"

    def secrets(self) -> frozenset[str]:
        """The values that must not be found in what is stored."""
        found = set(self._values())
        found |= {unquote(value) for value in found}
        return frozenset(value for value in found - set(self.not_secret) if len(value) >= SEARCHED_CHARACTERS)

    def _values(self) -> Iterator[str]:
        for cookie in self.cookies:
            yield cookie.value.strip('"')
        for origin in self.origins:
            for entry in origin.local_storage:
                yield entry.value
                yield from _within(entry.value)
        for fields in self.headers.values():
            for value in fields.values():
                yield from header_secrets(value)


class OriginCredentials(Mapping[str, Headers]):
    """The header fields of each origin, cookies among them, as our own HTTP client takes them."""

    def __init__(self, state: StorageState) -> None:
        self._state = state

    def __getitem__(self, origin: str) -> Headers:
        parts = urlsplit(origin)
        sent = [cookie for cookie in self._state.cookies if cookie.is_for(parts.scheme, parts.hostname or "")]
        fields = tuple(self._state.headers.get(origin, {}).items())
        if sent:
            fields = (*fields, ("Cookie", "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent)))
        if not fields:
            raise KeyError(origin)
        return fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._state.headers)

    def __len__(self) -> int:
        return len(self._state.headers)


def load(path: Path) -> StorageState:
    """Read a storage state.

    Raises:
        UsageError: there is none, or it is not one. The message holds nothing of it.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(STATE_BYTES + 1)
    except OSError as error:
        raise _unusable(f"The storage state cannot be read: {error.strerror}.") from error
    if len(data) > STATE_BYTES:
        raise _unusable(f"The storage state is longer than {STATE_BYTES} bytes.")
    try:
        state = msgspec.json.decode(data, type=StorageState)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unusable("The file is no storage state.") from None  # its words could quote the file
    _check(state)
    return state


def _check(state: StorageState) -> None:
    fields = [(name, value) for named in state.headers.values() for name, value in named.items()]
    if any(not _FIELD.fullmatch(name) or not _is_line(value) for name, value in fields):
        raise _unusable("A header field in the storage state is none.")
    if any(not _is_line(cookie.name + cookie.value) or not cookie.domain for cookie in state.cookies):
        raise _unusable("A cookie in the storage state has control characters in it, or no domain.")
    if not (state.cookies or fields or any(origin.local_storage for origin in state.origins)):
        raise _unusable("The storage state is empty.")


def local_storage_script(state: StorageState) -> str:
    """A script that puts local storage into each origin's document before any of its own scripts runs."""
    kept = {
        origin.origin.rstrip("/"): [[entry.name, entry.value] for entry in origin.local_storage]
        for origin in state.origins
    }
    quoted = msgspec.json.encode(kept).decode()
    return f"""(() => {{
      const kept = {quoted}[location.origin] ?? [];
      try {{
        for (const [name, value] of kept) if (localStorage.getItem(name) === null) localStorage.setItem(name, value);
      }} catch (refused) {{ /* a sandboxed frame of that origin has no storage */ }}
    }})()"""


def header_secrets(value: str) -> Iterator[str]:
    """What is secret in a header field: all of it, what follows the scheme, and a password (RFC 7617)."""
    yield value
    scheme, _, rest = value.partition(" ")
    if rest:
        yield rest.strip()
    if scheme.lower() == "basic":
        try:
            pair = binascii.a2b_base64(rest.strip()).decode("utf-8", "replace")
        except binascii.Error:
            return
        yield pair
        yield pair.partition(":")[2]


def _within(text: str) -> Iterator[str]:
    """Strings within JSON that look like tokens, or stand under a name that says so."""
    try:
        waiting: list[tuple[str, Any]] = [("", msgspec.json.decode(text))]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            if _TELLING.search(name) or (_TOKEN.fullmatch(value) and not _HOST.fullmatch(value)):
                yield value
            if value[:1] in ("{", "["):
                waiting.extend((name, inner) for inner in _decoded(value))
        elif isinstance(value, dict):
            waiting.extend((str(key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend((name, inner) for inner in value)


def _decoded(text: str) -> list[Any]:
    """JSON that stands as a string within JSON."""
    try:
        return [msgspec.json.decode(text)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []


def _is_line(text: str) -> bool:
    return all(character.isprintable() or character == "\t" for character in text)


def _unusable(happened: str) -> UsageError:
    return UsageError(
        happened,
        next_step="Give a file that Playwright's storageState wrote, or see the page on logged-in captures.",
    )
