"""How often something happened, with the bounds that few trials leave."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log


@dataclass(frozen=True)
class Rate:
    """``events`` of ``trials``."""

    events: int
    trials: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 where nothing was tried."""
        return self.events / self.trials if self.trials else 0.0

    @property
    def upper_95(self) -> float:
        """The one-sided upper 95 % bound (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934)."""
        if not self.trials or self.events == self.trials:
            return 1.0
        low, high = self.share, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if _at_most(self.events, self.trials, middle) > 0.05 else (low, middle)
        return high

    def __str__(self) -> str:
        return f"{self.events:4} of {self.trials:5} = {self.share:7.2%}, at most {self.upper_95:6.2%}"


def _at_most(events: int, trials: int, chance: float) -> float:
    """The probability of that many events or fewer."""
    if chance in (0.0, 1.0):
        return 1.0 if chance == 0.0 else 0.0
    logs = (
        lgamma(trials + 1)
        - lgamma(k + 1)
        - lgamma(trials - k + 1)
        + k * log(chance)
        + (trials - k) * log(1 - chance)
        for k in range(events + 1)
    )
    return sum(map(exp, logs))
