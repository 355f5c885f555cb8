// The phone in the field: what is sent without a network waits in the phone and sends itself, with the time it happened.
//
//   <form data-queue>   sent at once when there is a network; otherwise kept, in order
//                       in its place, with its button gone, stands [data-kept]; [data-state] says the same at the top
//   <form data-typed>   what is typed in it is there again after a reload, for a day
//   <body data-bare>    the page that opens without a network; the phone keeps it for a shift (docs/decisions/0017)
//
// Each form carries client_id, so that sending twice adds nothing; happened_at is set here once, clock at every try.
// Everything works as a plain form without this file.

const NAME = "shouwang-field";
const WAITING = "waiting";
const TYPED = "typed";
const PAUSE_MS = 15_000;
const DAY_MS = 86_400_000;
const says = document.querySelector("#waiting");
const bare = document.body.matches("[data-bare]");
let sending = false;
let signedOut = false;

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 2);
    asked.onupgradeneeded = () => {
      const names = asked.result.objectStoreNames;
      if (!names.contains(WAITING)) asked.result.createObjectStore(WAITING, { autoIncrement: true });
      if (!names.contains(TYPED)) asked.result.createObjectStore(TYPED);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function store(mode, work, name = WAITING) {
  const db = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction(name, mode);
      const asked = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

const keys = () => store("readonly", (all) => all.getAllKeys());

async function tell() {
  const all = await waiting();
  const n = all.filter(([, one]) => !one.refused).length;
  says.hidden = !n;
  says.textContent = n ? says.dataset.says.replace("{n}", n) : "";
  show(all.filter(([, one]) => one.refused));
  showSteps(all.map(([, one]) => one));
}

// A step that waits is pressed once, and says so where its button was: also after a reload, when the page does not know of it. Those
// before it are over. What the house refused can be pressed again.
function showSteps(all) {
  const forms = [...document.querySelectorAll("form[data-queue]")].filter((each) => each.elements.what);
  const of = (form) => all.filter((one) => one.action === form.action && one.parts.some(([name, value]) => name === "what" && value === form.elements.what.value));
  const isKept = (form) => of(form).some((one) => !one.refused);
  let last = null;
  for (const [n, form] of forms.entries()) {
    const button = form.querySelector("button");
    const kept = isKept(form);
    if (kept) last = form;
    else if (!of(form).length) { form.hidden ||= forms.slice(n + 1).some((each) => each.action === form.action && isKept(each)); continue; }
    form.hidden = false;
    button.disabled = kept;
    button.hidden = kept;
    form.querySelector("[data-kept]").hidden = !kept;
  }
  const state = document.querySelector("[data-state]");
  if (state && last) state.textContent = last.querySelector("[data-kept]").textContent.trim();
}

// What this officer has in this phone, in order; somebody else's, on a shared phone, stays untouched.
async function waiting() {
  const found = [];
  for (const key of await keys()) {
    const one = await store("readonly", (all) => all.get(key));
    if (one.who === says.dataset.who) found.push([key, one]);
  }
  return found;
}

// What the house did not take: what was written, why, and what can be done. Nothing is thrown away unasked.
function show(items) {
  const place = document.querySelector("#refused");
  place.hidden = !items.length;
  place.replaceChildren(...items.map(([key, one]) => {
    const card = document.querySelector("#refused-one").content.cloneNode(true).firstElementChild;
    const isFile = ([, value]) => value instanceof File;
    const write = (more) => store("readwrite", (all) => all.put({ ...one, refused: "", ...more }, key)).then(tell).then(sendAll);
    card.querySelector("[data-why]").textContent = one.refused;
    card.querySelector("[data-words]").textContent = one.parts
      .filter(([name, value]) => typeof value === "string" && /^(body|left|words)/.test(name)).map(([, value]) => value).join(" ");
    card.querySelector("[data-again]").addEventListener("click", () => write({}));
    const bare = card.querySelector("[data-without]");
    bare.hidden = !one.parts.some(isFile);
    bare.addEventListener("click", () => write({ parts: one.parts.filter((part) => !isFile(part)) }));
    card.querySelector("[data-drop]").addEventListener("click", () => store("readwrite", (all) => all.delete(key)).then(tell));
    return card;
  }));
}

// null: not now. "": it is there. Words: why the house did not take it.
async function post(action, parts) {
  const body = new FormData();
  for (const [name, value] of parts) body.append(name, value);
  body.set("clock", new Date().toISOString());
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  let answer;
  try {
    answer = await fetch(action, { method: "POST", body });
  } catch {
    return null;
  }
  // The house is busy, or this page is older than the sign-in: it waits for later, or for the page to be loaded anew.
  if (answer.status >= 500 || answer.status === 429 || answer.status === 403) return null;
  signedOut = answer.url.includes("/accounts/"); // meanwhile: it waits for the next sign-in
  if (signedOut) return null;
  if (answer.ok) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = [...page.querySelectorAll("main .errorlist, main .error, main h1, main h1 + p")].map((one) => one.textContent.trim());
  const errors = [...page.querySelectorAll("main .errorlist, main .error")].map((one) => one.textContent.trim()).filter(Boolean);
  return [...new Set(errors.length ? errors : said)].join(" ") || String(answer.status);
}

async function sendAll() {
  if (sending) return;
  sending = true;
  let sent = 0;
  try {
    for (const [key, one] of await waiting()) {
      if (one.refused) continue;
      const why = await post(one.action, one.parts);
      if (why === null) break;
      if (why) await store("readwrite", (all) => all.put({ ...one, refused: why }, key));
      else { await store("readwrite", (all) => all.delete(key)); sent += 1; }
    }
  } finally {
    sending = false;
  }
  await tell();
  if (sent || (bare && signedOut)) location.assign(says.dataset.page);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-queue]")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  data.set("happened_at", new Date().toISOString());
  const parts = [...data].filter(([, value]) => !(value instanceof File) || value.size);
  // Kept first, sent then: a phone that dies in between has lost nothing.
  await store("readwrite", (all) => all.add({ action: form.action, parts, who: says.dataset.who }));
  await store("readwrite", (all) => all.delete(typedKey(form)), TYPED);
  form.classList.add("kept");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  await tell();
  await sendAll();
});

