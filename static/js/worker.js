// Runs in the browser without a page: shows what we push, opens the page when it is clicked, and
// says so where there is no connection. It keeps that one page and its looks, asked for as nobody;
// never a page of somebody.
"use strict";

const KEPT = "offline-1";
const OFFLINE = "/offline/";

async function keep() {
  const cache = await caches.open(KEPT);
  const page = await fetch(OFFLINE, { credentials: "omit", cache: "reload" });
  const text = await page.clone().text();
  const looks = [...text.matchAll(/href="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  await cache.addAll(looks);
  await cache.put(OFFLINE, page);
}

async function forget() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
}

self.addEventListener("install", (event) => {
  event.waitUntil(keep());
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forget());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const own = origin === self.location.origin;
  if (request.method !== "GET" || !own) return;
  const kept = () => caches.match(request.mode === "navigate" ? OFFLINE : request);
  const look = request.destination === "style" || pathname.endsWith(".svg");
  if (request.mode === "navigate" || look)
    event.respondWith(fetch(request).catch(async () => (await kept()) ?? Response.error()));
});

function said(event) {
  try {
    return event.data.json();
  } catch {
    const atDesk = self.registration.scope.endsWith("/desk/");
    const url = atDesk ? "/desk/notifications/" : "/";
    return { title: "Werkdag", body: "", tag: "werkdag", url };
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
