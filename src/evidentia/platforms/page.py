"""What a capture hands to a platform reader: bytes and text that are in the capture, and nothing else."""

from __future__ import annotations

import msgspec


class CapturedResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One response as it was recorded. ``body`` is content-decoded; headers keep case and order."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    method: str = "GET"


class CapturedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A captured page. ``status`` is None and ``failure`` says why where no response came at all.

    ``dom`` is the document after scripts ran, ``text`` its visible text. ``responses`` stand in the
    order in which they arrived; the document's own redirects are among them.
    """

    requested_url: str
    final_url: str | None
    status: int | None
    title: str = ""
    dom: str = ""
    text: str = ""
    responses: tuple[CapturedResponse, ...] = ()
    failure: str | None = None
