"""A seal that goes out as a PDF, and the bundle that takes the signed one in."""

from __future__ import annotations

from bundles import START, Files, rederived

from evidentia.custody.pdf_seal import seal_pdf
from evidentia.formats.event import parse_event
from lab.pki import Lab

SEAL = "custody/000003.sha256"
PDF = f"{SEAL}.penyidik-a.pdf"
SIGNED_AT = START.replace(hour=12, second=9)


def given_out(files: Files, seal: bytes = b"") -> bytes:
    event = parse_event(3, files["custody/000003.json"])
    return seal_pdf(event, seal or files[SEAL])


def with_pdf(lab: Lab, files: Files, signed: bytes, stamped: bool = True) -> Files:
    token = {f"{PDF}.tsr": lab.stamp(signed, SIGNED_AT)} if stamped else {}
    return rederived({**files, PDF: signed, **token})
