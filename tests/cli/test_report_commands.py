"""Reports that several people sign, from the command line alone; poppler, pyHanko and openssl look from outside.

Nothing here may wait for somebody who is not there: each command has a minute.
"""

from __future__ import annotations

import asyncio
import fcntl
import io
import os
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from lab.cards import PIN, Card, missing
from lab.pdf_signers import sign_with_pyhanko
from lab.pki import Lab
from tests.program_runs import Done, Run, as_person, run_program
from tests.report.pdf_changes import another_page_size, updated

MINUTE = 60
CASE = ("--case", "kasus-07")
UNSIGNED = ("report", *CASE, "--unsigned", "--written-at", "2026-11-20T14:00:00+07:00")
Program = Callable[[str], Path]


@pytest.fixture
def run(lab: Lab, tmp_path: Path) -> Run:
    """Run ``evidentia`` as a person of the lab, with the folder of the test to work in and nobody at the keyboard."""

    def call(*arguments: str, person: str = "penyidik-a", **more: str) -> Done:
        environment = as_person(lab, person) | more
        return run_program(*arguments, folder=tmp_path, environment=environment, seconds=MINUTE)

    return call


@pytest.fixture
def opened(run: Run, tmp_path: Path) -> Path:
    """A case with one file in it."""
    (tmp_path / "surat.txt").write_text("Kepada Pejabat 07")
    assert run("open", "kasus-07", "--title", "Uji").code == 0
    assert run("add", "surat.txt", *CASE, "--access", "forwarded").code == 0
    return tmp_path / "kasus-07"


def anchors(lab: Lab) -> tuple[str, ...]:
    return ("--trust", str(lab.roots), "--tsa-trust", str(lab.tsa_roots))


@pytest.fixture
def accepted(lab: Lab, tmp_path: Path, program: Program) -> Callable[[Path, int], None]:
    """Check that three other programs accept each of so many signatures, over all that they were made over."""

    def check(pdf: Path, count: int) -> None:
        said = subprocess.run([program("pdfsig"), "-nocert", pdf], capture_output=True, timeout=MINUTE)
        assert said.stdout.decode().count("Signature is Valid.") == count, said.stdout.decode()
        assert asyncio.run(_judged(pdf, lab)) == [True] * count
        for covered, cms in _parts(pdf):
            (tmp_path / "covered").write_bytes(covered)
            (tmp_path / "cms").write_bytes(cms)
            command = [program("openssl"), "cms", "-verify", "-cades", "-binary", "-inform", "DER"]
            files = ["-in", "cms", "-content", "covered", "-CAfile", lab.roots, "-out", os.devnull]
            done = subprocess.run(
                [*command, "-purpose", "any", *files], cwd=tmp_path, capture_output=True, timeout=MINUTE
            )
            assert done.returncode == 0, done.stderr.decode()

    return check


async def _judged(pdf: Path, lab: Lab) -> list[bool]:
    """pyHanko's verdicts on each signature and its timestamp, with nobody to ask."""
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    roots = list(load_certs_from_pemder([str(lab.roots), str(lab.tsa_roots)]))  # type: ignore[no-untyped-call]
    found = []
    for signature in PdfFileReader(io.BytesIO(pdf.read_bytes())).embedded_regular_signatures:
        context = ValidationContext(trust_roots=roots, revocation_mode="soft-fail")
        status = await async_validate_pdf_signature(signature, context)
        found.append(status.bottom_line and status.timestamp_validity.trusted)
    return found


def _parts(pdf: Path) -> Iterator[tuple[bytes, bytes]]:
    """Of each signature: the bytes that it covers, and the signature."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    data = pdf.read_bytes()
    for one in PdfFileReader(io.BytesIO(data)).embedded_regular_signatures:
        _, before, behind, length = (int(n) for n in one.byte_range)
        yield data[:before] + data[behind : behind + length], bytes(one.pkcs7_content)


@pytest.fixture(scope="module")
def card(lab: Lab, tmp_path_factory: pytest.TempPathFactory, absent: Callable[[str], None]) -> Card:
    """Penyidik A's key in a token."""
    if find_spec("pkcs11") is None:
        absent("python-pkcs11 is not installed")
    if lack := missing():
        absent(lack)
    made = Card.new(tmp_path_factory.mktemp("card"))
    chain = [lab.certificate(label) for label in ("penyidik-a", "issuing", "root")]
    made.put("penyidik-a", "01", lab.key("penyidik-a"), *chain)
    return made


def pem_of(lab: Lab, person: str, passphrase: str, target: Path) -> Path:
    """A PEM file with a key under a passphrase, its certificate and the issuer's."""
    key = lab.key(person).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    chain = [lab.certificate(label).public_bytes(Encoding.PEM) for label in (person, "issuing")]
    target.write_bytes(b"".join((key, *chain)))
    return target


