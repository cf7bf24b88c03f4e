"""How a bundle is judged, offline, with the caller's own trust anchors. Knows only `formats` and `record`."""

import sys
from types import ModuleType
from typing import Any

from evidentia.record.verdict import Verdict

from .certificates import Trust
from .judge import verify
from .policy import Policy, read_policy

__all__ = ["Policy", "Trust", "read_policy", "verify"]


class _Room(ModuleType):
    """The room is called what callers call the act: importing it must not hide ``evidentia.verify(bundle, …)``."""

    def __call__(self, *args: Any, **options: Any) -> Verdict:
        return verify(*args, **options)


sys.modules[__name__].__class__ = _Room
