// What happens is seen at once: follows the streams that the page names, and tells the elements that asked for them.
//
//   <section data-live="room:3 matter:9" data-cursor="room:3=17,matter:9=4">
//
// A tab that nobody looks at gives its line back after two minutes; with data-live-awake on the page one of them keeps it.
//
// Each event becomes `live:<kind>` on that element (it bubbles), with detail {stream, seq, kind, at, payload}; a whisper has no seq.
// <html data-live-state> is live, reconnecting, polling, paused, stale (load the page anew) or refused.
// `live:reset` on the document may be cancelled; if it is not, the page reloads itself, unless somebody has words in a form.

const URL_LIVE = "/live";
const FAILURES_BEFORE_POLLING = 3;
const POLL_MS = [2_000, 30_000];
const AWAY_MS = 6_000; // while the house does not answer at all: after a restart nobody waits longer for what was said
const TRY_STREAM_AGAIN_MS = 60_000;
const HIDDEN_PAUSE_MS = 120_000;
const RELOAD_AT_MOST_EVERY_MS = 30_000;

const listeners = new Map(); // stream -> Set of elements
const cursor = new Map(); // stream -> last seq
let source = null;
let timer = 0;
let failures = 0;
let pollMs = POLL_MS[0];
let begun = false;
let away = false; // the house did not answer the last poll
let polling = 0; // number of the running round of polls; a late answer to an older one is dropped

const state = (word) => { document.documentElement.dataset.liveState = word; };
const cursorText = () => [...cursor].map(([stream, seq]) => `${stream}=${seq}`).join(",");

function address(poll) {
  const query = new URLSearchParams();
  for (const stream of listeners.keys()) query.append("s", stream);
  if (cursor.size) query.set("since", cursorText());
  if (poll) query.set("poll", "1");
  return `${URL_LIVE}?${query}`;
}

// Parts of a fresh page were read one after the other: it follows from where the first of them stood, so that none misses anything.
function readCursor(text, choose = Math.max) {
  for (const part of text.split(",")) {
    const [stream, seq] = part.split("=");
    if (seq !== undefined) cursor.set(stream, choose(Number(seq), cursor.get(stream) ?? Number(seq)));
  }
}

function tell(event) {
  if (event.seq !== undefined) {
    if (event.seq <= (cursor.get(event.stream) ?? 0)) return; // had it before the line broke
    cursor.set(event.stream, event.seq);
  }
  const elements = listeners.get(event.stream) ?? new Set();
  for (const element of elements) if (!element.isConnected) elements.delete(element); // swapped out of the page
  // In the moment between two swaps nobody is there: then the document hears it, where delegated listeners sit.
  for (const target of elements.size ? elements : [document]) {
    target.dispatchEvent(new CustomEvent(`live:${event.kind}`, { detail: event, bubbles: true }));
  }
}

const someoneIsWriting = () => [...document.querySelectorAll("textarea, input[type=text], input:not([type])")]
  .some((field) => field.value !== field.defaultValue);

function reset() {
  stop();
  state("stale");
  if (!document.dispatchEvent(new CustomEvent("live:reset", { cancelable: true }))) return;
  const last = Number(sessionStorage.getItem("live-reload") ?? 0);
  if (someoneIsWriting() || Date.now() - last < RELOAD_AT_MOST_EVERY_MS) return;
  sessionStorage.setItem("live-reload", String(Date.now()));
  location.reload();
}

function refused(streams) {
  for (const stream of streams) {
    for (const element of listeners.get(stream) ?? []) element.dispatchEvent(new CustomEvent("live:refused", { bubbles: true }));
    listeners.delete(stream);
    cursor.delete(stream);
  }
  if (listeners.size) return false;
  stop();
  state("refused");
  return true;
}

function stop() {
  source?.close();
  source = null;
  clearTimeout(timer);
  polling += 1;
}

