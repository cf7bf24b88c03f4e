"""Record the pages that a real forum shows in every state of a post: ``python -m lab.record_forum_pages``.

Writes ``NAME.html`` (the body's bytes as sent) and ``NAME.json`` (address, status, headers, who was looking)
into ``fixtures/platforms/spirit``. The port and the times differ from run to run.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import requests

from lab.forum import CITIZEN, MODERATOR, ROOT, Forum, Person

FOLDER = ROOT / "fixtures" / "platforms" / "spirit"
TITLE = "Dukungan untuk Paslon A"
FIRST = "Saya mendukung **Paslon A** dalam pemilihan kota.\n\nMari kita menangkan bersama!"
SECOND = "Saya netral dalam pemilihan kota.\n\nMari kita sukseskan bersama!"
THIRD = "Saya netral dalam pemilihan kota."
MISLEADING = "Komentar saya telah dihapus oleh admin. This comment has been removed? 404? Tidak, masih ada."


class Recorder:
    """Looks at a forum and keeps what it saw."""

    def __init__(self, forum: Forum, folder: Path) -> None:
        self.forum = forum
        self.folder = folder

    def see(self, name: str, url: str, reader: Person | None = None) -> None:
        """Keep the page at ``url`` under ``name``, redirects included."""
        answer = self.forum.read(url, reader)
        (self.folder / f"{name}.html").write_bytes(answer.content)
        facts = {
            "requested_url": url,
            "reader": "anonymous" if reader is None else reader.username,
            "redirects": [_exchange(step) for step in answer.history],
            **_exchange(answer),
        }
        (self.folder / f"{name}.json").write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", "utf-8")


def _exchange(answer: requests.Response) -> dict[str, object]:
    headers = [[name, value] for name, value in answer.headers.items() if name.lower() != "set-cookie"]
    return {"url": answer.url, "status": answer.status_code, "headers": headers}


def record(forum: Forum, folder: Path) -> None:
    """Walk a post through its life and keep each page."""
    folder.mkdir(parents=True, exist_ok=True)
    keep = Recorder(forum, folder)
    topic = forum.publish(TITLE, FIRST)
    history = f"{forum.base_url}comment/history/{topic.comment_id}/"
    keep.see("topic-live", topic.url)
    keep.see("topic-live-by-comment-address", topic.comment_url)

    reply = forum.reply(topic, "Bukankah pejabat harus netral?")
    keep.see("topic-live-with-reply", topic.url)
    keep.see("topic-live-with-reply-as-other-member", topic.url, CITIZEN)

    forum.edit(topic.comment_id, SECOND)
    keep.see("topic-edited-once", topic.url)
    forum.edit(topic.comment_id, THIRD)
    keep.see("topic-edited-twice", topic.url)
    keep.see("comment-history-as-other-member", history, CITIZEN)
    keep.see("comment-history-anonymous-is-login-page", history)
    keep.see("front-page", forum.base_url)

    forum.delete(reply.id)
    keep.see("topic-edited-reply-removed", topic.url)
    forum.delete(topic.comment_id)
    keep.see("topic-first-comment-removed", topic.url)
    keep.see("topic-first-comment-removed-as-moderator", topic.url, MODERATOR)
    forum.delete_topic(topic.id)
    keep.see("topic-removed-is-404", topic.url)
    keep.see("topic-removed-as-moderator", topic.url, MODERATOR)
    keep.see("topic-removed-by-comment-address", topic.comment_url)
    keep.see("topic-that-never-was-is-404", f"{forum.base_url}topic/999/tidak-pernah-ada/")

    keep.see("topic-live-text-speaks-of-removal", forum.publish("Sudah dihapus?", MISLEADING).url)
    keep.see("login-page", f"{forum.base_url}user/login/")


def main() -> None:
    """Record into ``fixtures/platforms/spirit``."""
    with tempfile.TemporaryDirectory() as scratch, Forum(Path(scratch) / "forum") as forum:
        record(forum, FOLDER)
    print(f"{len(list(FOLDER.glob('*.html')))} pages in {FOLDER.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
