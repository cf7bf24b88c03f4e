"""Two PDF-signing applications that stand in for the one in which an official's key stays. They share no code.

One is pyHanko; the other writes the PDF's update by hand and has openssl sign it. For a reader of the docs:
``python -m lab.pdf_signers IN.pdf OUT.pdf IDENTITY.p12``, with the passphrase in ``EVIDENTIA_PASSPHRASE``.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from .pki import Credentials, Lab

PADES, ADOBE = "PADES", "ADOBE_PKCS7_DETACHED"


def sign_with_pyhanko(
    pdf: bytes, person: Credentials, *, form: str = PADES, tsa: str = "", digest: str = "sha256"
) -> bytes:
    """The PDF with a visible signature in a new field; ``tsa`` is the address of an authority for PAdES B-T."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.sign.timestamps import HTTPTimeStamper

    signer = SimpleSigner.load_pkcs12(str(person.p12), passphrase=person.passphrase.encode())  # type: ignore[no-untyped-call]
    field = f"TTD-{person.id}"
    metadata = PdfSignatureMetadata(
        field_name=field, subfilter=SigSeedSubFilter[form], md_algorithm=digest, location="Makassar"
    )
    out = io.BytesIO()
    PdfSigner(
        metadata,
        signer=signer,
        timestamper=HTTPTimeStamper(tsa) if tsa else None,
        new_field_spec=SigFieldSpec(field, on_page=0, box=(40, 40, 300, 120)),
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
    return out.getvalue()


def sign_with_openssl(
    pdf: bytes,
    person: Credentials,
    lab: Lab,
    folder: Path,
    *,
    said: bytes = b"/SubFilter /ETSI.CAdES.detached",
) -> bytes:
    """The PDF with an invisible signature: the update written here by hand, the CAdES signature made by openssl.

    It reads no more of a PDF than the ones of this project have: one table of objects, and dictionaries on one line.
    ``said``: what the signature says of itself, in the PDF's words.
    """
    end = pdf.rindex(b"startxref\n")
    size = int(re.findall(rb"/Size (\d+)", pdf)[-1])
    page = int(re.findall(rb"/Kids \[(\d+) 0 R", pdf)[-1])
    form = int(re.findall(rb"/AcroForm (\d+) 0 R", pdf)[-1])
    page_entries = re.findall(rb"\n%d 0 obj\n<< (.*) >>\nendobj" % page, pdf)[-1]
    value, field = size, size + 1
    objects = {
        form: b"<< /Fields [%d 0 R] /SigFlags 3 >>" % field,
        page: b"<< %s /Annots [%d 0 R] >>" % (page_entries, field),
        value: b"<< /Type /Sig /Filter /Adobe.PPKLite %s /ByteRange %s /Contents %s >>"
        % (said, _RANGE, _ROOM),
        field: b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (TTD) /V %d 0 R /P %d 0 R "
        b"/Rect [0 0 0 0] /F 132 >>" % (value, page),
    }
    out = bytearray(pdf)
    table = b""
    for number, content in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at, identity = len(out), re.findall(rb"/ID \[.*\]", pdf)[-1]
    previous = int(pdf[end:].split(b"\n")[1])
    out += b"xref\n%strailer\n<< /Size %d /Root 1 0 R /Prev %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        size + 2,
        previous,
        identity,
        at,
    )
    return _filled(bytes(out), person, lab, folder)


_RANGE = b"[0 0000000000 0000000000 0000000000]"
_ROOM = b"<" + b"0" * 16384 + b">"


def _filled(pdf: bytes, person: Credentials, lab: Lab, folder: Path) -> bytes:
    """The signature put into its place, over everything around it."""
    before = pdf.rindex(_ROOM)
    behind = before + len(_ROOM)
    byte_range = b"[0 %010d %010d %010d]" % (before, behind, len(pdf) - behind)
    pdf = pdf.replace(_RANGE, byte_range)
    (folder / "covered").write_bytes(pdf[:before] + pdf[behind:])
    command = ["openssl", "cms", "-sign", "-binary", "-cades", "-md", "sha256", "-outform", "DER"]
    files = {"-in": folder / "covered", "-out": folder / "cms", "-signer": person.certificate}
    files |= {
        "-inkey": lab.folder / "keys" / f"{person.id}.pem",
        "-certfile": lab.folder / "certs" / "issuing.pem",
    }
    for option, path in files.items():
        command += [option, str(path)]
    subprocess.run(command, check=True, capture_output=True)
    made = (folder / "cms").read_bytes().hex().encode()
    return pdf[:before] + b"<" + made.ljust(len(_ROOM) - 2, b"0") + b">" + pdf[behind:]


def main(arguments: list[str]) -> None:
    """Sign one PDF with pyHanko."""
    source, target, identity = map(Path, arguments)
    who = Credentials(identity.stem, "", "", identity, os.environ["EVIDENTIA_PASSPHRASE"], identity)
    target.write_bytes(sign_with_pyhanko(source.read_bytes(), who))


if __name__ == "__main__":
    main(sys.argv[1:])
