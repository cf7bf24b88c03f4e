"""Mail, as RFC 5322 and MIME have it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidentia.platforms import mail
from evidentia.record.handed_over import CheckOutcome
from evidentia.record.mail import Mail

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms" / "mail"
FORWARDED = (FIXTURES / "forwarded.eml").read_bytes()
MALFORMED = (FIXTURES / "malformed.eml").read_bytes()


def test_the_fields_and_the_moment_with_its_zone() -> None:
    found = mail.read(FORWARDED)
    assert found.sender == '"Pejabat 07" <pejabat07@contoh.example>'
    assert found.to == ("Warga Satu <warga1@penerima.example>", "warga2@penerima.example")
    assert found.cc == ("redaksi@penerima.example",)
    assert found.subject == "Dukungan – Paslon A"
    assert (found.message_id, found.in_reply_to) == ("<satu@contoh.example>", "<nol@penerima.example>")
    assert found.at is not None
    assert (found.at, found.at.utcoffset()) == (
        datetime(2026, 7, 19, 9, 29, 58, tzinfo=UTC),
        timedelta(hours=7),
    )
    assert found.problems == ()


def test_the_route_is_told_as_stated_the_last_server_first() -> None:
    found = mail.read(FORWARDED)
    assert [hop.value.split()[1] for hop in found.route] == ["mx.contoh.example", "ponsel"]
    assert found.route[1].stated_at == datetime(2026, 7, 19, 9, 29, 58, tzinfo=UTC)


def test_bodies_and_attachments_have_the_digests_of_their_own_bytes() -> None:
    body, attached = mail.read(FORWARDED).parts
    assert (body.where, body.is_attachment) == ("1.1", False)
    assert body.text == "Mohon dukung Paslon A – terima kasih."
    assert (attached.name, attached.is_attachment, attached.text) == ("foto.png", True, None)
    assert attached.sha256 == hashlib.sha256(b"\x89PNG\r\n\x1a\n not a real picture").hexdigest()


def test_a_dkim_signature_is_said_to_be_there_and_not_checked() -> None:
    (check,) = mail.read(FORWARDED).checks
    assert check.what.startswith("DKIM")
    assert check.outcome is CheckOutcome.NOT_CHECKED


def test_what_is_malformed_is_named_with_its_part_and_the_rest_is_read() -> None:
    found = mail.read(MALFORMED)
    assert {problem.where for problem in found.problems} == {"part 1"}
    assert found.subject == "rusak"
    assert found.checks[0].outcome is CheckOutcome.BROKEN
    assert "2 of them" in found.checks[0].detail


def test_a_date_that_states_no_zone_is_no_moment() -> None:
    found = mail.read(MALFORMED)
    assert (found.stated_date, found.at) == ("Sun, 19 Jul 2026 16:29:58 -0000", None)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (FORWARDED, True),
        (MALFORMED, True),
        (b"X-Gmail-Labels: x\nDelivered-To: y\nReceived: z\n\n", True),
        (b"Subject: x\n\nFrom: y\n", False),
        (b"19/07/26 16.29 - A: Date: x\nFrom: y\n", False),
        (b"", False),
    ],
)
def test_mail_is_known_by_its_first_fields(head: bytes, expected: bool) -> None:
    assert mail.looks_like_mail(head) is expected


def is_a_record(data: bytes) -> None:
    found = mail.read(data)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Mail).parts == found.parts


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_record(data: bytes) -> None:
    is_a_record(data)


@settings(deadline=None)
@given(st.integers(0, len(FORWARDED)), st.binary(max_size=8))
def test_a_mail_with_any_damage_gives_a_record(place: int, damage: bytes) -> None:
    is_a_record(FORWARDED[:place] + damage + FORWARDED[place + len(damage) :])


FIELDS = st.sampled_from(
    ["From", "To", "Date", "Subject", "Content-Type", "Content-Disposition", "Message-ID", "Received",
     "Content-Transfer-Encoding", "MIME-Version"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(FIELDS, st.text(max_size=40)), max_size=8), st.text(max_size=60))
def test_fields_of_any_text_give_a_record(fields: list[tuple[str, str]], body: str) -> None:
    head = "".join(f"{name}: {value}\n" for name, value in fields)
    is_a_record(f"{head}\n{body}".encode("utf-8", "surrogatepass"))


def test_mail_in_mail_in_mail_does_not_end_in_a_crash() -> None:
    is_a_record(b"Content-Type: message/rfc822\n\n" * 5000)
    is_a_record(b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n' * 2000)
