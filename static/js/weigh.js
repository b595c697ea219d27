// Urgency × impact: a cell chooses its priority and says why; the form then shows what it would do.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-sets]");
    if (!cell) return;
    const { priority, reason } = cell.closest("form").elements;
    if (!reason.value || reason.value === reason.dataset.given) {
      reason.value = reason.dataset.given = cell.dataset.reason;
    }
    priority.value = cell.dataset.sets;
    priority.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
