"""The environment of an installed evidentia: its bytecode lies beside it, as every installer leaves it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache


@cache
def environment() -> dict[str, str]:
    """Variables for child processes that keep their bytecode in a folder of this benchmark's own, removed at its end.

    A checkout has none, and some machines forbid to write it (``PYTHONDONTWRITEBYTECODE``): each process would then
    compile all of evidentia again. The first process fills the folder, so run each once before it is timed.
    """
    folder = tempfile.mkdtemp(prefix="evidentia-benchmark-")
    atexit.register(shutil.rmtree, folder)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": folder}
