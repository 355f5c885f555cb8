/*
 * Shows reminders of the portal, and opens the page they speak of. It answers no request of any page and keeps nothing.
 */
self.addEventListener('push', (event) => {
  const said = event.data ? event.data.json() : {};
  event.waitUntil(self.registration.showNotification(said.title || '', {
    body: said.body || '',
    tag: 'catalogue', // a newer one takes the place of one that nobody looked at
    data: said.url || '',
  }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const page = new URL(event.notification.data || '', self.registration.scope);
  const ours = page.href.startsWith(self.registration.scope) ? page.href : self.registration.scope;
  event.waitUntil(self.clients.openWindow(ours));
});
