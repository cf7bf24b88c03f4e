"""What can be said of the signatures in a PDF that came from elsewhere, offline, with the caller's own anchors or none.

Three questions are kept apart, because each can be answered without the next: whether a signature holds over its bytes,
whether these are the whole document, and whether anybody whom the caller trusts vouches for the signer.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from .moment import Moment


class Holds(StrEnum):
    """An answer to a question of fact about a signature."""

    YES = "yes"
    NO = "no"
    UNDETERMINED = "undetermined"


class Anchored(StrEnum):
    """Whether a certificate leads to one of the caller's anchors. Without anchors nobody judged it."""

    YES = "leads to an anchor"
    NO = "leads to no anchor"
    NOT_JUDGED = "not judged against anchors"


class PdfState(StrEnum):
    """What a PDF is, by its signatures. ``intact`` says nothing of who signed: see each signature's ``anchored``."""

    UNSIGNED = "unsigned"
    INTACT = "intact"
    BROKEN = "broken"
    UNDETERMINED = "undetermined"


class PdfStamp(msgspec.Struct, frozen=True, kw_only=True):
    """The timestamp over a signature (RFC 3161). ``time`` is None where it cannot be read, or does not hold."""

    time: Moment | None
    authority: str
    holds: Holds
    anchored: Anchored
    reason: str = ""


class PdfSignature(msgspec.Struct, frozen=True, kw_only=True):
    """One signature in a PDF, in the order in which they were made.

    Attributes:
        subject: the certificate's subject (RFC 4514), ``name`` and ``organisation`` of it; empty where there is none.
        certificate: SHA-256 of the certificate; empty likewise.
        form: the sub-filter that the signature states; PAdES is ``/ETSI.CAdES.detached``. Others are not judged.
        claimed_at: the time that the signer states, which nobody vouches for.
        stamp: the timestamp over it; None where there is none, or the signature cannot be read so far.
        intact: whether it holds over the bytes that it covers.
        whole: whether these are the whole document as it stood, and nothing but signatures was added since.
        reason: why one of these is not YES, or why no anchor was found.
    """

    subject: str
    name: str
    organisation: str
    certificate: str
    form: str
    claimed_at: Moment | None
    stamp: PdfStamp | None
    intact: Holds
    whole: Holds
    anchored: Anchored
    reason: str = ""


class JudgedPdf(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF's signatures as they were judged at one time. Revocation was not looked at.

    ``reason``: why the PDF as a whole is ``undetermined``. ``signers`` and ``authorities`` are the SHA-256 of the
    caller's anchors; none where nothing was judged against anchors.
    """

    state: PdfState
    signatures: tuple[PdfSignature, ...]
    judged_at: Moment
    signers: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    reason: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """What a reader of the record has to know of it, in words. That a PDF is unsigned is none."""
        whole = (f"the PDF's signatures are {self.state.value}: {self.reason}",) if self.reason else ()
        return (*whole, *(problem for one in self.signatures for problem in _problems(one)))


def _problems(one: PdfSignature) -> Iterator[str]:
    whose = f"the signature of {one.name or one.subject or 'somebody who is not named'}"
    if Holds.NO in (one.intact, one.whole):
        yield f"{whose} is broken: {one.reason}"
    elif Holds.UNDETERMINED in (one.intact, one.whole):
        yield f"{whose} could not be judged: {one.reason}"
    elif one.anchored is Anchored.NO:
        yield f"{whose} leads to none of the anchors: {one.reason}"
    if one.stamp is None:
        if one.intact is Holds.YES:  # else none was looked for
            yield f"{whose} has no timestamp"
    elif one.stamp.holds is not Holds.YES:
        yield f"the timestamp over {whose} does not hold: {one.stamp.reason}"
    elif one.stamp.anchored is Anchored.NO:
        yield f"the timestamp over {whose} leads to none of the anchors: {one.stamp.reason}"
