// Keyboard shortcuts: j and k walk the rows, x chooses one, [data-key] elements answer to their key,
// those with [data-go] to their key after a g, ? shows help.
// They can be switched off in the help dialog (WCAG 2.1.4).
(() => {
  "use strict";
  const help = document.getElementById("keys");
  const FIELDS = "form :is(input:not([type=hidden]), select, textarea, button)";
  const PATIENCE = 1500; // milliseconds between a g and the key that says where to
  let going = 0;
  const onSwitch = document.getElementById("keys-on");

  function enabled() {
    try {
      return localStorage.getItem("keys") !== "off";
    } catch {
      return true;
    }
  }

  // Where words are written, also on the way to them: a letter meant for a note must do nothing else.
  function writing(target) {
    if (target.closest?.("#composer") && !target.matches("summary, button, a")) return true;
    if (target.matches?.('[type="checkbox"], [type="radio"]')) return false;
    return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
  }

  function walk(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const here = rows.indexOf(document.activeElement);
    const next = here === -1 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1);
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
  }

  function answer(key) {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("input:not([type=radio]), textarea, select")) target.focus();
    else target.click();
    if (target.matches("summary")) intoFold(target);
    const focusId = target.dataset.keyFocus;
    if (focusId) document.getElementById(focusId)?.focus();
    return true;
  }

  // A fold that a key opened is gone on in: its first field, or else what opened it.
  function intoFold(summary) {
    const fold = summary.parentElement;
    const first = fold.open && fold.querySelector(FIELDS);
    (first || summary).focus();
  }

  // The box in front of the row that has the focus.
  function tick() {
    const box = document.activeElement
      ?.closest("[data-ticket]")
      ?.querySelector('[type="checkbox"]');
    if (!box) return false;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  function go(key) {
    const target = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    target?.click();
    return Boolean(target);
  }

  function showHelp() {
    if (!help) return;
    for (const line of help.querySelectorAll("[data-help-for]")) {
      line.hidden = !document.querySelector(line.dataset.helpFor);
    }
    help.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (writing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (help?.open || !enabled()) return;
    const after = Date.now() - going < PATIENCE;
    going = event.key === "g" ? Date.now() : 0;
    if (after && go(event.key)) going = 0;
    else if (event.key === "g") return;
    else if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "?") showHelp();
    else if (event.key === "x" && tick()) going = 0;
    else if (!answer(event.key)) return;
    event.preventDefault();
  });

  for (const opener of document.querySelectorAll("[data-keys-help]")) {
    opener.hidden = false;
    opener.addEventListener("click", showHelp);
  }
  if (onSwitch) {
    onSwitch.checked = enabled();
    onSwitch.addEventListener("change", () => {
      try {
        localStorage.setItem("keys", onSwitch.checked ? "on" : "off");
      } catch {
        // Storage may be refused; the shortcuts then stay on.
      }
    });
  }
})();
