"""Attacks on time: tokens that are missing, moved or of another file, and clocks that lie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import tsp
from attacks import Attacks, Bench
from bundles import BETWEEN, START, Files, plain, rederived, write
from talks import FIRST_TOKEN, SIGNATURE, TOKEN, talk

from evidentia.verify import Trust, verify
from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()


@attack(Code.TSA_NOT_TRUSTED)
def an_authority_of_the_same_name(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "impostor-tsa"
    return draft.build()


@attack(Code.TSA_NOT_TRUSTED)
def an_authority_without_extended_key_usage(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "no-eku-tsa"
    return draft.build()


@attack()
def not_an_attack_an_authority_with_rsa(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "rsa-tsa"
    return draft.build()


@attack(Code.TIMESTAMP_INVALID)
def a_token_over_something_else(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change[TOKEN] = lambda _: lab.stamp(b"something else", START + 2 * BETWEEN)
    return draft.build()


@attack(Code.TIMESTAMP_INVALID)
def a_token_that_was_not_granted(lab: Lab) -> Files:
    def refuse(data: bytes) -> bytes:
        response = tsp.TimeStampResp.load(data)
        response["status"]["status"] = "rejection"
        return bytes(response.dump(force=True))

    draft = talk(lab)
    draft.change[TOKEN] = refuse
    return draft.build()


@attack(Code.TIMESTAMP_INVALID)
def a_token_with_a_changed_time(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change[TOKEN] = lambda data: data.replace(b"20250301", b"20240301")
    return draft.build()


@attack(Code.TIMESTAMP_INVALID)
def a_token_from_before_its_authority_was_certified(lab: Lab) -> Files:
    draft = talk(lab)
    draft.when[TOKEN] = datetime(2019, 6, 1, tzinfo=UTC)
    return draft.build()


@attack(Code.TIME_ORDER, Code.CLOCK_AHEAD)
def a_token_from_before_the_event_before(lab: Lab) -> Files:
    draft = talk(lab)
    draft.when[TOKEN] = START
    return draft.build()


@attack(Code.TIMESTAMP_PENDING)
def no_token_on_a_signature(lab: Lab) -> Files:
    draft = talk(lab)
    draft.change[TOKEN] = lambda _: None
    return draft.build()


@attack(Code.TIMESTAMP_PENDING)
def no_token_on_a_record(lab: Lab) -> Files:
    draft = plain(lab)
    draft.change["custody/items/000001.sha256.tsr"] = lambda _: None
    return draft.build()


@attack(Code.SEALED_FILE_MISSING, Code.TIMESTAMP_PENDING)
def a_sealed_token_removed(lab: Lab) -> Files:
    files = talk(lab).build()
    del files[TOKEN]
    return rederived(files)


@attack(Code.CLOCK_BEHIND)
def a_claimed_time_that_goes_back(lab: Lab) -> Files:
    draft = talk(lab)
    draft.events[1]["time"] = "2025-03-01T09:00:00Z"
    return draft.build()


@attack(Code.CLOCK_BEHIND)
def a_clock_years_behind_from_the_first_event_on(lab: Lab) -> Files:
    draft = talk(lab)
    for number, event in enumerate(draft.events, 1):
        event["time"] = f"2019-03-01T1{number}:00:00Z"
    return draft.build()


@attack(Code.CLOCK_BEHIND)
def a_claimed_time_six_minutes_before_a_token_that_its_seal_lists(lab: Lab) -> Files:
    draft = talk(lab)
    draft.when[FIRST_TOKEN] = START + BETWEEN + timedelta(minutes=54)
    draft.events[1]["time"] = "2025-03-01T10:48:00Z"
    return draft.build()


@attack()
def not_an_attack_a_clock_four_minutes_behind(lab: Lab) -> Files:
    draft = talk(lab)
    draft.when[FIRST_TOKEN] = START + BETWEEN + timedelta(minutes=54)
    draft.events[1]["time"] = "2025-03-01T10:50:00Z"
    return draft.build()


@attack(Code.CLOCK_AHEAD)
def a_claimed_time_after_its_timestamp(lab: Lab) -> Files:
    draft = talk(lab)
    draft.events[1]["time"] = "2025-03-01T11:30:00Z"
    return draft.build()


@attack(Code.UNSEALED_FILE)
def a_late_token_that_no_seal_binds(lab: Lab) -> Files:
    files = talk(lab).build()
    late = lab.stamp(files[SIGNATURE], START + timedelta(days=1), "tsa2")
    return rederived(files | {f"{SIGNATURE}.2.tsr": late})


@attack(Code.UNKNOWN_FILE)
def a_token_over_nothing(lab: Lab) -> Files:
    draft = talk(lab)
    stray = lab.stamp(b"x", START + BETWEEN)
    draft.late[3] = {"custody/000002.sha256.ahli.p7s.tsr": stray}
    return draft.build()


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("time"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)


def test_no_anchor_means_nothing_is_believed(lab: Lab, tmp_path: Path) -> None:
    folder = write(talk(lab).build(), tmp_path / "b")
    swapped = Trust.from_pem(str(lab.tsa_roots), str(lab.roots))
    verdict = verify(folder, swapped)
    assert {fault.code for fault in verdict.faults} == {Code.SIGNER_NOT_TRUSTED, Code.TSA_NOT_TRUSTED}


def test_a_first_claim_that_nothing_bounds_is_noted_with_its_distance(lab: Lab, tmp_path: Path) -> None:
    draft = talk(lab)
    draft.events[0]["time"] = "2025-02-28T10:00:00Z"
    folder = write(draft.build(), tmp_path / "b")
    verdict = verify(folder, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)))
    assert verdict.status == "PASSED"
    (note,) = (note for note in verdict.notes if note.code == "CLAIM_UNBOUNDED")
    assert (note.path, note.text[:29]) == ("custody/000001.json", "claimed 1 day, 0:00:05 before")
