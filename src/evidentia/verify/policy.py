"""What a caller asks of a bundle beyond the format: who may act, whose timestamps, how soon, which algorithms.

A policy is TOML (docs/how-to/write-a-policy.md), read strictly: a misspelt rule must not be a rule that is not there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from evidentia.record.custody import EventType
from evidentia.record.errors import FormatError

from .cms import SMALLEST_RSA

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
MOST_AUTHORITIES = 99  # FORMAT, "Names": a file has at most 99 tokens
LARGEST_RSA = 16384  # bits; OpenSSL's own limit (OPENSSL_RSA_MAX_MODULUS_BITS)


class May(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may act as what. A person is meant by certificate or by the organisation that the certificate names.

    Attributes:
        certificates: SHA-256 digests of certificates.
        organisations: organisation names (O) in certificates' subjects; what an event says is not believed.
        events: the event types; empty for all.
        roles: the roles that the event may state; empty for any.
    """

    certificates: tuple[Digest, ...] = ()
    organisations: tuple[str, ...] = ()
    events: tuple[EventType, ...] = ()
    roles: tuple[str, ...] = ()


class Authority(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A timestamp authority under a name of the caller's. All its certificates count as one.

    Attributes:
        certificates: SHA-256 digests of the certificates that sign its tokens.
        organisations: organisation names (O) in the subjects of such certificates.
        required: whether each record and each signature needs a token of this authority.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    certificates: tuple[Digest, ...] = ()
    organisations: tuple[str, ...] = ()
    required: bool = False


class Key(StrEnum):
    """Kinds of keys."""

    RSA = "rsa"
    P256 = "p-256"
    P384 = "p-384"


class Hash(StrEnum):
    """Digest algorithms."""

    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class Algorithms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a signature may be made with. It can only ask for more than the format does.

    Attributes:
        keys: the kinds of the signer's key.
        smallest_rsa: of an RSA key, the bits that it has at least.
        digests: what is signed over.
    """

    keys: Annotated[tuple[Key, ...], Meta(min_length=1)] = tuple(Key)
    smallest_rsa: Annotated[int, Meta(ge=SMALLEST_RSA, le=LARGEST_RSA)] = SMALLEST_RSA
    digests: Annotated[tuple[Hash, ...], Meta(min_length=1)] = tuple(Hash)


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A caller's policy.

    Attributes:
        format: 1.
        authorities: how many different authorities must have stamped each record and each signature, at least.
        longest_delay: seconds from an event's claimed time to its first timestamp, at most.
        revocation: ``required`` where it must be known of every certificate that it was not revoked.
        signatures: what signatures over seals are made with.
        tokens: what timestamps are signed with.
        authority: the authorities that count, by name; empty for all that your anchors lead to, each certificate
            one.
        may: who may act; empty for whoever your anchors lead to.
    """

    format: Literal[1]
    authorities: Annotated[int, Meta(ge=1, le=MOST_AUTHORITIES)] = 1
    longest_delay: Annotated[int, Meta(ge=0, le=10**9)] | None = None
    revocation: Literal["required", "noted"] = "noted"
    signatures: Algorithms = Algorithms()
    tokens: Algorithms = Algorithms()
    authority: tuple[Authority, ...] = ()
    may: tuple[May, ...] = ()


def read_policy(where: str | Path) -> Policy:
    """Read a policy file.

    Raises:
        FormatError: not TOML, not exactly the fields of a policy, or rules that nothing could meet.
    """
    path = Path(where)
    try:
        policy = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Policy)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise FormatError(path.name, f"not a policy: {error}") from error
    for problem in _problems(policy):
        raise FormatError(path.name, problem)
    return policy


def _problems(policy: Policy) -> Iterator[str]:
    for rule in policy.may:
        if not (rule.certificates or rule.organisations):
            yield "a rule of `may` names neither certificates nor organisations"
    for one in policy.authority:
        if not (one.certificates or one.organisations):
            yield f"the authority {one.name!r} has neither certificates nor organisations"
    named = [one.name for one in policy.authority]
    if len(set(named)) < len(named):
        yield "two authorities have one name"
    if named and policy.authorities > len(named):
        yield f"tokens of {policy.authorities} authorities are asked for, and {len(named)} are named"
