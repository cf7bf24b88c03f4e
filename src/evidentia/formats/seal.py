"""A seal: the checksum file that is signed (FORMAT, "Seal"). Its ``#`` lines repeat the event for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from evidentia.record.custody import Event, EventType
from evidentia.record.errors import FormatError

from .checksums import Line, format_lines, parse_lines, split_text
from .event import withheld_items
from .names import number_text, seal_path


class Seal(NamedTuple):
    """A seal as it was read: its header lines without the leading ``# ``, and what it lists."""

    event: int
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def header_of(event: Event) -> tuple[str, ...]:
    """What the header of an event's seal must say: the event, its signers, and what an export withholds."""
    signers = sorted(f"signer {actor.who} {actor.certificate}" for actor in event.actors)
    withheld = []
    if event.type is EventType.EXPORT:
        withheld = sorted(f"withheld {number_text(item)} {record}" for item, record in withheld_items(event))
    first = f"evidentia seal 1 case={event.case} event={event.event} type={event.type.value}"
    return (first, *signers, *withheld)


def write_seal(event: Event, digests: Mapping[str, str]) -> bytes:
    """The seal's bytes. ``digests`` maps each path that it lists, its own event among them, to SHA-256."""
    header = "".join(f"# {line}\n" for line in header_of(event))
    data = (header + format_lines(digests)).encode("ascii")
    parse_seal(event.event, data)
    return data


def parse_seal(event: int, data: bytes) -> Seal:
    """Read a seal strictly. Whether its header equals its event is for the caller to compare.

    Raises:
        FormatError: the bytes are not what the writer would have written.
    """
    where = seal_path(event)
    lines = split_text(where, data)
    count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = lines[:count]
    if not header or any(not line.startswith("# ") for line in header):
        raise FormatError(where, "no header, or a header line that does not begin with '# '")
    body = parse_lines(where, lines[count:])
    for line in body:
        if not line.path.startswith(("custody/", "trust/")):
            raise FormatError(where, f"lists a file that is not custody's: {line.path}")
    return Seal(event, tuple(line[2:] for line in header), body)
