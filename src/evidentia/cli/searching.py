"""Commands that search cases: find, copies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import evidentia as ev
from evidentia.record.errors import UsageError

from .options import AsJson
from .speaking import Exit, progress, say, say_json, shown, warn

if TYPE_CHECKING:
    from evidentia.case.searching import Search
    from evidentia.record.likeness import AlikePicture, AlikeVideo, Cluster, Found, Place

CaseFolders = Annotated[
    list[Path],
    typer.Option(
        "--case",
        metavar="DIR",
        envvar="EVIDENTIA_CASE",
        help="A case folder; repeatable.",
        show_default=False,
    ),
]
Within = Annotated[
    int | None,
    typer.Option(
        "--within",
        min=0,
        max=256,
        help="Bits of 256 by which pictures may differ; 31 by default, as PDQ's authors.",
    ),
]
Anew = Annotated[
    bool, typer.Option("--anew", help="Make the kept search indexes again, from the sealed files.")
]

_ALIKE = "Alike as pictures: this says neither that they show the same post nor that one of them was edited."
_SHOWN = 120  # characters of words that are shown to a person


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("find", epilog="Example: evidentia find IMG-0001.jpg --case makassar-15 --case bone-02")(find)
    app.command("copies", epilog="Example: evidentia copies --case makassar-15 --case bone-02")(copies)


def find(
    case: CaseFolders,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE...", help="Pictures, videos or texts; nothing of them is kept."),
    ] = None,
    words: Annotated[
        str, typer.Option("--words", metavar="TEXT", help="Words to look for among posts and messages.")
    ] = "",
    within: Within = None,
    anew: Anew = False,
    as_json: AsJson = False,
) -> int:
    """What cases hold that is alike to a picture, a video or words: hints where to look."""
    if not files and not words.strip():
        raise UsageError(
            "There is nothing to look for.", next_step="Name a file, or give words with --words."
        )
    searched = _search(case, anew)
    found = []
    with progress("Searching") as tell:
        for file in files or ():
            tell(file.name)
            found.append(searched.find(file, within=within))
    if words.strip():
        found.append(searched.find_words(words))
    for one in found:
        if as_json:
            say_json(one)
        else:
            _say_found(one)
    unread = any(len(one.not_compared) > len(searched.not_compared) for one in found)
    return _ended(searched, unread=unread, as_json=as_json)


def copies(case: CaseFolders, within: Within = None, anew: Anew = False, as_json: AsJson = False) -> int:
    """Which pictures, videos and words of cases are copies of each other, in clusters."""
    searched = _search(case, anew)
    with progress("Comparing"):
        found = searched.copies(within=within)
    if as_json:
        say_json(found)
    else:
        say(f"Compared: {_kinds(found.compared)}")
        _say_clusters("Pictures and other files", found.pictures)
        _say_clusters("Videos", found.videos)
        _say_clusters("Words", found.words)
        _say_clusters("Whole screenshots; those of one phone are alike whatever they show", found.screenshots)
        if found.pictures or found.screenshots:
            say(_ALIKE)
    return _ended(searched, unread=False, as_json=as_json)


def _search(folders: Sequence[Path], anew: bool) -> Search:
    from evidentia.case.searching import Search

    cases = [ev.Case.open(folder) for folder in folders]
    with progress("Indexing") as tell:
        return Search(cases, progress=tell, anew=anew)


def _ended(searched: Search, *, unread: bool, as_json: bool) -> Exit:
    if not as_json:
        if searched.too_plain:
            plain = _counted(searched.too_plain, "picture")
            warn(f"  compared by bytes alone, with too little in it to be told from others: {plain}")
        for problem in searched.not_compared:
            warn(f"  [yellow]not compared: {shown(problem)}[/]")
    return Exit.INDETERMINATE if unread or searched.not_compared else Exit.PASSED


def _say_found(found: Found) -> None:
    from evidentia.record.likeness import Kind

    say(f"[bold]{shown(found.file or 'words')}[/]  {shown(found.sha256)}")
    if not found.pictures and not found.words and not found.videos:
        say(f"  nothing alike was found; compared with {_kinds(found.compared)}")
    recordings = {(video.place.case, video.place.path, video.place.within) for video in found.videos}
    for video in found.videos:
        say(f"  {_recording(video)}: {_place(video.place)}")
    frames: dict[tuple[str, str, str], int] = {}
    for one in found.pictures:
        file = one.place.case, one.place.path, one.place.within
        if one.place.kind is Kind.FRAME:
            frames[file] = frames.get(file, 0) + 1
            if frames[file] > 1 or file in recordings:
                continue  # of a video, the nearest frame, where nothing more is known
        say(f"  {_alike(one)}: {_place(one.place)}")
    for said in found.words:
        say(f"  {said.resemblance:.0%} of the runs of words shared: {_place(said.place)}")
        say(f"    {shown(said.text[:_SHOWN])}")
    if any(not one.same_bytes for one in found.pictures):
        say(f"  {_ALIKE}")


def _alike(one: AlikePicture) -> str:
    said = "the same bytes" if one.same_bytes else f"{one.distance} of 256 bits apart"
    said += f", turned: {shown(one.turned)}" if one.turned else ""
    said += "" if one.asked_at is None else f", at {one.asked_at:.1f} s of it"
    return said if one.asked_box is None else f"{said}, the picture within it at {_box(one.asked_box)}"


def _recording(video: AlikeVideo) -> str:
    sound = "" if video.sound is None else f", {video.sound:.0%} of the sound's bits apart"
    return (
        f"of one recording, altered or not ({video.pictures:.0%} of the pictures agree{sound}; "
        f"its second 0 is second {video.offset:.1f} here)"
    )


def _say_clusters(title: str, clusters: Sequence[Cluster]) -> None:
    say(f"[bold]{title}[/]: {_counted(len(clusters), 'cluster')}")
    for number, cluster in enumerate(clusters, start=1):
        items = len({(one.case, one.item) for one in cluster.members})
        cases = len({one.case for one in cluster.members})
        turned = "; some only when turned or mirrored" if cluster.turned else ""
        held = f"in {_counted(items, 'item')} of {_counted(cases, 'case')}"
        say(f"  {number}. {len(cluster.members)} alike, {held}{turned}")
        first: dict[str, Place] = {}
        for one in cluster.members:
            same = first.setdefault(one.sha256, one)
            bytes_of = (
                "" if same is one or one.box else f", the same bytes as in {same.case}, item {same.item}"
            )
            say(f"     {_place(one)}{shown(bytes_of)}")


def _kinds(compared: dict[str, int]) -> str:
    return ", ".join(f"{number} x {kind}" for kind, number in compared.items()) or "nothing"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _place(place: Place) -> str:
    at = "" if place.at is None else f" at {place.at:.1f} s"
    said = [f"{place.case}, item {place.item}{at}", place.kind.value]
    said += [one for one in (place.author, place.name) if one]
    said += [place.post or place.path]
    said += [f"in it {place.within}"] if place.within else []
    said += [f"at {_box(place.box)}"] if place.box is not None else []
    return ", ".join(str(shown(one)) for one in said)


def _box(box: tuple[int, int, int, int]) -> str:
    x, y, width, height = box
    return f"{x},{y} of {width} x {height} pixels"
