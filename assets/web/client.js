// The bank's client: keeps credentials where the design says, and sends each request with them. No part of a page is here.
import { proof } from "./proof.js";

export const design = JSON.parse(document.getElementById("design").textContent);

// Tokens that live in memory are here and nowhere else: a variable of this module, which no other script can name.
let access = null;
let refresh = null;
// The lab's time as the server said it last, in seconds. The machine's own clock may be days away from it.
let labTime = null;
let nonce = null;
let renewing = null;

const STORED = { access: "access_token", refresh: "refresh_token" };

const kept = (which) => {
  if (design[which] === "local-storage") return localStorage.getItem(STORED[which]);
  return which === "access" ? access : refresh;
};

function keep(which, token) {
  if (design[which] === "local-storage") {
    if (token === null) localStorage.removeItem(STORED[which]);
    else localStorage.setItem(STORED[which], token);
  } else if (which === "access") access = token;
  else refresh = token;
}

function keepReply(reply) {
  if (reply.access_token) keep("access", reply.access_token);
  if (reply.refresh_token) keep("refresh", reply.refresh_token);
}

export function forget() {
  keep("access", null);
  keep("refresh", null);
}

// Whether this page has anything to show to the bank; of an HttpOnly cookie it can't know.
export const mayBeIn = () => design.access === "cookie" || kept("access") !== null || renewable();

const renewable = () => design.renewal === "explicit" && (design.refresh === "cookie" || kept("refresh") !== null);

// What this module keeps in memory, for the page that shows it.
export const inMemory = () => ({
  access: design.access === "memory" ? access : null,
  refresh: design.refresh === "memory" ? refresh : null,
});

const cookie = (name) => {
  const pair = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
};

async function once(method, path, body) {
  const headers = { accept: "application/json" };
  const token = design.access === "cookie" ? null : kept("access");
  if (token) headers.authorization = `${design.dpop ? "DPoP" : "Bearer"} ${token}`;
  if (design.csrf_cookie && method !== "GET") {
    const secret = cookie(design.csrf_cookie);
    if (secret) headers[design.csrf_header] = secret;
  }
  if (body !== undefined) headers["content-type"] = "application/json";
  if (design.dpop) {
    if (labTime === null) heard(await fetch("/web/time"));
    headers.dpop = await proof(design.dpop, method, location.origin + path, { iat: labTime, nonce, token });
  }
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  heard(answer);
  const text = await answer.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // A 204 has no body, and what is no JSON is shown by its status.
  }
  return { ok: answer.ok, status: answer.status, reason: json?.reason ?? null, detail: json?.detail ?? null, json };
}

function heard(answer) {
  const date = Date.parse(answer.headers.get("date"));
  if (!Number.isNaN(date)) labTime = Math.floor(date / 1000);
  nonce = answer.headers.get("dpop-nonce") ?? nonce;
}

// A proof is dated by the last answer, which may be old by now; and the server may want a nonce in it that came with its refusal.
const AGAIN = ["use-dpop-nonce", "proof-expired", "proof-not-yet-valid"];

async function send(method, path, body) {
  const answer = await once(method, path, body);
  return answer.status === 401 && AGAIN.includes(answer.reason) ? once(method, path, body) : answer;
}

// One renewal at a time: a rotating token that is used twice looks like a theft.
export function renew() {
  renewing ??= (async () => {
    const token = kept("refresh");
    const answer = await send("POST", "/auth/refresh", token === null ? undefined : { refresh_token: token });
    if (answer.ok) keepReply(answer.json);
    return answer;
  })().finally(() => {
    renewing = null;
  });
  return renewing;
}

// Sends a request to the bank; where it is refused for the credential, renews that once and sends it again.
export async function call(method, path, body) {
  // A page that was opened anew has lost what it had in memory, and asks before it is refused.
  if (design.access === "memory" && access === null && renewable()) {
    const renewed = await renew();
    if (!renewed.ok) return renewed;
  }
  const answer = await send(method, path, body);
  if (answer.status !== 401 || !renewable()) return answer;
  const renewed = await renew();
  return renewed.ok ? send(method, path, body) : answer;
}

async function hashed(password) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(password));
  return [...new Uint8Array(hash)].map((octet) => octet.toString(16).padStart(2, "0")).join("");
}

export async function logIn(email, password) {
  const sent = design.hashes_password ? await hashed(password) : password;
  const answer = await send("POST", "/auth/login", { email, password: sent });
  if (answer.ok) keepReply(answer.json);
  return answer;
}

// Tells the server, where the design has something to tell it, and forgets in any case.
export async function logOut() {
  let answer = { ok: true, status: 0, reason: null, detail: null, json: null };
  if (design.has_log_out) {
    const token = kept("refresh");
    answer = await send("POST", "/auth/logout", token === null ? undefined : { refresh_token: token });
  }
  forget();
  return answer;
}
