"""A whole invented case as a report sees it: a post edited and deleted, a screenshot of its first wording."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFont

from evidentia.detect.words import compare_words
from evidentia.record.custody import Actor, Event, EventType, Head, HeadSignature, ItemRef, Tool
from evidentia.record.finding import Difference, ErrorRate, Outcome, Reading
from evidentia.record.item import (
    Access,
    Circumstances,
    Clock,
    DnsAnswer,
    Item,
    ItemKind,
    LoadState,
    Peer,
    Presence,
    Program,
    Redirect,
    Role,
    StoredFile,
    Times,
    TlsConnection,
)
from evidentia.record.life import Change, ChangeKind, Timeline, Version
from evidentia.record.moment import Interval, to_utc_text
from evidentia.record.post import Account, Evidence, Observation, Post, Signal, State
from evidentia.record.verdict import (
    Fault,
    JudgedEvent,
    JudgedItem,
    JudgedSignature,
    Requirement,
    Status,
    Verdict,
)
from evidentia.report.material import Examiner, Language, Material, ReadItem, pictures_of

START = datetime(2026, 11, 20, 7, 3, 22, tzinfo=UTC)
URL = "https://forum.example/topik/123/dukungan-untuk-paslon-a/#c456"
FIRST = "Mari dukung Paslon A pada hari Rabu. Pilih nomor 1!\n#PaslonA #LanjutkanKerja"
SECOND = "Mari datang ke TPS pada hari Rabu. Gunakan hak pilih!\n#LanjutkanKerja"
TOOL = Tool(name="evidentia", version="0.1.0")
BROWSER = Program(name="Chromium", version="142.0.7444.59")
EXAMINER = Examiner(
    name="Dr. Ahli Satu",
    role="Ahli forensik digital",
    organisation="Laboratorium Contoh",
    qualifications=(
        "Doktor ilmu komputer, Universitas Contoh (2012)",
        "Pemeriksa barang bukti digital sejak 2014",
    ),
)


def digest(text: str) -> str:
    """A digest that is stable from run to run, for records whose bytes are not part of the sample."""
    return hashlib.sha256(text.encode()).hexdigest()


KASN = Actor(
    who="pengawas-a",
    name="Penyidik Satu",
    role="Penyidik",
    organisation="Lembaga Pengawas A",
    certificate=digest("certificate a"),
)
BAWASLU = Actor(
    who="pengawas-b",
    name="Pengawas Dua",
    role="Pengawas",
    organisation="Lembaga Pengawas B",
    certificate=digest("certificate b"),
)


def draw_post(path: Path, text: str, *, phone: bool = False) -> None:
    """A picture like that of a post; narrow and tall as on a telephone, or wide as on a desk."""
    size = (720, 1280) if phone else (1000, 420)
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    big, small = ImageFont.load_default(30), ImageFont.load_default(22)
    top = 90 if phone else 20
    if phone:
        draw.rectangle((0, 0, 720, 60), fill="#1b2a41")
        draw.text((24, 14), "14.05", font=small, fill="white")
    draw.ellipse((30, top, 110, top + 80), fill="#5b8def")
    draw.text((130, top + 8), "Pejabat 07", font=big, fill="#111")
    draw.text((130, top + 48), "@pejabat07 · 20 Nov 2026", font=small, fill="#667")
    y = top + 120
    width = 34 if phone else 56
    for paragraph in text.split("\n"):
        line = ""
        for one in [*paragraph.split(" "), None]:
            if one is None or len(line) + len(one) > width:
                draw.text((40, y), line, font=big, fill="#111")
                y += 44
                line = ""
            line = f"{line} {one}".strip() if one else line
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, "PNG")


def capture(folder: Path, number: int, when: datetime, text: str | None) -> Item:
    """A capture item with its pictures and other files in the case folder."""
    data = folder / "data" / f"{number:06d}"
    data.mkdir(parents=True, exist_ok=True)
    if text is not None:
        draw_post(data / "element.png", text)
    full = Image.new("RGB", (800, 3000), "#eef1f5")
    ImageDraw.Draw(full).text(
        (40, 40), text or "404 Tidak ditemukan", font=ImageFont.load_default(28), fill="#111"
    )
    full.save(data / "full-page.png", "PNG")
    for name in ("capture.wacz", "page.mhtml", "dom.html", "text.txt"):
        (data / name).write_bytes(f"{number} {name} {text}".encode())
    kinds = {
        "capture.wacz": (Role.ARCHIVE, "application/wacz"),
        "page.mhtml": (Role.MHTML, "multipart/related"),
        "dom.html": (Role.DOM, "text/html"),
        "text.txt": (Role.TEXT, "text/plain"),
        "element.png": (Role.ELEMENT, "image/png"),
        "full-page.png": (Role.FULL_PAGE, "image/png"),
    }
    return Item(
        item=number,
        kind=ItemKind.CAPTURE,
        title=f"Tangkapan {URL}",
        source=URL,
        access=Access.PUBLIC,
        collector="Penyidik Satu",
        times=Times(captured_at=when),
        circumstances=circumstances(when, 404 if text is None else 200),
        content_present=Presence(
            present=None if text is None else True,
            found_in=() if text is None else ("capture.wacz", "dom.html", "text.txt"),
            reason="" if text else "tidak ada unggahan untuk dicari",
        ),
        files=stored(data, kinds),
    )


def stored(data: Path, kinds: dict[str, tuple[Role, str]]) -> tuple[StoredFile, ...]:
    """The files that are there, with their real sizes and digests."""
    return tuple(
        StoredFile(
            name=name,
            role=role,
            media_type=media,
            size=(data / name).stat().st_size,
            sha256=hashlib.sha256((data / name).read_bytes()).hexdigest(),
        )
        for name, (role, media) in kinds.items()
        if (data / name).exists()
    )


def circumstances(when: datetime, status: int) -> Circumstances:
    return Circumstances(
        requested_url=URL.split("#")[0],
        final_url=URL.split("#")[0],
        canonical_url=URL,
        redirects=(Redirect(url="http://forum.example/topik/123", status=301, location=URL),),
        status=status,
        dns=(DnsAnswer(name="forum.example", addresses=("192.0.2.7",), resolver="127.0.0.53", at=when),),
        peers=(
            Peer(
                host="forum.example", port=443, address="192.0.2.7", local_address="10.0.0.5:40112", at=when
            ),
        ),
        tls=TlsConnection(
            protocol="TLS 1.3",
            cipher="AES_128_GCM",
            chain=(digest("leaf"), digest("issuer")),
            source="browser (CDP Network.getCertificate)",
        ),
        started_at=when,
        finished_at=when + timedelta(seconds=3),
        clock=Clock(zone="+07:00", synchronised=True, source="timedatectl"),
        browser=BROWSER,
        tools=(Program(name="playwright", version="1.65.2"), Program(name="warcio", version="1.8.0")),
        operating_system="Linux 6.1",
        user_agent="Mozilla/5.0",
        viewport=(1280, 800),
        locale="id-ID",
        load_state=LoadState.COMPLETE,
        private_network_allowed=False,
    )


def screenshot(folder: Path, number: int) -> Item:
    """What a complainant handed over: a telephone's screenshot of the first wording."""
    data = folder / "data" / f"{number:06d}"
    draw_post(data / "IMG-20261120-WA0001.png", FIRST, phone=True)
    annotated = data / "annotated.png"
    draw_post(annotated, FIRST, phone=True)
    with Image.open(annotated) as picture:
        ImageDraw.Draw(picture).rectangle((30, 200, 660, 400), outline="#0f6a38", width=5)
        picture.save(annotated)
    return Item(
        item=number,
        kind=ItemKind.FILE,
        title="Tangkapan layar dari pelapor",
        source="Pelapor 3, melalui WhatsApp",
        access=Access.FORWARDED,
        collector="Penyidik Satu",
        original_name="IMG-20261120-WA0001.png",
        times=Times(received_at=START + timedelta(hours=30), known_at=START + timedelta(hours=5)),
        files=stored(
            data,
            {
                "IMG-20261120-WA0001.png": (Role.ORIGINAL, "image/png"),
                "annotated.png": (Role.ANNOTATED, "image/png"),
            },
        ),
    )


