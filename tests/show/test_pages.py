"""The pages that are served, in a real Chromium: what they show, find and refuse, with a script and without."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from show_parts import Made

from evidentia.record.moment import now
from evidentia.report.material import Language
from evidentia.show.site import Showing
from evidentia.verify import Trust, verify
from lab.pki import Lab

pytestmark = [pytest.mark.browser, pytest.mark.lab]


@pytest.fixture
def judged(lab: Lab, show: Callable[..., Showing]) -> Callable[..., Showing]:
    """Shows a bundle with the verdict on it."""
    trust = Trust.from_pem(str(lab.roots), str(lab.tsa_roots))

    def start(where: Path, **more: Any) -> Showing:
        return show(where, verdict=verify(where, trust), judged_at=now(), **more)

    return start


def tab_of(chromium: Any, showing: Showing, name: str = "exhibit", **context: Any) -> tuple[Any, list[str]]:
    tab = chromium.new_context(**context).new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
    tab.goto(showing.server.address + name)
    return tab, said


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_exhibit_is_shown_with_the_verdict_and_the_proven_times(
    plain: Made, judged: Callable[..., Showing], chromium: Any
) -> None:
    tab, said = tab_of(chromium, judged(plain.bundle, language=Language.ENGLISH))
    assert said == []
    assert tab.locator(".verdict:visible").inner_text() == "Verdict: PASSED"
    shown = tab.inner_text("main")
    for text in ("Integrity", "Packing, sealing and chain of custody", "Table of digests", "proven"):
        assert text in shown, text
    assert "<script>alert(1)</script>" in tab.inner_text("h1")
    assert tab.eval_on_selector_all("main img", "all => all.every(one => one.complete)")


@pytest.mark.parametrize("path", ["exhibit", "find", "find?sha256=0"])
def test_the_policy_of_every_page_lets_in_one_script_and_nothing_else(
    path: str, plain: Made, show: Callable[..., Showing], chromium: Any
) -> None:
    showing = show(plain.bundle)
    tab = chromium.new_page()
    answer = tab.goto(showing.server.address + path)
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer.header_value("content-security-policy").split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"{showing.server.address}show.js"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == policy["img-src"] == "'self'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]{44}'", policy["style-src"])
    assert "connect-src" not in policy
    assert tab.locator("script").count() == 1


def test_a_script_that_came_in_would_not_run(
    plain: Made, show: Callable[..., Showing], chromium: Any
) -> None:
    from playwright.sync_api import Error

    tab, said = tab_of(chromium, show(plain.bundle))
    for attack in (
        "made.setAttribute('onerror', 'alert(1)')",
        "made.innerHTML = '<img src=x onerror=alert(1)>'",
    ):
        with pytest.raises(Error, match="This document requires 'Trusted"):
            tab.evaluate(f"() => {{ const made = document.createElement('img'); {attack} }}")
    tab.evaluate("() => { location.href = 'javascript:alert(1)' }")
    tab.wait_for_timeout(500)
    assert not any(line.startswith("dialog") for line in said)


def test_a_digest_that_is_typed_is_found_with_its_record(
    plain: Made, judged: Callable[..., Showing], chromium: Any
) -> None:
    tab, said = tab_of(chromium, judged(plain.bundle))
    wanted = digest(plain.folder / "data" / "000002" / "original.bin")
    tab.fill("#sha256", f"  {wanted.upper()} ")
    tab.keyboard.press("Enter")
    answer = tab.locator("#answer")
    assert "Bundel ini memuat berkas dengan sidik tersebut." in answer.inner_text()
    for text in (
        "data/000002/original.bin",
        "000002",
        "custody/items/000002.sha256",
        "sesuai dengan sidik itu",
    ):
        assert text in answer.inner_text(), text
    tab.wait_for_function("document.activeElement.id === 'answer'")  # a screen reader reads it at once
    assert said == []


def test_a_file_that_is_chosen_is_hashed_here_and_sent_nowhere(
    plain: Made, show: Callable[..., Showing], chromium: Any, tmp_path: Path
) -> None:
    tab, said = tab_of(chromium, show(plain.bundle))
    asked: list[Any] = []
    tab.on("request", lambda one: asked.append(one))  # noqa: PLW0108 - Playwright marks what it is given
    copy = tmp_path / "nama lain.bin"
    shutil.copy(plain.folder / "data" / "000001" / "original.png", copy)
    tab.set_input_files("#file", str(copy))
    tab.locator("#answer").wait_for()
    assert "data/000001/original.png" in tab.inner_text("#answer")
    assert all(one.method == "GET" and one.post_data is None for one in asked)
    assert any(one.url.endswith(f"find?sha256={digest(copy)}") for one in asked)
    assert said == []


def test_a_file_that_is_dropped_is_looked_for(
    plain: Made, show: Callable[..., Showing], chromium: Any
) -> None:
    tab, _ = tab_of(chromium, show(plain.bundle))
    tab.evaluate(
        """() => { const data = new DataTransfer(); data.items.add(new File(['bukan dari sini'], 'x.txt'))
        document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})) }"""
    )
    tab.locator("#answer").wait_for()
    assert "Tidak ada berkas dalam bundel ini" in tab.inner_text("#answer")
    assert "satu bita yang berbeda" in tab.inner_text("#answer")
    assert hashlib.sha256(b"bukan dari sini").hexdigest() in tab.inner_text("#answer")


def test_the_search_works_without_a_script(plain: Made, show: Callable[..., Showing], chromium: Any) -> None:
    tab, _ = tab_of(chromium, show(plain.bundle), java_script_enabled=False)
    assert not tab.locator("#file").is_visible()
    tab.fill("#sha256", digest(plain.folder / "custody" / "000001.json"))
    tab.click("button")
    assert "custody/000001.json" in tab.inner_text("#answer")


@pytest.mark.parametrize(
    "asked", ["<img src=x onerror=alert(1)>", "0" * 63, "٠" * 64, "\u202e", "../x", "a" * 5000]
)
def test_what_is_no_digest_is_said_to_be_none(
    asked: str, plain: Made, show: Callable[..., Showing], chromium: Any
) -> None:
    from urllib.parse import quote

    tab, said = tab_of(chromium, show(plain.bundle), f"find?sha256={quote(asked)}")
    assert "Itu bukan SHA-256" in tab.inner_text("#answer")
    assert tab.locator("main img").count() == 0
    assert said == []


def test_a_file_that_was_changed_since_is_on_record_and_not_there(
    plain: Made, judged: Callable[..., Showing], chromium: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "kasus-07"
    shutil.copytree(plain.folder, folder)
    letter = folder / "data" / "000002" / "original.bin"
    wanted = digest(letter)
    letter.chmod(0o644)
    letter.write_text("Kepada orang lain")
    tab, _ = tab_of(chromium, judged(folder), f"find?sha256={wanted}")
    assert "berkasnya sekarang berisi bita lain" in tab.inner_text("#answer")
    assert "mempunyai sidik lain" in tab.inner_text("#answer")
    tab.click("nav.pages a")
    assert tab.locator(".verdict:visible").inner_text() == "Hasil verifikasi: TIDAK LULUS"
    assert "ITEM_FILE_CHANGED" in tab.inner_text("main")


def test_without_anchors_it_says_that_nothing_was_judged(
    plain: Made, show: Callable[..., Showing], chromium: Any
) -> None:
    tab, _ = tab_of(chromium, show(plain.bundle))
    assert tab.locator(".verdict").count() == 0
    assert "belum diperiksa" in tab.inner_text("main")


def test_of_records_that_cannot_be_read_the_verdict_is_shown(
    plain: Made, judged: Callable[..., Showing], chromium: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "kasus-07"
    shutil.copytree(plain.folder, folder)
    event = folder / "custody" / "000002.json"
    event.chmod(0o644)
    event.write_bytes(b'{"not": "an event"}')
    tab, said = tab_of(chromium, judged(folder))
    assert tab.locator(".verdict:visible").inner_text() == "Hasil verifikasi: TIDAK LULUS"
    assert "tidak dapat dibaca sebagai perkara" in tab.inner_text("main")
    assert said == []


def test_the_language_that_was_chosen_stays(plain: Made, show: Callable[..., Showing], chromium: Any) -> None:
    tab, _ = tab_of(chromium, show(plain.bundle))
    tab.check("#show-en")
    tab.click("text=Find a digest")
    tab.wait_for_url("**/find")
    tab.locator("#show-en:checked").wait_for()
    assert "Is a file in this bundle?" in tab.inner_text("main")


def test_the_lives_of_posts_are_a_page_without_a_script(
    plain: Made, show: Callable[..., Showing], chromium: Any
) -> None:
    showing = show(plain.bundle)
    tab = chromium.new_page()
    answer = tab.goto(showing.server.address + "lives")
    assert answer.status == 200
    assert "script-src" not in answer.header_value("content-security-policy")
    assert "Belum ada unggahan yang diamati" in tab.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_served_pages_are_read_by_eye_and_by_ear(
    scheme: str, plain: Made, judged: Callable[..., Showing], chromium: Any
) -> None:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
    from test_exhibit_in_browser import too_faint

    tab, _ = tab_of(
        chromium, judged(plain.bundle), viewport={"width": 320, "height": 640}, color_scheme=scheme
    )
    assert too_faint(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    told = tab.locator("body").aria_snapshot()
    for line in (
        "- banner:",
        "- main:",
        '- navigation "Halaman":',
        "- search:",
        '- textbox "SHA-256',
        "- contentinfo:",
    ):
        assert line in told, line
