"""Signatures of ActivityPub answers and objects, checked from the captured bytes.

Of responses: ``http_signatures``. Of objects: FEP-8b32 "Object Integrity Proofs" with ``eddsa-jcs-2022`` (W3C Data
Integrity EdDSA Cryptosuites v1.0, section 3.3). ``RsaSignature2017`` needs the object as a canonical RDF graph, and for
that contexts from the network as they were: it is reported and not judged. The keys are those of servers' accounts, and
servers normally hold them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import rfc8785

from evidentia.record.post import Proof, ProofKind, ProofOutcome

from . import answers
from .activitypub_object import Node, identifier, unwrapped
from .http_signatures import Claim, claims
from .page import CapturedResponse
from .public_keys import PublicKey, UnreadableKey, algorithm_that_holds, base58, did_key, keys_in

MAX_PROOFS = 5
"""Proofs of one object that are checked."""

_SUITE = "eddsa-jcs-2022"
_HELD = "The key is that of {owner}; servers normally hold the keys of their accounts."


@dataclass(frozen=True, slots=True)
class _Verdict:
    outcome: ProofOutcome
    reason: str
    steps: tuple[str, ...] = ()


class _Ambiguous(ValueError):
    """JSON that two readers may take for two things."""


def key_ids(answer: CapturedResponse, node: Node) -> list[str]:
    """The ids of the keys that an answer's signatures name."""
    named = [claim.key_id for claim in claims(answer)]
    named += [answers.text(proof.get("verificationMethod")) or "" for proof in _proofs(node)]
    return [one for one in named if one.startswith(("https://", "http://"))]


def check(
    answer: CapturedResponse, node: Node, documents: tuple[CapturedResponse | None, ...]
) -> tuple[Proof, ...]:
    """Every signature of an answer and of the object in it, checked with the keys that ``documents`` publish."""
    keys = keys_in(documents)
    subject = answers.text(node.get("id")) or answer.url
    found = [_of_response(claim, keys, answer.url) for claim in claims(answer)]
    found += [_of_object(answer, node, proof, keys, subject) for proof in _proofs(node)]
    signature = node.get("signature")
    if isinstance(signature, dict):
        found.append(_linked_data(signature, subject, answer.url))
    return tuple(found)


def _of_response(claim: Claim, keys: dict[str, PublicKey], where: str) -> Proof:
    key = keys.get(claim.key_id)
    verdict = _judged(claim, key)
    steps = (f"{claim.scheme}: {', '.join(claim.covered)}", f"key {claim.key_id}", *verdict.steps)
    if claim.expires is not None:  # whether it had is for whoever knows when the answer came
        steps = (*steps, f"meant to be valid until {claim.expires.isoformat()}")
    return Proof(
        kind=ProofKind.HTTP_SIGNATURE,
        outcome=verdict.outcome,
        subject=where,
        key=None if key is None else key.spelled,
        at=claim.created,
        steps=steps,
        reason=verdict.reason,
        where=(where,) if key is None else (where, key.where),
    )


def _judged(claim: Claim, key: PublicKey | None) -> _Verdict:
    if key is None:
        return _Verdict(ProofOutcome.UNDETERMINED, "The key that is named is not in the capture.")
    if claim.signed is None:
        return _Verdict(
            ProofOutcome.UNDETERMINED, f"What was signed cannot be put together: {claim.problem}."
        )
    try:
        held = algorithm_that_holds(key.value, claim.algorithm, claim.signature, claim.signed)
    except UnreadableKey as error:
        return _Verdict(ProofOutcome.UNDETERMINED, f"The signature cannot be checked: {error}.")
    if held is None:
        return _Verdict(ProofOutcome.BROKEN, "The signature is not the key's over what came.")
    steps = (f"the signature holds ({held})",)
    if not claim.covers_body:
        return _Verdict(
            ProofOutcome.UNDETERMINED, "The signature holds, and does not cover the content.", steps
        )
    if claim.body_fits is None:
        reason = f"The signature holds; whether the content is what was signed cannot be said: {claim.body_problem}."
        return _Verdict(ProofOutcome.UNDETERMINED, reason, steps)
    if not claim.body_fits:
        return _Verdict(ProofOutcome.BROKEN, "The content is not the one whose digest was signed.", steps)
    reason = _HELD.format(owner=key.owner or "an owner who is not named")
    return _Verdict(ProofOutcome.PRESENT, reason, (*steps, "the digest that was signed is the content's"))


