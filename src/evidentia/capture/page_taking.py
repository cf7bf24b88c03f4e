"""The work of a capture in a browser: load, take, behave, take again, write, and only then read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from evidentia import platforms
from evidentia.capture import snapshot, snapshot_files, tls
from evidentia.capture.account import Account
from evidentia.capture.browser_session import BrowserSession
from evidentia.capture.captured import PageCapture, Progress, Read, credentials_of, read_safely, silent
from evidentia.capture.cdp import BrowserGone
from evidentia.capture.door import Door
from evidentia.capture.launching import Spawned
from evidentia.capture.options import PageOptions
from evidentia.capture.recorder import Recorder
from evidentia.capture.shared_browser import SharedBrowser
from evidentia.capture.staging import Staging
from evidentia.capture.visit import Visit
from evidentia.capture.wire import keeping
from evidentia.platforms.page import CapturedPage
from evidentia.record.item import LoadState, StoredFile
from evidentia.record.moment import now
from evidentia.record.post import PageReading
from evidentia.record.sentences import Term


def alone(
    url: str,
    into: Path,
    stored: Callable[[StoredFile], None] | None,
    options: PageOptions,
    progress: Progress | None,
    read: Read | None,
    early: Spawned,
) -> PageCapture:
    """Capture a page in a browser of its own that has been started already: see ``page.capture_page``."""
    staging = Staging(into, stored)
    return asyncio.run(_alone(url, staging, options, progress or silent, read or platforms.read, early))


def in_session(
    session: BrowserSession,
    url: str,
    into: Path,
    stored: Callable[[StoredFile], None] | None,
    options: PageOptions | None,
    progress: Progress | None,
    read: Read | None,
) -> PageCapture:
    """Capture a page in a browser that stays: see ``page.capture_page``."""
    staging, tell, reader = Staging(into, stored), progress or silent, read or platforms.read
    return session.run(
        options, lambda browser, chosen: capture_in(browser, url, staging, chosen, tell, reader)
    )


async def capture_in(
    shared: SharedBrowser, url: str, staging: Staging, options: PageOptions, progress: Progress, read: Read
) -> PageCapture:
    """Capture a page in a browser that others may use meanwhile: see ``capture_page``."""
    started_at = now()
    credentials = credentials_of(options, url)
    with keeping(staging.folder, options.wire) as wire:
        door = Door(allow_private_network=options.allow_private_network, wire=wire)
        await door.open()
        try:
            visit = Visit(Recorder())
            account = Account(url, options, started_at, door, visit, credentials=credentials)
            progress("starting the browser")
            async with shared.visiting(visit, door) as running:
                account.browser, account.user_agent = running.program, running.user_agent
                account.sandboxed = running.sandboxed
                if wire is not None and running.key_log is not None:
                    wire.key_logs.append(running.key_log)
                taken = await _take(account, staging, progress, read)
            if credentials is not None:
                taken = await asyncio.to_thread(credentials.finished, taken, staging.folder)
            return taken
        finally:
            await door.close()


async def _alone(
    url: str, staging: Staging, options: PageOptions, progress: Progress, read: Read, early: Spawned
) -> PageCapture:
    async with SharedBrowser(options, at_once=1, alone=True, early=early) as browser:
        return await capture_in(browser, url, staging, options, progress, read)


def _import_the_rest() -> None:
    """Load what is needed later, while the page loads."""
    from evidentia.capture import behaviours, page_files, presence, wacz, warc  # noqa: F401


async def _take(account: Account, staging: Staging, progress: Progress, read: Read) -> PageCapture:
    chain: tuple[bytes, ...] = ()
    asking = asyncio.gather(_ask(account), asyncio.to_thread(_import_the_rest))
    try:
        progress("loading the page")
        await _load(account)
        progress("taking the page")
        if account.failure is None:
            await _shoot(account)
            await asyncio.to_thread(snapshot_files.store, account.snapshot, staging)
            await _behave(account, staging, progress)
        chain, others = await tls.chain(account.visit, account.final_url or account.url)
        if others:
            account.problems.append(tls.OTHERS)
    except BrowserGone as gone:
        _browser_ended(account, gone)
    except BaseException:
        asking.cancel()
        raise
    await asyncio.gather(asking, account.visit.recorder.settle())
    account.explain_failure()
    account.complete_exchanges()
    if account.credentials is not None:
        await asyncio.to_thread(account.credentials.hide_exchanges, account.exchanges)
    progress("writing what came over the network")
    # In a thread: while this page is written and read, others that share the browser go on.
    page, reading = await asyncio.to_thread(_store_and_read, account, staging, chain, read)
    from evidentia.capture import page_files

    await page_files.store_element(account, staging, reading)
    await page_files.store_pdf(account, staging)
    await page_files.store_wire(account, staging)
    account.problems += account.snapshot.problems
    presence = await asyncio.to_thread(page_files.check_presence, page, account, reading)
    return PageCapture(
        files=tuple(staging.files),
        circumstances=account.circumstances(),
        reading=reading,
        presence=presence,
        page=page,
        problems=tuple(account.problems),
    )


def _store_and_read(
    account: Account, staging: Staging, chain: tuple[bytes, ...], read: Read
) -> tuple[CapturedPage, PageReading]:
    """Write what came over the network; only then read it."""
    from evidentia.capture import page_files

    page_files.store_network(account, staging, chain)
    page = account.captured_page()
    return page, read_safely(read, page, account.problems)


async def _ask(account: Account) -> None:
    """Ask the platform's interface, where its reader has questions, while the browser shows the page."""
    options = account.options
    if not options.ask:
        return
    # In a thread: to load every reader takes longer than to load most pages.
    questions = await asyncio.to_thread(platforms.questions, account.url, options.places)
    if questions is None:
        return
    from evidentia.capture.asking import ask_all
    from evidentia.capture.client import Client
    from evidentia.capture.client_tls import Belief

    belief = Belief(options.accepted_keys, account.door.key_log)
    own = account.credentials.for_client if account.credentials else None
    async with Client(account.door, belief, credentials=own, locale=options.locale) as client:
        await ask_all(questions, client, account.asked)


