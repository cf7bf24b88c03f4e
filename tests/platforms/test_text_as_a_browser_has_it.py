"""Chromium's own ``innerText`` as the oracle for the text that readers take from a document."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable

import pytest

from evidentia.capture import chromium
from evidentia.platforms.markup import Element, attribute, elements, parse, text_of
from evidentia.record.errors import MissingPart

pytestmark = pytest.mark.browser

CASES = [
    "<p>satu<br>dua <br> tiga</p><p>empat</p>",
    "<div> a  <b>b</b> <i> c</i>\n d</div>",
    "<ul><li>x<li>y</ul>z",
    "<pre>\n\nx  y\n\nz</pre><p>b</p>",
    "a&nbsp; b &#x200b;c &#x202e;d",
    "a<br><br>b",
    "<div>a</div><br><div>b</div>",
    "<div><br></div><div>b</div>x<div><br></div>y",
    "<p>a<br></p>b",
    "<blockquote><p>kutip</p></blockquote><p>x</p>",
    "<h1>J</h1><p>a</p>teks<div><div>b</div></div>c",
    "<p>a <span>b</span> </p> <p>  c</p>",
    "<ol><li><p>1</p></li><li><p>2</p></li></ol>",
    "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
    "<hr>a<hr>b",
    "<p></p><p>a</p><p></p>",
    "<textarea>zz</textarea>y<select><option>a<option>b</select>x",
    "<dl><dt>a<dd>b</dl>",
    "<p>a</p><script>s</script><p hidden>h</p><p style='display: none'>n</p><p>b</p>",
    "x<img alt=q>y<b>&lt;b&gt;</b>",
    "<p>👨‍👩‍👧 é ﷺ</p>",
]
SCRIPT = """<script>
const texts = [...document.querySelectorAll(".case")].map(element => element.innerText);
document.documentElement.setAttribute("data-texts", JSON.stringify(texts));
</script>"""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Element:
    """The cases as Chromium built them, with what it says their texts are."""
    try:
        found = chromium.find()
    except MissingPart as missing:
        absent(missing.happened)
    folder = tmp_path_factory.mktemp("chromium")
    page = folder / "cases.html"
    body = "".join(f'<div class="case">{case}</div>' for case in CASES)
    page.write_text(f'<!doctype html><meta charset="utf-8"><body>{body}{SCRIPT}</body>', "utf-8")
    root_only = ["--no-sandbox"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [found.program, "--headless", "--disable-gpu", *root_only, "--dump-dom", page.as_uri()],
        env=found.environment(os.environ, folder),
        capture_output=True,
        timeout=60,
        check=True,
    )
    return parse(done.stdout.decode("utf-8"))


@pytest.mark.parametrize("n", range(len(CASES)), ids=[f"{n:02d}" for n in range(len(CASES))])
def test_the_text_is_the_browsers_text(rendered: Element, n: int) -> None:
    expected = json.loads(attribute(rendered, "data-texts"))
    shown = [element for element in elements(rendered, "div") if element.get("class") == "case"]
    assert len(expected) == len(shown) == len(CASES)
    assert text_of(shown[n]) == expected[n].strip(" \n")
