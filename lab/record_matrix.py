"""Record what a real homeserver answers about events in every state: ``python -m lab.record_matrix``.

Writes fixtures/platforms/matrix/*.json. Ids, times and ports are new each time; what the tests rely on is not.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from pathlib import Path

from evidentia.platforms import CapturedPage, Places
from evidentia.platforms.matrix_address import permalink
from lab import asking, recorded
from lab.synapse import CITIZEN, DOMAIN, MODERATOR, OFFICIAL, Synapse

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "platforms" / "matrix"
FIRST, SECOND, THIRD = "Pilih Paslon A di Kota Contoh", "Pilih Paslon B di Kota Contoh", "Tidak pernah begitu"


def look(server: Synapse, room: str, event: str, who: str | None = CITIZEN) -> CapturedPage:
    """What ``who`` (nobody with an account: None) is told of an event, asked by the address that names no server."""
    credentials = {} if who is None else server.headers(who)
    return asking.capture(permalink(room, event), Places(matrix_homeserver=server.url), credentials)


def picture() -> bytes:
    """A PNG of one pixel."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0\x80")), (b"IEND", b""))
    packed = (struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def life(server: Synapse, room: str) -> dict[str, CapturedPage]:
    """One message from its first wording to a moderator's redaction."""
    made: dict[str, CapturedPage] = {}
    event = server.say(OFFICIAL, room, FIRST)
    made["live"] = look(server, room, event)
    made["without-token"] = look(server, room, event, None)
    server.edit(OFFICIAL, room, event, SECOND)
    made["edited-once"] = look(server, room, event)
    server.edit(OFFICIAL, room, event, THIRD)
    server.edit(CITIZEN, room, event, "Kata orang lain")
    server.react(CITIZEN, room, event, "👍")
    server.react(MODERATOR, room, event, "setuju")
    server.say(CITIZEN, room, "Benarkah?", **{"m.relates_to": {"m.in_reply_to": {"event_id": event}}})
    server.say(CITIZEN, room, "Utas", **{"m.relates_to": {"rel_type": "m.thread", "event_id": event}})
    made["edited-twice-with-acts"] = look(server, room, event)
    server.redact(MODERATOR, room, event, "kampanye dilarang di ruang ini")
    made["redacted-by-moderator"] = look(server, room, event)
    return made


def others(server: Synapse, room: str) -> dict[str, CapturedPage]:
    """Events of other kinds and in other rooms."""
    made: dict[str, CapturedPage] = {}
    event = server.say(OFFICIAL, room, "Akan dihapus sendiri")
    server.redact(OFFICIAL, room, event)
    made["redacted-by-sender"] = look(server, room, event)
    mxc = server.upload(OFFICIAL, picture(), "image/png")
    event = server.say(OFFICIAL, room, "surat-suara.png", msgtype="m.image", url=mxc)
    made["picture"] = look(server, room, event)
    markup = (
        f'<p>Halo <a href="https://matrix.to/#/@warga12:{DOMAIN}">Warga 12</a>,</p>'
        '<p>lihat <a href="https://berita.example/a">beritanya</a> '
        '<img data-mx-emoticon src="mxc://kota.example/senyum" alt=":senyum:" title=":senyum:" height="32" /></p>'
    )
    event = server.say(
        OFFICIAL, room, "Halo Warga 12", format="org.matrix.custom.html", formatted_body=markup
    )
    made["formatted"] = look(server, room, event)
    secret = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "session_id": "sesi"}
    event = server.send(OFFICIAL, room, secret, "m.room.encrypted")
    made["encrypted"] = look(server, room, event)
    closed = server.create_room(public=False)
    event = server.say(MODERATOR, closed, "Hanya untuk anggota")
    made["closed-room"] = look(server, closed, event)
    made["never-was"] = look(server, room, "$tidakPernahAdaDiRuangIni")
    event = server.say(OFFICIAL, room, "Lewat alias")
    alias = asking.capture(
        permalink(f"#alun-alun:{DOMAIN}", event),
        Places(matrix_homeserver=server.url),
        server.headers(CITIZEN),
    )
    return made | {"by-alias": alias}


def main() -> None:
    """Record everything anew."""
    with tempfile.TemporaryDirectory() as folder, Synapse(Path(folder)) as server:
        room = server.create_room(alias="alun-alun")
        for who in (OFFICIAL, CITIZEN):
            server.join(who, room)
        for name, page in (life(server, room) | others(server, room)).items():
            recorded.save(page, FOLDER / f"{name}.json")
            print(f"{name}: {len(page.responses)} answers")


if __name__ == "__main__":
    main()
