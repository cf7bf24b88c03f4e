"""Record what the **mock** of Mastodon's API answers: ``python -m lab.record_mastodon``.

Writes fixtures/platforms/mastodon/mock-*.json. The name says what they are: the mock's answers, and no real server's.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from evidentia.platforms import CapturedPage
from lab import asking, recorded
from lab.mastodon import CITIZEN, MODERATOR, OFFICIAL, MastodonMock
from lab.record_matrix import FIRST, SECOND, THIRD, picture

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "platforms" / "mastodon"


def life(server: MastodonMock) -> dict[str, CapturedPage]:
    """One status from its first wording to its deletion."""
    made: dict[str, CapturedPage] = {}
    status = server.post(OFFICIAL, FIRST)
    identifier, url = status["id"], status["url"]
    made["live"] = asking.capture(url)
    server.edit(OFFICIAL, identifier, SECOND)
    server.edit(OFFICIAL, identifier, THIRD, spoiler_text="Pemilihan")
    made["edited-twice"] = asking.capture(url)
    for who in (CITIZEN, MODERATOR):
        server.do(who, "POST", f"/api/v1/statuses/{identifier}/favourite")
    server.do(CITIZEN, "POST", f"/api/v1/statuses/{identifier}/reblog")
    reply = server.post(CITIZEN, "Benarkah?", in_reply_to_id=identifier)
    server.post(MODERATOR, "Ya, benar.", in_reply_to_id=reply["id"])
    made["with-acts"] = asking.capture(url)
    made["reply"] = asking.capture(reply["url"])
    server.delete(OFFICIAL, identifier)
    made["deleted"] = asking.capture(url)
    return made


def others(server: MastodonMock) -> dict[str, CapturedPage]:
    """Pictures, polls, what is passed on, and what never was."""
    file = server.upload(OFFICIAL, picture(), "image/png", "Surat suara")
    shown = server.post(OFFICIAL, "Foto", media_ids=[file])
    poll = server.post(
        OFFICIAL, "Pilih siapa?", poll={"options": ["Paslon A", "Paslon B"], "expires_in": 3600}
    )
    shared = server.do(CITIZEN, "POST", f"/api/v1/statuses/{shown['id']}/reblog")
    quoting = server.post(CITIZEN, "Lihat ini", quoted_status_id=shown["id"])
    return {
        "picture": asking.capture(shown["url"]),
        "poll": asking.capture(poll["url"]),
        "passed-on": asking.capture(f"{server.url}/@{CITIZEN}/{shared['id']}"),
        "quoting": asking.capture(quoting["url"]),
        "never-was": asking.capture(f"{server.url}/@{OFFICIAL}/1"),
    }


def main() -> None:
    """Record everything anew."""
    with tempfile.TemporaryDirectory() as folder, MastodonMock(Path(folder)) as server:
        for name, page in (life(server) | others(server)).items():
            recorded.save(page, FOLDER / f"mock-{name}.json")
            print(f"{name}: {len(page.responses)} answers")


if __name__ == "__main__":
    main()
