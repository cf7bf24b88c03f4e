"""The data model as JSON spells it: ``{"$link": …}`` for a CID, ``{"$bytes": …}`` for bytes.

https://atproto.com/specs/data-model, section "JSON Representation".
"""

from __future__ import annotations

import base64
import binascii
from typing import TypeVar

import msgspec

from .cid import Malformed, parse_text
from .dag_cbor import MAX_DEPTH, Value

_T = TypeVar("_T")


def read_json(text: bytes) -> Value:
    """The value that this JSON is.

    Raises:
        Malformed: it is no JSON, or nothing that the data model has.
    """
    return from_json(read_as(text, object))


def read_as(text: bytes, form: type[_T]) -> _T:
    """JSON of a form of which only some fields are looked at.

    Raises:
        Malformed: it is no JSON, or of another form.
    """
    try:
        return msgspec.json.decode(text, type=form, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"no JSON of the form that it must have: {error}") from error


def from_json(value: object, depth: int = 0) -> Value:
    """The value that this decoded JSON is.

    Raises:
        Malformed: the data model has no such value.
    """
    if depth > MAX_DEPTH:
        raise Malformed(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        return _from_object(value, depth)
    if isinstance(value, list):
        return [from_json(each, depth + 1) for each in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON knows one kind of number: 123.0 is an integer of the data model
    raise Malformed(f"a value of type {type(value).__name__}, which the data model does not have")


def _from_object(value: dict[str, object], depth: int) -> Value:
    if value.keys() == {"$link"} and isinstance(value["$link"], str):
        return parse_text(value["$link"])
    if value.keys() == {"$bytes"} and isinstance(value["$bytes"], str):
        return _bytes(value["$bytes"])
    return {key: from_json(each, depth + 1) for key, each in value.items()}


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("bytes that are not in base64") from error
