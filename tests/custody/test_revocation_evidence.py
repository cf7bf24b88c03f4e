"""Revocation evidence: what is taken in, from whom, what is refused, and what nothing is said of."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evidentia.custody import issuer_services
from evidentia.custody.identity import Custodian
from evidentia.custody.issuer_services import MOST_QUESTIONS, Network, NotAnswered, Wanted
from evidentia.custody.revocation_evidence import Brought, Evidence, gather_evidence
from evidentia.record.errors import EvidentiaError
from evidentia.verify.certificates import fingerprint

if TYPE_CHECKING:
    from lab.pki import Lab

TODAY = datetime.now(UTC)


def custodian(lab: Lab, person: str = "penyidik-a") -> Custodian:
    found = lab.people[person]
    return Custodian.from_pkcs12(found.p12, found.passphrase, tsa=lab.tsa_url)


def token(lab: Lab) -> dict[str, bytes]:
    """A case's folder of which only a token is looked at: it brings the authority's certificate along."""
    return {"custody/items/000001.sha256.tsr": lab.stamp(b"x", TODAY)}


def gather(
    lab: Lab, *brought: bytes, network: Network | None = None, contents: dict[str, bytes] | None = None
) -> Evidence:
    files = [Brought(f"berkas-{n}", data) for n, data in enumerate(brought)]
    stamped = token(lab) if contents is None else contents
    return gather_evidence(stamped, (), custodian(lab), files, network, datetime.now(UTC))


def der(lab: Lab, label: str) -> bytes:
    return lab.certificate(label).public_bytes(Encoding.DER)


def kinds(evidence: Evidence) -> list[str]:
    return sorted(path.rpartition(".")[2] for path in evidence.files)


def crl(lab: Lab, issuer: str, *, at: datetime, revoked: str = "", key: str = "") -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(lab.certificate(issuer).subject)
    builder = builder.last_update(at).next_update(at + timedelta(days=30))
    if revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(lab.certificate(revoked).serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(at).build())
    return builder.sign(lab.key(key or issuer), hashes.SHA256()).public_bytes(Encoding.DER)


def test_without_anything_it_says_of_whom_nothing_is_known_and_asks_nobody(lab: Lab) -> None:
    evidence = gather(lab)
    assert evidence.asked == ()
    assert [text.split(",")[0] for text in evidence.uncovered] == [
        "CN=Lab TSA 1",
        "CN=Penyidik A",
        "CN=Lab Issuing CA",
    ]
    assert "issuer is not here" in evidence.uncovered[0]


def test_lists_of_every_issuer_cover_everybody(lab: Lab) -> None:
    lists = [lab.crl("issuing"), lab.crl("root"), lab.crl("time-root")]
    evidence = gather(lab, *lists, der(lab, "time-root"))
    assert evidence.uncovered == ()
    assert kinds(evidence) == ["cer"] * 5 + ["crl"] * 3  # two chains: three certificates and two
    for data in lists:
        assert data in evidence.files.values()


def test_an_answer_covers_whom_it_is_about(lab: Lab) -> None:
    evidence = gather(lab, lab.ocsp("penyidik-a"))
    assert not any("Penyidik A" in text for text in evidence.uncovered)


def test_pem_is_read_with_several_in_one_file(lab: Lab) -> None:
    crls = [x509.load_der_x509_crl(lab.crl(issuer)) for issuer in ("issuing", "root", "time-root")]
    root = lab.certificate("time-root").public_bytes(Encoding.PEM)
    evidence = gather(
        lab, b"# dari penerbit\n" + b"".join(one.public_bytes(Encoding.PEM) for one in crls) + root
    )
    assert evidence.uncovered == ()


def test_what_is_there_already_is_not_taken_in_again(lab: Lab) -> None:
    brought = [lab.crl("issuing"), lab.crl("root"), lab.crl("time-root"), der(lab, "time-root")]
    first = gather(lab, *brought)
    assert gather(lab, *brought, contents=token(lab) | first.files).files == {}
    assert gather(lab, contents=token(lab) | first.files).uncovered == ()


def test_a_list_from_back_then_is_kept_and_does_not_cover_today(lab: Lab) -> None:
    old = crl(lab, "issuing", at=TODAY - timedelta(days=400))
    evidence = gather(lab, old)
    assert old in evidence.files.values()
    assert any("Penyidik A" in text for text in evidence.uncovered)


def test_who_was_revoked_is_named(lab: Lab) -> None:
    evidence = gather(lab, crl(lab, "issuing", at=TODAY, revoked="penyidik-a"))
    assert list(evidence.revoked) == [fingerprint(lab.certificate("penyidik-a"))]
    assert "CN=Penyidik A" in next(iter(evidence.revoked.values()))


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("noise", "neither a certificate"),
        ("broken-pem", "not PEM"),
        ("forged", "no issuer of this case"),
        ("stranger", "no issuer of this case"),
        ("somebody-else", "no issuer of this case"),
        ("future", "still to come"),
    ],
)
def test_what_proves_nothing_here_is_refused_by_name(lab: Lab, what: str, why: str) -> None:
    made = {
        "noise": lambda: b"bukan daftar",
        "broken-pem": lambda: b"-----BEGIN X509 CRL-----\n!!!\n-----END X509 CRL-----\n",
        "forged": lambda: crl(lab, "issuing", at=TODAY, key="ahli"),
        "stranger": lambda: crl(lab, "impostor-root", at=TODAY),
        "somebody-else": lambda: lab.ocsp("pengawas-b"),
        "future": lambda: crl(lab, "issuing", at=TODAY + timedelta(days=2)),
    }
    with pytest.raises(EvidentiaError, match=r"berkas-0 was not taken in") as refused:
        gather(lab, made[what]())
    assert why in refused.value.happened


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(["crl", "ocsp"]), st.integers(0, 4095), st.integers(0, 7))
def test_a_list_with_one_bit_changed_is_refused(lab: Lab, kind: str, at: int, bit: int) -> None:
    changed = bytearray(
        LISTS.setdefault(kind, lab.crl("issuing") if kind == "crl" else lab.ocsp("penyidik-a"))
    )
    place = at % len(changed)
    # How many bits of a signature's last octet do not count (X.690, 8.6.2.2) is signed by nobody, and says nothing.
    assume(changed[place - 2] != BIT_STRING)
    changed[place] ^= 1 << bit
    with pytest.raises(EvidentiaError, match="was not taken in"):
        gather(lab, bytes(changed))


LISTS: dict[str, bytes] = {}
BIT_STRING = 0x03


# Over the network.


def test_the_issuers_are_asked_at_the_addresses_that_the_certificates_name(lab: Lab) -> None:
    evidence = gather(lab, network=Network(private=True))
    assert evidence.uncovered == ()
    assert [(one.wanted, one.problem) for one in evidence.asked] == [
        (Wanted.ISSUER, ""),  # the authority's root
        (Wanted.CRL, ""),
        (Wanted.OCSP, ""),
        (Wanted.CRL, ""),
    ]
    assert all(one.url.startswith(lab.base_url) for one in evidence.asked)
    assert kinds(evidence) == ["cer"] * 5 + ["crl", "crl", "ocsp"]


def test_addresses_off_the_public_internet_are_not_asked_unless_allowed(lab: Lab) -> None:
    evidence = gather(lab, network=Network())
    assert evidence.asked != ()
    assert {one.problem for one in evidence.asked} == {"not asked: 127.0.0.1 is not on the public internet"}
    assert len(evidence.uncovered) == 3


@pytest.mark.parametrize(
    "url",
    [
        "https://issuer.example/ca.crl",
        "ldap://issuer.example/cn=ca",
        "file:///etc/passwd",
        "http://user:secret@issuer.example/",
        "http:///ca.crl",
        "http://[::1/ca.crl",
        "http://issuer.example:99999/ca.crl",
    ],
)
def test_only_plain_http_is_asked(url: str) -> None:
    with pytest.raises(NotAnswered):
        Network(private=True).ask(url, Wanted.CRL)


@pytest.mark.parametrize(
    "host", ["[::ffff:127.0.0.1]", "[::1]", "169.254.169.254", "10.0.0.1", "0x7f.1", "[2002:7f00:1::]"]
)
def test_private_addresses_in_whatever_spelling_are_refused(host: str) -> None:
    with pytest.raises(NotAnswered, match="not on the public internet"):
        Network().ask(f"http://{host}/ca.crl", Wanted.CRL)


class Odd(http.server.BaseHTTPRequestHandler):
    """A server that answers each path with another oddity."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.end_headers()
        elif self.path == "/large":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 3000)
        elif self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"x")
        elif self.path == "/slow":
            while not self.server.stopping.is_set():  # type: ignore[attr-defined]
                try:
                    self.wfile.write(b"H")
                except OSError:
                    return
                self.server.stopping.wait(0.01)  # type: ignore[attr-defined]
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"ya")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[str]:
    Odd.asked = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    server.stopping = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.stopping.set()  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/elsewhere", "answered 302"),
        ("/large", "more than 2000 bytes"),
        ("/short", "broke off"),
        ("/slow", "no answer"),
    ],
)
def test_what_a_server_may_not_do_is_cut_off(
    odd: str, path: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits are made small, so that the test is quick: the ways past them are the same."""
    monkeypatch.setattr(issuer_services, "PATIENCE", 0.2)
    monkeypatch.setitem(issuer_services.LARGEST, "crl", 2000)
    with pytest.raises(NotAnswered, match=why):
        Network(private=True).ask(odd + path, Wanted.CRL)
    assert Odd.asked == [path]


def test_a_name_with_several_addresses_is_asked_where_somebody_answers(
    odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mock of the name's resolution: at the first of its two addresses nobody listens."""
    port, resolve = int(odd.rpartition(":")[2]), socket.getaddrinfo

    def both(host: str, *more: Any, **options: Any) -> list[Any]:
        addresses = ("127.0.0.2", "127.0.0.1") if host == "penerbit.example" else (host,)
        return [info for address in addresses for info in resolve(address, *more, **options)]

    monkeypatch.setattr("socket.getaddrinfo", both)
    assert Network(private=True).ask(f"http://penerbit.example:{port}/ca.crl", Wanted.CRL) == b"ya"
    assert Odd.asked == ["/ca.crl"]


def test_an_address_is_asked_once_and_not_too_many_are(odd: str) -> None:
    network = Network(private=True)
    for _ in range(3):
        assert network.ask(f"{odd}/0", Wanted.CRL) == b"ya"
    for n in range(1, MOST_QUESTIONS):
        network.ask(f"{odd}/{n}", Wanted.CRL)
    with pytest.raises(NotAnswered, match="not asked"):
        network.ask(f"{odd}/too-many", Wanted.CRL)
    assert len(Odd.asked) == MOST_QUESTIONS
