"""Write what is constructed and what is referred to: ``python -m lab.absences``."""

from __future__ import annotations

from itertools import chain

from .consent_and_limits import consent_and_limits
from .labelled import FOLDER, write
from .large_platforms import large_platforms
from .login_walls import login_walls
from .not_there import not_there
from .other_platforms import other_platforms
from .others_pages import others_pages
from .outages import outages
from .protocols import protocols
from .referred import referred
from .robot_checks import robot_checks
from .there import there

CONSTRUCTED = (
    login_walls,
    robot_checks,
    consent_and_limits,
    outages,
    others_pages,
    not_there,
    there,
    large_platforms,
    other_platforms,
    protocols,
)

if __name__ == "__main__":
    constructed = chain.from_iterable(make() for make in CONSTRUCTED)
    print(f"{write(constructed, FOLDER / 'constructed.jsonl')} constructed")
    print(f"{write(referred(), FOLDER / 'referred.jsonl')} that stand elsewhere in the fixtures")
