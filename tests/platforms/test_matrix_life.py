"""The life of a message on a real homeserver (Synapse): said, edited twice, removed; and a room that closes."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from evidentia.capture.light import look_lightly
from evidentia.capture.options import PageOptions
from evidentia.capture.storage_state import load
from evidentia.platforms import Places, read
from evidentia.platforms.matrix_address import permalink
from evidentia.record.post import PageReading, State
from lab.asking import capture
from lab.synapse import CITIZEN, MODERATOR, OFFICIAL, Synapse


def look(server: Synapse, room: str, event: str, who: str | None = CITIZEN, url: str = "") -> PageReading:
    credentials = {} if who is None else server.headers(who)
    places = Places(matrix_homeserver=server.url)
    return read(capture(url or permalink(room, event), places, credentials))


@pytest.fixture
def room(synapse: Synapse) -> str:
    made = synapse.create_room()
    for who in (OFFICIAL, CITIZEN):
        synapse.join(who, made)
    return made


def test_a_message_is_edited_twice_and_then_removed_by_its_sender(synapse: Synapse, room: str) -> None:
    event = synapse.say(OFFICIAL, room, "Pilih Paslon A")
    assert look(synapse, room, event).state is State.LIVE
    first = synapse.edit(OFFICIAL, room, event, "Pilih Paslon B")
    second = synapse.edit(OFFICIAL, room, event, "Tidak pernah")
    reading = look(synapse, room, event)
    assert reading.state is State.EDITED
    assert [(one.text, one.revision) for one in reading.history] == [
        ("Pilih Paslon A", event),
        ("Pilih Paslon B", first),
        ("Tidak pernah", second),
    ]
    synapse.redact(OFFICIAL, room, second)  # the sender takes the last edit back
    reading = look(synapse, room, event)
    assert reading.post is not None
    assert (reading.post.text, reading.post.revision) == ("Pilih Paslon B", first)
    synapse.redact(OFFICIAL, room, event)
    assert look(synapse, room, event).state is State.DELETED_BY_AUTHOR


def test_a_moderators_removal_is_not_the_senders(synapse: Synapse, room: str) -> None:
    event = synapse.say(OFFICIAL, room, "Pilih Paslon A")
    synapse.redact(MODERATOR, room, event, "melanggar")
    reading = look(synapse, room, event)
    assert reading.state is State.REMOVED_BY_PLATFORM
    assert "@moderator:kota.example" in reading.reason


def test_who_leaves_the_room_is_refused_what_is_said_after(synapse: Synapse, room: str) -> None:
    synapse.do(
        MODERATOR, "PUT", f"/rooms/{room}/state/m.room.history_visibility/", {"history_visibility": "joined"}
    )
    synapse.do(MODERATOR, "POST", f"/rooms/{room}/kick", {"user_id": "@warga12:kota.example"})
    event = synapse.say(OFFICIAL, room, "Setelah pintu ditutup")
    assert look(synapse, room, event, CITIZEN).state is State.ACCESS_RESTRICTED
    assert look(synapse, room, event, OFFICIAL).state is State.LIVE
    assert look(synapse, room, event, None).state is State.LOGIN_WALL


def test_an_undone_reaction_is_no_act_any_more(synapse: Synapse, room: str) -> None:
    event = synapse.say(OFFICIAL, room, "Pilih Paslon A")
    reaction = synapse.react(CITIZEN, room, event, "👍")
    (act,) = look(synapse, room, event).acts
    assert (act.native_id, act.what, act.actor.name) == (reaction, "👍", "Warga 12")
    synapse.redact(CITIZEN, room, reaction)
    assert look(synapse, room, event).acts == ()


def test_the_interfaces_own_address_is_read_alike(synapse: Synapse, room: str) -> None:
    event = synapse.say(OFFICIAL, room, "Pilih Paslon A")
    url = f"{synapse.url}/_matrix/client/v3/rooms/{room}/event/{event}"
    direct, linked = look(synapse, room, event, url=url), look(synapse, room, event)
    assert direct.post == linked.post
    assert direct.state is State.LIVE


def test_the_light_look_brings_the_token_through_the_door_and_keeps_it_out(
    synapse: Synapse, room: str, tmp_path: Path
) -> None:
    event = synapse.say(OFFICIAL, room, "Pilih Paslon A")
    synapse.edit(OFFICIAL, room, event, "Tidak pernah")
    headers = synapse.headers(CITIZEN)
    brought = tmp_path / "state.json"
    brought.write_text(json.dumps({"cookies": [], "origins": [], "headers": headers}), "utf-8")
    options = PageOptions(
        allow_private_network=True,
        storage_state=load(brought),
        places=Places(matrix_homeserver=synapse.url),
    )
    into = tmp_path / "look"
    into.mkdir()
    looked = look_lightly(permalink(room, event), into, options)
    assert looked.reading is not None
    assert looked.reading.state is State.EDITED
    assert [one.text for one in looked.reading.history] == ["Pilih Paslon A", "Tidak pernah"]
    token = headers[synapse.url]["Authorization"].removeprefix("Bearer ").encode()
    kept = list(into.rglob("*"))
    assert any(path.suffix == ".wacz" for path in kept)
    for path in kept:
        data = path.read_bytes() if path.is_file() else b""
        assert token not in data
        if path.suffix == ".wacz":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    inside = archive.read(name)
                    assert token not in (gzip.decompress(inside) if name.endswith(".gz") else inside)
