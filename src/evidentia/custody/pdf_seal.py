"""A seal on paper, as it were: a small PDF for officials whose key stays in their own PDF-signing application.

The PDF states what is signed and carries the seal as an attachment. Its bytes follow from event and seal alone, so
that the signed one can be compared with it when it comes back.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Iterator

from evidentia.formats import names
from evidentia.record.custody import Event

_WIDTH, _LINES = 88, 60  # characters in a line, lines on a page: A4 in Courier at 10 points
_LEFT, _TOP, _LEADING, _SIZE = 32, 800, 12.5, 10  # points
_FONT, _ATTACHMENT, _FILESPEC, _FORM, _FIRST_PAGE = 3, 4, 5, 6, 7  # numbers of objects


def seal_pdf(event: Event, seal: bytes) -> bytes:
    """The PDF (ISO 32000-1, 1.7) for an event and its seal: the same bytes at every call.

    Letters that the standard fonts lack are shown by their code points (``\\u0d85``).
    """
    pages = list(_pages(event, seal))
    objects = [
        _catalog(event),
        _page_tree(len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        _stream(b"/Type /EmbeddedFile /Subtype /text#2Fplain /Params << /Size %d >>" % len(seal), seal),
        _filespec(event),
        b"<< /Fields [] >>",  # an empty form, to which a signature's field can be added and compared
    ]
    for count, lines in enumerate(pages):
        objects += [_page(_FIRST_PAGE + 2 * count + 1), _stream(b"", _shown(lines))]
    return _file(objects, hashlib.sha256(seal).digest()[:16])


def first_xref(pdf: bytes) -> int:
    """Where the table of objects begins in a PDF of ``seal_pdf``, in bytes from its start."""
    return int(pdf.rsplit(b"startxref\n", 1)[1].split(b"\n", 1)[0])


def _statement(event: Event, seal: bytes) -> Iterator[str]:
    number, attached = event.event, names.seal_attachment(event.event)
    yield "SEGEL PERISTIWA, UNTUK DITANDATANGANI / SEAL OF AN EVENT, FOR SIGNATURE"
    yield ""
    yield (
        f"Siapa menandatangani dokumen ini secara elektronik menandatangani segel peristiwa {number} dalam kasus "
        f"{event.case}. Segel itu terlampir dalam dokumen ini sebagai {attached}, byte demi byte."
    )
    yield ""
    yield (
        f"Whoever signs this document electronically signs the seal of event {number} of the case {event.case}. "
        f"The seal is attached to this document as {attached}, byte for byte."
    )
    yield ""
    yield f"Kasus / Case: {event.case}"
    yield f"Peristiwa / Event: {number} ({event.type.value})"
    yield f"Waktu yang dinyatakan / Time as stated: {event.time} ({event.zone})"
    yield from _told(event)
    yield "SHA-256 segel / SHA-256 of the seal:"
    yield f"  {hashlib.sha256(seal).hexdigest()}"
    for actor in event.actors:
        yield ""
        yield f"Pelaku / Actor: {actor.name}, {actor.role}, {actor.organisation} ({actor.who})"
        yield "  SHA-256 sertifikat / of the certificate:"
        yield f"  {actor.certificate}"
    yield ""
    yield (
        "Tanda tangani dengan PAdES (ETSI.CAdES.detached), tanpa mengubah apa pun yang lain. Dokumen yang diubah "
        "atau disimpan ulang akan ditolak."
    )
    yield ""
    yield (
        "Sign it with PAdES (ETSI.CAdES.detached), and change nothing else. A document that was changed or saved "
        "anew will be refused."
    )


def _told(event: Event) -> Iterator[str]:
    """What the event says in words: who signs it should have read it."""
    for label, text in (
        ("Alasan / Reason", event.reason),
        ("Tempat / Place", event.place),
        ("Dasar / Authority", event.authority),
    ):
        if text:
            yield f"{label}: {text}"
    for name, value in sorted(event.details.items()):
        yield f"Rincian / Detail, {name}: {_plain(value)}"
    for change in event.changes:
        yield f"Perubahan / Change: {change.what}: {change.why}"
    if event.items:
        yield f"Barang bukti / Items: {', '.join(str(ref.item) for ref in event.items)}"


def _plain(value: object) -> str:
    """A detail in words; of items that are listed with their records, the numbers."""
    if isinstance(value, list):
        return ", ".join(str(one["item"] if isinstance(one, dict) else one) for one in value) or "-"
    return str(value)


def _pages(event: Event, seal: bytes) -> Iterator[list[str]]:
    lines: list[str] = []
    for text in _statement(event, seal):
        indent = text[: len(text) - len(text.lstrip(" "))]
        plain = text.encode("cp1252", "backslashreplace").decode("cp1252")
        lines += textwrap.wrap(plain, _WIDTH, subsequent_indent=indent) or [""]
    for start in range(0, len(lines), _LINES):
        yield lines[start : start + _LINES]


def _shown(lines: list[str]) -> bytes:
    rows = b"".join(_string(line) + b" Tj T*\n" for line in lines)
    start = f"BT /F {_SIZE} Tf {_LEADING} TL {_LEFT} {_TOP} Td\n".encode()
    return start + rows + b"ET\n"


def _string(text: str) -> bytes:
    data = text.encode("cp1252")
    for special in (b"\\", b"(", b")"):
        data = data.replace(special, b"\\" + special)
    return b"(" + data + b")"


def _catalog(event: Event) -> bytes:
    attached = _string(names.seal_attachment(event.event))
    return (
        b"<< /Type /Catalog /Pages 2 0 R /Lang (id) "
        b"/Names << /EmbeddedFiles << /Names [%s %d 0 R] >> >> /AF [%d 0 R] /AcroForm %d 0 R >>"
        % (attached, _FILESPEC, _FILESPEC, _FORM)
    )


def _page_tree(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % (_FIRST_PAGE + 2 * page) for page in range(count))
    return b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)


def _page(contents: int) -> bytes:
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        b"/Resources << /Font << /F %d 0 R >> >> /Contents %d 0 R >>" % (_FONT, contents)
    )


def _filespec(event: Event) -> bytes:
    name = _string(names.seal_attachment(event.event))
    return b"<< /Type /Filespec /F %s /UF %s /AFRelationship /Source /EF << /F %d 0 R >> >>" % (
        name,
        name,
        _ATTACHMENT,
    )


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _file(objects: list[bytes], identity: bytes) -> bytes:
    """The parts of a PDF file (ISO 32000-1, 7.5): header, objects, cross-reference table, trailer."""
    body = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    rows = [b"0000000000 65535 f \n"]
    for number, content in enumerate(objects, 1):
        rows.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    xref, count, shown = len(body), len(rows), identity.hex().encode()
    body += b"xref\n0 %d\n%s" % (count, b"".join(rows))
    body += b"trailer\n<< /Size %d /Root 1 0 R /ID [<%s> <%s>] >>\n" % (count, shown, shown)
    body += b"startxref\n%d\n%%%%EOF\n" % xref
    return bytes(body)
