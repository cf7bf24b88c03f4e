"""Keys inside tokens and smart cards (PKCS#11, OASIS v2.40): where one is, how it is opened, what lies beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from evidentia.record.errors import MissingPart, SigningError, UsageError
from evidentia.verify.certificates import UNREADABLE

if TYPE_CHECKING:
    from pkcs11 import PKCS11Error, Session

URI_SCHEME = "pkcs11:"
URI_FORM = "pkcs11:token=LABEL;object=LABEL?module-path=FILE"


@dataclass(frozen=True)
class TokenKey:
    """A private key that never leaves its token: only its address is here, and the PIN that opens it.

    ``module`` is the file of the token's PKCS#11 library, ``token`` and ``label`` are the labels (CKA_LABEL) of
    the token and of the key in it.
    """

    module: str
    token: str
    label: str
    pin: str = field(repr=False)

    @contextlib.contextmanager
    def session(self) -> Iterator[Session]:
        """The token, logged in to; closed again afterwards, so that a card can be drawn between two signatures.

        Raises:
            MissingPart: the extra ``[pkcs11]`` is not installed.
            SigningError: no such module or token, a PIN that the token does not take, or a token that fails.
        """
        try:
            import pkcs11
        except ModuleNotFoundError as error:
            raise MissingPart(
                "Keys in tokens need a library that is not installed.",
                next_step='pip install "evidentia-forensics[pkcs11]"',
            ) from error
        try:
            library = pkcs11.lib(self.module)
        except pkcs11.PKCS11Error as error:
            raise SigningError(
                f"The PKCS#11 module cannot be loaded: {error}",
                next_step="Name the library that came with the token, for example a file ending in -pkcs11.so.",
            ) from error
        try:
            with library.get_token(token_label=self.token).open(user_pin=self.pin) as opened:
                yield opened
        except pkcs11.PKCS11Error as error:
            raise self._refused(error) from error

    def _refused(self, error: PKCS11Error) -> SigningError:
        from pkcs11 import exceptions

        unknown = (exceptions.NoSuchToken, exceptions.TokenNotPresent, exceptions.TokenNotRecognised)
        refused_pins = (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange)
        if isinstance(error, refused_pins):
            return SigningError(
                f"The token {self.token!r} does not take this PIN.",
                next_step="Check it before trying again: tokens lock themselves after a few wrong PINs.",
            )
        if isinstance(error, exceptions.PinLocked):
            return SigningError(
                f"The token {self.token!r} is locked.", next_step="Ask whoever issued it to unlock it."
            )
        if isinstance(error, unknown):
            return SigningError(
                f"There is no token {self.token!r}.",
                next_step="Put it in, or see what is there with `pkcs11-tool --module FILE --list-slots`.",
            )
        if isinstance(error, exceptions.MultipleTokensReturned):
            return SigningError(
                f"Several tokens are called {self.token!r}.", next_step="Leave only the right one in."
            )
        said = str(error) or "no more was said"
        return SigningError(
            f"The token {self.token!r} failed ({type(error).__name__}): {said}.",
            next_step="Check the token with the program that came with it.",
        )


def token_key_at(uri: str, pin: str) -> TokenKey:
    """The key at an address, of which RFC 7512 is understood as far as ``URI_FORM`` shows.

    Raises:
        UsageError: another form, an attribute that is not understood, or a PIN in the address.
    """
    if not uri.startswith(URI_SCHEME):
        raise _misformed("it does not begin with pkcs11:")
    path, _, query = uri.removeprefix(URI_SCHEME).partition("?")
    given: dict[str, str] = {}
    for attribute in [*path.split(";"), *query.split("&")]:
        name, _, value = attribute.partition("=")
        if name in ("pin-value", "pin-source"):
            raise UsageError(
                "A PIN does not belong into an address, where others can see it.",
                next_step="Set EVIDENTIA_PASSPHRASE, or type the PIN when asked.",
            )
        if name in given:
            raise _misformed(f"{name} stands there twice")
        if name:
            given[name] = unquote(value)
    if unknown := given.keys() - {"token", "object", "module-path"}:
        raise _misformed(f"{min(unknown)} is not understood")
    if missing := [name for name in ("token", "object", "module-path") if not given.get(name)]:
        raise _misformed(f"{missing[0]} is missing")
    return TokenKey(module=given["module-path"], token=given["token"], label=given["object"], pin=pin)


def certificates_beside(
    key: TokenKey, cert_label: str = ""
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The key's certificate, and those of its issuers that are in the token too, nearest first.

    Raises:
        SigningError: the token cannot be opened, or does not hold exactly one such key and one such certificate.
    """
    label = cert_label or key.label
    with key.session() as session:
        from pkcs11 import Attribute, ObjectClass

        keys = list(
            session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: key.label})
        )
        found = [
            (str(one[Attribute.LABEL]), bytes(one[Attribute.VALUE]))
            for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        ]
    own = [der for name, der in found if name == label]
    for what, sought, count in (("keys", key.label, len(keys)), ("certificates", label, len(own))):
        if count != 1:
            raise SigningError(
                f"The token {key.token!r} holds {count} {what} called {sought!r}; one is needed.",
                next_step="See what is there with `pkcs11-tool --module FILE --login --list-objects`.",
            )
    try:
        certificate = x509.load_der_x509_certificate(own[0])
        others = [x509.load_der_x509_certificate(der) for _, der in found if der != own[0]]
    except UNREADABLE as error:
        raise SigningError(
            f"A certificate in the token {key.token!r} cannot be read: {error}",
            next_step="Check the token with the program that came with it.",
        ) from error
    return certificate, tuple(_issuers(certificate, others))


def _issuers(certificate: x509.Certificate, others: list[x509.Certificate]) -> Iterator[x509.Certificate]:
    below = certificate
    while (above := next((one for one in others if _issued(one, below)), None)) is not None:
        yield above
        others = [one for one in others if one != above]  # each once: certificates can vouch in a circle
        below = above


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _misformed(why: str) -> UsageError:
    return UsageError(f"The address of the key cannot be used: {why}.", next_step=f"Write {URI_FORM}.")
