"""Which signatures a PDF bears, each read by itself: what cannot be read of one takes none of the others away.

For the limited process alone (``judge_pdf``): pyHanko reads here what a stranger wrote.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any, NamedTuple

from evidentia.custody.signed_document import MOST_SIGNATURES
from evidentia.verify.pdf_signature import UNREADABLE, can_read_pdfs

DOCUMENT_TIMESTAMP = "/ETSI.RFC3161"  # the sub-filter of a timestamp over the document (ISO 32000-2, 12.8.5)
LONGEST_FORM = 60  # characters of a sub-filter


class Unread(Exception):
    """The signatures of a PDF cannot be told one by one."""


class SignedField(NamedTuple):
    """A field of the form that holds a signature: as pyHanko reads it, or why it does not."""

    form: str  # the sub-filter that it states; empty where it states none
    embedded: Any | None
    error: BaseException | None = None


class Borne(NamedTuple):
    """The signatures of a PDF in the order in which they were made, and behind them those that cannot be read.

    ``unlisted``: there is a signature besides, which the form does not name.
    """

    fields: tuple[SignedField, ...]
    unlisted: bool


@cache
def malformed() -> tuple[type[BaseException], ...]:
    """What pyHanko and asn1crypto raise over bytes that are no PDF, or one that is meant to harm.

    A function, as the next one: pyHanko is loaded in the limited process alone. Both are asked once before anything is
    read, for where memory has run out nothing can be imported.
    """
    from pyhanko.pdf_utils.misc import PdfError

    return (PdfError, MemoryError, *UNREADABLE)


@cache
def _limits() -> tuple[type[BaseException], ...]:
    from pyhanko.pdf_utils.misc import PdfDecodeLimitError

    return (PdfDecodeLimitError, MemoryError, RecursionError)


def is_limit(error: BaseException) -> bool:
    """Whether a reader gave up at a limit of its own or ours: that says nothing of what was read."""
    return isinstance(error, _limits())


def borne_by(data: bytes) -> Borne:
    """Find the signatures of a PDF. It is read strictly: what only a lenient reader opens, another may show otherwise.

    Raises:
        Unread: they cannot be found; why.
    """
    if not can_read_pdfs():
        raise Unread("pyHanko, with which PDFs are read, is not installed")
    malformed(), _limits()
    reader = _opened(data)
    fields, timestamps = _filled(reader)
    # A later step can take a field out of the form; to pass that over would hide the signature.
    unlisted = data.count(b"/ByteRange") > len(fields) + timestamps
    if not fields and (unlisted or timestamps):
        raise Unread("it holds a signature that is none of its document any more, or a timestamp alone")
    return Borne(tuple(sorted(fields, key=_made)), unlisted)


def _opened(data: bytes) -> Any:
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        encrypted, pages = reader.encrypt_dict is not None, reader.root["/Pages"]["/Count"]
    except malformed() as error:
        raise Unread(f"it cannot be read as a PDF ({named(error)})") from error
    if encrypted:
        raise Unread("it is encrypted, and was not opened")
    if not isinstance(pages, int):
        raise Unread("it cannot be read as a PDF (it has no pages)")
    return reader


def _filled(reader: Any) -> tuple[list[SignedField], int]:
    """The signatures that the form names, and how many timestamps over the document it names besides."""
    from pyhanko.sign.fields import enumerate_sig_fields

    fields: list[SignedField] = []
    timestamps = 0
    try:
        for name, value, field in enumerate_sig_fields(reader, filled_status=True):
            found = _read(reader, name, value, field)
            timestamps += found is None
            fields += () if found is None else (found,)
            if len(fields) + timestamps > MOST_SIGNATURES:
                raise Unread(f"it bears more than {MOST_SIGNATURES} signatures")
    except malformed() as error:
        raise Unread(f"the form that names its signatures cannot be read ({named(error)})") from error
    return fields, timestamps


def _read(reader: Any, name: str, value: Any, field: Any) -> SignedField | None:
    """One signature; None for a timestamp over the document."""
    from pyhanko.sign.validation import EmbeddedPdfSignature

    form = ""
    try:
        told = value.get_object()
        form = _name_in(told, "/SubFilter")
        if (_name_in(told, "/Type"), form) == ("/DocTimeStamp", DOCUMENT_TIMESTAMP):
            return None
        return SignedField(form, EmbeddedPdfSignature(reader, field, name))
    except malformed() as error:
        return SignedField(form, None, error)


def _name_in(dictionary: Any, key: str) -> str:
    """A name that a dictionary holds, also where it stands elsewhere in the file; empty where it is none."""
    try:
        found = dictionary[key]  # not `get`, which leaves a reference what it is
    except KeyError:
        return ""
    return readable(found)[:LONGEST_FORM] if isinstance(found, str) else ""


def _made(field: SignedField) -> tuple[bool, int]:
    return (True, 0) if field.embedded is None else (False, field.embedded.signed_revision)


def readable(text: str) -> str:
    """A text that JSON can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def named(error: BaseException) -> str:
    """An error with its type; some say nothing else."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
