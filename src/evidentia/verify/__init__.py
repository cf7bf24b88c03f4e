"""How a bundle is judged, offline, with the caller's own trust anchors. Knows only `formats` and `record`.

The names load on first use: a process that decodes under this room's limits needs none of them.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evidentia.record.verdict import Verdict

    from .certificates import Trust
    from .judge import verify
    from .policy import Policy, read_policy

__all__ = ["Policy", "Trust", "read_policy", "verify"]

_HOME = {"Policy": "policy", "Trust": "certificates", "read_policy": "policy", "verify": "judge"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = found
    return found


class _Room(ModuleType):
    """The room is called what callers call the act: importing it must not hide ``evidentia.verify(bundle, …)``."""

    def __call__(self, *args: Any, **options: Any) -> Verdict:
        from .judge import verify

        return verify(*args, **options)


sys.modules[__name__].__class__ = _Room
