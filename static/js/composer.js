// The composer: drafts are saved while typing, files go up as they are chosen, Ctrl+Enter sends.
(() => {
  "use strict";
  const WAIT = 800;
  const PATIENCE = 30000;
  const AGAIN = 5000;
  const composer = document.getElementById("composer");
  if (!composer) return;
  const say = composer.dataset;

  function keep(form) {
    const { text, version, attachments } = form.elements;
    const place = (name) => form.querySelector(name);
    const [saved, errors, files] = ["[data-saved]", "[data-errors]", "[data-files]"].map(place);
    const clash = place(".clash");
    let timer = 0;
    let running = false;
    let again = null;
    let afterwards = null;
    let newer = null;
    let unsaved = false; // the last save did not arrive
    let vain = 0; // nor did so many

    function take(told) {
      unsaved = false;
      version.value = told.version;
      saved.textContent = told.saved;
      files.innerHTML = told.files;
      place("[data-discard]").hidden = !told.version;
      errors.replaceChildren(...(told.error ? [line(told.error)] : []));
    }

    function line(words) {
      const item = document.createElement("li");
      item.textContent = words;
      return item;
    }

    function showClash(told) {
      newer = told;
      clash.querySelector(".clash-text").textContent = told.text;
      clash.querySelector(".clash-choice").hidden = told.sending;
      clash.hidden = false;
      saved.textContent = "";
    }

    async function post(more) {
      const body = new FormData(form);
      for (const [name, value] of Object.entries(more)) body.set(name, value);
      body.set("csrfmiddlewaretoken", window.werkdag.token(body.get("csrfmiddlewaretoken")));
      const chosen = new DataTransfer();
      for (const file of attachments.files) chosen.items.add(file);
      attachments.value = "";
      if (chosen.files.length) saved.textContent = say.saidSaving;
      try {
        const response = await fetch(form.dataset.draft, {
          method: "POST",
          body,
          headers: { Accept: "application/json" },
          keepalive: !chosen.files.length && text.value.length < 30000,
          signal: AbortSignal.timeout(PATIENCE),
        });
        const told = await response.json();
        if (response.status === 409) showClash(told);
        else if (response.ok || response.status === 422) take(told);
        else throw new Error(told.said);
        vain = 0;
      } catch {
        // They still go along when the form is sent.
        if (chosen.files.length) attachments.files = chosen.files;
        saved.textContent = say.saidUnsaved;
        unsaved = true;
        vain += 1;
        if (!timer) timer = setTimeout(save, window.werkdag.pause(AGAIN, vain));
      }
    }

    // One at a time: each save carries the version that the one before it brought.
    async function save(more = {}) {
      clearTimeout(timer);
      timer = 0;
      if (newer) return;
      if (running) {
        again = { ...again, ...more };
        return;
      }
      running = true;
      await post(more);
      running = false;
      const next = again;
      again = null;
      const then = afterwards;
      afterwards = null; // once: what is stopped on its way and typed on is not sent by a later save
      if (then) then();
      else if (next) save(next);
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(save, WAIT);
    }

    function settle(choice) {
      if (choice === "theirs") text.value = newer.text;
      version.value = newer.version;
      newer = null;
      clash.hidden = true;
      save();
      text.focus();
    }

    form.addEventListener("input", (event) => {
      if (event.target === text || event.target.name === "then") later();
    });
    attachments.addEventListener("change", () => {
      if (attachments.files.length) save();
    });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.name === "remove") {
        event.preventDefault();
        save({ remove: button.value });
        text.focus();
      } else if (button.dataset.clash) settle(button.dataset.clash);
      else if (button.name === "discard" && !window.confirm(say.saidDiscard))
        event.preventDefault();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      unsaved = false;
      if (newer) version.value = newer.version;
      if (!running) return;
      // What is under way may be a file.
      event.preventDefault();
      const button = event.submitter;
      afterwards = () => form.requestSubmit(button);
    });
    window.addEventListener("online", () => {
      if (unsaved) save();
    });
    for (const moment of ["visibilitychange", "pagehide"]) {
      document.addEventListener(moment, () => {
        if (timer) save();
      });
    }
    // What is kept nowhere but here is not left without a question.
    window.addEventListener("beforeunload", (event) => {
      if (unsaved && text.value) event.preventDefault();
    });
    place(".draft-save").hidden = true;
  }

  // Whoever chooses what to write with the mouse goes on to write it.
  for (const tab of composer.querySelectorAll('[name="composer"]')) {
    tab.addEventListener("click", (event) => {
      const { keyFocus } = event.currentTarget.dataset;
      if (event.detail > 0) document.getElementById(keyFocus)?.focus();
    });
  }

  for (const form of composer.querySelectorAll("[data-draft]")) keep(form);
})();