def test_unsigned_it_goes_out_twice_as_the_same_bytes(run: Run, opened: Path, tmp_path: Path) -> None:
    nowhere = run(*UNSIGNED)
    assert nowhere.code == 2
    assert "--out" in nowhere.err
    first = run(*UNSIGNED, "--lang", "both", "--out", "a.pdf", "--json", EVIDENTIA_IDENTITY="")
    second = run(*UNSIGNED, "--lang", "both", "--out", "b.pdf", "--json")
    assert (first.code, second.code) == (0, 0), first.out
    assert first.json()["sha256"] == second.json()["sha256"]
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    taken = run("report-take", "a.pdf", *CASE)
    assert taken.code == 1
    assert "bears no new signature" in taken.err
    assert run(*UNSIGNED, "--out", "a.pdf").code == 2  # never overwritten
    assert len(run("show", *CASE, "--json").json()["items"]) == 1


def test_three_kinds_of_keys_sign_one_after_the_other_and_it_is_filed(
    run: Run, opened: Path, lab: Lab, card: Card, tmp_path: Path, accepted: Callable[[Path, int], None]
) -> None:
    assert run(*UNSIGNED, "--out", "0.pdf").code == 0
    pem = pem_of(lab, "pengawas-b", "rahasia", tmp_path / "pengawas-b.pem")
    keys = [
        ("penyidik-a", {"EVIDENTIA_PASSPHRASE": PIN} | card.environment, card.address("penyidik-a")),
        ("pengawas-b", {"EVIDENTIA_PASSPHRASE": "rahasia"}, str(pem)),
        ("ahli", {}, str(lab.people["ahli"].p12)),
    ]
    for count, (person, environment, identity) in enumerate(keys, 1):
        done = run(
            "report-sign", f"{count - 1}.pdf", f"{count}.pdf", "--identity", identity, "--json",
            person=person, **environment,
        )  # fmt: skip
        assert done.code == 0, done.out
        assert done.json() == {"path": f"{count}.pdf", "level": "B-T", "signer": lab.people[person].name}
        accepted(tmp_path / f"{count}.pdf", count)
    taken = run("report-take", "3.pdf", *CASE, "--json")
    assert taken.code == 0, taken.out
    assert [one["name"] for one in taken.json()["signatures"]] == [lab.people[who].name for who, _, _ in keys]
    assert all(one["stamped"] for one in taken.json()["signatures"])
    assert run("export", "b.zip", *CASE).code == 0
    assert run("verify", "b.zip", *anchors(lab)).code == 0


def test_a_signature_without_a_timestamp_is_filed_and_said(
    run: Run, opened: Path, lab: Lab, tmp_path: Path
) -> None:
    run(*UNSIGNED, "--out", "a.pdf")
    (tmp_path / "b.pdf").write_bytes(sign_with_pyhanko((tmp_path / "a.pdf").read_bytes(), lab.people["ahli"]))
    taken = run("report-take", "b.pdf", *CASE, "--json")
    assert taken.code == 3
    assert taken.json()["signatures"][0]["stamped"] is False
    assert "no timestamp" in taken.json()["problems"][0]


@pytest.mark.parametrize("kind", ["pkcs12", "pem", "pkcs11"])
def test_with_an_own_key_it_is_made_to_last_and_others_sign_it_further(
    run: Run,
    opened: Path,
    lab: Lab,
    tmp_path: Path,
    accepted: Callable[[Path, int], None],
    request: pytest.FixtureRequest,
    kind: str,
) -> None:
    who = lab.people["penyidik-a"]
    identity, environment = str(who.p12), {"EVIDENTIA_PASSPHRASE": who.passphrase}
    if kind == "pem":
        identity = str(pem_of(lab, "penyidik-a", who.passphrase, tmp_path / "a.pem"))
    elif kind == "pkcs11":
        card = request.getfixturevalue("card")
        identity, environment = card.address("penyidik-a"), {"EVIDENTIA_PASSPHRASE": PIN} | card.environment
    lasting = ("report", *CASE, "--long-term", "--identity", identity, *anchors(lab))
    poor = run(*lasting, **environment)
    assert poor.code == 1  # nobody was asked whether anybody is revoked
    assert "not signed to last" in poor.err
    fetching = ("--fetch-revocation", "--allow-private-network")
    done = run(*lasting, *fetching, "--out", "tahan-lama.pdf", "--json", **environment)
    assert done.code == 0, done.out + done.err
    lasts = tmp_path / "tahan-lama.pdf"
    accepted(lasts, 1)
    assert asyncio.run(_lasts(lasts, lab))
    assert run("report-sign", lasts.name, "bersama.pdf", person="ahli").code == 0
    accepted(tmp_path / "bersama.pdf", 2)
    assert asyncio.run(_lasts(tmp_path / "bersama.pdf", lab))
    taken = run("report-take", "bersama.pdf", *CASE, "--json")
    assert taken.code == 0, taken.out
    assert len(taken.json()["signatures"]) == 2
    (item,) = (
        one for one in run("show", *CASE, "--json").json()["items"] if one["item"] == taken.json()["item"]
    )
    assert item["about"] == [done.json()["item"]]


