"""The parent's side of judging a signed PDF: it starts the limited process, asks it, and says so where it dies."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evidentia.record.moment import now
from evidentia.record.pdf_signature import JudgedPdf, PdfState
from evidentia.verify import Trust
from evidentia.verify.certificates import fingerprint
from evidentia.verify.limited_process import ask

from .judge_pdf import SECONDS, Job

_NO_TIME_LEFT = getattr(signal, "SIGXCPU", None)  # POSIX alone has it
_WALL = 4.0 * SECONDS
"""Seconds after which the process is stopped from outside: room for a machine that is busy otherwise."""


def judged_pdf(path: Path, trust: Trust | None, *, seconds: float = _WALL) -> JudgedPdf:
    """The signatures of a PDF of any origin, judged in a limited process. Whatever goes wrong is in the answer.

    Args:
        trust: the caller's anchors; without them it is not judged whom a certificate leads to.
        seconds: how long it may take before the process is stopped.
    """
    job = Job(
        path=os.fsencode(path.absolute()),
        signers=None if trust is None else _ders(trust.signers),
        authorities=() if trust is None else _ders(trust.authorities),
    )
    line, why = _asked(job, seconds)
    try:
        return msgspec.json.decode(line, type=JudgedPdf)
    except msgspec.MsgspecError:
        return JudgedPdf(
            state=PdfState.UNDETERMINED,
            signatures=(),
            judged_at=now().replace(microsecond=0),
            signers=() if trust is None else tuple(sorted(map(fingerprint, trust.signers))),
            authorities=() if trust is None else tuple(sorted(map(fingerprint, trust.authorities))),
            reason=why,
        )


def _ders(anchors: tuple[x509.Certificate, ...]) -> tuple[bytes, ...]:
    return tuple(one.public_bytes(Encoding.DER) for one in anchors)


def _asked(job: Job, seconds: float) -> tuple[bytes, str]:
    """The line that answers a job, and why there is none."""
    answer = ask("evidentia.report.judge_pdf", msgspec.json.encode(job) + b"\n", seconds)
    if answer.late:
        return b"", f"reading it was stopped after {seconds:g} seconds"
    return answer.data, _ended(answer.code)


def _ended(code: int) -> str:
    if -code == _NO_TIME_LEFT:
        return f"reading it was stopped after {SECONDS} seconds of processor time"
    return f"the process that read it ended ({code}): it breaks the limits or the reader"
