"""Serve a Nostr relay on a socket that is already listening: ``serve.py CONFIG``, with the relay's own Python.

The socket's number is in the configuration (uvicorn's ``fd``). The relay ends when its standard input is closed, so
that it never outlives the process that started it.
"""

from __future__ import annotations

import os
import sys
import threading

from nostr_relay.cli import main  # type: ignore[import-not-found]  # lives in the relay's own environment


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main(["--config", sys.argv[1], "serve", "--use-uvicorn"])