async def _lasts(pdf: Path, lab: Lab) -> bool:
    """Whether pyHanko finds the first signature valid for the long term, with nobody to ask."""
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.ades import ades_lta_validation
    from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager

    roots = list(load_certs_from_pemder([str(lab.roots), str(lab.tsa_roots)]))  # type: ignore[no-untyped-call]
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    reader = PdfFileReader(io.BytesIO(pdf.read_bytes()))
    result = await ades_lta_validation(reader.embedded_regular_signatures[0], spec)
    return "/DSS" in reader.root and bool(result.api_status.bottom_line)


def test_what_is_not_that_report_with_signatures_added_is_refused_in_words(
    run: Run, opened: Path, lab: Lab, tmp_path: Path
) -> None:
    run(*UNSIGNED, "--number", "7/2026", "--out", "a.pdf")
    run(*UNSIGNED, "--number", "8/2026", "--out", "other.pdf")
    for name in ("a", "other"):
        assert run("report-sign", f"{name}.pdf", f"{name}-signed.pdf", person="ahli").code == 0
    original, signed, other = (
        (tmp_path / f"{name}.pdf").read_bytes() for name in ("a", "a-signed", "other-signed")
    )
    of_another = len((tmp_path / "other.pdf").read_bytes())
    in_a_stream = signed.index(b"stream\n", len(original) // 2) + 40
    wrong = {
        "changed": (
            signed[:in_a_stream] + bytes([signed[in_a_stream] ^ 1]) + signed[in_a_stream + 1 :],
            "begin",
        ),
        "changed behind": (signed[:-40] + bytes([signed[-40] ^ 1]) + signed[-39:], "refused"),
        "the signature of another": (original + other[of_another:], "refused"),
        "a page put over": (_with_a_smaller_page(original, lab), "more than a signature"),
        "more behind": (updated(signed, another_page_size), "refused"),
    }
    for name, (data, why) in wrong.items():
        (tmp_path / "wrong.pdf").write_bytes(data)
        said = run("report-take", "wrong.pdf", *CASE)
        assert said.code == 1, (name, said.out)
        assert why in said.err, (name, said.err)
        assert "Next:" in said.err
        assert run("report-take", "wrong.pdf", *CASE, "--json").json()["error"]["kind"] == "SigningError"
    assert len(run("show", *CASE, "--json").json()["items"]) == 1
    assert run("report-take", "a-signed.pdf", *CASE).code == 0


def _with_a_smaller_page(pdf: bytes, lab: Lab) -> bytes:
    """Signed by somebody, but with the first page cut down before."""
    return sign_with_pyhanko(updated(pdf, another_page_size), lab.people["ahli"], tsa=lab.tsa_url)


def test_an_experts_file_that_is_wrong_is_named_with_its_field(
    run: Run, opened: Path, tmp_path: Path
) -> None:
    (tmp_path / "expert.toml").write_text("format = 1\nindependence = 7\n")
    said = run("report", *CASE, "--expert", "expert.toml")
    assert said.code == 1
    assert "expert.toml" in said.err
    assert "independence" in said.err


@pytest.mark.parametrize("command", ["report", "report-sign", "report-take"])
def test_nobody_is_asked_for_a_passphrase_where_nobody_can_answer(
    run: Run, opened: Path, lab: Lab, tmp_path: Path, command: str
) -> None:
    """Standard input is no terminal, but the process has one, as a job in the background of a shell does."""
    run(*UNSIGNED, "--out", "a.pdf")
    arguments = {"report": CASE, "report-sign": ("a.pdf", "b.pdf"), "report-take": ("a.pdf", *CASE)}[command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EVIDENTIA_")}
    mine, theirs = os.openpty()

    def take_terminal() -> None:
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)

    try:
        done = subprocess.run(
            [sys.executable, "-m", "evidentia", command, *arguments, "--identity", lab.people["ahli"].p12],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            preexec_fn=take_terminal,
            pass_fds=(theirs,),
            timeout=MINUTE,
        )
    finally:
        os.close(mine)
        os.close(theirs)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "EVIDENTIA_PASSPHRASE" in done.stderr
    assert not (tmp_path / "b.pdf").exists()