def post(text: str, *, name: str = "Pejabat 07") -> Post:
    return Post(
        platform="forum",
        native_id="456",
        url=URL,
        author=Account(id="77", handle="pejabat07", name=name, url="https://forum.example/user/77"),
        text=text,
        created_at=START - timedelta(hours=2),
        activity={"likes": 12},
    )


def look(n: int, when: datetime, state: State, text: str | None, signal: Signal) -> Observation:
    return Observation(
        key="forum:456",
        url=URL,
        state=state,
        during=Interval(not_before=when, not_after=when + timedelta(seconds=3)),
        source="capture",
        evidence=(Evidence(item=n, path="capture.wacz"),),
        signals=(signal,),
        post=None if text is None else post(text),
    )


def timeline(first: str = FIRST, second: str = SECOND) -> Timeline:
    """Seen as first worded, a day later as worded anew, two days later gone with a 404."""
    times = (START, START + timedelta(days=1), START + timedelta(days=2))
    found = Signal(name="http-status", seen="200", where="capture.wacz")
    missing = Signal(name="http-status", seen="404", where="capture.wacz")
    looks = (
        look(1, times[0], State.LIVE, first, found),
        look(2, times[1], State.EDITED, second, found),
        look(3, times[2], State.UNAVAILABLE, None, missing),
    )
    seen = tuple((when, when + timedelta(seconds=3)) for when in times)
    edit = Change(
        kind=ChangeKind.SILENTLY_EDITED,
        before=first,
        after=second,
        not_before=seen[0][1],
        not_after=seen[1][0],
        signals=(),
        evidence=(Evidence(item=1, path="text.txt"), Evidence(item=2, path="text.txt")),
        words=compare_words(first, second),
    )
    gone = Change(
        kind=ChangeKind.STATE_CHANGED,
        before="edited",
        after="unavailable",
        not_before=seen[1][1],
        not_after=seen[2][0],
        signals=(missing,),
        evidence=(Evidence(item=3, path="capture.wacz"),),
    )
    return Timeline(
        post="forum:456",
        url=URL,
        state=State.UNAVAILABLE,
        observations=looks,
        versions=(
            Version(
                n=1,
                text=first,
                not_before=seen[0][0],
                not_after=seen[0][1],
                evidence=(Evidence(item=1, path="text.txt"),),
            ),
            Version(
                n=2,
                text=second,
                not_before=seen[1][0],
                not_after=seen[1][1],
                evidence=(Evidence(item=2, path="text.txt"),),
            ),
        ),
        changes=(edit, gone),
    )