// What is typed is kept as it is typed, for this officer and this form alone. Pictures are not: they stay in the phone's album.
const typedKey = (form) => `${says.dataset.who} ${new URL(form.action).pathname}`;

async function keepTyped(event) {
  const form = event.target.closest("form[data-typed]");
  if (!form || form.matches(".kept")) return;
  const ours = ([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "client_id", "happened_at", "clock"].includes(name);
  const parts = [...new FormData(form)].filter(ours);
  await store("readwrite", (all) => all.put({ parts, at: Date.now() }, typedKey(form)), TYPED);
}

async function showTyped() {
  for (const key of await store("readonly", (all) => all.getAllKeys(), TYPED)) {
    const one = await store("readonly", (all) => all.get(key), TYPED);
    if (!(Date.now() - one.at < DAY_MS)) { await store("readwrite", (all) => all.delete(key), TYPED); continue; }
    const form = [...document.querySelectorAll("form[data-typed]")].find((each) => typedKey(each) === key);
    if (!form) continue;
    for (const [name, value] of one.parts) {
      const field = form.elements[name];
      if (field) field.value = value; // of radio buttons, the one with this value is chosen
    }
    if (one.parts.some(([, value]) => value)) form.closest("details").open = true;
  }
}

// The bare page and what it is drawn with, for the next hours. Who is not signed in any more keeps nothing.
async function keepBare() {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  try {
    await navigator.serviceWorker.register(says.dataset.worker, { scope: says.dataset.page });
    const answer = await fetch(says.dataset.bare);
    await caches.delete(NAME);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.clone().text(), "text/html");
    const parts = [...page.querySelectorAll("link[rel=stylesheet], script[src], use")].map((one) => one.getAttribute("src") ?? one.getAttribute("href").split("#")[0]);
    const cache = await caches.open(NAME);
    await cache.addAll([...new Set(parts)]);
    await cache.put(says.dataset.bare, answer);
  } catch {
    // Without a network, or not allowed here: everything goes on as it would without this.
  }
}

document.addEventListener("input", keepTyped);
document.addEventListener("change", keepTyped);
window.addEventListener("online", async () => {
  await sendAll();
  if (bare && !(await store("readonly", (all) => all.count(), TYPED)) && !(await waiting()).length) location.assign(says.dataset.page);
});
setInterval(async () => { if ((await keys()).length) sendAll(); }, PAUSE_MS);
if (bare) {
  // The page is as old as the phone has been without a network: what it sends has to be told from what it sent before.
  for (const { elements } of document.querySelectorAll("form[data-queue]")) elements.client_id.value = crypto.randomUUID().replaceAll("-", "");
  const about = new URLSearchParams(location.search).get("about");
  document.querySelector(`#about-${CSS.escape(about ?? "")} details`)?.setAttribute("open", "");
} else {
  keepBare();
  let at = document.querySelector("#mine").dataset.at;
  document.addEventListener("htmx:afterSettle", () => {
    const now = document.querySelector("#mine").dataset.at;
    if (now !== at) { at = now; keepBare(); }
    tell();
  });
}
showTyped();
sendAll();

// Where we are, by one tap. Without a script the button is not shown.
const where = document.querySelector("form[data-where]");
if (where && navigator.geolocation) {
  where.hidden = false;
  where.addEventListener("submit", (event) => {
    if (where.elements.longitude.value) return;
    event.preventDefault();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        where.elements.longitude.value = coords.longitude;
        where.elements.latitude.value = coords.latitude;
        where.submit();
      },
      () => { where.submit(); }, // the house says in words that there is no position
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
    );
  });
}
