/*
 * How much one has not read, room by room, while the page is open: each post that is told of counts one more.
 * Without this file the numbers are those of when the page was loaded.
 */
import './live.js';

document.addEventListener('live:post', ({ detail }) => {
  for (const count of document.querySelectorAll(`[data-unread="${CSS.escape(detail.stream)}"]`)) {
    const n = Number(count.dataset.n) + 1;
    count.dataset.n = n;
    count.textContent = count.dataset.says.replace('{n}', n > 99 ? '99+' : n);
    count.hidden = false;
    const way = count.closest('a') ?? count.closest('[data-room]')?.querySelector('a');
    if (way) way.hash = 'new';
  }
});
