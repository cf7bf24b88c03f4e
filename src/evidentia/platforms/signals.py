"""Names of signals on which other rooms act; all others are only shown."""

from __future__ import annotations

EDIT_COUNT = "edit-count"
"""How often the platform says that the post was edited: an edit that does not move it is a silent one."""

TEXT_FROM = "text-from"
"""Where in the page the text was read. Texts read from different places do not compare."""

WHOLE_LIST = "whole-list"
"""A list of acts that was followed to its end: ``seen`` is the kind of act (``ActKind``), ``where`` the last page. Only
against such a list is an act gone, or new: see docs/decisions, 0033."""

TRANSLATED = "translated"
"""The page shows a translation in place of the text: what stands there is the translator's, and is not compared."""

AUTHORS_SIGNALS = frozenset({"content-warning", "poll", "poll-option", "self-label"})
"""What the author publishes beside text and media; another one is an edit."""

SHOWN_AS = frozenset({"over-18", "sensitive", "spoiler"})
"""Flags with which a post is shown, which its author or a moderator can set: another one says not who set it."""
