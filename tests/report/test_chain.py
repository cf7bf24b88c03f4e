"""Every event is told in both languages: who, when, where, why, by what authority, with what, and what was changed."""

from __future__ import annotations

from inspect import Parameter, signature
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from report_sample import BAWASLU, KASN, START, digest, event, sample

from evidentia.case.case import Case
from evidentia.case.keeping import Keeping
from evidentia.case.redacting import alteration
from evidentia.record import reasons
from evidentia.record.custody import Alteration, Event, EventType
from evidentia.record.redaction import Redaction, Region, Sealed
from evidentia.record.sentences import term
from evidentia.report.document import Link
from evidentia.report.exhibit import exhibit_page
from evidentia.report.material import Language, Material
from evidentia.report.sections.chain import links
from evidentia.report.texts import say, word

ORIGINAL = Sealed(item=3, path="page.png", record=digest("record 3"))
NOTE = Redaction(original=ORIGINAL, by=KASN, at=START, reason="identitas pelapor")
LISTED = [{"item": 2, "record": digest("record 2")}]
SAID: dict[EventType, tuple[dict[str, Any], str]] = {
    EventType.OPEN: ({"title": "Perkara Paslon A"}, "Perkara Paslon A"),
    EventType.ADMIT: ({"admitted": BAWASLU.who}, f"{BAWASLU.name} ({BAWASLU.who})"),
    EventType.REKEY: ({"replaced": "lama", "by": BAWASLU.who}, "lama"),
    EventType.ACQUIRE: ({}, "000004"),
    EventType.TRANSFER: ({"to": [BAWASLU.who]}, f"{BAWASLU.name} ({BAWASLU.who})"),
    EventType.RECEIVE: ({"transfer": 6, "outcome": "refused"}, "6"),
    EventType.EXAMINE: ({"examined": [3]}, "000003"),
    EventType.DERIVE: ({"original": 1}, "000001"),
    EventType.REPORT: ({}, "000004"),
    EventType.NOTE: ({"text": "Perangkat dikembalikan"}, "Perangkat dikembalikan"),
    EventType.STATUS: ({"status": "diregistrasi"}, "diregistrasi"),
    EventType.EXPORT: ({"index": digest("i"), "withheld": LISTED}, "000002"),
    EventType.DISCLOSE: ({"may_withhold": LISTED}, "000002"),
    EventType.TIMESTAMP: ({}, ""),
    EventType.RENEW: ({}, ""),
    EventType.CLOSE: ({}, ""),
}


def told(material: Material, one: Event, language: Language = Language.ENGLISH) -> Link:
    (link,) = links(replace(material, events=(one,)), language)
    return link


@pytest.fixture
def material(tmp_path: Path) -> Material:
    return replace(sample(tmp_path), verdict=None)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", EventType)
def test_an_event_of_every_type_says_all_that_it_holds(
    material: Material, kind: EventType, language: Language
) -> None:
    details, shown = SAID[kind]
    items = (4,) if kind in (EventType.ACQUIRE, EventType.REPORT) else ()
    one = replace(
        event(6, kind, START, KASN, BAWASLU, items=items),
        details=details,
        changes=(Alteration(what="bidang ditutup", why="identitas pelapor"),),
    )
    link = told(material, one, language)
    values = "\n".join(value for _, value in link.facts)
    assert link.type == word(language, kind)
    for part in (one.reason, one.place, one.authority, "evidentia", "bidang ditutup", "identitas pelapor"):
        assert part in values
    assert shown in values
    assert KASN.name in link.signers[0]
    assert KASN.organisation in link.signers[0]
    assert "UTC+07:00" in link.time
    assert "Z" in link.time
    assert all(name.strip() for name, _ in link.facts)


@pytest.mark.parametrize(
    ("language", "said"),
    [(Language.ENGLISH, "can still be proven"), (Language.INDONESIAN, "tetap dapat dibuktikan")],
)
def test_a_renewal_says_what_it_is_for(material: Material, language: Language, said: str) -> None:
    link = told(material, event(6, EventType.RENEW, START, KASN), language)
    assert any(said in value for _, value in link.facts)


def test_what_has_not_come_yet_stands_at_its_event(material: Material) -> None:
    one = event(6, EventType.TRANSFER, START, KASN, BAWASLU)
    waits = replace(
        material,
        pending=(f"custody/000006.sha256.{KASN.who}.p7s",),
        unsigned=(f"custody/000006.sha256.{BAWASLU.who}.p7s",),
    )
    link = told(waits, one)
    assert link.open == (f"The timestamp over the signature of {KASN.name} is still pending.",)
    assert link.signers[1].endswith("signature still awaited")
    acquired = event(2, EventType.ACQUIRE, START, KASN, items=(1,))
    late = replace(material, pending=("custody/items/000001.sha256",))
    assert "item 000001" in told(late, acquired).open[0]
    assert told(material, one).open == ()


def test_a_certificate_that_nobody_else_issued_is_called_so(material: Material) -> None:
    self_issued = replace(material, self_issued=(KASN.certificate,))
    page = exhibit_page(self_issued)
    assert page.count("tidak tersertifikasi") > 2
    one = event(1, EventType.OPEN, START, KASN, BAWASLU)
    first, second = told(self_issued, one).signers
    assert "not certified" in first
    assert "not certified" not in second


def test_nobody_is_given_an_office_that_is_not_stated(material: Material) -> None:
    nobody = replace(KASN, role="", organisation="")
    (line,) = told(material, event(1, EventType.OPEN, START, nobody)).signers
    assert line == f"{KASN.name}: signature not checked"


def reason_told(material: Material, reason: str, language: Language = Language.INDONESIAN) -> str:
    one = replace(event(6, EventType.ACQUIRE, START, KASN), reason=reason)
    return dict(told(material, one, language).facts)[say(language, "custody.reason")]


@pytest.mark.parametrize("reason", [value for name, value in vars(reasons).items() if name.isupper()])
def test_a_reason_of_the_programs_own_is_told_in_words(material: Material, reason: str) -> None:
    assert reason_told(material, reason) == term(reason, "id") != reason
    assert reason_told(material, reason, Language.ENGLISH) == reason


def test_every_reason_that_is_given_where_nobody_states_another_is_one_of_the_programs_own() -> None:
    given = {
        parameter.default
        for method in (*vars(Case).values(), *vars(Keeping).values())
        if callable(getattr(method, "__func__", method))
        for name, parameter in signature(getattr(method, "__func__", method)).parameters.items()
        if name == "reason" and parameter.default not in ("", Parameter.empty)
    }
    assert given
    assert given <= {value for name, value in vars(reasons).items() if name.isupper()}


def test_a_reason_that_somebody_stated_stands_as_it_was_stated(material: Material) -> None:
    assert reason_told(material, "export of the ledger by hand") == "export of the ledger by hand"
    assert reason_told(material, "docket entry: report by phone") == "entri register: report by phone"


@pytest.mark.parametrize("hidden", [{"regions": (Region(x=1, y=2, width=3, height=4),)}, {"marks": (7, 9)}])
def test_what_was_done_to_a_copy_is_told_in_words(material: Material, hidden: dict[str, Any]) -> None:
    done = alteration(replace(NOTE, **hidden))
    one = replace(event(6, EventType.DERIVE, START, KASN), changes=(done,), details={"original": 3})
    changes = "\n".join(value for _, value in told(material, one, Language.INDONESIAN).facts)
    assert done.what in "\n".join(value for _, value in told(material, one, Language.ENGLISH).facts)
    assert done.what not in changes
    assert f"{max(map(len, hidden.values()))} " in changes
    assert "pada salinan butir 3" in changes
