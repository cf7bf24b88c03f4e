"""Inputs for the targets of signed PDFs: good ones by a key that is thrown away, changed ones, and malformed ones."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
ANCHORS = Path(__file__).resolve().parent / "signed_pdf_anchors.pem"
"""The roots of those who signed the kept corpus of ``judged_pdf``: written with it, once."""

CATALOG = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R] >> >>"
PAGES = b"<< /Type /Pages /Kids [] /Count 0 >>"
FIELD = b"<< /FT /Sig /T (a) /V 4 0 R >>"
NO_SIGNATURE = b"<< /Type /Sig /Filter /X /SubFilter %s /ByteRange %s /M %s /Contents <3003020100> >>"


def seal_and_signed() -> tuple[bytes, dict[str, bytes], bytes]:
    """A seal as a PDF; the same signed, in several ways; and the roots of those who signed."""
    sys.path[:0] = [str(TOP), *(str(TOP / "tests" / room) for room in ("verify", "report"))]
    from bundles import Draft
    from pdf_changes import another_page_size, empty_form, updated
    from talks import talk

    from evidentia.custody.pdf_seal import seal_pdf
    from evidentia.formats.event import parse_event
    from lab.pdf_signers import sign_with_openssl, sign_with_pyhanko
    from lab.pki import Lab

    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder) / "pki") as lab:
        draft: Draft = talk(lab)
        plain = seal_pdf(parse_event(1, draft.build()["custody/000001.json"]), b"a seal")
        expert = lab.people["ahli"]
        once = sign_with_pyhanko(plain, lab.people["penyidik-a"])
        stamped = sign_with_pyhanko(plain, expert, tsa=lab.tsa_url)
        by_openssl = sign_with_openssl(plain, expert, lab, Path(folder))
        made = {
            "once": once,
            "stamped": stamped,
            "by openssl": by_openssl,
            "streams": sign_with_pyhanko(_with_streams(plain), expert),
            "twice": sign_with_pyhanko(by_openssl, lab.people["pengawas-b"], tsa=lab.tsa2_url),
            "another page": updated(once, another_page_size),
            "hidden": updated(once, empty_form),
            "cut": once[: len(once) // 2],
        }
        return plain, made, lab.roots.read_bytes() + lab.tsa_roots.read_bytes()


def _with_streams(pdf: bytes) -> bytes:
    """The PDF with its objects and their table in streams."""
    import io

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf)), writer_kwargs={"stream_xrefs": True})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def malformed() -> Iterator[bytes]:
    """PDFs as no program writes them, each small; what was found to break a reader first."""
    yield TABLE_THAT_ASSERTS
    yield signature(date=b"(yesterday)")
    yield signature(byte_range=b"[0 -1 99999999999999999999 5]")
    yield signature(form=b"/adbe.x509.rsa_sha1", byte_range=b"[0 " + b"9" * 5000 + b" 1 2]")
    deep = CATALOG[:-2] + b"/X " + b"[" * 5000 + b"]" * 5000 + b" >>"
    yield objects({1: deep, 2: PAGES, 3: FIELD})
    yield objects({1: CATALOG, 2: PAGES, 3: b"<< /FT /Sig /T (a) /Kids [3 0 R 3 0 R] >>"})
    fan = {n: b"<< /FT /Sig /T (a) /Kids [%d 0 R %d 0 R] >>" % (n + 1, n + 1) for n in range(3, 33)}
    yield objects({1: CATALOG, 2: PAGES, **fan, 33: FIELD})
    yield objects({1: CATALOG, 2: PAGES, 3: b"<< /Length 3 0 R >>\nstream\nx\nendstream"}, b"/Encrypt 3 0 R")


TABLE_THAT_ASSERTS = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /XRef /Length 8 /Filter /FlateDecode /Size 5 /W [1 2 1] /Root 2 0 R "
    b"/DecodeParms << /Predictor 12 /Columns 999999999 >> >>\nstream\n"
    + bytes.fromhex("789c030000000001")
    + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
)
"""A table of objects whose rows are longer than what there is."""


def signature(
    form: bytes = b"/ETSI.CAdES.detached",
    byte_range: bytes = b"[0 1 2 3]",
    date: bytes = b"(D:20260101000000Z)",
) -> bytes:
    """A PDF with one field, which holds what is no signature."""
    return objects({1: CATALOG, 2: PAGES, 3: FIELD, 4: NO_SIGNATURE % (form, byte_range, date)})


def objects(given: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of objects, the first of which is its root, with the table of them."""
    out, rows = bytearray(b"%PDF-1.7\n"), b""
    for number, content in sorted(given.items()):
        rows += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    return (
        bytes(out)
        + b"xref\n0 1\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            rows,
            max(given) + 1,
            trailer,
            len(out),
        )
    )


def judged() -> Iterator[bytes]:
    """PDFs that somebody else sent; the roots of their signers are kept beside."""
    plain, made, roots = seal_and_signed()
    ANCHORS.write_bytes(re.sub(rb"(?m)^[^-\n]*:.*\n", b"", roots))
    yield from made.values()
    yield plain
    yield from malformed()