def reading(outcome: Outcome = Outcome.CONSISTENT) -> ReadItem:
    differences = (
        (Difference(shown="Pilih nomor 2!", recorded="Pilih nomor 1!", box=(40, 260, 300, 40)),)
        if outcome is Outcome.DIFFERS
        else ()
    )
    return ReadItem(
        item=4,
        reading=Reading(
            outcome=outcome,
            post="forum:456",
            version=1,
            differences=differences,
            reason="every word that was read stands in version 1, in order",
            method=Program(name="rapidocr", version="3.10.0"),
            error_rates=(ErrorRate(name="false match", measured=False),),
            evidence=(Evidence(item=1, path="text.txt"),),
            shown_text=FIRST,
            similarity=0.987,
        ),
    )


DETAILS: dict[EventType, dict[str, Any]] = {
    EventType.OPEN: {"title": "Dugaan pelanggaran netralitas oleh Pejabat 07"},
    EventType.TRANSFER: {"to": ["pengawas-b"]},
    EventType.RECEIVE: {"transfer": 6, "outcome": "accepted"},
}


def event(n: int, kind: EventType, when: datetime, *actors: Actor, items: tuple[int, ...] = ()) -> Event:
    return Event(
        format=1,
        case="makassar-15",
        event=n,
        type=kind,
        time=to_utc_text(when),
        zone="+07:00",
        actors=actors,
        place="Jakarta",
        reason={EventType.TRANSFER: "Klarifikasi bersama"}.get(kind, "Penanganan laporan 12/2026"),
        authority="Surat tugas ST-12/2026",
        tool=TOOL,
        items=tuple(ItemRef(item=i, record=digest(f"record {i}")) for i in items),
        changes=(),
        details=DETAILS.get(kind, {}),
    )


def events() -> tuple[Event, ...]:
    hours = (0, 0.1, 24, 48, 50, 52, 53)
    when = [START + timedelta(hours=h) for h in hours]
    return (
        event(1, EventType.OPEN, when[0], KASN),
        event(2, EventType.ACQUIRE, when[1], KASN, items=(1,)),
        event(3, EventType.ACQUIRE, when[2], KASN, items=(2,)),
        event(4, EventType.ACQUIRE, when[3], KASN, items=(3,)),
        event(5, EventType.ACQUIRE, when[4], KASN, items=(4,)),
        event(6, EventType.TRANSFER, when[5], KASN, BAWASLU),
        event(7, EventType.RECEIVE, when[6], BAWASLU),
    )


def head() -> Head:
    signature = HeadSignature(who="pengawas-b", signature=digest("signature"), tokens=(digest("token 1"),))
    return Head(case="makassar-15", events=7, seal=digest("seal 7"), signatures=(signature,))


