// What somebody types in a form with [data-keep] is kept in their browser until it has been sent: it
// is there after the way back, a reload, or in a second window. Who one is, only in this window. A
// day long; signing out forgets all of it.
(() => {
  "use strict";
  const MARK = "typed:";
  const DAY = 24 * 3600 * 1000;
  const WORDS = ["subject", "text", "kind", "priority"];
  let over = false; // somebody signs out
  const ALL = [...WORDS, "name", "email"];

  function of(place) {
    try {
      return window[place];
    } catch {
      return null; // storage may be refused; then nothing is kept
    }
  }

  function forget(begins) {
    for (const store of [of("sessionStorage"), of("localStorage")]) {
      for (const key of Object.keys(store ?? {})) if (key.startsWith(begins)) store.removeItem(key);
    }
  }

  function read(store, key) {
    try {
      const kept = JSON.parse(store?.getItem(key) ?? "null");
      return kept && Date.now() - kept.at < DAY ? kept.values : null;
    } catch {
      return null;
    }
  }

  function write(store, key, values) {
    try {
      store?.setItem(key, JSON.stringify({ at: Date.now(), values }));
    } catch {
      // Full, or refused.
    }
  }

  function keep(form) {
    const key = MARK + form.dataset.keep;
    const bar = form.querySelector("[data-typed]");
    const field = (name) => form.elements[name];
    const values = (names) =>
      Object.fromEntries(names.filter(field).map((name) => [name, field(name).value]));
    // Fields that leads made: of boxes to tick there may be several under one name.
    const asked = () =>
      [...new FormData(form)].filter(([name, value]) => name.startsWith("field_") && value);
    let timer = 0;

    function save() {
      clearTimeout(timer);
      if (over) return;
      if (!WORDS.slice(0, 2).some((name) => field(name)?.value.trim())) {
        forget(key);
        return;
      }
      write(of("sessionStorage"), key, { ...values(ALL), asked: asked() });
      write(of("localStorage"), key, { ...values(WORDS), asked: asked() });
    }

    function tick(name, value) {
      for (const each of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (each.type !== "checkbox") each.value = value;
        else if (each.value === value) each.checked = true;
      }
    }

    function fill({ asked: answers = [], ...kept }) {
      for (const [name, value] of answers) tick(name, value);
      for (const [name, value] of Object.entries(kept)) {
        if (field(name) && value && !field(name).readOnly) field(name).value = value;
      }
    }

    // What the server shows again stands; so does what the browser has put back by itself.
    const kept = read(of("sessionStorage"), key) ?? read(of("localStorage"), key);
    if (kept && !field("text").value) {
      fill(kept);
      bar.hidden = !field("text").value;
      form.dispatchEvent(new Event("change", { bubbles: true }));
    }
    bar.querySelector("button").addEventListener("click", () => {
      for (const name of ["subject", "text"]) if (field(name)) field(name).value = "";
      forget(key);
      bar.hidden = true;
      field(field("subject") ? "subject" : "text").focus();
    });
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 300);
    });
    window.addEventListener("pagehide", () => {
      if (timer) save();
    });
    window.addEventListener("werkdag:sent", (event) => {
      if (event.detail !== form) return;
      clearTimeout(timer);
      timer = 0;
      forget(key);
    });
  }

  for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
  for (const form of document.querySelectorAll("form[data-forgets]")) {
    form.addEventListener("submit", () => {
      over = true;
      forget(MARK);
    });
  }
})();
