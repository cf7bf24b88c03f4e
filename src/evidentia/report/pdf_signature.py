"""Signing a report: PAdES (ETSI EN 319 142-1), B-T with a timestamp, B-LTA with validation material."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evidentia.record.errors import FormatError, SigningError, TimestampUnavailable, UsageError

from .inert import visible

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer
    from pyhanko.sign.timestamps import TimeStamper
    from pyhanko_certvalidator import ValidationContext

DIGEST = "sha256"


class WithoutTimestamp(StrEnum):
    """What to do when no timestamp authority answers."""

    REFUSE = "refuse"
    SIGN_PENDING = "sign-pending"


class Level(StrEnum):
    """What a signature holds (ETSI EN 319 142-1, section 6)."""

    B_B = "B-B"  # no timestamp: pending
    B_T = "B-T"  # a timestamp over the signature
    B_LTA = "B-LTA"  # and validation material, and a timestamp over all


class SignedPdf(msgspec.Struct, frozen=True, kw_only=True):
    """A signed PDF and what its newest signature holds. ``pending``: why no authority gave a timestamp."""

    pdf: bytes
    level: Level
    pending: str = ""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What the signature says in words: who, why, where (PDF 32000-1, table 252)."""

    name: str
    reason: str
    location: str = ""


def http_timestampers(urls: Sequence[str]) -> list[TimeStamper]:
    """Timestamp authorities by their addresses, asked in this order."""
    from .pdf_timestamps import Authority

    return [Authority(url) for url in urls]


def sign_pdf(
    pdf: bytes,
    *,
    signer: Signer,
    timestampers: Sequence[TimeStamper],
    statement: Statement,
    without_timestamp: WithoutTimestamp = WithoutTimestamp.REFUSE,
    validation: ValidationContext | None = None,
) -> SignedPdf:
    """The PDF with one more signature appended; every byte of the original stays as it is.

    ``validation``: trust anchors and revocation data of signer and authority; with them the level is B-LTA.

    Raises:
        TimestampUnavailable: no authority answered, and signing without was not asked for.
        SigningError: the key, or its certificate, does not sign.
        FormatError: not a PDF that can be signed.
    """
    timestamper, refusals = _first_that_answers(timestampers)
    if timestamper is None and without_timestamp is WithoutTimestamp.REFUSE:
        raise _unavailable(refusals)
    context = validation if timestamper is not None else None
    signed = _sign(pdf, signer, timestamper, statement, context)
    level = Level.B_B if timestamper is None else Level.B_T if context is None else Level.B_LTA
    return SignedPdf(pdf=signed, level=level, pending=refusals if timestamper is None else "")


def sign_report(
    source: Path,
    target: Path,
    *,
    signer: Signer,
    timestampers: Sequence[TimeStamper],
    statement: Statement,
    without_timestamp: WithoutTimestamp = WithoutTimestamp.REFUSE,
    validation: ValidationContext | None = None,
) -> SignedPdf:
    """Sign ``source`` into ``target``, which is created and never overwritten.

    Raises: as ``sign_pdf``, before anything is written; and UsageError where ``target`` is already there.
    """
    if target.exists():
        raise UsageError(f"{target} is already there.", next_step="Name another file for the signed report.")
    signed = sign_pdf(
        source.read_bytes(),
        signer=signer,
        timestampers=timestampers,
        statement=statement,
        without_timestamp=without_timestamp,
        validation=validation,
    )
    with target.open("xb") as file:
        file.write(signed.pdf)
    return signed


def _first_that_answers(timestampers: Sequence[TimeStamper]) -> tuple[TimeStamper | None, str]:
    """Ask for a trial token, which pyHanko keeps to reserve the room that a real one needs."""
    refusals = []
    for timestamper in timestampers:
        try:
            asyncio.run(timestamper.async_dummy_response(DIGEST))
        except (OSError, ValueError, TypeError, KeyError) as error:
            # Network failures are OSErrors; the others are what asn1crypto raises for answers that are no tokens.
            refusals.append(f"{getattr(timestamper, 'url', type(timestamper).__name__)}: {error}")
        else:
            return timestamper, ""
    return None, "; ".join(refusals) or "no timestamp authority was named"


def _sign(
    pdf: bytes,
    signer: Signer,
    timestamper: TimeStamper | None,
    statement: Statement,
    validation: ValidationContext | None,
) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError
    from pyhanko_certvalidator.errors import PathError, ValidationError

    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        number = len(list(writer.prev.embedded_signatures)) + 1
        metadata = PdfSignatureMetadata(
            field_name=f"Signature{number}",
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            name=visible(statement.name),
            reason=visible(statement.reason),
            location=visible(statement.location) or None,
            validation_context=validation,
            embed_validation_info=validation is not None,
            use_pades_lta=validation is not None,
        )
        out = io.BytesIO()
        PdfSigner(metadata, signer=signer, timestamper=timestamper).sign_pdf(writer, output=out)
    except TimestampRequestError as error:
        raise _unavailable(str(error)) from error
    except PdfError as error:
        raise FormatError("", f"not a PDF that can be signed: {error}") from error
    except (ValueError, TypeError, PathError, ValidationError) as error:
        if validation is not None and isinstance(error.__cause__ or error, (PathError, ValidationError)):
            raise SigningError(
                f"The report was not signed to last: {error.__cause__ or error}",
                safe="Nothing was signed and nothing was written.",
                next_step="Bring what shows that nobody is revoked: --fetch-revocation, or "
                "`evidentia renew --revocation FILE` first; and the anchors of signer and authority.",
            ) from error
        raise SigningError(
            f"The report was not signed: {error}",
            safe="The unsigned report is unchanged.",
            next_step="Check the key and its certificate.",
        ) from error
    return out.getvalue()


def _unavailable(reasons: str) -> TimestampUnavailable:
    return TimestampUnavailable(
        f"No timestamp authority gave a token: {reasons}",
        safe="Nothing was signed and nothing was written.",
        next_step="Try again later, name another authority, or sign with the timestamp pending.",
    )
