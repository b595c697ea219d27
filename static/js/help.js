// What may answer a report, while its subject is typed: a form with [data-help-from] asks the help
// centre, a while after the last key, and leaves it once the server says that it was too often. That
// a suggestion was opened is told with a random word of this page alone, which the report carries.
(() => {
  "use strict";
  const QUIET = 700;
  const SHORTEST = 4;

  function word() {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function watch(form) {
    const { helpFrom, helpOpened, helpFollow } = form.dataset;
    const subject = form.elements.subject;
    const box = form.querySelector("[data-help-suggest]");
    const visit = form.elements.help_visit;
    if (!subject || !box || !visit) return;
    visit.value = word();
    let timer = 0;
    let asked = "";
    let off = false;

    function line(url, title, text, slug) {
      const link = Object.assign(document.createElement("a"), {
        href: url,
        target: "_blank",
        rel: "noopener",
        textContent: title,
      });
      if (slug) {
        link.addEventListener("click", () => {
          const told = new URLSearchParams({ article: slug, visit: visit.value });
          navigator.sendBeacon(helpOpened, told);
        });
      }
      const item = document.createElement("li");
      item.append(link);
      if (text) item.append(document.createElement("br"), text);
      return item;
    }

    // One click in place of a report: what was typed is not sent, and stays in the browser.
    function followed(item, name, value, words) {
      const button = Object.assign(document.createElement("button"), {
        className: "button",
        name,
        value,
        textContent: words,
        formNoValidate: true,
      });
      button.setAttribute("formaction", helpFollow);
      button.setAttribute("aria-label", `${words}: ${item.textContent}`);
      item.append(" ", button);
      return item;
    }

    function part(words, lines) {
      if (!lines.length) return [];
      const title = document.createElement("strong");
      title.textContent = words;
      const list = document.createElement("ul");
      list.append(...lines);
      return [title, list];
    }

    function show(found) {
      const known = found.known.map((each) => {
        const item = line(each.url, each.title);
        return each.outage ? followed(item, "outage", each.outage, found.follow) : item;
      });
      const reports = found.reports.map((each) =>
        followed(line(each.url, each.title), "report", each.report, found.follow),
      );
      const articles = found.articles.map((each) =>
        line(each.url, each.title, each.text, each.slug),
      );
      box.replaceChildren(
        ...part(found.reported, reports),
        ...part(`${found.title} (${found.opens})`, [...known, ...articles]),
      );
    }

    async function ask() {
      const typed = subject.value.trim();
      if (off || typed === asked) return;
      asked = typed;
      if (typed.length < SHORTEST) {
        box.replaceChildren();
        return;
      }
      try {
        const answer = await fetch(`${helpFrom}?${new URLSearchParams({ q: typed })}`);
        if (answer.ok) show(await answer.json());
        else off = true;
      } catch {
        asked = ""; // no connection: the next key asks again
      }
    }

    subject.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, QUIET);
    });
    subject.addEventListener("change", ask);
  }

  for (const form of document.querySelectorAll("form[data-help-from]")) watch(form);
})();
