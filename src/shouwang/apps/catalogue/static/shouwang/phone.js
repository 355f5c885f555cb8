/*
 * The button of reminders: asks the browser for an address at its push service, and hands it to the house. Nothing else of the browser
 * is told. Without this file the page names the feeds.
 */
const form = document.querySelector('[data-phone]');
const says = form.querySelector('[role=status]');
const can = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

function show(state) {
  form.querySelectorAll('[data-when]').forEach((each) => { each.hidden = each.dataset.when !== state; });
}

const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const bytes = (base64url) => Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

async function send(address, fields) {
  const given = new FormData(form);
  Object.entries(fields).forEach(([name, value]) => given.set(name, value));
  const answer = await fetch(address, { method: 'POST', body: given });
  if (answer.ok) return;
  throw new Error((await answer.json().catch(() => ({}))).says || form.dataset.failed);
}

async function subscription() {
  const registered = await navigator.serviceWorker.getRegistration(form.dataset.scope);
  return registered ? registered.pushManager.getSubscription() : null;
}

async function start() {
  if (await Notification.requestPermission() !== 'granted') throw new Error(form.dataset.refused);
  const registered = await navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
  await (await registered.pushManager.getSubscription())?.unsubscribe();
  while (!registered.active) await new Promise((go) => { setTimeout(go, 100); });
  const made = await registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.key) });
  try {
    await send(form.getAttribute('action'), { endpoint: made.endpoint, p256dh: text(made.getKey('p256dh')), auth: text(made.getKey('auth')) });
  } catch (error) {
    await made.unsubscribe();
    throw error;
  }
  show('on');
  return form.dataset.started;
}

async function stop() {
  const made = await subscription();
  if (made) {
    await made.unsubscribe();
    await send(form.dataset.stop, { endpoint: made.endpoint });
  }
  show('off');
  return form.dataset.stopped;
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const work = event.submitter?.value === 'stop' ? stop : start;
  says.textContent = form.dataset.waiting;
  try {
    says.textContent = await work();
  } catch (error) {
    says.textContent = error instanceof DOMException ? form.dataset.failed : error.message;
  }
});

if (can) {
  subscription().then((made) => show(made ? 'on' : 'off'), () => show('off'));
} else {
  show('never');
}
