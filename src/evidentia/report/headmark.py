"""The head of the chain on paper: a QR code of its JSON."""

from __future__ import annotations

from functools import lru_cache

from evidentia.record.errors import MissingPart

QUIET_ZONE = 4
"""Modules of white around the symbol (ISO/IEC 18004, section 9.1)."""


@lru_cache(maxsize=8)  # the same head stands in both languages of a page, and takes 80 ms
def qr_svg(payload: bytes) -> str:
    """A QR code (ISO/IEC 18004, error correction M) as an SVG with one path, dark on white.

    Raises:
        MissingPart: the package that computes QR codes is not installed.
    """
    try:
        import qrcode  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingPart(
            "The QR code package is not installed.",
            next_step="Install evidentia-forensics with the extra [report].",
        ) from error
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(payload)
    code.make(fit=True)
    matrix = code.get_matrix()
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{squares}"/></svg>'
    )
