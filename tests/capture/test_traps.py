"""Fourteen defects that were seen in tools which do this job, each shown not to be evidentia's.

| Defect | Test |
|---|---|
| 1 stale evidence out of a browser's cache | test_1_a_cacheable_page_is_never_captured_stale |
| 2 a forged or missing signature accepted | test_2_a_signature_over_something_else_or_none_at_all_fails |
| 3 a wrong hash recorded | test_3_other_peoples_programs_find_the_digests_that_were_recorded |
| 4 "deleted" by substring | test_4_words_on_a_page_delete_nothing |
| 5 a zone replaced instead of converted | test_5_a_time_in_another_zone_is_the_same_moment |
| 6 a perceptual hash without its leading zero, quality lost | test_6_hashes_keep_their_zeros_and_pdq_its_quality |
| 7 identity lost, raw JSON trimmed | test_7_an_authors_id_handle_and_name_are_kept_apart_and_the_raw_bytes_whole |
| 8 a timestamp over bare hashes, the report not covered | test_8_timestamps_bind_paths_and_the_report_is_an_item |
| 9 failing open | test_9_a_silent_authority_is_said_and_a_404_is_no_success |
| 10 updating itself | test_10_no_program_is_run_but_the_browser |
| 11 telling third parties | test_11_neither_a_capture_nor_its_exhibit_asks_anybody_else |
| 12 a second download of the image | test_12_an_image_is_asked_for_once_and_those_bytes_are_kept |
| 13 meaning by the order of plug-ins, opaque names | test_13_the_order_of_readers_changes_nothing_and_names_speak |
| 14 the TLS certificate of another connection | test_14_the_certificate_is_that_of_the_captured_connection |

Each goes through the public face or the whole capture; the rooms' own tests go deeper.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
import shutil
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import imagehash
import pytest
from capture_site import PIXEL, Answer, Site, identity
from capturing import LOOPBACK, reader_of, responses, warc_bytes
from PIL import Image
from test_third_parties import alone as alone

import evidentia as ev
from evidentia import platforms
from evidentia.capture import tls
from evidentia.capture.browser_session import browser_session
from evidentia.capture.light import look_lightly
from evidentia.capture.page import capture_page
from evidentia.fingerprint import fingerprint_file, to_json_row
from lab import recorded
from lab.pki import Lab

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "platforms"
TEXT = "Mari dukung Paslon A, coblos nomor 1!"
PAGE = f"<!doctype html><meta charset=utf-8><article>{TEXT}</article>".encode()


def trust(lab: Lab) -> ev.Trust:
    return ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))


@pytest.fixture
def custodian(lab: Lab) -> Callable[..., ev.Custodian]:
    """``custodian()`` is Penyidik A with the lab's timestamp authority, or with the one named."""
    who = lab.people["penyidik-a"]

    def load(tsa: str | None = None) -> ev.Custodian:
        return ev.Custodian.from_pkcs12(who.p12, who.passphrase, tsa=tsa or lab.tsa_url, who="penyidik-a")

    return load


@pytest.fixture
def exported(tmp_path: Path, custodian: Callable[..., ev.Custodian]) -> Path:
    """The folder of a case with one item, exported: a bundle."""
    case = ev.Case.create(tmp_path / "kasus-07", title="Uji", custodian=custodian())
    (tmp_path / "surat.txt").write_text("Kepada Pejabat 07")
    case.add(tmp_path / "surat.txt", access=ev.Access.FORWARDED)
    case.export(tmp_path / "kasus-07.zip")
    shutil.unpack_archive(tmp_path / "kasus-07.zip", tmp_path / "bundle")
    return tmp_path / "bundle" / "kasus-07"


def test_1_a_cacheable_page_is_never_captured_stale(into: Path, tmp_path: Path) -> None:
    """Edited, then deleted; the page says neither that it may be cached nor that it may not. In one browser, too."""
    dated = (("Last-Modified", "Mon, 01 Jan 2018 00:00:00 GMT"),)
    seen = []
    with Site({}) as site, browser_session(LOOPBACK) as session:
        for shared, (n, text) in itertools.product((True, False), enumerate(("satu", "dua", None))):
            gone = Answer(b"<p>tidak ada", status="404 Not Found", headers=dated)
            site.routes["/p"] = Answer(f"<p>{text}".encode(), headers=dated) if text else gone
            folder = tmp_path / f"{n}-{shared}"
            folder.mkdir()
            made = capture_page(
                site.url("/p"), folder, read=reader_of(text), session=session if shared else None,
                options=LOOPBACK,
            )  # fmt: skip
            seen.append((made.circumstances.status, (folder / "text.txt").read_text()))
            assert responses(warc_bytes(folder))["/p"][1] == site.exchanged[-1].answer.body
    assert seen == [(200, "satu"), (200, "dua"), (404, "tidak ada")] * 2


