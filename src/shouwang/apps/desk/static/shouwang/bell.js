// The bell for danger, on every page an officer has open, also in a tab that is not looked at. Without it a reload shows the same.
//
//   #bell[data-asks]        where to ask what rings; asked after news of the desk, when the page is looked at again, and every minute
//   #alarm [data-ring]      what rings now
//   [data-alarm=banner]     a page whose buttons must stay free: what rings stands above it, takes no focus and covers nothing
import "./live.js";

const EVERY_MS = 60_000;
const line = document.querySelector("#bell");
const title = document.title;
const A_MOMENT_MS = 800;
const isField = (one) => one?.matches?.("input, textarea, select, [contenteditable]") ?? false;
const isBanner = () => document.querySelector("[data-alarm=banner]") !== null;
let bell = null;
let shownAt = 0;

// Two soft tones every two seconds, without a sound file, until somebody accepts; the tab's title says so where sound is shut off.
function ring() {
  const wanted = document.querySelector("#alarm [data-ring]");
  document.title = wanted ? `(!) ${title}` : title;
  if (!wanted) {
    clearInterval(bell?.timer);
    bell = null;
    return;
  }
  if (bell) return;
  const audio = new AudioContext();
  const tone = (at, pitch) => {
    const source = audio.createOscillator();
    const volume = audio.createGain();
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
    source.connect(volume).connect(audio.destination);
    source.start(at);
    source.stop(at + 0.6);
  };
  const once = () => {
    audio.resume();
    tone(audio.currentTime, 880);
    tone(audio.currentTime + 0.35, 660);
  };
  once();
  bell = { timer: setInterval(once, 2000) };
  shownAt = performance.now();
  // Whoever is typing goes on typing: a space in the middle of a sentence must not answer the alarm.
  if (wanted.hasAttribute("aria-modal") && !isField(document.activeElement)) wanted.querySelector("button")?.focus();
}

let asking = false;
let again = false;
async function ask() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    do {
      again = false;
      const answer = await fetch(line.dataset.asks + (isBanner() ? "?banner" : ""), { redirect: "error", headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const [old, fresh] = [document.querySelector("#alarm"), holder.content.querySelector("#alarm")];
      const rings = (one) => { const it = one?.querySelector("[data-ring]"); return it && `${it.dataset.ring} ${it.role}`; };
      if (fresh && rings(old) !== rings(fresh)) {
        old.replaceWith(fresh);
        ring();
      }
    } while (again);
  } catch { /* no network, or signed out: the next news or minute asks again */ } finally {
    asking = false;
  }
}

// Accepting leads to the matter. Whoever is in the middle of a sentence keeps the page: the matter opens beside it.
document.addEventListener("click", (event) => {
  // A key that was meant for something else: no pointer (detail 0), and the alarm has only just come.
  if (event.target.closest("#alarm") && event.detail === 0 && performance.now() - shownAt < A_MOMENT_MS) event.preventDefault();
}, { capture: true });
const writing = () => [...document.querySelectorAll("textarea, input[type=text], input:not([type])")]
  .some((field) => field.value !== field.defaultValue);
document.addEventListener("submit", (event) => {
  const { target } = event;
  if (!target.closest("#alarm")) return;
  if (!writing()) return;
  target.target = "_blank";
  setTimeout(ask, 1000);
});

if (line) {
  ring();
  document.addEventListener("live:queue", ask);
  // The crew was sent meanwhile, or is done: what rings takes the other shape.
  document.addEventListener("htmx:afterSettle", () => {
    const shown = document.querySelector("#alarm [data-ring]");
    if (shown && shown.hasAttribute("aria-modal") === isBanner()) ask();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  setInterval(ask, EVERY_MS);
}
