from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "PIL",
    "cv2",
    "numpy",
    "pyhanko",
    "typst",
    "qrcode",
    "requests",
    "playwright",
    "cryptography",
    "evidentia.case",
)


def test_the_room_is_light_to_import_and_knows_no_case() -> None:
    """Only writing a report loads what a report needs."""
    script = (
        "import sys, evidentia.report.expert, evidentia.report.exhibit, evidentia.report.pdf_signature\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert shown.stdout.strip() == "[]"