def test_2_a_signature_over_something_else_or_none_at_all_fails(exported: Path, lab: Lab) -> None:
    assert ev.verify(exported, trust=trust(lab)).status is ev.Status.PASSED
    (first,) = exported.glob("custody/000001.sha256.*.p7s")
    (second,) = exported.glob("custody/000002.sha256.*.p7s")
    kept = second.read_bytes()
    second.write_bytes(first.read_bytes())  # a good signature, of another hash
    assert ev.verify(exported, trust=trust(lab)).status is ev.Status.FAILED
    second.unlink()
    assert ev.verify(exported, trust=trust(lab)).status is ev.Status.FAILED
    second.write_bytes(kept)
    assert ev.verify(exported, trust=trust(lab)).status is ev.Status.PASSED


def test_3_other_peoples_programs_find_the_digests_that_were_recorded(
    into: Path, program: Callable[[str], Path]
) -> None:
    with Site({"/p": Answer(PAGE)}) as site:
        made = capture_page(site.url("/p"), into, LOOPBACK, read=reader_of(TEXT))
    listed = "".join(f"{file.sha256}  {file.name}\n" for file in made.files)
    subprocess.run(
        [program("sha256sum"), "--strict", "--check", "--quiet"],
        input=listed,
        text=True,
        cwd=into,
        check=True,
    )
    (into / "data.warc.gz").write_bytes(warc_bytes(into))
    (record, body) = responses(warc_bytes(into))["/p"]  # warcio compares every digest as it reads
    assert record.rec_headers.get_header("WARC-Payload-Digest").startswith("sha256:")
    assert body == PAGE


@pytest.mark.parametrize(
    "page",
    [
        "<article>Spanduk Paslon A has been removed, kata Pejabat 07. Postingan ini telah dihapus!</article>",
        "<article>Utas</article><section>[deleted]</section><section>[dihapus]</section>",
        "<article>Kabar</article><script>const m = 'Access denied. This content is not available';</script>",
        "<article>Konten ini tidak tersedia saat ini</article>",
    ],
)
def test_4_words_on_a_page_delete_nothing(page: str, into: Path) -> None:
    with Site({"/p": Answer(f"<!doctype html><meta charset=utf-8>{page}".encode())}) as site:
        assert look_lightly(site.url("/p"), into, LOOPBACK).reading.state in (
            ev.State.LIVE,
            ev.State.UNDETERMINED,
        )
        folder = into / "lagi"
        folder.mkdir()
        assert capture_page(site.url("/p"), folder, LOOPBACK).reading.state is ev.State.LIVE


def json_ld(**said: object) -> bytes:
    post = {"@context": "https://schema.org", "@type": "SocialMediaPosting", "articleBody": TEXT, **said}
    return f'<!doctype html><script type="application/ld+json">{json.dumps(post)}</script><p>{TEXT}'.encode()


