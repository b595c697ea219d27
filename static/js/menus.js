// A menu is a <details>, which opens without scripts. With them it closes on Escape, wherever the
// focus is, and when somebody goes on elsewhere.
(() => {
  "use strict";
  const open = () => [...document.querySelectorAll("details.menu[open]")];

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]"))
      return;
    const menu = open().at(-1);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });

  // On a telephone the groups of the navigation stand in the sheet. Without scripts that leads to a
  // page that lists them.
  const groups = document.querySelector(".nav-more");
  const sheet = document.querySelector(".menu-more");
  if (groups && sheet) {
    const place = groups.parentElement;
    const small = matchMedia("(max-width: 40rem)");
    const settle = () => (small.matches ? sheet : place).append(groups);
    small.addEventListener("change", settle);
    settle();
  }

  // What is folded in the navigation stays so on the next page: the server reads it there.
  document.addEventListener("click", (event) => {
    const group = event.target.closest("summary")?.parentElement;
    const name = group?.dataset.fold;
    if (!name) return;
    const known = /(?:^|; )folded=([^;]*)/.exec(document.cookie)?.[1] ?? "";
    const folded = new Set(known.split(".").filter(Boolean));
    if (group.open) folded.add(name);
    else folded.delete(name);
    // biome-ignore lint/suspicious/noDocumentCookie: a cookie store is not everywhere yet
    document.cookie = `folded=${[...folded].join(".")}; path=/; max-age=31536000; SameSite=Lax`;
  });
})();
