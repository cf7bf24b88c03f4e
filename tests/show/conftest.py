"""A bundle with the capture of a hostile page, shown; and a spy that says who came to it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from evidentia.capture import chromium as browsers
from evidentia.capture.options import PageOptions
from evidentia.case import Case
from evidentia.custody.identity import Custodian
from evidentia.record.errors import MissingPart
from evidentia.record.item import Access
from evidentia.show.opened import Opened
from evidentia.show.site import Showing
from lab.browser import launched
from lab.pki import Lab

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "capture")]  # importlib mode leaves a test's own folder out

from show_parts import TEXT, TITLE, Made, Spy  # noqa: E402


@pytest.fixture(scope="module")
def custodian(lab: Lab) -> Custodian:
    who = lab.people["penyidik-a"]
    return Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")


@pytest.fixture(scope="module")
def plain(custodian: Custodian, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A case with a picture and a letter that were handed over."""
    folder = tmp_path_factory.mktemp("plain")
    Image.new("RGB", (40, 30), "red").save(folder / "gambar.png")
    (folder / "surat.txt").write_text("Kepada Pejabat 07")
    case = Case.create(folder / "kasus-07", title=TITLE, custodian=custodian)
    case.add(folder / "gambar.png", access=Access.FORWARDED)
    case.add(folder / "surat.txt", access=Access.FORWARDED, source="<b>pelapor</b>")
    case.export(folder / "kasus-07.zip")
    return Made(folder / "kasus-07", folder / "kasus-07.zip")


@pytest.fixture
def spy() -> Iterator[Spy]:
    with Spy() as listening:
        yield listening


@pytest.fixture(scope="module")
def hostile(
    custodian: Custodian, absent: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Made:
    """A case with the capture of a page that runs a script where it is replayed; its site is gone."""
    from capture_site import Answer, Site
    from hostile_page import PROGRAM, page_of

    try:
        browsers.find()
    except MissingPart as error:
        absent(error.happened)
    folder = tmp_path_factory.mktemp("hostile")
    case = Case.create(folder / "kasus-08", title="Uji", custodian=custodian)
    routes: dict[str, Any] = {
        "/p": Answer(page_of(TEXT).encode()),
        "/jahat.js": Answer(PROGRAM.encode(), "text/javascript"),
    }
    with Site(routes) as site:
        case.capture(
            site.url("/p"),
            access=Access.PUBLIC,
            options=PageOptions(allow_private_network=True, behaviours=()),
        )
    case.export(folder / "kasus-08.zip")
    return Made(folder / "kasus-08", folder / "kasus-08.zip")


@pytest.fixture
def show() -> Iterator[Callable[..., Showing]]:
    """``show(path, …)`` serves a bundle until the test is over."""
    with ExitStack() as stack:

        def start(where: Path, **more: Any) -> Showing:
            opened = stack.enter_context(Opened(where))
            return stack.enter_context(Showing(opened, **more))

        yield start


@pytest.fixture
def chromium(absent: Callable[[str], None], tmp_path: Path) -> Iterator[Any]:
    try:
        with launched(tmp_path) as browser:
            yield browser
    except MissingPart as error:
        absent(error.happened)
