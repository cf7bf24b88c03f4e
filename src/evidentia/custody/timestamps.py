"""Asking a timestamp authority for a token (RFC 3161 over HTTP), and believing it only after a check."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from datetime import timedelta

from evidentia.formats import names
from evidentia.record.errors import TimestampUnavailable
from evidentia.record.moment import now
from evidentia.verify.cms import CmsError
from evidentia.verify.timestamp import check_token

from .store import Store

LARGEST_ANSWER = 1024 * 1024  # bytes; real tokens are 2 to 10 KB
_CHUNK = 16 * 1024
PATIENCE = 10.0  # seconds for one authority; a token is worth a wait, but capture must not hang
MOST_APART = timedelta(days=1)
"""How far an authority's time and this machine's may be apart. A token with a wrong time would spoil the chain for
good, while a clock that is hours off is no reason to do without honest ones."""


def request_token(data: bytes, url: str) -> bytes:
    """A TimeStampResp over ``data`` from the authority at ``url``, checked to be over these bytes and this nonce.

    Raises:
        TimestampUnavailable: no answer in time, or one that does not hold, or whose time cannot be right.
    """
    from asn1crypto import tsp

    nonce = secrets.randbits(64)
    query = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": hashlib.sha256(data).digest(),
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    try:
        response = ask_authority(query.dump(), url)
        token = check_token(response, data)
        if _nonce(response) != nonce:
            raise CmsError("the token answers another request")
        if abs(token.time - now()) > MOST_APART:
            raise CmsError(f"its time, {token.time:%Y-%m-%d %H:%M} UTC, and this machine's are far apart")
    except (CmsError, ValueError, OSError) as error:  # requests' own errors are OSErrors
        raise TimestampUnavailable(
            f"No timestamp from {url}: {error}",
            safe="The evidence is sealed; the timestamp is pending, and shown as such.",
            next_step="Run `evidentia timestamp` when the authority answers again.",
        ) from error
    return response


def ask_authority(query: bytes, url: str) -> bytes:
    """What an authority answers to a TimeStampReq, unread: within ``PATIENCE``, however slowly it sends.

    Raises:
        OSError: it cannot be reached, or says that something is wrong.
        CmsError: no whole answer in time, or one that cannot be a token.
    """
    import requests

    headers = {"Content-Type": "application/timestamp-query"}

    def ask() -> bytes:
        with requests.post(
            url, data=query, headers=headers, timeout=PATIENCE, stream=True, allow_redirects=False
        ) as answer:
            answer.raise_for_status()
            if answer.status_code != requests.codes.ok:
                raise CmsError(f"it answers {answer.status_code} {answer.reason}, and no token")
            return _read_all(answer.iter_content(_CHUNK))

    try:
        return _within(PATIENCE, ask)
    except requests.ConnectionError as error:
        raise OSError(_cause(error)) from error


def _cause(error: BaseException) -> str:
    """What the operating system said, in its words: it is printed in reports, where names of libraries say nothing."""
    within: BaseException | None = error
    while within is not None:
        if isinstance(within, OSError) and within.strerror:
            return str(within.strerror)
        if isinstance(within, TimeoutError):
            return "no answer in time"
        within = within.__cause__ or within.__context__
    return str(error)


def take_tokens(
    store: Store,
    path: str,
    tsa: Sequence[str],
    create: Callable[[str, bytes], None],
    silent: MutableMapping[str, str],
) -> bool:
    """Take a token over a file from each authority that has given none. Returns whether at least one is there.

    An authority that does not answer leaves the token pending: a visible state, not an error.

    Args:
        create: writes a new file.
        silent: by authority, why it gave none the last time that it was asked; kept up to date.
    """
    there = False
    for count, url in enumerate(tsa, 1):
        token = names.token_path(path, count)
        if not store.exists(token):
            try:
                create(token, request_token(store.read(path), url))
            except TimestampUnavailable as error:
                silent[url] = error.happened
                continue  # stays pending: listed as such, in the verdict, the report and the exit code
            silent.pop(url, None)
        there = True
    return there


def _within(seconds: float, ask: Callable[[], bytes]) -> bytes:
    """What ``ask`` gives, if it does so in time. A server that trickles never lets a socket's own timeout pass."""
    given: list[bytes | Exception] = []

    def run() -> None:
        try:
            given.append(ask())
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that waits
            given.append(error)

    asking = threading.Thread(target=run, name="timestamp", daemon=True)
    asking.start()
    asking.join(seconds)
    if not given:
        raise CmsError(f"no whole answer within {seconds:g} s")
    if isinstance(given[0], Exception):
        raise given[0]
    return given[0]


def _read_all(chunks: Iterable[bytes]) -> bytes:
    """The whole answer, if it can be a token."""
    read = b""
    for chunk in chunks:
        read += chunk
        if len(read) > LARGEST_ANSWER:
            raise CmsError("the answer is too large to be a token")
    return read


def _nonce(response: bytes) -> int | None:
    from asn1crypto import tsp

    token = tsp.TimeStampResp.load(response)["time_stamp_token"]
    value = token["content"]["encap_content_info"]["content"].parsed["nonce"].native
    return int(value) if value is not None else None
