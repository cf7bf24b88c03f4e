"""Names of signals on which other rooms act; all others are only shown."""

from __future__ import annotations

EDIT_COUNT = "edit-count"
"""How often the platform says that the post was edited: an edit that does not move it is a silent one."""

TEXT_FROM = "text-from"
"""Where in the page the text was read. Texts read from different places do not compare."""
