"""A timestamp authority that answers something else than what it was asked: nothing of it is kept."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asn1crypto import tsp

from evidentia.custody.timestamps import LARGEST_ANSWER, request_token
from evidentia.record.errors import TimestampUnavailable

if TYPE_CHECKING:
    from lab.pki import Lab


SEAL = b"a seal"
Answer = Callable[[bytes], bytes]


class Authority(http.server.BaseHTTPRequestHandler):
    """Answers as the test says."""

    answer: Answer

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        body = type(self).answer(asked)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked has heard enough

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def authority() -> Iterator[tuple[str, type[Authority]]]:
    handler = type("Lying", (Authority,), {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", handler
        server.shutdown()
        thread.join()


def _honest(lab: Lab, change: Callable[[tsp.TimeStampReq], None], asked: bytes) -> bytes:
    from certomancer.registry import ServiceLabel

    request = tsp.TimeStampReq.load(asked).copy()
    change(request)
    return bytes(
        lab._services.summon_timestamper(ServiceLabel("tsa"), datetime.now(UTC))
        .request_tsa_response(request)
        .dump()
    )


def _other_nonce(request: tsp.TimeStampReq) -> None:
    request["nonce"] = request["nonce"].native ^ 1


def _no_nonce(request: tsp.TimeStampReq) -> None:
    del request["nonce"]


def _other_bytes(request: tsp.TimeStampReq) -> None:
    request["message_imprint"]["hashed_message"] = b"\0" * 32


def _as_asked(_: tsp.TimeStampReq) -> None:
    """An honest answer."""


def test_an_honest_answer_is_taken(lab: Lab, authority: tuple[str, type[Authority]]) -> None:
    url, handler = authority
    handler.answer = lambda asked: _honest(lab, _as_asked, asked)
    assert request_token(SEAL, url)


@pytest.mark.parametrize("change", [_other_nonce, _no_nonce, _other_bytes])
def test_what_answers_another_question_is_not_taken(
    change: Callable[[tsp.TimeStampReq], None], lab: Lab, authority: tuple[str, type[Authority]]
) -> None:
    url, handler = authority
    handler.answer = lambda asked: _honest(lab, change, asked)
    with pytest.raises(TimestampUnavailable) as told:
        request_token(SEAL, url)
    assert "far apart" not in str(told.value)  # its time is right: it is the answer that is not


@pytest.mark.parametrize("body", [b"", b"0\x80", b"<html>", b"\0" * (LARGEST_ANSWER + 1)])
def test_what_is_no_answer_is_not_taken(
    body: bytes, authority: tuple[str, type[Authority]], tmp_path: Path
) -> None:
    url, handler = authority
    handler.answer = lambda _: body
    with pytest.raises(TimestampUnavailable):
        request_token(SEAL, url)
