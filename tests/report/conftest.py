"""The sample case, and a way to read a PDF as other people's programs do."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode leaves a test's own folder out
