"""A captured page in the viewer, at an origin of its own that holds this capture and nothing else.

What a hostile page could do there, were it let, and what stops it, is on the page docs/how-to/open-the-exhibit.md;
tests try each of it in a real Chromium.
"""

from __future__ import annotations

from importlib.resources import files

from evidentia.report.html_blocks import attribute

from .loopback import Answer, Loopback, Page
from .opened import Opened
from .replayer import Replayer

_SCRIPT = "text/javascript; charset=utf-8"


def replaying(
    opened: Opened, path: str, url: str, replayer: Replayer, *, scripts: bool, framed_by: str
) -> Loopback:
    """A server, not yet running, that replays one WACZ.

    Args:
        path: the WACZ in the bundle.
        url: the captured page's address.
        scripts: whether the page's own scripts may run.
        framed_by: the origin that may show it in a frame.
    """
    pages: dict[str, Page] = {}
    loopback = Loopback(pages, framed_by=framed_by)
    worker = f"const SCRIPTS = {'true' if scripts else 'false'}\n".encode() + _own("guard.js")
    code = {
        "boot.js": _own("boot.js"),
        "ui.js": replayer.interface,
        "replay/ui.js": replayer.interface,
        "replay/sw.js": worker,
        "replay/viewer.js": replayer.worker,
    }
    policy = _policy(loopback)
    entry = _entry(url)
    for name, body in code.items():
        pages[name] = _always(Answer(body=body, media_type=_SCRIPT, policy=policy))
    # A port that was used before may have left data in the browser: of another capture, or of another program.
    cleared = {"Clear-Site-Data": '"cache", "storage"'}
    pages[""] = _always(Answer(body=entry, policy=policy, headers=cleared))
    pages["capture.wacz"] = _always(
        Answer(
            media_type="application/octet-stream",
            policy=policy,
            size=opened.files[path],
            part=lambda first, count: opened.read(path, first, count),
        )
    )
    return loopback


def _policy(loopback: Loopback) -> str:
    """For what this server sends itself; what its service worker answers with has the one in guard.js.

    A service worker's own requests fall under the policy that its script came with (Service Workers, 6.2): 'self'.
    """
    return (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self'; "
        "frame-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {loopback.framed_by} 'self'"
    )


def _entry(url: str) -> bytes:
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Replay</title>'
        "<style>html, body { margin: 0; height: 100% } replay-web-page { display: block; height: 100vh }</style>"
        f'<script src="ui.js"></script></head><body><script src="boot.js" data-url="{attribute(url)}"></script>'
        "</body></html>"
    ).encode()


def _own(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()


def _always(answer: Answer) -> Page:
    return lambda query: answer
