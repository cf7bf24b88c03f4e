"""Several captures in one browser: each has its own context and door, and a bad page costs only its own capture."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from capture_site import Answer, Site
from capturing import LOOPBACK, reader_of, responses, warc_bytes

from evidentia.capture import chromium, visit
from evidentia.capture.browser_session import browser_session
from evidentia.capture.captured import PageCapture
from evidentia.capture.cdp import CallFailed, Connection
from evidentia.capture.door import Door
from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
from evidentia.capture.recorder import Recorder
from evidentia.capture.shared_browser import SharedBrowser
from evidentia.record.errors import CaptureError, EvidentiaError, UsageError
from evidentia.record.item import LoadState, Role

GOOD = b"<p>Pejabat 07</p>"
QUICK = PageOptions(allow_private_network=True, load_seconds=3, quiet_limit_seconds=1)


def children(pid: int) -> list[tuple[int, bytes]]:
    """The processes below one, with their command lines."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit():
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == pid:
                    found.append((int(folder.name), (folder / "cmdline").read_bytes()))
        except (OSError, IndexError):
            continue  # it ended meanwhile
    return found + [below for child, _ in found for below in children(child)]


def own(kind: bytes) -> list[int]:
    """What this process has started, itself or through others, with these words on its command line."""
    return [pid for pid, command in children(os.getpid()) if kind in command]


def browsers() -> list[int]:
    """The browsers that run, without what they start themselves."""
    return [pid for pid in own(b"--remote-debugging-pipe") if os.getpgid(pid) == pid]


def all_of(
    urls: list[str],
    into: Path,
    options: PageOptions = QUICK,
    at_once: int = 2,
    tell: Callable[[str], None] | None = None,
) -> list[PageCapture | EvidentiaError]:
    """Capture each in a thread of its own, in one browser."""

    def one(numbered: tuple[int, str]) -> PageCapture | EvidentiaError:
        folder = into / str(numbered[0])
        folder.mkdir()
        try:
            return capture_page(
                numbered[1], folder, None, tell, read=reader_of("Pejabat 07"), session=session
            )
        except EvidentiaError as error:
            return error

    with browser_session(options, at_once=at_once) as session, ThreadPoolExecutor(len(urls)) as threads:
        return list(threads.map(one, enumerate(urls)))


def whole(captured: PageCapture | EvidentiaError) -> PageCapture:
    assert isinstance(captured, PageCapture), captured
    assert captured.circumstances.load_state is LoadState.COMPLETE
    assert captured.presence.present
    return captured


def test_pages_in_one_browser_are_captured_each_for_itself(into: Path) -> None:
    cookie = (("Set-Cookie", "siapa=saya; Path=/"), ("Cache-Control", "max-age=3600"))
    started: set[int] = set()
    with Site({"/p": Answer(GOOD, headers=cookie)}) as site:
        done = all_of([site.url("/p")] * 4, into, tell=lambda _: started.update(browsers()))
        asked = site.asked("/p")
    assert len(started) == 1
    assert len(asked) == 4, "nothing came out of a cache"
    assert [one.request_header("cookie") for one in asked] == [None] * 4
    for number, captured in enumerate(done):
        told = whole(captured).circumstances
        assert len(told.peers) >= 1, "each has a door of its own"
        assert "/p" in responses(warc_bytes(into / str(number)))
    assert browsers() == []


def test_no_more_than_agreed_are_at_work_at_once(into: Path) -> None:
    at_work, most = set[str](), 0

    def page(name: str) -> Callable[[], Answer]:
        def answer() -> Answer:
            nonlocal most
            at_work.add(name)
            most = max(most, len(at_work))
            return Answer(b"<p>Pejabat 07</p><script src=/selesai-" + name.encode() + b"></script>")

        return answer

    def ended(name: str) -> Callable[[], Answer]:
        def answer() -> Answer:
            at_work.discard(name)
            return Answer(b"", "application/javascript")

        return answer

    routes: dict[str, Answer | Callable[[], Answer]] = {}
    for n in range(5):
        routes[f"/{n}"], routes[f"/selesai-{n}"] = page(str(n)), ended(str(n))
    with Site(routes) as site:
        for captured in all_of([site.url(f"/{n}") for n in range(5)], into, at_once=2):
            whole(captured)
    assert 1 <= most <= 2


BAD = {
    "a loop that never ends": b"<p>sebelum</p><script>for (;;);</script>",
    "a loop after loading": b"<p>sebelum</p><script>onload = () => { for (;;); }</script>",
    "a loop of dialogs": b"<p>sebelum</p><script>for (;;) alert('lagi');</script>",
    "dialogs of every kind": b"<p>sebelum</p><script>print(); confirm('a'); prompt('b')</script>",
    "windows and windows": b"<p>sebelum</p><script>for (let n = 0; n < 20; n++) open('about:blank')</script>",
    "will not be left": b"<p>sebelum</p><script>onbeforeunload = () => 'tetap'; location = '/lain'</script>",
    "a download": b"<p>sebelum</p><iframe src=/unduh></iframe>",
    "goes in circles": b"<p>sebelum</p><script>setTimeout(() => location.reload(), 1)</script>",
}


