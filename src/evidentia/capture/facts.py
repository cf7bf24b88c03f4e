"""What is read from the rendered document, in a world of our own: the page's scripts cannot reach into it.

A page can replace ``document.title`` or ``Range.prototype`` with code of its own; an isolated world
(CDP Page.createIsolatedWorld) shares the document with it and nothing else.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from evidentia.capture.limits import PAGE_NAMED, TEXT_CHARACTERS, WORDS


class Word(msgspec.Struct, frozen=True):
    """A visible word and its box, in pixels of the full-page picture, from its upper left corner."""

    text: str
    x: float
    y: float
    w: float
    h: float


class FrameFacts(msgspec.Struct, frozen=True):
    """What an embedded frame shows. ``words`` are where the frame's window shows them."""

    url: str
    text: str
    words: tuple[Word, ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The rendered document. ``cut`` says what was longer than the limits; ``unloaded`` names pictures."""

    url: str
    title: str
    canonical: str | None
    language: str
    dom: str
    text: str
    words: tuple[Word, ...]
    width: int
    height: int
    unloaded: tuple[str, ...]
    frames: int
    cut: tuple[str, ...]


_Read = TypeVar("_Read", Facts, FrameFacts)

_SEEING = f"""
  const sound = (text) => String(text ?? '').toWellFormed();
  const root = document.documentElement;
  const cut = [];
  const limited = (text, name, limit) => {{
    if (text.length > limit) cut.push(name);
    return text.slice(0, limit);
  }};
  const shadows = [];
  const descend = (tree) => {{
    for (const element of tree.querySelectorAll('*')) {{
      if (element.shadowRoot) {{ shadows.push(element.shadowRoot); descend(element.shadowRoot); }}
    }}
  }};
  descend(document);
  const visible = new Map();
  const isVisible = (element) => {{
    if (!visible.has(element)) {{
      visible.set(element, element.checkVisibility({{opacityProperty: true, visibilityProperty: true}}));
    }}
    return visible.get(element);
  }};
  const round = (value) => Math.round(value * 10) / 10;
  const seeWords = (right, down, kept) => {{
    const words = [], range = document.createRange();
    for (const tree of [document.body ?? document, ...shadows]) {{
      const walker = document.createTreeWalker(tree, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {{
        const parent = node.parentElement ?? node.getRootNode().host;
        if (!parent || !isVisible(parent)) continue;
        for (const found of node.data.matchAll(/\\S+/g)) {{
          range.setStart(node, found.index);
          range.setEnd(node, found.index + found[0].length);
          const box = range.getBoundingClientRect();
          if (box.width === 0 || box.height === 0 || !kept(box)) continue;
          if (words.length >= {WORDS}) {{ cut.push('boxes'); return words; }}
          words.push({{text: sound(found[0]), x: round(box.x + right), y: round(box.y + down),
                      w: round(box.width), h: round(box.height)}});
        }}
      }}
    }}
    return words;
  }};
  const seeText = () => {{
    const own = document.body ? document.body.innerText : root?.textContent;
    const inner = shadows.filter((shadow) => isVisible(shadow.host)).map((shadow) =>
      [...shadow.children].map((element) => element.innerText ?? '').join('\\n').trim());
    return limited(sound([own, ...inner].filter((text) => text).join('\\n')), 'text', {TEXT_CHARACTERS});
  }};
"""

READ_PAGE = f"""(() => {{
  {_SEEING}
  const doctype = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + '\\n' : '';
  const html = doctype + (root ? root.outerHTML : '');
  globalThis.evidentiaTaken = html;
  const whole = () => {{
    const tag = root.cloneNode(false).outerHTML, end = tag.lastIndexOf('</');
    return doctype + tag.slice(0, end) + root.getHTML({{serializableShadowRoots: true, shadowRoots: shadows}})
      + tag.slice(end);
  }};
  const canonical = document.querySelector('link[rel~="canonical"][href]');
  const unloaded = [...document.images].filter((image) => image.currentSrc && !image.complete);
  const body = document.body;
  const tall = Math.max(root?.scrollHeight ?? 0, body?.scrollHeight ?? 0, innerHeight);
  const wide = Math.max(root?.scrollWidth ?? 0, innerWidth);
  return JSON.stringify({{
    url: location.href,
    title: limited(sound(document.title), 'title', 4096),
    canonical: canonical ? sound(canonical.href) : null,
    language: navigator.language,
    dom: limited(sound(root && shadows.length ? whole() : html), 'dom', {TEXT_CHARACTERS}),
    text: seeText(),
    words: seeWords(scrollX, scrollY, () => true), width: wide, height: tall,
    unloaded: unloaded.slice(0, {PAGE_NAMED}).map((image) => image.currentSrc.slice(0, 2048)),
    frames: document.querySelectorAll('iframe, frame, object, embed').length,
    cut,
  }});
}})()"""
"""Gives JSON (``parse``): the browser takes several times as long to return thousands of words as objects."""

READ_FRAME = f"""(() => {{
  {_SEEING}
  const within = (box) => box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  return JSON.stringify({{url: location.href, text: seeText(), words: seeWords(0, 0, within)}});
}})()"""
"""The same in an embedded frame: its text, and the words that its window shows, from that window's corner."""

UNCHANGED = """(() => {
  const root = document.documentElement;
  const doctype = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + '\\n' : '';
  return globalThis.evidentiaTaken === doctype + (root ? root.outerHTML : '');
})()"""


def element_box(selector: str) -> str:
    """A script that gives the box of the first visible element, as [x, y, width, height], or null."""
    quoted = msgspec.json.encode(selector).decode()
    return f"""(() => {{
      for (const element of document.querySelectorAll({quoted})) {{
        const box = element.getBoundingClientRect();
        if (box.width > 0 && box.height > 0) {{
          return [box.x + scrollX, box.y + scrollY, box.width, box.height];
        }}
      }}
      return null;
    }})()"""


def parse(value: object, kind: type[_Read]) -> _Read:
    """The facts out of what a script returned.

    Raises:
        msgspec.ValidationError: the browser returned something else.
    """
    if not isinstance(value, str):
        raise msgspec.ValidationError(f"expected JSON, got {type(value).__name__}")
    return msgspec.json.decode(value, type=kind, strict=False)
