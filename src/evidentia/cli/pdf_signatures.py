"""How the signatures of a PDF from elsewhere are told, and with which code a command ends that met them."""

from __future__ import annotations

from evidentia.record.pdf_signature import Anchored, Holds, JudgedPdf, PdfSignature, PdfStamp, PdfState

from .speaking import Exit, say, shown

_COLOUR = {PdfState.INTACT: "green", PdfState.BROKEN: "red", PdfState.UNDETERMINED: "yellow"}
_INTACT = {
    Holds.YES: "the signature is intact",
    Holds.NO: "the signature is BROKEN",
    Holds.UNDETERMINED: "the signature was not judged",
}
_WHOLE = {
    Holds.YES: "covers the whole document",
    Holds.NO: "does NOT cover the whole document as it is",
    Holds.UNDETERMINED: "what it covers is not known",
}
_ANCHORED = {
    Anchored.YES: "its certificate leads to one of your anchors",
    Anchored.NO: "its certificate leads to none of your anchors",
    Anchored.NOT_JUDGED: "not judged against anchors",
}


def exit_of_pdf(judged: JudgedPdf | None) -> Exit:
    """1 where a signature is broken, 3 where a question about one stays open. An unsigned PDF asks none."""
    if judged is None:
        return Exit.PASSED
    if judged.state is PdfState.BROKEN:
        return Exit.FAILED
    return Exit.INDETERMINATE if judged.problems else Exit.PASSED


def say_signatures(judged: JudgedPdf | None) -> None:
    """Each signature: by whom, when, whether it holds and over what, and to whom it leads."""
    if judged is None:
        return
    if judged.state is PdfState.UNSIGNED:
        say("The PDF is unsigned.")
        return
    many = len(judged.signatures)
    said = f"{many} signature{'' if many == 1 else 's'}: " if many else "Its signatures: "
    why = f" ({shown(judged.reason)})" if judged.reason else ""
    say(f"The PDF. {said}[bold {_COLOUR[judged.state]}]{judged.state.value}[/]{why}")
    for one in judged.signatures:
        _say_signature(one)


def _say_signature(one: PdfSignature) -> None:
    names = "signed by" if one.intact is Holds.YES else "names as signer"
    say(f"  {names} {shown(one.subject or 'nobody who can be read')}")
    say(f"    {_INTACT[one.intact]}, {_WHOLE[one.whole]}; {_ANCHORED[one.anchored]}")
    if one.reason:
        say(f"    {shown(one.reason)}")
    if one.stamp is not None or one.intact is Holds.YES:
        say(f"    {_stamped(one.stamp)}")
    if one.stamp is None and one.claimed_at is not None:
        say(f"    the signer states {one.claimed_at:%Y-%m-%dT%H:%M:%S%z}, for which nobody vouches")


def _stamped(stamp: PdfStamp | None) -> str:
    if stamp is None:
        return "no timestamp"
    if stamp.time is None:
        return f"its timestamp does not hold: {shown(stamp.reason)}"
    why = f" ({shown(stamp.reason)})" if stamp.reason else ""
    return f"timestamp {stamp.time:%Y-%m-%dT%H:%M:%SZ} by {shown(stamp.authority)}; {_ANCHORED[stamp.anchored]}{why}"
