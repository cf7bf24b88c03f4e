"""How a bundle is judged, offline, with the caller's own trust anchors. Knows only `formats` and `record`."""

from .certificates import Trust
from .judge import verify

__all__ = ["Trust", "verify"]
