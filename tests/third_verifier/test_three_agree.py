"""The third verifier and `evidentia verify` say the same of every attack in tests/verify and of mutants.

What they may differ in: behind a break (docs/verdict-codes.md), and in what the third one does not read: PDFs.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import test_renewal as renewal
import test_since as since_
from attacks import BREAKS
from bundles import Files, plain, write
from mutants import good_draft, mutant
from rooms import ROOMS

from evidentia.verify import Trust, verify
from lab.pki import SHORT_LIVED, Lab

from .judge import Anchors
from .judge import verify as judge

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SEED, MUTANTS, BYTES = 20261121, 200, 200
OPEN = BREAKS | {"ARCHIVE_ENTRY_REFUSED", "ARCHIVE_LIMIT"}
"""Where one of these is said, the rest may be more or less."""


class Judges:
    """Both verifiers with the lab's anchors."""

    def __init__(self, lab: Lab) -> None:
        roots, tsa_roots = lab.roots.read_bytes(), lab.tsa_roots.read_bytes()
        self.trust, self.anchors = Trust.from_pem(roots, tsa_roots), Anchors.from_pem(roots, tsa_roots)

    def differ(self, bundle: Path, now: datetime = NOW, since: Path | None = None) -> str:
        """Empty, or what one says and the other does not."""
        first = verify(bundle, self.trust, now=now, since=since)
        third = judge(bundle, self.anchors, now, since=since)
        codes = {fault.code for fault in first.faults}
        if "PDF_SIGNATURE_NOT_CHECKED" in third.codes:
            return ""
        same = codes == third.codes or bool(OPEN & (codes | third.codes))
        if same and first.status.value == third.status:
            return ""
        return f"{first.status} {sorted(codes)} and {third.status} {sorted(third.codes)}"


@pytest.fixture(scope="module")
def judges(lab: Lab) -> Judges:
    return Judges(lab)


ATTACKS = {f"{room}: {name}": one for room, attacks in ROOMS.items() for name, one in attacks.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_they_agree_on_an_attack(name: str, judges: Judges, lab: Lab, tmp_path: Path) -> None:
    assert judges.differ(ATTACKS[name].lay(lab, tmp_path / "b")) == ""


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_they_agree_on_mutants(judges: Judges, lab: Lab, tmp_path: Path) -> None:
    differing = [f"{how}: {said}" for how, path in _mutants(lab, tmp_path) if (said := judges.differ(path))]
    assert not differing, "\n".join([f"seed {SEED}", *differing])


def _mutants(lab: Lab, folder: Path) -> Iterator[tuple[str, Path]]:
    good = good_draft(lab).build()
    for number in range(MUTANTS):
        made = mutant(SEED, number, good)
        path = folder / f"{number}"
        if made.archive is None:
            write(made.files, path)
        else:
            path.write_bytes(made.archive)
        yield f"mutant {number}: {made.how}", path


def test_both_pass_a_zip_that_was_packed_with_entries_for_its_folders(
    judges: Judges, lab: Lab, tmp_path: Path
) -> None:
    files: Files = plain(lab).build()
    folders = {"/".join(path.split("/")[:n]) for path in files for n in range(1, path.count("/") + 1)}
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("kasus-07/", *(f"kasus-07/{folder}/" for folder in sorted(folders))):
            archive.mkdir(name)
        for path, data in files.items():
            archive.writestr(f"kasus-07/{path}", data)
    assert verify(tmp_path / "b.zip", judges.trust, now=NOW).faults == ()
    assert judge(tmp_path / "b.zip", judges.anchors, NOW).faults == []


# An older bundle

HISTORIES: dict[str, tuple[Callable[[Lab], Files], Callable[[Lab], Files]]] = {
    **since_.HONEST,
    **since_.ATTACKS,
    **{
        name: (lambda lab: since_.longer(lab).build(), lambda lab, change=change: change(plain(lab).build()))
        for name, change in since_.UNREADABLE.items()
    },
}


@pytest.mark.parametrize("name", sorted(HISTORIES))
def test_they_agree_on_a_history(name: str, judges: Judges, lab: Lab, tmp_path: Path) -> None:
    new, old = (write(build(lab), tmp_path / part) for build, part in zip(HISTORIES[name], "no", strict=True))
    assert judges.differ(new, since=old) == ""


# Decades


@pytest.fixture(scope="module")
def short_lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("short-lived"), SHORT_LIVED) as running:
        yield running


def _with_list(event: int, issuer: str, revoked: str, days: int, times: int = 2) -> Callable[[Lab], Files]:
    """A renewed bundle in which an event brings a CRL: revoked some days before or after the first renewal."""

    def build(lab: Lab) -> Files:
        life, since = renewal.renewed(lab, times), renewal.RENEWALS[0] + timedelta(days=days)
        life.late[event] = renewal.crl(lab, issuer, revoked, since, renewal.RENEWALS[1 if event > 6 else 0])
        return life.build()

    return build


LIVES: dict[str, tuple[Callable[[Lab], Files], int]] = {
    **{
        f"renewed {times} times, in {year}": (lambda lab, n=times: renewal.renewed(lab, n).build(), year)
        for times, year in [
            (0, 2026),
            (0, 2028),
            (1, 2031),
            (1, 2033),
            (2, 2037),
            (2, 2039),
            (3, 2043),
            (3, 2045),
        ]
    },
    "an authority compromised after": (_with_list(7, "time-root", "tsa-1", 60), 2033),
    "an authority compromised before": (_with_list(4, "time-root", "tsa-1", -60, times=1), 2028),
    "an authority compromised before, told late": (_with_list(7, "time-root", "tsa-1", -60), 2033),
    "a signer revoked after": (_with_list(7, "issuing-1", "petugas-1", 60), 2033),
    "a signer revoked before": (_with_list(4, "issuing-1", "petugas-1", -600), 2033),
}


@pytest.mark.parametrize("name", LIVES)
def test_they_agree_on_a_life_of_decades(name: str, short_lived: Lab, tmp_path: Path) -> None:
    build, year = LIVES[name]
    bundle, judges = write(build(short_lived), tmp_path / "b"), Judges(short_lived)
    assert judges.differ(bundle, datetime(year, 12, 1, tzinfo=UTC)) == ""


# Bytes of a signature and of a token


def test_they_agree_on_every_kind_of_wrong_byte_in_the_last_signature_and_its_token(
    judges: Judges, lab: Lab, tmp_path: Path
) -> None:
    files, chance = plain(lab).build(), random.Random(SEED)
    folder, signature = write(files, tmp_path / "b"), "custody/000003.sha256.penyidik-a.p7s"
    differing = []
    for _ in range(BYTES):
        path, how = chance.choice([signature, f"{signature}.tsr"]), chance.choice(["flip", "drop", "add"])
        data = bytearray(files[path])
        at = chance.randrange(len(data))
        if how == "flip":
            data[at] ^= 1 << chance.randrange(8)
        elif how == "drop":
            del data[at]
        else:
            data.insert(at, chance.randrange(256))
        (folder / path).write_bytes(data)
        if said := judges.differ(folder):
            differing.append(f"{path}, byte {at}, {how}: {said}")
        (folder / path).write_bytes(files[path])
    assert not differing, "\n".join([f"seed {SEED}", *differing])
