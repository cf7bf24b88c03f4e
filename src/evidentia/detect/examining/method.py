"""What a test is called, who published its method, and its findings."""

from __future__ import annotations

import msgspec

from ...record.examination import Opposing, Region, Support, TestFinding


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """A test's name, the method and version behind it, and its published source."""

    test: str
    name: str
    version: str
    source: str

    def finds(
        self,
        outcome: Support,
        reason: str,
        measures: dict[str, float] | None = None,
        *,
        regions: tuple[Region, ...] = (),
        strength: float | None = None,
        opposing: tuple[Opposing, ...] = (),
    ) -> TestFinding:
        """A finding of this test, its error rates yet to be looked up: the fields are those of ``TestFinding``."""
        return TestFinding(
            test=self.test,
            outcome=outcome,
            reason=reason,
            method=self.name,
            version=self.version,
            source=self.source,
            error_rates=(),
            regions=regions,
            strength=strength,
            measures=measures or {},
            opposing=opposing,
        )