def test_5_a_time_in_another_zone_is_the_same_moment(into: Path) -> None:
    with Site({"/p": Answer(json_ld(datePublished="2026-11-21T18:30:00+07:00"))}) as site:
        post = capture_page(site.url("/p"), into, LOOPBACK).reading.post
    assert post is not None
    assert post.created_at == datetime(2026, 11, 21, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("method", ["average_hash", "dhash", "whash"])
def test_6_hashes_keep_their_zeros_and_pdq_its_quality(method: str, tmp_path: Path) -> None:
    """Pictures are drawn by chance until one is found whose hash begins with nought (a pHash never does)."""
    compute = getattr(imagehash, method)
    chance, drawn = random.Random(7), tmp_path / "tangkapan layar.png"
    for _ in range(400):
        Image.frombytes("L", (9, 9), chance.randbytes(81)).resize((128, 128)).save(drawn)
        if str(compute(Image.open(drawn))).startswith("0"):
            break
    row = to_json_row(fingerprint_file(drawn))
    mine = str(row[{"average_hash": "ahash"}.get(method, method)])
    assert mine == str(compute(Image.open(drawn)))
    assert mine.startswith("0")
    assert len(mine) == 16
    assert len(str(row["pdq"])) == 64
    assert isinstance(row["pdq_quality"], int)


def test_6_the_pictures_of_a_capture_are_fingerprinted_too(
    into: Path, tmp_path: Path, custodian: Callable[..., ev.Custodian]
) -> None:
    case = ev.Case.create(tmp_path / "kasus-08", title="Uji", custodian=custodian())
    with Site({"/p": Answer(PAGE)}) as site:
        made = case.capture(site.url("/p"), access=ev.Access.PUBLIC, options=LOOPBACK)
    rows = json.loads((case.folder / "data" / "000001" / "fingerprints.json").read_bytes())
    pictures = {file.name for file in made.item.files if file.media_type == "image/png"}
    assert pictures
    assert {row["path"] for row in rows if row.get("phash")} >= pictures


def test_7_an_authors_id_handle_and_name_are_kept_apart_and_the_raw_bytes_whole(into: Path) -> None:
    said = {"unknown_to_us": {"deep": [1, 2, {"x": "y"}]}, "author": {"@type": "Person", "name": "Pejabat 07",
            "identifier": "did:contoh:07", "alternateName": "pejabat07"}}  # fmt: skip
    page = json_ld(**said)
    with Site({"/p": Answer(page)}) as site:
        made = capture_page(site.url("/p"), into, LOOPBACK)
    post = made.reading.post
    assert post is not None
    assert (post.author.id, post.author.handle, post.author.name) == (
        "did:contoh:07",
        "pejabat07",
        "Pejabat 07",
    )
    assert responses(warc_bytes(into))["/p"][1] == page


def test_8_timestamps_bind_paths_and_the_report_is_an_item(
    exported: Path, tmp_path: Path, lab: Lab, program: Callable[[str], Path]
) -> None:
    record = exported / "custody" / "items" / "000001.sha256"
    token = record.with_name(record.name + ".tsr")
    paths = {str(path.relative_to(exported)) for path in (exported / "data" / "000001").iterdir()}
    assert {line.split("  ")[1] for line in record.read_text().splitlines()[1:]} == paths
    stamped = subprocess.run(
        [program("openssl"), "ts", "-reply", "-in", token, "-text"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    digits = "".join(
        re.findall(r"[0-9a-f]{2}", "".join(re.findall(r"^    [0-9a-f]{4} - (.{48})", stamped, re.M)))
    )
    assert hashlib.sha256(record.read_bytes()).hexdigest() in digits
    original = next(path for path in (exported / "data" / "000001").iterdir() if path.name != "item.json")
    original.rename(original.with_name("lain.txt"))
    assert ev.verify(exported, trust=trust(lab)).status is ev.Status.FAILED


def test_8_a_report_is_sealed_and_stamped_as_everything_else(
    tmp_path: Path, custodian: Callable[..., ev.Custodian], lab: Lab
) -> None:
    pytest.importorskip("typst")
    case = ev.Case.create(tmp_path / "kasus-09", title="Uji", custodian=custodian())
    (tmp_path / "surat.txt").write_text("Kepada Pejabat 07")
    case.add(tmp_path / "surat.txt", access=ev.Access.FORWARDED)
    item = case.report(language=ev.Language.INDONESIAN)
    record = (case.folder / "custody" / "items" / f"{item.item:06d}.sha256").read_text()
    assert ".pdf" in record
    assert (case.folder / "custody" / "items" / f"{item.item:06d}.sha256.tsr").is_file()


def test_9_a_silent_authority_is_said_and_a_404_is_no_success(
    into: Path, tmp_path: Path, custodian: Callable[..., ev.Custodian], lab: Lab
) -> None:
    with Site({}) as site:
        mute = site.url("/tsa")  # answers 404: no timestamp
        case = ev.Case.create(tmp_path / "bisu", title="Bisu", custodian=custodian(mute))
        made = case.capture(site.url("/p"), access=ev.Access.PUBLIC, options=LOOPBACK)
    assert made.state is ev.State.UNAVAILABLE
    assert made.post is None
    assert case.pending
    verdict = ev.verify(case.folder, trust=trust(lab))
    assert verdict.status is ev.Status.INDETERMINATE
    assert "TIMESTAMP_PENDING" in {fault.code for fault in verdict.faults}


def test_10_no_program_is_run_but_the_browser(alone: dict[str, object]) -> None:
    assert len(alone["programs"]) == 1  # type: ignore[arg-type]
    assert "chrom" in str(alone["programs"]).lower()


def test_11_neither_a_capture_nor_its_exhibit_asks_anybody_else(
    alone: dict[str, object], exported: Path
) -> None:
    assert {tuple(peer) for peer in alone["peers"]} == {("127.0.0.1", alone["site"])}  # type: ignore[attr-defined]
    exhibit = (exported / "index.html").read_text()
    assert re.findall(r"""(?:src|action|poster|data)\s*=\s*["']?(?!data:)""", exhibit) == []
    assert "<script" not in exhibit
    assert "@import" not in exhibit
    assert re.findall(r"url\((?!['\"]?data:)", exhibit) == []
    assert re.findall(r"<link\b", exhibit) == []


def test_12_an_image_is_asked_for_once_and_those_bytes_are_kept(into: Path) -> None:
    """The site sends another picture each time: a second download would show."""
    number = itertools.count()
    page = b"<article>Gambar</article><img src=/g.png>"
    with Site(
        {"/p": Answer(page), "/g.png": lambda: Answer(PIXEL + b"%d" % next(number), "image/png")}
    ) as site:
        capture_page(site.url("/p"), into, LOOPBACK, read=reader_of("Gambar"))
        (asked,) = site.asked("/g.png")
    assert responses(warc_bytes(into))["/g.png"][1] == asked.answer.body


def test_13_the_order_of_readers_changes_nothing_and_names_speak(into: Path) -> None:
    """One reader recognises a page. Where two could, their order is written down: a Mastodon server speaks both."""
    pages = [recorded.load(path) for path in sorted(FIXTURES.glob("*/*.json")) if _is_capture(path)]
    assert len(pages) > 50
    for page in pages:
        known = [name for name, _ in platforms.READERS
                 if import_module(f"evidentia.platforms.{name}").recognises(page)]  # fmt: skip
        assert len(known) <= 1 or known == ["mastodon", "activitypub"]
        assert platforms.read(page) == platforms.read(page)
    with Site({"/p": Answer(PAGE)}) as site:
        made = capture_page(site.url("/p"), into, LOOPBACK)
    assert isinstance(made.reading.state, ev.State)
    assert made.reading.reader.name.startswith("evidentia.platforms.")
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)*\.[a-z]+", file.name) for file in made.files)


def _is_capture(path: Path) -> bool:
    return b'"requested_url"' in path.read_bytes()[:400]


def test_14_one_connection_leaves_no_doubt_whose_the_certificate_is(into: Path, tmp_path: Path) -> None:
    server = identity(tmp_path)
    options = replace(LOOPBACK, accepted_keys=(server.key_digest,), behaviours=())
    with Site({"/p": Answer(PAGE)}, server.context) as site:
        made = capture_page(site.url("/p", "localhost"), into, options, read=reader_of(TEXT))
    assert made.circumstances.tls is not None
    assert made.circumstances.tls.source == tls.SOURCE
    assert (into / "tls-1.cer").read_bytes() == server.chain[0]


@pytest.mark.parametrize("light", [False, True], ids=["browser", "client"])
def test_14_the_certificate_is_that_of_the_captured_connection(
    light: bool, into: Path, tmp_path: Path
) -> None:
    """The server shows the certificates of another authority to every connection but the first."""
    shown: list[tuple[object, ssl.SSLContext]] = []
    kinds = []
    for name in ("pertama", "kedua"):
        (tmp_path / name).mkdir()
        kinds.append(identity(tmp_path / name))
    first, other = kinds

    def choose(session: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        session.context = first.context if not shown else other.context
        shown.append((session, session.context))

    front = identity(tmp_path).context
    front.sni_callback = choose
    options = replace(LOOPBACK, accepted_keys=(first.key_digest, other.key_digest), behaviours=())
    pictures = {f"/{n}.png": Answer(PIXEL * 4000, "image/png") for n in range(12)}
    page = PAGE + "".join(f"<img src={path}>" for path in pictures).encode()
    with Site({"/p": Answer(page), **pictures}, front) as site:
        url = site.url("/p", "localhost")
        look = look_lightly if light else capture_page
        made = look(url, into, options, read=reader_of(TEXT))
        documents = site.asked("/p")
        assert len(shown) > 1  # the pictures came over further connections, or the client tried twice
        outside = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{site.port}", "-servername", "localhost"],
            input="", capture_output=True, text=True,
        ).stdout  # fmt: skip
    told = made.circumstances.tls
    assert told is not None
    chain = [(into / f"tls-{n}.cer").read_bytes() for n in range(1, len(told.chain) + 1)]
    assert told.chain == tuple(hashlib.sha256(der).hexdigest() for der in chain)
    assert (
        ssl.PEM_cert_to_DER_cert(re.search("-----BEGIN.*?END CERTIFICATE-----", outside, re.S)[0])
        == other.chain[0]
    )  # type: ignore[index]
    (document,) = [one.session for one in documents]
    (context,) = [context for session, context in shown if session is document]
    used = first if context is first.context else other
    # On a loaded machine pictures may be asked for before the browser has answered: then the record says so.
    assert chain[0] == used.chain[0] or "may be another one's" in told.source
    assert ("client" if light else "CDP") in told.source
