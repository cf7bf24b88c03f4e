"""Tokens of other makers: openssl's own authority; and honest ones in every form, judged by three programs."""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from forged import der, token
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from evidentia.verify import Trust
from evidentia.verify.certificates import Use, leads_to_anchor
from evidentia.verify.cms import CmsError
from evidentia.verify.timestamp import check_token
from evidentia.verify.trust_files import loadable
from lab.pki import Lab

DATA = b"a signature"
WHEN = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
TOKENS = 60  # about 50 ms each

CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = {certs}/tsa.pem
signer_key = {keys}/tsa.pem
certs = {certs}/time-root.pem
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500, microsecs:100
ordering = {ordering}
tsa_name = {named}
ess_cert_id_chain = {chain}
ess_cert_id_alg = {ess}
signer_digest = {digest}
clock_precision_digits = {digits}
"""


def by_openssl(lab: Lab, folder: Path, query: list[str], **options: str) -> bytes:
    """A token as `openssl ts -reply` makes it: an authority written by others."""
    defaults = {
        "ordering": "no",
        "named": "no",
        "chain": "no",
        "ess": "sha256",
        "digest": "sha256",
        "digits": "0",
    }
    certs, keys = lab.folder / "certs", lab.folder / "keys"
    text = CONFIGURATION.format(certs=certs, keys=keys, **(defaults | options))
    (folder / "tsa.cnf").write_text(text)
    (folder / "data").write_bytes(DATA)
    for command in (
        ["openssl", "ts", "-query", "-data", "data", "-out", "query", *query],
        ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply"],
    ):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "reply").read_bytes()


@pytest.mark.parametrize(
    ("query", "options"),
    [
        (["-cert", "-sha256"], {}),
        (["-cert", "-sha512", "-no_nonce"], {"digest": "sha512"}),
        (["-cert", "-sha384"], {"ess": "sha384", "ordering": "yes", "named": "yes"}),
        (["-cert", "-sha256"], {"ess": "sha1", "chain": "yes", "digits": "6"}),
    ],
)
def test_tokens_of_openssls_authority_are_taken(
    query: list[str], options: dict[str, str], lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    program("openssl")
    read = check_token(by_openssl(lab, tmp_path, query, **options), DATA)
    anchors = Trust.from_pem(str(lab.tsa_roots)).authorities
    chain, reason = leads_to_anchor(
        read.certificate, loadable(read.others), anchors, read.time, Use.TIMESTAMPING
    )
    assert chain, reason
    assert (
        abs((datetime.now(UTC) - read.time).total_seconds()) < 3600
    )  # the machine's clock, give or take a slow test
    with pytest.raises(CmsError):
        check_token((tmp_path / "reply").read_bytes(), DATA + b"x")


def test_a_token_without_its_certificate_is_refused(
    lab: Lab, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    """It could be checked with the certificate at hand; a bundle must not depend on what is at hand."""
    program("openssl")
    with pytest.raises(CmsError, match="not in it"):
        check_token(by_openssl(lab, tmp_path, ["-sha256"]), DATA)


def openssl(lab: Lab, response: bytes, folder: Path) -> bool:
    (folder / "t").write_bytes(response)
    (folder / "d").write_bytes(DATA)
    command = ["openssl", "ts", "-verify", "-in", "t", "-data", "d", "-CAfile", str(lab.tsa_roots)]
    at = ["-attime", str(int(WHEN.timestamp()))]
    return subprocess.run([*command, *at], cwd=folder, capture_output=True, check=False).returncode == 0


def pyhanko(lab: Lab, response: bytes) -> bool:
    root = asn1_x509.Certificate.load(lab.certificate("time-root").public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    signed = tsp.TimeStampResp.load(response)["time_stamp_token"]["content"]
    checked = validate_tst_signed_data(signed, context, lambda name: hashlib.new(name, DATA).digest())
    told = asyncio.run(checked)
    return bool(told["intact"] and told["valid"])


def ours(lab: Lab, response: bytes) -> bool:
    read = check_token(response, DATA)
    anchors = Trust.from_pem(str(lab.tsa_roots)).authorities
    chain, _ = leads_to_anchor(read.certificate, loadable(read.others), anchors, WHEN, Use.TIMESTAMPING)
    return bool(chain)


ACCURACIES = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {},
        optional={
            "seconds": st.integers(0, 3600),
            "millis": st.integers(1, 999),
            "micros": st.integers(1, 999),
        },
    ),
)


@settings(
    max_examples=TOKENS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    accuracy=ACCURACIES,
    ordering=st.booleans(),
    nonce=st.one_of(st.none(), st.integers(0, 2**64 - 1)),
    imprint=st.sampled_from(["sha256", "sha384", "sha512"]),
    digest=st.sampled_from(["sha256", "sha384", "sha512"]),
    ess=st.sampled_from(["sha1", "sha256", "sha384"]),
    fraction=st.from_regex(r"(\.[0-9]{0,5}[1-9])?", fullmatch=True),
    come_along=st.permutations(["time-root", "tsa2", "rsa-tsa"]).flatmap(
        lambda labels: st.integers(0, 3).map(lambda count: labels[:count])
    ),
)
def test_honest_tokens_in_every_form_are_taken_by_all_three(
    accuracy: dict[str, int] | None,
    ordering: bool,
    nonce: int | None,
    imprint: str,
    digest: str,
    ess: str,
    fraction: str,
    come_along: list[str],
    lab: Lab,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Unsorted sets of certificates among them."""
    stated = tsp.Accuracy(accuracy).dump() if accuracy else der(0x30)
    more = [stated] if accuracy is not None else []
    more += [der(0x01, b"\xff")] if ordering else []
    more += [core.Integer(nonce).dump()] if nonce is not None else []
    made = token(
        DATA,
        f"{WHEN:%Y%m%d%H%M%S}{fraction}Z".encode(),
        lab.certificate("tsa").public_bytes(Encoding.DER),
        lab.key("tsa"),
        imprint=imprint,
        digest=digest,
        ess_digest=ess,
        info=lambda fields: [*fields, *more],
        others=[lab.certificate(label).public_bytes(Encoding.DER) for label in come_along],
    )
    folder = tmp_path_factory.getbasetemp()
    assert (ours(lab, made), openssl(lab, made, folder), pyhanko(lab, made)) == (True, True, True)
