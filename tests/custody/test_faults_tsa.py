"""A timestamp authority that lies, dawdles or babbles: the evidence is sealed all the same, and the gap is visible.

Real servers on loopback give the wrong answers; what is in them is made by the lab's own authority.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from asn1crypto import tsp

import evidentia as ev
from evidentia.case import Case
from evidentia.custody import timestamps
from evidentia.custody.identity import Custodian
from evidentia.custody.pdf_seal import seal_pdf
from evidentia.custody.signature import pyhanko_signer
from evidentia.record.errors import TimestampUnavailable
from evidentia.report.pdf_signature import Statement, http_timestampers, sign_pdf
from lab.pki import Lab

Answer = Callable[[http.server.BaseHTTPRequestHandler, bytes], None]


class Authority:
    """A server on loopback whose answer to a request is ``answer``."""

    def __init__(self, answer: Answer) -> None:
        self.asked = 0
        self.over = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(handler) -> None:
                self.asked += 1
                query = handler.rfile.read(int(handler.headers["Content-Length"]))
                handler.close_connection = True
                answer(handler, query)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Authority]]:
    running: list[tuple[Authority, threading.Thread]] = []

    def start(answer: Answer) -> Authority:
        made = Authority(answer)
        thread = threading.Thread(target=made.server.serve_forever, daemon=True)
        thread.start()
        running.append((made, thread))
        return made

    yield start
    for authority, thread in running:
        authority.over.set()
        authority.server.shutdown()
        authority.server.server_close()
        thread.join()


def give(handler: http.server.BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/timestamp-reply", **headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def stamped(lab: Lab, query: bytes, *, apart: timedelta = timedelta(), **changed: object) -> bytes:
    """A token of the lab's authority for a request, as if asked at another time, or for a changed request."""
    request = tsp.TimeStampReq.load(query)
    for name, value in changed.items():
        request[name] = value
    authority = lab._services.summon_timestamper(_label("tsa"), datetime.now(UTC) + apart)
    response: bytes = authority.request_tsa_response(request).dump()
    return response


def _label(name: str) -> object:
    from certomancer.registry import ServiceLabel

    return ServiceLabel(name)


def other_imprint(query: bytes) -> object:
    imprint = tsp.TimeStampReq.load(query)["message_imprint"]
    imprint["hashed_message"] = bytes(32)
    return imprint


def rejection() -> bytes:
    body: bytes = tsp.TimeStampResp({"status": {"status": "rejection", "status_string": ["sibuk"]}}).dump()
    return body


def trickle(handler: http.server.BaseHTTPRequestHandler, over: threading.Event) -> None:
    """One byte every 50 ms: no read ever waits long, and the answer never ends."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(1 << 30))
    handler.end_headers()
    try:
        while not over.wait(0.05):
            handler.wfile.write(b"0")
    except OSError:
        return  # who asked has gone


def endless(handler: http.server.BaseHTTPRequestHandler, over: threading.Event) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while not over.is_set():
            handler.wfile.write(bytes(1 << 16))
    except OSError:
        return


LIES = [
    "silence", "garbage", "nothing", "another nonce", "no nonce", "another imprint", "rejection", "a year ago",
    "in a year", "redirect", "server error", "trickle", "endless", "another authority's key",
]  # fmt: skip


@pytest.fixture
def liar(request: pytest.FixtureRequest, serve: Callable[[Answer], Authority], lab: Lab) -> Authority:
    """An authority that tells the lie that the test names."""
    year = timedelta(days=366)
    answers: dict[str, Answer] = {
        "silence": lambda handler, _: made.over.wait() and None,
        "garbage": lambda handler, _: give(handler, b"<html>Login</html>"),
        "nothing": lambda handler, _: give(handler, b""),
        "another nonce": lambda handler, query: give(handler, stamped(lab, query, nonce=7)),
        "no nonce": lambda handler, query: give(handler, stamped(lab, query, nonce=None)),
        "another imprint": lambda handler, query: give(
            handler, stamped(lab, query, message_imprint=other_imprint(query))
        ),
        "rejection": lambda handler, _: give(handler, rejection()),
        "a year ago": lambda handler, query: give(handler, stamped(lab, query, apart=-year)),
        "in a year": lambda handler, query: give(handler, stamped(lab, query, apart=year)),
        "redirect": lambda handler, _: give(handler, b"", 307, Location=lab.tsa_url),
        "server error": lambda handler, _: give(handler, b"maintenance", 503),
        "trickle": lambda handler, _: trickle(handler, made.over),
        "endless": lambda handler, _: endless(handler, made.over),
        "another authority's key": lambda handler, query: give(handler, broken(stamped(lab, query))),
    }
    made = serve(answers[request.param])
    return made


def broken(response: bytes) -> bytes:
    """The token with the last byte of its signature changed."""
    return response[:-1] + bytes([response[-1] ^ 1])


@pytest.mark.parametrize("liar", LIES, indirect=True)
def test_a_lie_is_never_kept_and_the_gap_is_visible_until_it_is_filled(
    liar: Authority, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        timestamps, "PATIENCE", 0.5
    )  # a mock of patience alone: ten seconds would be the same
    who = lab.people["penyidik-a"]
    lied = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=liar.url, who="penyidik-a")
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=lied)
    (tmp_path / "surat.txt").write_text("Kepada Pejabat 07")
    case.add(tmp_path / "surat.txt", access=ev.Access.FORWARDED)
    assert liar.asked == 3, "two signatures and a record"
    assert len(case.unfinished.pending) == 3
    assert not list(case.folder.rglob("*.tsr")), "nothing of the answer is taken for a timestamp"
    assert liar.url in case.silent[0]
    assert codes(case, lab) == {"TIMESTAMP_PENDING", "NOT_EXPORTED"}

    honest = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url, who="penyidik-a")
    case = Case.open(case.folder, honest)
    assert case.timestamp() == ()
    assert codes(case, lab) == {"NOT_EXPORTED"}


@pytest.mark.parametrize("liar", LIES, indirect=True)
def test_a_lie_is_never_put_into_a_pdf_and_nobody_waits_for_it(
    liar: Authority, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = lab.people["penyidik-a"]
    custodian = Custodian.from_pkcs12(who.p12, who.passphrase, tsa=lab.tsa_url)
    case = Case.create(tmp_path / "kasus-07", title="Uji", custodian=custodian)
    pdf = seal_pdf(*case.seal_of(1))
    monkeypatch.setattr(timestamps, "PATIENCE", 0.5)  # a mock of patience alone, as above
    with pytest.raises(TimestampUnavailable):
        sign_pdf(
            pdf,
            signer=pyhanko_signer(custodian),
            timestampers=http_timestampers([liar.url]),
            statement=Statement(name=who.name, reason="uji"),
        )
    assert liar.asked == 1


def codes(case: Case, lab: Lab) -> set[str]:
    verdict = ev.verify(case.folder, ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    return {fault.code for fault in verdict.faults}


def test_an_authority_that_is_not_there_is_told_in_the_words_of_the_system() -> None:
    with pytest.raises(OSError, match="Connection refused") as failed:
        timestamps.ask_authority(b"query", "http://127.0.0.1:1/")
    assert "HTTPConnection" not in str(failed.value)


def test_an_authority_that_takes_no_connection_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object, **__: object) -> None:
        raise requests.ConnectTimeout("HTTPConnectionPool(host='x')") from TimeoutError("timed out")

    monkeypatch.setattr(requests, "post", late)
    with pytest.raises(OSError, match="no answer in time"):
        timestamps.ask_authority(b"query", "http://127.0.0.1:1/")
