"""What the keys of a platform add to a change: a signature that a wording stood there, and one that nothing does.

A signed absence alone says that nothing stands there now. After a signed presence of the same subject it says that
something was taken away, on no server's word: the strongest form in which a platform can show a deletion. It names a
key, not a person, and not who took it away.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from evidentia.record.life import Change, ChangeKind
from evidentia.record.post import Proof, ProofKind, ProofOutcome, Signal, State
from evidentia.record.sentences import Term

from .looks import Look

SIGNED_ABSENCE = "signed-absence"
"""The signal that a key signed that nothing stands where the post was, and no signed presence was seen before."""

SIGNED_AFTER_PRESENCE = "signed-absence-after-signed-presence"
"""The signal of the strongest deletion: signed that it stood there, and later that nothing does."""

SIGNED_BOTH = "signed-before-and-after"
"""The signal of an edit of which one key signed both wordings."""

_CONTENT = frozenset({ProofKind.REPOSITORY, ProofKind.EVENT})
_WORDINGS = frozenset({ChangeKind.EDITED, ChangeKind.SILENTLY_EDITED})

Signed = dict[str, tuple[Look, Proof]]
"""By subject, the last look in which a key's signature of its presence held."""


def remember(signed: Signed, look: Look) -> None:
    """Keep what a look shows to have been signed as present."""
    for proof in look.seen.proofs:
        if proof.kind is ProofKind.REPOSITORY and proof.outcome is ProofOutcome.PRESENT:
            signed[proof.subject] = look, proof


def with_signatures(change: Change, before: Look, after: Look, signed: Signed) -> Change:
    """The change with what keys signed of it. ``signed``: what was remembered of all looks before ``after``."""
    if not after.seen.proofs:
        return change
    if change.kind is ChangeKind.STATE_CHANGED and not after.is_present:
        return _gone(change, after, signed)
    if change.kind in _WORDINGS:
        signals = tuple(_both(before, after))
        return replace(change, signals=(*change.signals, *signals)) if signals else change
    return change


def _gone(change: Change, after: Look, signed: Signed) -> Change:
    signals: list[Signal] = []
    evidence = change.evidence
    for proof in after.seen.proofs:
        if proof.outcome is not ProofOutcome.ABSENT:
            continue
        look, earlier = signed.get(proof.subject, (None, None))
        where = proof.where[-1] if proof.where else proof.subject
        signed_so = _signed(
            proof,
            Term("{what} signed that nothing stands at {url}"),
            Term("{what} signed (by its own date, {what2}) that nothing stands at {url}"),
        )
        if look is None or earlier is None:
            seen = f"{signed_so}; {Term('no signed presence of it was seen before')}"
            signals.append(Signal(name=SIGNED_ABSENCE, seen=seen, where=where))
            continue
        had_signed = _signed(
            earlier,
            Term("{what} had signed that it stood there"),
            Term("{what} had signed (by its own date, {what2}) that it stood there"),
            Term("the same key") if earlier.key == proof.key else _signer(earlier),
        )
        seen = f"{signed_so}; {had_signed}"
        signals.append(Signal(name=SIGNED_AFTER_PRESENCE, seen=seen, where=where))
        evidence = (*evidence, *(one for one in look.seen.evidence if one not in evidence))
    return replace(change, signals=(*signals, *change.signals), evidence=evidence)


def _both(before: Look, after: Look) -> Iterator[Signal]:
    keys = {_signs(proof) for proof in before.seen.proofs} - {None}
    for proof in after.seen.proofs:
        if _signs(proof) in keys:
            where = proof.where[-1] if proof.where else proof.subject
            seen = _signed(
                proof, Term("{what} signed both"), Term("{what} signed both (by its own date, {what2})")
            )
            yield Signal(name=SIGNED_BOTH, seen=seen, where=where)


def _signs(proof: Proof) -> str | None:
    held = proof.outcome is ProofOutcome.PRESENT and proof.kind in _CONTENT
    return proof.key if held else None


def _signer(proof: Proof) -> str:
    return Term("a key") if proof.key is None else Term("the key {url}").format(url=proof.key)


def _signed(proof: Proof, undated: Term, dated: Term, by: str = "") -> str:
    """Who signed what; the date is a claim of the signer."""
    template = undated if proof.at is None else dated
    at = "" if proof.at is None else proof.at.isoformat()
    return template.format(what=by or _signer(proof), what2=at, url=proof.subject)


WITHHELD = frozenset({State.UNAVAILABLE, State.DELETED_BY_AUTHOR})
"""States that a signed presence of the post in the same look contradicts: a platform that hides it does not."""
