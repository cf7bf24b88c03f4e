"""Attacks on the grammar of events: JSON that two programs could read as two events, and texts that deceive people."""

from __future__ import annotations

import pytest
from attacks import Attacks, Bench
from bundles import Draft, Files

from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()


def with_event(lab: Lab, old: bytes, new: bytes) -> Files:
    """A note whose last ``old`` is another; unsigned, to be quick."""
    draft = Draft(lab)
    draft.signed = False
    draft.add("open", details={"title": "Uji"})
    draft.add("note", details={"text": "catatan"})
    draft.add("export")

    def change(data: bytes) -> bytes:
        assert old in data
        head, _, tail = data.rpartition(old)
        return head + new + tail

    draft.change["custody/000002.json"] = change
    return draft.build()


for label, (old, new) in {
    "a key twice": (b'"event":2,', b'"event":2,"event":2,'),
    "NaN": (b'"format":1', b'"format":NaN'),
    "Infinity": (b'"format":1', b'"format":Infinity'),
    "a float": (b'"format":1', b'"format":1.0'),
    "an exponent": (b'"format":1', b'"format":1e0'),
    "a leading zero": (b'"event":2', b'"event":02'),
    "underscores": (b'"event":2', b'"event":0_2'),
    "an integer beyond 2^53": (b'"event":2', b'"event":9007199254740993'),
    "a number as text": (b'"event":2', b'"event":"2"'),
    "blanks": (b'"format":1', b'"format": 1'),
    "a line break at the end": (b"}", b"}\n"),
    "a BOM": (b'{"actors"', b'\xef\xbb\xbf{"actors"'),
    "deep nesting": (b'"changes":[]', b'"changes":' + b"[" * 5000 + b"]" * 5000),
    "a lone surrogate": (b'"reason":"uji"', b'"reason":"\\ud800"'),
    "a surrogate in bytes": (b'"reason":"uji"', b'"reason":"\xed\xa0\x80"'),
    "an overlong form": (b'"reason":"uji"', b'"reason":"\xc0\xaf"'),
    "a needless escape": (b'"reason":"uji"', b'"reason":"\\u0075ji"'),
    "a control character": (b'"reason":"uji"', b'"reason":"\\u001b[2J"'),
    "a C1 control character": (b'"reason":"uji"', b'"reason":"\xc2\x9b2J"'),
    "a NUL": (b'"reason":"uji"', b'"reason":"\\u0000"'),
    "an unknown field": (b'"format":1', b'"format":1,"hidden":"x"'),
    "a missing field": (b'"place":"Kantor",', b""),
    "fields out of order": (b'"event":2,"format":1', b'"format":1,"event":2'),
    "an unknown type": (b'"type":"note"', b'"type":"notes"'),
    "another format": (b'"format":1', b'"format":2'),
    "a time with an offset": (b'Z","tool"', b'+00:00","tool"'),
    "a day that does not exist": (b'"time":"2025-03-01', b'"time":"2025-02-30'),
    "a zone that does not exist": (b'"zone":"+07:00"', b'"zone":"+15:00"'),
    "a reason beyond all measure": (b'"reason":"uji"', b'"reason":"' + b"x" * 4001 + b'"'),
    "an actor twice": (
        b'"actors":[',
        b'"actors":[{"certificate":"'
        + b"0" * 64
        + b'","name":"X","organisation":"","role":"","who":"penyidik-a"},',
    ),
    "a name in another alphabet as short name": (b'"who":"penyidik-a"', '"who":"реnyidik-a"'.encode()),
    "Unicode digits": (b'"time":"2025-03-01', '"time":"\u0662\u0660\u0662\u0665-03-01'.encode()),
    "a plus sign": (b'"event":2', b'"event":+2'),
    "minus zero": (b'"format":1', b'"format":-0'),
    "true for a number": (b'"format":1', b'"format":true'),
    "a leap second": (b'11:00:00Z","tool"', b'11:00:60Z","tool"'),
    "an escape that is no character": (b'"reason":"uji"', b'"reason":"\\x41"'),
    "a comment": (b'"changes":[]', b'"changes":[/* */]'),
    "a comma too many": (b'"changes":[]', b'"changes":[],'),
    "an upper-case digest": (b'"certificate":"', b'"certificate":"A'),
    "base64 for a digest": (b'"certificate":"', b'"certificate":"QUJD'),
    "two of them": (b"}", b"}{}"),
    "null": (b'"changes":[]', b'"changes":null'),
    "details of another type": (b'"details":{"text":"catatan"}', b'"details":{"title":"catatan"}'),
}.items():
    attack.add(
        f"an event with {label}",
        lambda lab, old=old, new=new: with_event(lab, old, new),
        Code.EVENT_MALFORMED,
    )


@attack()
def not_an_attack_every_character_that_a_reason_may_hold(lab: Lab) -> Files:
    draft = Draft(lab)
    draft.add(
        "open", details={"title": "Uji"}, reason="\"\\\n'`$(id) \u202e\u00e9\u4e2d\U0001f600 é" + "é" * 3900
    )
    draft.add("export", zone="Asia/Makassar")
    return draft.build()


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("events"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)
