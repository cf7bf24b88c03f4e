"""Text as a person reads it."""

from __future__ import annotations

import pytest

from evidentia.platforms.markup import UnreadableMarkup, parse, text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>satu<br>dua <br> tiga</p><p>empat</p>", "satu\ndua\ntiga\n\nempat"),
        ("<div> a  <b>b</b> <i> c</i>\n d</div>", "a b c d"),
        ("<ul><li>x<li>y</ul>z", "x\ny\nz"),
        ("<pre>q\n  r</pre>", "q\n  r"),
        ("a&nbsp; b", "a\u00a0 b"),
        ("a<br><br>b", "a\n\nb"),
        (
            "<p>a</p><script>s</script><style>t</style><p hidden>h</p><p style='DISPLAY : none'>n</p><p>b</p>",
            "a\n\nb",
        ),
        ("a<span style='display:none-such'>b</span>", "ab"),
        ("Pas\u200blon \u202eA", "Pas\u200blon \u202eA"),
        ("&lt;script&gt;", "<script>"),
    ],
)
def test_text_has_the_line_breaks_of_its_blocks(markup: str, text: str) -> None:
    assert text_of(parse(f"<body>{markup}</body>")) == text


@pytest.mark.parametrize("markup", ["", "<div>" * 3000, "<i></i>" * 400_000])
def test_a_document_beyond_the_limits_is_refused(markup: str) -> None:
    with pytest.raises(UnreadableMarkup):
        parse(markup)
