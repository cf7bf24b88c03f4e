"""A case, and how its items are put together out of what the rooms below give."""

from evidentia.record.redaction import Region

from .case import Case
from .gathering import Capture
from .rechecking import Rechecked
from .schedule import Due
from .taking_many import Taken

__all__ = ["Capture", "Case", "Due", "Rechecked", "Region", "Taken"]
