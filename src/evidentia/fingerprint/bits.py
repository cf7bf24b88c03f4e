"""How bits are written: the hexadecimal form that imagehash and PDQ share."""

from __future__ import annotations

from typing import Any


def as_hex(bits: Any) -> str:
    """Bits, the first one the most significant, as lower-case hex digits with leading zeros: one for each four bits."""
    import numpy as np

    flat = np.asarray(bits, dtype=bool).reshape(-1)
    whole = np.concatenate((np.zeros(-flat.size % 8, dtype=bool), flat))
    return np.packbits(whole).tobytes().hex()[-((flat.size + 3) // 4) :]
