/*
 * A room without reloading: what others say appears, what one says is sent in place. Without this file the forms do the same.
 *
 * The live script tells of events on the list: live:post, live:shown, live:hidden, live:typing. Words are only ever set as text.
 * Nothing written is lost: the box is emptied when the house has given the words a number, and a second press sends the same id.
 */
import { follow, start } from './live.js';
import { beyond } from './talk.js';

const list = document.querySelector('ol[data-live^="room:"]');
const form = document.getElementById('say');
const last = document.getElementById('last');
const typing = document.getElementById('typing');
const unsent = document.getElementById('unsent');
const blank = document.getElementById('a-post');
const news = document.getElementById('news');
const readTo = document.getElementById('read');
const atBottom = () => last.getBoundingClientRect().top < window.innerHeight + 160;

// The station's clock, whatever the phone's own says; a page that is left open over midnight goes on naming the right day.
const clock = { timeZone: list.dataset.zone };
const dayOf = (when) => when.toLocaleDateString(document.documentElement.lang, { ...clock, month: 'long', day: 'numeric' });
function moment(when) {
  const day = dayOf(when) === dayOf(new Date()) ? list.dataset.today : dayOf(when);
  return `${day} ${when.toLocaleTimeString('zh-CN', { ...clock, hour: '2-digit', minute: '2-digit', hour12: false })}`;
}

function draw({ seq, name, by, text, cut, via, files = [], came = {}, reply_to: reply }, at, mine) {
  const item = blank.content.cloneNode(true).firstElementChild;
  const part = (selector) => item.querySelector(selector);
  item.id = `p${seq}`;
  item.dataset.seq = seq;
  item.classList.toggle('mine', mine);
  const who = part('[data-name]');
  who.textContent = mine ? who.dataset.own.replace('{name}', name) : name;
  part('[data-police]').hidden = by !== 'station';
  part('[data-qq]').hidden = via !== 'qq';
  part('[data-link]').href = list.dataset.one.replace(/0\/$/, `${seq}/`);
  const time = part('time');
  time.dateTime = at;
  time.textContent = moment(new Date(at));
  const answer = part('[data-reply]');
  answer.hidden = !reply;
  if (reply) {
    answer.firstElementChild.href = `#p${reply.seq}`;
    answer.firstElementChild.textContent = answer.firstElementChild.dataset.says.replace('{name}', reply.name);
  }
  part('.msg').textContent = cut ? `${text}…` : text;
  part('.msg').classList.toggle('me', mine);
  part('.msg').hidden = !text;
  const shapes = part('[data-files]');
  const [picture, voice, other] = shapes.children;
  shapes.replaceChildren(...files.map(({ ref, kind }) => {
    const shape = { picture, voice }[kind] ?? other;
    const one = shape.cloneNode(true);
    const address = list.dataset.files.replace('REF', ref);
    for (const sound of one.querySelectorAll('audio')) sound.src = address;
    for (const image of one.querySelectorAll('img')) image.src = `${address}thumb/`;
    for (const link of one.querySelectorAll('a')) link.href = address;
    return one;
  }));
  for (const line of item.querySelectorAll('[data-came]')) {
    const n = came[line.dataset.came] ?? 0;
    line.hidden = !n;
    line.textContent = line.dataset.says.replace('{n}', n);
  }
  return item;
}

// What came while nobody looked: a line above the first of it, and how many, in the composer and in the tab.
const title = document.title;
let waiting = 0;
function unread(item) {
  waiting += 1;
  if (waiting === 1) {
    document.getElementById('new')?.remove();
    const line = document.createElement('li');
    line.className = 'unread';
    line.id = 'new';
    line.append(Object.assign(document.createElement('span'), { className: 'chip lamp' }));
    list.insertBefore(line, item);
  }
  const words = news?.dataset.says.replace('{n}', waiting) ?? '';
  const line = document.querySelector('#new .chip');
  if (line) line.textContent = words;
  if (news) {
    news.textContent = words;
    news.hidden = false;
  }
  document.title = `(${waiting}) ${title}`;
}

// Seen is what stands on a page that is looked at, down to its end; the house keeps it as this reader's own mark.
const newest = () => Math.max(0, ...[...list.children].map((item) => Number(item.dataset.seq) || 0));
let told = list ? newest() : 0;
let soon;
function seen() {
  if (!list || document.hidden || !atBottom()) return;
  waiting = 0;
  document.title = title;
  if (news) news.hidden = true;
  const seq = newest();
  if (!readTo || seq <= told) return;
  clearTimeout(soon);
  soon = setTimeout(() => {
    const body = new FormData(readTo);
    body.set('seq', seq);
    fetch(readTo.action, { method: 'POST', body }).then(({ ok }) => { if (ok) told = Math.max(told, seq); }).catch(() => {});
  }, 400);
}
document.addEventListener('visibilitychange', seen);
document.addEventListener('scroll', seen, { passive: true });

