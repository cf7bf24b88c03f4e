"""Pages that a browser saved: by Chromium and SingleFile themselves, and in their form; "Save as" in its form."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import saved_pages
from evidentia.record.handed_over import SavedPages

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "saved_pages"
URL = "https://contoh.example/pejabat07/1"
SAVED_AT = datetime(2026, 7, 19, 9, 29, 58, tzinfo=UTC)


def test_mhtml_claims_an_address_and_a_time_and_lists_its_parts() -> None:
    data = (FIXTURES / "page.mhtml").read_bytes()
    assert saved_pages.looks_like_mhtml(data)
    found = saved_pages.read_mhtml(data)
    claims = {claim.name: claim.value for claim in found.claims}
    assert (claims["from"], claims["snapshot-content-location"]) == ("<Saved by Blink>", URL)
    assert [(page.url, page.claimed_at) for page in found.pages] == [
        (URL, SAVED_AT),
        ("https://contoh.example/foto.png", SAVED_AT),
    ]
    assert found.problems == ()


def test_singlefile_claims_are_those_of_its_comment() -> None:
    data = (FIXTURES / "singlefile.html").read_bytes()
    assert saved_pages.saved_html_form(data) == "singlefile"
    found = saved_pages.read_saved_html(data)
    assert [(claim.name, claim.value) for claim in found.claims][:2] == [
        ("software", "SingleFile"),
        ("url", URL),
    ]
    (page,) = found.pages
    assert (page.claimed_at, page.title) == (SAVED_AT, "Dukung Paslon A")


def test_mhtml_that_chromium_wrote() -> None:
    data = (FIXTURES / "chromium.mhtml").read_bytes()
    assert saved_pages.looks_like_mhtml(data)
    found = saved_pages.read_mhtml(data)
    assert [(page.url.rpartition("/")[2], page.media_type) for page in found.pages] == [
        ("page.html", "text/html"),
        ("foto.png", "image/png"),
    ]
    assert {page.claimed_at for page in found.pages} == {datetime(2026, 11, 22, 3, 50, 36, tzinfo=UTC)}
    assert found.problems == ()


def test_a_page_that_singlefile_wrote() -> None:
    data = (FIXTURES / "singlefile-cli.html").read_bytes()
    assert saved_pages.saved_html_form(data) == "singlefile"
    (page,) = saved_pages.read_saved_html(data).pages
    assert page.claimed_at == datetime(2026, 11, 22, 3, 50, 57, tzinfo=UTC)
    assert (page.url.rpartition("/")[2], page.title) == ("page.html", "Dukung Paslon A")


def test_a_page_saved_by_save_as_claims_its_address_alone() -> None:
    found = saved_pages.read_saved_html((FIXTURES / "saved-as.html").read_bytes())
    assert (found.pages[0].url, found.pages[0].claimed_at) == (URL, None)


def test_other_html_claims_nothing() -> None:
    assert saved_pages.saved_html_form(b"<!doctype html><p>Page saved with SingleFile") is None


def test_a_comment_without_an_address_is_a_problem() -> None:
    found = saved_pages.read_saved_html(b"<html><!-- Page saved with SingleFile saved date: x -->")
    assert (found.pages[0].url, found.problems[0].where) == ("", "comment")


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 800))
def test_any_damage_gives_a_record(damage: bytes, place: int) -> None:
    for name, read in (
        ("page.mhtml", saved_pages.read_mhtml),
        ("singlefile.html", saved_pages.read_saved_html),
    ):
        data = (FIXTURES / name).read_bytes()
        for changed in (damage, data[:place] + damage + data[place + len(damage) :]):
            found = read(changed)
            assert msgspec.json.decode(msgspec.json.encode(found), type=SavedPages).form == found.form
