"""Attacks on a folder: links, pipes and devices, names that hurt a shell, files that change meanwhile."""

from __future__ import annotations

import inspect
import os
import socket
import sys
from pathlib import Path

import pytest
from attacks import Attacks, Bench
from bundles import Files, handed, judge_in_python, judge_in_shell, plain, write

from evidentia.verify.bundle import FolderBundle
from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()
ITEM = Path("data") / "000001"


def whole(lab: Lab) -> Files:
    return plain(lab).build()


def _link(folder: Path) -> None:
    (folder / ITEM / "link").symlink_to("/etc/passwd")


def _dangling(folder: Path) -> None:
    (folder / ITEM / "link").symlink_to(folder / "nowhere")


def _link_in_place(folder: Path) -> None:
    (folder / "index.html").rename(folder.parent / "index.html")
    (folder / "index.html").symlink_to(folder.parent / "index.html")


def _linked_folder(folder: Path) -> None:
    (folder / "trust").rename(folder.parent / f"{folder.name}-trust")
    (folder / "trust").symlink_to(folder.parent / f"{folder.name}-trust")


def _linked_to_itself(folder: Path) -> None:
    (folder / "data" / "000002").symlink_to(folder / "data")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / ITEM / "pipe")


def _pipe_in_place(folder: Path) -> None:
    (folder / "custody" / "000002.json").unlink()
    os.mkfifo(folder / "custody" / "000002.json")


def _socket(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        here = os.open(folder / ITEM, os.O_RDONLY)
        try:
            one.bind(f"/proc/self/fd/{here}/s")  # the path of a socket may have 107 characters
        finally:
            os.close(here)


def _working_link(folder: Path) -> None:
    (folder / ".evidentia").symlink_to("/tmp")


for label, change in {
    "a link": _link,
    "a link to nothing": _dangling,
    "a link in place of a file": _link_in_place,
    "a link in place of a folder": _linked_folder,
    "a link to a folder around it": _linked_to_itself,
    "a pipe": _pipe,
    "a pipe in place of an event": _pipe_in_place,
    "a socket": _socket,
    "a link in place of the working folder": _working_link,
}.items():
    attack.add(f"a folder with {label}", whole, Code.LINK_OR_DEVICE, on_disk=change)


def _folder(*names: str):  # type: ignore[no-untyped-def]
    def change(folder: Path) -> None:
        for name in names:
            (folder / name).mkdir(parents=True)

    return change


for label, names, codes in (
    ("not an attack: an empty folder", ("data/000002",), ()),
    ("an empty folder with an escape sequence for a name", ("data/000001/\x1b[2J",), (Code.NAME_REFUSED,)),
    ("an empty folder at the top with an escape sequence", ("\x1b[2J",), (Code.UNKNOWN_FILE,)),
    ("an empty folder that is a device on Windows", ("data/000001/con",), (Code.NAME_REFUSED,)),
    ("a hidden folder", ("data/000001/.x",), (Code.NAME_REFUSED,)),
    ("two folders that are one elsewhere", ("data/000001/A", "data/000001/a"), (Code.NAMES_COLLIDE,)),
):
    attack.add(f"a folder with {label}", whole, *codes, on_disk=_folder(*names))


def _no_utf8(folder: Path) -> None:
    (Path(os.fsdecode(bytes(folder / ITEM) + b"/\xff\xfe"))).write_bytes(b"x")


attack.add("a folder with a name that is no text", whole, Code.NAME_REFUSED, on_disk=_no_utf8)


def _hard_link(folder: Path) -> None:
    os.link(folder / ITEM / "post.txt", folder.parent / f"{folder.name}-other")


attack.add("not an attack: a folder with a file that has a second name elsewhere", whole, on_disk=_hard_link)


attack.add(
    "not an attack: a folder with a case's working state", lambda lab: whole(lab) | {".evidentia/lock": b""}
)


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("folders"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


def test_a_folder_deeper_than_python_recurses_is_walked(lab: Lab, tmp_path: Path) -> None:
    """The limit is lowered for this test: other programs could not remove a folder of a thousand levels again."""
    folder = write(whole(lab), tmp_path / "b")
    (folder / ITEM / "/".join("a" * 200)).mkdir(parents=True)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        opened = FolderBundle(folder)
    finally:
        sys.setrecursionlimit(before)
    assert not opened.faults


def _to_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("swap", [_to_link, os.mkfifo], ids=["an endless device", "a pipe nobody writes to"])
def test_a_file_that_became_something_else_after_it_was_looked_at_is_not_read(
    swap,
    lab: Lab,
    tmp_path: Path,  # type: ignore[no-untyped-def]
) -> None:
    """Between the walk and the reading somebody swaps a file. Opening it must neither wait nor follow."""
    folder = write(whole(lab), tmp_path / "b")
    opened = FolderBundle(folder)
    assert not opened.faults
    (folder / ITEM / "post.txt").unlink()
    swap(folder / ITEM / "post.txt")
    with pytest.raises(OSError):  # ELOOP for a link, ours for a pipe
        opened.open("data/000001/post.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_cannot_be_read_is_said(lab: Lab, tmp_path: Path) -> None:
    folder = write(whole(lab), tmp_path / "b")
    (folder / ITEM / "post.txt").chmod(0)
    for told in (judge_in_python(folder, lab), judge_in_shell(folder, lab)):
        assert Code.ARCHIVE_UNREADABLE in told.codes


HOSTILE = [
    "-rf",
    "$(touch pwned)",
    "`touch pwned`",
    "a\nPASSED",
    "*",
    "\x1b[2J",
    "; touch pwned",
    "a b",
    "%s%n",
    "|x",
    "-",
    "--help",
]


@pytest.mark.parametrize("where", ["", "data/000001/", "custody/", "trust/"])
def test_hostile_names_do_nothing_and_show_nothing(where: str, lab: Lab, tmp_path: Path) -> None:
    """A dash may begin a name of evidence; everything else of these is refused. Only a shell could be hurt."""
    folder = write(whole(lab) | {where + name: b"x" for name in HOSTILE}, tmp_path / "b")
    told = judge_in_shell(folder, lab)
    assert told.codes & {Code.NAME_REFUSED, Code.UNKNOWN_FILE}, told.text
    assert told.text.isascii()
    assert all(line.isprintable() for line in told.text.splitlines())
    assert told.text.splitlines()[-1] == told.status == "FAILED"
    assert not list(tmp_path.rglob("pwned"))
    assert not Path("pwned").exists()


def test_a_bundle_passes_from_a_folder_whose_name_is_hostile(lab: Lab, tmp_path: Path) -> None:
    folder = write(handed(lab).build(), tmp_path / "-n $(x) 'y'")
    assert judge_in_shell(folder, lab).status == judge_in_python(folder, lab).status == "PASSED"
