// The phone in the field: what is sent without a network waits in the phone and sends itself, with the time it happened.
//
//   <form data-queue>   sent at once when there is a network; otherwise kept, in order
//
// Each form carries client_id, so that sending twice adds nothing; happened_at is set here once, clock at every try.
// Everything works as a plain form without this file.

const NAME = "shouwang-field";
const STORE = "waiting";
const PAUSE_MS = 15_000;
const says = document.querySelector("#waiting");
let sending = false;

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function store(mode, work) {
  const db = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction(STORE, mode);
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

const keys = () => store("readonly", (all) => all.getAllKeys());

async function tell(refused = "") {
  const n = (await keys()).length;
  says.hidden = !n && !refused;
  says.textContent = refused || (n ? says.dataset.says.replace("{n}", n) : "");
}

// null: no network. false: the house answered that it cannot take it. true: it is there.
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
  if (answer.status >= 500 || answer.status === 429) return null; // the house is busy: later
  if (answer.url.includes("/accounts/")) return null; // signed out meanwhile: it waits for the next sign-in
  return answer.ok;
}

async function sendAll() {
  if (sending) return;
  sending = true;
  let sent = 0;
  let refused = "";
  try {
    for (const key of await keys()) {
      const one = await store("readonly", (all) => all.get(key));
      if (one.who !== says.dataset.who) continue; // somebody else's, on a shared phone
      if (one.refused) { refused = says.dataset.refused; continue; }
      const done = await post(one.action, one.parts);
      if (done === null) break;
      if (done) { await store("readwrite", (all) => all.delete(key)); sent += 1; }
      else { await store("readwrite", (all) => all.put({ ...one, refused: true }, key)); refused = says.dataset.refused; }
    }
  } finally {
    sending = false;
  }
  await tell(refused);
  if (sent) location.assign("/desk/mine/");
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
  form.classList.add("kept");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  await tell();
  await sendAll();
});

window.addEventListener("online", sendAll);
setInterval(async () => { if ((await keys()).length) sendAll(); }, PAUSE_MS);
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
