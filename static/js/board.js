// The planning board: cards are dragged into columns, or moved by Shift and an arrow key. The server
// plans and answers with the board as it is then; nothing moves before it did.
(() => {
  "use strict";
  let dragged = null;
  const place = () => document.querySelector("[data-board]");
  const columns = () => [...document.querySelectorAll(".board-column")];

  function move(card, column, focus) {
    const reference = card.dataset.card;
    const release = column.dataset.release;
    if (card.closest(".board-column") === column || !window.htmx) return;
    document.querySelector(".board").setAttribute("aria-busy", "true");
    const token = card.querySelector("[name=csrfmiddlewaretoken]").value;
    window.htmx
      .ajax("POST", place().dataset.move, {
        target: "#board",
        select: "#board",
        swap: "outerHTML",
        values: { ticket: reference, release, csrfmiddlewaretoken: token },
      })
      .then(() => {
        document.querySelector(".board")?.removeAttribute("aria-busy");
        if (!focus) return;
        const there = document.getElementById(`card-${release || "none"}-${reference}`);
        (there || document.querySelector(`[data-card="${CSS.escape(reference)}"] a`))?.focus();
      });
  }

  // It is promised with an earlier release than the one it is held over.
  function tooLate(card, column) {
    return (
      Boolean(card.dataset.must) &&
      Number(column.dataset.at || Infinity) > Number(card.dataset.must)
    );
  }

  function clear() {
    for (const column of columns()) column.classList.remove("over", "too-late");
  }

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".board-card") || null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.card);
    dragged.classList.add("dragging");
  });
  document.addEventListener("dragover", (event) => {
    const column = event.target.closest?.(".board-column");
    clear();
    if (!dragged || !column) return;
    event.preventDefault();
    column.classList.add("over");
    column.classList.toggle("too-late", tooLate(dragged, column));
  });
  document.addEventListener("drop", (event) => {
    const column = event.target.closest?.(".board-column");
    if (!dragged || !column) return;
    event.preventDefault();
    clear();
    move(dragged, column, false);
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("dragging");
    dragged = null;
    clear();
  });
  document.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const card = document.activeElement?.closest?.(".board-card");
    if (!step || !event.shiftKey || !card || document.activeElement.matches("select")) return;
    const all = columns();
    const next = all[all.indexOf(card.closest(".board-column")) + step];
    event.preventDefault();
    if (next) move(card, next, true);
  });
})();
