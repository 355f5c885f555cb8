/*
 * A pinch of salt: every page works without this file.
 *
 * - the reading switches take effect without losing what has been typed
 * - quick exit leaves no page behind; Escape three times does the same
 * - keys: / goes to the search field; elements with data-key are pressed by their key
 * - [data-copy="id"] copies the text of that element, [data-print] prints
 */
const root = document.documentElement;

document.addEventListener('submit', async (event) => {
  const pressed = event.submitter;
  if (!event.target.matches('[data-reading]') || !pressed || pressed.name === 'language') return;
  event.preventDefault();
  const body = new FormData(event.target);
  body.set(pressed.name, pressed.value);
  try {
    await fetch(event.target.action, { method: 'POST', body, redirect: 'manual' });
  } catch {
    return; // offline: the switch stays as it is
  }
  if (pressed.name === 'large') root.classList.toggle('large', pressed.value === '1');
  if (pressed.name === 'night') {
    root.classList.toggle('night', pressed.value === 'on');
    root.classList.toggle('day', pressed.value === 'off');
  }
  // The pressed button has given way to its counterpart: the keyboard must not fall off the page.
  event.target.querySelector(`[name="${pressed.name}"]:not([value="${pressed.value}"])`)?.focus();
});

const exit = document.querySelector('[data-exit]');
function leave(event) {
  event?.preventDefault();
  document.body.hidden = true;
  exit.submit();
}
exit?.addEventListener('submit', leave);

const writing = (element) => element.matches('input, textarea, select, [contenteditable]');
let escapes = [];
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && exit) {
    escapes = [...escapes, event.timeStamp].filter((at) => event.timeStamp - at < 2000);
    if (escapes.length >= 3) leave(event);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
  if (document.querySelector('[role="alertdialog"]')) return; // while an alarm stands there, letters do nothing behind it
  const aimed = event.key === '/'
    ? document.querySelector('[type="search"]')
    : [...document.querySelectorAll('[data-key]')].find((element) => element.dataset.key === event.key);
  if (!aimed) return;
  event.preventDefault();
  if (writing(aimed)) aimed.focus();
  else aimed.click();
});

document.addEventListener('click', async (event) => {
  const copy = event.target.closest('[data-copy]');
  if (copy) {
    const source = document.getElementById(copy.dataset.copy);
    await navigator.clipboard?.writeText(source.value ?? source.textContent.trim());
    copy.setAttribute('aria-pressed', 'true');
  }
  if (event.target.closest('[data-print]')) window.print();
});

// Buttons that only a script can serve are hidden until it is here.
document.querySelectorAll('[data-needs-script]').forEach((element) => { element.hidden = false; });

// Passkeys: say it in words instead of in the console.
document.addEventListener('allauth.error', (event) => {
  const says = document.getElementById('key-failed');
  if (!says) return;
  event.preventDefault();
  says.hidden = false;
});
