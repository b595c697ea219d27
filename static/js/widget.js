// The support widget: one script tag opens a dialog in the host's page, in a shadow root of its own.
//   <script src="https://desk.example.nl/widget.js" data-site="KEY" defer></script>
// Optional: data-lang, data-button (a selector of the host's own button), and who is signed in there:
// data-name, data-email, data-signed-at, data-signature (see docs/widget.md).
(() => {
  "use strict";

  const tag = document.currentScript;
  const { site, button, name = "", email = "", signature = "", signedAt = "" } = tag.dataset;
  const base = new URL(tag.src).origin;
  const lang = (tag.dataset.lang || document.documentElement.lang || "nl").slice(0, 2);
  const claims = Boolean(signature && email); // whether it is so, the desk says
  const opener = { nl: "Hulp nodig?", en: "Need help?" }[lang] || "Hulp nodig?";
  const STYLE = `
    /* What a page means for all of it ends here: important rules of ours go before its own. */
    :host { all: initial !important; direction: ltr !important; display: block !important; font: 15px/1.45 system-ui, sans-serif !important; color-scheme: light dark !important;
      --ink: #1f1d1a !important; --soft: #6b665e !important; --line: #cdc7bd !important; --edge: #857e73 !important; --paper: #fff !important; --blue: #23458f !important; --red: #a3271f !important; }
    @media (prefers-color-scheme: dark) { :host { --ink: #ece9e4 !important; --soft: #a39b90 !important; --line: #4a463f !important;
      --paper: #1d1b19 !important; --blue: #9ab8f0 !important; --red: #f2a199 !important; } }
    * { box-sizing: border-box; }
    .open { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; padding: 12px 18px; border: 2px solid #fff; border-radius: 999px;
      background: #23458f; color: #fff; font: 600 15px/1 system-ui, sans-serif; cursor: pointer; }
    dialog { width: min(560px, calc(100vw - 24px)); max-height: calc(100vh - 24px); padding: 0; border: 1px solid var(--line);
      border-radius: 8px; background: var(--paper); color: var(--ink); }
    dialog::backdrop { background: rgb(0 0 0 / .45); }
    .head { display: flex; justify-content: space-between; align-items: center; gap: 12px; padding: 14px 18px; border-bottom: 1px solid var(--line); }
    h2 { margin: 0; font-size: 18px; }
    form, .done { display: grid; gap: 14px; padding: 16px 18px 20px; }
    label, legend { display: block; margin-bottom: 4px; font-weight: 600; }
    fieldset { margin: 0; padding: 0; border: 0; }
    .choice { display: grid; grid-template-columns: auto 1fr; gap: 0 8px; padding: 6px 0; font-weight: 400; }
    .choice span { grid-column: 2; color: var(--soft); font-size: 13px; }
    input:not([type=radio]), textarea { width: 100%; padding: 9px 10px; border: 1px solid var(--edge); border-radius: 4px;
      background: transparent; color: inherit; font: inherit; }
    input[readonly] { color: var(--soft); }
    :focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
    .send { justify-self: start; padding: 11px 18px; border: 1px solid transparent; border-radius: 4px; background: #23458f; color: #fff; font: inherit; font-weight: 600; line-height: 1; cursor: pointer; }
    .close { padding: 4px 10px; border: 1px solid var(--edge); border-radius: 4px; background: transparent; color: inherit; font: inherit; cursor: pointer; }
    .news { margin: 14px 18px 0; padding: 10px 12px; border: 1px solid var(--line); border-radius: 4px; }
    .phone { padding: 10px 12px; border: 1px solid var(--blue); border-radius: 4px; }
    .error { margin: 4px 0 0; color: var(--red); font-weight: 600; }
    .off { position: absolute; left: -200vw; }
    a { color: var(--blue); }`;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  let dialog = null;
  let sending = false; // its button stays as it is: one that is switched off drops the focus

  function make(kind, props = {}, ...children) {
    const node = Object.assign(document.createElement(kind), props);
    node.append(...children);
    return node;
  }

  function field(id, words, node, optional) {
    node.id = id;
    node.name = id;
    const label = make("label", { htmlFor: id, textContent: words[id] });
    if (optional) label.append(` ${words.optional}`);
    return make("div", { className: "field" }, label, node);
  }

  function choices(id, words, cards) {
    const group = make(
      "fieldset",
      { className: "field" },
      make("legend", { textContent: words[id] }),
    );
    for (const card of cards) {
      const radio = make("input", { type: "radio", name: id, value: card.value });
      group.append(
        make(
          "label",
          { className: "choice" },
          radio,
          card.label,
          make("span", { textContent: [card.text, ...(card.follows || [])].join(" ") }),
        ),
      );
    }
    return group;
  }

  function build(told) {
    const words = told.labels;
    sheet.replaceSync(STYLE + told.colours);
    const title = make("h2", { id: "title", textContent: words.title });
    const close = make("button", { className: "close", type: "button", textContent: words.close });
    close.addEventListener("click", () => dialog.close());
    dialog = make("dialog", {}, make("div", { className: "head" }, title, close));
    dialog.setAttribute("aria-labelledby", "title");
    for (const line of told.news) {
      dialog.append(make("p", { className: "news", textContent: line }));
    }
    dialog.lang = lang;
    const files = make("input", { type: "file", multiple: true });
    const text = make("textarea", { rows: 5, required: true });
    text.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      const all = new DataTransfer();
      for (const file of [...files.files, ...event.clipboardData.files]) all.items.add(file);
      files.files = all.files;
    });
    const priority = choices("priority", words, told.priorities);
    const phone = make("p", { className: "phone", hidden: true });
    if (told.phone) {
      phone.append(
        make("strong", { textContent: told.phone.title }),
        `. ${told.phone.text} `,
        make("a", { href: `tel:${told.phone.tel}`, textContent: told.phone.number }),
        `, ${told.phone.hours}.`,
      );
    }
    const form = make(
      "form",
      { noValidate: true },
      field(
        "name",
        words,
        make("input", {
          value: name,
          autocomplete: "name",
          readOnly: told.signed,
          autofocus: !told.signed,
        }),
      ),
      field(
        "email",
        words,
        make("input", {
          type: "email",
          value: email,
          autocomplete: "email",
          readOnly: told.signed,
        }),
      ),
      choices("kind", words, told.kinds),
      priority,
      phone,
      field("subject", words, make("input", { maxLength: 200 })),
      field("text", words, text),
      field("attachments", words, files, true),
      make(
        "div",
        { className: "off", ariaHidden: "true" },
        field("website", words, make("input", { tabIndex: -1, autocomplete: "off" })),
      ),
      make("input", { type: "hidden", name: "opened", value: told.opened }),
      make("input", { type: "hidden", name: "signature", value: told.signed ? signature : "" }),
      make("input", { type: "hidden", name: "signed_at", value: signedAt }),
      make("p", { className: "error", role: "alert", hidden: true, id: "failed" }),
      make("button", { className: "send", textContent: words.send }),
    );
    const follow = () => {
      const kind = form.elements.kind.value;
      priority.hidden = priority.disabled = kind !== "incident" || !told.priorities.length;
      const chosen = priority.hidden
        ? told.kinds.find((card) => card.value === kind)
        : told.priorities.find((card) => card.value === form.elements.priority.value);
      phone.hidden = !(told.phone && chosen && chosen.phone);
    };
    form.addEventListener("change", follow);
    // What else is asked, and what may answer it, by scripts of their own, which call back.
    const once = { once: true };
    document.addEventListener("werkdag:asked", ({ detail }) => detail.put(form, phone, told), once);
    if (told.asked) document.head.append(make("script", { src: told.asked.script, id: "werkdag" }));
    document.addEventListener("werkdag:help", ({ detail }) => detail(form, told.help, lang), once);
    document.head.append(make("script", { src: told.help.script }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!sending) send(form, words);
    });
    follow();
    dialog.append(form);
    root.append(dialog);
  }

  function say(form, errors) {
    for (const old of form.querySelectorAll(".field .error")) old.remove();
    for (const old of form.querySelectorAll("[aria-invalid]")) old.removeAttribute("aria-invalid");
    const general = form.querySelector("#failed");
    general.textContent = (errors.__all__ || errors.opened || errors.website || []).join(" ");
    general.hidden = !general.textContent;
    let first = null;
    for (const [id, said] of Object.entries(errors)) {
      const node = form.elements[id];
      const at = node && (node.id ? node : node[0]);
      const box = at?.closest(".field");
      if (!box || id === "website") continue;
      box.append(make("p", { className: "error", id: `${id}-error`, textContent: said.join(" ") }));
      at.setAttribute("aria-describedby", `${id}-error`);
      at.setAttribute("aria-invalid", "true");
      first = first || at;
    }
    if (first) first.focus();
  }

  async function send(form, words) {
    const submit = form.querySelector(".send");
    sending = true;
    submit.textContent = words.sending;
    try {
      const answer = await fetch(`${base}/widget/${site}/reports/?lang=${lang}`, {
        method: "POST",
        body: new FormData(form),
        credentials: "omit",
      });
      const said = await answer.json();
      if (said.reference) return thank(form, said, words);
      if (said.opened) form.elements.opened.value = said.opened;
      say(form, said.errors || {});
    } catch {
      say(form, { __all__: [words.failed] });
    } finally {
      sending = false;
    }
    submit.textContent = words.send;
  }

  function thank(form, said, words) {
    const heading = make("h2", { textContent: `${words.thanks}: ${said.reference}`, tabIndex: -1 });
    const list = make("ul", {}, ...said.promises.map((line) => make("li", { textContent: line })));
    const done = make("div", { className: "done" }, heading);
    if (said.promises.length) done.append(make("p", { textContent: `${words.expect}:` }), list);
    form.replaceWith(done);
    heading.focus();
    dialog.addEventListener(
      "close",
      () => {
        dialog.remove();
        dialog = null;
      },
      { once: true },
    );
  }

  async function open() {
    try {
      if (!dialog) {
        const who = new FormData();
        for (const [id, said] of Object.entries({ name, email, signature, signed_at: signedAt }))
          who.set(id, said);
        const asked = claims ? { method: "POST", body: who } : {};
        const answer = await fetch(`${base}/widget/${site}/?lang=${lang}`, {
          credentials: "omit",
          ...asked,
        });
        build(await answer.json());
      }
      dialog.showModal();
    } catch {
      location.assign(`${base}/report/`);
    }
  }

  const own = button && document.querySelector(button);
  const start = own || make("button", { className: "open", type: "button", textContent: opener });
  start.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  if (!own) root.append(start);
  document.body.append(host);
})();
