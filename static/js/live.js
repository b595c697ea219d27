// Holds the queue's refresh back while it would get in the way, and reads new rows out politely.
(() => {
  "use strict";
  document.addEventListener("htmx:beforeRequest", (event) => {
    const place = event.target;
    if (!place.matches("[data-live]")) return;
    const selecting = String(window.getSelection()).length > 0;
    if (document.hidden || selecting) event.preventDefault();
  });
  // Coming back to the tab refreshes at once instead of after the rest of the interval.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const place of document.querySelectorAll("[data-live]")) window.htmx?.trigger(place, "refresh");
  });
})();
