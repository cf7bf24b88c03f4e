"""The perceptual hash, bit for bit as imagehash gives it, without SciPy.

Its bits tell which of 64 cosine coefficients lie above their median. On screenshots, which are flat or symmetrical
in large parts, many coefficients are zero but for rounding, and their bits hang on the rounding alone. imagehash
leaves the transform to SciPy, whose pocketfft makes it from a real Fourier transform; NumPy brings the same
Fourier transform, and the steps before and behind it are repeated here, so that every coefficient is the same double.
"""

from __future__ import annotations

from typing import Any

from .bits import as_hex

SIDE = 32
"""The picture is hashed at 32 x 32."""

_BITS = 8  # the lowest 8 x 8 coefficients make the hash

# Cosines of multiples of pi / 64, the last bit as pocketfft's sum of two angles rounds it.
_COSINES = (
    "1.ff621e3796d7ep-1 1.fd88da3d12526p-1 1.fa7557f08a517p-1 1.f6297cff75cb0p-1 1.f0a7efb9230d7p-1 "
    "1.e9f4156c62ddap-1 1.e212104f686e5p-1 1.d906bcf328d46p-1 1.ced7af43cc773p-1 1.c38b2f180bdb1p-1 "
    "1.b728345196e3ep-1 1.a9b66290ea1a3p-1 1.9b3e047f38741p-1 1.8bc806b151741p-1 1.7b5df226aafafp-1 "
    "1.6a09e667f3bccp-1 1.57d69348cec9fp-1 1.44cf325091dd6p-1 1.30ff7fce17034p-1 1.1c73b39ae68c8p-1 "
    "1.073879922ffedp-1 1.e2b5d3806f639p-2 1.b5d1009e15cbfp-2 1.87de2a6aea961p-2 1.58f9a75ab1fdbp-2 "
    "1.294062ed59f04p-2 1.f19f97b215f1cp-3 1.8f8b83c69a60ap-3 1.2c8106e8e6136p-3 1.917a6bc29b424p-4 "
    "1.91f65f10dd810p-5"
)


def phash(pixels: Any) -> str:
    """The 64-bit perceptual hash of a picture that was resampled to 32 x 32 grey bytes, as 16 hex digits."""
    import numpy as np

    waves = cosine_transform(cosine_transform(pixels.T).T)[:_BITS, :_BITS]
    return as_hex(waves > np.median(waves))


def cosine_transform(lines: Any) -> Any:
    """The type-II cosine transform of each row of 32 numbers, unnormalised, to the last bit as SciPy's ``dct``."""
    import numpy as np

    cosines = np.array([float.fromhex("0x" + digits) for digits in _COSINES.split()])
    half = SIDE // 2
    values = np.asarray(lines, dtype=np.float64)
    odd, even = values[:, 1:-1:2], values[:, 2::2]
    spectrum = np.zeros((len(values), half + 1), dtype=np.complex128)
    spectrum.real[:, 0], spectrum.real[:, half] = values[:, 0] * 2, values[:, -1] * 2
    spectrum.real[:, 1:half], spectrum.imag[:, 1:half] = even + odd, even - odd
    found = np.fft.irfft(spectrum, n=SIDE, norm="forward")
    low, high = np.arange(1, half), np.arange(SIDE - 1, half, -1)
    one = cosines[low - 1] * found[:, high] + cosines[high - 1] * found[:, low]
    other = cosines[low - 1] * found[:, low] - cosines[high - 1] * found[:, high]
    found[:, low], found[:, high] = 0.5 * (one + other), 0.5 * (one - other)
    found[:, half] *= cosines[half - 1]
    return found