function openStream() {
  stop();
  if (typeof EventSource === "undefined") return poll();
  source = new EventSource(address(false));
  const mine = source;
  mine.onopen = () => { failures = 0; pollMs = POLL_MS[0]; state("live"); };
  mine.onmessage = ({ data, lastEventId }) => {
    tell(JSON.parse(data));
    if (lastEventId) readCursor(lastEventId);
  };
  mine.addEventListener("here", ({ lastEventId }) => readCursor(lastEventId));
  mine.addEventListener("reset", reset);
  mine.addEventListener("refused", ({ data }) => refused(JSON.parse(data).streams));
  mine.onerror = () => {
    if (mine !== source) return;
    failures += 1;
    state("reconnecting");
    // CLOSED: the answer was no stream (full house, refused, a proxy's page), and the browser will not try again by itself.
    if (mine.readyState === EventSource.CLOSED || failures >= FAILURES_BEFORE_POLLING) poll();
  };
}

async function poll(since = Date.now()) {
  stop();
  const round = polling;
  let answer = null;
  try {
    const response = await fetch(address(true), { headers: { Accept: "application/json" }, cache: "no-store" });
    if (round !== polling) return;
    if (response.status === 403) { refused([...listeners.keys()]); return; }
    if (response.ok) answer = await response.json();
  } catch { /* no network: the pause below grows, and we ask again */ }
  if (round !== polling) return;
  if (answer) {
    state("polling");
    for (const event of answer.events) tell(event);
    readCursor(answer.cursor);
    if (answer.refused.length && refused(answer.refused)) return;
    if (answer.reset.length) { reset(); return; }
    if (away) { away = false; failures = 0; openStream(); return; } // it was restarted: the stream may be good again
    pollMs = answer.events.length ? POLL_MS[0] : Math.min(pollMs * 1.5, POLL_MS[1]);
  } else {
    away = true;
    state("reconnecting");
    pollMs = Math.min(pollMs * 2, AWAY_MS);
  }
  const wait = pollMs * (0.75 + Math.random() / 2); // scattered, so that a crowd does not ask in step
  timer = setTimeout(() => (Date.now() - since > TRY_STREAM_AGAIN_MS ? openStream() : poll(since)), wait);
}

// A desk rings for danger also while nobody looks at it: of all its hidden tabs one keeps its line, since a browser has few of them.
// Where a browser has no locks (plain HTTP), none does; the bell then asks once a minute.
let letGo = null;
function mayStayAwake() {
  if (!document.querySelector("[data-live-awake]") || !navigator.locks) return Promise.resolve(false);
  return new Promise((answer) => {
    navigator.locks.request("live-awake", { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      return lock && new Promise((done) => { letGo = done; });
    });
  });
}

function pauseWhileHidden() {
  if (document.visibilityState === "hidden") {
    // Browsers allow few open streams per house; a forgotten tab gives its own back, and catches up when looked at again.
    setTimeout(async () => {
      if (document.visibilityState !== "hidden" || !listeners.size || letGo || await mayStayAwake()) return;
      stop();
      state("paused");
    }, HIDDEN_PAUSE_MS);
    return;
  }
  letGo?.();
  letGo = null;
  if (document.documentElement.dataset.liveState === "paused") openStream();
}

/** Follow what `element` names in data-live; later calls add to the same line. */
export function follow(element) {
  for (const stream of element.dataset.live.split(/\s+/).filter(Boolean)) {
    if (!listeners.has(stream)) listeners.set(stream, new Set());
    listeners.get(stream).add(element);
  }
  readCursor(element.dataset.cursor ?? "", begun ? Math.max : Math.min);
}

/** Begin, or begin anew after elements were added. */
export function start() {
  begun = true;
  failures = 0;
  if (listeners.size) openStream();
}

// A part of the page was swapped in: it may follow something, old or new.
function adopt({ target }) {
  const before = listeners.size;
  for (const element of [target, ...target.querySelectorAll("[data-live]")]) if (element.dataset?.live) follow(element);
  if (listeners.size > before) start();
}

document.querySelectorAll("[data-live]").forEach(follow);
document.addEventListener("htmx:load", adopt);
document.addEventListener("visibilitychange", pauseWhileHidden);
window.addEventListener("online", () => { if (listeners.size && !source) openStream(); });
window.addEventListener("pagehide", stop);
window.addEventListener("pageshow", ({ persisted }) => { if (persisted) start(); });
start();
