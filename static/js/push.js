// Push in this browser: tells how it stands, turns it on and off. The server keeps the list.
(() => {
  "use strict";
  const panel = document.getElementById("push");
  if (!panel) return;
  const turnOn = panel.querySelector(".push-here form");
  const known = [...panel.querySelectorAll("[data-endpoint]")];

  function show(state) {
    for (const line of panel.querySelectorAll("[data-push]"))
      line.hidden = line.dataset.push !== state;
    turnOn.hidden = state !== "off" && state !== "failed";
  }

  function possible() {
    if (!window.isSecureContext) return "insecure";
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window))
      return "unsupported";
    return Notification.permission === "denied" ? "blocked" : "";
  }

  async function subscription() {
    const worker = await navigator.serviceWorker.getRegistration(panel.dataset.worker);
    return worker ? worker.pushManager.getSubscription() : null;
  }

  async function look() {
    const impossible = possible();
    if (impossible) return show(impossible);
    const ours = await subscription().catch(() => null);
    const row = ours && known.find((one) => one.dataset.endpoint === ours.endpoint);
    if (row) row.querySelector("[data-here]").hidden = false;
    return show(row && Notification.permission === "granted" ? "on" : "off");
  }

  async function subscribed() {
    // The old one may belong to somebody else, or to a key that is no more.
    const old = await subscription();
    if (old) await old.unsubscribe();
    await navigator.serviceWorker.register(panel.dataset.worker);
    const worker = await navigator.serviceWorker.ready;
    return worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: panel.dataset.key,
    });
  }

  turnOn.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = turnOn.querySelector("button");
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        await look();
        return;
      }
      const made = (await subscribed()).toJSON();
      turnOn.elements.endpoint.value = made.endpoint;
      turnOn.elements.p256dh.value = made.keys.p256dh;
      turnOn.elements.auth.value = made.keys.auth;
      turnOn.submit();
    } catch {
      show("failed");
    } finally {
      button.disabled = false;
    }
  });

  for (const form of panel.querySelectorAll("[data-push-off]")) {
    form.addEventListener("submit", async (event) => {
      const { endpoint } = form.closest("[data-endpoint]").dataset;
      event.preventDefault();
      try {
        const ours = await subscription();
        if (ours && ours.endpoint === endpoint) await ours.unsubscribe();
      } finally {
        form.submit();
      }
    });
  }

  look();
})();
