"""The public face: light to import, complete, and as callers write it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import evidentia

HEAVY = {"cv2", "scipy", "playwright", "numpy", "PIL", "pyhanko", "requests", "typer", "rich"}
LIGHT_BUT_NOT_NEEDED = {"msgspec", "cryptography"}


def modules_after(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_evidentia_loads_nothing_heavy() -> None:
    assert not modules_after("import evidentia") & (HEAVY | LIGHT_BUT_NOT_NEEDED)


def test_verifying_loads_neither_signer_nor_image_nor_network_libraries() -> None:
    loaded = modules_after("import evidentia; evidentia.verify; evidentia.Trust")
    assert "cryptography" in loaded
    assert not loaded & HEAVY


def test_a_command_loads_what_it_needs_and_not_what_others_need() -> None:
    loaded = modules_after("import evidentia.cli.app")
    assert not loaded & {"evidentia.case", "evidentia.custody.ledger", "asyncio"}


def test_the_version_is_answered_before_the_command_lines_libraries_load() -> None:
    program = "import sys; sys.argv = ['evidentia', '--version']; from evidentia.__main__ import main; main()"
    assert not modules_after(program) & (HEAVY | LIGHT_BUT_NOT_NEEDED)


@pytest.mark.parametrize("name", evidentia.__all__)
def test_every_promised_name_is_there_and_says_what_it_is(name: str) -> None:
    found = getattr(evidentia, name)
    assert name == "__version__" or found.__doc__


def test_a_name_that_was_never_promised_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'guilty'"):
        _ = evidentia.guilty


def test_verify_is_a_function_to_callers_whatever_was_imported_before() -> None:
    program = (
        "import evidentia, evidentia.verify.judge\n"
        "try:\n    evidentia.verify('/nowhere', evidentia.Trust((), ()))\n"
        "except TypeError as error:\n    raise SystemExit(1)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
