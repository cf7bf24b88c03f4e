"""The head of the chain on paper and on a screen: a QR code (ISO/IEC 18004, error correction M)."""

from __future__ import annotations

from functools import lru_cache

QUIET_ZONE = 4
"""Modules of white around the symbol (ISO/IEC 18004, section 9.1)."""

Matrix = tuple[tuple[bool, ...], ...]
"""Rows of modules, True where dark, with the quiet zone."""


@lru_cache(maxsize=8)  # the same head stands in both languages of a page, and takes 80 ms
def qr_svg(payload: bytes) -> str:
    """A QR code as an SVG with one path, dark on white."""
    matrix = _matrix(payload)
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )
    size = len(matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{squares}"/></svg>'
    )


def qr_text(payload: bytes) -> str:
    """A QR code for a terminal: two rows of modules to a line, light modules as blocks, dark ones left out.

    Print it light on dark: the blocks are the white ground, and not every reader takes an inverted symbol.
    """
    matrix = _matrix(payload)
    rows = matrix if len(matrix) % 2 == 0 else (*matrix, tuple(False for _ in matrix))
    blocks = {(False, False): "\u2588", (False, True): "\u2580", (True, False): "\u2584", (True, True): " "}
    lines = (
        "".join(blocks[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return "\n".join(lines)


def _matrix(payload: bytes) -> Matrix:
    import qrcode  # type: ignore[import-untyped]

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(payload)
    code.make(fit=True)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())
