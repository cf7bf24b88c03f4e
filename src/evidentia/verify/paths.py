"""Paths to anchors, each looked for once: a bundle has thousands of tokens, and few certificates."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509

from .certificates import Use, leads_to_anchor
from .trust_files import loadable

_MOST_POOLS = (
    256  # sets of certificates that signatures bring along; authorities send the same ones each time
)

Path = tuple[tuple[x509.Certificate, ...], str]
"""The chain from a certificate to an anchor, or an empty one and the reason."""


class _Pool(NamedTuple):
    """The certificates that may be on a path, and the moments at which one of them or an anchor begins and ends."""

    others: list[x509.Certificate]
    begins: list[datetime]
    ends: list[datetime]


class Paths:
    """Paths to a caller's anchors, with a bundle's certificates to help.

    What a path depends on besides its certificates is the time, and of that only whether each certificate has begun
    and has ended: between two such moments the answer is the same.
    """

    def __init__(self, anchors: tuple[x509.Certificate, ...], known: Iterable[x509.Certificate]) -> None:
        self._anchors, self._known = anchors, tuple(known)
        self._pools: dict[tuple[bytes, ...], _Pool] = {}
        self._found: dict[tuple[object, ...], Path] = {}

    def lead(
        self, certificate: x509.Certificate, embedded: tuple[bytes, ...], at: datetime, use: Use
    ) -> Path:
        """As ``leads_to_anchor`` has it. ``embedded``: the certificates, in DER, that came with the signature."""
        at = at.astimezone(UTC).replace(microsecond=0)  # certificates know whole seconds
        pool = self._pool(embedded)
        lives = certificate.not_valid_before_utc <= at, at <= certificate.not_valid_after_utc
        period = bisect_right(pool.begins, at), bisect_left(pool.ends, at)
        key = (certificate, embedded, use, *lives, *period)
        if key not in self._found:
            self._found[key] = leads_to_anchor(certificate, pool.others, self._anchors, at, use)
        return self._found[key]

    def _pool(self, embedded: tuple[bytes, ...]) -> _Pool:
        if embedded not in self._pools:
            if len(self._pools) == _MOST_POOLS:
                self._pools.clear()
                self._found.clear()
            others = [*self._known, *loadable(embedded)]
            concerned = [*others, *self._anchors]
            self._pools[embedded] = _Pool(
                others,
                sorted(one.not_valid_before_utc for one in concerned),
                sorted(one.not_valid_after_utc for one in concerned),
            )
        return self._pools[embedded]
