// Werkdag as an app: offers to install it where the browser can, and gives an installed one the
// worker that says when there is no connection.
(() => {
  "use strict";
  const { worker } = document.currentScript.dataset;
  let offered = null;

  function register() {
    if ("serviceWorker" in navigator) navigator.serviceWorker.register(worker).catch(() => {});
  }

  if (window.matchMedia("(display-mode: standalone)").matches) register();

  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered = event;
    for (const button of document.querySelectorAll("[data-install]")) button.hidden = false;
  });

  window.addEventListener("appinstalled", () => {
    register();
    for (const button of document.querySelectorAll("[data-install]")) button.hidden = true;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-install]");
    if (button && offered) offered.prompt();
  });
})();
