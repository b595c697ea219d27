// Applies the chosen theme and density before the first paint, and wires their switches.
// The key "theme" is the one that the Django admin uses, so one choice holds for both.
(() => {
  "use strict";
  const root = document.documentElement;
  const defaults = { theme: "auto", density: "regular" };

  function stored(name) {
    try {
      return localStorage.getItem(name) || defaults[name];
    } catch {
      return defaults[name];
    }
  }

  function apply(name, value) {
    root.dataset[name] = value;
    try {
      localStorage.setItem(name, value);
    } catch {
      // Storage may be refused; the choice then holds for this page only.
    }
  }

  for (const name of Object.keys(defaults)) root.dataset[name] = stored(name);
  root.dataset.script = "on"; // what only serves a page without scripts can be left out

  document.addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll("[data-preference]")) {
      const name = group.dataset.preference;
      group.hidden = false;
      for (const radio of group.querySelectorAll("input")) {
        radio.checked = radio.value === root.dataset[name];
        radio.addEventListener("change", () => apply(name, radio.value));
      }
    }
  });
})();
