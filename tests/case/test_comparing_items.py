from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont

import evidentia as ev
from evidentia.case import Case
from evidentia.case.comparing_items import compare_items
from evidentia.cli.diffing import _Telling
from evidentia.record.comparison import Agreement, Comparison
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.life import WordMove
from evidentia.record.sentences import english, said
from evidentia.report.material import Language
from lab.forum import CITIZEN, Forum, Topic

BEFORE, AFTER = "Mari dukung Paslon A, coblos nomor 1!", "Mari datang bersama, bawa payung!"
LIGHT = ev.PageOptions(allow_private_network=True, light=True)


def seen(case: Case, topic: Topic) -> int:
    return case.capture(topic.url, access=ev.Access.PUBLIC, options=LIGHT).item.item


def added(case: Case, path: Path) -> int:
    return case.add(path, access=ev.Access.FORWARDED).item


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def moved(found: Comparison, move: WordMove) -> list[str]:
    (pair,) = found.texts
    return [run.text.strip() for run in pair.words if run.move is move]


def photograph(path: Path, *, quality: int = 95, mirrored: bool = False) -> Path:
    """A picture with large forms, of which PDQ can say enough."""
    picture = Image.linear_gradient("L").resize((600, 400)).convert("RGB")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((60, 40, 260, 300), fill="darkred")
    pen.rectangle((340, 120, 560, 380), fill="navy")
    pen.polygon([(300, 20), (420, 100), (280, 200)], fill="gold")
    if mirrored:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    picture.save(path, quality=quality)
    return path


def test_two_looks_at_an_edited_post_differ_in_its_words(case: Case, forum: Forum) -> None:
    topic = forum.publish("Kabar", BEFORE)
    first = seen(case, topic)
    same = seen(case, topic)
    assert compare_items(case, first, same).outcome is Agreement.SAME
    forum.edit(topic.comment_id, AFTER)
    found = compare_items(case, first, seen(case, topic))
    assert found.outcome is Agreement.DIFFERS
    assert found.circumstances == ()
    assert moved(found, WordMove.REMOVED) == ["dukung Paslon A, coblos nomor 1"]
    assert moved(found, WordMove.ADDED) == ["datang bersama, bawa payung"]
    assert {one.name for one in found.content} <= {"state", "edit_mark"}


def test_looks_at_two_posts_are_said_to_be_no_edit(case: Case, forum: Forum) -> None:
    one, other = (
        seen(case, forum.publish(f"Kabar {n}", BEFORE, who)) for n, who in ((1, CITIZEN), (2, CITIZEN))
    )
    found = compare_items(case, one, other)
    assert found.outcome is Agreement.DIFFERS
    assert "post" in {unlike.name for unlike in found.content}
    assert any("two posts" in said for said in found.not_compared)


def test_a_look_that_says_nothing_about_the_post_leaves_the_question_open(case: Case, forum: Forum) -> None:
    topic = forum.publish("Kabar", BEFORE)
    first = seen(case, topic)
    gone = case.capture("http://127.0.0.1:9/topic/1/", access=ev.Access.PUBLIC, options=LIGHT).item.item
    found = compare_items(case, first, gone)
    assert found.outcome is Agreement.UNDETERMINED
    assert any("unreachable, which says nothing about the post" in said for said in found.not_compared)


def test_of_a_chat_the_message_that_is_closest_to_the_post_is_taken(
    case: Case, forum: Forum, tmp_path: Path
) -> None:
    post = seen(case, forum.publish("Kabar", BEFORE))
    chat = written(
        tmp_path,
        "WhatsApp Chat dengan Grup.txt",
        "21/11/26 19.02 - Warga 12: Selamat sore semua, apakah sudah baca?\n"
        f"21/11/26 19.03 - Pejabat 07: {BEFORE}\n"
        "21/11/26 19.04 - Warga 12: Sudah\n",
    )
    found = compare_items(case, post, added(case, chat))
    assert found.outcome is Agreement.SAME
    (pair,) = found.texts
    assert pair.b.endswith("chat.json line 2")
    assert [one.name for one in found.circumstances] == ["kind", "access"]
    assert any("only one of the items is a look" in said for said in found.not_compared)


def test_a_text_that_was_handed_over_is_compared_word_by_word(
    case: Case, forum: Forum, tmp_path: Path
) -> None:
    post = seen(case, forum.publish("Kabar", BEFORE))
    found = compare_items(case, post, added(case, written(tmp_path, "salinan.txt", BEFORE.replace("A", "B"))))
    assert found.outcome is Agreement.DIFFERS
    assert moved(found, WordMove.ADDED) == ["B"]


def test_a_picture_encoded_anew_is_told_from_another(case: Case, tmp_path: Path) -> None:
    pytest.importorskip("pdqhash")
    first, anew, other = (
        added(case, photograph(tmp_path / name, **how))
        for name, how in (
            ("a.jpg", {}),
            ("b.jpg", {"quality": 40}),
            ("c.jpg", {"mirrored": True}),
        )
    )
    (pair,) = compare_items(case, first, anew).files
    assert pair.agreement is Agreement.ALIKE
    assert pair.distance is not None
    assert pair.distance <= 31
    assert diff(case, str(first), str(anew)).returncode == 3
    (pair,) = compare_items(case, first, other).files
    assert pair.agreement is Agreement.DIFFERS
    assert pair.distance is not None
    assert pair.distance > 31
    again = added(case, tmp_path / "a.jpg")
    assert compare_items(case, first, again).outcome is Agreement.SAME


