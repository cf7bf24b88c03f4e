"""Record what real relays say of events in every state: ``python -m lab.record_nostr``.

Writes ``fixtures/platforms/nostr/NAME.json``: the capture of a light look by evidentia's own client. Keys and times,
and with them ids and signatures, are the same in every run; the relays' ports differ.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from evidentia.platforms import CapturedPage, nostr_names
from lab.nostr import CITIZEN, OFFICIAL, ROOT, STRANGER, Event, Relay
from lab.recorded import save

FOLDER = ROOT / "fixtures" / "platforms" / "nostr"
NOON = 1_740_000_000  # 2025-02-19, 21:20 UTC
TEXT = "Saya mendukung Paslon A 🗳️ #PemiluKota\u2028bersama nostr:{npub} lihat https://kota.example/berita."
PROFILE = {"name": "pejabat07", "display_name": "Pejabat 07", "nip05": "pejabat07@kota.example"}


def capture(url: str) -> CapturedPage:
    """What a light look at ``url`` on loopback brings."""
    from evidentia.capture.light import probe
    from evidentia.capture.options import PageOptions

    (seen,) = probe([url], PageOptions(allow_private_network=True))
    return seen.look.page()


def note() -> Event:
    """The post that most recordings are about."""
    tags = [["t", "pemilukota"], ["p", CITIZEN.pubkey], ["content-warning", "politik"]]
    return OFFICIAL.sign(1, TEXT.format(npub=nostr_names.encode("npub", CITIZEN.pubkey)), tags, at=NOON)


def article(version: int, at: int) -> Event:
    """A long text, which later versions of itself replace."""
    tags = [["d", "sikap"], ["title", "Sikap saya"], ["published_at", str(NOON)]]
    return OFFICIAL.sign(30023, f"Wording {version} of an article", tags, at=at)


def acts() -> list[Event]:
    """What others did with the post, and with what others said below it."""
    post = note()
    about = [["e", post["id"]], ["p", OFFICIAL.pubkey]]
    answer = CITIZEN.sign(1, "Bukankah pejabat netral?", [["e", post["id"], "", "root"]], at=NOON + 60)
    below = [["e", post["id"], "", "root"], ["e", answer["id"], "", "reply"]]
    return [
        OFFICIAL.sign(0, json.dumps({"name": "lama"}), at=NOON - 900),
        OFFICIAL.sign(0, json.dumps(PROFILE), at=NOON - 500),
        CITIZEN.sign(7, "🔥", about, at=NOON + 10),
        STRANGER.sign(7, "-", about, at=NOON + 20),
        STRANGER.sign(6, json.dumps(post), about, at=NOON + 30),
        answer,
        STRANGER.sign(1, "Setuju dengan jawaban ini.", below, at=NOON + 70),
    ]


def by_id(event: Event, *relays: Relay, author: bool = True) -> str:
    """The event's address, with or without its author in it."""
    name = (
        nostr_names.encode_event(event["id"], event["pubkey"], event["kind"])
        if author
        else nostr_names.encode("note", event["id"])
    )
    return f"nostr:{name}?" + "&".join(f"relay={relay.url}" for relay in relays)


def by_coordinate(event: Event, *relays: Relay) -> str:
    """The address of whatever version of an article is the latest."""
    name = nostr_names.encode_coordinate(event["kind"], event["pubkey"], "sikap")
    return f"nostr:{name}?" + "&".join(f"relay={relay.url}" for relay in relays)


def record(first: Relay, second: Relay) -> dict[str, CapturedPage]:
    """Let people publish and delete; every state as a visitor saw it."""
    made: dict[str, CapturedPage] = {}
    post, old, new = note(), article(1, NOON), article(2, NOON + 600)
    made["note-that-never-was"] = capture(by_id(post, first))
    for relay in (first, second):
        relay.publish(post)
    made["note-live"] = capture(by_id(post, first, author=False))
    first.publish(*acts())
    made["note-with-acts"] = capture(by_id(post, first))
    first.publish(STRANGER.sign(5, "hapus", [["e", post["id"]]], at=NOON + 80))
    made["note-that-a-stranger-asked-to-delete"] = capture(by_id(post, first))
    first.publish(OFFICIAL.sign(5, "salah kirim", [["e", post["id"]], ["k", "1"]], at=NOON + 90))
    made["note-deleted"] = capture(by_id(post, first))
    made["note-deleted-author-not-in-address"] = capture(by_id(post, first, author=False))
    made["note-deleted-at-one-of-two-relays"] = capture(by_id(post, first, second))
    first.publish(old)
    second.publish(old)
    made["article-live"] = capture(by_coordinate(old, first))
    first.publish(new)
    made["article-replaced"] = capture(by_coordinate(old, first))
    made["article-in-two-versions-at-two-relays"] = capture(by_coordinate(old, first, second))
    made["article-version-named"] = capture(by_id(old, second))
    coordinate = f"30023:{OFFICIAL.pubkey}:sikap"
    second.publish(OFFICIAL.sign(5, "", [["a", coordinate]], at=NOON + 300))
    made["article-older-version-deleted"] = capture(by_coordinate(old, first, second))
    return made


def main() -> None:
    """Write all of them."""
    with (
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as two,
        Relay(Path(one)) as first,
        Relay(Path(two)) as second,
    ):
        made = record(first, second)
    made["no-relay-answers"] = capture(by_id(note(), first))
    for name, page in made.items():
        save(page, FOLDER / f"{name}.json")
        print(name, len(page.responses))


if __name__ == "__main__":
    main()
