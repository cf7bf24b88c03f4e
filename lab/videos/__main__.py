"""Write an invented event's video, two honest copies and two altered twins of it: ``python -m lab.videos FOLDER``."""

from __future__ import annotations

import argparse
from pathlib import Path

from .coding import coded
from .copies import AGAIN, ORIGINAL, honest
from .events import event
from .twins import TWINS

COPIES = {"salinan-whatsapp.mp4": "quality 32", "salinan.webm": "webm"}
ALTERED = {"disunting-suara.mp4": "sound spliced", "disunting-sambungan.mp4": "continued otherwise"}


def main() -> None:
    """Write the files, create-only."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--seconds", type=float, default=16.0)
    asked.add_argument("--seed", type=int, default=1)
    chosen = asked.parse_args()
    chosen.folder.mkdir(parents=True)
    film, other = event(chosen.seed, chosen.seconds), event(chosen.seed + 1000, chosen.seconds)
    made = {"pertama.mp4": coded(film, ORIGINAL)}
    made |= {name: honest(film, (which,))[which] for name, which in COPIES.items()}
    made |= {name: coded(TWINS[which](film, other).film, AGAIN) for name, which in ALTERED.items()}
    for name, data in made.items():
        (chosen.folder / name).write_bytes(data)
        print(f"{chosen.folder / name}: {len(data) >> 10} KiB")


if __name__ == "__main__":
    main()
