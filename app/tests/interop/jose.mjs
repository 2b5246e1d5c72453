// Tokens of every algorithm made by the npm package jose, and tokens of others checked by it: one JSON object a line.

import { webcrypto } from "node:crypto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

// Before version 19, Node.js does not offer it by itself.
globalThis.crypto ??= webcrypto;
const [folder, what, ...algs] = process.argv.slice(2);
const jose = await import(pathToFileURL(createRequire(`${folder}/`).resolve("jose")));

const CLAIMS = { sub: "ada", exp: 1767607200, text: "Grüße 你好", list: [1, { a: null }] };

async function make(alg) {
  const signed = (key) => new jose.SignJWT(CLAIMS).setProtectedHeader({ alg, typ: "at+jwt", kid: "k1" }).sign(key);
  if (alg.startsWith("HS")) {
    const secret = crypto.getRandomValues(new Uint8Array(64));
    const k = jose.base64url.encode(secret);
    return { alg, token: await signed(secret), key: { kty: "oct", k }, private: k };
  }
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
  const key = await jose.exportJWK(publicKey);
  return { alg, token: await signed(privateKey), key, private: await jose.exportPKCS8(privateKey) };
}

async function check({ alg, token, key }) {
  const currentDate = new Date(1767603600 * 1000);
  const { payload } = await jose.jwtVerify(token, await jose.importJWK(key, alg), { algorithms: [alg], currentDate });
  return payload;
}

if (what === "make") {
  for (const alg of algs) {
    console.log(JSON.stringify(await make(alg)));
  }
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const told = await check(JSON.parse(line)).then((claims) => ({ claims }), (why) => ({ error: String(why) }));
    console.log(JSON.stringify(told));
  }
}
