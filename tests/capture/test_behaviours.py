"""What a capture does with a page beyond loading it: named, limited, recorded, and never more than that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from capture_site import PIXEL, Answer, Site
from capturing import LOOPBACK, reader_of, responses, warc_bytes

from evidentia.capture import behaviours
from evidentia.capture.captured import PageCapture
from evidentia.capture.options import Behaviour, PageOptions, wanted_before
from evidentia.capture.page import capture_page
from evidentia.record.item import LoadState

TALL = "<div style='height:4000px'></div>"
BANNER = """<article>Pejabat 07</article><div id=onetrust-banner-sdk>Kuki
<button id=onetrust-accept-btn-handler onclick="document.title='diterima'">Terima semua</button>
<button id=onetrust-reject-all-handler onclick="this.parentElement.remove(); document.title='ditolak'">Tolak
</button></div>"""
FOLDED = """<article><p id=teks>Pejabat 07 ...</p>
<button onclick="teks.textContent = 'Pejabat 07 mendukung Paslon A'; this.remove()">Lihat selengkapnya…</button>
</article>"""


def take(
    into: Path, routes: dict[str, str | Answer], options: PageOptions = LOOPBACK, text: str = "Pejabat 07"
) -> PageCapture:
    made = {
        path: Answer(found.encode()) if isinstance(found, str) else found for path, found in routes.items()
    }
    with Site(made) as site:
        captured = capture_page(site.url("/"), into, options, read=reader_of(text))
        take.asked = [one.path for one in site.exchanged]  # type: ignore[attr-defined]
    return captured


def told(captured: PageCapture) -> list[str]:
    return [text for text in captured.circumstances.behaviours if text.split(":")[0] in set(Behaviour)]


def names(captured: PageCapture) -> set[str]:
    return {file.name for file in captured.files}


def test_a_page_that_asks_for_nothing_is_taken_once(into: Path) -> None:
    captured = take(into, {"/": "<article>Pejabat 07</article>"})
    assert told(captured) == []
    assert not any(name.startswith("after-") for name in names(captured))
    assert captured.circumstances.load_state is LoadState.COMPLETE


def test_a_tall_page_that_does_not_change_is_scrolled_and_taken_once(into: Path) -> None:
    captured = take(into, {"/": f"<article>Pejabat 07</article>{TALL}"})
    assert told(captured) == ["scroll: to the end, 4 windows down"]
    assert not any(name.startswith("after-") for name in names(captured))


def test_what_loads_when_it_is_seen_is_loaded_and_both_pictures_are_kept(into: Path) -> None:
    lazy = (
        f"<article>Pejabat 07</article>{TALL}<img id=g data-src=/jauh.png width=20 height=20>{TALL}<script>"
        "new IntersectionObserver((seen) => { for (const e of seen) if (e.isIntersecting) "
        "e.target.src = e.target.dataset.src }).observe(g)</script>"
    )
    captured = take(into, {"/": lazy, "/jauh.png": Answer(PIXEL, "image/png")})
    assert "/jauh.png" in responses(warc_bytes(into))
    assert told(captured) == ["scroll: to the end, 8 windows down"]
    if "after-page.png" in names(captured):  # else the picture of the whole page had brought it before
        assert b'src="/jauh.png"' not in (into / "dom.html").read_bytes().replace(b"data-src", b"")
        assert b' src="/jauh.png"' in (into / "after-dom.html").read_bytes()


def test_a_feed_grows_while_it_is_scrolled_until_nothing_new_comes(into: Path) -> None:
    feed = (
        "<main id=m>Pejabat 07</main><script>let n = 0; const more = async () => { n += 1;"
        " const t = await (await fetch('/bagian-' + n)).text(); if (!t) return;"
        " const d = document.createElement('div'); d.style.height = '1500px'; d.textContent = t; m.append(d) };"
        " addEventListener('scroll', () => { if (scrollY + innerHeight > document.body.scrollHeight - 50) more() });"
        " more()</script>"
    )
    parts = {f"/bagian-{n}": f"bagian {n}" for n in range(1, 5)} | {"/bagian-5": "", "/bagian-6": ""}
    captured = take(into, {"/": feed, **parts})
    assert "bagian 4" in (into / "after-text.txt").read_text()
    assert "bagian 4" not in (into / "text.txt").read_text(), "the page as it was is kept as well"
    assert any(text.startswith("scroll: to the end") for text in told(captured))
    assert any("after-*" in text for text in captured.circumstances.behaviours)


def test_a_feed_without_an_end_is_left_at_a_limit_that_is_told(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behaviours, "SCROLL_STEPS", 6)
    endless = (
        "<main id=m>Pejabat 07</main><script>const more = () => { const d = document.createElement('div');"
        "d.style.height = '3000px'; m.append(d) }; addEventListener('scroll', more); more()</script>"
    )
    captured = take(into, {"/": endless})
    (line,) = told(captured)
    assert line.startswith("scroll: 6 windows down, and ended there: ")


def test_a_consent_banner_is_refused_and_what_was_pressed_is_told(into: Path) -> None:
    captured = take(into, {"/": BANNER})
    assert told(captured) == ["consent: refused in the banner of OneTrust: pressed 'Tolak'"]
    assert captured.page.title == "ditolak"
    assert "Terima semua" in (into / "text.txt").read_text(), "the untouched page shows the banner"
    assert "Terima semua" not in (into / "after-text.txt").read_text()


def test_a_banner_that_can_only_be_accepted_is_left(into: Path) -> None:
    only = BANNER.replace("onetrust-reject-all-handler", "lain")
    captured = take(into, {"/": only})
    assert told(captured) == ["consent: OneTrust shows no way to refuse; it was left as it is"]
    assert captured.page.title == ""


def test_a_folded_post_is_unfolded_and_the_folded_one_is_kept(into: Path) -> None:
    captured = take(into, {"/": FOLDED}, text="Pejabat 07 mendukung Paslon A")
    assert told(captured) == ["more: pressed 'Lihat selengkapnya…' in the post"]
    assert "mendukung" not in (into / "text.txt").read_text()
    assert "mendukung" in (into / "after-text.txt").read_text()
    assert "mendukung" in captured.page.text, "the reader gets the unfolded page"
    assert set(captured.presence.found_in) >= {"after-text.txt", "after-dom.html", "after-page.mhtml"}
    assert set(captured.presence.missing_from) >= {"text.txt", "dom.html"}


def test_details_are_opened(into: Path) -> None:
    captured = take(
        into, {"/": "<article>Pejabat 07<details><summary>Isi</summary>rahasia</details></article>"}
    )
    assert told(captured) == ["details: opened 1 closed details elements"]
    assert "rahasia" in (into / "after-text.txt").read_text()


@pytest.mark.parametrize(
    "trap",
    [
        "<form action=/kirim method=post><button>Show more</button></form>",
        "<form action=/kirim><button type=submit>Lihat selengkapnya</button></form>",
        "<button form=f>more</button><form id=f action=/kirim></form>",
        "<a href=/kirim><button>Show more</button></a>",
        "<a role=button href=/kirim>Show more</a>",
        "<button aria-haspopup=menu onclick=\"location='/kirim'\">More</button>",
        "<button hidden onclick=\"fetch('/kirim')\">Show more</button>",
        "<button onclick=\"fetch('/kirim')\">Suka</button>",
        "<button onclick=\"fetch('/kirim')\">Hapus unggahan</button>",
    ],
)
def test_nothing_is_sent_and_no_other_button_is_pressed(into: Path, trap: str) -> None:
    captured = take(into, {"/": f"<article>Pejabat 07 {trap}</article>", "/kirim": "terkirim"})
    assert "/kirim" not in [path.partition("?")[0] for path in take.asked]  # type: ignore[attr-defined]
    assert captured.circumstances.final_url is not None
    assert captured.circumstances.final_url.endswith("/")


def test_a_button_outside_of_the_post_is_not_pressed(into: Path) -> None:
    page = (
        "<article>Pejabat 07</article><aside><button onclick=\"fetch('/kirim')\">Show more</button></aside>"
    )
    assert told(take(into, {"/": page})) == []
    assert "/kirim" not in take.asked  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "press",
    [
        "location = '/lain'",
        "location.reload()",
        "document.forms[0].submit()",
        "frames[0].top.location = '/lain'",
    ],
)
def test_the_page_is_never_left(into: Path, press: str) -> None:
    page = (
        f'<article>Pejabat 07 <button onclick="{press}">Show more</button></article>'
        "<form action=/lain></form><iframe srcdoc='<p>x'></iframe>"
    )
    captured = take(into, {"/": page, "/lain": "halaman lain"})
    assert "/lain" not in [path.partition("?")[0] for path in take.asked]  # type: ignore[attr-defined]
    assert take.asked.count("/") == 1  # type: ignore[attr-defined]
    assert captured.presence.present
    behaved = captured.circumstances.behaviours
    assert any(text.startswith(("kept on the page:", "closed a window")) for text in behaved), behaved


def test_no_window_is_opened_that_asks_for_anything(into: Path) -> None:
    page = "<article>Pejabat 07 <button onclick=\"open('/lain')\">Show more</button></article>"
    captured = take(into, {"/": page, "/lain": "halaman lain"})
    assert told(captured) == ["more: pressed 'Show more' in the post"]
    assert "/lain" not in take.asked  # type: ignore[attr-defined]


def test_a_page_that_is_left_all_the_same_is_not_taken_for_what_it_shows_then(into: Path) -> None:
    page = '<article>Pejabat 07 <button onclick="history.back()">Show more</button></article>'
    captured = take(into, {"/": page})
    assert captured.presence.present
    assert "Pejabat 07" in (into / "text.txt").read_text()
    assert "after-text.txt" not in names(captured)


def test_a_button_whose_work_never_ends_costs_only_what_comes_after(
    into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evidentia.capture import visit

    monkeypatch.setattr(visit, "CDP_CALL_SECONDS", 2.0)
    monkeypatch.setattr(visit, "HUNG_SECONDS", 1.0)
    page = '<article>Pejabat 07 <button onclick="for (;;);">Show more</button></article>'
    captured = take(into, {"/": page})
    assert captured.presence.present
    assert any("behaviours broke off" in text for text in captured.circumstances.behaviours)
    assert captured.circumstances.load_state is LoadState.PARTIAL


@pytest.mark.parametrize("wanted", [(), (Behaviour.DETAILS,)])
def test_behaviours_are_switched_off_by_name_or_all(into: Path, wanted: tuple[Behaviour, ...]) -> None:
    page = f"{BANNER}{FOLDED}<details><summary>Isi</summary>rahasia</details>{TALL}"
    captured = take(into, {"/": page}, replace(LOOPBACK, behaviours=wanted))
    assert {text.split(":")[0] for text in told(captured)} == set(wanted)
    assert wanted_before(captured.circumstances.behaviours) == wanted, "a later look does as this one did"
    assert captured.page.title == ""
