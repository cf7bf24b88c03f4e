"""Logged-in captures: what needs the credentials is shown, and no byte of them is in what is kept."""

from __future__ import annotations

import base64
import gzip
import html
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from capture_site import PIXEL, Answer, Site
from capturing import LOOPBACK, reader_of, records, responses, warc_bytes

from evidentia.capture.captured import PageCapture
from evidentia.capture.light import look_lightly
from evidentia.capture.options import PageOptions
from evidentia.capture.page import capture_page
from evidentia.capture.storage_state import Cookie, Entry, OriginState, StorageState
from evidentia.capture.warc import digest
from evidentia.capture.withheld import Withheld
from evidentia.capture.withholding import check_logged_in
from evidentia.platforms.page import CapturedPage
from evidentia.record.errors import CaptureError, UsageError
from evidentia.record.item import Access, Role
from evidentia.record.post import PageReading

SESSION = "s3ss/on+7f2k=q1x5z"
TOKEN = "tok_9Q8W7e6r5t4y3u2i"
RENEWED = "renewed-5e1f0c7b2a"
MINTED = "minted.ab12cd34ef56"  # what the page's own script asks for, and sends in a field
SECRETS = (SESSION, TOKEN, RENEWED, MINTED)
TEXT = "Hanya untuk anggota"

PAGE = f"""<!doctype html><meta charset=utf-8><title>Forum</title><article>{TEXT}</article>
<input type=hidden name=s value="{html.escape(SESSION)}"><img src=/g.png><img src=/bocor.png>
<script>const s = {json.dumps(SESSION)};
fetch('/api?t=' + encodeURIComponent(localStorage.token) + '&s=' + encodeURIComponent(s),
      {{method: 'POST', body: s, headers: {{Authorization: 'Bearer {MINTED}'}}}});
fetch('/unduhan.gz');</script>"""
API = json.dumps(
    {"baru": RENEWED, "b64": base64.b64encode(f"sid={SESSION}".encode()).decode(), "t": MINTED}
).encode()


def members_only(page: str = PAGE) -> Site:
    asked = f"/api?t={TOKEN}&s={quote(SESSION, safe='')}"
    renewed = (("Set-Cookie", f"sessionid={RENEWED}; Path=/; HttpOnly"), ("Set-Cookie", "nada=5; Path=/"))
    return Site(
        {
            "/p": Answer(page.encode()),
            "/g.png": Answer(PIXEL, "image/png"),
            "/bocor.png": Answer(PIXEL + SESSION.encode(), "image/png"),
            "/unduhan.gz": Answer(gzip.compress(SESSION.encode()), "application/octet-stream"),
            asked: Answer(API, "application/json", headers=renewed),
        }
    )


def credentials(site: Site) -> StorageState:
    return StorageState(
        cookies=(Cookie("sessionid", SESSION, "127.0.0.1", http_only=True),),
        origins=(OriginState(site.url(""), (Entry("token", TOKEN),)),),
        headers={site.url(""): {"X-Kunci": "kunci-0123456789"}},
    )


def options(site: Site) -> PageOptions:
    return replace(LOOPBACK, storage_state=credentials(site))


def everything(folder: Path) -> bytes:
    """All bytes that were kept, what is packed unpacked."""
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    return kept + b"".join(record.http_headers.to_bytes() + content if record.http_headers else content
                           for record, content in records(warc_bytes(folder)))  # fmt: skip


@pytest.fixture
def captured(into: Path) -> PageCapture:
    with members_only() as site:
        made = capture_page(site.url("/p"), into, options(site), read=reader_of(TEXT))
        api = next(one for one in site.exchanged if one.path.startswith("/api"))
        assert site.asked("/p")[0].request_header("cookie") == f"sessionid={SESSION}"
        assert api.request_header("authorization") == f"Bearer {MINTED}"
    return made


def test_the_page_was_shown_to_somebody_who_is_logged_in_and_no_secret_is_kept(
    captured: PageCapture, into: Path
) -> None:
    kept = everything(into)
    assert TEXT.encode() in kept
    search = Withheld(SECRETS)
    assert not search.holds_folded(kept)
    for secret in SECRETS:
        assert secret.encode() not in kept
        assert secret not in repr(captured.circumstances) + repr(captured.reading) + repr(captured.problems)
    assert captured.page.dom
    assert not any(search.holds(response.body) for response in captured.page.responses)


def test_what_is_hidden_keeps_its_length_and_says_so_in_its_record(captured: PageCapture, into: Path) -> None:
    record, body = responses(warc_bytes(into))["/p"]
    assert len(body) == len(PAGE.encode())
    assert body != PAGE.encode()
    fields = record.rec_headers
    assert "credentials in the body" in fields.get_header("Evidentia-Withheld")
    assert fields.get_header("Evidentia-Original-Payload-Digest") == digest(PAGE.encode())
    assert fields.get_header("WARC-Payload-Digest") == digest(body)
    whole, picture = responses(warc_bytes(into))["/g.png"]
    assert picture == PIXEL
    assert whole.rec_headers.get_header("Evidentia-Withheld") is None


def test_headers_keep_their_names_and_lose_their_values(captured: PageCapture, into: Path) -> None:
    told = [
        (record.rec_type, name.lower(), value)
        for record, _ in records(warc_bytes(into))
        if record.http_headers
        for name, value in record.http_headers.headers
    ]
    assert ("request", "cookie", "sessionid=" + "X" * len(SESSION)) in told
    assert ("request", "authorization", "Bearer " + "X" * len(MINTED)) in told
    assert ("response", "set-cookie", f"sessionid={'X' * len(RENEWED)}; Path=/; HttpOnly") in told
    assert ("response", "set-cookie", "nada=X; Path=/") in told


