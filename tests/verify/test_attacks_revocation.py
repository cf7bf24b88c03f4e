"""Revocation: what CRLs and OCSP answers under trust/ say, which of them count, and which only pretend."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attacks import Attacks, Bench
from bundles import BETWEEN, START, Draft, Files
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from lists import PUBLISHED, answer_by, answer_of, crl_about, crl_of, responder_of, talk, trust_file

from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()
AFTER_REVOCATION = datetime(2025, 7, 1, tzinfo=UTC)  # "revoked" is since 2025-06-01
TOKEN = "custody/000002.sha256.penyidik-a.p7s.tsr"


def handed_on(lab: Lab) -> Draft:
    """open by one who is revoked, who hands over to one who is not; then a note and the export by the latter."""
    draft = Draft(lab, start=AFTER_REVOCATION)
    draft.add("open", "revoked", details={"title": "Uji"})
    draft.add("transfer", "revoked", "pengawas-b", details={"to": ["pengawas-b"]})
    draft.add("receive", "pengawas-b", details={"transfer": 2, "outcome": "accepted"})
    draft.add("note", "pengawas-b", details={"text": "catatan"})
    draft.add("export", "pengawas-b")
    return draft


# Persons.


@attack(Code.SIGNER_REVOKED)
def revoked_before_says_an_ocsp_answer(lab: Lab) -> Files:
    draft = talk(lab, "revoked", AFTER_REVOCATION)
    draft.late[2] = trust_file(lab.ocsp("revoked", PUBLISHED), "ocsp")
    return draft.build()


@attack(Code.SIGNER_REVOKED)
def revoked_before_says_an_answer_of_the_issuer_itself(lab: Lab) -> Files:
    draft = talk(lab, "revoked", AFTER_REVOCATION)
    draft.late[2] = trust_file(answer_of(lab, "revoked", START, by="issuing"), "ocsp")
    return draft.build()


@attack()
def not_an_attack_revoked_later_says_an_ocsp_answer(lab: Lab) -> Files:
    draft = talk(lab, "revoked")
    draft.late[2] = trust_file(lab.ocsp("revoked", PUBLISHED), "ocsp")
    return draft.build()


@attack()
def not_an_attack_an_answer_about_somebody_else(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(lab.ocsp("revoked", PUBLISHED), "ocsp")
    return draft.build()


@attack()
def an_answer_by_somebody_without_delegation_is_nothing(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(answer_of(lab, "penyidik-a", START, by="ahli"), "ocsp")
    return draft.build()


@attack()
def an_answer_by_an_impostor_is_nothing(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(answer_of(lab, "penyidik-a", START, by="impostor-root"), "ocsp")
    return draft.build()


def answered_by_another(lab: Lab, *, nocheck: bool, revoked: datetime) -> Files:
    """Penyidik A was revoked, says a responder who was revoked himself, says a CRL of the issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    draft = talk(lab)
    answer = answer_by(lab, responder_of(lab, key, nocheck=nocheck), key)
    draft.late[2] = trust_file(answer, "ocsp") | trust_file(crl_about(lab, 4711, revoked), "crl")
    return draft.build()


@attack()
def an_answer_by_a_responder_who_had_been_revoked_is_nothing(lab: Lab) -> Files:
    return answered_by_another(lab, nocheck=False, revoked=START)


@attack(Code.SIGNER_REVOKED)
def an_answer_by_a_responder_who_was_revoked_later(lab: Lab) -> Files:
    return answered_by_another(lab, nocheck=False, revoked=PUBLISHED + timedelta(days=9000))


@attack(Code.SIGNER_REVOKED)
def an_answer_by_a_responder_whom_the_issuer_says_not_to_check(lab: Lab) -> Files:
    return answered_by_another(lab, nocheck=True, revoked=START)


@attack()
def a_crl_in_the_issuers_name_with_another_key_is_nothing(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(crl_of(lab, "issuing", {"penyidik-a": START}, key="ahli"), "crl")
    return draft.build()


@attack(Code.REVOCATION_LATE)
def revoked_before_says_only_a_crl_that_was_sealed_later(lab: Lab) -> Files:
    draft = handed_on(lab)
    draft.late[4] = trust_file(lab.crl("issuing", PUBLISHED), "crl")
    return draft.build()


@attack(Code.REVOCATION_LATE)
def revoked_before_says_only_an_answer_that_was_sealed_later(lab: Lab) -> Files:
    draft = handed_on(lab)
    draft.late[4] = trust_file(lab.ocsp("revoked", PUBLISHED), "ocsp")
    return draft.build()


@attack(Code.SIGNER_REVOKED, Code.REVOCATION_LATE)
def a_crl_counts_for_the_signature_that_its_own_seal_lists(lab: Lab) -> Files:
    draft = handed_on(lab)
    draft.late[3] = trust_file(lab.crl("issuing", PUBLISHED), "crl")
    return draft.build()


@attack(Code.SIGNER_REVOKED, shell=())
def an_issuer_between_was_revoked(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(crl_of(lab, "root", {"issuing": START}), "crl")
    return draft.build()


# Versions that do not exist: no ValueError in the library that reads them.


@attack(Code.TRUST_FILE_MALFORMED, shell=())
def a_crl_of_a_version_that_does_not_exist(lab: Lab) -> Files:
    draft = talk(lab)
    draft.late[2] = trust_file(lab.crl("issuing", PUBLISHED).replace(b"\2\1\1", b"\2\1\5", 1), "crl")
    return draft.build()


@attack(Code.TRUST_FILE_MALFORMED, shell=())
def a_certificate_of_a_version_that_does_not_exist(lab: Lab) -> Files:
    draft = talk(lab)
    der = lab.certificate("ahli").public_bytes(Encoding.DER)
    draft.late[2] = trust_file(der.replace(b"\xa0\3\2\1\2", b"\xa0\3\2\1\5", 1), "cer")
    return draft.build()


# Authorities.


@attack(Code.TSA_REVOKED)
def an_authority_revoked_before_its_token_was_bound(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "tsa2"
    draft.late[3] = trust_file(crl_of(lab, "time-root", {"tsa2": START}), "crl")
    return draft.build()


@attack()
def not_an_attack_an_authority_revoked_later(lab: Lab) -> Files:
    draft = talk(lab)
    draft.tsa[TOKEN] = "tsa2"
    draft.late[3] = trust_file(crl_of(lab, "time-root", {"tsa2": START + 4 * BETWEEN}), "crl")
    return draft.build()


@attack(Code.REVOCATION_LATE)
def an_authority_revoked_before_says_only_a_crl_that_was_sealed_later(lab: Lab) -> Files:
    draft = talk(lab, notes=2)
    draft.tsa[TOKEN] = "tsa2"
    draft.late[4] = trust_file(crl_of(lab, "time-root", {"tsa2": START}), "crl")
    return draft.build()


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("revocation"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)
