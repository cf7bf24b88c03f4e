"""The index against faiss and against counting bit by bit; saved, loaded and damaged."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidentia.fingerprint import index
from evidentia.fingerprint.index import COPY_WITHIN, HashIndex, Near
from evidentia.fingerprint.index_file import FORMAT, load_index, save_index
from evidentia.record.errors import UsageError


def changed(value: str, bits: int, seed: int) -> str:
    """The hash with so many of its bits changed."""
    places = random.Random(seed).sample(range(len(value) * 4), bits)
    return f"{int(value, 16) ^ sum(1 << place for place in places):0{len(value)}x}"


def random_hash(seed: int, digits: int = 64) -> str:
    return f"{random.Random(seed).getrandbits(digits * 4):0{digits}x}"


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(0, 60),
    within=st.integers(0, 256),
    digits=st.sampled_from([16, 32, 48, 64]),
    seed=st.integers(0, 10**6),
)
def test_it_finds_what_counting_bit_by_bit_finds(count: int, within: int, digits: int, seed: int) -> None:
    query = random_hash(seed, digits)
    hashes = [
        (
            str(at),
            changed(query, (at * 7) % (digits * 4), at) if at % 2 else random_hash(seed + at + 1, digits),
        )
        for at in range(count)
    ]
    index = HashIndex(digits * 4)
    index.add(hashes)

    found = index.near(query, within=within)

    expected = {key: (int(value, 16) ^ int(query, 16)).bit_count() for key, value in hashes}
    assert dict(found) == {key: distance for key, distance in expected.items() if distance <= within}
    assert [near.distance for near in found] == sorted(near.distance for near in found)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    within=st.integers(0, 80),
    digits=st.sampled_from([16, 64]),
    first=st.integers(0, 30),
    seed=st.integers(0, 10**6),
)
def test_tables_and_faiss_and_comparing_all_give_the_same(
    monkeypatch: pytest.MonkeyPatch, within: int, digits: int, first: int, seed: int
) -> None:
    pytest.importorskip("faiss", reason="faiss is not installed on this machine")
    query = random_hash(seed, digits)
    made = HashIndex(digits * 4)
    made.add((str(at), changed(query, (at * 3) % (digits * 2), seed + at)) for at in range(60))
    wanted = np.frombuffer(bytes.fromhex(query), dtype=np.uint64)

    all_compared = made._found(wanted, within, first)
    monkeypatch.setattr(index, "_TABLES_FROM", 1)
    by_default = made._found(wanted, within, first)
    by_faiss = made._found_by_faiss(wanted, within, first)
    monkeypatch.setattr(index, "find_spec", lambda name: None)
    without_faiss = made._found(wanted, within, first)

    assert sorted(by_default) == sorted(by_faiss) == sorted(without_faiss) == sorted(all_compared)
    assert bool(made._tables) == (within < digits // 2)


def test_it_finds_what_faiss_finds_among_more_hashes_than_one_slice() -> None:
    faiss = pytest.importorskip("faiss", reason="faiss is not installed on this machine")
    rows = np.random.default_rng(4).integers(0, 256, (150_000, 32), dtype=np.uint8)
    for at in range(40):  # neighbours at every distance up to 39
        rows[140_000 + at] = np.packbits(np.unpackbits(rows[7]) ^ (np.arange(256) % 256 * 89 % 256 < at))
    made = HashIndex()
    made.add_packed(map(str, range(len(rows))), rows.tobytes())
    other = faiss.IndexBinaryFlat(256)
    other.add(rows)

    for within in (COPY_WITHIN, 95):
        limits, distances, places = other.range_search(rows[7:8], within + 1)  # strictly below
        found = made.near(rows[7].tobytes().hex(), within=within)

        assert limits[-1] > 31
        assert {(int(near.key), near.distance) for near in found} == set(
            zip(places.tolist(), distances.astype(int).tolist(), strict=True)
        )


def test_copies_of_one_video_are_one_cluster_and_others_are_none() -> None:
    source = random_hash(1)
    index = HashIndex()
    index.add((f"laporan-{at}", changed(source, 2 * at, at)) for at in range(15))
    index.add((f"lain-{at}", random_hash(100 + at)) for at in range(5))

    (cluster,) = index.clusters(within=COPY_WITHIN)

    assert cluster == tuple(f"laporan-{at}" for at in range(15))


def test_copies_of_copies_are_joined_over_the_steps_between() -> None:
    one = "0" * 64
    index = HashIndex()
    index.add([("a", one), ("c", "0" * 48 + "f" * 16), ("b", "0" * 56 + "f" * 8)])

    assert index.clusters(within=31) == ()
    assert index.clusters(within=32) == (("a", "c", "b"),)


@pytest.mark.parametrize("value", ["", "0" * 63, "0" * 65, "g" * 64, "0 " * 32, "0" * 63 + "\u0660"])
def test_what_is_no_hash_of_that_length_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="not a hash of 256 bits"):
        HashIndex().add([("a", value)])


def test_it_is_saved_and_loaded_as_it_was(tmp_path: Path) -> None:
    index = HashIndex()
    index.add([("perkara-1/3/foto é.jpg", random_hash(1)), ("perkara-2/1", "0" * 64)])
    file = tmp_path / "copies.index"

    save_index(HashIndex(), file)
    save_index(index, file)
    loaded = load_index(file)

    assert loaded.keys == index.keys
    assert loaded.near("0" * 64, within=0) == (Near("perkara-2/1", 0),)
    assert [path.name for path in tmp_path.iterdir()] == ["copies.index"]


@given(at=st.integers(0, 10**6), bit=st.integers(0, 7), keep=st.integers(0, 10**6))
def test_a_changed_or_shortened_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int, keep: int
) -> None:
    index = HashIndex(64)
    index.add([("a", random_hash(1, 16)), ("b", random_hash(2, 16))])
    file = tmp_path_factory.mktemp("index") / "index"
    save_index(index, file)
    whole = file.read_bytes()
    flipped = bytearray(whole)
    flipped[at % len(whole)] ^= 1 << bit

    for damaged in (bytes(flipped), whole[: keep % len(whole)], FORMAT, FORMAT + b"{}\n"):
        file.write_bytes(damaged)
        with pytest.raises(UsageError, match="cannot be used"):
            load_index(file)
