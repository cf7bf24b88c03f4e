"""Questions asked again of a capture find their answers there."""

from __future__ import annotations

from collections.abc import Generator

from evidentia.platforms import Ask, CapturedResponse
from evidentia.platforms.replay import MAX_QUESTIONS, replay

Asking = Generator[Ask, CapturedResponse, list[tuple[int, bytes]]]
JSON = ("Content-Type", "application/activity+json; charset=utf-8")


def came(
    url: str, body: bytes, *headers: tuple[str, str], status: int = 200, method: str = "GET"
) -> CapturedResponse:
    return CapturedResponse(url=url, status=status, headers=headers, body=body, method=method)


def asks(*questions: Ask) -> Asking:
    found = []
    for question in questions:
        answer = yield question
        found.append((answer.status, answer.body))
    return found


def plain(url: str) -> Ask:
    return Ask(url=url, why="uji")


def for_json(url: str) -> Ask:
    return Ask(url=url, why="uji", headers=(("Accept", "application/activity+json"),))


def test_each_question_gets_the_answer_from_its_address() -> None:
    responses = (came("https://a.example/2", b"dua"), came("https://a.example/1", b"satu"))
    found = replay(
        asks(plain("https://a.example/1"), plain("https://a.example/2"), plain("https://a.example/3")),
        responses,
    )
    assert found == [(200, b"satu"), (200, b"dua"), (0, b"")]


def test_a_page_and_its_object_at_one_address_are_told_apart() -> None:
    url = "https://a.example/1"
    page, thing = came(url, b"<p>"), came(url, b"{}", JSON)
    for responses in ((page, thing), (thing, page)):
        assert replay(asks(for_json(url)), responses) == [(200, b"{}")]
    assert replay(asks(for_json(url)), (page,)) == [(200, b"<p>")]


def test_redirects_are_followed_as_the_client_followed_them() -> None:
    moved = came("https://a.example/1", b"", ("Location", "https://a.example/2"), status=302)
    assert replay(asks(plain("https://a.example/1")), (moved, came("https://a.example/2", b"x"))) == [
        (200, b"x")
    ]
    assert replay(asks(plain("https://a.example/1")), (moved,)) == [(302, b"")]
    circle = came("https://a.example/1", b"", ("Location", "https://a.example/1"), status=302)
    assert replay(asks(plain("https://a.example/1")), (circle,)) == [(0, b"")]


def test_an_answer_to_another_method_is_none() -> None:
    posted = came("https://a.example/1", b"x", method="POST")
    assert replay(asks(plain("https://a.example/1")), (posted,)) == [(0, b"")]


def test_answers_that_lead_on_for_ever_lead_nowhere() -> None:
    def endless() -> Asking:
        while True:
            yield plain("https://a.example/1")

    assert replay(endless(), ()) is None
    assert replay(asks(*[plain("https://a.example/1")] * (MAX_QUESTIONS - 1)), ()) is not None
