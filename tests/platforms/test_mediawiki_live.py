"""A page's life on a real wiki, seen by evidentia's own client through its door."""

from __future__ import annotations

from evidentia import platforms
from evidentia.record.post import Account, PageReading, State
from lab.mediawiki import CITIZEN, Wiki
from lab.record_wiki import capture


def seen_at(url: str) -> PageReading:
    return platforms.read(capture(url))


def test_a_page_from_its_first_wording_to_its_deletion(wiki: Wiki) -> None:
    url = wiki.page_url("Kabar Kota")
    assert seen_at(url).state is State.UNAVAILABLE
    wiki.write("Kabar Kota", "Dukung Paslon A.")
    assert seen_at(url).state is State.LIVE
    wiki.write("Kabar Kota", "Netral.", CITIZEN)
    edited = seen_at(url)
    assert edited.state is State.EDITED
    assert [kept.text for kept in edited.history] == ["Dukung Paslon A.", "Netral."]
    assert edited.post is not None
    assert edited.post.author.handle == CITIZEN.name
    wiki.delete("Kabar Kota", "uji")
    assert seen_at(url).state is State.REMOVED_BY_PLATFORM
    wiki.restore("Kabar Kota", "uji")
    restored = seen_at(url)
    assert restored.state is State.EDITED
    assert restored.post == edited.post


def test_a_history_longer_than_one_answer_still_knows_its_beginning(wiki: Wiki) -> None:
    url = wiki.page_url("Panjang")
    revisions = [wiki.write("Panjang", f"Wording {number}") for number in range(52)]
    reading = seen_at(url)
    assert reading.post is not None
    assert [kept.revision for kept in reading.history] == [str(number) for number in revisions[2:]]
    assert reading.post.created_at is not None
    assert "edit-count" not in {signal.name for signal in reading.signals}


def test_a_member_who_only_repeats_the_words_wrote_none_of_them(wiki: Wiki) -> None:
    wiki.write("Pindah", "Kata-kata warga.", CITIZEN)
    wiki.move("Pindah", "Pindahan")
    post = seen_at(wiki.page_url("Pindahan")).post
    assert post is not None
    assert post.author.handle == CITIZEN.name
    assert post.edit_mark is False


def test_a_page_that_was_moved_was_edited_and_one_that_was_protected_was_not(wiki: Wiki) -> None:
    def count(url: str) -> list[str]:
        return [signal.seen for signal in seen_at(url).signals if signal.name == "edit-count"]

    wiki.write("Dijaga", "Kata-kata lama.")
    wiki.write("Dijaga", "Kata-kata baru.")
    url = wiki.page_url("Dijaga")
    assert count(url) == ["1"]
    wiki.protect("Dijaga")
    assert (len(seen_at(url).history), count(url)) == (3, ["1"])
    wiki.move("Dijaga", "Lain", redirect=False)
    wiki.move("Lain", "Dijaga", redirect=False)
    assert (len(seen_at(url).history), count(url)) == (5, ["3"])


def test_of_a_hidden_wording_of_the_same_size_it_is_not_said_that_nothing_was_edited(wiki: Wiki) -> None:
    first = wiki.write("Tertutup", "Pilih Paslon A.")
    wiki.write("Tertutup", "Pilih Paslon B.")
    wiki.hide(first)
    reading = seen_at(wiki.page_url("Tertutup"))
    assert reading.post is not None
    assert (reading.state, reading.post.edit_mark) == (State.LIVE, None)
    wiki.write("Tertutup", "Tidak memilih.")
    assert seen_at(wiki.page_url("Tertutup")).state is State.EDITED


def test_who_moved_a_page_whose_first_wording_is_hidden_is_not_called_its_author(wiki: Wiki) -> None:
    first = wiki.write("Berpindah", "Kata-kata warga.", CITIZEN)
    wiki.move("Berpindah", "Sudah pindah", redirect=False)
    url = wiki.page_url("Sudah pindah")
    before = seen_at(url).post
    assert before is not None
    assert before.author.handle == CITIZEN.name
    wiki.hide(first)
    reading = seen_at(url)
    assert reading.post is not None
    assert reading.post.text == "Kata-kata warga."
    assert reading.post.author == Account()
    assert [s.seen.split(" is ")[0] for s in reading.signals if s.name == "author-undetermined"] == [
        f"revision {first}"
    ]