@pytest.mark.parametrize("bad", BAD)
def test_a_page_that_misbehaves_costs_only_its_own_capture(
    into: Path, bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "HUNG_SECONDS", 1.0)
    download = Answer(b"isi", "application/octet-stream", headers=(("Content-Disposition", "attachment"),))
    routes = {
        "/p": Answer(GOOD),
        "/jahat": Answer(BAD[bad]),
        "/unduh": download,
        "/lain": Answer(b"<p>sebelum"),
    }
    with Site(routes) as site:
        first, good, last = all_of([site.url("/jahat"), site.url("/p"), site.url("/p")], into)
    whole(good)
    whole(last)
    assert isinstance(first, PageCapture), first
    assert first.circumstances.status == 200
    assert "/jahat" in responses(warc_bytes(into / "0"))
    assert Role.FULL_PAGE in {file.role for file in first.files}, first.problems
    assert "sebelum" in (into / "0" / "text.txt").read_text()


def test_a_page_that_hangs_is_stopped_and_that_is_said(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit, "HUNG_SECONDS", 1.0)
    with Site({"/p": Answer(BAD["a loop after loading"])}) as site:
        captured = capture_page(site.url("/p"), into, QUICK, read=reader_of("sebelum"))
    assert any("stopped the page's scripts" in text for text in captured.circumstances.behaviours)
    assert captured.presence.present


def test_a_page_whose_process_dies_keeps_what_had_come_and_the_others_go_on(into: Path) -> None:
    crashed: list[int] = []

    def crash(doing: str) -> None:
        if doing == "taking the page" and not crashed:
            crashed.extend(own(b"--type=renderer"))
            for pid in crashed:
                os.kill(pid, signal.SIGKILL)

    with Site({"/p": Answer(GOOD)}) as site, browser_session(QUICK) as session:
        for name in "ab":
            (into / name).mkdir()
        read = reader_of("Pejabat 07")
        bad = capture_page(site.url("/p"), into / "a", None, crash, read=read, session=session)
        good = capture_page(site.url("/p"), into / "b", read=read, session=session)
    whole(good)
    assert crashed
    told = bad.circumstances
    assert told.load_state is LoadState.PARTIAL
    assert told.status == 200
    assert "the page crashed" in told.behaviours
    assert any("the page crashed" in problem for problem in bad.problems)
    assert "/p" in responses(warc_bytes(into / "a"))


GREEDY = b"""<p>sebelum</p><script>
onload = () => { const kept = []; for (;;) kept.push(new Array(65536).fill({a: kept.length})); }</script>"""


def with_little_memory(folder: Path) -> Path:
    """This machine's Chromium, whose pages may have 64 MB for their scripts and not the usual gigabytes."""
    real = chromium.find()
    program = folder / "chromium"
    setting = [f"export {name}={shlex.quote(value)}" for name, value in real.environment({}, folder).items()]
    exec_it = f'exec {shlex.quote(str(real.program))} --js-flags=--max-old-space-size=64 "$@"'
    program.write_text("\n".join(["#!/bin/sh", *setting, exec_it, ""]))
    program.chmod(0o755)
    return program


def test_a_page_that_eats_memory_until_it_dies_costs_only_its_own_capture(into: Path, tmp_path: Path) -> None:
    """Nobody helps here: the page's own script takes memory until the browser ends its process."""
    options = replace(QUICK, chromium=with_little_memory(tmp_path), load_seconds=20)
    with Site({"/p": Answer(GOOD), "/rakus": Answer(GREEDY)}) as site:
        greedy, *others = all_of([site.url("/rakus"), *[site.url("/p")] * 3], into, options)
    for good in others:
        whole(good)
    assert isinstance(greedy, PageCapture), greedy
    told = greedy.circumstances
    assert told.load_state is LoadState.PARTIAL
    assert told.status == 200
    assert "the page crashed" in told.behaviours
    assert any("the page crashed" in problem for problem in greedy.problems)
    assert responses(warc_bytes(into / "0"))["/rakus"][1] == GREEDY


def test_a_browser_that_dies_is_replaced_for_the_rest(into: Path) -> None:
    seen: list[int] = []

    def kill(doing: str) -> None:
        if doing == "taking the page" and not seen:
            seen.extend(browsers())
            os.killpg(seen[0], signal.SIGKILL)

    with Site({"/p": Answer(GOOD)}) as site, browser_session(QUICK) as session:
        for name in "ab":
            (into / name).mkdir()
        read = reader_of("Pejabat 07")
        bad = capture_page(site.url("/p"), into / "a", None, kill, read=read, session=session)
        good = capture_page(site.url("/p"), into / "b", read=read, session=session)
    whole(good)
    assert bad.circumstances.load_state is LoadState.PARTIAL
    assert any("the browser ended" in problem for problem in bad.problems)
    assert "/p" in responses(warc_bytes(into / "a"))


def test_a_session_with_another_browser_in_mind_is_a_usage_error(tmp_path: Path) -> None:
    with browser_session(LOOPBACK) as session, pytest.raises(UsageError):
        capture_page("http://a.example/", tmp_path, PageOptions(locale="id-ID"), session=session)
    with pytest.raises(UsageError), browser_session(at_once=0):
        pass


def test_a_page_that_could_not_be_opened_leaves_no_context_behind(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(self: visit.Visit, connection: Connection) -> None:
        raise CallFailed("Target.createTarget", "no page within 20 s")

    async def contexts() -> int:
        door = Door(allow_private_network=True)
        await door.open()
        try:
            async with SharedBrowser(LOOPBACK) as shared:
                with monkeypatch.context() as patch:
                    patch.setattr(visit.Visit, "attach", never)
                    with pytest.raises(CaptureError):
                        async with shared.visiting(visit.Visit(Recorder()), door):
                            pass
                async with shared.visiting(visit.Visit(Recorder()), door) as running:
                    there = await running.connection.call("Target.getBrowserContexts")
                    return len(there["browserContextIds"])
        finally:
            await door.close()

    assert asyncio.run(contexts()) == 1
