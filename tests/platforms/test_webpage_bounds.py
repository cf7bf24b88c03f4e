"""A page twice as large costs about twice the work, however it is nested: counted in lines that run, not in time."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from evidentia.platforms import CapturedPage, CapturedResponse, facebook, instagram, tiktok, webpage
from evidentia.platforms.items import Allowance
from evidentia.platforms.markup import parse
from evidentia.record.post import PageReading

from .counted import lines_run

URL = "https://kabar.example/p/1"
SMALL = 120
FACTOR = 2.6
"""Linear is 2, quadratic is 4; what is left pays for what does not grow."""


def html(markup: str, url: str = URL) -> CapturedPage:
    return CapturedPage(requested_url=url, final_url=url, status=200, dom=f"<body>{markup}</body>")


def nested(value: object, depth: int, **more: object) -> object:
    for _ in range(depth):
        value = {**more, "x": [value]}
    return value


PAGES: dict[str, Callable[[int], str]] = {
    "nested microdata": lambda n: "<div itemscope itemtype=https://schema.org/Comment itemprop=comment>" * n,
    "properties in properties": lambda n: (
        "<div itemscope itemtype=https://schema.org/Article>" + "<div itemprop=text>x" * n
    ),
    "nested entries": lambda n: "<div class=h-entry><div class=e-content>x" * n,
    "comments in an entry": lambda n: (
        "<div class=h-entry><div class=e-content>x</div>"
        + "<div class='u-comment h-cite'><p class=p-content>y</p></div>" * n
    ),
    "nested articles": lambda n: "<article>x" * n,
    "articles side by side in one": lambda n: "<article>" + "<article>x</article>" * n,
    "links": lambda n: "<article>" + "<a href=/x>y</a> " * n,
    "links in links": lambda n: "<article>" + "<b><a href=/x>y" * n,
    "meta elements": lambda n: "".join(f"<meta property=p{k} content=c>" for k in range(n)),
    "pictures": lambda n: "<article>x" + "".join(f"<img src=/{k}.jpg>" for k in range(n)),
    "spaces": lambda n: "<article>" + "<i> </i>\n" * n,
    "comments that are stated": lambda n: (
        '<script type="application/ld+json">'
        + json.dumps(
            {
                "@type": "Article",
                "url": URL,
                "text": "x",
                "comment": [{"@type": "Comment", "text": f"k{k}", "author": "a"} for k in range(n)],
            }
        )
        + "</script><p>x</p>"
    ),
    "things by reference": lambda n: (
        '<script type="application/ld+json">'
        + json.dumps([{"@type": "Article", "@id": f"#{k}", "author": {"@id": f"#{k - 1}"}} for k in range(n)])
        + "</script>"
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_general_page_costs_work_in_proportion_to_its_size(name: str) -> None:
    build = PAGES[name]
    small, large = (lines_run(lambda n=n: webpage.read(html(build(n)))) for n in (SMALL, 2 * SMALL))
    assert large <= FACTOR * small


ANSWERS: dict[str, tuple[str, Callable[[CapturedPage], PageReading], Callable[[int], object]]] = {
    "stories in stories": (
        "https://www.facebook.com/100/posts/12345678",
        facebook.read,
        lambda n: nested({}, n, __typename="Story", post_id="1", message={"text": "x"}),
    ),
    "many stories": (
        "https://www.facebook.com/100/posts/12345678",
        facebook.read,
        lambda n: [{"__typename": "Story", "post_id": str(k)} for k in range(1, n)],
    ),
    "many comments on Facebook": (
        "https://www.facebook.com/100/posts/12345678",
        facebook.read,
        lambda n: [
            {"__typename": "Story", "post_id": "12345678", "message": {"text": "x"}},
            *({"legacy_fbid": str(k), "id": f"comment:12345678_{k}000", "author": {}} for k in range(1, n)),
        ],
    ),
    "media in media": (
        "https://www.instagram.com/p/DContoh0007/",
        instagram.read,
        lambda n: nested({}, n, code="DContoh0007", pk="1", user={"pk": "2"}),
    ),
    "items in items": (
        "https://www.tiktok.com/@a/video/7300000000000000107",
        tiktok.read,
        lambda n: nested({}, n, id="7300000000000000107", desc="x", createTime=1),
    ),
    "many tags": (
        "https://www.tiktok.com/@a/video/7300000000000000107",
        tiktok.read,
        lambda n: {
            "id": "7300000000000000107",
            "desc": "#a " * n,
            "createTime": 1,
            "textExtra": [{"start": 3 * k, "end": 3 * k + 2, "hashtagName": "a"} for k in range(n)],
        },
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_cost_work_in_proportion_to_their_size(name: str) -> None:
    url, read, build = ANSWERS[name]

    def work(n: int) -> int:
        body = json.dumps(build(n)).encode()
        origin = url.partition("//")[2].partition("/")[0]
        answer = CapturedResponse(url=f"https://{origin}/api/x", status=200, headers=(), body=body)
        page = CapturedPage(requested_url=url, final_url=url, status=200, responses=(answer,))
        return lines_run(lambda: read(page))

    assert work(2 * SMALL) <= FACTOR * work(SMALL)


def test_an_allowance_is_spent_by_elements_and_then_reads_nothing() -> None:
    root = parse("<p>" + "<b>x</b>" * 10 + "</p>")
    paragraph = next(root.iter("p"))
    allowance = Allowance(25)
    assert allowance.text(paragraph) == "x" * 10
    assert allowance.left == 25 - 11
    assert allowance.text(paragraph) == "x" * 10
    assert allowance.text(paragraph) == ""
    assert allowance.left == 0
