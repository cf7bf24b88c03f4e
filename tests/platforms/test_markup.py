"""Text as a person reads it."""

from __future__ import annotations

import pytest

from evidentia.platforms.content import linked_text
from evidentia.platforms.markup import UnreadableMarkup, marked_text, parse, text_of
from evidentia.record.post import EntityKind


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


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("a <br> <a>b</a>", ["b"]),
        ("<p>a </p><p> <a> b  c </a> d</p>", ["b c"]),
        ("  <a>x</a> ", ["x"]),
        ("<a> </a><a hidden>y</a><p>q <a>z<br></a></p>", ["z"]),
        ("a <div>b <a>c <div>d </div></a></div> e <a>f</a>", ["c\nd", "f"]),
        ("<pre>a \n  <a> b</a></pre>", ["b"]),
    ],
)
def test_marks_stand_where_the_words_stand(markup: str, words: list[str]) -> None:
    text, marks = marked_text(parse(f"<body>{markup}</body>"), lambda element: element.tag == "a")
    assert text == text_of(parse(f"<body>{markup}</body>"))
    assert [text[start:end] for start, end, _ in marks] == words


@pytest.mark.parametrize(
    ("link", "kind", "target"),
    [
        ('<a href="/x">#Satu</a>', EntityKind.LINK, "https://situs.example/x"),
        ('<a href="/tag/satu" rel="nofollow tag">#Satu</a>', EntityKind.HASHTAG, "Satu"),
        ('<a href="/tags/satu" class="mention hashtag">#<span>Satu</span></a>', EntityKind.HASHTAG, "Satu"),
        ('<a href="/satu" class="p-category">Satu</a>', EntityKind.HASHTAG, "Satu"),
        (
            '<a href="/@satu" class="u-url mention">@satu</a>',
            EntityKind.MENTION,
            "https://situs.example/@satu",
        ),
        (
            '<span class="h-card"><a href="/@satu">Satu</a></span>',
            EntityKind.MENTION,
            "https://situs.example/@satu",
        ),
        ('<a href="javascript:1">Satu</a>', None, None),
    ],
)
def test_links_are_tags_mentions_or_links(link: str, kind: EntityKind | None, target: str | None) -> None:
    _, entities = linked_text(parse(f"<body>x {link}</body>"), "https://situs.example/p")
    assert [(entity.kind, entity.target) for entity in entities] == ([(kind, target)] if kind else [])
