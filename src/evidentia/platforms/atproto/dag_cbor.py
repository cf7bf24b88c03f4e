"""DAG-CBOR, strictly: one value has one encoding, and every other is refused.

https://ipld.io/specs/codecs/dag-cbor/spec/ with the narrowing of https://atproto.com/specs/data-model: no floats, no
keys but strings, no tag but 42 (a CID). Signatures are over these bytes, so a second encoding would be a second story.
"""

from __future__ import annotations

from typing import TypeAlias

from .cid import SIZE, Cid, Malformed, parse_bytes

Value: TypeAlias = "bool | int | str | bytes | Cid | list[Value] | dict[str, Value] | None"
"""What the data model knows."""

MAX_DEPTH = 64
"""Values inside of values. Records of every published schema stay under ten; the parser must not exhaust its stack."""

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG, _SIMPLE = range(8)
_CID_TAG = 42
_FALSE, _TRUE, _NULL = 20, 21, 22
_INT64 = range(-(2**63), 2**63)
_LONG_FORMS = {24: 1, 25: 2, 26: 4, 27: 8}
_FIRST_OF_SIZE = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


def decode(data: bytes) -> Value:
    """The value that these bytes are.

    Raises:
        Malformed: they are not the one encoding of a value of the data model.
    """
    decoder = _Decoder(data)
    value = decoder.value(0)
    if decoder.at != len(data):
        raise Malformed("bytes after the end of the value")
    return value


def encode(value: Value) -> bytes:
    """The one encoding of a value.

    Raises:
        Malformed: the data model has no such value (a float, an integer beyond 64 bits, too deep).
    """
    out = bytearray()
    _write(out, value, 0)
    return bytes(out)


class _Decoder:
    """Reads from ``at`` on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def value(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise Malformed(f"nested deeper than {MAX_DEPTH}")
        major, low = divmod(self._take(1)[0], 32)
        if major == _SIMPLE:
            return _simple(low)
        number = self._number(low)
        if major in (_UNSIGNED, _NEGATIVE):
            return _integer(number if major == _UNSIGNED else -1 - number)
        if major == _BYTES:
            return self._take(number)
        if major == _TEXT:
            return self._text(number)
        if major == _LIST:
            return [self.value(depth + 1) for _ in self._counted(number)]
        return self._map(number, depth) if major == _MAP else self._link(number)

    def _map(self, count: int, depth: int) -> dict[str, Value]:
        made: dict[str, Value] = {}
        before: tuple[int, bytes] | None = None
        for _ in self._counted(count):
            key = self.value(MAX_DEPTH)  # a key has nothing inside
            if not isinstance(key, str):
                raise Malformed("a key that is no string")
            order = _order(key)
            if before is not None and order <= before:
                raise Malformed("keys out of order, or one twice")
            before, made[key] = order, self.value(depth + 1)
        return made

    def _link(self, tag: int) -> Cid:
        if tag != _CID_TAG:
            raise Malformed(f"tag {tag}")
        inside = self.value(MAX_DEPTH)
        if not isinstance(inside, bytes) or len(inside) != SIZE + 1 or inside[0] != 0:
            raise Malformed("a link that is no CID")
        return parse_bytes(inside[1:])

    def _text(self, length: int) -> str:
        try:
            return self._take(length).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Malformed("a string that is not UTF-8") from error

    def _number(self, low: int) -> int:
        if low < 24:
            return low
        if low not in _LONG_FORMS:
            raise Malformed("an indefinite length")
        number = int.from_bytes(self._take(_LONG_FORMS[low]), "big")
        if number < _FIRST_OF_SIZE[low]:
            raise Malformed("a number that is not written as short as it can be")
        return number

    def _counted(self, count: int) -> range:
        if count > len(self._data) - self.at:  # each takes a byte at least
            raise Malformed("cut short")
        return range(count)

    def _take(self, count: int) -> bytes:
        taken = self._data[self.at : self.at + count]
        if len(taken) != count:
            raise Malformed("cut short")
        self.at += count
        return taken


def _simple(low: int) -> bool | None:
    if low == _NULL:
        return None
    if low not in (_FALSE, _TRUE):
        raise Malformed("a float, or a simple value that the data model does not have")
    return low == _TRUE


def _integer(number: int) -> int:
    if number not in _INT64:
        raise Malformed("an integer beyond 64 bits")
    return number


def _order(key: str) -> tuple[int, bytes]:
    written = _utf8(key)
    return len(written), written


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:  # half of a surrogate pair
        raise Malformed("a string that is not UTF-8") from error


def _write(out: bytearray, value: Value, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed(f"nested deeper than {MAX_DEPTH}")
    if value is None or isinstance(value, bool):
        _head(out, _SIMPLE, _NULL if value is None else _TRUE if value else _FALSE)
    elif isinstance(value, int):
        _integer(value)
        _head(out, _UNSIGNED if value >= 0 else _NEGATIVE, value if value >= 0 else -1 - value)
    elif isinstance(value, str | bytes):
        _write_string(out, value)
    elif isinstance(value, Cid):
        _head(out, _TAG, _CID_TAG)
        _write_string(out, b"\0" + bytes(value))
    else:
        _write_inside(out, value, depth)


def _write_inside(out: bytearray, value: list[Value] | dict[str, Value], depth: int) -> None:
    if isinstance(value, list):
        _head(out, _LIST, len(value))
        for each in value:
            _write(out, each, depth + 1)
    elif isinstance(value, dict):
        _head(out, _MAP, len(value))
        for key in sorted(value, key=_order):
            _write_string(out, key)
            _write(out, value[key], depth + 1)
    else:
        raise Malformed(f"a value of type {type(value).__name__}, which the data model does not have")


def _write_string(out: bytearray, value: str | bytes) -> None:
    written = _utf8(value) if isinstance(value, str) else value
    _head(out, _TEXT if isinstance(value, str) else _BYTES, len(written))
    out += written


def _head(out: bytearray, major: int, number: int) -> None:
    if number < 24:
        out.append(major << 5 | number)
        return
    low = max(low for low, first in _FIRST_OF_SIZE.items() if number >= first)
    out.append(major << 5 | low)
    out += number.to_bytes(_LONG_FORMS[low], "big")
