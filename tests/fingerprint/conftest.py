"""One decoding process for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evidentia.fingerprint import Decoder


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as running:
        yield running