function put(payload, at = new Date().toISOString(), mine = false) {
  const there = document.getElementById(`p${payload.seq}`);
  const follow = mine || (atBottom() && !document.hidden);
  const item = draw(payload, at, mine || Boolean(there?.classList.contains('mine')));
  document.getElementById('nothing')?.remove();
  if (there) there.replaceWith(item);
  else {
    const later = [...list.children].find((other) => Number(other.dataset.seq) > payload.seq);
    list.insertBefore(item, later ?? null);
  }
  if (follow) last.scrollIntoView({ block: 'end' });
  else if (!there) unread(item);
  seen();
}

list?.addEventListener('live:post', (event) => {
  const payload = event.detail.payload;
  if (!document.getElementById(`p${payload.seq}`)) put(payload, event.detail.at);
  if (typing) typing.hidden = true;
});
list?.addEventListener('live:shown', (event) => put(event.detail.payload, event.detail.at));
list?.addEventListener('live:hidden', (event) => {
  const message = document.querySelector(`#p${Number(event.detail.payload.seq)}`);
  if (!message) return;
  const gone = document.createElement('p');
  gone.className = 'who';
  gone.textContent = event.detail.payload.taken_back ? list.dataset.takenBack : list.dataset.hidden;
  message.replaceChildren(gone);
});

// Something was hidden: the stream begins anew, and so does the list, without touching what is being written.
document.addEventListener('live:reset', (event) => {
  if (!list) return;
  event.preventDefault();
  setTimeout(async () => {
    const answer = await fetch(window.location.href).catch(() => null);
    if (!answer?.ok) return;
    const anew = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('ol[data-live]');
    if (!anew) return;
    list.replaceChildren(...anew.children);
    waiting = 0;
    document.title = title;
    list.dataset.cursor = anew.dataset.cursor;
    follow(list);
    start();
  }, Math.random() * 2000); // scattered, so that a whole room does not ask at once
});

let quiet;
list?.addEventListener('live:typing', (event) => {
  const { name } = event.detail.payload;
  if (!typing || name === form?.dataset.name) return;
  typing.textContent = typing.dataset.says.replace('{name}', name);
  typing.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => { typing.hidden = true; }, 6000);
});

function goTo(address) {
  const there = new URL(address, window.location);
  if (there.pathname + there.search === window.location.pathname + window.location.search) window.location.reload();
  else window.location.assign(there);
}
const freshId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, '0')).join('');
const say = (words) => { unsent.textContent = words; unsent.hidden = !words; };

form?.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});

form?.addEventListener('submit', async (event) => {
  const body = new FormData(form);
  if (!list) return; // an older page: the plain form leads to the newest
  if (!String(body.get('body')).trim() || body.get('attached')?.size || body.get('longitude')) return; // a plain form does it all
  event.preventDefault();
  const button = form.querySelector('button.btn:not([type=button])');
  if (button.disabled) return;
  button.disabled = true;
  say('');
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } });
    const told = await answer.json();
    if (told.held) form.submit(); // the page that asks what to do keeps the words
    else if (told.go) goTo(told.go);
    else if (told.seq) {
      put({ seq: told.seq, name: form.dataset.name, by: form.dataset.by, text: String(body.get('body')).trim(), via: 'web' }, undefined, true);
      form.elements.body.value = beyond(form.elements.body.value, String(body.get('body')));
      form.elements.reply_to.value = '';
      form.elements.client_id.value = freshId();
    } else say(told.says ?? unsent.dataset.offline);
  } catch {
    say(unsent.dataset.offline);
  } finally {
    button.disabled = false;
    form.elements.body.focus();
  }
});

let said = 0;
form?.addEventListener('input', () => {
  if (Date.now() - said < 3000) return;
  said = Date.now();
  const body = new FormData();
  body.set('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value);
  fetch(form.dataset.typingTo, { method: 'POST', body }).catch(() => {});
});

if (list && !document.getElementById(window.location.hash.slice(1))) {
  const first = document.getElementById('new');
  if (first) first.scrollIntoView();
  else last.scrollIntoView({ block: 'end' });
}
