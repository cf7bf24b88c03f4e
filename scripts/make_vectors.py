"""Freeze bundles, good and bad, in a folder: python scripts/make_vectors.py FOLDER.

They are built by the attacks of tests/verify, with the lab's keys, which are made for the run and thrown away: a set is
made whole or not at all, and never over another. Both verifiers judge each bundle before it is written. What is chosen
here is what the sets before do not have.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP), str(TOP / "tests" / "verify")]

from attacks import BREAKS, Attack, status_of  # noqa: E402
from bundles import (  # noqa: E402
    Files,
    judge_in_shell,
    sha256,
    write,
)
from mutants import packed  # noqa: E402
from rooms import ROOMS  # noqa: E402

from evidentia.verify import Trust, verify  # noqa: E402
from lab.pki import Lab  # noqa: E402

LARGEST = 40 * 1024  # bytes: small enough to read with the eyes
NOW = datetime(2027, 1, 1, tzinfo=UTC)
NO_SHELL = "verify.sh takes an extracted folder"

SETS = TOP / "fixtures" / "vectors"
CHOSEN: dict[str, tuple[str, ...]] = {
    "archive": (
        "a ZIP with a comment on an entry",
        "a ZIP with an unknown extra field",
        "a ZIP with bytes behind a deflate stream",
        "a ZIP with a deflate stream that goes on after its size",
        "a ZIP with stored data longer than the file",
        "a ZIP with a local header that says another size",
        "a ZIP with a local header that says Zip64 sizes that are others",
        "a ZIP with a streamed entry whose sizes never come",
        "not an attack: a ZIP with a streamed entry",
        "a ZIP whose end counts fewer entries",
        "a ZIP whose end differs from its Zip64 form",
        "not an attack: a ZIP with a Zip64 end",
        "a ZIP with two ends",
        "a ZIP with an entry that is encrypted",
        "a ZIP with a bomb",
    ),
    "archive_names": (
        "a ZIP with a NUL",
        "a ZIP with an escape sequence",
        "a ZIP with one name twice",
        "a ZIP with two names for one place",
        "a ZIP with an entry that is called otherwise in Unicode",
        "a ZIP with names that are one after case folding of a folder",
        "a ZIP with names that are one after being a file and a folder",
        "a ZIP with a link",
        "a ZIP with a hard link in PKWARE's Unix field",
    ),
    "certificates": (
        "a certificate with a negative serial number",
        "a certificate with a serial number of 50 octets",
        "a certificate with the first version of X.509",
        "a certificate with a date of the year 0",
        "a certificate with a date that does not exist",
        "a certificate with no name",
        "a certificate with an extension twice",
        "a certificate signed with SHA-1",
        "not_an_attack_a_certificate_whose_signature_is_in_another_form",
        "a_curve_that_is_spelt_out",
        "a_point_at_infinity",
        "an_rsa_exponent_of_1",
        "an_ed25519_key",
    ),
    "chains": (
        "not_an_attack_an_authority_between",
        "a_longer_path_than_an_authority_allows",
        "an_issuer_that_is_no_authority",
        "an_issuer_whose_key_usage_allows_no_certificates",
        "an_issuer_with_ed25519",
        "a_name_that_the_authority_may_not_certify",
        "not_an_attack_an_issuer_that_two_roots_certify",
        "authorities_that_certify_each_other_without_end",
    ),
    "events": ("an event with Unicode digits", "an event with minus zero", "an event with a leap second"),
    "log": ("an_event_without_its_seal",),
    "payload": (
        "an_item_that_describes_itself_otherwise",
        "a_file_moved_to_another_item",
        "a_file_called_data/000001/con.txt",
    ),
    "records": ("a record with an escaped line of sha256sum", "a_seal_with_an_escape_sequence_in_its_header"),
    "redaction": (
        "an_item_disclosed_only_after_it_was_withheld",
        "a_withheld_item_of_which_a_file_stayed",
        "a_seal_that_hides_what_its_export_withholds",
        "a_redacted_copy_that_names_another_original",
    ),
    "revocation": (
        "revoked_before_says_an_ocsp_answer",
        "not_an_attack_revoked_later_says_an_ocsp_answer",
        "an_answer_by_an_impostor_is_nothing",
        "a_crl_in_the_issuers_name_with_another_key_is_nothing",
        "an_issuer_between_was_revoked",
        "an_authority_revoked_before_its_token_was_bound",
        "an_authority_revoked_before_says_only_a_crl_that_was_sealed_later",
    ),
    "signatures": (
        "a signature with not an attack: no certificate but the signer's",
        "a signature with not an attack: attributes that are not sorted",
        "a signature with another's certificate named",
        "a signature with another signed content type",
        "a signature with an attribute of no value",
        "a signature with a digest that it does not announce",
        "not an attack: a signature with PSS",
        "a signature with PSS and mixed hashes",
        "one_key_in_two_certificates",
    ),
    "tokens": (
        "a token with an imprint by SHA-1",
        "a token's time with not an attack: a fraction of a second",
        "a token's time with a fraction that ends in zero",
        "a token's time with a leap second",
        "a token's time with a day that does not exist",
        "a token with not an attack: its authority's name",
        "a token with another authority's name",
        "a token with an accuracy of years",
        "a token with something that has no place in it",
        "a token with two signers",
        "not an attack: a token whose certificates are not sorted",
        "a token from a time that has not come",
        "an authority with an extended key usage that is not critical",
        "an authority with an extended key usage besides",
        "an authority with a key that certifies people",
        "an authority that has expired, and that nothing renewed",
        "a_token_that_brings_its_own_root",
        "an_authority_with_the_signers_key",
    ),
}


class Vector(NamedTuple):
    """A bundle to be frozen; ``python`` and ``shell`` are the codes, ``shell`` a text where verify.sh is not asked."""

    name: str
    shows: str
    archive: bytes
    python: frozenset[str]
    shell: frozenset[str] | str
    head: str | None = None
    now: datetime = NOW


def slug(name: str) -> str:
    """A file name for a description."""
    kept = "".join(c if c.isalnum() else "-" for c in name.lower())
    return "-".join(part for part in kept.split("-") if part)


def zipped(files: Files) -> bytes:
    """The writer's ZIP of a bundle."""
    return packed(files, sorted(files))


