// Puts ReplayWeb.page into its page, when its service worker stands. The viewer itself does not wait for that: it asks for
// its inner page four times within half a second and then stays empty for good.
'use strict'
const here = new URL('.', location.href).pathname
const script = document.currentScript
const place = `${here}replay/`

const active = registration => new Promise((resolve, reject) => {
  const worker = registration.active || registration.waiting || registration.installing
  const look = () => {
    if (worker.state === 'activated') resolve()
    if (worker.state === 'redundant') reject(new Error('the service worker of the viewer was not installed'))
  }
  worker.addEventListener('statechange', look)
  look()
})

navigator.serviceWorker.register(`${place}sw.js?serveIndex=1`, {scope: place}).then(active).then(() => {
  const viewer = document.createElement('replay-web-page')
  viewer.setAttribute('source', `${location.origin}${here}capture.wacz`)
  viewer.setAttribute('url', script.dataset.url)
  viewer.setAttribute('embed', 'replayonly')
  viewer.setAttribute('replaybase', place)
  document.body.append(viewer)
}).catch(error => {
  document.body.textContent = String(error)
})
