"""A remembered path is the path that would have been found anew, at every moment around every moment that counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evidentia.verify import certificates, paths
from evidentia.verify.certificates import Use, leads_to_anchor
from evidentia.verify.paths import Paths
from lab.pki import Lab

LABELS = ("penyidik-a", "pengawas-b", "revoked", "expired", "impostor", "tsa", "rsa-tsa", "no-eku-tsa")


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def moments(concerned: list[x509.Certificate]) -> list[datetime]:
    """The moments at which something begins or ends, with what lies just beside them."""
    edges = [edge for one in concerned for edge in (one.not_valid_before_utc, one.not_valid_after_utc)]
    beside = (timedelta(0), timedelta(seconds=1), timedelta(microseconds=1), timedelta(days=9))
    return sorted({edge + sign * delta for edge in edges for delta in beside for sign in (1, -1)})


@pytest.mark.parametrize("use", Use)
def test_what_is_remembered_is_what_would_be_found(lab: Lab, use: Use) -> None:
    issuing, roots = lab.certificate("issuing"), (lab.certificate("root"), lab.certificate("time-root"))
    remembered = Paths(roots, [issuing])
    for label in LABELS:
        certificate = lab.certificate(label)
        for at in moments([certificate, issuing, *roots]):
            for embedded in ((), (der(certificate), der(issuing))):
                others = [issuing, *map(x509.load_der_x509_certificate, embedded)]
                expected = leads_to_anchor(certificate, others, roots, at, use)
                assert remembered.lead(certificate, embedded, at, use)[0] == expected[0], (label, at)


def test_thousands_of_tokens_of_one_authority_need_one_path(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    real = certificates.leads_to_anchor
    monkeypatch.setattr(paths, "leads_to_anchor", lambda *given: looked.append(given) or real(*given))
    remembered = Paths((lab.certificate("time-root"),), [])
    start = datetime(2025, 3, 1, tzinfo=UTC)
    for minute in range(500):
        at = start + timedelta(minutes=minute)
        found, _ = remembered.lead(lab.certificate("tsa"), (), at, Use.TIMESTAMPING)
        assert found
    assert len(looked) == 1


def test_a_stranger_with_ever_new_certificates_fills_no_memory(lab: Lab) -> None:
    remembered = Paths((lab.certificate("time-root"),), [])
    at = datetime(2025, 3, 1, tzinfo=UTC)
    for number in range(3 * paths._MOST_POOLS):
        found, _ = remembered.lead(lab.certificate("tsa"), (b"%d" % number,), at, Use.TIMESTAMPING)
        assert found
        assert len(remembered._pools) <= paths._MOST_POOLS