def test_what_cannot_be_altered_is_left_out_and_named(captured: PageCapture, into: Path) -> None:
    archived = responses(warc_bytes(into))
    for path in ("/bocor.png", "/unduhan.gz"):
        assert archived[path][1] == b""
        assert archived[path][0].rec_headers.get_header("Evidentia-Original-Payload-Digest")
        assert any(path in said and "left out" in said for said in captured.circumstances.not_captured)


def test_the_record_says_what_was_left_out_where_and_how_often(captured: PageCapture) -> None:
    told = captured.circumstances
    assert told.behaviours[0].startswith("logged in with what the collector brought: 1 cookies, 1 values")
    said = "\n".join(told.not_captured)
    assert (
        "withheld: a credential in dom.html, 3 places" in said
    )  # twice the session's, once the script's own
    assert "withheld: a credential in page.mhtml" in said
    assert "the field Cookie of requests" in said
    assert "the field Set-Cookie of responses" in said


def test_pictures_are_kept_where_they_show_no_secret(captured: PageCapture) -> None:
    assert {Role.FULL_PAGE, Role.ELEMENT, Role.BOXES} <= {file.role for file in captured.files}


@pytest.mark.parametrize(
    "shown",
    [
        f"<p>Kunci: {html.escape(SESSION)}</p>",
        "<input id=k><script>document.getElementById('k').value = localStorage.token</script>",
        f'<iframe srcdoc="<p>{html.escape(html.escape(SESSION))}</p>"></iframe>',
    ],
)
def test_pictures_that_show_a_secret_are_left_out(shown: str, into: Path) -> None:
    with members_only(PAGE + shown) as site:
        made = capture_page(site.url("/p"), into, options(site), read=reader_of(TEXT))
    assert not {file.role for file in made.files} & {Role.FULL_PAGE, Role.ELEMENT}
    assert any(
        "pictures and boxes of the page: they show" in said for said in made.circumstances.not_captured
    )
    assert not Withheld(SECRETS).holds_folded(everything(into))


def test_what_behaviours_brought_is_searched_too(into: Path) -> None:
    more = (
        f"<details><summary>Lagi</summary>{html.escape(SESSION)}</details><div style='height:3000px'></div>"
    )
    with members_only(PAGE + more) as site:
        made = capture_page(site.url("/p"), into, options(site), read=reader_of(TEXT))
    assert (into / "after-dom.html").is_file()
    assert not (
        into / "after-page.png"
    ).exists()  # the unfolded text shows it; nobody knows what was shown before
    assert not Withheld(SECRETS).holds_folded(everything(into))
    assert made.circumstances.logged_in


def test_the_reader_is_given_nothing_secret(into: Path) -> None:
    given: list[CapturedPage] = []

    def read(page: CapturedPage) -> PageReading:
        given.append(page)
        return reader_of(TEXT)(page)

    with members_only() as site:
        capture_page(site.url("/p"), into, options(site), read=read)
    assert not Withheld(SECRETS).holds(repr(given).encode())


def test_a_light_look_is_logged_in_too_and_keeps_nothing_secret(into: Path) -> None:
    with members_only() as site:
        made = look_lightly(site.url("/p"), into, options(site), read=reader_of(TEXT))
        (asked,) = site.exchanged
    assert asked.request_header("cookie") == f"sessionid={SESSION}"
    assert asked.request_header("x-kunci") == "kunci-0123456789"
    kept = everything(into)
    assert TEXT.encode() in kept
    assert not Withheld([SESSION, TOKEN, "kunci-0123456789"]).holds_folded(kept)
    assert made.circumstances.behaviours[0].startswith("logged in")


def test_a_secret_that_was_missed_fails_the_capture_and_nothing_is_kept(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The masking of the DOM is put out of action (mock): only the sweep stands then."""
    monkeypatch.setattr(Withheld, "hide_text", lambda self, text, place: text)
    with members_only() as site, pytest.raises(CaptureError, match=r"still in .*dom\.html") as failed:
        capture_page(site.url("/p"), into, options(site), read=reader_of(TEXT))
    assert not Withheld(SECRETS).text_holds(f"{failed.value}{failed.value.next_step}")
    assert list(into.iterdir()) == []


def test_wire_evidence_and_credentials_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="session secrets"):
        PageOptions(wire=True, storage_state=StorageState(cookies=(Cookie("a", "b", "c.test"),)))


@pytest.mark.parametrize("take", [capture_page, look_lightly])
def test_an_address_that_holds_a_secret_is_refused(take: Callable[..., object], into: Path) -> None:
    with members_only() as site, pytest.raises(UsageError, match="holds one of the credentials") as refused:
        take(site.url(f"/p?sid={quote(SESSION, safe='')}"), into, options(site))
    assert not Withheld(SECRETS).text_holds(str(refused.value))
    assert site.exchanged == []
    assert list(into.iterdir()) == []


def test_what_only_an_account_is_shown_is_not_public() -> None:
    logged_in = PageOptions(storage_state=StorageState(cookies=(Cookie("a", "b", "c.test"),)))
    with pytest.raises(UsageError, match="public"):
        check_logged_in(logged_in, "https://forum.example/", Access.PUBLIC)
    check_logged_in(logged_in, "https://forum.example/", Access.OWN_ACCOUNT)
    check_logged_in(PageOptions(), "https://forum.example/", Access.PUBLIC)
