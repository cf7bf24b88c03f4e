"""A caller's policy: what it asks beyond the format, and that it is read strictly."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from bundles import START, Draft, Files, handed, plain, sha256, write
from cryptography.hazmat.primitives.serialization import Encoding
from signed_seals import PDF, SEAL, given_out, with_pdf
from typer.testing import CliRunner

import evidentia as ev
from evidentia.cli.app import command_line
from evidentia.record.errors import FormatError, UsageError
from evidentia.verify import Policy, Trust, read_policy, verify
from lab.pdf_signers import sign_with_pyhanko
from lab.pki import Lab

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "policy-example.toml"
LATER = datetime(2025, 9, 1, tzinfo=UTC)


def said(lab: Lab, files: Files, policy: str, folder: Path) -> set[tuple[str, str]]:
    """Codes and paths of the faults under a policy."""
    (folder / "policy.toml").write_text("format = 1\n" + policy, "utf-8")
    bundle = write(files, folder / "b")
    rules = read_policy(folder / "policy.toml")
    verdict = verify(bundle, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)), policy=rules, now=LATER)
    return {(fault.code, fault.path) for fault in verdict.faults}


def digest(lab: Lab, person: str) -> str:
    return sha256(lab.certificate(person).public_bytes(Encoding.DER))


def test_an_empty_policy_asks_for_nothing_more(lab: Lab, tmp_path: Path) -> None:
    assert said(lab, plain(lab).build(), "", tmp_path) == set()


def test_a_person_of_a_good_ca_whom_the_policy_does_not_name_may_not_act(lab: Lab, tmp_path: Path) -> None:
    only_a = f'[[may]]\ncertificates = ["{digest(lab, "penyidik-a")}"]\n'
    found = said(lab, handed(lab).build(), only_a, tmp_path)
    assert found == {("POLICY_ACTOR", f"custody/00000{n}.json") for n in (3, 4, 5)}


def test_a_rule_may_be_for_some_events_and_an_organisation(lab: Lab, tmp_path: Path) -> None:
    rules = f"""
[[may]]
organisations = ["Lembaga Pengawas A"]
events = ["open", "acquire", "transfer"]
[[may]]
certificates = ["{digest(lab, "pengawas-b")}"]
events = ["transfer", "receive"]
"""
    found = said(lab, handed(lab).build(), rules, tmp_path)
    assert found == {("POLICY_ACTOR", "custody/000005.json")}  # the export by Pengawas B


def test_an_organisation_that_only_the_event_states_is_not_believed(lab: Lab, tmp_path: Path) -> None:
    draft = plain(lab)
    for event in draft.events:
        event["actors"][0]["organisation"] = "Lembaga Pengawas Z"
    found = said(lab, draft.build(), '[[may]]\norganisations = ["Lembaga Pengawas Z"]\n', tmp_path)
    assert {code for code, _ in found} == {"POLICY_ACTOR"}


def test_a_rule_may_be_for_some_roles(lab: Lab, tmp_path: Path) -> None:
    draft = plain(lab)
    draft.events[1]["actors"][0]["role"] = "tamu"
    role = draft.events[0]["actors"][0]["role"]
    rule = f'[[may]]\norganisations = ["Lembaga Pengawas A"]\nroles = ["{role}"]\n'
    assert said(lab, draft.build(), rule, tmp_path) == {("POLICY_ACTOR", "custody/000002.json")}


def twice_stamped(lab: Lab, second: str) -> Draft:
    """plain with a second token over the first signature."""
    draft = plain(lab)
    first = draft.build()
    path = "custody/000001.sha256.penyidik-a.p7s"
    draft.late[2] = {f"{path}.2.tsr": lab.stamp(first[path], START + timedelta(hours=1, seconds=9), second)}
    return draft


def test_two_tokens_of_one_authority_are_one_authority(lab: Lab, tmp_path: Path) -> None:
    wanting = {
        ("POLICY_TIMESTAMPS", path)
        for path in (
            "custody/items/000001.sha256",
            "custody/000002.sha256.penyidik-a.p7s",
            "custody/000003.sha256.penyidik-a.p7s",
        )
    }
    first = ("POLICY_TIMESTAMPS", "custody/000001.sha256.penyidik-a.p7s")
    two = "authorities = 2\n"
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    assert said(lab, twice_stamped(lab, "tsa2").build(), two, tmp_path / "1") == wanting
    assert said(lab, twice_stamped(lab, "tsa").build(), two, tmp_path / "2") == wanting | {first}


ONE_OPERATOR = """
authorities = 2
[[authority]]
name = "Waktu"
organisations = ["Lab Evidentia"]
[[authority]]
name = "Lain"
organisations = ["Otoritas Lain"]
"""
FIRST = "custody/000001.sha256.penyidik-a.p7s"


def test_two_certificates_of_one_operator_count_once_where_the_policy_names_it(
    lab: Lab, tmp_path: Path
) -> None:
    found = said(lab, twice_stamped(lab, "tsa2").build(), ONE_OPERATOR, tmp_path)
    assert ("POLICY_TIMESTAMPS", FIRST) in found


def test_two_operators_are_told_apart_by_their_certificates(lab: Lab, tmp_path: Path) -> None:
    rules = f"""
