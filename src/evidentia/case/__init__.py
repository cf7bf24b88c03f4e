"""A case, and how its items are put together out of what the rooms below give."""

from .case import Case
from .gathering import Capture
from .redacting import Region

__all__ = ["Capture", "Case", "Region"]
