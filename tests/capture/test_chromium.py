"""Finding a Chromium, telling it to keep to itself, and unpacking one."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from evidentia.capture import chromium, chromium_package
from evidentia.capture.chromium import Launch
from evidentia.record.errors import FormatError, MissingPart

brotli = pytest.importorskip("brotli")


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho Chromium 1.2.3\n")
    path.chmod(0o755)
    return path


def test_the_one_asked_for_comes_first_then_the_one_named_then_the_systems(tmp_path: Path) -> None:
    asked, named = program(tmp_path / "asked"), program(tmp_path / "named")
    system = program(tmp_path / "bin" / "chromium")
    environment = {"EVIDENTIA_CHROMIUM": str(named), "PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}
    assert chromium.find(asked, environment).program == asked
    assert chromium.find(None, environment).program == named
    del environment["EVIDENTIA_CHROMIUM"]
    assert chromium.find(None, environment).program == system


def test_playwrights_builds_and_unpacked_ones_are_found_too(tmp_path: Path) -> None:
    environment = {"PATH": "/nonexistent", "HOME": str(tmp_path)}
    with pytest.raises(MissingPart):
        chromium.find(None, environment)
    unpacked = program(tmp_path / ".cache/evidentia/chromium/chromium")
    found = chromium.find(None, environment)
    assert found.program == unpacked
    assert str(unpacked.parent / "al2023" / "lib") in found.environment({}, tmp_path)["LD_LIBRARY_PATH"]
    build = program(tmp_path / ".cache/ms-playwright/chromium-1200/chrome-linux/chrome")
    assert chromium.find(None, environment).program == build


def test_one_that_cannot_be_run_is_missing_and_not_replaced_by_another(tmp_path: Path) -> None:
    program(tmp_path / "bin" / "chromium")
    with pytest.raises(MissingPart, match="bukan"):
        chromium.find(tmp_path / "bukan", {"PATH": str(tmp_path / "bin")})


def test_the_version_is_what_the_program_says(tmp_path: Path) -> None:
    found = chromium.find(program(tmp_path / "asked"), {})
    assert chromium.version(found) == "Chromium 1.2.3"


def test_the_browser_gets_nothing_of_the_callers_environment_but_what_it_needs(tmp_path: Path) -> None:
    found = chromium.find(program(tmp_path / "asked"), {})
    base = {
        "PATH": "/bin",
        "http_proxy": "http://x",
        "HOME": "/home/a",
        "TZ": "Asia/Makassar",
        "AWS_SECRET": "s",
    }
    given = found.environment(base, tmp_path)
    assert given["HOME"] == str(tmp_path)
    assert given["TZ"] == "Asia/Makassar"
    assert {"http_proxy", "AWS_SECRET"} & set(given) == set()


def test_the_sandbox_is_off_only_where_we_are_told_so(tmp_path: Path) -> None:
    with_sandbox = Launch(tmp_path, (800, 600), sandbox=True).arguments()
    assert "--no-sandbox" not in with_sandbox
    assert "--no-sandbox" in Launch(tmp_path, (800, 600), sandbox=False).arguments()
    assert "--proxy-server=socks5://127.0.0.1:1" in with_sandbox
    assert "--proxy-bypass-list=<-loopback>" in with_sandbox


def package(folder: Path, entry: str = "lib/libx.so", kind: bytes = tarfile.REGTYPE, link: str = "") -> Path:
    """A package as npm has it, with one entry in its archive of libraries."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(entry)
        info.type, info.linkname = kind, link
        info.size = 3 if kind == tarfile.REGTYPE else 0
        archive.addfile(info, io.BytesIO(b"isi"))
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "al2023.tar.br").write_bytes(brotli.compress(out.getvalue()))
    (folder / "bin" / "chromium.br").write_bytes(brotli.compress(b"#!/bin/sh\necho Chromium 9\n"))
    return folder


def test_a_package_unpacks_to_a_browser_that_is_found(tmp_path: Path) -> None:
    unpacked = chromium_package.unpack(package(tmp_path / "package"), tmp_path / "chromium")
    assert (tmp_path / "chromium/al2023/lib/libx.so").read_bytes() == b"isi"
    assert chromium.version(chromium.find(None, {"EVIDENTIA_CHROMIUM": str(unpacked)})) == "Chromium 9"


@pytest.mark.parametrize(
    ("entry", "kind", "link"),
    [
        ("../../keluar", tarfile.REGTYPE, ""),
        ("/tmp/keluar", tarfile.REGTYPE, ""),
        ("tautan", tarfile.SYMTYPE, "/etc"),
        ("perangkat", tarfile.CHRTYPE, ""),
    ],
)
def test_a_package_that_would_write_elsewhere_gives_no_browser(
    tmp_path: Path, entry: str, kind: bytes, link: str
) -> None:
    source = package(tmp_path / "package", entry, kind, link)
    try:
        chromium_package.unpack(source, tmp_path / "into" / "chromium")
    except FormatError:
        assert not (tmp_path / "into/chromium/chromium").exists()
    assert not (tmp_path / "keluar").exists()
    assert not (tmp_path / "into" / "keluar").exists()
    assert not Path("/tmp/keluar").exists()
    assert not (tmp_path / "into/chromium/al2023/tautan").is_symlink()


def test_damaged_or_short_packages_are_refused(tmp_path: Path) -> None:
    source = package(tmp_path / "package")
    whole = (source / "bin/chromium.br").read_bytes()
    for damaged in (whole[:-3], b"\xff" + whole):
        (source / "bin/chromium.br").write_bytes(damaged)
        with pytest.raises(FormatError):
            chromium_package.unpack(source, tmp_path / "chromium")
    assert not (tmp_path / "chromium/chromium").exists()
