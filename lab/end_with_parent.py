"""Run a module as a program, and end at once when standard input is closed.

``python end_with_parent.py MODULE ARGUMENT…``, with the Python of a lab server's own environment: a server that is
started like this never outlives the process that started it.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
