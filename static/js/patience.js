// What all scripts share that ask the server by themselves: they ask less while it does not answer,
// nothing while nobody looks, and go on when it is back. And the token of now: it changes when
// somebody signs in anew in another window.
(() => {
  "use strict";
  const LONGEST = 5 * 60 * 1000;
  const failed = new Map(); // what asks in vain → how long it is left alone, and until when

  function token(page) {
    const found = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
    return found ? decodeURIComponent(found[1]) : page;
  }

  // How long to wait before the next time, after so many in vain.
  function pause(period, times) {
    return Math.min(period * 2 ** times, LONGEST);
  }

  window.werkdag = { token, pause };

  const polls = (place) => /\bevery\b/.test(place.getAttribute?.("hx-trigger") || "");
  const name = (place) => place.id || place.getAttribute("hx-get");

  function vain(event) {
    if (!polls(event.target)) return;
    const times = (failed.get(name(event.target))?.times ?? 0) + 1;
    failed.set(name(event.target), { times, until: Date.now() + pause(5000, times) });
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, detail } = event;
    if (!polls(target) || detail.requestConfig.triggeringEvent) return;
    if (document.hidden || Date.now() < (failed.get(name(target))?.until ?? 0))
      event.preventDefault();
  });
  for (const how of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(how, vain);
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status < 400) failed.delete(name(event.target));
  });
  window.addEventListener("online", () => failed.clear());
})();
