/*
 * The screen in the hall: one item after the other, until somebody stops it. Without this file all of them stand below each other.
 *
 * Whoever asked their device for less motion sees it stand still until they press the button. What was loaded goes on when the network is
 * away; every half hour the page is fetched anew, if it can be.
 */
const SLIDE_MS = 12_000;
const ANEW_MS = 30 * 60_000;

const slides = [...document.querySelectorAll('[data-slide]')];
const button = document.querySelector('[data-pause]');
const place = document.querySelector('[data-place]');
let at = 0;
let running = !matchMedia('(prefers-reduced-motion: reduce)').matches;

function show(next) {
  at = (next + slides.length) % slides.length;
  slides.forEach((slide, n) => { slide.hidden = n !== at; });
  place.textContent = `${at + 1} / ${slides.length}`;
}

function say() {
  button.textContent = running ? button.dataset.running : button.dataset.stopped;
}

if (slides.length > 1) {
  document.body.classList.add('cycling');
  show(0);
  say();
  button.addEventListener('click', () => { running = !running; say(); });
  document.querySelectorAll('[data-step]').forEach((each) => {
    each.addEventListener('click', () => { running = false; say(); show(at + Number(each.dataset.step)); });
  });
  setInterval(() => { if (running && !document.querySelector('.slide :focus')) show(at + 1); }, SLIDE_MS);
}

setInterval(async () => {
  try {
    const answer = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
    if (answer.ok) location.reload();
  } catch {
    // The network is away: what is loaded goes on.
  }
}, ANEW_MS);
