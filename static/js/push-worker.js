// Runs in the browser without a page: shows what we push, and opens the ticket when it is clicked.
"use strict";

function said(event) {
  try {
    return event.data.json();
  } catch {
    return { title: "Werkdag", body: "", tag: "werkdag", url: "/desk/notifications/" };
  }
}

self.addEventListener("push", (event) => {
  const { title, body, tag, url, stays, lang } = said(event);
  const shown = {
    body,
    tag,
    lang,
    renotify: true,
    requireInteraction: Boolean(stays),
    data: { url },
  };
  event.waitUntil(self.registration.showNotification(title, shown));
});

async function open(url) {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = tabs.find((tab) => {
    const at = new URL(tab.url);
    return at.origin === url.origin && at.pathname === url.pathname;
  });
  return there ? there.focus() : self.clients.openWindow(url.href);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  // Only to ourselves, whatever was pushed.
  if (url.origin === self.location.origin) event.waitUntil(open(url));
});
