"""The protocol's own library (npm's ``@atproto/repo``) as a second opinion on proofs.

``python -m lab.bluesky_verifier CAR READING``: a CAR, and what ``evidentia reread --json`` printed of the same item.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from lab.bluesky import PACKAGES, SITE, BlueskyError, node


@dataclass(frozen=True)
class Claim:
    """What a CAR is said to prove: this record stands there, or none does (``cid`` is None)."""

    car: bytes
    did: str
    key: str
    collection: str
    rkey: str
    cid: str | None


def verified(claims: list[Claim]) -> list[bool]:
    """For each claim, whether the library verifies it.

    Raises:
        BlueskyError: the library is not installed, or did not answer each.
    """
    lines = [json.dumps(asdict(claim) | {"car": base64.b64encode(claim.car).decode()}) for claim in claims]
    done = subprocess.run(
        [node(), SITE / "verify.cjs"],
        check=False,
        input="".join(f"{line}\n" for line in lines),
        env={**os.environ, "EVIDENTIA_BLUESKY_PACKAGES": str(PACKAGES)},
        capture_output=True,
        text=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if len(answers) != len(claims):
        raise BlueskyError(f"the library answered {len(answers)} of {len(claims)}:\n{done.stderr[-2000:]}")
    return [answer.get("verified") is True for answer in answers]


def claim_of(car: bytes, reread: str) -> Claim:
    """What a reading says that a CAR proves.

    Raises:
        ValueError: the reading holds no proof of a record or of its absence.
    """
    reading = json.loads(reread)["reading"]
    for proof in reading["proofs"]:
        _, _, did, collection, rkey = proof["subject"].split("/")
        absent = proof["outcome"] == "absent"
        return Claim(
            car, did, proof["key"], collection, rkey, None if absent else reading["post"]["revision"]
        )
    raise ValueError("the reading holds no proof")


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code."""
    if len(arguments) != 2:
        print("usage: python -m lab.bluesky_verifier CAR READING", file=sys.stderr)
        return 2
    claim = claim_of(Path(arguments[0]).read_bytes(), Path(arguments[1]).read_text("utf-8"))
    holds = verified([claim])[0]
    print(f"@atproto/repo: {'verified' if holds else 'NOT verified'}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
