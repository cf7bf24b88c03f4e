"""Files in which a person gives words for a case (TOML): read strictly, and of bounded size."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from evidentia.record.errors import UsageError

LARGEST_FILE = 1 << 20
"""Bytes of a TOML file that is read: fifty questions with five pages of answer each are some 750 KB."""

Prose = Annotated[str, Meta(min_length=1, max_length=5000)]

_File = TypeVar("_File")


class Texts(msgspec.Struct, forbid_unknown_fields=True):
    """A text in Indonesian, in English, or in both."""

    id: Prose | None = None
    en: Prose | None = None


def said(text: str | Texts | None) -> dict[str, str]:
    """A text by language; ``und`` (BCP 47) where none is stated."""
    if text is None:
        return {}
    if isinstance(text, str):
        return {"und": text}
    return {name: words for name, words in (("id", text.id), ("en", text.en)) if words}


def read_given(path: Path, kind: type[_File], what: str, next_step: str) -> _File:
    """A file of one kind, every field checked.

    Args:
        what: what it is read as, for the words of an error; ``next_step`` where to look then.

    Raises:
        UsageError: it cannot be read, is too large, is not TOML, or does not hold what the kind asks for.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise unread(path, what, f"it is larger than {LARGEST_FILE} bytes", next_step)
        plain: Any = tomllib.loads(data.decode())
        return msgspec.convert(plain, kind)
    except OSError as error:
        raise unread(path, what, error.strerror or str(error), next_step) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise unread(path, what, str(error), next_step) from error


def unread(path: Path, what: str, why: str, next_step: str) -> UsageError:
    """The error of a file that is not what it should be."""
    return UsageError(f"{path.name} cannot be read as {what}: {why}.", next_step=next_step)
