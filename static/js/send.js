// A form in which somebody writes is sent from within its page: what was typed stays until it has
// arrived. Without an answer it tries again, later and later; the server does the same words once.
// Whoever leaves words that are kept nowhere else is asked.
(() => {
  "use strict";
  const FIRST = 2000;
  const LONGEST = 60000;
  const PATIENCE = 180000; // for 25 MB by telephone
  const TOKEN = "csrfmiddlewaretoken";
  const known = new WeakMap(); // form → what sends it
  const left = new WeakSet(); // forms whose words are at the server, or on their way to it

  // Not form.method and its like: a field may have that name.
  const posts = (form) => /^post$/i.test(form.getAttribute("method") ?? "") && form.elements[TOKEN];

  function writes(form) {
    if (!posts(form) || form.matches("[hx-post], [data-sends-itself]")) return false;
    return form.matches("[data-send]") || Boolean(form.querySelector("textarea"));
  }

  // Where a form says what becomes of it: a place of its own, or what the page has for all.
  function barOf(form) {
    const own = form.querySelector("[data-sending]");
    if (own) return own;
    const bar = document.getElementById("sending").content.firstElementChild.cloneNode(true);
    const foot = form.querySelector(":scope > .form-foot");
    if (foot) foot.before(bar);
    else form.append(bar);
    return bar;
  }

  function sender(form) {
    const bar = barOf(form);
    const say = bar.dataset;
    const [live, count, now, stop] = ["live", "count", "now", "stop"].map((name) =>
      bar.querySelector(`[data-sending-${name}]`),
    );
    const page = form.elements[TOKEN].value;
    let token = page;
    let body = null; // what is on its way
    let pressed = null;
    let tries = 0;
    let due = 0;
    let timer = 0;
    let asking = false;
    const heldBack = [];

    function tell(words, { tone = "calm", link = "" } = {}) {
      bar.hidden = !words;
      bar.dataset.level = tone;
      live.textContent = words;
      count.textContent = "";
      if (!link) return;
      const anchor = Object.assign(document.createElement("a"), {
        href: link,
        target: "_blank",
        rel: "opener",
        textContent: say.saidSignIn,
      });
      live.append(" ", anchor);
    }

    // Words that are on their way are not changed under way.
    function hold(held) {
      if (held) for (const field of form.elements) holdOne(field);
      else for (const [field, how] of heldBack.splice(0)) field[how] = false;
      form.setAttribute("aria-busy", String(held));
    }

    function holdOne(field) {
      if (bar.contains(field) || ["hidden", "fieldset"].includes(field.type)) return;
      const typed = field.matches(
        "textarea, input:not([type=radio], [type=checkbox], [type=file])",
      );
      const how = typed ? "readOnly" : "disabled";
      if (field[how]) return; // so it was, and so it stays
      field[how] = true;
      heldBack.push([field, how]);
    }

    function end(words, tone) {
      clearTimeout(timer);
      hold(false);
      body = null;
      tries = 0;
      now.hidden = stop.hidden = true;
      tell(words, { tone });
      pressed?.focus();
    }

    function tick() {
      const left = Math.ceil((due - Date.now()) / 1000);
      if (left <= 0) {
        attempt();
        return;
      }
      count.textContent = say.saidAgain.replace("%(seconds)s", left);
      timer = setTimeout(tick, 1000);
    }

    function later(words, { link = "", atLeast = 0 } = {}) {
      const pause = Math.max(atLeast, Math.min(FIRST * 2 ** tries, LONGEST));
      tries += 1;
      due = Date.now() + pause;
      tell(words, { tone: "warning", link });
      now.hidden = stop.hidden = false;
      // The button that was pressed can't keep the focus while it is of no use.
      if ([document.body, pressed].includes(document.activeElement)) now.focus();
      tick();
    }

    function go(place) {
      const url = new URL(place, window.location.href);
      body = null;
      left.add(form);
      window.dispatchEvent(new CustomEvent("werkdag:sent", { detail: form }));
      hold(false);
      // A page that is gone back to is empty again.
      if (form.elements.text) form.elements.text.value = "";
      tell(say.saidArrived);
      const here = url.pathname + url.search === window.location.pathname + window.location.search;
      if (here && url.hash) {
        // To a place on this page alone nothing would be loaded.
        window.history.replaceState(null, "", url);
        window.location.reload();
      } else window.location.assign(url);
    }

    // The server has something to say about it: the way that needs no script shows its page.
    function plainly() {
      hold(false);
      body = null;
      if (pressed?.name)
        form.append(
          Object.assign(document.createElement("input"), {
            type: "hidden",
            name: pressed.name,
            value: pressed.value,
          }),
        );
      form.elements[TOKEN].value = token;
      left.add(form);
      HTMLFormElement.prototype.submit.call(form);
    }

    async function answered(response) {
      const json = /\bjson\b/.test(response.headers.get("Content-Type") || "");
      const ours = response.headers.has("X-Page");
      const told = json ? await response.json() : {};
      if (told.place) go(told.place);
      else if (told.stale && token !== window.werkdag.token(token)) {
        token = window.werkdag.token(token);
        attempt();
      } else if (told.signed_out) later(say.saidSignedOut, { link: say.signIn });
      else if (response.status === 413) end(told.said || say.saidLarge, "error");
      else if (response.status >= 500 || !ours) {
        const wait = Number(response.headers.get("Retry-After")) || 0;
        later(told.said ? `${told.said} ${say.saidStays}` : say.saidUnreached, {
          atLeast: Math.min(wait * 1000, LONGEST),
        });
      } else plainly();
    }

    async function attempt() {
      clearTimeout(timer);
      if (asking || !body) return;
      asking = true;
      tell(say.saidSending);
      body.set(TOKEN, token);
      let response = null;
      try {
        response = await fetch(form.getAttribute("action") || window.location.href, {
          method: "POST",
          body,
          headers: { "X-Page": page },
          signal: AbortSignal.timeout(PATIENCE),
        });
      } catch {
        // No answer: whether it arrived nobody knows, and asking again does no harm.
      }
      asking = false;
      if (!body) return; // stopped meanwhile
      if (response) await answered(response);
      else later(navigator.onLine ? say.saidUnreached : say.saidOffline);
    }

    function send(button) {
      if (body) return;
      pressed = button;
      body = new FormData(form, pressed);
      hold(true);
      attempt();
    }

    now.addEventListener("click", attempt);
    stop.addEventListener("click", () => end(say.saidStopped, "calm"));
    for (const moment of ["online", "focus"]) {
      window.addEventListener(moment, () => {
        if (body && !asking) attempt();
      });
    }
    window.addEventListener("beforeunload", (event) => {
      if (body) event.preventDefault();
    });
    return send;
  }

  // Here, so that whatever else listens on a form goes first.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !posts(form)) return;
    if (!writes(form) || event.submitter?.hasAttribute("formaction")) {
      left.add(form); // a preview shows them again
      return;
    }
    event.preventDefault();
    if (!known.has(form)) known.set(form, sender(form));
    known.get(form)(event.submitter);
  });

  // Does this page show again what was sent, as it was refused or is only to be looked at?
  function isShownAgain(form) {
    const place = new URL(form.getAttribute("action") || "", window.location.href).pathname;
    return Boolean(document.querySelector("[data-posted]")) && place === window.location.pathname;
  }

  // Those of the composer and of customers' forms are kept as they are typed.
  function isUnsaved(form) {
    if (!writes(form) || left.has(form) || form.matches("[data-draft], [data-keep]")) return false;
    const again = isShownAgain(form);
    const typed = (words) => words.value && (again || words.value !== words.defaultValue);
    return [...form.querySelectorAll("textarea")].some(typed);
  }

  window.addEventListener("beforeunload", (event) => {
    if ([...document.forms].some(isUnsaved)) event.preventDefault();
  });
})();
