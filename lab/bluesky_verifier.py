"""The protocol's own library (npm's ``@atproto/repo``) as a second opinion on proofs."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from dataclasses import asdict, dataclass

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
