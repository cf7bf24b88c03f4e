"""Entries and data sets as tests write them: invented people and places."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

from evidentia.docket.data_sets import DataSets, docket_data
from evidentia.record.docket import Act
from evidentia.record.moment import Interval

WITA = timezone(timedelta(hours=8))


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment in the zone of the invented region."""
    return datetime(year, month, day, hour, minute, tzinfo=WITA)


def act(code: str, first: datetime | None, last: datetime | None, **more: str) -> Act:
    """An act within bounds, about the local elections of 2024."""
    more = {"contest": "PILKADA-2024", **more}
    return Act(act=code, acted=Interval(not_before=first, not_after=last), **more)


def replaced(folder: Path, **files: str) -> DataSets:
    """The data sets with some files of a user's own."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return docket_data(folder)


HEAD = 'format = 1\nedition = "uji"\nsource = "invented"\n'


def entry(**fields: str) -> str:
    """One entry of a data set; values are TOML."""
    known = {"id": '"x"', "en": '"x"', "source": '"invented"', "verified": "true"} | fields
    return "\n[[entry]]\n" + "".join(f"{name} = {value}\n" for name, value in known.items())
