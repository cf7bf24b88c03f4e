"""Signatures of HTTP responses, taken apart: who is said to have signed what, and the bytes that were signed.

RFC 9421 ("HTTP Message Signatures"), and the draft before it that ActivityPub servers use
(draft-cavage-http-signatures-12). Body digests: RFC 9530 (``Content-Digest``) and RFC 3230 (``Digest``).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from .page import CapturedResponse

MAX_FIELD = 16_384
"""Characters of a signature's field that are read; servers refuse whole headers of that size."""

MAX_SIGNATURES = 10

_NAME = r"[a-z*][a-z0-9_.*-]*"
_STRING = r'"(?:[ !#-\[\]-~]|\\["\\])*"'
_TOKEN = r"[A-Za-z*][A-Za-z0-9:/!#$%&'*+.^_`|~-]*"
_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,3})?"
_BARE = rf"(?:{_STRING}|{_NUMBER}|:[A-Za-z0-9+/=]*:|\?[01]|{_TOKEN})"
_PARAMETERS = rf"(?:;{_NAME}(?:={_BARE})?)*"
_ITEMS = rf"(?P<items>(?: *{_STRING}{_PARAMETERS})*) *"
_INNER = re.compile(rf"(?P<label>{_NAME})=(?P<value>\({_ITEMS}\)(?P<rest>{_PARAMETERS}))")
_ITEM = re.compile(rf"(?P<name>{_STRING})(?P<parameters>{_PARAMETERS})")
_PARAMETER = re.compile(rf";(?P<name>{_NAME})(?:=(?P<value>{_BARE}))?")
_BINARY = re.compile(rf"(?P<label>{_NAME})=:(?P<value>[A-Za-z0-9+/=]*):(?:;[^,]*)?")
_CAVAGE = re.compile(r'(?P<name>[A-Za-z]+)=(?:"(?P<text>[^"]*)"|(?P<number>[0-9]{1,12}))')
_DIGESTS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class Claim:
    """A signature as it stands in a response. ``signed`` is None where ``problem`` says what cannot be put together.

    ``covers_body`` says whether a digest of the content is among what was signed, ``body_fits`` whether that digest is
    the content's (None: it cannot be said, and ``body_problem`` why).
    """

    scheme: str
    key_id: str
    algorithm: str | None
    signature: bytes
    covered: tuple[str, ...]
    created: datetime | None = None
    expires: datetime | None = None
    signed: bytes | None = None
    problem: str = ""
    covers_body: bool = False
    body_fits: bool | None = None
    body_problem: str = ""


class _Missing(ValueError):
    """What was signed is not in the capture."""


def claims(response: CapturedResponse) -> list[Claim]:
    """The signatures that a response carries, in either form."""
    inputs, signatures = _joined(response, "signature-input"), _joined(response, "signature")
    if signatures is None or len(signatures) > MAX_FIELD or len(inputs or "") > MAX_FIELD:
        return []
    found = _cavage(response, signatures) if inputs is None else _rfc9421(response, inputs, signatures)
    return found[:MAX_SIGNATURES]


def _rfc9421(response: CapturedResponse, inputs: str, signatures: str) -> list[Claim]:
    values = {one["label"]: one["value"] for one in _BINARY.finditer(signatures)}
    found = []
    for one in _INNER.finditer(inputs):
        if one["label"] not in values:
            continue
        stated = {p["name"]: _text(p["value"]) for p in _PARAMETER.finditer(one["rest"])}
        items = [(_text(item["name"]), item["parameters"]) for item in _ITEM.finditer(one["items"])]
        try:
            lines = [
                f'"{name}"{parameters}: {_component(response, name, parameters)}'
                for name, parameters in items
            ]
            if len({(name, parameters) for name, parameters in items}) != len(items):
                raise _Missing("a component is named twice")
            signed = "\n".join([*lines, f'"@signature-params": {one["value"]}']).encode("utf-8", "replace")
            problem = ""
        except _Missing as error:
            signed, problem = None, str(error)
        covered = tuple(name for name, parameters in items if not parameters)
        claim = Claim(
            scheme="RFC 9421",
            key_id=stated.get("keyid", ""),
            algorithm=stated.get("alg") or None,
            signature=_base64(values[one["label"]]),
            covered=tuple(name + parameters for name, parameters in items),
            created=_moment(stated.get("created", "")),
            expires=_moment(stated.get("expires", "")),
            signed=signed,
            problem=problem,
        )
        found.append(_with_body(claim, response, "content-digest" if "content-digest" in covered else None))
    return found


