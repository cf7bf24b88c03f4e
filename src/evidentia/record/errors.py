"""Errors that tell a person three things: what happened, what is safe, and what to do next."""

from __future__ import annotations


class EvidentiaError(Exception):
    """The root of everything that evidentia raises on purpose.

    Attributes:
        happened: what went wrong, in one sentence.
        safe: what has been kept, or that nothing was changed.
        next_step: what the person can do now.
    """

    def __init__(self, happened: str, *, safe: str = "Nothing was changed.", next_step: str = "") -> None:
        super().__init__(happened)
        self.happened = happened
        self.safe = safe
        self.next_step = next_step


class UsageError(EvidentiaError):
    """The caller asked for something that cannot be meant."""


class MissingPart(EvidentiaError):
    """A program or an optional dependency that is needed is not on this machine."""


class FormatError(EvidentiaError):
    """Bytes that are not what the format says they must be."""

    def __init__(self, path: str, happened: str, *, next_step: str = "") -> None:
        super().__init__(f"{path}: {happened}" if path else happened, next_step=next_step)
        self.path = path


class CaptureError(EvidentiaError):
    """Nothing could be captured at all; what could be is in the item, marked PARTIAL."""


class NetworkRefused(CaptureError):
    """An address that the caller did not allow."""


class CustodyError(EvidentiaError):
    """The case does not allow this step: not the custodian, frozen, closed, in use."""


class SignatureAwaited(CustodyError):
    """A step was prepared, or is as far as it can go, and waits for a signature that is made elsewhere.

    Attributes:
        event: the event's number.
        who: the short names of those who have yet to sign it.
    """

    def __init__(self, event: int, kind: str, who: tuple[str, ...], *, safe: str, next_step: str) -> None:
        super().__init__(
            f"Event {event} ({kind}) waits for a signature: {', '.join(who)}.", safe=safe, next_step=next_step
        )
        self.event, self.who = event, who


class SigningError(EvidentiaError):
    """A key, a certificate or a passphrase that does not do what is needed."""


class TimestampUnavailable(EvidentiaError):
    """No timestamp authority gave a token. The evidence is kept; the token is pending."""
