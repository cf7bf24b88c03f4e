"""Fingerprints: by what a file, a picture or a text can be found again and compared.

The names load on first use, so that importing the room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .decoding import Decoder, DecodingFailed, Pixels, picture_hash
    from .file import fingerprint_file, fingerprint_files, fingerprint_own_png, prepare
    from .text import NormalText, normalise
    from .types import Fingerprint, Metadata, Perceptual, Picture, PictureHash, to_json_row

__all__ = [
    "Decoder",
    "DecodingFailed",
    "Fingerprint",
    "Metadata",
    "NormalText",
    "Perceptual",
    "Picture",
    "PictureHash",
    "Pixels",
    "fingerprint_file",
    "fingerprint_files",
    "fingerprint_own_png",
    "normalise",
    "picture_hash",
    "prepare",
    "to_json_row",
]

_HOME = {
    "Decoder": "decoding",
    "DecodingFailed": "decoding",
    "Fingerprint": "types",
    "Metadata": "types",
    "NormalText": "text",
    "Perceptual": "types",
    "Picture": "types",
    "PictureHash": "types",
    "Pixels": "decoding",
    "fingerprint_file": "file",
    "fingerprint_files": "file",
    "fingerprint_own_png": "file",
    "normalise": "text",
    "picture_hash": "decoding",
    "prepare": "file",
    "to_json_row": "types",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
