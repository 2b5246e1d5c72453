// The bank's pages: what each of them asks the bank for, and how it says what came of it.
import { call, design, inMemory, logIn, logOut, mayBeIn } from "./client.js";
import { show } from "./comments.js";

const by = (id) => document.getElementById(id);

// The last outcome, in one line, for people and for whoever drives this page.
function say(text, answer, tone) {
  const line = by("said");
  line.setAttribute("role", tone === "bad" ? "alert" : "status");
  line.dataset.tone = tone;
  line.dataset.status = answer?.status ?? "";
  line.dataset.reason = answer?.reason ?? "";
  line.textContent = text;
}

const refused = (answer) =>
  say(`${answer.status} ${answer.reason ?? ""}: ${answer.detail ?? "the bank did not say why"}.`, answer, "bad");

const money = (cents) => (cents / 100).toLocaleString("en", { style: "currency", currency: "EUR" });

// Exactly, without the rounding of fractions; null for what is no amount.
function cents(text) {
  const parts = /^\s*(\d{1,9})(?:[.,](\d{1,2}))?\s*$/.exec(text);
  return parts && Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
}

async function whoAmI() {
  if (!mayBeIn()) return null;
  const answer = await call("GET", "/api/me");
  document.body.dataset.who = answer.ok ? answer.json.id : "";
  return answer;
}

function showAccount(account) {
  by("balance").textContent = money(account.balance_cents);
  by("balance").dataset.cents = account.balance_cents;
  by("owner").textContent = account.email;
  const rows = account.transfers.map(({ to, amount_cents }) => {
    const row = document.createElement("tr");
    const [name, amount] = [document.createElement("td"), document.createElement("td")];
    name.textContent = to;
    amount.textContent = money(amount_cents);
    amount.className = "number";
    row.append(name, amount);
    return row;
  });
  by("transfers").replaceChildren(...rows);
}

function nobody() {
  document.body.dataset.who = "";
  by("balance").textContent = "–";
  delete by("balance").dataset.cents;
  by("owner").textContent = "nobody is logged in";
  by("transfers").replaceChildren();
}

// While a form is under way it can't be sent again.
function onSubmit(form, act) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await act();
    } catch {
      say("The bank can’t be reached.", null, "bad");
    } finally {
      button.disabled = false;
    }
  });
}

const pages = {
  home() {},

  async login() {
    onSubmit(by("credentials"), async () => {
      const answer = await logIn(by("email").value, by("password").value);
      if (!answer.ok) return refused(answer);
      document.body.dataset.who = answer.json.user.id;
      by("password").value = "";
      return go("/account", true);
    });
    for (const button of document.querySelectorAll("button[data-email]")) {
      button.addEventListener("click", () => {
        by("email").value = button.dataset.email;
        by("password").value = button.dataset.password;
      });
    }
  },

  async account() {
    const asked = new URLSearchParams(location.search);
    by("to").value = asked.get("to") ?? "";
    by("amount").value = asked.get("amount") ?? "";
    by("log-out").addEventListener("click", async () => {
      const answer = await logOut();
      nobody();
      if (!answer.ok) return refused(answer);
      return say(design.has_log_out ? "Logged out." : "Forgotten here: the server keeps nothing that it could end.", answer, "good");
    });
    onSubmit(by("pay"), async () => {
      const [to, amount_cents] = [by("to").value.trim(), cents(by("amount").value)];
      if (!amount_cents) return say("That is no amount: write it as 50 or 50.00.", null, "bad");
      const answer = await call("POST", "/api/transfer", { to, amount_cents });
      if (!answer.ok) return refused(answer);
      showAccount(answer.json);
      return say(`${money(amount_cents)} went to ${to}.`, answer, "good");
    });
    const who = await whoAmI();
    if (who === null) return say("Log in first.", null, "plain");
    const answer = who.ok ? await call("GET", "/api/account") : who;
    if (!answer.ok) {
      nobody();
      return refused(answer);
    }
    showAccount(answer.json);
    return say("Logged in.", answer, "good");
  },

  async comments() {
    const load = async () => {
      const answer = await call("GET", "/api/comments");
      if (answer.ok) show(by("comments"), answer.json);
      return answer;
    };
    onSubmit(by("write"), async () => {
      const answer = await call("POST", "/api/comments", { text: by("comment").value });
      if (!answer.ok) return refused(answer);
      by("comment").value = "";
      await load();
      return say("Posted.", answer, "good");
    });
    const who = await whoAmI();
    if (who === null) return say("Log in first.", null, "plain");
    const answer = who.ok ? await load() : who;
    return answer.ok ? say(answer.json.length === 1 ? "One comment." : `${answer.json.length || "No"} comments.`, answer, "plain") : refused(answer);
  },

  async script() {
    const list = (pairs) => pairs.map(([name, value]) => `${name}: ${value}`).join("\n") || "nothing";
    const look = () => {
      by("seen-cookie").textContent = document.cookie.split("; ").join("\n") || "nothing";
      by("seen-local").textContent = list(Object.entries(localStorage));
      by("seen-session").textContent = list(Object.entries(sessionStorage));
      by("seen-memory").textContent = list(Object.entries(inMemory()).filter(([, value]) => value !== null));
    };
    look();
    const again = setInterval(() => (by("seen-cookie") ? look() : clearInterval(again)), 1000);
    const who = await whoAmI();
    look();
    say(who?.ok ? "Logged in." : "Nobody is logged in.", who, "plain");
  },
};

// Memory ends with the page, so where it holds a token the next page is drawn into this one; everywhere else links are links.
async function go(path, push) {
  if (design.access !== "memory") {
    location.assign(path);
    return;
  }
  const text = await (await fetch(path)).text();
  const next = new DOMParser().parseFromString(text, "text/html");
  if (push) history.pushState(null, "", path);
  document.title = next.title;
  document.querySelector("main").replaceWith(document.adoptNode(next.querySelector("main")));
  await start();
  document.querySelector("h1").setAttribute("tabindex", "-1");
  document.querySelector("h1").focus({ preventScroll: true });
}

async function start() {
  for (const link of document.querySelectorAll("nav a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  try {
    await pages[document.querySelector("main").dataset.page]?.();
  } catch {
    say("The bank can’t be reached.", null, "bad");
  }
  document.body.dataset.ready = document.querySelector("main").dataset.page;
}

addEventListener("click", (event) => {
  const link = event.target.closest?.("a");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (design.access !== "memory" || !plain || !link || link.origin !== location.origin) return;
  event.preventDefault();
  go(link.pathname + link.search, true);
});
addEventListener("popstate", () => design.access === "memory" && go(location.pathname + location.search, false));

start();