def _of_object(
    answer: CapturedResponse, node: Node, proof: Node, keys: dict[str, PublicKey], subject: str
) -> Proof:
    method = answers.text(proof.get("verificationMethod")) or ""
    key = keys.get(method) or did_key(method)
    verdict = _integrity(answer, node, proof, key)
    return Proof(
        kind=ProofKind.OBJECT_SIGNATURE,
        outcome=verdict.outcome,
        subject=subject,
        key=None if key is None else key.spelled,
        at=answers.moment(answers.text(proof.get("created"))),
        steps=(f"FEP-8b32, {_suite(proof)}", f"key {method}", *verdict.steps),
        reason=verdict.reason,
        where=(answer.url,) if key is None else (answer.url, key.where),
    )


def _integrity(answer: CapturedResponse, node: Node, proof: Node, key: PublicKey | None) -> _Verdict:
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != _SUITE:
        return _Verdict(ProofOutcome.UNDETERMINED, f"The suite {_suite(proof)} is not checked here.")
    if proof.get("proofPurpose") != "assertionMethod":
        return _Verdict(
            ProofOutcome.UNDETERMINED, "The proof is for another purpose than to assert the object."
        )
    if key is None:
        return _Verdict(ProofOutcome.UNDETERMINED, "The key that is named is not in the capture.")
    context = proof.get("@context")
    if context is not None and not _begins_with(node.get("@context"), context):
        return _Verdict(ProofOutcome.BROKEN, "The proof was made under another context than the object's.")
    try:
        signed = _signed_bytes(answer.body, proof)
        held = algorithm_that_holds(key.value, None, base58(str(proof.get("proofValue"))), signed)
    except (UnreadableKey, _Ambiguous) as error:
        return _Verdict(ProofOutcome.UNDETERMINED, f"The proof cannot be checked: {error}.")
    if held != "ed25519":
        return _Verdict(ProofOutcome.BROKEN, "The signature is not the key's over this object.")
    steps = ("the signature over the canonical object (RFC 8785) and its proof's settings holds",)
    owner, named = key.owner, _authors(node)
    if owner is None or not named or not all(_is_of(author, owner) for author in named):
        reason = (
            f"The signature holds; the key is that of {owner}, and the object names {' and '.join(named)}."
        )
        return _Verdict(ProofOutcome.UNDETERMINED, reason[:1000], steps)
    return _Verdict(ProofOutcome.PRESENT, _HELD.format(owner=owner), (*steps, "the key is the author's"))


def _signed_bytes(body: bytes, proof: Node) -> bytes:
    """SHA-256 of the proof's settings, and of the object without its proof, both canonical.

    Raises:
        _Ambiguous: the object has a member twice, or holds what RFC 8785 cannot write.
    """
    try:
        whole = json.loads(body, object_pairs_hook=_members, parse_constant=_constant)
        del whole["proof"]
        settings = {name: value for name, value in proof.items() if name != "proofValue"}
        return (
            hashlib.sha256(rfc8785.dumps(settings)).digest() + hashlib.sha256(rfc8785.dumps(whole)).digest()
        )
    except (rfc8785.CanonicalizationError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _Ambiguous(f"the object has no canonical form ({error})") from error


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Ambiguous("a member stands twice in an object")
    return members


def _constant(name: str) -> Any:
    raise _Ambiguous(f"{name} is no JSON")


def _linked_data(signature: Node, subject: str, where: str) -> Proof:
    kind = answers.text(signature.get("type")) or "of no stated type"
    creator = answers.text(signature.get("creator"))
    return Proof(
        kind=ProofKind.OBJECT_SIGNATURE,
        outcome=ProofOutcome.UNDETERMINED,
        subject=subject,
        at=answers.moment(answers.text(signature.get("created"))),
        steps=(f"signature {kind}", f"key {creator}"),
        reason=(
            "A signature over the object's RDF graph: to check it, its JSON-LD contexts are needed as they were when "
            "it was made, and they are not in the capture."
        ),
        where=(where,),
    )


def _proofs(node: Node) -> list[Node]:
    held = node.get("proof")
    return [one for one in (held if isinstance(held, list) else [held])[:MAX_PROOFS] if isinstance(one, dict)]


def _suite(proof: Node) -> str:
    return (answers.text(proof.get("cryptosuite")) or answers.text(proof.get("type")) or "unnamed")[:100]


def _authors(node: Node) -> list[str]:
    """Everybody whose object or activity it says that it is."""
    inner = unwrapped(node)
    stated = (node.get("actor"), node.get("attributedTo"), inner.get("actor"), inner.get("attributedTo"))
    return list(dict.fromkeys(found for value in stated if (found := identifier(value)) is not None))


def _begins_with(context: object, start: object) -> bool:
    whole = context if isinstance(context, list) else [context]
    wanted = start if isinstance(start, list) else [start]
    return whole[: len(wanted)] == wanted


def _is_of(account: str, owner: str) -> bool:
    """Whether a key's owner is the account, or the DID under whose authority its address stands (FEP-ef61)."""
    return account == owner or (owner.startswith("did:key:") and account.startswith(f"ap://{owner}/"))
