"""DER as docs/format/signatures.md asks for it: definite, shortest, nothing behind the end."""

from __future__ import annotations

from typing import NamedTuple


class NotDer(ValueError):
    """Bytes that are not what was expected."""


class Node(NamedTuple):
    """An element: its tag octet, its content, its whole encoding."""

    tag: int
    content: bytes
    encoded: bytes

    @property
    def parts(self) -> list[Node]:
        """The elements in a constructed one."""
        return nodes(self.content)


def nodes(data: bytes) -> list[Node]:
    """The elements that stand one after the other."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data) or data[at] & 0x1F == 0x1F or data[at] == 0:
            raise NotDer("no tag of this profile, or no length")
        begin, length = at + 2, data[at + 1]
        if length >= 0x80:
            count = length & 0x7F
            begin += count
            octets = data[at + 2 : begin]
            length = int.from_bytes(octets, "big")
            if count == 0 or len(octets) != count or octets[0] == 0 or length < 0x80:
                raise NotDer("a length that is indefinite, cut off or not the shortest")
        if begin + length > len(data):
            raise NotDer("cut off")
        found.append(Node(data[at], data[begin : begin + length], data[at : begin + length]))
        at = begin + length
    return found


def only(data: bytes, tag: int) -> Node:
    """The one element that the bytes are."""
    found = nodes(data)
    if len(found) != 1 or found[0].tag != tag:
        raise NotDer(f"one element of tag {tag:02x}")
    return found[0]


def part(node: Node, position: int, tag: int) -> Node:
    """A part of an element, of a tag."""
    parts = node.parts
    if position >= len(parts) or parts[position].tag != tag:
        raise NotDer(f"part {position} of tag {tag:02x}")
    return parts[position]


def oid(node: Node) -> str:
    """An OBJECT IDENTIFIER in dots."""
    if node.tag != 0x06 or not node.content or node.content[-1] & 0x80:
        raise NotDer("an object identifier")
    numbers, value = [], 0
    for octet in node.content:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def integer(node: Node) -> int:
    """An INTEGER in its shortest form."""
    content = node.content
    if node.tag != 0x02 or not content:
        raise NotDer("an integer")
    if len(content) > 1 and (content[0], content[1] >> 7) in ((0, 0), (0xFF, 1)):
        raise NotDer("an integer that is not in its shortest form")
    return int.from_bytes(content, "big", signed=True)
