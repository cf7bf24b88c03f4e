// A Bluesky host (PDS) and its directory of identities (PLC), on 127.0.0.1 alone: node server.cjs PLC-PORT PDS-PORT FOLDER
//
// Prints "up" once both listen, and ends when its standard input is closed, so that it never outlives the process
// that started it. The keys are made at every start, the directory is kept in memory.
"use strict";

const net = require("node:net");
const path = require("node:path");
const { createRequire } = require("node:module");

// Both servers would listen on every address of the machine.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, { port: Number(port), host: "127.0.0.1" }, rest.find((each) => typeof each === "function"));
};

const packages = createRequire(path.join(process.env.EVIDENTIA_BLUESKY_PACKAGES, "package.json"));
const plc = packages("@did-plc/server");
const pds = packages("@atproto/pds");
const { Secp256k1Keypair } = packages("@atproto/crypto");

async function main(plcPort, pdsPort, folder) {
  const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort });
  await directory.start();
  const rotation = await Secp256k1Keypair.create({ exportable: true });
  const recovery = await Secp256k1Keypair.create();
  const settings = {
    devMode: true,
    port: pdsPort,
    hostname: "localhost",
    dataDirectory: folder,
    blobstoreDiskLocation: path.join(folder, "blobs"),
    didPlcUrl: `http://localhost:${plcPort}`,
    recoveryDidKey: recovery.did(),
    plcRotationKeyK256PrivateKeyHex: Buffer.from(await rotation.export()).toString("hex"),
    adminPassword: process.env.EVIDENTIA_BLUESKY_ADMIN,
    jwtSecret: "a secret of the lab that opens nothing else",
    serviceHandleDomains: [".test"],
    inviteRequired: false,
    disableSsrfProtection: true,
  };
  const host = await pds.PDS.create(pds.envToCfg(settings), pds.envToSecrets(settings));
  await host.start();
  process.stdin.resume().on("end", () => process.exit(0));
  process.stdout.write("up\n");
}

main(Number(process.argv[2]), Number(process.argv[3]), process.argv[4]).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
