// After something was sent the page begins anew: the focus goes to where its outcome is told, so
// that it is heard, and typing goes on from there. A field in error comes before a message.
(() => {
  "use strict";
  const SETTLE = 150; // milliseconds: a region that is filled while the page loads is not heard
  const seen = (node) => node.checkVisibility?.() ?? true;
  const first = (selector) => [...document.querySelectorAll(selector)].find(seen);

  function target() {
    let id = "";
    try {
      id = decodeURIComponent(window.location.hash.slice(1));
    } catch {
      return null; // an address that somebody mistyped
    }
    const place = id && document.getElementById(id);
    return place && ([...place.querySelectorAll("textarea")].find(seen) || place);
  }

  function goTo(node) {
    if (node.tabIndex < 0) node.tabIndex = -1;
    node.focus({ preventScroll: Boolean(window.location.hash) });
  }

  // For whoever goes on elsewhere: read out, without going there.
  let region = null;

  function say(words) {
    if (!region) {
      region = document.createElement("p");
      region.className = "visually-hidden";
      region.setAttribute("role", "status");
      document.body.append(region);
    }
    region.textContent = "";
    setTimeout(() => {
      region.textContent = words;
    }, SETTLE);
  }

  function tell() {
    const wrong = first('main [aria-invalid="true"]');
    const outcome = first("[data-told]");
    const messages = first(".messages[data-said]");
    if (document.querySelector("[autofocus]")) {
      // A page with one thing to do begins there.
      if (messages) say(messages.innerText);
    } else if (wrong) goTo(wrong);
    else if (outcome) goTo(outcome);
    else if (messages && target()) {
      say(messages.innerText);
      goTo(target());
    } else if (messages) goTo(messages);
    else if (window.location.hash === "#composer") goTo(target());
  }

  // What a part of the page that was renewed has to say, while the focus stays where it is.
  document.addEventListener("htmx:afterSettle", (event) => {
    const heard = event.detail.elt?.querySelector?.("[data-heard]");
    if (heard) say(heard.textContent.trim().replace(/\s+/g, " "));
  });

  // A browser that goes to a part of the page drops the focus when it gets there: in the first
  // picture that it paints once all is loaded.
  const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  if (window.location.hash) {
    // Whoever was quicker has gone on already, and keeps the focus.
    let acted = false;
    const act = () => {
      acted = true;
    };
    for (const kind of ["keydown", "pointerdown"])
      document.addEventListener(kind, act, { once: true, capture: true });
    window.addEventListener("load", () => painted(() => acted || tell()));
  } else tell();
})();
