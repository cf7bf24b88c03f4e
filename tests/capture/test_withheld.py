"""Secrets are found in every spelling, hidden without moving anything else, and never missed by the sweep."""

from __future__ import annotations

import base64
import gzip
import html
import json
import quopri
import re
import zipfile
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.capture.sweep import sweep
from evidentia.capture.withheld import Withheld
from evidentia.record.errors import CaptureError

SECRET = "s3=cr/e+t 'né\"<&>"
values = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=12, max_size=60)


def spellings(value: str) -> dict[str, bytes]:
    """How other people's code writes a value: none of this is evidentia's own."""
    return {
        "plain": value.encode(),
        "url": quote(value, safe="").encode(),
        "url path": quote(value).encode(),
        "form": quote_plus(value).encode(),
        "url in small letters": re.sub("%..", lambda hit: hit[0].lower(), quote(value, safe="")).encode(),
        "json": json.dumps(value).encode(),
        "json utf-8": json.dumps(value, ensure_ascii=False).encode(),
        "json in json": json.dumps(json.dumps({"a": value})).encode(),
        "html": html.escape(value).encode(),
        "utf-16": value.encode("utf-16-le"),
    }


@given(values)
def test_a_secret_is_found_in_every_spelling(value: str) -> None:
    withheld = Withheld([value])
    for name, spelt in spellings(value).items():
        data = b"<p>sebelum " + spelt + b" sesudah</p>"
        shown = withheld.hide(data, name)
        assert spelt not in shown, name
        assert len(shown) == len(data)
        assert not withheld.holds(shown)


@given(values, st.binary(max_size=7), st.binary(max_size=7))
def test_a_secret_is_found_in_base64_wherever_it_begins(value: str, before: bytes, after: bytes) -> None:
    withheld = Withheld([value])
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        data = encode(before + value.encode() + after)
        shown = withheld.hide(data, "b")
        assert len(shown) == len(data)
        undone = (
            base64.urlsafe_b64decode(shown) if encode is base64.urlsafe_b64encode else base64.b64decode(shown)
        )
        assert value.encode() not in undone
        assert undone[: len(before)] == before
        assert undone[len(undone) - len(after) :] == after
        assert value.encode()[1:-1] not in undone


@given(values, st.text("abc =\n", max_size=200))
def test_a_secret_is_found_across_soft_line_breaks(value: str, around: str) -> None:
    withheld = Withheld([value])
    data = quopri.encodestring((around + value + around).encode())
    if value.encode() not in quopri.decodestring(data):
        return  # trailing blanks are written in another way
    shown = withheld.hide_folded(data, "page.mhtml")
    assert len(shown) == len(data)
    assert not withheld.holds_folded(shown)
    lines = base64.encodebytes(b"a" * 50 + value.encode() + b"b" * 50)
    hidden = withheld.hide_folded(lines, "page.mhtml")
    assert value.encode() not in base64.decodebytes(hidden)
    assert [len(line) for line in hidden.split(b"\n")] == [len(line) for line in lines.split(b"\n")]


@given(values, st.text(max_size=50))
def test_what_holds_no_secret_is_not_touched(value: str, other: str) -> None:
    withheld = Withheld([value])
    if not withheld.text_holds(other):
        assert withheld.hide_text(other, "a") == other
        assert withheld.told() == ()


def test_every_place_is_told_with_how_often_and_without_the_value() -> None:
    withheld = Withheld([SECRET])
    withheld.hide(f"{SECRET} {SECRET}".encode(), "dom.html")
    withheld.left_out.append("pictures of the page")
    told = withheld.told()
    assert told == (
        "withheld: a credential in dom.html, 2 places: filled with X to the same length",
        "withheld: pictures of the page",
    )


def test_short_values_and_those_that_are_no_secret_are_left_alone() -> None:
    withheld = Withheld(["pendek", "pejabat07"], not_secret=["pejabat07"])
    assert withheld.hide_text("pendek pejabat07", "a") == "pendek pejabat07"


@pytest.mark.parametrize("where", ["plain", "zip", "gz in zip", "far in"])
def test_the_sweep_finds_what_is_packed_and_removes_all(where: str, tmp_path: Path) -> None:
    held = {"plain": SECRET.encode(), "far in": bytes(9 << 20) + SECRET.encode()}.get(where)
    if held is None:
        packed = gzip.compress(SECRET.encode()) if where == "gz in zip" else SECRET.encode()
        with zipfile.ZipFile(tmp_path / "a.wacz", "w") as container:
            container.writestr("archive/data.warc.gz" if where == "gz in zip" else "a.json", packed)
    else:
        (tmp_path / "a.wacz").write_bytes(held)
    (tmp_path / "b.txt").write_text("tidak apa-apa")
    (tmp_path / "milik-orang-lain").write_text("bukan punya kami")
    with pytest.raises(CaptureError, match=r"still in a\.wacz") as refused:
        sweep(tmp_path, ["a.wacz", "b.txt"], Withheld([SECRET]))
    assert SECRET not in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["milik-orang-lain"]


def test_the_sweep_passes_what_is_clean(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("tidak apa-apa")
    sweep(tmp_path, ["b.txt"], Withheld([SECRET]))
    assert (tmp_path / "b.txt").exists()
