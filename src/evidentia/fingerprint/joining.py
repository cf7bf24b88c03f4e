"""Things that are joined step by step into groups (a disjoint-set forest: B. A. Galler, M. J. Fisher, CACM 7, 1964)."""

from __future__ import annotations


class Joined:
    """Numbers from 0 to ``count``, each alone at first."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, at: int) -> int:
        """The number that stands for the group of ``at``: its least."""
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    def join(self, one: int, other: int) -> None:
        """Make one group of the groups of both."""
        one, other = self.root(one), self.root(other)
        self._parent[max(one, other)] = min(one, other)

    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Groups of two or more, the largest first."""
        found: dict[int, list[int]] = {}
        for at in range(len(self._parent)):
            found.setdefault(self.root(at), []).append(at)
        together = (tuple(group) for group in found.values() if len(group) > 1)
        return tuple(sorted(together, key=len, reverse=True))
