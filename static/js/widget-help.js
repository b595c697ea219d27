// For the widget, which loads it when its dialog is built: what may answer a report that is typed.
// It asks a while after the last key, and no more once the desk said that it was too often.
(() => {
  "use strict";
  const QUIET = 900;

  function watch(form, desk, lang) {
    const subject = form.elements.subject;
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    const word = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const visit = Object.assign(document.createElement("input"), {
      type: "hidden",
      name: "help_visit",
      value: word,
    });
    const box = document.createElement("div");
    box.setAttribute("role", "status");
    subject.closest(".field").append(visit, box);
    let timer = 0;
    let off = false;

    function line({ url, title, slug }) {
      const link = Object.assign(document.createElement("a"), {
        href: url,
        target: "_blank",
        rel: "noopener",
        textContent: title,
      });
      if (slug) {
        link.addEventListener("click", () => {
          const told = new URLSearchParams({ article: slug, visit: word });
          navigator.sendBeacon(desk.opened, told);
        });
      }
      const item = document.createElement("li");
      item.append(link);
      return item;
    }

    async function ask() {
      const query = new URLSearchParams({ q: subject.value, lang });
      try {
        const answer = await fetch(`${desk.suggest}?${query}`, { credentials: "omit" });
        off = !answer.ok;
        const found = await answer.json();
        const lines = [...found.known, ...found.articles].map(line);
        box.replaceChildren();
        if (!lines.length) return;
        const list = document.createElement("ul");
        list.append(...lines);
        box.append(`${found.title} (${found.opens}):`, list);
      } catch {
        // No connection: the next key asks again.
      }
    }

    subject.addEventListener("input", () => {
      clearTimeout(timer);
      if (!off) timer = setTimeout(ask, QUIET);
    });
  }

  document.dispatchEvent(new CustomEvent("werkdag:help", { detail: watch }));
})();
