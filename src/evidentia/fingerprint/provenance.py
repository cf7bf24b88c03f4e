"""A C2PA manifest, validated by C2PA's own library (extra ``[provenance]``): what it claims, whether its seal holds.

It is read in the limited process alone, and nothing is fetched: neither a manifest that a file names elsewhere, nor a
certificate's revocation. So a signature that holds says that the bytes are those that its key signed; whose key that
is, is said only as far as the caller trusts somebody to say so.
"""

from __future__ import annotations

import io
import json
from typing import Any

from .types import Provenance, ProvenanceClaim

MAX_SAID = 400
"""Characters that are kept of a name or a code, and codes that are kept."""

_OFFLINE = {
    "version": 1,
    "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
    "core": {"allowed_network_hosts": []},
}

_MISSING = (
    "the C2PA manifest was not validated: its part is not installed here: evidentia-forensics[provenance]"
)


def validate(data: bytes, media_type: str, anchors: str = "") -> tuple[ProvenanceClaim, tuple[str, ...]]:
    """The state of the manifest in a file that has one, and what could not be done.

    Args:
        anchors: certificates in PEM of those whom the caller trusts to say whose key it is. Without any, nobody's is.
    """
    try:
        import c2pa  # type: ignore[import-untyped]
    except (ImportError, OSError):
        return ProvenanceClaim(state=Provenance.NOT_VALIDATED), (_MISSING,)
    trust = {"trust": {"trust_anchors": anchors}} if anchors else {}
    try:
        with (
            c2pa.Context.from_dict(_OFFLINE | trust) as context,
            c2pa.Reader(media_type, io.BytesIO(data), context=context) as reader,
        ):
            said = json.loads(reader.json())
    except Exception as error:  # noqa: BLE001 - a parser on hostile bytes: recorded, never let through
        why = f"{type(error).__name__}: {error}"[:MAX_SAID]
        return ProvenanceClaim(state=Provenance.INVALID, codes=(why,)), ()
    return _claim(said, trusting=bool(anchors)), ()


def _claim(said: dict[str, Any], *, trusting: bool) -> ProvenanceClaim:
    results = said.get("validation_results", {}).get("activeManifest", {})
    codes = tuple(str(one.get("code", ""))[:MAX_SAID] for one in results.get("failure", ())[:MAX_SAID])
    manifest = said.get("manifests", {}).get(said.get("active_manifest"), {})
    signature = manifest.get("signature_info", {})
    generator: Any = next(iter(manifest.get("claim_generator_info") or ()), {})
    states = {"Valid": Provenance.UNKNOWN_ISSUER, "Trusted": Provenance.TRUSTED}
    state = states.get(str(said.get("validation_state")), Provenance.INVALID)
    if state is Provenance.TRUSTED and not trusting:
        state = Provenance.UNKNOWN_ISSUER  # the library may bring anchors of its own: nobody here chose them
    return ProvenanceClaim(
        state=state,
        codes=codes,
        signer=_text(signature, "common_name"),
        organisation=_text(signature, "issuer"),
        signed_at=_text(signature, "time"),
        generator=_text(generator, "name"),
    )


def _text(of: Any, name: str) -> str:
    value = of.get(name) if isinstance(of, dict) else None
    return str(value)[:MAX_SAID] if value is not None else ""
