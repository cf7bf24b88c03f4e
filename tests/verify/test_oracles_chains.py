"""Chains of certificates at random, judged by ours, by openssl and by pyHanko: each difference has a reason."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from forged import Extension, Key, issued, named, usage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ValidationError

from evidentia.verify.certificates import Use, leads_to_anchor

AT = datetime(2025, 3, 1, tzinfo=UTC)
CHAINS = 150  # about 20 ms each: openssl is a process of its own
DIGESTS: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha512": hashes.SHA512()}


class Link(NamedTuple):
    """An authority of a chain, or the person at its end.

    Attributes:
        is_authority: None leaves basicConstraints out.
        certifies: None leaves the key usage out.
        lives: how the time of the question lies to its validity.
        permits: a name constraint: None, one that the name below keeps, or one that it does not.
        strange: with a critical extension that nobody knows.
    """

    key: str
    digest: str = "sha256"
    is_authority: bool | None = True
    path_length: int | None = None
    certifies: bool | None = True
    lives: str = "now"
    permits: str | None = None
    strange: bool = False


LIVES = {"now": (2024, 2040), "ended": (2020, 2024), "not yet": (2030, 2040)}
USUAL = st.sampled_from(["p256", "p256", "p384", "rsa2048", "rsa3072"])
LINKS = st.builds(
    Link,
    key=USUAL,
    digest=st.sampled_from(sorted(DIGESTS)),
    is_authority=st.sampled_from([True, True, True, True, False, None]),
    path_length=st.sampled_from([None, None, 0, 1]),
    certifies=st.sampled_from([True, True, True, None, False]),
    lives=st.sampled_from(["now", "now", "now", "now", "ended", "not yet"]),
    permits=st.none(),
    strange=st.sampled_from([False] * 7 + [True]),
)
LEAVES = st.builds(
    Link,
    key=USUAL,
    digest=st.sampled_from(sorted(DIGESTS)),
    is_authority=st.none(),
    path_length=st.none(),
    certifies=st.none(),
    lives=st.sampled_from(["now", "now", "ended"]),
    permits=st.none(),
    strange=st.sampled_from([False, False, True]),
)


@cache
def key_of(kind: str, number: int) -> Key:
    """Keys are made once: it is the chains that differ."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind[3:]))
    curves = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1(), "k256": ec.SECP256K1()}
    return (
        ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(curves[kind])
    )


class Chain(NamedTuple):
    """A person's certificate, the authorities between from the nearest on, and the anchor."""

    leaf: x509.Certificate
    between: tuple[x509.Certificate, ...]
    anchor: x509.Certificate


def build(links: list[Link], leaf: Link) -> Chain:
    made: list[x509.Certificate] = []
    keys: list[Key] = []
    for number, link in enumerate([*links, leaf]):
        key = key_of(link.key, number)
        start, end = LIVES[link.lives]
        certificate = issued(
            key,
            made[-1] if made else None,
            keys[-1] if keys else key,
            *extensions(link, is_leaf=number == len(links)),
            name=f"Tingkat {number}",
            serial=100 + number,
            since=datetime(start, 1, 1, tzinfo=UTC),
            until=datetime(end, 1, 1, tzinfo=UTC),
            digest=DIGESTS[link.digest],
        )
        made.append(certificate)
        keys.append(key)
    anchor, *between = made[:-1]
    return Chain(made[-1], tuple(reversed(between)), anchor)


def extensions(link: Link, *, is_leaf: bool) -> list[Extension]:
    found: list[Extension] = []
    if is_leaf:
        found.append(usage("digital_signature", "content_commitment"))
    else:
        if link.is_authority is not None:
            length = link.path_length if link.is_authority else None
            found.append((x509.BasicConstraints(ca=link.is_authority, path_length=length), True))
        if link.certifies is not None:
            found.append(usage("key_cert_sign", "crl_sign") if link.certifies else usage("crl_sign"))
        if link.permits is not None:
            found.append((x509.NameConstraints([x509.DirectoryName(named(link.permits))], None), True))
    if link.strange:
        found.append((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True))
    return found


def ours(chain: Chain) -> bool:
    found, _ = leads_to_anchor(chain.leaf, chain.between, (chain.anchor,), AT, Use.SIGNING)
    return bool(found)


