"""`evidentia recheck` as cron, a list and a person use it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab.pki import Lab
from tests.capture.capture_site import Answer, Site
from tests.program_runs import Done, Run, as_person, run_program

PAGE = "<!doctype html><title>x</title><article><h1>Judul</h1><p>{}</p></article>"
HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "recheck-by-timer.md"


@pytest.fixture
def run(lab: Lab, tmp_path: Path) -> Run:
    """Run ``evidentia`` as Penyidik A in an empty folder, in the case kasus-07."""

    def call(*arguments: str, given: str = "") -> Done:
        return run_program(
            *arguments, folder=tmp_path, environment=as_person(lab, case="kasus-07"), given=given
        )

    assert call("open", "kasus-07", "--title", "Uji").code == 0
    return call


def capture(run: Run, *urls: str, more: tuple[str, ...] = ()) -> None:
    said = run("capture", *urls, "--light", "--allow-private-network", "--access", "public", *more)
    assert said.code == 0, said.err


@pytest.fixture
def site() -> Any:
    with Site(
        {f"/p/{n}": Answer(PAGE.format(f"Saya mendukung Paslon {n}.").encode()) for n in range(3)}
    ) as up:
        yield up


def test_what_is_due_is_computed_from_the_record_and_nothing_else(run: Run, site: Site) -> None:
    urls = [site.url(f"/p/{n}") for n in range(3)]
    capture(run, *urls)
    said = run("recheck", "--dry-run", "--json")
    assert said.code == 0
    assert sorted(line["url"] for line in said.lines()) == urls
    assert all(line["due"] is False and line["every"] == "15m" for line in said.lines())
    assert [line["next"] for line in said.lines()] == sorted(line["next"] for line in said.lines())
    shown = run("recheck", "--dry-run")
    assert shown.out.count("every 15m in the first 6h") == 3
    assert run("recheck", "--due", "--dry-run") == Done(0, "", "")

    before = len(site.exchanged)
    assert run("recheck", "--due") == Done(0, "", ""), "nothing is due: cron has nothing to send"
    assert len(site.exchanged) == before
    due = run("recheck", "--due", "--every", "0m", "--json")
    assert due.code == 0
    assert sorted(line["url"] for line in due.lines()) == urls
    assert all((line["changes"], line["why"], len(line["looks"])) == ([], "", 1) for line in due.lines())


def test_posts_come_from_a_list_or_from_standard_input(run: Run, site: Site, tmp_path: Path) -> None:
    urls = [site.url(f"/p/{n}") for n in range(3)]
    capture(run, *urls)
    (tmp_path / "daftar.txt").write_text(f"# dua unggahan\n{urls[0]}\n\n  url:{urls[1]}  \n", "utf-8-sig")
    said = run("recheck", "--from", "daftar.txt", "--json")
    assert said.code == 0
    assert sorted(line["url"] for line in said.lines()) == urls[:2]
    said = run("recheck", "--from", "-", "--json", given=f"{urls[2]}\nhttps://social.example/lain\n")
    assert said.code == 2
    assert {line.get("url") for line in said.lines()} == {urls[2], "https://social.example/lain"}
    assert run("recheck", "--from", "-", "--json", given="# tidak ada\n") == Done(0, "", "")
    for wrong in ("tidak-ada.txt", "kasus-07"):
        refused = run("recheck", "--from", wrong)
        assert refused.code == 2
        assert "cannot be read" in refused.err
    (tmp_path / "rusak.txt").write_bytes(b"\xff\xfe\n")
    assert "UTF-8" in run("recheck", "--from", "rusak.txt").err


def test_an_absence_is_told_with_its_controls(run: Run, site: Site) -> None:
    urls = [site.url(f"/p/{n}") for n in range(2)]
    capture(run, *urls)
    del site.routes["/p/0"]
    shown = run("recheck", urls[0])
    assert shown.code == 0
    assert f"control {urls[1]} answered: live (200)" in shown.out
    assert "state_changed" in shown.out
    (due,) = [line for line in run("recheck", "--dry-run", "--json").lines() if line["url"] == urls[0]]
    assert due["why"] == "to confirm what was first seen in the last look"


def test_places_are_named_told_and_asked_again(run: Run, site: Site) -> None:
    """No server of Matrix is needed to see whom a command asks: this one answers 404 to all of it."""
    room = "https://matrix.to/#/!ruang:kota.example/$" + "a" * 43
    via = ("--via", f"matrix={site.url('')}")
    said = run("capture", room, "--light", "--allow-private-network", "--access", "public", *via, "--json")
    assert said.code == 3
    asked = [one.path for one in site.exchanged]
    assert asked
    assert all(path.startswith("/_matrix/") for path in asked)
    item = json.loads((run("show", "--json")).out)["items"][0]
    assert f"services were looked for at: matrix={site.url('')}" in item["circumstances"]["behaviours"]
    site.exchanged.clear()
    run("recheck", room, "--json")
    assert site.exchanged[0].path == asked[0], "asked at the same place, which nobody named again"
    with Site({}) as other:
        run("recheck", room, "--via", f"matrix={other.url('')}")
        assert other.exchanged[0].path == asked[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--every", "15m"),
        ("--due", "--every", "sering"),
        ("--full-after", "7"),
        ("--via", "mastodon=https://social.example"),
        ("--at-once", "0"),
    ],
)
def test_misuse_is_refused_in_words(run: Run, arguments: tuple[str, ...]) -> None:
    said = run("recheck", *arguments)
    assert said.code == 2
    assert "Next:" in said.err


# What the how-to says


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", HOW_TO.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_command_of_service_and_crontab_runs(run: Run, site: Site) -> None:
    capture(run, site.url("/p/0"))
    service, _ = blocks("ini")
    (crontab,) = blocks("crontab")
    of_service = re.search(r"^ExecStart=/usr/local/bin/evidentia (.*)$", service, re.MULTILINE)
    of_crontab = re.search(r"/usr/local/bin/evidentia (.*?) >> ", crontab)
    assert of_service is not None
    assert of_crontab is not None
    assert of_service[1] == of_crontab[1]
    assert run(*of_service[1].split()) == Done(0, "", "")


def test_the_units_are_as_systemd_wants_them(program: Callable[[str], Path], tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    service, timer = blocks("ini")
    runnable = service.replace("/usr/local/bin/evidentia", str(shutil.which("true")))
    (tmp_path / "evidentia-recheck.service").write_text(runnable.replace("User=evidentia", "User=root"))
    (tmp_path / "evidentia-recheck.timer").write_text(timer)
    units = [str(tmp_path / f"evidentia-recheck.{kind}") for kind in ("service", "timer")]
    done = subprocess.run([str(analyze), "verify", *units], capture_output=True, text=True)
    complaints = [line for line in done.stderr.splitlines() if "evidentia-recheck" in line]
    assert (done.returncode, complaints) == (0, [])