def test_why_pictures_are_the_same_is_told_in_the_terminals_language(case: Case, tmp_path: Path) -> None:
    for n, quality in enumerate((95, 40)):
        added(case, photograph(tmp_path / f"foto{n}.jpg", quality=quality))

    told = diff(case, "1", "2", LC_ALL="id_ID.UTF-8").stdout

    assert "(PDQ, paling banyak 31 bit; sebagian kecil gambar mungkin lain)" in told
    assert "(PDQ, 31 bits at most; a small part of the picture may be another)" in diff(case, "1", "2").stdout


def test_words_that_were_read_in_a_picture_decide_nothing_where_they_differ(
    case: Case, forum: Forum, tmp_path: Path
) -> None:
    pytest.importorskip("rapidocr")
    post = seen(case, forum.publish("Kabar", BEFORE))
    shots = []
    for n, text in enumerate((BEFORE, BEFORE.replace("Paslon A", "Paslon B"))):
        picture = Image.new("RGB", (900, 160), "white")
        ImageDraw.Draw(picture).text((40, 50), text, font=ImageFont.load_default(36), fill="black")
        picture.save(tmp_path / f"shot{n}.png")
        shots.append(added(case, tmp_path / f"shot{n}.png"))
    same, other = (compare_items(case, post, shot) for shot in shots)
    assert same.outcome is Agreement.SAME
    assert other.outcome is Agreement.UNDETERMINED
    assert moved(other, WordMove.ADDED) == ["B"]
    assert other.texts[0].was_read


def test_what_cannot_be_read_is_said(case: Case, letter: Path, tmp_path: Path) -> None:
    (tmp_path / "rusak.bin").write_bytes(bytes(range(256)))
    found = compare_items(case, added(case, letter), added(case, tmp_path / "rusak.bin"))
    assert found.outcome is Agreement.DIFFERS  # two files of other bytes
    assert "words: no text is known of item 2" in found.not_compared
    assert any("is not a text in UTF-8" in said for said in found.not_compared)


def test_what_cannot_be_compared_is_told_in_the_language_that_was_asked_for(
    case: Case, letter: Path, tmp_path: Path
) -> None:
    (tmp_path / "rusak.bin").write_bytes(bytes(range(256)))
    found = compare_items(case, added(case, letter), added(case, tmp_path / "rusak.bin"))
    assert found.not_compared == tuple(english(one) for one in found.not_compared_say)
    told = "\n".join(_Telling(Language.INDONESIAN).lines(found))
    assert "kata-kata: tidak ada teks yang diketahui dari butir 2" in told
    assert "no text is known" not in told
    lying = replace(found, not_compared_say=(said("looks.beside.one_look"),) * len(found.not_compared))
    assert "no text is known of item 2" in "\n".join(_Telling(Language.INDONESIAN).lines(lying))
    assert "no text is known of item 2" in "\n".join(
        _Telling(Language.INDONESIAN).lines(replace(found, not_compared_say=()))
    )


def test_a_file_that_was_changed_since_it_was_sealed_is_not_examined(case: Case, letter: Path) -> None:
    first, second = added(case, letter), added(case, letter)
    (stored,) = (case.folder / "data" / "000001").glob("original.*")
    stored.chmod(0o644)
    stored.write_text("Kepada Pejabat 08")
    with pytest.raises(CustodyError):
        compare_items(case, first, second)


def test_an_item_that_is_not_there_is_a_mistake_of_the_caller(case: Case, letter: Path) -> None:
    with pytest.raises(UsageError):
        compare_items(case, added(case, letter), 7)


def diff(case: Case, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "evidentia", "diff", *arguments, "--case", str(case.folder)],
        env=os.environ | {"LC_ALL": "C.UTF-8"} | more,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def test_the_command_tells_in_two_languages_and_by_its_exit_code(
    case: Case, forum: Forum, tmp_path: Path
) -> None:
    topic = forum.publish("Kabar", BEFORE)
    seen(case, topic)
    forum.edit(topic.comment_id, AFTER)
    seen(case, topic)
    copy = written(tmp_path, "salinan.txt", BEFORE)
    added(case, copy)
    differing = diff(case, "1", "2")
    assert differing.returncode == 1
    assert "Item 1 and item 2: different" in differing.stdout
    assert "[- dukung Paslon A, coblos nomor 1-]{+ datang bersama, bawa payung+}" in differing.stdout
    assert "Butir 1 dan butir 2: berbeda" in diff(case, "1", "2", LC_ALL="id_ID.UTF-8").stdout
    by_file = diff(case, "1", str(copy), "--json")
    assert by_file.returncode == 0, by_file.stdout
    told: dict[str, Any] = json.loads(by_file.stdout)
    assert (told["a"], told["b"], told["outcome"]) == (1, 3, "same")
    assert diff(case, "1", "tidak-ada.txt").returncode == 2
