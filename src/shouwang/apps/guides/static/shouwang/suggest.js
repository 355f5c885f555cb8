// Guides while typing: waits for a pause, asks once, and forgets. Without it the search form does the same.
const PAUSE = 450;
const SHORTEST = 2;
const LONGEST = 300;

const box = document.querySelector("[data-suggest]");
const source = box && document.getElementById(box.dataset.from);
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;

let timer = 0;
let asked = "";
let running = null;

async function ask() {
  const words = source.value.trim().slice(0, LONGEST);
  if (words === asked) return;
  asked = words;
  running?.abort();
  if (words.length < SHORTEST) return show("");
  running = new AbortController();
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token);
  body.set("q", words);
  try {
    const answer = await fetch(box.dataset.suggest, { method: "POST", body, signal: running.signal });
    if (answer.ok) show((await answer.text()).trim());
  } catch {
    // Offline, or a newer question: the words stay in their field and can be sent as always.
  }
}

let shown = "";
function show(html) {
  if (html === shown || box.contains(document.activeElement)) return;
  shown = html;
  box.innerHTML = html;
}

if (box && source && token) {
  source.addEventListener("input", (event) => {
    if (event.isComposing) return; // half a pinyin syllable asks nothing
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  source.addEventListener("compositionend", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}
