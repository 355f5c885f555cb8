// Without a network, the officer's phone opens a bare page in place of “我的警情”. What may be in it: docs/decisions/0017.
// Nothing but that one page is answered here; every other request goes its way as if this file were not there.

const KEPT = "shouwang-field";
const [PAGE, BARE, PARTS] = ["{% url 'dispatch:mine' %}", "{% url 'dispatch:kept' %}", "{{ static_url }}"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function bare() {
  const page = await caches.match(BARE, { cacheName: KEPT });
  if (page && Date.parse(page.headers.get("Expires")) > Date.now()) return page;
  await caches.delete(KEPT);
  return Response.error();
}

async function opened(request) {
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return bare();
  }
  // Sent to sign in, or no longer let in: whoever holds this phone is nobody for us.
  if (answer.type === "opaqueredirect" || answer.status === 403) await caches.delete(KEPT);
  return answer;
}

const part = async (request) => (await caches.match(request, { cacheName: KEPT })) ?? Response.error();

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(opened(request));
  else if (url.pathname.startsWith(PARTS)) event.respondWith(fetch(request).catch(() => part(request)));
});
