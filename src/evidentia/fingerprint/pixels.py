"""The pixels of a picture in Pillow's memory, four bytes each, without a copy where that can be had.

Pillow shows its memory by the Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html and
Pillow's documentation, "Arrow support"). Of the structure it hands out, only an address and a length are read.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image


class _Array(ctypes.Structure):
    """The beginning of ``struct ArrowArray``."""


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
]


class _Memory:
    """Pillow's memory of a picture, as NumPy asks for it; held as long as an array over it is."""

    def __init__(self, capsule: Any, address: int, shape: tuple[int, int]) -> None:
        self._capsule = capsule
        self.__array_interface__ = {"version": 3, "typestr": "<u4", "shape": shape, "data": (address, True)}


def words_held(image: Image) -> Any:
    """Red, green and blue of a picture in RGB as rows of words, least byte first, where Pillow holds them; or nothing.

    Nothing is had of other modes and of pictures so large that Pillow parts their memory (16 MiB).
    """
    import numpy as np

    if image.mode != "RGB":
        return None
    try:
        _, capsule = image.__arrow_c_array__()
    except ValueError:
        return None
    address = ctypes.pythonapi.PyCapsule_GetPointer
    address.restype, address.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    pixels = _Array.from_address(address(capsule, b"arrow_array"))
    values = pixels.children[0].contents
    if pixels.n_children != 1 or values.n_buffers != 2 or values.length != 4 * image.width * image.height:
        return None
    return np.asarray(_Memory(capsule, values.buffers[1], (image.height, image.width)))


def words_of(image: Image) -> Any:
    """Red, green and blue of a picture in RGB as rows of words, least byte first, in a copy."""
    import numpy as np

    return np.frombuffer(image.tobytes("raw", "RGBX"), dtype="<u4").reshape(image.height, image.width)
