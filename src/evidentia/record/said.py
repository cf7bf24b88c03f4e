"""A sentence that a program states: which one of those it knows, and the values in it."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence by its ``code``, with its ``values`` by name; a value may itself be said, sentence after sentence.

    The words stand in the catalogue of ``evidentia.record.sentences``, in every language that reports are written in.
    The record that holds it has the English words too, which are what was stated.
    """

    code: str
    values: dict[str, str | int | float | tuple[Said, ...]] = {}


Says: TypeAlias = tuple[Said, ...]
"""What a record says, sentence after sentence."""
