// The queue refreshes by itself: it keeps what was chosen and where one is, and moves no row from
// under somebody's hand. Choosing: boxes, "all on this page"; the key x is in keys.js.
(() => {
  "use strict";
  const news = document.querySelector("[data-queue-news]");
  const rows = () => document.getElementById("queue-rows");
  const boxes = () => [...document.querySelectorAll('#queue-rows [name="tickets"]')];
  let chosen = new Set();
  let wanted = false;

  function order(place) {
    return [...place.querySelectorAll("[data-ticket]")].map((row) => row.dataset.ticket).join(" ");
  }

  function count() {
    chosen = new Set(
      boxes()
        .filter((box) => box.checked)
        .map((box) => box.value),
    );
    for (const place of document.querySelectorAll("[data-bulk-count]"))
      place.textContent = chosen.size;
    const all = document.querySelector("[data-bulk-all]");
    if (!all) return;
    all.hidden = false;
    all.checked = chosen.size > 0 && chosen.size === boxes().length;
    all.indeterminate = chosen.size > 0 && !all.checked;
  }

  function choose(all) {
    for (const box of boxes()) box.checked = all;
    count();
  }

  // Somebody who has chosen rows, or walks them, must not see them change places.
  function busy() {
    return chosen.size > 0 || rows().contains(document.activeElement);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-bulk-all]")) choose(event.target.checked);
    else if (event.target.matches('[name="tickets"]')) count();
  });
  const none = document.querySelector("[data-bulk-none]");
  if (none) {
    none.hidden = false;
    none.addEventListener("click", () => choose(false));
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.matches("[data-live]")) return;
    if (String(window.getSelection()).length > 0) event.preventDefault();
  });
  // Nothing was new: what the page has is known to be so until then.
  document.addEventListener("htmx:afterRequest", (event) => {
    const seen = event.detail.xhr?.getResponseHeader("X-Seen");
    if (seen && event.detail.xhr.status === 204 && event.target.matches("[data-live]"))
      event.target.setAttribute("hx-headers", JSON.stringify({ "X-Seen": seen }));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.target.matches("[data-live]")) return;
    const fresh = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
    const place = fresh.getElementById("queue-rows");
    const moved = !place || order(place) !== order(rows());
    if (moved && busy() && !wanted) {
      event.detail.shouldSwap = false;
      if (news) news.hidden = false;
    }
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const box of boxes()) box.checked = chosen.has(box.value);
    wanted = false;
    if (news) news.hidden = true;
    count();
  });
  news?.addEventListener("click", () => {
    wanted = true;
    window.htmx?.trigger(rows(), "refresh");
  });
  // Coming back to the tab refreshes at once instead of after the rest of the interval.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && rows()) window.htmx?.trigger(rows(), "refresh");
  });
  count();
})();
