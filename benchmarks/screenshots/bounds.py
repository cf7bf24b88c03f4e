"""How often something happened, with the bounds that few trials leave."""

from __future__ import annotations

from dataclasses import dataclass

from evidentia.detect.state_rates import upper_95


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
        """The one-sided upper 95 % bound."""
        return upper_95(self.events, self.trials)

    def __str__(self) -> str:
        return f"{self.events:4} of {self.trials:5} = {self.share:7.2%}, at most {self.upper_95:6.2%}"
