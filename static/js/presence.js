// Who else is on this ticket, what changed meanwhile, and the answer that is about to be sent.
(() => {
  "use strict";
  const PERIOD = 10000;
  const composer = document.getElementById("composer");
  const news = document.querySelector(".news");
  if (!composer || !news) return;
  const here = document.getElementById("here");
  const token = composer.querySelector("[name=csrfmiddlewaretoken]").value;
  let timer = 0;
  let vain = 0; // so many times nobody answered
  let typedAt = -PERIOD;
  let typed = "";

  async function post(url, values) {
    const body = new URLSearchParams({
      csrfmiddlewaretoken: window.werkdag.token(token),
      ...values,
    });
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    if (!response.ok) throw new Error(response.status);
    return response.json();
  }

  function writing() {
    const texts = [...composer.querySelectorAll("textarea")];
    return texts.some((text) => text.value.trim()) || composer.contains(document.activeElement);
  }

  function show(told) {
    const words = [...told.here, ...told.sending].join(" · ");
    if (here.textContent !== words) here.textContent = words;
    if (told.version <= Number(news.dataset.version)) return;
    if (!writing() && !String(window.getSelection())) {
      refresh();
      return;
    }
    const lines = told.news.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    });
    if (news.innerText !== told.news.join("\n")) news.querySelector("ul").replaceChildren(...lines);
    news.hidden = false;
  }

  async function poll() {
    clearTimeout(timer);
    if (document.hidden) return;
    const doing = performance.now() - typedAt < PERIOD ? typed : "looks";
    try {
      show(await post(composer.dataset.presence, { doing, seen: news.dataset.version }));
      vain = 0;
    } catch {
      here.textContent = "";
      vain += 1;
    }
    clearTimeout(timer);
    timer = setTimeout(poll, window.werkdag.pause(PERIOD, vain));
  }

  // Only what differs is replaced: an open fold and a mail that is shown stay as they are.
  function renew(list, fresh) {
    const old = [...list.children];
    [...fresh.children].forEach((item, index) => {
      if (!old[index]) list.append(item);
      else if (old[index].textContent !== item.textContent) old[index].replaceWith(item);
    });
    for (const item of old.slice(fresh.children.length)) item.remove();
  }

  // Somebody is in it, or has opened something there: it stays as it is.
  function busy(part) {
    return (
      part.contains(document.activeElement) ||
      part.querySelector(":is(.verbs, .tags, .menu) details[open], details.menu[open]")
    );
  }

  function replace(selector, page) {
    const fresh = page.querySelector(selector);
    document.querySelector(selector).replaceWith(fresh);
    window.htmx?.process(fresh);
  }

  async function refresh() {
    const before = composer.getBoundingClientRect().top;
    const response = await fetch(window.location.pathname);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector(".news");
    if (!fresh) return;
    renew(document.querySelector(".timeline"), page.querySelector(".timeline"));
    const side = document.querySelector(".ticket-side");
    for (const part of [".ticket-head", busy(side) ? ".side-promises" : ".ticket-side"]) {
      if (!busy(document.querySelector(part))) replace(part, page);
    }
    news.dataset.version = fresh.dataset.version;
    for (const seen of composer.querySelectorAll("[name=seen]")) seen.value = fresh.dataset.version;
    news.hidden = true;
    if (before < window.innerHeight) {
      window.scrollBy(0, composer.getBoundingClientRect().top - before);
    }
  }

  // What was said last takes the focus of a button that goes.
  function latest() {
    const item = document.querySelector(".timeline > li:last-child");
    item.tabIndex = -1;
    return item;
  }

  function sending(bar) {
    const end = performance.now() + Number(bar.dataset.seconds) * 1000;

    async function nudge(times = 0) {
      let state = "sending";
      let again = 0;
      try {
        ({ state } = await post(bar.dataset.send, {}));
      } catch {
        again = times + 1; // the worker sends it without us
      }
      if (state === "sending") setTimeout(nudge, window.werkdag.pause(1000, again), again);
      else if (state === "writing") window.location.reload();
      else {
        await refresh();
        const held = bar.contains(document.activeElement);
        bar.remove();
        composer.querySelector(".composer-busy").remove();
        composer.querySelector("[data-draft][hidden]").hidden = false;
        if (held) latest().focus();
      }
    }

    function tick() {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      for (const place of document.querySelectorAll("[data-countdown]")) place.textContent = left;
      if (left) setTimeout(tick, 250);
      else nudge();
    }

    tick();
  }

  composer.addEventListener("input", (event) => {
    const form = event.target.closest("[data-draft]");
    if (!form || event.target.name !== "text") return;
    const silent = performance.now() - typedAt >= PERIOD || typed !== form.dataset.for;
    typedAt = performance.now();
    typed = form.dataset.for;
    if (silent) poll();
  });
  news.querySelector("button").addEventListener("click", async () => {
    await refresh();
    if (!composer.contains(document.activeElement)) latest().focus();
  });
  document.addEventListener("visibilitychange", poll);
  window.addEventListener("online", poll);
  const bar = document.querySelector(".sending");
  if (bar) sending(bar);
  poll();
})();
