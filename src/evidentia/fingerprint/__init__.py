"""Fingerprints: by what a file, a picture or a text can be found again and compared.

The names load on first use, so that importing the room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .decoding import Decoder, DecodingFailed, Pixels, picture_hash
    from .file import fingerprint_bytes, fingerprint_file, fingerprint_files, fingerprint_own_png, prepare
    from .index import HashIndex, Near
    from .index_file import load_index, save_index
    from .text import NormalText, normalise, resemblance, shingles
    from .types import Fingerprint, Metadata, Perceptual, Picture, PictureHash, to_json_row

__all__ = [
    "Decoder",
    "DecodingFailed",
    "Fingerprint",
    "HashIndex",
    "Metadata",
    "Near",
    "NormalText",
    "Perceptual",
    "Picture",
    "PictureHash",
    "Pixels",
    "fingerprint_bytes",
    "fingerprint_file",
    "fingerprint_files",
    "fingerprint_own_png",
    "load_index",
    "normalise",
    "picture_hash",
    "prepare",
    "resemblance",
    "save_index",
    "shingles",
    "to_json_row",
]

_HOME = {
    "Decoder": "decoding",
    "DecodingFailed": "decoding",
    "Fingerprint": "types",
    "HashIndex": "index",
    "Metadata": "types",
    "Near": "index",
    "NormalText": "text",
    "Perceptual": "types",
    "Picture": "types",
    "PictureHash": "types",
    "Pixels": "decoding",
    "fingerprint_bytes": "file",
    "fingerprint_file": "file",
    "fingerprint_files": "file",
    "fingerprint_own_png": "file",
    "load_index": "index_file",
    "normalise": "text",
    "picture_hash": "decoding",
    "prepare": "file",
    "resemblance": "text",
    "save_index": "index_file",
    "shingles": "text",
    "to_json_row": "types",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
