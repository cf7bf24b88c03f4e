"""A captured document as a tree, within limits, and the text of a part of it as a person would read it.

lxml is used because what it parses is hostile: libxml2 has tokenised HTML as browsers do since 2.14, never
fails on malformed markup, and is already here through pyHanko. Nothing is loaded from the network.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from .page import CapturedPage

Element: TypeAlias = Any
"""An ``lxml.etree`` element; lxml ships no types."""

MAX_MARKUP_BYTES = 16 * 1024 * 1024
"""Fifty bytes for each of MAX_ELEMENTS."""

MAX_DEPTH = 1024
"""Twice the depth at which Chromium's parser stops nesting (512). libxml2 itself cuts at 2048."""

MAX_ELEMENTS = 300_000
"""Two hundred times the size at which Lighthouse calls a page's tree excessive (1,400 elements)."""

_INVISIBLE = frozenset(
    {"script", "style", "template", "noscript", "head", "title", "meta", "link", "object", "textarea"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "dialog", "div", "dl", "dt",
     "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
     "legend", "li", "main", "nav", "ol", "option", "pre", "section", "summary", "table", "tr", "ul"}
)  # fmt: skip
_PARAGRAPHS = frozenset({"p"})
_SPACES = re.compile(r"[ \t\r\n\f]+")
_DISPLAY_NONE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\s*(?:!important\s*)?(?:;|$)", re.I
)


class UnreadableMarkup(ValueError):
    """The document is larger or deeper than a page of posts can be, or there is none."""


def document(page: CapturedPage) -> Element:
    """The root of the captured document: as it stood after scripts ran, else as the server sent it.

    Raises:
        UnreadableMarkup: there is no document, or it exceeds a limit.
    """
    return parse(page.dom or _served_markup(page))


