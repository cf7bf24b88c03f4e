"""A post on a real Bluesky host, captured before and after its removal: ``python -m lab.practice_bluesky CASE``.

The host runs for this alone and is gone when the command ends, so that whatever is checked afterwards is checked from
the case. The custodian is the one that the environment names (``practice/env``).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import evidentia as ev
from evidentia.capture.options import PageOptions
from lab.bluesky import Bluesky, BlueskyError
from lab.record_bluesky import FIRST, NEIGHBOURS


def captured_twice(host: Bluesky, case: ev.Case) -> tuple[int, int]:
    """The items with the post as it stood, and with its place after it was removed."""
    official = host.join("pejabat07", "Pejabat 07")
    post = host.publish(official, FIRST, langs=["id"])
    for number in range(NEIGHBOURS):
        host.publish(official, f"Kabar nomor {number}.")
    options = PageOptions(allow_private_network=True, places=host.places)
    live = case.capture(post.uri, access=ev.Access.PUBLIC, options=options)
    host.delete(official, post)
    removed = case.capture(post.uri, access=ev.Access.PUBLIC, options=options)
    return live.item.item, removed.item.item


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    if len(arguments) != 1:
        print("usage: python -m lab.practice_bluesky CASE", file=sys.stderr)
        return 2
    custodian = ev.Custodian.from_pkcs12(
        os.environ["EVIDENTIA_IDENTITY"],
        os.environ["EVIDENTIA_PASSPHRASE"],
        tsa=os.environ["EVIDENTIA_TSA"],
    )
    case = ev.Case.open(arguments[0], custodian)
    try:
        with tempfile.TemporaryDirectory() as scratch, Bluesky(Path(scratch) / "bluesky") as host:
            live, removed = captured_twice(host, case)
    except BlueskyError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Item {live} holds the post, item {removed} its place after it was removed. The host is gone.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
