// Proofs of possession (RFC 9449) with a key that WebCrypto does not hand out: it signs here, and can't be carried away.
const ALGS = {
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, sign: { name: "ECDSA", hash: "SHA-256" } },
  EdDSA: { key: { name: "Ed25519" }, sign: { name: "Ed25519" } },
};

const octets = (text) => new TextEncoder().encode(text);
const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

let pair = null;

// The key outlives the page, or else a refresh token that is bound to it would not: IndexedDB keeps keys without showing them.
function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("bank", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("keys", mode).objectStore("keys"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    };
  });
}

async function own(alg) {
  pair ??= (await store("readonly", (keys) => keys.get(alg))) ?? null;
  if (pair === null) {
    pair = await crypto.subtle.generateKey(ALGS[alg].key, false, ["sign", "verify"]);
    await store("readwrite", (keys) => keys.put(pair, alg));
  }
  return pair;
}

// A proof for one request, and for the access token that it presents.
export async function proof(alg, method, address, { iat, nonce, token }) {
  const { publicKey, privateKey } = await own(alg);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  const jti = base64url(crypto.getRandomValues(new Uint8Array(12)));
  const claims = { jti, htm: method, htu: address.split(/[?#]/)[0], iat };
  if (token) claims.ath = base64url(await crypto.subtle.digest("SHA-256", octets(token)));
  if (nonce) claims.nonce = nonce;
  const header = { typ: "dpop+jwt", alg, jwk: { kty, crv, x, y } };
  const signed = [header, claims].map((part) => base64url(octets(JSON.stringify(part)))).join(".");
  return `${signed}.${base64url(await crypto.subtle.sign(ALGS[alg].sign, privateKey, octets(signed)))}`;
}
