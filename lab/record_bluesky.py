"""Record what a real Bluesky host answers in every state of a post: ``python -m lab.record_bluesky``.

Writes into ``fixtures/platforms/bluesky``. Keys, ports and times differ from run to run.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from lab.bluesky import ROOT, Bluesky, Member, Published
from lab.recorded import save

FOLDER = ROOT / "fixtures" / "platforms" / "bluesky"
FIRST = "Saya mendukung Paslon A dalam pemilihan kota."
SECOND = "Saya netral dalam pemilihan kota."
RICH = "🇮🇩 Halo @warga12.test, baca https://contoh.test/kabar #Netralitas"
NEIGHBOURS = 40  # other posts of the account, so that the tree has several layers


class Recorder:
    """Looks at a host and keeps what it answered."""

    def __init__(self, host: Bluesky, folder: Path) -> None:
        self.host = host
        self.folder = folder

    def see(self, name: str, url: str) -> None:
        """Keep the answers about ``url`` under ``name``."""
        save(self.host.look(url), self.folder / f"{name}.json")


def address(member: Member, post: Published) -> str:
    """A post's address as people pass it on."""
    return f"https://bsky.app/profile/{member.handle}/post/{post.rkey}"


def picture() -> bytes:
    """A small picture, the same at every run."""
    from PIL import Image

    written = io.BytesIO()
    Image.new("RGB", (24, 16), (180, 30, 40)).save(written, "PNG")
    return written.getvalue()


def facet(text: str, part: str, **feature: str) -> dict[str, Any]:
    """The mark of ``part`` of a text: offsets in bytes of UTF-8, as the lexicon has them."""
    kind = {"did": "mention", "uri": "link", "tag": "tag"}[next(iter(feature))]
    start = text.encode().index(part.encode())
    index = {"byteStart": start, "byteEnd": start + len(part.encode())}
    return {"index": index, "features": [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}]}


def images(blob: dict[str, Any], alt: str) -> dict[str, Any]:
    """An embed of one picture."""
    return {"$type": "app.bsky.embed.images", "images": [{"image": blob, "alt": alt}]}


def record_life(keep: Recorder, official: Member) -> Published:
    """A post is published, edited and removed."""
    host = keep.host
    post = host.publish(official, FIRST, langs=["id"])
    for number in range(NEIGHBOURS):
        host.publish(official, f"Kabar nomor {number}.")
    keep.see("post-live", address(official, post))
    keep.see("post-live-by-at-uri", post.uri)
    host.edit(official, post, SECOND, langs=["id"])
    keep.see("post-edited", address(official, post))
    host.delete(official, post)
    keep.see("post-removed", address(official, post))
    return post


def record_kinds(keep: Recorder, official: Member, citizen: Member) -> None:
    """Posts with pictures, marks, replies, quotes and a link's preview."""
    host = keep.host
    marks = [
        facet(RICH, "@warga12.test", did=citizen.did),
        facet(RICH, "https://contoh.test/kabar", uri="https://contoh.test/kabar"),
        facet(RICH, "#Netralitas", tag="Netralitas"),
        {"index": {"byteStart": 1, "byteEnd": 6}, "features": marked_inside("https://contoh.test/")},
    ]
    own_labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "graphic-media"}]}
    blob = host.upload(official, picture())
    rich = host.publish(
        official, RICH, facets=marks, langs=["id", "en"], labels=own_labels, embed=images(blob, "Foto apel")
    )
    keep.see("post-with-marks-and-picture", address(official, rich))

    reply = host.publish(
        citizen,
        "Bukankah pejabat harus netral?",
        reply={"root": rich.reference, "parent": rich.reference},
    )
    keep.see("reply", address(citizen, reply))

    shown = images(host.upload(citizen, picture()), "Tangkapan layar")
    quoted = {"$type": "app.bsky.embed.record", "record": rich.reference}
    quote = host.publish(
        citizen,
        "Lihat ini.",
        embed={"$type": "app.bsky.embed.recordWithMedia", "record": quoted, "media": shown},
    )
    keep.see("quote-with-picture", address(citizen, quote))

    preview = {"uri": "https://contoh.test/kabar", "title": "Kabar Kota Contoh", "description": "Ringkasan"}
    linked = host.publish(citizen, "Baca.", embed={"$type": "app.bsky.embed.external", "external": preview})
    keep.see("post-with-link-preview", address(citizen, linked))


def marked_inside(uri: str) -> list[dict[str, str]]:
    """A link; its mark begins in the middle of a character, which the host does not check."""
    return [{"$type": "app.bsky.richtext.facet#link", "uri": uri}]


def record_ends(keep: Recorder, citizen: Member) -> None:
    """What the host's moderators and the account's owner can do, and addresses that lead nowhere."""
    host = keep.host
    withheld = host.publish(citizen, "Kiriman yang ditarik moderator.")
    host.take_down(withheld)
    keep.see("post-withheld-by-host", address(citizen, withheld))
    keep.see("post-that-never-was", f"https://bsky.app/profile/{citizen.handle}/post/3aaaaaaaaaa2a")
    keep.see("handle-unknown", f"https://bsky.app/profile/tiada.test/post/{withheld.rkey}")
    keep.see("did-unknown", f"at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/{withheld.rkey}")

    renamed = host.rename(citizen, "warga12-baru")
    keep.see("handle-changed", f"at://{citizen.did}/app.bsky.feed.post/{withheld.rkey}")
    keep.see("handle-of-before", address(citizen, withheld))
    host.deactivate(renamed)
    keep.see("account-deactivated", withheld.uri)

    other = host.join("akun-ditarik")
    post = host.publish(other, "Kiriman dari akun yang ditarik.")
    host.take_down(other)
    keep.see("account-taken-down", post.uri)


def record(host: Bluesky, folder: Path) -> None:
    """Walk accounts and posts through their lives and keep each answer."""
    keep = Recorder(host, folder)
    official, citizen = host.join("pejabat07", "Pejabat 07"), host.join("warga12", "Warga 12")
    record_life(keep, official)
    record_kinds(keep, official, citizen)
    record_ends(keep, citizen)


def main() -> None:
    """Record into ``fixtures/platforms/bluesky``."""
    with tempfile.TemporaryDirectory() as scratch, Bluesky(Path(scratch) / "bluesky") as host:
        record(host, FOLDER)
    print(f"{len(list(FOLDER.glob('*.json')))} captures in {FOLDER.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