async def _load(account: Account) -> None:
    options = account.options
    if account.credentials is not None:
        await account.credentials.log_in(account.visit)
    account.failure = await account.visit.go(account.url, options.load_seconds)
    if account.failure is None:
        account.load_state = LoadState.PARTIAL
        await account.visit.wait_loaded(options.load_seconds)
        await account.visit.wait_quiet(options.quiet_limit_seconds)
        account.load_state = account.visit.load_state(quiet=False)


async def _shoot(account: Account) -> None:
    account.snapshot = await snapshot.take(account.visit, account.options.quiet_limit_seconds)
    if account.credentials is not None:
        await account.credentials.hide_snapshot(account.snapshot, account.visit)
    account.load_state = account.visit.load_state(quiet=account.snapshot.quiet)


async def _behave(account: Account, staging: Staging, progress: Progress) -> None:
    """Let the behaviours at the page, which has been taken as it was; take it again where they changed it."""
    visit, wanted = account.visit, account.options.behaviours
    if not wanted or visit.crashed or visit.hung:
        return
    from evidentia.capture import behaviours

    documents = len(visit.loaders)
    account.behaved = await behaviours.perform(visit, wanted)
    if not account.behaved.touched:
        return
    progress("taking the page again")
    after = await snapshot.take(visit, account.options.quiet_limit_seconds)
    if account.credentials is not None:
        await account.credentials.hide_snapshot(after, visit)
    account.load_state = visit.load_state(quiet=after.quiet)
    account.behaved.left = len(visit.loaders) != documents
    if account.behaved.left or (after.facts is None and not after.tiles):
        account.problems += after.problems
        return
    account.problems += account.snapshot.problems
    account.untouched, account.snapshot = account.snapshot, after
    await asyncio.to_thread(snapshot_files.store, after, staging, snapshot_files.AFTER)


def _browser_ended(account: Account, gone: BrowserGone) -> None:
    account.problems.append(f"{Term('the browser ended during the capture')}: {gone}")
    account.failure = account.failure or f"{Term('the browser ended')}: {gone}"
    if account.document is not None and account.document.archived:
        account.load_state = LoadState.PARTIAL
