"""Take out of an npm lock what is no part of it: addresses for donations. ``npm_lock.py PATH``, for ``scripts/lock``.

Fails where a package has no digest, or where an address is left.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def stripped(lock: str) -> str:
    """The lock without what names addresses.

    Raises:
        ValueError: a package in it has no digest, or an address is left.
    """
    document = json.loads(lock)
    document.pop("name", None)
    packages = {path: entry for path, entry in document["packages"].items() if path}
    for path, entry in packages.items():
        entry.pop("funding", None)
        if "integrity" not in entry:
            raise ValueError(f"{path} has no digest")
    written = json.dumps(document, indent=2) + "\n"
    if "://" in written:
        raise ValueError("it holds an address")
    return written


def main() -> None:
    """Rewrite the lock in its place."""
    path = Path(sys.argv[1])
    written = stripped(path.read_text("utf-8"))
    path.write_text(written, "utf-8")
    digests = written.count('"integrity"')
    sys.stdout.write(f"{path}: {digests} packages\n")


if __name__ == "__main__":
    main()
