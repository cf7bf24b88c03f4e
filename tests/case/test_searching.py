"""Searching cases: pictures, turned and encoded anew, words of many accounts, videos; and the index that is kept."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from evidentia.case import Case
from evidentia.case.search_index import FILE, index_of
from evidentia.case.search_parts import Filmed, HashedPicture, Wording
from evidentia.case.searching import Search, _clusters, _of_videos, _of_words
from evidentia.custody.identity import Custodian
from evidentia.fingerprint.video_types import Container, FrameHash, Gops, VideoFingerprint
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.item import Access
from evidentia.record.likeness import Kind, Place

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def photo(seed: int) -> Image.Image:
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (9, 12, 3), dtype=np.uint8)).resize((640, 480))


def add(case: Case, path: Path) -> int:
    return case.add(path, access=Access.FORWARDED).item


def command(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "evidentia", *words], capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout


def place(n: int, kind: Kind, *, case: str = "a", post: str = "", at: float | None = None) -> Place:
    return Place(case=case, item=n, path=f"data/{n:06d}/x", kind=kind, sha256=f"{n:064d}", post=post, at=at)


@pytest.fixture
def pair(case: Case, tmp_path: Path, person: Callable[..., Custodian]) -> tuple[Case, Case]:
    """Two cases: a picture in one, its recompressed copy and another picture in the other."""
    other = Case.create(tmp_path / "kasus-08", title="Lain", custodian=person("penyidik-a"))
    photo(1).save(tmp_path / "asli.png")
    photo(1).resize((400, 300)).save(tmp_path / "salinan.jpg", quality=60)
    photo(2).save(tmp_path / "lain.png")
    add(case, tmp_path / "asli.png")
    add(other, tmp_path / "salinan.jpg")
    add(other, tmp_path / "lain.png")
    return case, other


@pytest.mark.lab
def test_copies_are_found_across_cases_and_make_one_cluster(pair: tuple[Case, Case], tmp_path: Path) -> None:
    photo(1).save(tmp_path / "baru.jpg", quality=75)
    searched = Search(pair)

    found = searched.find(tmp_path / "baru.jpg")
    (cluster,) = searched.copies().pictures

    assert [(one.place.case, one.place.item) for one in found.pictures] == [("kasus-07", 1), ("kasus-08", 1)]
    assert not any(one.same_bytes for one in found.pictures)
    assert [(one.case, one.item) for one in cluster.members] == [("kasus-07", 1), ("kasus-08", 1)]
    assert searched.find(tmp_path / "lain.png").pictures[0].same_bytes
    assert found.compared == {"file": 3}


@pytest.mark.lab
@pytest.mark.parametrize("exif", [True, False], ids=["said in EXIF", "pixels turned, nothing said"])
def test_all_eight_orientations_are_found(case: Case, tmp_path: Path, exif: bool) -> None:
    photo(3).save(tmp_path / "tegak.png")
    add(case, tmp_path / "tegak.png")
    searched = Search([case])
    turns = [None, *Image.Transpose]
    for orientation, turn in enumerate((turns[at] for at in (0, 1, 4, 2, 6, 5, 7, 3)), start=1):
        file = tmp_path / f"{orientation}.png"
        turned = photo(3) if turn is None else photo(3).transpose(turn)
        said = Image.Exif()
        if exif:
            # stored so that the turn which EXIF asks for brings it upright: 6 and 8 undo each other
            said[0x0112] = {6: 8, 8: 6}.get(orientation, orientation)
        turned.save(file, exif=said)

        (alike,) = searched.find(file).pictures

        assert alike.distance is not None
        assert alike.distance <= 31
        assert bool(alike.turned) == (not exif and turn is not None)


@pytest.mark.lab
def test_the_index_is_kept_and_made_anew_when_the_case_moves_on_or_it_is_damaged(
    case: Case, letter: Path, tmp_path: Path
) -> None:
    photo(1).save(tmp_path / "asli.png")
    add(case, tmp_path / "asli.png")
    first, kept = index_of(case), case.folder / FILE
    written = kept.read_bytes()

    assert index_of(case) == first
    assert kept.read_bytes() == written
    kept.write_bytes(written.replace(b'"pdq":"', b'"pdq":"0', 1))
    assert index_of(case) == first
    assert kept.read_bytes() == written
    add(case, letter)
    assert len(index_of(case).parts.pictures) == 2


@pytest.mark.lab
def test_a_changed_file_of_fingerprints_is_refused(case: Case, tmp_path: Path) -> None:
    photo(1).save(tmp_path / "asli.png")
    add(case, tmp_path / "asli.png")
    sealed = case.folder / "data" / "000001" / "fingerprints.json"
    sealed.chmod(0o644)
    sealed.write_bytes(sealed.read_bytes().replace(b'"pdq"', b'"qdp"'))

    with pytest.raises(CustodyError):
        Search([case])


@pytest.mark.lab
def test_what_is_said_for_people_and_programs(pair: tuple[Case, Case], tmp_path: Path) -> None:
    folders = [word for one in pair for word in ("--case", str(one.folder))]
    photo(1).save(tmp_path / "baru.jpg", quality=75)

    code, said = command("find", str(tmp_path / "baru.jpg"), *folders)
    _, row = command("find", str(tmp_path / "baru.jpg"), *folders, "--json")
    _, clusters = command("copies", *folders, "--json")

    assert code == 0
    for name, line in (("found", row), ("copies", clusters)):
        schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
        assert list(Draft202012Validator(schema).iter_errors(json.loads(line))) == []
    assert "says neither that they show the same post nor that one of them was edited" in said
    assert [one["place"]["case"] for one in json.loads(row)["pictures"]] == ["kasus-07", "kasus-08"]
    assert len(json.loads(clusters)["pictures"][0]["members"]) == 2


def test_two_cases_of_one_name_or_none_are_refused() -> None:
    with pytest.raises(UsageError):
        Search([])


def test_fifteen_reports_about_one_video_are_one_cluster_and_another_video_is_none() -> None:
    rng = np.random.default_rng(5)
    scenes, strange = ([rng.bytes(32) for _ in range(20)] for _ in range(2))

    def video(n: int, hashes: Sequence[bytes]) -> Filmed:
        frames = tuple(
            FrameHash(
                at=float(at),
                pdq=(int.from_bytes(one, "big") ^ (1 << (n + at))).to_bytes(32, "big").hex(),
                quality=100,
            )
            for at, one in enumerate(hashes)
        )
        made = VideoFingerprint(
            container=Container(format="mov"),
            seconds=float(len(hashes)),
            frames=len(hashes),
            gops=Gops(kinds={}, distances=(), usual=None),
            hashes=frames,
        )
        return Filmed(place=place(n, Kind.FILE), fingerprint=made)

    videos = [video(n, scenes[n % 3 :]) for n in range(15)]  # some begin later
    videos += [video(20, strange), video(21, [*scenes[:3], *(rng.bytes(32) for _ in range(17))])]

    (cluster,) = _of_videos(videos)

    assert [one.item for one in cluster.members] == list(range(15))


def test_words_of_a_campaign_are_one_cluster_and_versions_of_one_post_are_none() -> None:
    text = "Mari dukung Paslon A di Kota Contoh besok pagi pukul delapan di lapangan bersama keluarga"
    posts = [
        Wording(place=place(n, Kind.WORDS, post=f"p:{n}"), text=text.replace("delapan", hour))
        for n, hour in enumerate(("delapan", "sembilan", "DELAPAN!", "tujuh"))
    ]
    versions = [
        Wording(place=place(9, Kind.WORDS, post="p:9"), text=words)
        for words in (
            "Rapat ditunda sampai hari Senin pekan depan ya",
            "Rapat ditunda sampai hari Senin pekan depan",
        )
    ]

    (cluster,) = _of_words([*posts, *versions])

    assert [one.post for one in cluster.members] == ["p:0", "p:1", "p:2", "p:3"]


def test_equal_bytes_are_copies_without_any_hash() -> None:
    one = HashedPicture(place=place(1, Kind.FILE))
    other = HashedPicture(place=Place(case="b", item=2, path="y", kind=Kind.FILE, sha256=one.place.sha256))

    (cluster,) = _clusters([one, other, HashedPicture(place=place(3, Kind.FILE))], 31)

    assert [member.case for member in cluster.members] == ["a", "b"]
