"""How often reading a screenshot is wrong: measured on synthetic screenshots of known truth, and kept with the method.

``python -m benchmarks.screenshots`` measures, on layouts that did not shape the method. What the rates say holds for
pictures like those. They are of one version of the method, and of no other.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from ...record.finding import ErrorRate
from ...record.item import Program

PATH = Path(__file__).with_name("rates.json")

ALL = "all"
"""The class of all trials."""

NAMES = (
    "genuine screenshot said to differ",
    "altered word not found",
    "wrong post or version named",
)
"""What stands as "not measured" where nothing was."""

MESSENGER_SIDE = 1600
"""Pixels of the longer side to which large messengers scale pictures down: a JPEG of exactly that is such a copy."""

_JPEG = b"\xff\xd8\xff"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """``errors`` of ``trials`` among a class of trials, with the one-sided upper 95 % bound of the rate."""

    name: str
    among: str
    errors: int
    trials: int
    upper_95: float


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """What the benchmark wrote; further fields are its own."""

    method: Program
    material: str
    rates: tuple[Measured, ...]


@cache
def _written(path: Path) -> _File | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        return None


def error_rates(method: Program, among: str = ALL, *, path: Path = PATH) -> tuple[ErrorRate, ...]:
    """The rates that were measured for this version of the method: over all trials, and besides of those of a class.

    ``among`` is a class of the benchmark's, such as "channel messenger". Where another version was measured, or
    none, that is what is said.
    """
    written = _written(path)
    if written is None or written.method != method:
        return not_measured()
    return tuple(
        ErrorRate(
            name=one.name if one.among == ALL else f"{one.name}, {one.among}",
            measured=True,
            errors=one.errors,
            trials=one.trials,
            upper_95=one.upper_95,
            material=written.material,
        )
        for one in written.rates
        if one.among in (ALL, among)
    )


def not_measured() -> tuple[ErrorRate, ...]:
    """For what no trial was like, such as the pictures of a video."""
    return tuple(ErrorRate(name=name, measured=False) for name in NAMES)


def class_of(file: Path, size: tuple[int, int]) -> str:
    """The class of trials that a picture belongs to, where its file tells: a messenger's copy, or nothing certain."""
    with file.open("rb") as source:
        is_jpeg = source.read(len(_JPEG)) == _JPEG
    return "channel messenger" if is_jpeg and max(size) == MESSENGER_SIDE else ALL
