"""Wire evidence, judged by other people's programs: tshark decrypts it to the bytes of the server and the WARC."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from capture_site import PIXEL, Answer, Site, identity
from capturing import LOOPBACK, reader_of, responses, warc_bytes
from test_pcapng import blocks

from evidentia.capture.browser_session import browser_session
from evidentia.capture.door import Door
from evidentia.capture.light import look_lightly
from evidentia.capture.page import capture_page
from evidentia.capture.staging import Staging
from evidentia.capture.wire import NAME, Wire
from evidentia.record.item import Peer, Role
from evidentia.record.moment import now

SCRIPT = b"// " + bytes(range(32, 127)) * 3000
ROUTES = {
    "/p": Answer(b"<!doctype html><p>Mari dukung Paslon A</p><img src=/g.png><script src=/s.js></script>"),
    "/g.png": Answer(PIXEL, "image/png"),
    "/s.js": Answer(SCRIPT, "text/javascript", coding=("gzip", "chunked")),
}
WIRE = replace(LOOPBACK, wire=True)


class Shark:
    """tshark on one file."""

    def __init__(self, program: Path, file: Path, port: int) -> None:
        self._command = [str(program), "-n", "-r", str(file), "-d", f"tcp.port=={port},tls"]
        self._plain = [str(program), "-n", "-r", str(file)]
        self._port = port

    def says(self, *arguments: str, plain: bool = False) -> str:
        done = subprocess.run(
            [*(self._plain if plain else self._command), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def streams(self) -> list[str]:
        return sorted(set(self.says("-T", "fields", "-e", "tcp.stream").split()))

    def received(self, layer: str, stream: str) -> list[bytes]:
        """What the server sent on a connection, decrypted, in pieces.

        Node 0 is whoever spoke first, and its lines are not indented.
        """
        said = self.says("-q", "-z", f"follow,{layer},raw,{stream}", plain=layer == "tcp")
        first = re.search(r"^Node 0: .*:(\d+)$", said, re.MULTILINE)
        indented = first is None or int(first[1]) != self._port
        lines = [line for line in said.splitlines() if re.fullmatch(r"\t?([0-9a-f]{2})+", line)]
        return [bytes.fromhex(line) for line in lines if line.startswith("\t") == indented]

    def complaints(self) -> str:
        checked = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
        return self.says(*checked, "-q", "-z", "expert,warn")


@pytest.fixture
def shark(program: Callable[[str], Path]) -> Callable[[Path, int], Shark]:
    return lambda file, port: Shark(program("tshark"), file, port)


def sent(site: Site) -> dict[str, bytes]:
    """Each response by its path as it was put on the wire."""
    return {one.path: one.head + one.answer.wire()[1] for one in site.exchanged}


def assert_clean(capinfos: Path, shark: Shark, file: Path) -> None:
    said = subprocess.run([capinfos, file], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Strict time order: +True", said)
    assert "Raw IP" in said
    assert "Made up to fit are" in said
    assert "Errors" not in shark.complaints()
    assert "Warns" not in shark.complaints()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("light", [False, True], ids=["browser", "client"])
def test_tls_is_decrypted_to_the_very_bytes_that_the_server_sent(
    light: bool,
    version: ssl.TLSVersion,
    into: Path,
    tmp_path: Path,
    shark: Callable[[Path, int], Shark],
    program: Callable[[str], Path],
) -> None:
    own = identity(tmp_path)
    own.context.minimum_version = own.context.maximum_version = version
    options = replace(WIRE, accepted_keys=(own.key_digest,))
    with Site(dict(ROUTES), own.context) as site:
        look = look_lightly if light else capture_page
        captured = look(site.url("/p", "localhost"), into, options, read=reader_of("Mari dukung Paslon A"))
        wanted = sent(site)
    (file,) = [into / file.name for file in captured.files if file.role is Role.WIRE]
    tshark = shark(file, site.port)
    assert_clean(program("capinfos"), tshark, file)
    decrypted = [b"".join(tshark.received("tls", stream)) for stream in tshark.streams()]
    assert set(wanted) >= ({"/p"} if light else {"/p", "/g.png", "/s.js"})
    for path, response in wanted.items():
        assert any(response in stream for stream in decrypted), path
    assert sum(map(len, decrypted)) == sum(map(len, wanted.values()))
    archived = responses(warc_bytes(into))
    for path, (record, body) in archived.items():
        told = ROUTES[path]
        assert body == told.body
        assert record.http_headers.get_statuscode() == "200"
    assert set(archived) == set(wanted)
    assert not any("secrets" in problem for problem in captured.problems)


def test_http2_is_decrypted_to_the_very_bytes(
    into: Path, tmp_path: Path, shark: Callable[[Path, int], Shark], program: Callable[[str], Path]
) -> None:
    own = identity(tmp_path)
    routes = {
        path: {"type": answer.media_type, "base64": base64.b64encode(answer.body).decode()}
        for path, answer in ROUTES.items()
    }
    (tmp_path / "routes.json").write_text(json.dumps(routes))
    site = subprocess.Popen(
        [
            program("node"),
            Path(__file__).with_name("http2_site.js"),
            *(tmp_path / name for name in ("chain.pem", "key.pem", "routes.json")),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert site.stdout is not None
        port = int(site.stdout.readline())
        options = replace(WIRE, accepted_keys=(own.key_digest,))
        capture_page(f"https://localhost:{port}/p", into, options, read=reader_of(None))
    finally:
        site.communicate()
    tshark = shark(into / NAME, port)
    assert_clean(program("capinfos"), tshark, into / NAME)
    bodies = _http2_bodies(tshark)
    archived = {path: body for path, (_, body) in responses(warc_bytes(into)).items()}
    for path, answer in ROUTES.items():
        assert archived[path] == answer.body
        assert bodies[path] == answer.body


def _http2_bodies(tshark: Shark) -> dict[str, bytes]:
    """The DATA frames of each stream joined (RFC 9113, 4.1 and 6.1), under the path that opened the stream."""
    layers = [
        layer
        for packet in json.loads(tshark.says("-Y", "http2.headers.path", "-T", "json", "--no-duplicate-keys"))
        for layer in _each(packet["_source"]["layers"]["http2"])
    ]
    opened = {
        stream["http2.streamid"]: header["http2.headers.path"]
        for layer in layers
        for stream in _each(layer.get("http2.stream", []))
        for header in _each(stream.get("http2.header", []))
        if "http2.headers.path" in header
    }
    return {
        path: b"".join(_data_frames(tshark.received("http2", f"0,{stream}")))
        for stream, path in opened.items()
    }


def _each(value: object) -> list[dict[str, str]]:
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]


def _data_frames(pieces: list[bytes]) -> Iterator[bytes]:
    """Content of DATA frames, each a piece of its own; tshark shows HEADERS as the fields that they unpack to."""
    for piece in pieces:
        if len(piece) == 9 + int.from_bytes(piece[:3], "big") and piece[3] == 0:
            yield piece[9:]


def test_plain_http_is_kept_byte_for_byte(
    into: Path, shark: Callable[[Path, int], Shark], program: Callable[[str], Path]
) -> None:
    with Site(dict(ROUTES)) as site:
        captured = capture_page(site.url("/p"), into, WIRE, read=reader_of(None))
        wanted, asked = sent(site), [one.request_head for one in site.exchanged]
    tshark = shark(into / NAME, site.port)
    assert_clean(program("capinfos"), tshark, into / NAME)
    received = [b"".join(tshark.received("tcp", stream)) for stream in tshark.streams()]
    assert sum(map(len, received)) == sum(map(len, wanted.values()))
    assert all(any(response in stream for stream in received) for response in wanted.values())
    raw = (into / NAME).read_bytes()
    assert all(head in raw for head in asked)  # shorter than a segment
    ends = tshark.says("-Y", "tcp.flags.syn==1 && tcp.flags.ack==0", "-T", "fields", "-e", "tcp.dstport")
    assert {int(port) for port in ends.split()} == {site.port}
    assert len(captured.circumstances.peers) == len(ends.split())


def test_without_being_asked_for_nothing_is_kept(into: Path) -> None:
    with Site(dict(ROUTES)) as site:
        captured = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(None))
    assert Role.WIRE not in {file.role for file in captured.files}
    assert not (into / NAME).exists()


def test_of_a_shared_browser_each_capture_keeps_its_own(
    into: Path, tmp_path: Path, shark: Callable[[Path, int], Shark]
) -> None:
    own = identity(tmp_path)
    options = replace(WIRE, accepted_keys=(own.key_digest,))
    folders = [tmp_path / name for name in ("satu", "dua")]
    with Site(dict(ROUTES), own.context) as site, browser_session(options) as session:
        for folder in folders:
            folder.mkdir()
            capture_page(site.url("/p", "localhost"), folder, session=session, read=reader_of(None))
        response = sent(site)["/p"]
    for folder in folders:
        tshark = shark(folder / NAME, site.port)
        decrypted = [b"".join(tshark.received("tls", stream)) for stream in tshark.streams()]
        assert sum(response in stream for stream in decrypted) == 1
    secrets = [_randoms(folder / NAME) for folder in folders]
    assert all(secrets)
    assert secrets[0].isdisjoint(secrets[1])


def _randoms(file: Path) -> set[bytes]:
    """Whose secrets are in a file."""
    logs = [body[8:] for kind, body in blocks(file.read_bytes()) if kind == 10]
    return {line.split()[1] for log in logs for line in log.splitlines() if line.count(b" ") == 2}


def test_of_a_shared_key_log_only_the_secrets_of_these_connections_are_taken(tmp_path: Path) -> None:
    own = identity(tmp_path)
    own.context.maximum_version = ssl.TLSVersion.TLSv1_3
    strangers = "CLIENT_RANDOM " + "ab" * 32 + " " + "cd" * 48 + "\n"

    async def run() -> Wire:
        wire = Wire(tmp_path)
        door = Door(allow_private_network=True, wire=wire)
        await door.open()
        wire.key_log.write_text(strangers)
        try:
            await asyncio.to_thread(_ask_through, door, site.port, tmp_path / "chain.pem", wire.key_log)
            await door.close()
            await wire.finish(Staging(tmp_path))
        finally:
            wire.close()
        return wire

    with Site(dict(ROUTES), own.context) as site:
        wire = asyncio.run(run())
    assert wire.problems == []
    assert not wire.key_log.exists()
    secrets = [body for kind, body in blocks((tmp_path / NAME).read_bytes()) if kind == 10]
    assert len(secrets) == 1
    assert b"SERVER_TRAFFIC_SECRET_0" in secrets[0]
    assert b"ab" * 32 not in secrets[0]


def test_a_session_whose_secrets_are_missing_is_named(tmp_path: Path) -> None:
    own = identity(tmp_path)

    async def run() -> Wire:
        wire = Wire(tmp_path)
        door = Door(allow_private_network=True, wire=wire)
        await door.open()
        try:
            await asyncio.to_thread(_ask_through, door, site.port, tmp_path / "chain.pem", None)
            await door.close()
            await wire.finish(Staging(tmp_path))
        finally:
            wire.close()
        return wire

    with Site(dict(ROUTES), own.context) as site:
        wire = asyncio.run(run())
    assert wire.problems == [f"{NAME}: the secrets of 1 TLS connections are not in it"]
    assert (tmp_path / NAME).exists()


def test_packets_are_on_the_disk_while_they_pass(tmp_path: Path) -> None:
    """Whoever is killed leaves them, though without secrets."""
    wire = Wire(tmp_path)
    peer = Peer(host="a.test", port=80, address="192.0.2.1:80", local_address="192.0.2.2:5000", at=now())
    wire.opened(peer).sent(b"GET / HTTP/1.1\r\n\r\n")
    written = (tmp_path / "wire.packets").read_bytes()
    assert b"GET / HTTP/1.1\r\n\r\n" in written
    assert [kind for kind, _ in blocks(written)] == [0x0A0D0D0A, 1, 6, 6, 6, 6]
    wire.close()
    assert (tmp_path / "wire.packets").read_bytes() == written


def test_a_full_disk_ends_the_packets_and_not_the_capture(tmp_path: Path) -> None:
    wire = Wire(tmp_path)
    stream = wire.opened(
        Peer(host="a.test", port=80, address="[2001:db8::1]:80", local_address="[2001:db8::2]:5000", at=now())
    )
    with Path("/dev/full").open("wb", buffering=0) as full:
        wire._packets = full
        stream.sent(b"GET / HTTP/1.1\r\n\r\n")
        stream.received(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert wire.problems == [f"{NAME} ends before the capture did: No space left on device"]
    asyncio.run(wire.finish(Staging(tmp_path)))
    wire.close()
    kinds = [kind for kind, _ in blocks((tmp_path / NAME).read_bytes())]
    assert kinds == [0x0A0D0D0A, 1, 6, 6, 6]  # what had come before: the connection's opening


def _ask_through(door: Door, port: int, authority: Path, key_log: Path | None) -> None:
    """A client that another person wrote (requests), with or without a key log."""
    import requests
    from requests.adapters import HTTPAdapter

    class Logging(HTTPAdapter):
        def init_poolmanager(self, *args: object, **kwargs: object) -> None:
            context = ssl.create_default_context(cafile=authority)
            if key_log is not None:
                context.keylog_filename = str(key_log)
            super().init_poolmanager(*args, ssl_context=context, **kwargs)  # type: ignore[arg-type]

        def proxy_manager_for(self, proxy: str, **kwargs: object) -> object:
            context = ssl.create_default_context(cafile=authority)
            if key_log is not None:
                context.keylog_filename = str(key_log)
            return super().proxy_manager_for(proxy, ssl_context=context, **kwargs)

    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"https": f"http://127.0.0.1:{door.port}"}
        session.mount("https://", Logging())
        assert session.get(f"https://localhost:{port}/g.png", verify=str(authority)).content == PIXEL