def openssl(chain: Chain, folder: Path) -> bool:
    for name, certificates in (
        ("leaf", [chain.leaf]),
        ("between", chain.between),
        ("anchor", [chain.anchor]),
    ):
        (folder / name).write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in certificates))
    command = [
        "openssl",
        "verify",
        "-CAfile",
        "anchor",
        "-partial_chain",
        "-auth_level",
        "2",
        "-purpose",
        "any",
    ]
    command += ["-no-CApath", "-no-CAstore", "-attime", str(int(AT.timestamp()))]
    if chain.between:
        command += ["-untrusted", "between"]
    return subprocess.run([*command, "leaf"], cwd=folder, capture_output=True, check=False).returncode == 0


def pyhanko(chain: Chain) -> bool:
    leaf, anchor, *between = (
        asn1_x509.Certificate.load(c.public_bytes(Encoding.DER))
        for c in (chain.leaf, chain.anchor, *chain.between)
    )
    context = ValidationContext(trust_roots=[anchor], other_certs=between, moment=AT, allow_fetching=False)
    try:
        asyncio.run(CertificateValidator(leaf, between, context).async_validate_usage({"digital_signature"}))
    except ValidationError:
        return False
    return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, program: Callable[[str], Path]) -> Path:
    program("openssl")
    return tmp_path_factory.mktemp("oracles")


@settings(
    max_examples=CHAINS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(links=st.lists(LINKS, min_size=1, max_size=4), leaf=LEAVES)
def test_three_judges_agree_on_chains_at_random(links: list[Link], leaf: Link, folder: Path) -> None:
    chain = build(links, leaf)
    told = {"ours": ours(chain), "openssl": openssl(chain, folder), "pyhanko": pyhanko(chain)}
    anchor = links[0]
    if (
        anchor.lives != "now"
        or anchor.strange
        or anchor.is_authority is not True
        or anchor.certifies is False
    ):
        told.pop(
            "pyhanko"
        )  # to RFC 5280 an anchor is a name and a key, and the rest of its certificate says nothing
    if anchor.is_authority is None and anchor.certifies:
        told.pop("openssl")  # of an anchor it takes a key usage for the word that is missing
    if any(link.path_length is not None for link in links):
        told.pop("pyhanko", None)  # it lets an anchor's path length pass
    assert len(set(told.values())) == 1, told


GOOD = Link("p256")
PERSON = Link("p256")
DIFFERENCES: dict[str, tuple[list[Link], dict[str, bool]]] = {
    "an authority with Ed25519": ([GOOD, Link("ed25519")], {"ours": False, "openssl": True, "pyhanko": True}),
    "an authority with secp256k1": ([GOOD, Link("k256")], {"ours": False, "openssl": True, "pyhanko": True}),
    "an authority with RSA of 1024 bits": (
        [GOOD, Link("rsa1024")],
        {"ours": False, "openssl": False, "pyhanko": False},
    ),
    "an authority with P-521": ([GOOD, Link("p521")], {"ours": True, "openssl": True, "pyhanko": True}),
    "a name that the constraint keeps out": (
        [GOOD, Link("p256", permits="Lembaga Lain")],
        {"ours": False, "openssl": False, "pyhanko": False},
    ),
    "a name that the constraint lets in": (
        [GOOD, Link("p256", permits="Tingkat 2")],
        {"ours": False, "openssl": True},
    ),
    "an authority that does not say so, but for its key usage": (
        [GOOD, Link("p256", is_authority=None)],
        {"ours": False, "openssl": False, "pyhanko": False},
    ),
    "an anchor that does not say so, but for its key usage": (
        [Link("p256", is_authority=None)],
        {"ours": False, "openssl": True, "pyhanko": True},
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_where_judges_differ_ours_is_the_stricter_one(name: str, folder: Path) -> None:
    """What ours refuses and openssl takes stands in docs/verdict-codes.md."""
    links, expected = DIFFERENCES[name]
    chain = build(links, PERSON)
    told = {"ours": ours(chain), "openssl": openssl(chain, folder), "pyhanko": pyhanko(chain)}
    assert {judge: told[judge] for judge in expected} == expected
