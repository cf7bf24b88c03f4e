// What the protocol's own library says of proofs: one JSON object on each line of standard input
// {"car": base64, "did", "key": did:key, "collection", "rkey", "cid": text or null for an absence}, one answer on each
// line of standard output: {"verified": true or false} or {"error": …}. An independent opinion for tests.
"use strict";

const path = require("node:path");
const readline = require("node:readline");
const { createRequire } = require("node:module");

const packages = createRequire(path.join(process.env.EVIDENTIA_BLUESKY_PACKAGES, "package.json"));
const { verifyProofs } = packages("@atproto/repo");
const { parseCid } = createRequire(packages.resolve("@atproto/repo"))("@atproto/lex-data");

async function judge({ car, did, key, collection, rkey, cid }) {
  try {
    const claim = { collection, rkey, cid: cid === null ? null : parseCid(cid) };
    const { verified } = await verifyProofs(Buffer.from(car, "base64"), [claim], did, key);
    return { verified: verified.length === 1 };
  } catch (error) {
    return { error: String(error.message) };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await judge(JSON.parse(line)))}\n`);
  }
})();