def from_attacks(lab: Lab) -> Iterator[Vector]:
    """The chosen attacks of the tests, with the codes that those assert."""
    for room, name in ((room, name) for room, names in CHOSEN.items() for name in names):
        one: Attack = ROOMS[room][name]
        shows = " ".join(
            name.replace("_", " ").replace("not an attack: ", "").replace("not an attack ", "").split()
        )
        built = one.build(lab)
        archive = built if isinstance(built, bytes) else zipped(built)
        shell = NO_SHELL if isinstance(built, bytes) or one.shell is None else one.shell
        yield Vector(slug(shows), shows, archive, one.codes, shell)


def freeze(vector: Vector, lab: Lab, folder: Path, scratch: Path) -> dict[str, Any]:
    """Judge a bundle with both verifiers, write it, and return its line of the index."""
    target = folder / f"{vector.name}.zip"
    with target.open("xb") as stream:
        stream.write(vector.archive)
    trust = Trust.from_pem(lab.roots.read_bytes(), lab.tsa_roots.read_bytes())
    verdict = verify(target, trust, head=vector.head, now=vector.now)
    _compare(vector, "evidentia", verdict.status, {f.code for f in verdict.faults}, vector.python)
    shell: dict[str, Any] = {"not_asked": vector.shell}
    if not isinstance(vector.shell, str):
        said = judge_in_shell(_extracted(target, scratch / vector.name), lab, vector.head)
        _compare(vector, "verify.sh", said.status, said.codes, vector.shell)
        shell = {"status": status_of(vector.shell), "codes": sorted(vector.shell)}
    return {
        "name": vector.name,
        "shows": vector.shows,
        "sha256": sha256(vector.archive),
        "now": vector.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "head": vector.head,
        "consequences": bool(vector.python & BREAKS),
        "evidentia": {"status": status_of(vector.python), "codes": sorted(vector.python)},
        "verify.sh": shell,
    }


def _compare(vector: Vector, who: str, status: str, codes: set[str], wanted: frozenset[str]) -> None:
    more = codes - wanted if wanted & BREAKS else set()
    if (status, codes - more) != (status_of(wanted), set(wanted)):
        raise SystemExit(f"{vector.name}: {who} says {status} {sorted(codes)}, not {sorted(wanted)}")


def _extracted(archive: Path, folder: Path) -> Path:
    from mutant_judge import contents

    return write(contents(archive.read_bytes()), folder)


def main() -> int:
    """Make the set in a folder that does not hold one yet."""
    if len(sys.argv) != 2:
        sys.stderr.write(f"usage: {sys.argv[0]} FOLDER\n")
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.stderr.write(f"{folder} is not empty: frozen bundles are not made over\n")
        return 2
    with tempfile.TemporaryDirectory() as scratch, Lab(Path(scratch) / "pki") as lab:
        (folder / "roots.pem").write_bytes(lab.roots.read_bytes())
        (folder / "tsa-roots.pem").write_bytes(lab.tsa_roots.read_bytes())
        made = list(from_attacks(lab))
        if again := {v.name for v in made} & {path.stem for path in SETS.rglob("*.zip")}:
            raise SystemExit(f"frozen before: {sorted(again)}")
        if large := {v.name: len(v.archive) for v in made if len(v.archive) >= LARGEST}:
            raise SystemExit(f"larger than {LARGEST} bytes: {large}")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = list(pool.map(lambda vector: freeze(vector, lab, folder, Path(scratch)), made))
    index = {"format": 1, "roots": "roots.pem", "tsa_roots": "tsa-roots.pem", "vectors": rows}
    (folder / "index.json").write_text(json.dumps(index, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
