"""Print what pyproject.toml asks for, as a requirements file: ``requirements.py build`` or ``project``.

Read by ``scripts/lock``: pip-compile reads extras from pyproject.toml, but neither dependency groups (PEP 735)
nor the build requirements beside them.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

# Of what the lock holds as source alone, bagit builds with the first, pdqhash with the second.
BUILDERS_OF_OTHERS = ["setuptools-scm>=9", "cython>=3"]
NOT_LOCKED = frozenset({"fuzz"})  # atheris has wheels for few machines
PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def wanted(which: str) -> list[str]:
    """The requirements of the builder (``build``), or of everything else together (``project``).

    Raises:
        KeyError: pyproject.toml lacks a table that is needed, or ``which`` is neither.
    """
    document = tomllib.loads(PYPROJECT.read_text("utf-8"))
    build = document["build-system"]["requires"]
    project = document["project"]
    tables = {
        "build": [["pip"], build, BUILDERS_OF_OTHERS],
        "project": [
            build,
            project["dependencies"],
            *project["optional-dependencies"].values(),
            *(group for name, group in document["dependency-groups"].items() if name not in NOT_LOCKED),
        ],
    }
    return [requirement for table in tables[which] for requirement in table]


if __name__ == "__main__":
    sys.stdout.write("\n".join(wanted(sys.argv[1])) + "\n")