def parse(markup: str) -> Element:
    """The root element of ``markup``, however malformed.

    Raises:
        UnreadableMarkup: it is empty, or beyond MAX_MARKUP_BYTES, MAX_DEPTH or MAX_ELEMENTS.
    """
    from lxml import etree  # type: ignore[import-untyped]

    encoded = markup.encode("utf-8", "replace")  # lone surrogates have no bytes
    if len(encoded) > MAX_MARKUP_BYTES:
        raise UnreadableMarkup(f"the document is larger than {MAX_MARKUP_BYTES} bytes")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = etree.fromstring(encoded, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableMarkup(f"the document cannot be parsed: {error.msg}") from error
    if root is None:
        raise UnreadableMarkup("the document is empty")
    _check_shape(root)
    return root


def elements(root: Element, *tags: str) -> Iterator[Element]:
    """Every element under ``root``, itself included, in document order; only ``tags`` where given."""
    for element in root.iter(*tags):
        if isinstance(element.tag, str):
            yield element


def attribute(element: Element, name: str) -> str:
    """The attribute's value, or the empty string."""
    return str(element.get(name) or "")


def classes(element: Element) -> frozenset[str]:
    """The element's class names."""
    return frozenset(attribute(element, "class").split())


def with_class(root: Element, name: str, *tags: str) -> Iterator[Element]:
    """Every element under ``root`` that has the class ``name``."""
    return (element for element in elements(root, *tags) if name in classes(element))


def is_hidden(element: Element) -> bool:
    """Whether the element itself says that it is not shown. Style sheets are not consulted."""
    if element.tag in _INVISIBLE or element.get("hidden") is not None:
        return True
    return bool(_DISPLAY_NONE.search(attribute(element, "style")))


Replacement: TypeAlias = Callable[[Element], str | None]
"""What an element stands for instead of its content; None for "read it as it is"."""


def text_of(element: Element, replace: Replacement = lambda _: None) -> str:
    """The text as it is read: line breaks where blocks and ``br`` break lines, runs of white space as one.

    After the ``innerText`` algorithm of the HTML standard (section "The innerText and outerText properties"),
    without style sheets. Characters are returned as they are: nothing in them is markup any more.
    """
    return marked_text(element, lambda _: False, replace)[0]


Mark: TypeAlias = tuple[int, int, Element]
"""Where an element's words stand in a text: code points from, to (exclusive)."""


def marked_text(
    element: Element, wanted: Callable[[Element], bool], replace: Replacement = lambda _: None
) -> tuple[str, list[Mark]]:
    """The text as ``text_of`` reads it, and where in it the elements stand that are ``wanted`` and have words.

    One that stands inside another that is wanted has no mark of its own.
    """
    lines = _Lines()
    stack: list[tuple[Element, bool, bool]] = [(element, False, False)]
    while stack:
        node, closing, preserved = stack.pop()
        if closing:
            lines.close(node)
            lines.need(_breaks(node))
            if node is not element:
                lines.add(node.tail, preserved)
            continue
        stack.append((node, True, preserved))
        if not isinstance(node.tag, str) or is_hidden(node):
            continue
        lines.need(_breaks(node))
        if wanted(node):
            lines.open(node)
        stands_for = replace(node)
        if stands_for is not None:
            lines.add(stands_for, preserved)
            continue
        if node.tag == "br":
            lines.add("\n", True)
        if node.tag in ("td", "th") and node.getprevious() is not None:
            lines.add("\t", True)
        inner = preserved or node.tag == "pre"
        lines.add(node.text, inner)
        stack.extend((child, False, inner) for child in reversed(node))
    return lines.joined()


class _Lines:
    """Text as it comes, white space collapsed across element boundaries, line breaks only between text."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._needed = 0
        self._after_space = True
        self._open: Element | None = None
        self._begin: int | None = None
        self._marks: list[Mark] = []

    def need(self, breaks: int) -> None:
        self._needed = max(self._needed, breaks)

    def add(self, text: str | None, preserved: bool) -> None:
        piece = text or ""
        if not preserved:
            piece = _SPACES.sub(" ", piece)
            if self._after_space or self._needed:
                piece = piece.removeprefix(" ")
        if not piece:
            return
        if self._needed and self._pieces:
            self._break(self._needed)
        self._needed = 0
        if piece == "\n":
            self._trim()
        if self._open is not None and self._begin is None:
            self._begin = self._length
        self._append(piece)
        self._after_space = piece.endswith((" ", "\n", "\t"))

    def open(self, node: Element) -> None:
        if self._open is None:
            self._open, self._begin = node, None

    def close(self, node: Element) -> None:
        if self._open is node and self._begin is not None:
            self._marks.append((self._begin, self._length, node))
        if self._open is node:
            self._open = None

    def joined(self) -> tuple[str, list[Mark]]:
        text = "".join(self._pieces)
        before = len(text) - len(text.lstrip(" \n"))
        marks = (_narrowed(text, *mark) for mark in self._marks)
        text = text.strip(" \n")
        return text, [(start - before, end - before, node) for start, end, node in marks if start < end]

    def _append(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def _break(self, breaks: int) -> None:
        self._trim()
        self._append("\n" * breaks)

    def _trim(self) -> None:
        if self._pieces and self._pieces[-1].endswith(" "):
            self._pieces[-1] = self._pieces[-1].removesuffix(" ")
            self._length -= 1


def _narrowed(text: str, start: int, end: int, node: Element) -> Mark:
    """The mark without the white space at its ends."""
    words = text[start:end]
    return (
        start + len(words) - len(words.lstrip()),
        min(end, len(text)) - len(words) + len(words.rstrip()),
        node,
    )


def _breaks(node: Element) -> int:
    if node.tag in _PARAGRAPHS:
        return 2
    return 1 if node.tag in _BLOCKS else 0


def _check_shape(root: Element) -> None:
    level, depth, count = [root], 0, 0
    while level:
        depth, count = depth + 1, count + len(level)
        if depth > MAX_DEPTH:
            raise UnreadableMarkup(f"the document is nested deeper than {MAX_DEPTH} elements")
        if count > MAX_ELEMENTS:
            raise UnreadableMarkup(f"the document has more than {MAX_ELEMENTS} elements")
        level = [child for parent in level for child in parent]


def _served_markup(page: CapturedPage) -> str:
    for response in reversed(page.responses):
        media_type, charset = _content_type(response.headers)
        if response.url == page.final_url and media_type in ("text/html", "application/xhtml+xml"):
            if len(response.body) > MAX_MARKUP_BYTES:
                raise UnreadableMarkup(f"the document is larger than {MAX_MARKUP_BYTES} bytes")
            return _decode(response.body, charset)
    return ""


_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_:.-]{1,40})""", re.I)


def _content_type(headers: tuple[tuple[str, str], ...]) -> tuple[str, str | None]:
    for name, value in headers:
        if name.lower() == "content-type":
            found = _CHARSET.search(value)
            return value.partition(";")[0].strip().lower(), found and found.group(1)
    return "", None


_META_CHARSET = re.compile(rb"""<meta[^>]{0,256}charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,40})""", re.I)


_WEB_ENCODINGS = frozenset(
    {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp866", "koi8-r", "koi8-u", "mac-roman", "gbk", "gb18030", "big5",
     "euc_jp", "iso2022_jp", "shift_jis", "euc_kr", "cp874"}
    | {f"iso8859-{n}" for n in range(2, 17)} | {f"cp{n}" for n in range(1250, 1259)}
)  # fmt: skip
"""Those of the Encoding standard. Python's own codecs know others, such as punycode, that no browser accepts."""


def _decode(body: bytes, stated: str | None) -> str:
    found = _META_CHARSET.search(body[:1024])  # the HTML standard prescans the first 1024 bytes
    meta = found.group(1).decode("ascii") if found else None
    encoding = encoding_of(stated) or encoding_of(meta) or "utf-8"
    return body.decode(encoding, "replace")


def encoding_of(label: str | None) -> str | None:
    """The encoding that browsers take the label for, None where they know none."""
    try:
        name = codecs.lookup(label).name if label else ""
    except LookupError:
        return None
    if name in ("ascii", "iso8859-1"):  # the Encoding standard makes both windows-1252
        return "cp1252"
    return name if name in _WEB_ENCODINGS else None
