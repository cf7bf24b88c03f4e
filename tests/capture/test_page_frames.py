"""Text that is not in the page's own document: in shadow trees, and in frames of the same and of another site."""

from __future__ import annotations

import json
from pathlib import Path

from capture_site import Answer, Site
from capturing import LOOPBACK, reader_of
from PIL import Image

from evidentia.capture.captured import PageCapture
from evidentia.capture.page import capture_page

PLAIN = "<style>body {{ margin: 0; font: 20px sans-serif }}</style><body>{}</body>"


def take(site: Site, into: Path, text: str) -> PageCapture:
    return capture_page(site.url("/"), into, LOOPBACK, read=reader_of(text))


def inked(into: Path, word: str) -> bool:
    """Whether the whole picture holds dark ink on light ground where the boxes say that a word stands."""
    picture = Image.open(into / "page.png").convert("L")
    (box,) = [one for one in json.loads((into / "boxes.json").read_bytes())["words"] if one["text"] == word]
    x, y = int(box["x"]), int(box["y"])
    low, high = picture.crop((x, y, x + round(box["w"]), y + round(box["h"]))).getextrema()
    around = picture.crop((x - 8, y, x - 2, y + round(box["h"]))).getextrema()
    return low < 120 < high and around[0] > 200


def test_text_in_open_shadow_trees_is_in_document_text_and_boxes(into: Path) -> None:
    script = (
        "<div id=a></div><script>const s = a.attachShadow({mode: 'open'});"
        "s.innerHTML = '<p style=margin:20px>bayangan</p>'"
        " + '<span></span>';"
        "s.querySelector('span').attachShadow({mode: 'open'}).innerHTML = '<i>lebih dalam</i>'</script>"
    )
    with Site({"/": Answer(PLAIN.format("<p>Pejabat 07</p>" + script).encode())}) as site:
        captured = take(site, into, "bayangan")
    assert set(captured.presence.found_in) >= {"text.txt", "dom.html", "boxes.json"}
    assert "lebih dalam" in (into / "text.txt").read_text()
    assert 'shadowrootmode="open"' in (into / "dom.html").read_text()
    assert inked(into, "bayangan")


def test_frames_of_the_same_and_of_another_site_are_read_where_they_stand(into: Path) -> None:
    with Site({}) as other:
        inner = "<p style='margin:30px'>Asing</p><iframe src=/cucu></iframe>"
        other.routes["/lain"] = Answer(PLAIN.format(inner).encode())
        other.routes["/cucu"] = Answer(PLAIN.format("<p style='margin:12px'>Cucu</p>").encode())
        frames = (
            "<p>Pejabat 07</p><div style='height:300px'></div>"
            "<iframe src=/dalam width=400 height=150 style='border:7px solid #ccc; margin-left:90px'></iframe><br>"
            f"<iframe src='{other.url('/lain', 'localhost')}' width=500 height=300 style='padding:11px'></iframe>"
            "<iframe srcdoc='<p>Tersembunyi' style='display:none'></iframe>"
        )
        routes = {"/": Answer(PLAIN.format(frames).encode())}
        routes["/dalam"] = Answer(PLAIN.format("<p style='margin:20px'>Serumah</p>").encode())
        with Site(routes) as site:
            captured = take(site, into, "Asing")
    text = (into / "text.txt").read_text()
    for word in ("Serumah", "Asing", "Cucu"):
        assert word in text
        assert inked(into, word), word
    assert "Serumah" not in captured.page.text, "what the reader is given is the page's own text"
    assert any(
        "the text of 1 embedded frames: they are not shown" in missing
        for missing in captured.circumstances.not_captured
    )


def test_a_frame_that_lies_about_its_place_does_not_move(into: Path) -> None:
    lying = (
        "<script>Element.prototype.getBoundingClientRect = () => new DOMRect(0, 0, 1, 1)</script>"
        "<p>Pejabat 07</p><div style='height:200px'></div><iframe src=/dalam style='margin-left:60px'></iframe>"
    )
    routes = {"/": Answer(PLAIN.format(lying).encode())}
    routes["/dalam"] = Answer(PLAIN.format("<p style='margin:20px'>Serumah</p>").encode())
    with Site(routes) as site:
        take(site, into, "Pejabat 07")
    assert inked(into, "Serumah")
