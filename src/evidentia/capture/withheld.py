"""Secrets in what was captured are found and hidden behind a filler of the same length, and it is written down where.

The same length keeps offsets, boxes and lengths as they were. What cannot be altered without breaking it (a picture, a
compressed file) is left out as a whole and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from evidentia.capture.secret_forms import forms
from evidentia.capture.storage_state import SEARCHED_CHARACTERS
from evidentia.record.sentences import Term

FILLER = b"X"

_FOLDS = (b"=\r\n", b"=\n", b"\r\n", b"\n")  # soft line breaks of quoted-printable, and Base64's (RFC 2045)

_Struct = TypeVar("_Struct", bound=msgspec.Struct)

_ONCE = Term("a credential in {what}, {n} place")
_OFTEN = Term("a credential in {what}, {n} places")


class Withheld:
    """Knows the secrets of one capture, hides them, and counts where. ``left_out`` names what was dropped whole."""

    def __init__(self, secrets: Iterable[str], not_secret: Iterable[str] = ()) -> None:
        self._spared = frozenset(not_secret)
        self._secrets: set[str] = set()
        self._forms: tuple[bytes, ...] = ()
        self._places: Counter[str] = Counter()
        self.left_out: list[str] = []
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """One more value to hide, such as one by which a server renews a session."""
        if secret in self._secrets or secret in self._spared or len(secret) < SEARCHED_CHARACTERS:
            return
        self._secrets.add(secret)
        found = {*self._forms, *forms(secret)}
        self._forms = tuple(sorted(found, key=lambda form: (-len(form), form)))

    def holds(self, data: bytes) -> bool:
        """Whether a secret is in there."""
        return any(form in data for form in self._forms)

    def holds_folded(self, data: bytes) -> bool:
        """Whether a secret is in there, across line breaks that an encoding put in too."""
        return self.holds(data) or any(self.holds(data.replace(fold, b"")) for fold in _FOLDS)

    def text_holds(self, text: str) -> bool:
        """Whether a secret is in a text."""
        return self.holds(_bytes(text))

    def hide(self, data: bytes, place: str) -> bytes:
        """The same bytes with every secret behind the filler."""
        count = 0
        for form in self._forms:
            found = data.count(form)
            if found:
                count += found
                data = data.replace(form, FILLER * len(form))
        self._note(place, count)
        return data

    def hide_folded(self, data: bytes, place: str) -> bytes:
        """The same for a text that an encoding has broken into lines (MIME)."""
        data = self.hide(data, place)
        for fold in _FOLDS:
            pieces = data.split(fold)
            hidden = self.hide(b"".join(pieces), place)
            data = fold.join(_cut(hidden, (len(piece) for piece in pieces)))
        return data

    def hide_text(self, text: str, place: str) -> str:
        """The same for a text."""
        raw = _bytes(text)
        return self.hide(raw, place).decode("utf-8", "surrogatepass") if self.holds(raw) else text

    def hide_value(self, value: str, place: str) -> str:
        """The whole of a value that is secret by its place, however short, behind the filler."""
        self._note(place, 1)
        return FILLER.decode() * len(value)

    def hide_struct(self, record: _Struct, place: str) -> _Struct:
        """The same for every text of a record."""
        if not self.holds(msgspec.json.encode(record)):
            return record
        plain = msgspec.to_builtins(record)
        return msgspec.convert(self._walk(plain, place), type(record))

    def told(self) -> tuple[str, ...]:
        """What was hidden, where and how often, and what was left out, in words."""
        hidden = [
            (_ONCE if count == 1 else _OFTEN).format(what=place, n=count)
            for place, count in self._places.items()
        ]
        filled = Term("filled with {what} to the same length").format(what=FILLER.decode())
        withheld = Term("withheld")
        return (
            *(f"{withheld}: {one}: {filled}" for one in hidden),
            *(f"{withheld}: {what}" for what in self.left_out),
        )

    def _walk(self, value: object, place: str) -> object:
        if isinstance(value, str):
            return self.hide_text(value, place)
        if isinstance(value, list | tuple):
            return [self._walk(inner, place) for inner in value]
        if isinstance(value, dict):
            return {self._walk(key, place): self._walk(inner, place) for key, inner in value.items()}
        return value

    def _note(self, place: str, count: int) -> None:
        if count:
            self._places[place] += count


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _cut(data: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    start = 0
    for length in lengths:
        yield data[start : start + length]
        start += length
