// An HTTP/2 server on loopback: every path of the JSON file answers with its bytes. Prints its port.
// node http2_site.js CHAIN KEY ROUTES
'use strict';
const fs = require('node:fs');
const http2 = require('node:http2');

const [chain, key, routes] = process.argv.slice(2);
const answers = JSON.parse(fs.readFileSync(routes));
const server = http2.createSecureServer({ cert: fs.readFileSync(chain), key: fs.readFileSync(key) });
server.on('stream', (stream, headers) => {
  const answer = answers[headers[':path']];
  stream.on('error', () => {});
  stream.respond({ ':status': answer ? 200 : 404, 'content-type': answer ? answer.type : 'text/plain' });
  stream.end(answer ? Buffer.from(answer.base64, 'base64') : 'no');
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
