"""Another agency's bundle in one's own case: whole, judged, marked, and never mixed with what was seen here."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from PIL import Image
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import evidentia as ev
from evidentia.case import Case
from evidentia.case import importing as importing_module
from evidentia.case import taking as taking_module
from evidentia.custody.identity import Custodian
from evidentia.detect.examining import examine as examining
from evidentia.detect.screenshot import inconclusive
from evidentia.formats.head import printed_head
from evidentia.record.errors import CustodyError, UsageError
from evidentia.record.examination import Examination, ImageClass, Support, TestFinding
from evidentia.record.item import Access, Item, ItemKind
from evidentia.record.said import Said
from evidentia.record.sentences import english, said, stated
from evidentia.record.verdict import Status

if TYPE_CHECKING:
    from lab.pki import Lab

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
PAGE = b"<!doctype html><title>Contoh</title><article>Dukung Paslon A</article>"
URL = "https://contoh.example/pejabat07/1"


@pytest.fixture
def trust(lab: Lab) -> ev.Trust:
    return ev.Trust.from_pem(str(lab.roots), str(lab.tsa_roots))


@pytest.fixture
def theirs(tmp_path: Path, person: Callable[..., Custodian]) -> Case:
    """The case of another agency, with a page that somebody had saved."""
    folder = tmp_path / "bawaslu"
    folder.mkdir()
    other = Case.create(folder / "bawaslu-07", title="Laporan warga", custodian=person("pengawas-b"))
    head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    at = {"WARC-Date": "2026-07-19T09:29:00Z"}
    with (folder / "simpanan.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        page = writer.create_warc_record(
            URL, "response", payload=io.BytesIO(PAGE), http_headers=head, warc_headers_dict=at
        )
        writer.write_record(page)
    other.add(folder / "simpanan.warc.gz", access=Access.FORWARDED)
    return other


@pytest.fixture
def bundle(theirs: Case, tmp_path: Path) -> Path:
    theirs.export(tmp_path / "bawaslu-07.zip")
    return tmp_path / "bawaslu-07.zip"


def problems(name: str, value: Any) -> list[str]:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return [error.message for error in Draft202012Validator(schema).iter_errors(value)]


def take(case: Case, bundle: Path, trust: ev.Trust, **more: Any) -> Item:
    return case.take_bundle(bundle, trust, **more)[0]


def test_the_zip_is_sealed_as_it_came_with_the_verdict_and_its_head(
    case: Case, theirs: Case, bundle: Path, trust: ev.Trust, tmp_path: Path
) -> None:
    item, verdict = case.take_bundle(bundle, trust, head=theirs.head, source="Bawaslu B")
    assert verdict.status is Status.PASSED
    assert item.kind is ItemKind.BUNDLE
    assert (case.folder / "data" / "000001" / item.files[0].name).read_bytes() == bundle.read_bytes()
    taken, filed = case.taken_bundle(item)
    assert taken is not None
    assert filed == verdict
    assert taken.head == theirs.head
    assert taken.compared_with == printed_head(theirs.head)
    assert taken.sha256 == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert problems("verdict", json.loads((case.folder / "data/000001/verdict.json").read_bytes())) == []
    assert problems("import", json.loads((case.folder / "data/000001/import.json").read_bytes())) == []
    case.export(tmp_path / "milik-kami.zip")
    assert ev.verify(tmp_path / "milik-kami.zip", trust).status is Status.PASSED


def test_what_came_out_again_is_the_bundle_that_came_in(
    case: Case, bundle: Path, trust: ev.Trust, tmp_path: Path
) -> None:
    """Its custody is whole: the ZIP within our bundle verifies on its own."""
    take(case, bundle, trust)
    case.export(tmp_path / "milik-kami.zip")
    with zipfile.ZipFile(tmp_path / "milik-kami.zip") as ours:
        (inner,) = (name for name in ours.namelist() if name.endswith("/original.zip"))
        (tmp_path / "lagi.zip").write_bytes(ours.read(inner))
    assert ev.verify(tmp_path / "lagi.zip", trust).status is Status.PASSED


def nested(times: int) -> Said:
    one = Said(code="examining.verbatim", values={"text": "x"})
    for _ in range(times):
        one = Said(code="examining.several", values={"texts": (one,)})
    return one


TRUE = Said(code="examining.equal_letters")
HOSTILE = {
    "unknown": Said(code="examining.no_such"),
    "no value": Said(code="examining.class_stated"),
    "another thing": Said(code="examining.light_ground"),
    "no number": Said(code="examining.blocks_off", values={"off": 1, "blocks": 2, "chance": "banyak"}),
    "beyond numbers": Said(code="video.other_speed", values={"times": 10**400}),
    "deep": nested(60),
    "deep where nothing is told": Said(code=TRUE.code, values={"texts": (nested(60),)}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_sentences_of_a_strangers_examination_are_carried_only_where_they_say_what_it_says(
    name: str, case: Case, theirs: Case, trust: ev.Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def claims(path: Path, **_: Any) -> Examination:  # a mock: the program of another agency
        finding = TestFinding(
            test="copy and move", outcome=Support.NOT_APPLICABLE, reason=english(TRUE), method="m", version="1",
            source="s", error_rates=(), says=(HOSTILE[name],),
        )  # fmt: skip
        return Examination(
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(), image_class=ImageClass.SCREENSHOT, because=(),
            outcome=Support.INCONCLUSIVE, reason="r", says=(HOSTILE[name],), because_says=(HOSTILE[name],),
            findings=(finding, msgspec.structs.replace(finding, says=(TRUE,))),
        )  # fmt: skip

    monkeypatch.setattr(examining, "examine", claims)
    Image.new("RGB", (80, 80)).save(tmp_path / "layar.png")
    theirs.examine(theirs.add(tmp_path / "layar.png", access=Access.FORWARDED))
    theirs.export(tmp_path / "aneh.zip")
    take(case, tmp_path / "aneh.zip", trust)
    (held,) = case.bundles()
    claimed, honest = (one for one in held.findings if one.kind == "copy and move")
    assert claimed.reason == honest.reason == english(TRUE)
    assert claimed.says == ()
    assert honest.says == (TRUE,)
    assert problems("imported", {"case": "x", "bundles": json.loads(msgspec.json.encode([held]))}) == []


def test_its_posts_are_listed_with_marks_and_are_none_of_ours(
    case: Case, theirs: Case, bundle: Path, trust: ev.Trust
) -> None:
    assert theirs.observations()
    item = take(case, bundle, trust)
    (held,) = case.bundles()
    assert len(held.posts) == len(theirs.observations())
    assert [event.type.value for event in held.custody] == [event.type.value for event in theirs.events]
    for post in held.posts:
        assert not post.observed_here
        assert f"from the bundle of item {item.item} (case bawaslu-07)" in post.mark
        assert printed_head(theirs.head) in post.mark
        assert "judged PASSED, against no head from elsewhere; not observed in this case" in post.mark
    assert case.observations() == ()
    assert case.timelines() == ()
    assert case.readings() == ()
    assert len(case.table("observations")) == 0


NOTHING = said("reading.none.no_text")
DEEP = said("reading.doubtful", version=1, doubts=())
for _ in range(60):
    DEEP = said("reading.doubtful", version=1, doubts=DEEP)


@pytest.mark.parametrize(
    ("says", "kept"),
    [
        ((NOTHING,), (NOTHING,)),
        ((), ()),
        ((said("reading.none.no_post"),), ()),
        ((Said(code="reading.of theirs"),), ()),
        ((Said(code=NOTHING.code, values={"more": "x" * 100_000}),), ()),
        ((Said(code=NOTHING.code, values={"more": (DEEP,)}),), ()),
        ((DEEP,), ()),
        ((NOTHING,) * 5000, ()),
    ],
    ids=["honest", "none", "another", "unknown", "more", "hidden", "deep", "many"],
)
def test_a_readings_sentences_are_passed_on_only_where_they_are_its_reason(
    case: Case,
    theirs: Case,
    trust: ev.Trust,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    says: tuple[Said, ...],
    kept: tuple[Said, ...],
) -> None:
    reading = replace(inconclusive(NOTHING), says=says)
    monkeypatch.setattr(taking_module, "read_shown", lambda *_: reading)
    theirs.match(1)
    theirs.export(tmp_path / "bundle.zip")
    take(case, tmp_path / "bundle.zip", trust)

    (held,) = case.bundles()
    (finding,) = held.findings

    assert (finding.reason, finding.says) == ("No text was read in the picture.", kept)
    printed = {"case": case.id, "bundles": [json.loads(msgspec.json.encode(held))]}
    assert problems("imported", printed) == []


@pytest.mark.parametrize("says", [(said("reading.none.no_post"),), (DEEP,), (NOTHING,) * 5000])
def test_a_reading_whose_sentences_are_not_its_reason_is_told_in_its_own_words(
    says: tuple[Said, ...],
) -> None:
    reading = replace(inconclusive(NOTHING), says=says)

    assert stated(reading.says, reading.reason, "id") == reading.reason


def test_a_bundle_that_failed_is_refused_and_leaves_nothing(
    case: Case, bundle: Path, trust: ev.Trust
) -> None:
    broken = tampered(bundle)
    before = len(case.events)
    with pytest.raises(CustodyError, match="judged FAILED"):
        take(case, broken, trust)
    assert case.items() == ()
    assert len(Case.open(case.folder).events) == before
    assert case.unfinished.is_empty


def test_a_bundle_that_failed_can_be_kept_and_says_so_everywhere(
    case: Case, bundle: Path, trust: ev.Trust
) -> None:
    item = take(case, tampered(bundle), trust, despite_failed=True)
    assert any("judged FAILED: " in problem for problem in item.problems)
    (held,) = case.bundles()
    assert held.taken is not None
    assert held.taken.status is Status.FAILED
    assert "ITEM_FILE_CHANGED" in held.taken.codes
    assert "judged FAILED" in held.mark
    assert held.posts == ()  # the changed file is not read
    assert any("its bytes are not those" in problem for problem in held.problems)


def tampered(bundle: Path) -> Path:
    """The same bundle with other bytes in every observation, packed again."""
    changed = bundle.with_name("diubah.zip")
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if "observation" in info.filename:
                data = data.replace(b"contoh.example", b"contoh.exampel")
            new.writestr(info, data)
    return changed


def test_strangers_anchors_leave_it_open_or_failed_and_never_passed(
    case: Case, bundle: Path, lab: Lab
) -> None:
    nobody = ev.Trust.from_pem(str(lab.tsa_roots), str(lab.tsa_roots))
    try:
        _, verdict = case.take_bundle(bundle, nobody)
    except CustodyError:
        return
    assert verdict.status is not Status.PASSED
    (held,) = case.bundles()
    assert f"judged {verdict.status.value}" in held.mark


def test_another_head_than_the_bundles_is_found_out(
    case: Case, theirs: Case, bundle: Path, trust: ev.Trust
) -> None:
    theirs.note("satu hal lagi")
    with pytest.raises(CustodyError, match="HEAD_DIFFERS"):
        take(case, bundle, trust, head=theirs.head)


def test_a_later_bundle_is_checked_against_the_earlier_one(
    case: Case, theirs: Case, bundle: Path, trust: ev.Trust, tmp_path: Path
) -> None:
    first = take(case, bundle, trust)
    theirs.note("satu hal lagi")
    theirs.export(tmp_path / "kemudian.zip")
    second = take(case, tmp_path / "kemudian.zip", trust, continues=first)
    taken, _ = case.taken_bundle(second)
    assert taken is not None
    assert taken.continues == first.item


def test_a_bundle_of_another_history_does_not_continue(
    case: Case, bundle: Path, trust: ev.Trust, tmp_path: Path, person: Callable[..., Custodian]
) -> None:
    first = take(case, bundle, trust)
    (tmp_path / "tiruan").mkdir()
    forged = Case.create(tmp_path / "tiruan" / "bawaslu-07", title="Lain", custodian=person("pengawas-b"))
    forged.export(tmp_path / "tiruan.zip")
    with pytest.raises(CustodyError, match="HISTORY_DIFFERS"):
        take(case, tmp_path / "tiruan.zip", trust, continues=first)


def test_the_same_bundle_is_taken_in_once(case: Case, bundle: Path, trust: ev.Trust) -> None:
    take(case, bundle, trust)
    with pytest.raises(UsageError, match="item 1 already"):
        take(case, bundle, trust)
    assert len(case.items()) == 1


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 and no more", b"no zip at all", b"PK\x05\x06" + bytes(18)]
)
def test_what_is_no_bundle_is_refused_and_leaves_nothing(
    data: bytes, case: Case, trust: ev.Trust, tmp_path: Path
) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises((UsageError, CustodyError)):
        take(case, tmp_path / "x.zip", trust)
    assert case.items() == ()
    assert case.unfinished.is_empty


@pytest.mark.parametrize(
    "name", ["../../etc/evil", "/etc/evil", "data/000001/../../../evil", "data\\000001\\x"]
)
def test_a_name_that_climbs_reaches_nothing(
    name: str, case: Case, bundle: Path, trust: ev.Trust, tmp_path: Path
) -> None:
    hostile = tmp_path / "jahat.zip"
    hostile.write_bytes(bundle.read_bytes())
    with zipfile.ZipFile(hostile, "a") as archive:
        archive.writestr(f"bawaslu-07/{name}", b"jahat")
    before = set(tmp_path.rglob("*"))
    with pytest.raises(CustodyError, match="judged FAILED"):
        take(case, hostile, trust)
    take(case, hostile, trust, despite_failed=True)
    list(case.bundles())
    new = {path for path in set(tmp_path.rglob("*")) - before if case.folder not in path.parents}
    assert not new


def test_a_bomb_within_a_bundle_is_not_unpacked(
    case: Case, bundle: Path, trust: ev.Trust, tmp_path: Path
) -> None:
    hostile = tmp_path / "bom.zip"
    hostile.write_bytes(bundle.read_bytes())
    with zipfile.ZipFile(hostile, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/000001/observation-0002.json", bytes(64 << 20))
    with pytest.raises(CustodyError, match="ARCHIVE_ENTRY_REFUSED"):
        take(case, hostile, trust)


def test_a_sealed_bundle_that_was_changed_later_is_not_read(
    case: Case, bundle: Path, trust: ev.Trust
) -> None:
    take(case, bundle, trust)
    stored = case.folder / "data" / "000001" / "original.zip"
    stored.chmod(0o644)
    stored.write_bytes(stored.read_bytes()[:-1])
    with pytest.raises(CustodyError, match="not those that were sealed"):
        list(case.bundles())


def test_an_interruption_leaves_a_bundle_without_a_verdict_that_says_so(
    case: Case, bundle: Path, trust: ev.Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine stops while the bundle is judged: a mock of the verifier stands for that."""

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(importing_module, "verify", stop)
        with pytest.raises(KeyboardInterrupt):
            take(case, bundle, trust)
    case.finish()
    (held,) = case.bundles()
    assert held.taken is None
    assert "no verdict on file" in held.mark
