"""A case of a thousand posts: only the few wordings that may be shown are aligned. Counted, not timed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from evidentia.detect.reading.bylines import Author
from evidentia.detect.reading.choose import candidates
from evidentia.detect.reading.compare import Laid, Tokens, lay_in_column
from evidentia.detect.reading.ocr import Line
from evidentia.detect.reading.retrieve import MOST_OF_BEST, MOST_OF_OTHERS, MOST_POSTS, likely, shingles
from evidentia.record.life import Timeline, Version
from evidentia.record.moment import Interval
from evidentia.record.post import Account, Observation, Post, State
from tests.detect.lines_read import lines

WORDS = [
    *("rapat", "warga", "kantor", "dinas", "pukul", "hari", "datang", "bantuan", "sekolah", "jalan", "pasar"),
    *(
        "desa",
        "kota",
        "laporan",
        "acara",
        "hadir",
        "bersama",
        "pegawai",
        "tahun",
        "anggaran",
        "surat",
        "resmi",
    ),
]


def timeline(number: int, *texts: str, handle: str = "") -> Timeline:
    url = f"https://sosial.example/p/{number}"
    post = Post(
        platform="sosial",
        native_id=str(number),
        url=url,
        author=Account(handle=handle or f"warga{number:04}", name=f"Warga {number:04}"),
        text=texts[-1],
    )
    seen = Observation(
        key=str(number),
        url=url,
        state=State.LIVE,
        during=Interval(),
        source="browser",
        evidence=(),
        post=post,
    )
    versions = tuple(
        Version(n=n, text=text, not_before=None, not_after=None, evidence=())
        for n, text in enumerate(texts, start=1)
    )
    return Timeline(
        post=str(number), url=url, state=State.LIVE, observations=(seen,), versions=versions, changes=()
    )


def thousand() -> list[Timeline]:
    random = Random(7)
    return [
        timeline(
            number,
            *(" ".join([*random.choices(WORDS, k=20), str(random.randrange(10_000))]) for _ in range(3)),
        )
        for number in range(1000)
    ]


def shown(one: Timeline, version: int, *, author: str = "") -> list[Line]:
    words = one.versions[version].text.split()
    return lines(
        author or f"@warga{one.post:>04}", " ".join(words[:8]), " ".join(words[8:16]), " ".join(words[16:])
    )


def test_of_three_thousand_wordings_a_few_are_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    case = thousand()
    aligned = 0

    def counted(recorded: Tokens, rows: Sequence[Line]) -> Laid:
        nonlocal aligned
        aligned += 1
        return lay_in_column(recorded, rows)

    monkeypatch.setattr(
        "evidentia.detect.reading.choose.lay_in_column", counted
    )  # counts, and does what the real one does
    for number in (0, 999):
        aligned = 0
        best = max(candidates(shown(case[number], 1), case), key=lambda fit: fit.laid.count)

        assert (best.timeline.post, best.version.n) == (str(number), 2)
        assert best.byline.author is Author.HANDLE
        assert aligned <= MOST_OF_BEST + (MOST_POSTS - 1) * MOST_OF_OTHERS


def test_one_altered_word_does_not_hide_a_post_among_a_thousand() -> None:
    case = thousand()
    altered = [
        *shown(case[5], 0)[:2],
        *lines("x", "x", " ".join(["tidak", *case[5].versions[0].text.split()[9:16]]))[2:],
    ]

    assert next(iter(likely(" ".join(line.text for line in altered), _texts(case)))) == "5"


def test_a_name_counts_as_the_authors_only_as_words_of_its_own_above_the_text() -> None:
    text = "rapat warga kantor dinas pukul sepuluh"
    post = timeline(8, text, handle="kadis8")

    def author(*rows: str) -> Author:
        (fit,) = candidates(lines(*rows), [post])
        return fit.byline.author

    assert author("@kadis8 · 2 jam", text) is Author.HANDLE
    assert author("@kadis84 · 2 jam", text) is Author.NOTHING
    assert author("Warga 0008", text) is Author.NAME
    assert author(text, "kadis8") is Author.NOTHING


def test_shingles_are_runs_of_letters_and_digits_without_case() -> None:
    assert shingles("Rp 1.23") == {"rp123"}
    assert shingles("Ya") == {"ya"}
    assert shingles("…") == frozenset()


def _texts(case: list[Timeline]) -> dict[str, list[str]]:
    return {one.post: [version.text for version in one.versions] for one in case}
