"""Where findings point in a picture."""

from __future__ import annotations

from evidentia.record.examination import TestFinding
from tests.detect.drawn_pages import Box


def points_at(finding: TestFinding, box: Box, *, within: int = 0) -> bool:
    """Whether the middle of the box lies in a region of the finding, or so many pixels beside one."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    regions = [region.box for region in finding.regions if region.box is not None]
    return any(
        left - within <= x <= left + width + within and top - within <= y <= top + height + within
        for left, top, width, height in regions
    )
