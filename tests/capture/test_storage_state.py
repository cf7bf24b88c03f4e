"""What a storage state holds, what of it is secret, and that its values come out nowhere."""

from __future__ import annotations

import base64
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.capture.storage_state import (
    Cookie,
    Entry,
    OriginCredentials,
    OriginState,
    StorageState,
    load,
    local_storage_script,
)
from evidentia.record.errors import UsageError

SESSION = "s3ssion-7f2k9q1x5z"
STATE = {
    "cookies": [
        {
            "name": "sessionid",
            "value": SESSION,
            "domain": "forum.example",
            "path": "/",
            "expires": 1999999999.5,
            "httpOnly": True,
            "secure": True,
            "sameSite": "Lax",
        },
        {"name": "lang", "value": "id", "domain": ".example", "path": "/", "expires": -1},
    ],
    "origins": [
        {
            "origin": "https://forum.example",
            "localStorage": [
                {"name": "akun", "value": json.dumps({"accessJwt": "abc12345", "handle": "a.example"})}
            ],
        }
    ],
    "headers": {"https://api.example": {"Authorization": "Bearer tok-1234567890"}},
}


def written(folder: Path, state: object) -> Path:
    path = folder / "state.json"
    path.write_text(json.dumps(state))
    return path


def test_a_state_as_playwright_writes_it_is_read(tmp_path: Path) -> None:
    state = load(written(tmp_path, STATE))
    assert state.cookies[0].for_browser() == {
        "name": "sessionid", "value": SESSION, "domain": "forum.example", "path": "/", "httpOnly": True,
        "secure": True, "expires": 1999999999.5, "sameSite": "Lax",
    }  # fmt: skip
    assert "expires" not in state.cookies[1].for_browser()
    assert state.summary() == "2 cookies, 1 values of local storage, 1 header fields"


def test_no_value_is_in_what_is_printed(tmp_path: Path) -> None:
    state = load(written(tmp_path, STATE))
    assert SESSION not in f"{state} {state!r} {[state]}"


def test_secret_are_cookies_headers_and_what_looks_like_tokens_in_local_storage(tmp_path: Path) -> None:
    secrets = load(written(tmp_path, STATE)).secrets()
    assert {SESSION, "Bearer tok-1234567890", "tok-1234567890", "abc12345"} <= secrets
    assert "a.example" not in secrets  # a handle is no token
    assert "id" not in secrets  # too short to be looked for


def test_what_is_called_no_secret_is_none(tmp_path: Path) -> None:
    cookies = [{"name": "nama", "value": "pejabat07", "domain": "forum.example"}]
    assert load(written(tmp_path, {"cookies": cookies})).secrets() == {"pejabat07"}
    assert load(written(tmp_path, {"cookies": cookies, "not_secret": ["pejabat07"]})).secrets() == frozenset()


def test_percent_encoded_and_basic_values_are_secret_in_plain_too() -> None:
    basic = base64.b64encode(b"warga12:kata sandi").decode()
    state = StorageState(
        cookies=(Cookie("sid", "s%3Aabcdefgh", "forum.example"),),
        headers={"https://forum.example": {"Authorization": f"Basic {basic}"}},
    )
    assert {"s%3Aabcdefgh", "s:abcdefgh", "kata sandi", "warga12:kata sandi", basic} <= state.secrets()


def test_each_origin_gets_its_own_fields_and_cookies(tmp_path: Path) -> None:
    given = OriginCredentials(load(written(tmp_path, STATE)))
    assert given["https://api.example"] == (("Authorization", "Bearer tok-1234567890"), ("Cookie", "lang=id"))
    assert dict(given["https://forum.example"])["Cookie"] == f"sessionid={SESSION}; lang=id"
    assert dict(given["http://forum.example"])["Cookie"] == "lang=id"  # the other is for TLS alone
    assert given.get("https://lain.test", ()) == ()
    assert given.get("https://forum.example.lain.test", ()) == ()


def test_the_script_holds_local_storage_as_json(tmp_path: Path) -> None:
    hostile = {
        "origins": [
            {"origin": "https://a.example", "localStorage": [{"name": "</x>", "value": "'\"`${}\u2028"}]}
        ]
    }
    script = local_storage_script(load(written(tmp_path, hostile)))
    assert json.dumps("'\"`${}\u2028", ensure_ascii=False) in script


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"cookies": 7}',
        '{"cookies": [{"name": "a"}]}',
        '{"cookies": [{"name": "a", "value": "rahasia-1\\r\\nX: y", "domain": "a.example"}]}',
        '{"headers": {"https://a.example": {"A B": "rahasia-1"}}}',
        '{"headers": {"https://a.example": {"A": "rahasia-1\\nB: c"}}}',
        '{"cookies": [{"name": "a", "value": "rahasia-1", "domain": ""}]}',
        '{"cookies": [{"name": "rahasia-1", "value": "rahasia-1", "domain": 7}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_state_is_refused_without_a_word_of_it(text: str, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(UsageError) as refused:
        load(path)
    assert "rahasia" not in f"{refused.value} {refused.value.next_step}"


def test_a_file_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "tidak-ada.json")


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
named = st.fixed_dictionaries(
    {},
    optional={
        "cookies": st.lists(
            st.dictionaries(st.sampled_from(["name", "value", "domain", "path", "expires"]), anything)
        ),
        "origins": anything,
        "headers": st.dictionaries(st.text(max_size=8), anything, max_size=3),
        "not_secret": anything,
    },
)


@given(anything | named)
def test_any_json_is_a_state_or_refused(said: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            state = load(written(Path(folder), said))
        except UsageError:
            return
    assert all(len(secret) >= 8 for secret in state.secrets())
    assert local_storage_script(state)
    assert all(cookie.for_browser()["name"] == cookie.name for cookie in state.cookies)


@given(anything)
def test_any_local_storage_is_searched_for_tokens(value: object) -> None:
    entry = Entry("k", json.dumps(value))
    secrets = StorageState(origins=(OriginState("https://a.example", (entry,)),)).secrets()
    assert entry.value in secrets or len(entry.value) < 8
