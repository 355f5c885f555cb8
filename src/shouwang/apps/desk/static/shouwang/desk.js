// The desk's pinch of salt: keys, news, and a bell for danger. Everything works without it.
import { follow } from "./follow.js";

const items = () => [...document.querySelectorAll("#queue .it")];

function move(step) {
  const all = items();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const from = at >= 0 ? at : all.findIndex((one) => one.hasAttribute("aria-current"));
  all[Math.max(0, Math.min(all.length - 1, from + step))].focus();
}

// Keys without a button; those that press one are the frame's, see site.js. No key has two meanings: a test looks at every page.
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  r: () => document.querySelector(".reply textarea")?.focus(),
  g: () => location.assign("/desk/"),
  "?": () => location.assign("/desk/#keys"),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (typing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    typing.form?.requestSubmit();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const known = KEYS[event.key];
  if (!known || event.defaultPrevented || document.querySelector('[role="alertdialog"]')) return;
  event.preventDefault();
  known();
});

if (location.hash === "#keys") document.querySelector("#keys")?.setAttribute("open", "");

// News: the queue is fetched anew; an open conversation fetches only what it lacks.
let soon = 0;
document.addEventListener("live:queue", () => {
  clearTimeout(soon);
  soon = setTimeout(() => document.body.dispatchEvent(new Event("sw:queue")), 150);
});

// Somebody in a room should be spoken to in private: said once, with the way there.
document.addEventListener("live:room-offer", ({ detail }) => {
  const toasts = document.querySelector("#toasts");
  const wanted = document.querySelector("#room-offer");
  if (!toasts || !wanted) return;
  const note = wanted.content.cloneNode(true);
  note.querySelector("a").href = `/rooms/${encodeURIComponent(detail.payload.room)}/#p${Number(detail.payload.seq)}`;
  toasts.append(note);
});

const talk = document.querySelector(".talk[data-more]");
if (talk) {
  [...talk.children].reverse().find((one) => !one.hidden)?.scrollIntoView({ block: "end" });
  follow(talk);
}

// “Somebody is writing”, told at most every four seconds and shown for six.
const reply = document.querySelector("[data-typing-to]");
let told = 0;
reply?.addEventListener("input", () => {
  if (Date.now() - told < 4000) return;
  told = Date.now();
  fetch(reply.dataset.typingTo, { method: "POST", body: new FormData(reply) });
});
