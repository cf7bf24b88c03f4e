"""Where the command begins. The version is answered before anything else is loaded."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from evidentia._version import VERSION

        print(f"evidentia {VERSION}")  # noqa: T201
        return
    from evidentia.cli.app import run

    sys.exit(run())


if __name__ == "__main__":
    main()
