// Makes the requests that the page was told to make, one after the other, and goes on to the next page.
"use strict";

const told = JSON.parse(document.getElementById("told").textContent);
const line = document.getElementById("said");
const bar = document.getElementById("progress");

// What does not answer must not keep the others waiting.
const PATIENCE = 5000;
const patient = work => Promise.race([work, pause(PATIENCE)]).catch(() => {});
const pause = millis => new Promise(done => setTimeout(done, millis));

function loaded(element, url) {
  return patient(new Promise(done => {
    element.onload = element.onerror = done;
    element.src = url;
    if (element.tagName === "IFRAME") document.body.append(element);
  }));
}

function follow(url) {
  const link = document.createElement("a");
  link.href = url;
  document.body.append(link);
  link.click();
}

function submit(url) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  document.body.append(form);
  form.submit();
}

const report = (index, text) =>
  patient(fetch(`${told.root}said?${index}`, { method: "POST", body: text, credentials: "omit" }));

const deeds = {
  form: ({ to }) => submit(to),
  link: ({ to }) => follow(to),
  image: ({ to }) => loaded(new Image(), to),
  frame: ({ to }) => loaded(document.createElement("iframe"), to),
  "fetch-post": ({ to }) => patient(fetch(to, { method: "POST", credentials: "include" })),
  "fetch-get": ({ to }) => patient(fetch(to)),
  write: ({ index, lines }) => {
    for (const text of lines) document.cookie = text;
    return report(index, "");
  },
  read: ({ index }) => report(index, document.cookie),
};

async function brand() {
  const agent = navigator.userAgent;
  const data = await navigator.userAgentData?.getHighEntropyValues(["fullVersionList"]);
  const brands = data?.fullVersionList ?? [];
  const known = ["Microsoft Edge", "Opera", "Brave", "Google Chrome", "Chromium"];
  const found = known.map(name => brands.find(entry => entry.brand === name)).find(Boolean);
  if (found) return { name: found.brand, version: found.version };
  const named = agent.match(/(Firefox|Edg|OPR|Chrome|Version)\/([\d.]+)/);
  const names = { Edg: "Microsoft Edge", OPR: "Opera", Version: "Safari" };
  return named ? { name: names[named[1]] ?? named[1], version: named[2] } : { name: "a browser", version: "unknown" };
}

async function start() {
  line.textContent = "It is asked to make requests of every kind. Leave this tab open.";
  await patient(fetch("who", { method: "POST", body: JSON.stringify(await brand()), credentials: "omit" }));
  location.replace(told.start);
}

async function run() {
  if (told.of) {
    bar.hidden = false;
    bar.max = told.of;
    bar.value = told.at;
    line.textContent = `Request ${told.at + 1} of ${told.of}. Leave this tab open.`;
  }
  for (const deed of told.deeds ?? []) {
    if (deed.wait > 1000) {
      const seconds = Math.ceil(deed.wait / 1000);
      line.textContent = `Cookies are older after a while: this goes on in ${seconds} s. Leave this tab open.`;
    }
    if (deed.wait) await pause(deed.wait);
    await deeds[deed.how](deed);
    // The tab is on its way to where the request goes, whose page goes on.
    if (deed.how === "form" || deed.how === "link") return;
  }
  location.replace(told.next);
}

if (told.done) line.textContent = "Lockstep has the result. This tab can be closed.";
else if (told.start) start();
else run();
