// Keyboard shortcuts: j and k walk the rows, [data-key] elements answer to their key, ? shows help.
// They can be switched off in the help dialog (WCAG 2.1.4).
(() => {
  "use strict";
  const help = document.getElementById("keys");
  const onSwitch = document.getElementById("keys-on");

  function enabled() {
    try {
      return localStorage.getItem("keys") !== "off";
    } catch {
      return true;
    }
  }

  function writing(target) {
    return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
  }

  function walk(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const here = rows.findIndex((row) => row === document.activeElement);
    const next = here === -1 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1);
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
  }

  function answer(key) {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("input:not([type=radio]), textarea, select")) target.focus();
    else target.click();
    const focusId = target.dataset.keyFocus;
    if (focusId) document.getElementById(focusId)?.focus();
    return true;
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
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "?") showHelp();
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