def _cavage(response: CapturedResponse, field: str) -> list[Claim]:
    stated = {one["name"].lower(): one["text"] or one["number"] or "" for one in _CAVAGE.finditer(field)}
    if "keyid" not in stated or "signature" not in stated:
        return []
    algorithm = stated.get("algorithm", "").lower() or None
    covered = tuple(stated.get("headers", "(created)" if algorithm == "hs2019" else "date").lower().split())
    try:
        signed = "\n".join(_cavage_line(response, name, stated) for name in covered).encode(
            "utf-8", "replace"
        )
        problem = ""
    except _Missing as error:
        signed, problem = None, str(error)
    claim = Claim(
        scheme="draft-cavage-http-signatures-12",
        key_id=stated["keyid"],
        algorithm=algorithm,
        signature=_base64(stated["signature"]),
        covered=covered,
        created=_moment(stated.get("created", "")),
        expires=_moment(stated.get("expires", "")),
        signed=signed,
        problem=problem,
    )
    digest = next((name for name in ("content-digest", "digest") if name in covered), None)
    return [_with_body(claim, response, digest)]


def _cavage_line(response: CapturedResponse, name: str, stated: dict[str, str]) -> str:
    of_signature = name in ("(created)", "(expires)")
    value = stated.get(name.strip("()")) if of_signature else _joined(response, name)
    if value is None:
        raise _Missing(f"what was signed as {name!r} is not in the response")
    return f"{name}: {value}"


def _component(response: CapturedResponse, name: str, parameters: str) -> str:
    if parameters == ";req":
        return _of_request(response, name)
    if parameters:
        raise _Missing(f"the component {name!r} with {parameters!r} is not put together here")
    if name == "@status":
        return str(response.status)
    value = None if name.startswith("@") else _joined(response, name)
    if value is None:
        raise _Missing(f"what was signed as {name!r} is not in the response")
    return value


def _of_request(response: CapturedResponse, name: str) -> str:
    """A part of the request (RFC 9421, sections 2.2 and 2.4): its method and address; its fields are not kept apart."""
    try:
        parts = urlsplit(response.url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _Missing("the response's address cannot be taken apart") from error
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    path = parts.path or "/"
    known = {
        "@method": response.method,
        "@target-uri": response.url,
        "@authority": host if port in (None, standard) else f"{host}:{port}",
        "@scheme": parts.scheme,
        "@path": path,
        "@query": f"?{parts.query}",
        "@request-target": path + (f"?{parts.query}" if parts.query else ""),
    }
    if name not in known:
        raise _Missing(f"the request's {name!r} is not in the capture")
    return known[name]


def _with_body(claim: Claim, response: CapturedResponse, field: str | None) -> Claim:
    if field is None:
        return claim
    stated = dict(_digests(_joined(response, field) or "", field))
    known = {name: digest for name, digest in stated.items() if name in _DIGESTS}
    if not known:
        return replace(claim, covers_body=True, body_problem=f"{field} names no digest that is known here")
    fits = all(_DIGESTS[name](response.body).digest() == digest for name, digest in known.items())
    if not fits and _joined(response, "content-encoding") not in (None, "identity"):
        return replace(
            claim, covers_body=True, body_problem="the digest is of the content as it was coded for transfer"
        )
    return replace(claim, covers_body=True, body_fits=fits)


def _digests(value: str, field: str) -> list[tuple[str, bytes]]:
    """``sha-256=:…:`` (RFC 9530), or ``SHA-256=…`` (RFC 3230)."""
    if field == "content-digest":
        return [(one["label"], _base64(one["value"])) for one in _BINARY.finditer(value)]
    pairs = (part.strip().partition("=") for part in value.split(","))
    return [(name.lower(), _base64(digest)) for name, _, digest in pairs]


def _joined(response: CapturedResponse, name: str) -> str | None:
    """A field's values as one (RFC 9110, section 5.3): trimmed, and joined by a comma and a space."""
    values = [" ".join(value.split("\n")).strip() for key, value in response.headers if key.lower() == name]
    return ", ".join(values) if values else None


def _text(value: str | None) -> str:
    if value is None:
        return ""
    return re.sub(r'\\(["\\])', r"\1", value[1:-1]) if value.startswith('"') else value


def _base64(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""  # no signature and no digest fits it


def _moment(seconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
