from __future__ import annotations

from datetime import UTC, datetime, timedelta

from evidentia.case.telling_lives import _Bounding, _takings
from evidentia.detect.timeline import assemble
from evidentia.record.item import Access, Item, ItemKind, Role, StoredFile, Times
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Evidence, Observation, Post, State

START = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def item(*names: tuple[str, Role]) -> Item:
    files = (StoredFile(name=n, role=r, media_type="image/png", size=1, sha256="0" * 64) for n, r in names)
    return Item(
        item=1,
        kind=ItemKind.CAPTURE,
        title="",
        source="",
        access=Access.PUBLIC,
        collector="",
        times=Times(),
        files=tuple(files),
    )


def look(n: int, text: str | None, state: State = State.LIVE) -> Observation:
    at = START + timedelta(hours=n)
    post = None
    if text is not None:
        author = Account(id="7", name="Pejabat 07")
        post = Post(platform="forum", native_id="1", url="https://forum.example/1", author=author, text=text)
    return Observation(
        key="forum:1",
        url="https://forum.example/1",
        state=state,
        during=Interval(not_before=at, not_after=at + timedelta(seconds=5)),
        source="own capture",
        evidence=(Evidence(item=n, path=f"data/{n:06d}/capture.wacz"),),
        post=post,
    )


def test_the_page_after_behaviours_comes_first_and_its_pieces_in_their_order() -> None:
    names = [*(f"page-{n}.png" for n in (10, 2, 1)), "after-page.png"]
    files = [
        *((name, Role.FULL_PAGE) for name in names),
        ("boxes.json", Role.BOXES),
        ("post.png", Role.ELEMENT),
    ]
    after, untouched = _takings(item(*files))
    assert [piece.name for piece in after.pieces] == ["after-page.png"]
    assert after.boxes is None
    assert [piece.name for piece in untouched.pieces] == ["page-1.png", "page-2.png", "page-10.png"]
    assert untouched.boxes is not None


def test_a_look_without_a_browser_has_no_picture() -> None:
    assert _takings(item(("capture.wacz", Role.ARCHIVE))) == ()


def test_the_looks_that_show_one_side_are_those_next_to_the_change_that_show_the_same() -> None:
    looks = [
        look(1, "Lain"),
        look(2, "Lama"),
        look(3, None, State.LOGIN_WALL),  # says nothing, and ends nothing
        look(4, "Lama"),
        look(5, "Baru"),
        look(6, "Baru"),
        look(7, None, State.UNAVAILABLE),
        look(8, "Baru"),
    ]
    (life,) = assemble(looks)
    edit = next(one for one in life.changes if (one.before, one.after) == ("Lama", "Baru"))
    bounding = _Bounding(life)
    assert [one.evidence[0].item for one in bounding.showing_before(edit)] == [4, 2]
    assert [one.evidence[0].item for one in bounding.showing_after(edit)] == [5, 6]
