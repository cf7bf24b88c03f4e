"""Digests against sha256sum and sha512sum, and what is refused before a byte is read."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidentia.fingerprint.digests import BLOCK, digest_bytes, digest_file, digest_stream
from evidentia.record.errors import UsageError


def test_agrees_with_the_system_tools(tmp_path: Path, program: Callable[[str], Path]) -> None:
    file = tmp_path / "evidence"
    file.write_bytes(os.urandom(3 * BLOCK + 17))

    digests = digest_file(file)

    for name, value in (("sha256sum", digests.sha256), ("sha512sum", digests.sha512)):
        said = subprocess.run([program(name), file], check=True, capture_output=True, text=True).stdout
        assert said.split()[0] == value
    assert digests.size == 3 * BLOCK + 17


@given(st.binary(max_size=3000))
def test_a_stream_and_bytes_in_memory_give_the_same(data: bytes) -> None:
    assert digest_stream(io.BytesIO(data)) == digest_bytes(data)
    assert digest_bytes(data).sha256 == hashlib.sha256(data).hexdigest()


def test_every_block_reaches_the_sink() -> None:
    data, copy = os.urandom(2 * BLOCK + 5), bytearray()

    digest_stream(io.BytesIO(data), copy.extend)

    assert bytes(copy) == data


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs in its file systems")
def test_a_pipe_without_a_writer_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UsageError, match="not a regular file"):
        digest_file(tmp_path / "pipe")


def test_a_folder_and_a_missing_file_are_usage_errors(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(UsageError) as caught:
            digest_file(path)
        assert caught.value.next_step
