"""The lab's forum does what a forum does, and strangers can read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from lab.forum import CITIZEN, OFFICIAL, Forum, ForumError, empty_forum

ONE_SECOND = timedelta(seconds=1)  # HTTP dates are whole seconds


def test_stranger_reads_what_the_official_published(forum: Forum) -> None:
    topic = forum.publish("Dukungan", "Saya mendukung **Paslon A**.")
    page = forum.read(topic.url)
    assert page.status_code == 200
    assert "<strong>Paslon A</strong>" in page.text
    assert OFFICIAL.name in page.text
    assert f'data-pk="{topic.comment_id}"' in page.text


def test_comment_address_leads_to_the_topic(forum: Forum) -> None:
    topic = forum.publish("Alamat", "Isi.")
    assert forum.read(topic.comment_url).url.split("#")[0] == topic.url


def test_actions_state_the_time_on_the_servers_clock(forum: Forum) -> None:
    before = datetime.now(UTC) - ONE_SECOND
    topic = forum.publish("Waktu", "Isi.")
    edited = forum.edit(topic.comment_id, "Isi lain.")
    deleted = forum.delete(topic.comment_id)
    assert before <= topic.at <= edited <= deleted <= datetime.now(UTC)


def test_edit_replaces_the_text_and_counts_itself(forum: Forum) -> None:
    topic = forum.publish("Sunting", "Kalimat pertama.")
    forum.edit(topic.comment_id, "Kalimat kedua.")
    page = forum.read(topic.url).text
    assert "Kalimat kedua." in page
    assert "Kalimat pertama." not in page
    assert f"/comment/history/{topic.comment_id}/" in page


def test_members_see_earlier_versions_and_strangers_the_login_page(forum: Forum) -> None:
    topic = forum.publish("Riwayat", "Kalimat pertama.")
    forum.edit(topic.comment_id, "Kalimat kedua.")
    history = f"{forum.base_url}comment/history/{topic.comment_id}/"
    shown = forum.read(history, CITIZEN).text
    assert shown.index("Kalimat pertama.") < shown.index("Kalimat kedua.")
    assert "/user/login/" in forum.read(history).url


def test_removed_comment_leaves_a_notice_and_its_neighbour(forum: Forum) -> None:
    topic = forum.publish("Hapus", "Kalimat pejabat.")
    reply = forum.reply(topic, "Kalimat warga.")
    forum.delete(topic.comment_id)
    page = forum.read(topic.url).text
    assert "Kalimat pejabat." not in page
    assert "comment was removed" in page
    assert "Kalimat warga." in page
    assert f'data-pk="{reply.id}"' in page


def test_removed_topic_is_not_found(forum: Forum) -> None:
    topic = forum.publish("Hilang", "Isi.")
    forum.delete_topic(topic.id)
    assert forum.read(topic.url).status_code == 404


def test_stylesheet_is_served(forum: Forum) -> None:
    style = forum.read(f"{forum.base_url}static/spirit/stylesheets/styles.all.min.css")
    assert style.status_code == 200
    assert style.headers["Content-Type"].startswith("text/css")


def test_strangers_cannot_edit(forum: Forum) -> None:
    topic = forum.publish("Milik", "Isi.")
    with pytest.raises(ForumError, match="no form"):
        forum.edit(topic.comment_id, "Isi palsu.", author=CITIZEN)


def test_fresh_forum_is_laid_from_the_one_that_was_made_and_knows_nothing_of_another(
    forum: Forum, tmp_path: Path
) -> None:
    made = empty_forum()
    was_made = made.stat().st_ctime_ns
    forum.publish("Hanya di sana", "Isi.")
    with Forum(tmp_path / "second") as second:
        assert (empty_forum(), made.stat().st_ctime_ns) == (made, was_made)
        assert "Hanya di sana" not in second.read(second.base_url).text


def test_stopped_forum_no_longer_answers(forum: Forum, tmp_path: Path) -> None:
    other = Forum(tmp_path / "other")
    address = other.start()
    other.stop()
    other.stop()
    with pytest.raises(requests.ConnectionError):
        other.read(address)


def test_forum_that_cannot_start_says_why(forum: Forum, tmp_path: Path) -> None:
    broken = Forum(tmp_path / "broken")
    (tmp_path / "broken" / "forum" / "settings").mkdir(parents=True)
    (tmp_path / "broken" / "sitecustomize.py").write_text("raise SystemExit('this forum is broken')\n")
    with pytest.raises(ForumError, match="this forum is broken"):
        broken.start()
