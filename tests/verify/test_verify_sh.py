"""verify.sh as a program: how it is called, and that it never says PASSED where a tool let it down."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bundles import VERIFY_SH, plain, write

from lab.pki import Lab


@pytest.fixture(scope="module")
def folder(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(plain(lab).build(), tmp_path_factory.mktemp("sh") / "b")


def run(*arguments: object, path: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | environment | ({"PATH": path} if path else {})
    command = [str(VERIFY_SH), *map(str, arguments)]
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False, timeout=120)


def test_each_event_has_its_line_and_the_verdict_is_the_last(folder: Path, lab: Lab) -> None:
    done = run(folder, lab.roots, lab.tsa_roots)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "000001 open 2025-03-01T10:00:05.000000Z penyidik-a",
        "000002 acquire 2025-03-01T11:00:05.000000Z penyidik-a",
        "000003 export 2025-03-01T12:00:05.000000Z penyidik-a",
        "PASSED",
    ]


def test_a_wrong_call_is_usage(folder: Path, lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_bytes(b"")
    for arguments in (
        (),
        (folder,),
        (folder, lab.roots),
        (folder / "absent", lab.roots, lab.tsa_roots),
        (folder / "index.html", lab.roots, lab.tsa_roots),
        (folder, tmp_path / "empty.pem", lab.tsa_roots),
        ("-x", folder, lab.roots, lab.tsa_roots),
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert "usage:" in done.stderr


def test_it_leaves_nothing_behind_and_changes_nothing(folder: Path, lab: Lab, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    run(folder, lab.roots, lab.tsa_roots, TMPDIR=str(tmp_path))
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert list(tmp_path.iterdir()) == []


TOOLS = [
    *("awk", "base64", "cat", "comm", "cut", "date", "find", "mkdir", "mktemp"),
    *("od", "openssl", "sed", "sha1sum", "sha256sum", "sort", "tail", "wc", "xargs"),
]


@pytest.mark.parametrize("tool", TOOLS)
def test_it_never_passes_with_a_tool_that_fails_in_silence(
    tool: str, folder: Path, lab: Lab, tmp_path: Path
) -> None:
    stub = tmp_path / tool
    stub.write_text("#!/bin/sh\nexit 1\n")
    stub.chmod(0o755)
    done = run(folder, lab.roots, lab.tsa_roots, path=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode != 0
    assert "PASSED" not in done.stdout


def test_the_machines_own_trust_and_configuration_do_not_matter(
    folder: Path, lab: Lab, tmp_path: Path
) -> None:
    """The right anchors in the environment, the wrong ones as arguments: nobody is trusted."""
    (tmp_path / "openssl.cnf").write_text("openssl_conf = nothing\n[nothing]\n")
    machine = {"SSL_CERT_FILE": str(lab.roots), "OPENSSL_CONF": str(tmp_path / "openssl.cnf")}
    done = run(folder, lab.tsa_roots, lab.roots, **machine)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (3, "INDETERMINATE")


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
def test_it_runs_in_any_posix_shell(
    shell: str, folder: Path, lab: Lab, program: Callable[[str], Path]
) -> None:
    start = [program(shell), "sh"] if shell == "busybox" else [program(shell)]
    done = subprocess.run(
        [*start, VERIFY_SH, folder, lab.roots, lab.tsa_roots], check=False, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_it_says_the_same_with_the_tools_of_busybox(
    folder: Path, lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    """Another author's programs of the same names, of a bundle without a fault and of one with some."""
    (tmp_path / "bin").mkdir()
    for tool in (
        "awk",
        "base64",
        "cat",
        "cut",
        "date",
        "find",
        "od",
        "sed",
        "sort",
        "tail",
        "tr",
        "wc",
        "xargs",
    ):
        (tmp_path / "bin" / tool).symlink_to(program("busybox"))
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    broken = write(files | {"data/000001/post.txt": b"x", "custody/000002.json": b"{}"}, tmp_path / "b")
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    for bundle, code in ((folder, 0), (broken, 1)):
        usual = run(bundle, lab.roots, lab.tsa_roots)
        assert (usual.returncode, usual.stderr) == (code, "")
        other = run(bundle, lab.roots, lab.tsa_roots, path=path)
        assert (other.returncode, other.stderr, other.stdout) == (code, "", usual.stdout)


def test_shellcheck_has_nothing_to_say(program: Callable[[str], Path]) -> None:
    found = Path(sys.executable).with_name("shellcheck")  # comes from a package
    done = subprocess.run(
        [found if found.exists() else program("shellcheck"), VERIFY_SH],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
