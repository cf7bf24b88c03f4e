"""The builders of bundles that the tests of verification share, for the tests that ask two verifiers at once."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "verify"))
