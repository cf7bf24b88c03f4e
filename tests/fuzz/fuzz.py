"""Fuzz one target: python tests/fuzz/fuzz.py TARGET [options of libFuzzer, as -max_total_time=60].

New finds go to .fuzz/TARGET, and what breaks a parser to .fuzz/; the kept corpus is read, never written. A find worth
keeping is copied to tests/fuzz/corpus/TARGET, where the plain test run feeds it too. Needs atheris, which is not among
the project's dependencies: it has wheels for few machines. Exit code 4 where it is not installed.
"""

from __future__ import annotations

import sys
from pathlib import Path

NO_ATHERIS = 4
WORK = Path(".fuzz")


def main() -> int:
    """Run libFuzzer on a target; it ends the process itself."""
    try:
        import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ModuleNotFoundError:
        sys.stderr.write("atheris is not installed (pip install atheris): nothing was fuzzed\n")
        return NO_ATHERIS
    sys.path.insert(0, str(Path(__file__).parent))
    with atheris.instrument_imports(
        include=[f"evidentia.{room}" for room in ("custody", "formats", "platforms", "report", "verify")]
    ):
        import targets

    if len(sys.argv) < 2 or sys.argv[1] not in targets.TARGETS:
        sys.stderr.write(f"usage: {sys.argv[0]} {'|'.join(targets.TARGETS)} [options of libFuzzer]\n")
        return 2
    name, *options = sys.argv[1:]
    target = targets.TARGETS[name]
    found = WORK / name
    found.mkdir(parents=True, exist_ok=True)

    def run(data: bytes) -> None:
        target(data)

    prefix = f"-artifact_prefix={WORK}/{name}-"
    atheris.Setup([sys.argv[0], *options, prefix, str(found), str(targets.CORPUS / name)], run)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
