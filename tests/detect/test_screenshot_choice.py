"""Which post and which version a picture shows. Its lines are written down; further looks are a double."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from evidentia.detect.reading.bylines import Author
from evidentia.detect.reading.choose import (
    Judgement,
    by_post,
    candidates,
    is_shown,
    judged,
    not_outdone,
    places,
    shown_at,
    shown_in,
    version_shown,
)
from evidentia.detect.reading.compare import Laid
from evidentia.detect.reading.covered import Extent
from evidentia.detect.reading.deciding import of_this_post
from evidentia.detect.reading.glyphs import Weighed
from evidentia.detect.reading.looks import Box
from evidentia.detect.reading.ocr import Line, Word
from evidentia.detect.reading.recogniser import View
from evidentia.detect.screenshot import METHOD, _of_spots, unless_anothers, with_doubtful_accounts
from evidentia.record.finding import Beside, Difference, Outcome, Part, Reading
from evidentia.record.life import Timeline, Version
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Observation, Post, State
from tests.detect.reading_records import field, reading

FIRST = "Mari kita dukung Paslon A pada hari Rabu, 17 April 2024."
SECOND = f"{FIRST} Jangan lupa datang ke TPS 12 sebelum pukul 13.00 dan ajak 25 tetangga!"


class SameAgain:
    """Double: further looks that read every line as the first did."""

    def again(self, lines: Sequence[Line], view: View) -> Sequence[Line]:
        return lines

    def chance(self, line: Line, text: str) -> float | None:
        return None

    def weigh(self, laid: Laid, box: Box, recorded: str, shown: str) -> Weighed | None:
        return None

    def at_edge(self, box: Box) -> bool:
        return False

    def extent(self, line: Line) -> Extent | None:
        return Extent(top=0, base=30, foot=39)

    def is_blank(self, box: Box) -> bool:
        return False


def timeline(handle: str, *texts: str) -> Timeline:
    url = f"https://sosial.example/{handle}"
    author = Account(handle=handle, name=f"Pejabat {handle[-2:]}")
    post = Post(platform="sosial", native_id=handle, url=url, author=author, text=texts[-1])
    seen = Observation(
        key=handle, url=url, state=State.LIVE, during=Interval(), source="browser", evidence=(), post=post
    )
    versions = tuple(
        Version(n=n, text=text, not_before=None, not_after=None, evidence=())
        for n, text in enumerate(texts, start=1)
    )
    return Timeline(
        post=handle, url=url, state=State.LIVE, observations=(seen,), versions=versions, changes=()
    )


def page(*rows: str) -> list[Line]:
    found = []
    for number, row in enumerate(rows):
        words, x = [], 40
        for word in row.split():
            words.append(Word(text=word, box=(x, 100 + 40 * number, 10 * len(word), 30)))
            x += 10 * (len(word) + 1)
        found.append(Line(words=tuple(words), box=(40, 100 + 40 * number, x - 50, 30), score=1.0))
    return found


def rows(text: str, at: int = 7) -> list[str]:
    words = text.split()
    return [" ".join(words[n : n + at]) for n in range(0, len(words), at)]


def spots(lines: list[Line], *case: Timeline) -> list[list[list[Judgement]]]:
    posts = by_post(judged(candidates(lines, case), SameAgain()))
    return [shown_at(spot) for spot in shown_in(places(posts))]


def test_a_name_and_the_mark_behind_it_that_were_read_as_one_word_are_the_authors() -> None:
    ((post,),) = spots(page("Pejabat 07Moderator", *rows(SECOND)), timeline("pejabat07", SECOND))

    assert post[0].fit.byline.author is not Author.NOTHING


def test_who_signs_below_the_text_is_its_author_where_nobody_is_named_above() -> None:
    case = timeline("pejabat07", SECOND), timeline("pejabat09", SECOND)
    text = rows(SECOND)

    ((post,),) = spots(page("Suara Pembaca", *text, "Pejabat 09", "@pejabat09"), *case)
    ((*both,),) = spots(page("@lain · 2 jam", *text, "@pejabat09"), *case)
    ((*mentioned,),) = spots(page(*text, "Kemarin saya bertanya kepada @pejabat09 di kantor"), *case)
    ((*far,),) = spots(page(*text, "@lain", "@seorang", "@pejabat09"), *case)

    assert post[0].fit.byline.author is Author.BELOW
    assert post[0].fit.timeline.post == "pejabat09"
    assert [len(some) for some in (both, mentioned, far)] == [2, 2, 2]


def test_the_post_that_is_signed_below_is_told_of_and_not_what_it_quotes() -> None:
    quoted = "Kami tidak akan hadir di rapat umum Paslon B pada 24 November 2024, kata Pejabat 24."
    case = timeline("pejabat07", SECOND), timeline("pejabat09", quoted)
    altered = rows(SECOND.replace("Paslon A", "Paslon B"))

    found = spots(page(*altered, *rows(quoted), "— Staf Umum, @stafumum", "@pejabat07"), *case)

    beneath = spots(page(*rows(quoted), *altered, "@pejabat07"), *case)

    assert [post[0].fit.byline.author for (post,) in found] == [Author.BELOW, Author.NOTHING]
    assert [post[0].fit.byline.author for (post,) in beneath] == [Author.NOTHING, Author.BELOW]
    for some in (found, beneath):
        assert _of_spots(some, "").outcome is Outcome.DIFFERS
        assert _of_spots(some, "").post == "pejabat07"


def test_a_short_text_is_a_post_only_beneath_its_author() -> None:
    case = timeline("pejabat07", "Hadir di rapat warga")

    assert len(spots(page("@pejabat07 · 2 jam", "Hadir di rapat warga"), case)) == 1
    assert not spots(page("Hadir di rapat warga", "@pejabat07"), case)


def test_a_text_that_fits_badly_is_the_post_only_beneath_its_author() -> None:
    case = timeline(
        "pejabat07", "Saya ada di sini dan di sana bersama rakyat sejahtera mengkampanyekan perubahan"
    )
    shown = "Saya ada di sini dan di sana menonton televisi sekeluarga menyenangkan sekali"

    def is_the_post(*lines: str) -> list[bool]:
        return [is_shown(post) for post in by_post(judged(candidates(page(*lines), [case]), SameAgain()))]

    assert is_the_post("@pejabat07 · 2 jam", *rows(shown)) == [True]
    assert is_the_post(*rows(shown), "@pejabat07") == [False]


def test_who_is_named_within_another_recorded_text_is_not_the_author_of_the_next() -> None:
    above = f"Kemarin ramai sekali di kantor Pejabat 09 dan kawan semua. {FIRST}"
    below = "Besok kita semua akan pergi ke rumah makan di tepi sungai, jangan sampai terlambat datang."
    case = timeline("pejabat07", above), timeline("pejabat09", below)

    found = spots(page("@pejabat07 · 2 jam", *rows(above), *rows(below)), *case)

    assert [post[0].fit.byline.author for (post,) in found] == [Author.HANDLE, Author.NOTHING]


def test_a_name_that_another_text_begins_with_is_still_the_authors() -> None:
    case = timeline("pejabat07", SECOND), timeline("warta", f"Pejabat 07 {SECOND}")

    found = candidates(page("Pejabat 07", *rows(SECOND)), case)

    assert {fit.timeline.post: fit.byline.author for fit in found}["pejabat07"] is not Author.NOTHING


def test_a_name_within_another_text_brings_an_author_above_no_nearer() -> None:
    other = f"Kemarin ramai sekali di kantor Pejabat 07 dan kawan semua. {FIRST}"
    own = "Besok kita semua akan pergi ke rumah makan di tepi sungai, jangan sampai terlambat datang."
    case = timeline("warta", other), timeline("pejabat07", own)

    found = candidates(page("Pejabat 07", "Staf Umum", *rows(other), *rows(own)), case)

    (named,) = (fit.byline for fit in found if fit.timeline.post == "pejabat07")
    assert named.author is not Author.NOTHING
    assert not named.directly


def test_a_text_above_one_that_is_shown_whole_is_the_post_where_it_differs_in_one_place() -> None:
    quoted = "Kami tidak akan hadir di rapat umum Paslon B pada 24 November 2024, kata Pejabat 24."
    case = timeline("pejabat07", SECOND), timeline("pejabat09", quoted)
    one = SECOND.replace("25 tetangga", "85 tetangga")
    two = one.replace("Paslon A", "Paslon C")

    def told(*texts: str) -> list[str]:
        return [
            post[0].fit.timeline.post
            for (post,) in spots(page(*(row for t in texts for row in rows(t))), *case)
        ]

    assert told(one, quoted) == ["pejabat07", "pejabat09"]
    assert told(two, quoted) == ["pejabat09"]
    assert told(quoted, one) == ["pejabat09"]


def test_a_changed_link_weighs_no_more_than_what_is_changed_in_it() -> None:
    link = "https://contoh.example/berita/222355"
    case = timeline("pejabat07", f"{SECOND} {link}"), timeline("pejabat09", f"{SECOND} dari warga")
    shown = f"{SECOND} {link.replace('berita', 'rumah')}"

    ((post,),) = spots(page("@pejabat07 · 2 jam", *rows(shown)), *case)

    assert post[0].fit.timeline.post == "pejabat07"
    assert post[0].judged.cost == len("berita")


def test_a_version_is_ruled_out_where_more_of_an_altered_one_stands_behind_its_end() -> None:
    longer, shorter = f"{SECOND} Semoga lancar", SECOND
    case = timeline("pejabat07", longer, shorter)

    def told(shown: str, *below: str) -> Reading:
        return _of_spots(spots(page("@pejabat07 · 2 jam", *rows(shown), *below), case), "")

    differing = told(f"{SECOND} Semoga aktif", "Balas")
    assert differing.outcome is Outcome.DIFFERS
    assert [(one.shown, one.recorded) for one in differing.differences] == [("aktif", "lancar")]
    assert told(f"{SECOND} Sehat aktif", "Balas").outcome is Outcome.INCONCLUSIVE


def test_what_stands_farther_down_rules_no_version_out() -> None:
    case = timeline("pejabat07", f"{SECOND} Semoga semuanya lancar", SECOND)
    below = "Semoga semuanya aktif"

    right_behind = spots(page("@pejabat07 · 2 jam", *rows(f"{SECOND} Balas"), below), case)
    farther = spots(page("@pejabat07 · 2 jam", *rows(f"{SECOND} Balas"), "Suka", "Bagikan", below), case)

    assert _of_spots(right_behind, "").outcome is Outcome.DIFFERS
    assert _of_spots(farther, "").outcome is Outcome.INCONCLUSIVE


def test_a_version_that_begins_with_one_that_differs_differs_as_well() -> None:
    ending = f"{FIRST} Foto diambil pukul 16.30 di depan Desa Umpama"
    case = timeline("pejabat07", f"{ending}. Bersama Pejabat 78 dan @pejabat12 serta para tetangga", ending)
    text = rows(ending.removesuffix(" Desa Umpama"))

    told = _of_spots(
        spots(page("@pejabat07 · 2 jam", *text, "Kota Contoh", "Lihat semua 2.069 komentar"), case), ""
    )

    assert [(one.shown, one.recorded) for one in told.differences] == [("Kota Contoh", "Desa Umpama")]


def test_of_versions_that_were_laid_in_other_columns_neither_is_ruled_out() -> None:
    case = timeline("pejabat07", f"{SECOND} Semoga lancar", SECOND)
    lines = page("@pejabat07 · 2 jam", *rows(f"{SECOND} Semoga aktif"), "Balas")
    (post,) = by_post(judged(candidates(lines, [case]), SameAgain()))
    (shorter,) = (one for one in post if not one.judged.differences)
    elsewhere = replace(shorter.judged.laid, shown=replace(shorter.judged.laid.shown, lines=()))
    moved = replace(shorter, judged=replace(shorter.judged, laid=elsewhere))

    assert shorter not in not_outdone(post)
    assert moved in not_outdone([moved if one is shorter else one for one in post])


def test_a_text_is_looked_at_again_though_an_earlier_one_that_holds_more_is_quoted_elsewhere() -> None:
    later, earlier = "Besok kami semua pergi ke rumah makan di tepi sungai, datanglah.", SECOND
    case = timeline("pejabat07", earlier, later)
    lines = page("@pejabat07 · 2 jam", *rows(later.replace("sungai", "pantai")), "Staf Umum", *rows(earlier))

    found = judged(candidates(lines, [case]), SameAgain())

    assert {one.fit.version.text for one in found} == {earlier, later}


def test_the_text_beneath_its_author_is_judged_though_an_earlier_one_is_quoted_below_it() -> None:
    earlier, later = f"{FIRST} Bawa kartu pemilih.", SECOND
    case = timeline("pejabat07", earlier, later)

    ((post,),) = spots(
        page(
            "@pejabat07 · 2 jam",
            *rows(later.replace("Paslon A", "Paslon B")),
            "Staf Umum",
            *rows(earlier),
        ),
        case,
    )

    assert {one.fit.version.text for one in post} == {later}
    assert [(one.shown, one.recorded) for one in post[0].judged.differences] == [("B", "A")]


def test_of_one_text_by_two_accounts_the_one_whose_author_stands_above_is_shown() -> None:
    case = timeline("pejabat07", SECOND), timeline("pejabat09", SECOND)

    ((post,),) = spots(page("@pejabat09 · 2 jam", *rows(SECOND)), *case)
    ((*both,),) = spots(page("@lain · 2 jam", *rows(SECOND)), *case)

    assert post[0].fit.timeline.post == "pejabat09"
    assert {one[0].fit.timeline.post for one in both} == {"pejabat07", "pejabat09"}


def test_the_author_is_told_where_a_sign_joins_the_handle_to_the_time_behind_it() -> None:
    case = timeline("pejabat07", SECOND), timeline("pejabat09", SECOND)

    ((post,),) = spots(page("@pejabat09·10-26", *rows(SECOND)), *case)

    assert post[0].fit.timeline.post == "pejabat09"


def test_the_author_is_told_where_the_handle_is_joined_to_the_name_before_it() -> None:
    case = timeline("kadis07_a", SECOND), timeline("kadis09_b", SECOND)
    accounts = [Account(handle=one.post, name=f"Pejabat {one.post[5:7]}") for one in case]
    case = tuple(
        replace(one, observations=(replace(seen, post=replace(seen.post, author=account)),))
        for one, account in zip(case, accounts, strict=True)
        for seen in one.observations
        if seen.post
    )

    ((post,),) = spots(page("Pejabat 09kadis09_b", *rows(SECOND)), *case)

    assert (post[0].fit.timeline.post, post[0].fit.byline.author) == ("kadis09_b", Author.HANDLE)


def test_a_forums_author_stands_at_the_left_of_the_text() -> None:
    case = timeline("pejabat07", SECOND), timeline("pejabat09", SECOND)
    text = [
        Line(
            words=tuple(Word(text=word.text, box=(word.box[0] + 400, *word.box[1:])) for word in line.words),
            box=(line.box[0] + 400, *line.box[1:]),
            score=1.0,
        )
        for line in page("Rapat", *rows(SECOND))
    ]
    (name,) = page("pejabat09")
    name = Line(words=name.words, box=(40, 145, 90, 30), score=1.0)

    ((post,),) = spots([text[0], name, *text[1:]], *case)

    assert post[0].fit.timeline.post == "pejabat09"


def test_an_altered_word_does_not_make_it_the_near_copy_of_another_account() -> None:
    theirs = SECOND.replace("Paslon A", "Paslon B")
    case = timeline("pejabat07", SECOND), timeline("pejabat09", theirs)

    ((post,),) = spots(page("@pejabat07 · 2 jam", *rows(theirs)), *case)

    assert post[0].fit.timeline.post == "pejabat07"
    assert [(one.shown, one.recorded) for one in post[0].judged.differences] == [("B", "A")]


def test_words_that_fit_better_by_a_sentence_win_whoever_stands_above() -> None:
    case = timeline("pejabat07", FIRST), timeline("pejabat09", SECOND)

    ((post,),) = spots(page("@pejabat07 · 2 jam", *rows(SECOND)), *case)

    assert post[0].fit.timeline.post == "pejabat09"


def test_a_version_that_is_the_beginning_of_what_is_shown_is_not_the_one_shown() -> None:
    case = (timeline("pejabat07", FIRST, SECOND),)

    ((genuine,),) = spots(page("@pejabat07", *rows(SECOND, 10)), *case)
    ((altered,),) = spots(page("@pejabat07", *rows(SECOND.replace("12", "72"), 10)), *case)

    assert [one.fit.version.n for one in version_shown(genuine)] == [2]
    assert version_shown(altered) == []
    assert altered[0].fit.version.n == 2


def test_where_the_picture_ends_with_the_text_a_version_that_goes_on_may_be_the_one_shown() -> None:
    case = (timeline("pejabat07", FIRST, SECOND),)

    ((ended,),) = spots(page("@pejabat07", *rows(FIRST), "Ketik pesan"), *case)
    ((followed,),) = spots(page("@pejabat07", *rows(FIRST), "12 suka", "Komentar lain"), *case)

    assert [one.fit.version.n for one in version_shown(ended)] == [1, 2]
    assert [one.fit.version.n for one in version_shown(followed)] == [1]


def test_where_an_altered_longer_version_goes_on_right_behind_the_end_of_another_it_differs() -> None:
    case = (timeline("pejabat07", FIRST, f"{FIRST} Selengkapnya di https://contoh.example/berita/4240"),)
    altered = "Selengkapnya di https://contoh.menolak/surat/17 kemarin"

    behind = spots(page("@pejabat07", *rows(FIRST), *rows(altered), "12 suka", "Lain"), *case)
    apart = spots(page("@pejabat07", *rows(FIRST), "12 suka", "", *rows(altered), "Lain"), *case)

    reading = _of_spots(behind, "")
    assert (reading.outcome, reading.version) == (Outcome.DIFFERS, 2)
    assert [one.shown for one in reading.differences] == ["https://contoh.menolak/surat/17 kemarin"]
    doubtful = _of_spots(apart, "")
    assert (doubtful.outcome, doubtful.version) == (Outcome.INCONCLUSIVE, None)
    assert "stands more that is near to version 2" in doubtful.reason


def test_a_text_that_differs_in_two_places_must_stand_directly_below_its_author() -> None:
    case = (timeline("pejabat07", SECOND),)
    altered = rows(SECOND.replace("Paslon A", "Paslon B").replace("TPS 12", "TPS 17"))

    def outcome(*above: str) -> Outcome:
        return _of_spots(spots(page(*above, *altered, "12 suka", "Lain"), *case), "").outcome

    assert outcome("@pejabat07 · 2 jam") is Outcome.DIFFERS
    assert outcome("Pejabat 07", "20 Februari 2024") is Outcome.DIFFERS
    assert outcome("Grup Warga") is Outcome.INCONCLUSIVE
    assert outcome("@pejabat07 · 2 jam", "Staf Umum") is Outcome.INCONCLUSIVE


def test_of_a_text_that_was_cut_off_by_the_platform_the_version_that_goes_on_is_shown() -> None:
    begun = " ".join(SECOND.split()[: len(FIRST.split()) + 2])
    case = (timeline("pejabat07", FIRST, SECOND),)

    ((post,),) = spots(page("@pejabat07", *rows(FIRST), f"{begun[len(FIRST) :]}… selengkapnya"), *case)

    assert [one.fit.version.n for one in version_shown(post)] == [2]


def test_a_text_that_only_resembles_an_archived_one_below_the_post_is_another_text() -> None:
    other = "Rapat kerja dinas dimulai pukul 08.00 di aula kantor bupati, mohon hadir tepat waktu."
    case = timeline("pejabat07", SECOND), timeline("pejabat03", other)
    quoted = other.replace("08.00", "10.30").replace("bupati", "camat")

    ((post,),) = spots(page("@pejabat07", *rows(SECOND), "Umum", *rows(quoted)), *case)

    assert post[0].fit.timeline.post == "pejabat07"


def test_a_quoted_text_that_resembles_a_post_of_somebody_whose_name_stands_above_both_is_another_text() -> (
    None
):
    other = "Rapat kerja dinas dimulai pukul 08.00 di aula kantor bupati, mohon hadir tepat waktu."
    case = timeline("pejabat07", SECOND), timeline("staf_07", other)
    quoted = other.replace("08.00", "10.30").replace("bupati", "camat")

    def shown(*between: str) -> list[str]:
        found = spots(page("Pejabat 07", "@pejabat07", *rows(SECOND), *between, *rows(quoted)), *case)
        return [post[0].fit.timeline.post for spot in found for post in spot]

    assert shown("Staf Umum") == ["pejabat07"]
    assert shown("Pejabat 07") == ["pejabat07", "staf_07"]


def test_of_an_archived_post_and_one_that_it_quotes_the_one_whose_author_stands_above_is_told_of() -> None:
    quoted = "Selamat pagi, kami dari dinas tidak menghadiri kampanye nomor urut 2 karena ada tugas."
    case = timeline("pejabat03", quoted), timeline("pejabat07", SECOND)
    shown = spots(page("Saluran Kota", "@pejabat07", *rows(quoted), *rows(SECOND)), *case)

    assert len(shown) == 2
    assert _of_spots(shown, "").post == "pejabat07"


def differing(*beside: Beside) -> Reading:
    """A reading in which a word differs, with what stands around the text."""
    return reading(
        outcome=Outcome.DIFFERS,
        post="pejabat07",
        differences=(Difference(shown="B", recorded="A", box=None),),
        method=METHOD,
        beside=beside,
    )


def test_other_words_below_another_account_may_be_its_own_post() -> None:
    told = unless_anothers(differing(field(Part.HANDLE, Outcome.DIFFERS)))

    assert (told.outcome, told.version, told.differences) == (Outcome.INCONCLUSIVE, None, ())
    assert "this may be another's post" in told.reason


def test_other_words_below_the_authors_own_name_differ() -> None:
    own = differing(field(Part.HANDLE, Outcome.DIFFERS), field(Part.NAME, Outcome.CONSISTENT))

    assert unless_anothers(own) == own
    assert unless_anothers(differing()) == differing()


def test_a_handle_below_the_text_is_a_quoted_posts_where_the_name_stands_above() -> None:
    name = field(Part.NAME, Outcome.CONSISTENT)

    (below, _), (above, _) = (
        of_this_post((field(Part.HANDLE, Outcome.DIFFERS, box=(0, top, 10, 10)), name), (0, 50, 100, 100))
        for top in (200, 20)
    )

    assert below.outcome is None
    assert above.outcome is Outcome.DIFFERS


def test_another_account_above_the_same_words_is_told_of_as_in_doubt() -> None:
    other = reading(beside=(field(Part.HANDLE, Outcome.DIFFERS), field(Part.TIME, Outcome.DIFFERS, says=())))

    assert [one.outcome for one in with_doubtful_accounts(other).beside] == [
        Outcome.INCONCLUSIVE,
        Outcome.DIFFERS,
    ]
