"""An exact search among perceptual hashes: which pictures are copies of this one, and which of each other.

Every hash is compared with every query, in memory: no approximation can lose a neighbour, which evidence could not
bear. The hashes lie as columns of 64-bit words, of which processors count the differing bits many at a time; a hash
whose first half differs by more than is allowed is not looked at further.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from ..record.errors import UsageError

PDQ_BITS = 256

COPY_WITHIN = 31
"""Bits: the distance up to which PDQ's authors call two pictures a match ("The TMK+PDQF Video-Hashing Algorithm")."""

LEAST_QUALITY = 50
"""PDQ's authors discard hashes of a quality of 49 or less: too little is in the picture to tell it from others."""

_SLICE = 1 << 16
"""Hashes compared at a time: their first words, and the distances, stay in the processor's cache."""

_THREADS_FROM = 1 << 20
"""Hashes from which more than one thread searches: below, starting threads costs more than it brings."""

_WORD = 64


class Near(NamedTuple):
    """Something in the index, and by how many bits its hash differs from the one that was asked for."""

    key: str
    distance: int


class HashIndex:
    """Hashes of one length with what they are hashes of: a key, such as a path, or a case and an item."""

    def __init__(self, bits: int = PDQ_BITS) -> None:
        """``bits``: the length of every hash, a multiple of 64."""
        import numpy as np

        if bits < _WORD or bits % _WORD:
            raise ValueError(
                f"hashes of {bits} bits cannot be indexed: the length must be a multiple of {_WORD}"
            )
        self.bits = bits
        self._keys: list[str] = []
        self._words: Any = np.zeros((bits // _WORD, 0), dtype=np.uint64)

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def keys(self) -> Sequence[str]:
        """What was added, in order."""
        return tuple(self._keys)

    def add(self, hashes: Iterable[tuple[str, str]]) -> None:
        """Add keys with their hashes in hexadecimal. A key may come more than once.

        Raises:
            UsageError: a hash has another length, or is not hexadecimal.
        """
        rows = list(hashes)
        self.add_packed([key for key, _ in rows], b"".join(self._packed(value) for _, value in rows))

    def add_packed(self, keys: Iterable[str], packed: bytes) -> None:
        """Add keys with their hashes as bytes, one after the other.

        Raises:
            ValueError: there are not as many hashes as keys.
        """
        import numpy as np

        new = list(keys)
        if len(packed) * 8 != len(new) * self.bits:
            raise ValueError("there must be one hash for each key")
        words = np.frombuffer(packed, dtype=np.uint64).reshape(len(new), self.bits // _WORD).T
        self._words = np.concatenate((self._words, words), axis=1)
        self._keys.extend(new)

    def packed(self) -> bytes:
        """All hashes as bytes, one after the other, in the order in which they were added."""
        import numpy as np

        return np.ascontiguousarray(self._words.T).tobytes()

    def near(self, value: str, *, within: int = COPY_WITHIN) -> tuple[Near, ...]:
        """Everything whose hash differs from ``value`` (hexadecimal) by at most ``within`` bits, the nearest first.

        Raises:
            UsageError: the hash has another length, or is not hexadecimal.
        """
        import numpy as np

        wanted = np.frombuffer(self._packed(value), dtype=np.uint64)
        found = self._found(wanted, within, 0)
        return tuple(Near(self._keys[at], distance) for distance, at in sorted((d, at) for at, d in found))

    def clusters(self, *, within: int = COPY_WITHIN) -> tuple[tuple[str, ...], ...]:
        """Groups of two or more whose members are joined by steps of at most ``within`` bits; the largest first.

        Copies of copies drift: two members of one group may differ by more than ``within``. Every hash is compared
        with every later one, so the time grows with the square of their number.
        """
        parent = list(range(len(self)))

        def root(at: int) -> int:
            while parent[at] != at:
                parent[at] = parent[parent[at]]
                at = parent[at]
            return at

        for at in range(len(self)):
            for other, _ in self._found(self._words[:, at], within, at + 1):
                one, two = root(at), root(other)
                parent[max(one, two)] = min(one, two)
        groups: dict[int, list[str]] = {}
        for at, key in enumerate(self._keys):
            groups.setdefault(root(at), []).append(key)
        together = (tuple(group) for group in groups.values() if len(group) > 1)
        return tuple(sorted(together, key=len, reverse=True))

    def _packed(self, value: str) -> bytes:
        try:
            packed = bytes.fromhex(value)
        except ValueError:
            packed = b""
        if len(packed) * 8 != self.bits or len(value) * 4 != self.bits:
            raise UsageError(
                f"This is not a hash of {self.bits} bits: {value[:80]!r}.",
                next_step=f"Give {self.bits // 4} hexadecimal digits.",
            )
        return packed

    def _found(self, wanted: Any, within: int, first: int) -> list[tuple[int, int]]:
        """Position and distance of everything from ``first`` on that is near enough."""
        slices = range(first, len(self), _SLICE)
        if len(self) - first < _THREADS_FROM:
            parts = [self._found_in(wanted, within, start) for start in slices]
        else:
            with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
                parts = list(pool.map(lambda start: self._found_in(wanted, within, start), slices))
        return [one for part in parts for one in part]

    def _found_in(self, wanted: Any, within: int, start: int) -> list[tuple[int, int]]:
        import numpy as np

        words = self._words[:, start : start + _SLICE]
        half = (len(wanted) + 1) // 2
        distance = np.bitwise_count(words[0] ^ wanted[0]).astype(np.uint16)
        for word in range(1, half):
            distance += np.bitwise_count(words[word] ^ wanted[word])
        (at,) = np.nonzero(distance <= within)
        total = distance[at]
        for word in range(half, len(wanted)):
            total += np.bitwise_count(words[word, at] ^ wanted[word])
        close = total <= within
        return list(zip((at[close] + start).tolist(), total[close].tolist(), strict=True))