def verdict(status: Status = Status.PASSED) -> Verdict:
    faults = {
        Status.PASSED: (),
        Status.INDETERMINATE: (
            Fault(
                code="TIMESTAMP_PENDING",
                status=Status.INDETERMINATE,
                path="custody/000007.sha256.pengawas-b.p7s",
                expected="a token",
                found="none",
                requirement=Requirement.ACCOUNTABLE,
            ),
        ),
        Status.FAILED: (
            Fault(
                code="DIGEST_DIFFERS",
                status=Status.FAILED,
                path="data/000001/capture.wacz",
                expected=digest("as sealed"),
                found=digest("as found"),
                requirement=Requirement.INTACT,
            ),
        ),
    }[status]
    judged = []
    for one in events():
        at = datetime.fromisoformat(one.time)
        proven = Interval(not_before=at, not_after=at + timedelta(seconds=2))
        signatures = tuple(
            JudgedSignature(
                who=a.who, name=a.name, organisation=a.organisation, certified=a is BAWASLU, proven=proven
            )
            for a in one.actors
        )
        judged.append(
            JudgedEvent(
                event=one.event,
                type=one.type,
                claimed=one.time,
                proven=proven,
                signatures=signatures,
                items=tuple(ref.item for ref in one.items),
            )
        )
    items = tuple(JudgedItem(item=n, withheld=False, files=6, proven=Interval()) for n in range(1, 5))
    return Verdict(status=status, head=head(), events=tuple(judged), items=items, faults=faults, notes=())


def sample(folder: Path, language: Language = Language.INDONESIAN) -> Material:
    """The whole case, with its pictures written into ``folder``."""
    items = (
        capture(folder, 1, START, FIRST),
        capture(folder, 2, START + timedelta(days=1), SECOND),
        capture(folder, 3, START + timedelta(days=2), None),
        screenshot(folder, 4),
    )
    return Material(
        folder=folder,
        case="makassar-15",
        title="Dugaan pelanggaran netralitas oleh Pejabat 07",
        number="LHP-07/XI/2026",
        purpose="Menilai apakah unggahan yang dilaporkan pernah tayang, apakah diubah, dan apakah tangkapan "
        "layar dari pelapor memperlihatkan unggahan tersebut.",
        requested_by="Lembaga Pengawas B",
        written_at=START + timedelta(days=3),
        zone="+07:00",
        tool=TOOL,
        language=language,
        items=items,
        events=events(),
        head=head(),
        verdict=verdict(),
        timelines=(timeline(),),
        readings=(reading(),),
        pictures=pictures_of(items),
        examiner=EXAMINER,
    )


HOSTILE = (
    '#panic("ran") = Judul *tebal* $x$ @label <label> \\#set `raw` // komentar \n'
    "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>&lt; javascript:alert(1)\n"
    "\u202egnp.exe\u202c \u2066isolated\u2069 \x1b[31mmerah\x1b[0m \x07 nol\x00 pas\u200blon\ufeff\r\n"
    "👍🏽 ❤️ 漢字 السلام e" + "\u0301" * 20 + " =cmd|'/C calc'!A0 {0} {utc} %s " + "w" * 300
)
"""Markup of typst, HTML and terminals, reversed and hidden characters, letters that no font has, an endless word."""


def hostile(folder: Path, language: Language = Language.INDONESIAN) -> Material:
    """The sample with hostile text wherever someone outside could have put it."""
    base = sample(folder, language)
    items = tuple(
        replace(
            item, title=HOSTILE, source=HOSTILE, original_name=HOSTILE, collector=HOSTILE, problems=(HOSTILE,)
        )
        for item in base.items
    )
    line = timeline(HOSTILE, SECOND)
    account = Account(id=HOSTILE, handle=HOSTILE, name=HOSTILE)
    looks = tuple(
        replace(look, post=replace(look.post, author=account) if look.post else None, reason=HOSTILE)
        for look in line.observations
    )
    read = reading(Outcome.DIFFERS)
    difference = Difference(shown=HOSTILE, recorded=HOSTILE, box=None)
    return replace(
        base,
        title=HOSTILE,
        purpose=HOSTILE,
        number=HOSTILE,
        requested_by=HOSTILE,
        limitations=(HOSTILE,),
        items=items,
        timelines=(replace(line, url=HOSTILE, observations=looks),),
        readings=(
            replace(
                read,
                reading=replace(read.reading, shown_text=HOSTILE, differences=(difference,), reason=HOSTILE),
            ),
        ),
        events=tuple(replace(one, reason=HOSTILE, place=HOSTILE) for one in base.events),
        examiner=replace(EXAMINER, name=HOSTILE, qualifications=(HOSTILE,)),
    )


def texts(value: Any) -> list[str]:
    """Every text of a section."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, msgspec.Struct):
        return texts(msgspec.structs.astuple(value))
    if isinstance(value, dict):
        return texts(tuple(value.values()))
    return [text for one in value for text in texts(one)] if isinstance(value, tuple | list) else []
