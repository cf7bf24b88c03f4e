"""Seals and records: what the writer writes is read back, and nothing else is."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.formats import bag, names
from evidentia.formats.checksums import format_lines, parse_lines
from evidentia.formats.item_record import parse_record, write_record
from evidentia.record.errors import FormatError

SALT = "0123456789abcdef" * 2
digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
segments = st.from_regex(names.SEGMENT, fullmatch=True).filter(names.is_evidence_path)
tails = st.lists(segments, min_size=1, max_size=4).map("/".join)
contents = st.dictionaries(tails.map("data/000007/".__add__), digests, min_size=1, max_size=8)


@given(contents)
def test_a_record_is_read_back(files: dict[str, str]) -> None:
    record = parse_record(7, write_record(7, SALT, files))
    assert (record.item, record.salt) == (7, SALT)
    assert {line.path: line.digest for line in record.lines} == files


@given(contents, st.data())
def test_no_changed_byte_of_a_record_goes_unnoticed(files: dict[str, str], data: st.DataObject) -> None:
    """Read as it is (another salt, digest or name), or refused; never read as what it was."""
    written = write_record(7, SALT, files)
    at = data.draw(st.integers(0, len(written) - 1))
    changed = (
        written[:at]
        + bytes([data.draw(st.integers(0, 255).filter(lambda b: b != written[at]))])
        + written[at + 1 :]
    )
    try:
        assert parse_record(7, changed) != parse_record(7, written)
    except FormatError:
        return


@given(st.binary(max_size=300))
def test_whatever_is_no_record_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_record(7, data)


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"data/000008/x": "0" * 64},
        {"data/000007/../x": "0" * 64},
        {"/data/000007/x": "0" * 64},
        {"data/000007/": "0" * 64},
        {"data/000007/.x": "0" * 64},
        {"data/000007/a b": "0" * 64},
        {"data/000007/a\nb": "0" * 64},
        {"data/000007/x": "0" * 63},
        {"data/000007/x": "A" * 64},
        {"data/000007/nul.txt": "0" * 64},
        {"data/000007/COM1": "0" * 64},
    ],
)
def test_the_writer_refuses_what_the_reader_would(files: dict[str, str]) -> None:
    with pytest.raises((FormatError, UnicodeEncodeError)):
        write_record(7, SALT, files)


@pytest.mark.parametrize("salt", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 32 + "\n# x"])
def test_a_salt_is_128_bits_in_hex(salt: str) -> None:
    with pytest.raises(FormatError):
        write_record(7, salt, {"data/000007/x": "0" * 64})


def test_sha256sum_reads_what_we_write(tmp_path: Path, program: Callable[[str], Path]) -> None:
    files = {f"data/000007/{name}": name.encode() for name in ("-n", "a.b", "z")}
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    record = write_record(7, SALT, {path: hashlib.sha256(data).hexdigest() for path, data in files.items()})
    (tmp_path / "record").write_bytes(record)
    command = [program("sha256sum"), "--strict", "-c", "record"]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0


@given(contents)
def test_manifest_lines_are_sorted_and_read_back(files: dict[str, str]) -> None:
    text = bag.manifest(files).decode("ascii")
    assert {line.path: line.digest for line in parse_lines("x", text[:-1].split("\n"))} == files
    assert text == format_lines(dict(reversed(files.items())))


def test_bag_info_is_as_the_specification_has_it() -> None:
    expected = b"Bagging-Date: 2025-03-01\nExternal-Identifier: kasus-07\nPayload-Oxum: 12.3\n"
    assert bag.bag_info("kasus-07", "2025-03-01", 12, 3) == expected


CUSTODY_NAMES = {
    "custody/000001.json": names.CustodyFileKind.EVENT,
    "custody/000001.sha256": names.CustodyFileKind.SEAL,
    "custody/000001.sha256.a.p7s": names.CustodyFileKind.SIGNATURE,
    "custody/000001.sha256.a.pdf": names.CustodyFileKind.PDF_SIGNATURE,
    "custody/000001.sha256.a.p7s.tsr": names.CustodyFileKind.TOKEN,
    "custody/000001.sha256.a.p7s.2.tsr": names.CustodyFileKind.TOKEN,
    "custody/items/000001.sha256": names.CustodyFileKind.RECORD,
    "custody/items/000001.sha256.99.tsr": names.CustodyFileKind.TOKEN,
}


@pytest.mark.parametrize(("path", "kind"), CUSTODY_NAMES.items())
def test_names_under_custody(path: str, kind: names.CustodyFileKind) -> None:
    found = names.custody_file(path)
    assert found is not None
    assert (found.kind, found.number) == (kind, 1)


@pytest.mark.parametrize(
    "path",
    [
        "custody/000000.json",
        "custody/1.json",
        "custody/000001.JSON",
        "custody/000001.sha256.tsr",
        "custody/000001.json.tsr",
        "custody/000001.sha256.a.p7s.1.tsr",
        "custody/000001.sha256.a.p7s.100.tsr",
        "custody/000001.sha256.A.p7s",
        "custody/000001.sha256." + "a" * 33 + ".p7s",
        "custody/000001.sha256..p7s",
        "custody/items/000001.json",
        "custody/items/000001.sha256.a.p7s",
        "custody/٠٠٠٠٠١.json",
        "custody/000001.json\n",
        "custody/../custody/000001.json",
    ],
)
def test_names_that_the_format_does_not_know(path: str) -> None:
    assert names.custody_file(path) is None


@pytest.mark.parametrize("number", [0, -1, 1_000_000])
def test_numbers_have_six_digits(number: int) -> None:
    with pytest.raises(ValueError, match="not between"):
        names.number_text(number)