authorities = 2
[[authority]]
name = "Satu"
certificates = ["{digest(lab, "tsa")}"]
[[authority]]
name = "Dua"
certificates = ["{digest(lab, "tsa2")}"]
"""
    found = said(lab, twice_stamped(lab, "tsa2").build(), rules, tmp_path)
    assert ("POLICY_TIMESTAMPS", FIRST) not in found
    assert ("POLICY_TIMESTAMPS", "custody/000003.sha256.penyidik-a.p7s") in found


def test_the_token_of_an_authority_that_is_not_named_counts_for_nothing(lab: Lab, tmp_path: Path) -> None:
    rules = f'[[authority]]\nname = "Dua"\ncertificates = ["{digest(lab, "tsa2")}"]\n'
    stamped = [FIRST.replace("1.", f"{n}.", 1) for n in (1, 2, 3)] + ["custody/items/000001.sha256"]
    assert said(lab, plain(lab).build(), rules, tmp_path) == {("POLICY_TIMESTAMPS", path) for path in stamped}


def test_a_required_authority_may_not_be_missing(lab: Lab, tmp_path: Path) -> None:
    rules = f"""
[[authority]]
name = "Satu"
certificates = ["{digest(lab, "tsa")}"]
[[authority]]
name = "Dua"
certificates = ["{digest(lab, "tsa2")}"]
required = true
"""
    found = said(lab, twice_stamped(lab, "tsa2").build(), rules, tmp_path)
    assert ("POLICY_TIMESTAMPS", FIRST) not in found
    assert {code for code, _ in found} == {"POLICY_TIMESTAMPS"}
    assert len(found) == 3


def test_algorithms_and_sizes_may_be_asked_for(lab: Lab, tmp_path: Path) -> None:
    """Everybody in the lab has P-256 and SHA-256; one authority has RSA with 3072 bits."""
    files = twice_stamped(lab, "rsa-tsa").build()
    rsa_token = f"{FIRST}.2.tsr"
    for count, (rules, expected) in enumerate(
        [
            ("[signatures]\nkeys = ['p-256']\n[tokens]\nsmallest_rsa = 3072\n", set()),
            ("[tokens]\nsmallest_rsa = 4096\n", {rsa_token}),
            ("[tokens]\nkeys = ['p-256']\n", {rsa_token}),
            ("[signatures]\nkeys = ['rsa', 'p-384']\n", {p for p in files if p.endswith(".p7s")}),
            ("[signatures]\ndigests = ['sha384']\n", {p for p in files if p.endswith(".p7s")}),
            ("[tokens]\nkeys = ['rsa']\n", {p for p in files if p.endswith(".tsr")} - {rsa_token}),
        ]
    ):
        (tmp_path / str(count)).mkdir()
        found = said(lab, files, rules, tmp_path / str(count))
        assert found == {("POLICY_ALGORITHM", path) for path in expected}, rules


def test_a_signature_inside_of_a_pdf_is_measured_too(lab: Lab, tmp_path: Path) -> None:
    files = {path: data for path, data in plain(lab).build().items() if not path.startswith(f"{SEAL}.")}
    signed = sign_with_pyhanko(given_out(files), lab.people["penyidik-a"])
    found = said(lab, with_pdf(lab, files, signed), "[signatures]\ndigests = ['sha512']\n", tmp_path)
    assert ("POLICY_ALGORITHM", PDF) in found


def test_the_example_in_the_docs_has_every_rule_and_is_read_as_it_says(lab: Lab, tmp_path: Path) -> None:
    policy = read_policy(EXAMPLE)
    given = set(tomllib.loads(EXAMPLE.read_text("utf-8")))
    assert given == {field.name for field in msgspec.structs.fields(Policy)}
    assert [(one.name, one.required) for one in policy.authority] == [
        ("Otoritas Waktu 1", True),
        ("Otoritas Waktu 2", False),
    ]
    assert (policy.authorities, policy.longest_delay, policy.revocation) == (2, 86400, "required")
    assert policy.signatures.smallest_rsa == policy.tokens.smallest_rsa == 3072
    bundle = write(plain(lab).build(), tmp_path / "b")
    verdict = verify(bundle, Trust.from_pem(str(lab.roots), str(lab.tsa_roots)), policy=policy, now=LATER)
    assert {fault.code for fault in verdict.faults} == {"POLICY_TIMESTAMPS", "POLICY_REVOCATION"}


def test_the_face_has_it() -> None:
    assert (ev.Policy, ev.read_policy) == (Policy, read_policy)


def test_a_timestamp_may_not_come_too_late(lab: Lab, tmp_path: Path) -> None:
    draft = plain(lab)
    draft.when["custody/000003.sha256.penyidik-a.p7s.tsr"] = START + timedelta(hours=5)
    found = said(lab, draft.build(), "longest_delay = 3600\n", tmp_path)
    assert found == {("POLICY_DELAY", "custody/000003.json")}


def test_revocation_must_be_known_where_it_is_required(lab: Lab, tmp_path: Path) -> None:
    asked = 'revocation = "required"\n'
    (tmp_path / "without").mkdir()
    found = said(lab, plain(lab).build(), asked, tmp_path / "without")
    people = {f"trust/{digest(lab, one)}.cer" for one in ("penyidik-a", "tsa")}
    assert found == {("POLICY_REVOCATION", path) for path in people}
    draft = plain(lab)
    lists = [lab.crl(issuer, LATER) for issuer in ("issuing", "root", "time-root")]
    draft.late[2] = {f"trust/{sha256(crl)}.crl": crl for crl in lists}
    assert said(lab, draft.build(), asked, tmp_path) == set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "format = 2",
        "format = 1\nauthority = 2",
        "format = 1\nauthorities = 0",
        'format = 1\nauthorities = "2"',
        "format = 1\nlongest_delay = -1",
        'format = 1\nrevocation = "perhaps"',
        "format = 1\n[[may]]\nroles = ['x']",
        "format = 1\n[[may]]\ncertificates = ['AB']",
        "format = 1\n[[may]]\norganisations = ['x']\nevents = ['steal']",
        "not TOML",
        "format = 1\n[signatures]\nkeys = []",
        "format = 1\n[signatures]\nkeys = ['ed25519']",
        "format = 1\n[signatures]\nsmallest_rsa = 1024",
        "format = 1\n[tokens]\ndigests = ['sha1']",
        "format = 1\n[tokens]\nsalt = 1",
        "format = 1\n[[authority]]\nname = 'x'",
        "format = 1\n[[authority]]\norganisations = ['x']",
        "format = 1" + "\n[[authority]]\nname = 'x'\norganisations = ['x']" * 2,
        "format = 1\nauthorities = 2\n[[authority]]\nname = 'x'\norganisations = ['x']",
    ],
)
def test_a_policy_is_read_strictly(text: str, tmp_path: Path, lab: Lab) -> None:
    where = tmp_path / "policy.toml"
    where.write_text(text, "utf-8")
    with pytest.raises(FormatError):
        read_policy(where)
    given = ["verify", str(tmp_path), "--trust", str(lab.roots), "--policy", str(where)]
    assert isinstance(CliRunner().invoke(command_line(), given).exception, UsageError)
