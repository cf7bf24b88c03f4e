"""Asking a timestamp authority for a token (RFC 3161 over HTTP), and believing it only after a check."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterable, MutableMapping, Sequence

from evidentia.formats import names
from evidentia.record.errors import TimestampUnavailable
from evidentia.verify.cms import CmsError
from evidentia.verify.timestamp import check_token

from .store import Store

LARGEST_ANSWER = 1024 * 1024  # bytes; real tokens are 2 to 10 KB
_CHUNK = 16 * 1024
PATIENCE = 10.0  # seconds for one authority; a token is worth a wait, but capture must not hang


def request_token(data: bytes, url: str) -> bytes:
    """A TimeStampResp over ``data`` from the authority at ``url``, checked to be over these bytes and this nonce.

    Raises:
        TimestampUnavailable: no answer in time, or one that does not hold.
    """
    import requests
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
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        with requests.post(url, data=query.dump(), headers=headers, timeout=PATIENCE, stream=True) as answer:
            answer.raise_for_status()
            response = _read_all(answer.iter_content(_CHUNK), time.monotonic() + PATIENCE)
        check_token(response, data)
        if _nonce(response) != nonce:
            raise CmsError("the token answers another request")
    except (requests.RequestException, CmsError, ValueError, OSError) as error:
        raise TimestampUnavailable(
            f"No timestamp from {url}: {error}",
            safe="The evidence is sealed; the timestamp is pending, and shown as such.",
            next_step="Run `evidentia timestamp` when the authority answers again.",
        ) from error
    return response


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


def _read_all(chunks: Iterable[bytes], deadline: float) -> bytes:
    """The whole answer; one that trickles in is cut off like one that never comes."""
    read = b""
    for chunk in chunks:
        read += chunk
        if len(read) > LARGEST_ANSWER:
            raise CmsError("the answer is too large to be a token")
        if time.monotonic() > deadline:
            raise CmsError(f"the answer took longer than {PATIENCE:g} s")
    return read


def _nonce(response: bytes) -> int | None:
    from asn1crypto import tsp

    token = tsp.TimeStampResp.load(response)["time_stamp_token"]
    value = token["content"]["encap_content_info"]["content"].parsed["nonce"].native
    return int(value) if value is not None else None
