"""What may be told where items are withheld: nothing of them but their number.

A withheld item's title, address, text and pictures must not come out through a page or a report about the rest.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from evidentia.record.docket import DocketTold, Standing
from evidentia.record.item import Access, Item, Times
from evidentia.record.life import Change, Timeline, Version
from evidentia.record.post import Evidence, Observation, State

from .material import ExaminedItem, Material


def disclosed(material: Material) -> Material:
    """The material without anything that rests on a withheld item.

    A wording stays where an item that is present shows it too. An observation, a change and a reading stay only
    where all of their evidence is present.
    """
    withheld = frozenset(material.withheld)
    if not withheld:
        return material
    timelines = (_timeline(timeline, withheld) for timeline in material.timelines)
    return replace(
        material,
        examinations=tuple(one for one in material.examinations if not _told_by(one, material, withheld)),
        items=tuple(_stub(item) if item.item in withheld else item for item in material.items),
        pictures=tuple(p for p in material.pictures if p.item not in withheld),
        timelines=tuple(t for t in timelines if t.observations or t.versions),
        docket=_docket(material.docket, withheld),
        redactions=tuple(one for one in material.redactions if one.item not in withheld),
        readings=tuple(
            read
            for read in material.readings
            if not {read.item, read.kept} & withheld and _whole(read.reading.evidence, withheld)
        ),
    )


def _docket(told: DocketTold | None, withheld: Collection[int]) -> DocketTold | None:
    """Of an entry that is withheld nothing but its number."""
    if told is None or told.item is None or told.item not in withheld:
        return told
    return DocketTold(
        item=None, standing=Standing.NEWER_WITHHELD, withheld_entries=(told.item,), as_of=told.as_of
    )


def _told_by(one: ExaminedItem, material: Material, withheld: Collection[int]) -> bool:
    """Whether an examination is withheld, or is about a file that is: the one examined, or one laid beside it."""
    about = (item.about for item in material.items if item.item == one.kept)
    return one.kept in withheld or any(set(numbers) & set(withheld) for numbers in about)


def _stub(item: Item) -> Item:
    return Item(
        item=item.item,
        kind=item.kind,
        title="",
        source="",
        access=Access.UNKNOWN,
        collector="",
        times=Times(),
    )


def _timeline(timeline: Timeline, withheld: Collection[int]) -> Timeline:
    observations: tuple[Observation, ...] = tuple(
        look for look in timeline.observations if _whole(look.evidence, withheld)
    )
    changes: tuple[Change, ...] = tuple(c for c in timeline.changes if _whole(c.evidence, withheld))
    kept = (_version(version, withheld) for version in timeline.versions)
    return replace(
        timeline,
        observations=observations,
        versions=tuple(version for version in kept if version.evidence),
        changes=changes,
        standings=tuple(one for one in timeline.standings if _whole(one.evidence, withheld)),
        contradictions=tuple(one for one in timeline.contradictions if _whole(one.evidence, withheld)),
        state=observations[-1].state if observations else State.UNDETERMINED,
    )


def _version(version: Version, withheld: Collection[int]) -> Version:
    return replace(version, evidence=tuple(e for e in version.evidence if e.item not in withheld))


def _whole(evidence: tuple[Evidence, ...], withheld: Collection[int]) -> bool:
    return all(one.item not in withheld for one in evidence)
