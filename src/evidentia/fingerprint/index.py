"""An exact search among perceptual hashes: which pictures are copies of this one, and which of each other.

Nothing is approximated: no neighbour can be lost, which evidence could not bear. Few hashes are all compared with the
query. Among many, those that can be near are had from tables of their 16-bit parts: of 16 parts, two hashes that
differ by at most 31 bits differ in at least one part by at most one bit (Norouzi, Punjani and Fleet, "Fast Exact Search
in Hamming Space with Multi-Index Hashing", 2014). Where the distance asked for is too wide for that, all are compared:
by faiss where the extra ``[search]`` is installed, else by NumPy, with the same answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any, NamedTuple

from ..record.errors import UsageError
from .joining import Joined

PDQ_BITS = 256

COPY_WITHIN = 31
"""Bits: the distance up to which PDQ's authors call two pictures a match ("The TMK+PDQF Video-Hashing Algorithm")."""

LEAST_QUALITY = 50
"""PDQ's authors discard hashes of a quality of 49 or less: too little is in the picture to tell it from others."""

_SLICE = 1 << 16
"""Hashes compared at a time: their first words, and the distances, stay in the processor's cache."""

_THREADS_FROM = 1 << 20
"""Hashes from which more than one thread searches: below, starting threads costs more than it brings."""

_TABLES_FROM = 1 << 17
"""Hashes from which tables are made: fewer are compared in less than a millisecond."""

_WORD = 64
_PART = 16


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
        self._tables: list[tuple[Any, Any]] = []
        self._flat: Any = None

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
        self._tables, self._flat = [], None

    def prepare(self) -> None:
        """Make now what the first search would otherwise have to make."""
        import numpy as np

        if self._tables or len(self) < _TABLES_FROM:
            return
        for word in self._words:
            for part in np.ascontiguousarray(word).view(np.uint16).reshape(-1, _WORD // _PART).T:
                values = np.ascontiguousarray(part)
                counts = np.bincount(values, minlength=1 << _PART)
                starts = np.concatenate(([0], np.cumsum(counts)))
                self._tables.append((starts, np.argsort(values, kind="stable").astype(np.uint32)))

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
        joined = Joined(len(self))
        for at in range(len(self)):
            for other, _ in self._found(self._words[:, at], within, at + 1):
                joined.join(at, other)
        return tuple(tuple(self._keys[at] for at in group) for group in joined.groups())

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
        one_bit = within < 2 * self.bits // _PART  # of the parts, one at least differs by no more
        if len(self) >= _TABLES_FROM and one_bit:
            return self._found_in_tables(wanted, within, first)
        if len(self) >= _TABLES_FROM and find_spec("faiss") is not None:
            return self._found_by_faiss(wanted, within, first)
        slices = range(first, len(self), _SLICE)
        if len(self) - first < _THREADS_FROM:
            parts = [self._found_in(wanted, within, start) for start in slices]
        else:
            with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
                parts = list(pool.map(lambda start: self._found_in(wanted, within, start), slices))
        return [one for part in parts for one in part]

    def _found_in_tables(self, wanted: Any, within: int, first: int) -> list[tuple[int, int]]:
        import numpy as np

        self.prepare()
        flips = np.concatenate(([0], 1 << np.arange(_PART))).astype(np.uint16)
        candidates = []
        for part, (starts, order) in zip(wanted.view(np.uint16), self._tables, strict=True):
            for value in (part ^ flips).tolist():
                candidates.append(order[starts[value] : starts[value + 1]])
        at = np.concatenate(candidates)
        at = at[at >= first]
        for word, own in zip(self._words, wanted, strict=True):  # most fall away at the first word
            if at.size:
                distance = np.bitwise_count(word[at] ^ own)
                at = at[distance <= within]
        at = np.unique(at)
        total = np.bitwise_count(self._words[:, at] ^ wanted[:, None]).sum(axis=0, dtype=np.int64)
        close = total <= within
        return list(zip(at[close].tolist(), total[close].tolist(), strict=True))

    def _found_by_faiss(self, wanted: Any, within: int, first: int) -> list[tuple[int, int]]:
        import faiss
        import numpy as np

        if self._flat is None:
            self._flat = faiss.IndexBinaryFlat(self.bits)
            self._flat.add(np.frombuffer(self.packed(), dtype=np.uint8).reshape(len(self), -1))
        _, distances, at = self._flat.range_search(wanted.view(np.uint8)[None, :], within + 1)
        found = zip(at.tolist(), distances.astype(np.int64).tolist(), strict=True)
        return [one for one in found if one[0] >= first]

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
