"""What all tests of verification share: good bundles, built once, and a bench that asks both verifiers."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for `import bundles`: the builders that these tests share
