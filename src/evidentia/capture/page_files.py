"""What a capture of a page writes beside its snapshots: archive, certificates, the post's picture, paper, wire."""

from __future__ import annotations

import binascii

import msgspec

from evidentia._version import VERSION
from evidentia.capture import snapshot, snapshot_files, tls
from evidentia.capture.account import Account
from evidentia.capture.cdp import BrowserGone, CallFailed
from evidentia.capture.staging import Staging
from evidentia.platforms.page import CapturedPage
from evidentia.record.item import Presence, Role, TlsConnection
from evidentia.record.post import PageReading
from evidentia.record.sentences import Term

_FALLBACK_SELECTORS = ("article", "main")
_STORAGE = (
    "Bodies are stored content-decoded, as the browser hands them over; header fields of the encoded body stand "
    "under X-Archive-Orig-. Response headers are those of the wire where it was HTTP/1.1, request headers those the "
    "browser lists."
)


def store_network(account: Account, staging: Staging, chain: tuple[bytes, ...]) -> None:
    """Write the archive and the certificates: from here on they are evidence, whatever follows."""
    from evidentia.capture import wacz, warc

    software = f"evidentia {VERSION}"
    named = account.browser
    archive = warc.write(
        account.exchanges,
        software=f"{software}, {named.name} {named.version}" if named else software,
        at=account.started_at,
        description=_STORAGE,
    )
    facts = account.snapshot.facts
    page = wacz.Page(account.final_url or account.url, account.started_at, facts.title if facts else "")
    staging.add(
        "capture.wacz", Role.ARCHIVE, "application/wacz", wacz.write(archive, page, software=software)
    )
    digests = tuple(
        staging.add(f"tls-{n}.cer", Role.TLS_CERTIFICATE, "application/pkix-cert", der).sha256
        for n, der in enumerate(chain, 1)
    )
    protocol, cipher = tls.protocol_and_cipher(account.document)
    if digests or protocol:
        account.tls = TlsConnection(
            protocol=protocol, cipher=cipher, chain=digests, source=tls.source(account.visit)
        )


async def store_element(account: Account, staging: Staging, reading: PageReading) -> None:
    """Picture the post by itself. It is a part of the full picture, so a failure here costs a comfort."""
    facts = account.snapshot.facts
    if facts is None or (account.credentials is not None and not account.credentials.pictures):
        return
    selectors = (reading.selector,) if reading.selector else _FALLBACK_SELECTORS
    try:
        taken = await snapshot.element_picture(account.visit, selectors, facts)
    except (BrowserGone, CallFailed, msgspec.ValidationError) as error:
        account.problems.append(f"{Term('the post could not be pictured by itself')}: {error}")
        return
    if taken is None:
        account.problems.append(
            f"{Term('the post was not pictured by itself')}: "
            + Term("nothing visible matches {what}").format(what=", ".join(selectors))
        )
        return
    staging.add("post.png", Role.ELEMENT, "image/png", taken[1])


async def store_pdf(account: Account, staging: Staging) -> None:
    """Print the page. It comes last: a page is told that it is printed, and laid out anew for it."""
    if not account.options.pdf or account.snapshot.facts is None:
        return
    if account.credentials is not None:
        account.credentials.withheld.left_out.append(
            f"page.pdf: {Term('nobody can see what of a credential is in it')}"
        )
        return
    try:
        answer = await account.visit.connection.call(
            "Page.printToPDF", account.visit.session, printBackground=True, preferCSSPageSize=True
        )
    except (BrowserGone, CallFailed) as error:
        account.problems.append(f"{Term('the page could not be printed')}: {error}")
        return
    staging.add("page.pdf", Role.PDF, "application/pdf", binascii.a2b_base64(answer["data"]))


async def store_wire(account: Account, staging: Staging) -> None:
    """Close the door, so that nothing passes that is not kept, and write what passed."""
    wire = account.door.wire
    if wire is not None:
        await account.door.close()
        await wire.finish(staging)
        account.problems += wire.problems


def check_presence(page: CapturedPage, account: Account, reading: PageReading) -> Presence:
    from evidentia.capture import presence

    files = {"capture.wacz": tuple(presence.response_texts(page.responses))}
    files |= snapshot_files.texts(account.snapshot, snapshot_files.AFTER if account.untouched else "")
    if account.untouched is not None:
        files |= snapshot_files.texts(account.untouched)
    return presence.check(reading.post.text if reading.post else None, files)
