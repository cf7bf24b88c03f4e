"""Events, seals and heads: round trips, refusals, and the table of custody."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.formats.custody_rules import Custody, step
from evidentia.formats.event import encode_event, parse_event, time_in_zone
from evidentia.formats.head import head_json, parse_head, printed_head
from evidentia.formats.seal import header_of, parse_seal, write_seal
from evidentia.record.custody import Actor, Alteration, Event, EventType, Head, HeadSignature, ItemRef, Tool
from evidentia.record.errors import FormatError

hexes = st.binary(min_size=32, max_size=32).map(bytes.hex)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
slugs = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)
cases = st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True)
heads = st.builds(
    Head,
    case=cases,
    events=st.integers(1, 999_999),
    seal=hexes,
    signatures=st.lists(
        st.builds(HeadSignature, who=slugs, signature=hexes, tokens=st.lists(hexes, max_size=2).map(tuple)),
        max_size=2,
    ).map(tuple),
)


def actor(who: str = "a", certificate: str = "a" * 64) -> Actor:
    return Actor(who=who, name="Pejabat 07", role="", organisation="", certificate=certificate)


def event(kind: EventType = EventType.NOTE, number: int = 1, **fields: object) -> Event:
    plain = Event(
        format=1,
        case="kasus-07",
        event=number,
        type=kind,
        time="2025-03-01T10:00:00Z",
        zone="+07:00",
        actors=(actor(),),
        place="",
        reason="",
        authority="",
        tool=Tool(name="x", version="1"),
        items=(),
        changes=(),
        details={"text": ""},
    )
    return msgspec.structs.replace(plain, **fields)


@given(texts, texts, st.lists(st.builds(Alteration, what=texts, why=texts), max_size=3).map(tuple))
def test_an_event_is_read_back(reason: str, place: str, changes: tuple[Alteration, ...]) -> None:
    written = event(reason=reason, place=place, changes=changes)
    assert parse_event(1, encode_event(written)) == written


@given(st.data())
def test_no_changed_byte_of_an_event_goes_unnoticed(data: st.DataObject) -> None:
    original = event(reason="Klarifikasi Paslon A — 7 Mei")
    written = encode_event(original)
    at = data.draw(st.integers(0, len(written) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != written[at]))
    try:
        assert parse_event(1, written[:at] + bytes([byte]) + written[at + 1 :]) != original
    except FormatError:
        return


REFUSED: dict[str, dict[str, object]] = {
    "another format": {"format": 2},
    "a case id with capitals": {"case": "Kasus"},
    "no time zone": {"time": "2025-03-01T10:00:00"},
    "a second that does not exist": {"time": "2025-03-01T10:00:60Z"},
    "Unicode digits": {"time": "٢٠٢٥-03-01T10:00:00Z"},
    "a zone of 15 hours": {"zone": "+15:00"},
    "a zone with a blank": {"zone": "Asia/Ma kassar"},
    "a terminal's escape": {"reason": "\x1b]0;x\x07"},
    "a lone surrogate": {"reason": "\ud800"},
    "4001 characters": {"reason": "x" * 4001},
    "no actor": {"actors": ()},
    "33 actors": {"actors": tuple(actor(f"a{n}", f"{n:064x}") for n in range(33))},
    "one short name twice": {"actors": (actor("a", "a" * 64), actor("a", "b" * 64))},
    "one certificate twice": {"actors": (actor("a"), actor("b"))},
    "an actor without a name": {"actors": (msgspec.structs.replace(actor(), name=""),)},
    "items in a note": {"items": (ItemRef(item=1, record="0" * 64),)},
    "items downwards": {
        "type": EventType.ACQUIRE,
        "details": {},
        "items": (ItemRef(item=2, record="0" * 64), ItemRef(item=1, record="0" * 64)),
    },
    "no item to acquire": {"type": EventType.ACQUIRE, "details": {}},
    "details of another type": {"details": {"title": "x"}},
    "details besides": {"details": {"text": "x", "more": "y"}},
    "true for a number": {
        "type": EventType.DERIVE,
        "items": (ItemRef(item=2, record="0" * 64),),
        "details": {"original": True},
    },
    "a transfer to nobody": {"type": EventType.TRANSFER, "details": {"to": []}},
    "an outcome in between": {"type": EventType.RECEIVE, "details": {"transfer": 1, "outcome": "perhaps"}},
    "an open without a title": {"type": EventType.OPEN, "details": {"title": ""}},
}


@pytest.mark.parametrize("fields", REFUSED.values(), ids=REFUSED.keys())
def test_an_event_that_breaks_a_rule_is_not_written(fields: dict[str, object]) -> None:
    with pytest.raises(FormatError):
        encode_event(event(**fields))


def test_an_event_under_another_number_is_refused() -> None:
    with pytest.raises(FormatError, match="says that it is event 1"):
        parse_event(2, encode_event(event()))


def test_time_is_shown_in_the_zone_in_which_it_was_stated() -> None:
    assert time_in_zone(event(zone="+07:00")).isoformat() == "2025-03-01T17:00:00+07:00"
    assert time_in_zone(event(zone="-03:30")).isoformat() == "2025-03-01T06:30:00-03:30"


@given(
    st.dictionaries(
        st.sampled_from(["custody/000001.json", f"trust/{'0' * 64}.cer", "custody/items/000001.sha256"]),
        hexes,
        min_size=1,
    )
)
def test_a_seal_is_read_back_with_its_header(listed: dict[str, str]) -> None:
    seal = parse_seal(1, write_seal(event(), listed))
    assert seal.header == header_of(event())
    assert {line.path: line.digest for line in seal.lines} == listed


def test_the_header_of_an_export_names_what_is_withheld() -> None:
    details = {"index": "0" * 64, "withheld": [{"item": 3, "record": "b" * 64}]}
    header = header_of(event(EventType.EXPORT, details=details))
    assert header == (
        "evidentia seal 1 case=kasus-07 event=1 type=export",
        f"signer a {'a' * 64}",
        f"withheld 000003 {'b' * 64}",
    )


@given(heads)
def test_a_head_survives_json_and_print(head: Head) -> None:
    assert parse_head(head_json(head).decode()) == head
    printed = parse_head(printed_head(head))
    assert (printed.case, printed.events, printed.seal) == (head.case, head.events, head.seal)
    assert parse_head(f"  {printed_head(head).upper()}\n") == printed


@given(heads, st.data())
def test_one_mistyped_character_of_a_printed_head_is_noticed(head: Head, data: st.DataObject) -> None:
    printed = printed_head(head)
    at = data.draw(st.integers(0, len(printed) - 1))
    other = data.draw(
        st.sampled_from("0123456789abcdefghijklmnopqrstuvwxyz-/").filter(lambda c: c != printed[at])
    )
    with pytest.raises(FormatError):
        parse_head(printed[:at] + other + printed[at + 1 :])


@given(heads, st.data())
def test_two_neighbours_exchanged_in_a_printed_head_are_noticed(head: Head, data: st.DataObject) -> None:
    printed = printed_head(head)
    at = data.draw(st.integers(0, len(printed) - 2).filter(lambda n: printed[n] != printed[n + 1]))
    with pytest.raises(FormatError):
        parse_head(printed[:at] + printed[at + 1] + printed[at] + printed[at + 2 :])


def test_letters_and_digits_do_not_run_together_in_the_check() -> None:
    """With "b" as 11 and "1" as 1, the pairs "1b" and "b1" would be one."""
    seals = ("1b" + "0" * 62, "b1" + "0" * 62)
    one, other = (printed_head(Head(case="k", events=1, seal=seal, signatures=())) for seal in seals)
    assert one[-2:] != other[-2:]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "kasus",
        '{"case":"k","events":0,"seal":"","signatures":[]}',
        "kasus/1/" + "0" * 64 + "/00",
        "{" * 5000,
    ],
)
def test_what_is_no_head_is_refused_in_words(text: str) -> None:
    with pytest.raises(FormatError):
        parse_head(text)


A, B, C = (actor(who, who * 64) for who in "abc")
OPEN = event(EventType.OPEN, actors=(A,), details={"title": "x"})


def run(*events: Event) -> tuple[Custody, list[str]]:
    custody, said = Custody(), []
    for number, one in enumerate(events, 1):
        custody, broken = step(custody, msgspec.structs.replace(one, event=number))
        said += [rule.rule.value for rule in broken]
    return custody, said


def who_holds(custody: Custody) -> str:
    return "".join(sorted(holder.who for holder in custody.holders))


ADMIT = event(EventType.ADMIT, actors=(A, B), details={"admitted": "b"})
REKEY = event(EventType.REKEY, actors=(A, B), details={"replaced": "a", "by": "b"})
TRANSFER = event(EventType.TRANSFER, actors=(A, B), details={"to": ["b"]})
ACCEPTED = event(EventType.RECEIVE, actors=(B,), details={"transfer": 2, "outcome": "accepted"})
REFUSAL = event(EventType.RECEIVE, actors=(A,), details={"transfer": 2, "outcome": "refused"})
CLOSE = event(EventType.CLOSE, actors=(A,), details={})
NOTE_A, NOTE_B = event(actors=(A,)), event(actors=(B,))
EXPORT_A = event(EventType.EXPORT, actors=(A,), details={"index": "0" * 64, "withheld": []})

STORIES = {
    "admit adds": ((OPEN, ADMIT, NOTE_B), "ab", []),
    "rekey replaces": ((OPEN, REKEY, NOTE_B), "b", []),
    "the replaced one is out": ((OPEN, REKEY, NOTE_A), "b", ["NOT_CUSTODIAN", "ACTORS_WRONG"]),
    "transfer waits": ((OPEN, TRANSFER, NOTE_A), "a", ["EVENT_OUT_OF_PLACE"]),
    "but for export": ((OPEN, TRANSFER, EXPORT_A), "a", []),
    "receive hands over": ((OPEN, TRANSFER, ACCEPTED, NOTE_B), "b", []),
    "refusal hands back": ((OPEN, TRANSFER, REFUSAL, NOTE_A), "a", []),
    "an answer to nothing": (
        (OPEN, NOTE_A, ACCEPTED),
        "a",
        ["EVENT_OUT_OF_PLACE", "NOT_CUSTODIAN", "ACTORS_WRONG"],
    ),
    "nothing after close": ((OPEN, CLOSE, NOTE_A), "a", ["EVENT_OUT_OF_PLACE"]),
    "but for export after close": ((OPEN, CLOSE, EXPORT_A), "a", []),
    "admitting oneself": (
        (OPEN, event(EventType.ADMIT, actors=(B,), details={"admitted": "b"})),
        "a",
        ["NOT_CUSTODIAN", "ACTORS_WRONG"],
    ),
    "admitting a holder": (
        (OPEN, event(EventType.ADMIT, actors=(A,), details={"admitted": "a"})),
        "a",
        ["ACTORS_WRONG"],
    ),
    "a stranger beside": ((OPEN, event(actors=(A, C))), "a", ["ACTORS_WRONG"]),
    "a short name with another certificate": (
        (OPEN, event(actors=(actor("a", "d" * 64),))),
        "a",
        ["NOT_CUSTODIAN", "ACTORS_WRONG"],
    ),
    "a transfer to somebody unnamed": (
        (OPEN, event(EventType.TRANSFER, actors=(A,), details={"to": ["b"]})),
        "a",
        ["ACTORS_WRONG"],
    ),
    "nothing before open": ((NOTE_A,), "", ["EVENT_OUT_OF_PLACE", "NOT_CUSTODIAN", "ACTORS_WRONG"]),
}


@pytest.mark.parametrize(("events", "holders", "broken"), STORIES.values(), ids=STORIES.keys())
def test_the_table_of_custody(events: tuple[Event, ...], holders: str, broken: list[str]) -> None:
    custody, said = run(*events)
    assert (who_holds(custody), said) == (holders, broken)
