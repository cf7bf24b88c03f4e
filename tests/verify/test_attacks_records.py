"""Attacks on checksum files: the grammar of records and seals, and what a record is bound to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attacks import Attacks, Bench
from bundles import Files, plain, sha256

from evidentia.verify.codes import Code
from lab.pki import Lab

attack = Attacks()


def with_record(lab: Lab, change: Callable[[bytes], bytes]) -> Files:
    """A record of another grammar, which its event and its seal name as it is; unsigned, to be quick."""
    draft = plain(lab)
    draft.signed = False
    record = change(draft.record(1))
    draft.change["custody/items/000001.sha256"] = lambda _: record
    draft.events[1]["items"][0]["record"] = sha256(record)
    return draft.build()


def with_seal(lab: Lab, change: Callable[[bytes], bytes]) -> Files:
    """A seal of another grammar."""
    draft = plain(lab)
    draft.signed = False
    draft.change["custody/000002.sha256"] = change
    return draft.build()


for label, change in {
    "no salt": lambda data: data.split(b"\n", 1)[1],
    "upper-case salt": lambda data: data.replace(b"abcdef", b"ABCDEF"),
    "a short salt": lambda data: data.replace(b"# salt 0", b"# salt "),
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "no final newline": lambda data: data[:-1],
    "a line twice": lambda data: data + data.splitlines(keepends=True)[-1],
    "unsorted": lambda data: b"".join([(r := data.splitlines(keepends=True))[0], r[2], r[1]]),
    "one blank": lambda data: data.replace(b"  ", b" ", 1),
    "a star": lambda data: data.replace(b"  ", b" *", 1),
    "a path outside": lambda data: data.replace(b"data/000001/post", b"data/000002/post"),
    "a path that climbs": lambda data: data.replace(b"data/000001/post", b"data/000001/../post"),
    "a second comment": lambda data: data + b"# end\n",
    "no line at all": lambda data: data.splitlines(keepends=True)[0],
    "a file of another item": lambda data: (
        data + f"{'0' * 64}  data/000002/x\n".encode()  # which is its own record's business
    ),
    "upper-case digits": lambda data: data[:40] + data[40:].replace(b"a", b"A", 1),
    "a path with a percent sign": lambda data: data.replace(b"post.txt", b"po%0Ast.txt"),
    "an escaped line of sha256sum": lambda data: data.replace(b"\n", b"\n\\", 1),
    "a NUL": lambda data: data.replace(b"post", b"po\0st"),
    "a letter of another alphabet": lambda data: data.replace(b"post", "p\u043est".encode()),
    "a BOM": lambda data: b"\xef\xbb\xbf" + data,
    "an absolute path": lambda data: data.replace(b"  data/000001/post", b"  /data/000001/post"),
    "nothing in it": lambda data: b"",
}.items():
    attack.add(
        f"a record with {label}", lambda lab, change=change: with_record(lab, change), Code.RECORD_MALFORMED
    )

for label, change in {
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "a comment between": lambda data: data + b"# signer nobody\n",
    "a file of the payload": lambda data: data + f"{'0' * 64}  data/000001/x\n".encode(),
    "its own seal": lambda data: data.replace(
        b"  custody/000002.json", b"  custody/000002.json\n" + b"0" * 64 + b"  custody/000002.sha256"
    ),
}.items():
    attack.add(f"a seal with {label}", lambda lab, change=change: with_seal(lab, change), Code.SEAL_MALFORMED)


@attack(Code.RECORD_DIFFERS)
def a_salt_changed(lab: Lab) -> Files:
    draft = plain(lab)
    draft.change["custody/items/000001.sha256"] = lambda data: data.replace(b"0123", b"3210", 1)
    return draft.build()


@attack(Code.ITEM_TWICE, Code.SEAL_INCOMPLETE)
def an_item_that_two_events_bring_in(lab: Lab) -> Files:
    draft = plain(lab)
    draft.events.pop()
    draft.add("acquire", items=[1])
    draft.add("export")
    return draft.build()


@attack(Code.SEAL_HEADER_DIFFERS)
def a_seal_with_an_escape_sequence_in_its_header(lab: Lab) -> Files:
    draft = plain(lab)
    draft.change["custody/000002.sha256"] = lambda data: data.replace(b"type=acquire", b"type=acquire\x1b[2J")
    return draft.build()


@attack()
def not_an_attack_one_salt_for_two_items(lab: Lab) -> Files:
    """A guesser who knows one record's salt knows the other's. No verifier can tell chance from carelessness."""
    draft = plain(lab)
    draft.events.pop()
    draft.items[2] = {"item.json": b"{}"}
    draft.add("acquire", items=[2])
    draft.add("export")
    assert draft.record(1)[:40] == draft.record(2)[:40]
    return draft.build()


@pytest.fixture(scope="module")
def bench(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(attack, lab, tmp_path_factory.mktemp("records"))


@pytest.mark.parametrize("name", sorted(attack))
def test_both_verifiers_name_the_attack(name: str, bench: Bench) -> None:
    bench.check(name)
