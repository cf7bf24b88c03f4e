"""Looking again at pages of a small site on loopback: what a host calls unchanged, what a browser has to decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from evidentia.capture import chromium
from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.case.earlier import is_full
from evidentia.case.light_looks import NOT_MODIFIED, READS_OTHERWISE
from evidentia.record.errors import CustodyError, MissingPart, UsageError
from evidentia.record.item import Access, Role
from evidentia.record.life import ChangeKind
from evidentia.record.post import ControlKind, Observation, State
from tests.capture.capture_site import Answer, Site

LIGHT = PageOptions(allow_private_network=True, light=True)
BROWSER = PageOptions(allow_private_network=True)
PAGE = "<!doctype html><title>x</title><article><h1>Judul</h1><p>{}</p></article>"
BEFORE, AFTER = "Saya mendukung Paslon A.", "Saya netral."
SCRIPTED = PAGE + "<script>document.querySelector('p').append(' Dibaca 7 kali.')</script>"


def page(text: str, *fields: tuple[str, str], of: str = PAGE) -> Answer:
    return Answer(of.format(text).encode(), headers=fields)


@pytest.fixture
def browser(absent: Callable[[str], None]) -> None:
    try:
        chromium.find()
    except MissingPart as error:
        absent(error.happened)


def names(seen: Observation) -> list[str]:
    return [signal.name for signal in seen.signals]


def first_seen(case: Case, url: str, options: PageOptions = LIGHT) -> Observation:
    return case.capture(url, access=Access.PUBLIC, options=options).observation


# Unchanged


def test_what_the_host_calls_unchanged_is_on_record_as_its_word(case: Case) -> None:
    answers = [page(BEFORE, ("ETag", '"7"')), Answer(status="304 Not Modified", headers=(("ETag", '"7"'),))]
    with Site({"/p/1": lambda: answers.pop(0) if len(answers) > 1 else answers[0]}) as site:
        url = site.url("/p/1")
        first = first_seen(case, url)
        for _ in range(2):
            same = case.recheck(url)
            assert (same.state, same.post) == (State.LIVE, first.post)
            assert names(same)[0] == NOT_MODIFIED
            assert same.evidence[1] == first.evidence[0], "the words are those of the first look"
            assert "304" in same.reason
        asked = [one.request_header("if-none-match") for one in site.asked("/p/1")]
        assert asked == [None, '"7"', '"7"'], "each is asked by the tag of the look that got the document"
        assert site.asked("/p/1")[-1].request_header("cache-control") == "no-cache"
    life = case.timeline(url)
    assert life.changes == ()
    assert first.post is not None
    assert [version.text for version in life.versions] == [first.post.text]
    assert all(case.reread(item).differences == () for item in case.items())


def test_an_edit_is_seen_though_the_host_was_asked_by_a_tag(case: Case) -> None:
    answers = [page(BEFORE, ("ETag", '"7"')), page(AFTER, ("ETag", '"8"'))]
    with Site({"/p/1": lambda: answers.pop(0) if len(answers) > 1 else answers[0]}) as site:
        url = site.url("/p/1")
        first_seen(case, url)
        case.recheck(url)
        assert site.asked("/p/1")[1].request_header("if-none-match") == '"7"'
        case.recheck(url)
        assert site.asked("/p/1")[2].request_header("if-none-match") == '"8"'
    assert [change.kind for change in case.timeline(url).changes] == [ChangeKind.EDITED]


@pytest.mark.parametrize(
    ("served", "asked_by"),
    [
        ("Sun, 01 Nov 2026 10:00:01 GMT", "Sun, 01 Nov 2026 10:00:00 GMT"),
        ("Sun, 01 Nov 2026 10:00:00 GMT", None),  # it may change again in the same second
        ("kemarin", None),
    ],
)
def test_a_date_is_asked_by_only_where_it_tells_versions_apart(
    case: Case, served: str, asked_by: str | None
) -> None:
    fields = (("Last-Modified", "Sun, 01 Nov 2026 10:00:00 GMT"), ("Date", served))
    with Site({"/p/1": page(BEFORE, *fields)}) as site:
        url = site.url("/p/1")
        first_seen(case, url)
        case.recheck(url)
        assert site.asked("/p/1")[1].request_header("if-modified-since") == asked_by


@pytest.mark.browser
def test_a_document_is_never_asked_for_by_the_tag_that_a_browser_got(case: Case, browser: None) -> None:
    """It can be an empty frame for scripts, the same whatever the post says."""
    with Site({"/p/1": page(BEFORE, ("ETag", '"frame"'))}) as site:
        url = site.url("/p/1")
        first_seen(case, url, BROWSER)
        before = len(site.asked("/p/1"))
        case.recheck(url)
        assert site.asked("/p/1")[before].request_header("if-none-match") is None
        case.recheck(url)
        assert site.asked("/p/1")[before + 1].request_header("if-none-match") == '"frame"'
    assert case.timeline(url).changes == ()
    assert len(case.items()) == 3


def test_an_earlier_archive_that_was_damaged_is_not_asked_by_and_named(case: Case) -> None:
    with Site({"/p/1": page(BEFORE, ("ETag", '"7"'))}) as site:
        url = site.url("/p/1")
        taken = case.capture(url, access=Access.PUBLIC, options=LIGHT)
        archive = case.path_of(taken.item, Role.ARCHIVE)
        assert archive is not None
        archive.chmod(0o644)
        archive.write_bytes(archive.read_bytes() + b"x")
        seen = case.recheck(url)
        assert site.asked("/p/1")[1].request_header("if-none-match") is None
    assert seen.state is State.LIVE
    assert any("cannot be asked by" in problem for problem in case.items()[-1].problems)
    with pytest.raises(CustodyError):
        case.reread(taken.item)


def test_a_light_look_is_small(case: Case) -> None:
    with Site({"/p/1": page(BEFORE)}) as site:
        url = site.url("/p/1")
        first_seen(case, url)
        seen = case.recheck(url)
    item = case.item(seen.evidence[0].item)
    assert [file.role for file in item.files] == [Role.ARCHIVE, Role.OBSERVATION]
    assert item.circumstances is not None
    assert "nothing moved" in item.circumstances.behaviours[-1]


# What only a browser can say


@pytest.mark.browser
def test_what_scripts_add_is_no_edit_and_the_browser_decides_once(case: Case, browser: None) -> None:
    with Site({"/p/1": page(BEFORE, of=SCRIPTED)}) as site:
        url = site.url("/p/1")
        first = first_seen(case, url, BROWSER)
        assert first.post is not None
        assert first.post.text.endswith("Dibaca 7 kali.")
        case.recheck(url)
        life = case.timeline(url)
        assert READS_OTHERWISE in names(life.observations[1])
        assert [look.post is None for look in life.observations] == [False, True, False]
        case.recheck(url)
        assert len(case.items()) == 4, "the bare document reads as before: nothing moved, no browser"
        assert case.timeline(url).changes == ()
        site.routes["/p/1"] = page(AFTER, of=SCRIPTED)
        case.recheck(url)
    life = case.timeline(url)
    assert [change.kind for change in life.changes] == [ChangeKind.EDITED]
    assert len(life.versions) == 2
    assert all(case.reread(item).differences == () for item in case.items())


@pytest.mark.browser
def test_a_host_that_shows_a_post_to_browsers_only_has_not_removed_it(case: Case, browser: None) -> None:
    """The mock serves 404 to whoever is no browser, as some hosts do to programs."""

    agents: list[str] = []

    def answer() -> Answer:
        return page(BEFORE) if "Chrome" in agents[-1] else Answer(b"no", "text/plain", "404 Not Found")

    class Choosy(Site):
        async def _one(self, reader, writer):  # type: ignore[no-untyped-def]
            head = await reader.readuntil(b"\r\n\r\n")
            agents.append(head.decode("latin-1").partition("User-Agent: ")[2].partition("\r\n")[0])
            reader._buffer[:0] = head  # put back: the site reads the request as ever
            return await super()._one(reader, writer)

    with Choosy({"/p/1": answer}) as site:
        url = site.url("/p/1")
        assert first_seen(case, url, BROWSER).state is State.LIVE
        seen = case.recheck(url)
    assert seen.state is State.LIVE
    life = case.timeline(url)
    light = life.observations[1]
    assert (light.state, life.changes) == (State.UNDETERMINED, ())
    (shown,) = [one for one in light.controls if one.kind is ControlKind.SECOND_VANTAGE]
    assert (shown.state, shown.answered) == (State.LIVE, True)
    assert all(case.reread(item).differences == () for item in case.items())


@pytest.mark.browser
def test_an_old_full_capture_is_renewed(case: Case, browser: None) -> None:
    with Site({"/p/1": page(BEFORE)}) as site:
        url = site.url("/p/1")
        first_seen(case, url, BROWSER)
        case.recheck(url)
        case.recheck(url, full_after=timedelta())
    full = [is_full(item) for item in case.items()]
    assert full == [True, False, False, True]
    assert case.timeline(url).changes == ()


def test_where_no_browser_can_be_started_the_light_look_is_kept_and_the_failure_said(
    case: Case, browser: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with Site({"/p/1": page(BEFORE)}) as site:
        url = site.url("/p/1")
        first_seen(case, url, BROWSER)
        site.routes["/p/1"] = Answer(b"no", "text/plain", "404 Not Found")
        monkeypatch.setenv("EVIDENTIA_CHROMIUM", str(tmp_path / "tidak-ada"))
        (done,) = case.recheck_many([url])
        assert done.error is not None
        assert "item 2" in done.error.safe
        with pytest.raises(type(done.error)):  # it is tried again, though nothing moved since
            case.recheck(url)
    assert done.seen is not None
    assert done.seen.state is State.UNAVAILABLE
    assert "404" not in done.why
    assert any("no full capture could be made" in problem for problem in case.item(2).problems)


# Many


def test_many_posts_are_looked_at_and_one_that_cannot_be_stops_no_other(case: Case) -> None:
    with Site({f"/p/{n}": page(f"{BEFORE} {n}") for n in range(6)}) as site:
        urls = [site.url(f"/p/{n}") for n in range(6)]
        for url in urls:
            first_seen(case, url)
        site.routes["/p/3"] = page(AFTER)
        told: list[str] = []
        unknown = "https://social.example/tidak-dikenal"
        done = case.recheck_many([unknown, *urls, urls[0]], told=lambda one: told.append(one.post))
    assert sorted(told) == sorted([unknown, *urls]), "one that is named twice is looked at once"
    by_name = {one.post: one for one in done}
    assert isinstance(by_name[unknown].error, UsageError)
    assert by_name[unknown].captures == ()
    assert all(by_name[url].error is None and len(by_name[url].captures) == 1 for url in urls)
    changed = [life.url for life in case.timelines() if life.changes]
    assert changed == [urls[3]]


def test_no_host_is_asked_for_more_than_two_posts_at_a_time(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from evidentia.case import looking_again, rechecking

    lock, busy, most = threading.Lock(), 0, 0
    plain = looking_again.gather_light

    def counted(*given, **named):  # type: ignore[no-untyped-def]
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        try:
            return plain(*given, **named)
        finally:
            with lock:
                busy -= 1

    with Site({f"/p/{n}": page(f"{BEFORE} {n}") for n in range(6)}) as site:
        urls = [site.url(f"/p/{n}") for n in range(6)]
        for url in urls:
            first_seen(case, url)
        monkeypatch.setattr(looking_again, "gather_light", counted)
        done = case.recheck_many(at_once=6)
    assert len(done) == 6
    assert 1 <= most <= rechecking.PER_HOST


def test_what_was_only_handed_over_is_not_looked_at(case: Case, letter: Path) -> None:
    case.add(letter, access=Access.FORWARDED)
    assert case.recheck_many() == ()
    assert case.schedule() == ()
