// Urgency × impact: a cell chooses its priority and says why; the form then shows what it would do.
(() => {
  "use strict";
  for (const cell of document.querySelectorAll("[data-sets]")) {
    cell.addEventListener("click", () => {
      const form = cell.closest("form");
      const priority = form.elements.priority;
      const reason = form.elements.reason;
      if (!reason.value || reason.value === reason.dataset.given) {
        reason.value = reason.dataset.given = cell.dataset.reason;
      }
      priority.value = cell.dataset.sets;
      priority.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
})();
