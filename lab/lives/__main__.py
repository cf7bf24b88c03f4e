"""Lives on all servers, or on those that are named: ``python -m lab.lives [--posts 50] [--seed 1] [SERVER …]``.

Prints a table, and each thing that was wrong; exits with 1 where anything was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from evidentia.detect.timeline import assemble

from .grounds import IN_BROWSER, SERVERS, ground_on, has_pages, options_for, started
from .judging import Score, judge
from .living import live
from .looking import BareEyes
from .telling import table


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m lab.lives", description="Scripted lives on real servers."
    )
    parser.add_argument("servers", nargs="*", metavar="SERVER", help=", ".join(SERVERS))
    parser.add_argument("--posts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    scores = []
    for name in chosen.servers or SERVERS:
        print(f"{name} …", file=sys.stderr, flush=True)
        scores.append(_lived(name, chosen.posts, chosen.seed))
    print(table(scores))
    return 1 if any(score.faults for score in scores) else 0


def _lived(name: str, posts: int, seed: int) -> Score:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with started(name, folder / "server") as server:
            in_browser = frozenset(range(IN_BROWSER)) if has_pages(server) else frozenset()
            with BareEyes(options_for(server, folder), in_browser) as eyes:
                ground = ground_on(server, eyes)
                lives = live(ground, posts=posts, seed=seed)
                return judge(ground.name, lives, assemble(look for life in lives for look in life.looks))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
