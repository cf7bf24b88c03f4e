"""The frame of a page that opens from a file: offline, without any script, in both languages at once."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from importlib.resources import files

import msgspec

from .html_blocks import attribute, rich
from .material import Language
from .texts import say, word


def framed(
    *,
    title: str,
    language: Language,
    style: str,
    pictures: str,
    header: str,
    content: str,
    footer: str,
    served: Served | None = None,
) -> str:
    """The whole page. ``pictures`` is the source that its policy lets pictures come from: ``'self'``, ``data:``.

    ``served``: what a page may do besides that the installed program serves; None for one that opens from a file.
    """
    script = "" if served is None else f'<script src="{attribute(served.script)}" defer></script>\n'
    return (
        f'<!DOCTYPE html>\n<html lang="{language.value}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{content_security_policy(style, pictures, served)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{attribute(title)}</title>\n<style>{style}</style>\n{script}</head>\n<body>\n"
        f'<a class="skip" href="#content">{both("exhibit.skip")}</a>\n<div class="page">\n'
        f'<header>{header}{_language_choice(language)}</header>\n<main id="content">\n{content}</main>\n'
        f"<footer>{footer}</footer>\n</div>\n</body>\n</html>\n"
    )


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What a page may do that the installed program serves: one script by its address, and one origin in a frame."""

    script: str
    frames: str = ""


def content_security_policy(style: str, pictures: str, served: Served | None = None) -> str:
    """Nothing may load but this style (by its digest) and pictures from one kind of source (CSP Level 3).

    From ``file:`` a page's origin is opaque; Chromium takes 'self' to mean other files all the same (tested). A page
    that is served may also load one script, send a form to where it came from, and frame one origin.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src {pictures}; style-src 'sha256-{digest}'; base-uri 'none'; "
    if served is None:
        return policy + "form-action 'none'"
    frames = f"frame-src {served.frames}; " if served.frames else ""
    return (
        f"{policy}form-action 'self'; script-src {served.script}; {frames}require-trusted-types-for 'script'"
    )


def styles(*names: str) -> str:
    """Style sheets of this room, one after the other."""
    return "".join(files("evidentia.report").joinpath(name).read_text("utf-8") for name in names)


def both(key: str, **values: object) -> str:
    """A sentence in both languages, of which the style shows the chosen one."""
    return in_both(lambda language: say(language, key, **values))


def in_both(make: Callable[[Language], str]) -> str:
    """A text in both languages, of which the style shows the chosen one; once, where they are the same."""
    texts = {one: make(one) for one in Language}
    if len(set(texts.values())) == 1:
        return rich(texts[Language.ENGLISH])
    return "".join(
        f'<span class="in-{one.value}" lang="{one.value}">{rich(text)}</span>' for one, text in texts.items()
    )


def footer(tool: str, version: str) -> str:
    """By what the page was made."""
    return f"<p>{both('exhibit.footer', tool=tool, version=version)}</p>"


def _language_choice(language: Language) -> str:
    choices = "".join(
        f'<label><input type="radio" name="language" id="show-{one.value}"'
        f'{" checked" if one is language else ""}> <span lang="{one.value}">{word(one, one)}</span></label>'
        for one in Language
    )
    return f"<fieldset><legend>{both('exhibit.language')}</legend>{choices}</fieldset>"
