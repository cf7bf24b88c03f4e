"""Where commands write: asked before anything is read, signed or sealed, so that no step is taken for nothing."""

from __future__ import annotations

import os
from pathlib import Path

from evidentia.record.errors import UsageError


def must_be_free(*targets: Path | None) -> None:
    """Ask whether new files can be made here; None is no target.

    Raises:
        UsageError: something is there already, which is never replaced; or there is no folder to write into.
    """
    for target in targets:
        if target is not None and (target.exists() or target.is_symlink()):
            raise UsageError(f"{target} is already there.", next_step="Name something that is not there yet.")
        must_have_folder(target)


def must_have_folder(target: Path | None) -> None:
    """Ask whether there is a folder for a file, and the right to write into it.

    Raises:
        UsageError: there is none.
    """
    if target is None:
        return
    folder = target.absolute().parent
    if not folder.is_dir():
        raise UsageError(
            f"{target} cannot be written: there is no folder {folder}.",
            next_step="Make that folder, or name another.",
        )
    if not os.access(folder, os.W_OK):
        raise UsageError(
            f"{target} cannot be written: you may not write into {folder}.", next_step="Name another folder."
        )
