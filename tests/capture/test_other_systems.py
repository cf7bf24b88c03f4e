"""Systems without what POSIX has: the library is imported there too, and says what it cannot do."""

from __future__ import annotations

import subprocess
import sys

ELSEWHERE = """
import os, sys
for name in ("fcntl", "resource", "pwd", "grp", "termios", "syslog"):
    sys.modules[name] = None
for name in ("posix_spawn", "geteuid", "getuid", "killpg", "O_NOFOLLOW", "fork"):
    delattr(os, name)
"""
"""Stands in (mock) for such a system: modules and functions that Windows lacks are taken away."""


def there(script: str) -> str:
    """What a script prints on such a system."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE + script], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_part_of_the_library_is_imported() -> None:
    script = """
import importlib, pkgutil, evidentia
names = [one.name for one in pkgutil.walk_packages(evidentia.__path__, "evidentia.")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""
    assert int(there(script)) > 300


def test_a_capture_by_browser_says_that_a_part_is_missing() -> None:
    script = """
import sys
from pathlib import Path
from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
from evidentia.record.errors import MissingPart
try:
    capture_page("http://situs.example/", Path("."), PageOptions(chromium=Path(sys.executable)))
except MissingPart as error:
    print(error.happened, error.next_step)
"""
    said = there(script)
    assert "cannot be captured by browser on this system" in said
    assert "--light" in said


def test_files_are_written_byte_for_byte_and_never_replaced() -> None:
    script = """
import tempfile
from pathlib import Path
from evidentia.capture.staging import Staging
from evidentia.record.errors import CaptureError
from evidentia.record.item import Role
folder = Path(tempfile.mkdtemp())
Staging(folder).add("a", Role.TEXT, "text/plain", b"satu\\ndua\\r\\n")
try:
    Staging(folder).add("a", Role.TEXT, "text/plain", b"lain")
except CaptureError:
    print((folder / "a").read_bytes())
"""
    assert there(script) == repr(b"satu\ndua\r\n")
