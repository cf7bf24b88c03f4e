// Stands before the viewer's service worker, and lays a stricter policy over everything that it answers with: the viewer's
// own lets web sockets out. SCRIPTS, set in the line above this file, says whether a replayed page's own scripts may run.
'use strict'
{
  const OURS = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src 'self' data: blob:; " +
    "frame-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; form-action 'none'; base-uri 'self'; " +
    'sandbox allow-scripts allow-same-origin'
  const STILL = "default-src 'self' 'unsafe-inline' data: blob:; script-src 'none'; connect-src 'none'; worker-src 'none'; " +
    "frame-src 'self' data: blob:; object-src 'none'; form-action 'none'; base-uri 'self'; sandbox allow-same-origin"
  // What a captured answer could order a browser to do beside being shown.
  const DROPPED = ['link', 'refresh', 'report-to', 'reporting-endpoints', 'nel', 'set-cookie', 'service-worker-allowed',
    'content-security-policy-report-only', 'clear-site-data', 'alt-svc', 'origin-trial', 'speculation-rules']
  const NO_BODY = [101, 103, 204, 205, 304]

  const guarded = (request, response) => {
    if (!response || response.status === 0) return response
    const headers = new Headers(response.headers)
    for (const name of DROPPED) headers.delete(name)
    const replayed = new URL(request.url).pathname.startsWith(`${new URL(self.registration.scope).pathname}w/`)
    headers.set('Content-Security-Policy', replayed && !SCRIPTS ? STILL : OURS)
    headers.set('X-DNS-Prefetch-Control', 'off')
    headers.set('Referrer-Policy', 'no-referrer')
    headers.set('X-Content-Type-Options', 'nosniff')
    return new Response(NO_BODY.includes(response.status) ? null : response.body,
      {status: response.status, statusText: response.statusText, headers})
  }

  if (self.FetchEvent) { // the viewer reads the capture in a worker of another kind, which answers nothing
    const answered = FetchEvent.prototype.respondWith
    FetchEvent.prototype.respondWith = function (answer) {
      return answered.call(this, Promise.resolve(answer).then(response => guarded(this.request, response)))
    }
  }
}
importScripts('viewer.js')
