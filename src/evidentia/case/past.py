"""Past versions of a page, from an outside archive: items, observed when the archive says that they stood so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from evidentia.custody.ledger import Occasion
from evidentia.record.item import Access, ItemKind
from evidentia.record.memento import Memento
from evidentia.record.sentences import Term

from .acting import Acting
from .contents import Contents, addresses
from .gathering import Capture, Progress, gather_from
from .taking import filled, seal

if TYPE_CHECKING:
    from evidentia.capture.captured import PageCapture
    from evidentia.capture.options import PageOptions
    from evidentia.capture.wayback import Archive


def take_past(
    acting: Acting,
    memento: Memento,
    options: PageOptions | None,
    archive: Archive | None,
    occasion: Occasion,
    progress: Progress,
) -> Capture:
    """Fetch one version and seal it: see ``Case.take_past``."""
    from evidentia.capture.wayback import fetch
    from evidentia.platforms.keys import key_for

    acting.require_adding()
    known = addresses(Contents(acting.ledger).observations())
    take: Callable[..., PageCapture] = partial(fetch, memento, options=options, archive=archive)
    title = Term("{url} as archived at {n}").format(url=memento.url, n=memento.stamp)
    intake = acting.begin(ItemKind.CAPTURE, title, memento.url, Access.PUBLIC)
    with filled(intake, lambda: gather_from(intake, take, progress)) as page:
        progress("sealing")
        return seal(acting, memento.url, page, key_for(memento.url, page.reading.post, known), occasion)
