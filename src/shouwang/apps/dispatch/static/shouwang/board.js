// The board keeps itself up to date: it says which pieces it shows and is given those that differ. Without this file a reload shows the same.
//
//   #board[data-changes]    where to ask; a board on which somebody chooses by hand has none and stands still
//   [data-list]             a list of pieces; each piece has an id and data-v, and its [data-fill] hold what moves by itself
//
// Asked at once after news, once at a time, and every minute. When anything does not fit, the whole board is fetched.

const EVERY_MS = 60_000;
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const lists = (board) => [...board.querySelectorAll("[data-list]")];
const fillsOf = (piece) => [...piece.querySelectorAll("[data-fill]")];
let asking = false;
let again = false;

function shown(board) {
  const row = (piece) => [piece.id, piece.dataset.v, fillsOf(piece).map((one) => one.textContent)];
  return Object.fromEntries(lists(board).map((list) => [list.dataset.list, [...list.children].map(row)]));
}

function made(html, list) {
  const holder = document.createElement("template");
  const drawn = list instanceof SVGElement;
  holder.innerHTML = drawn ? `<svg>${html}</svg>` : html;
  return (drawn ? holder.content.firstElementChild : holder.content).firstElementChild;
}

function patch(board, { order, html, fill }) {
  for (const list of lists(board)) {
    const name = list.dataset.list;
    const has = new Map([...list.children].map((piece) => [piece.id, piece]));
    for (const [id, text] of Object.entries(html[name] ?? {})) {
      const fresh = made(text, list);
      has.get(id)?.replaceWith(fresh);
      has.set(id, fresh);
    }
    for (const [id, texts] of Object.entries(fill[name] ?? {})) {
      fillsOf(has.get(id)).forEach((one, n) => { one.textContent = texts[n]; });
    }
    if (order[name]) {
      const wanted = new Set(order[name]);
      for (const piece of [...list.children]) if (!wanted.has(piece.id)) piece.remove();
      order[name].forEach((id, n) => {
        if (list.children[n] !== has.get(id)) list.insertBefore(has.get(id), list.children[n] ?? null);
      });
    }
    const folded = list.closest("details, figure");
    if (folded) folded.hidden = !list.children.length;
    const count = folded?.querySelector("[data-count]");
    if (count) count.textContent = list.children.length;
  }
}

async function ask() {
  const board = document.querySelector("#board[data-changes]");
  if (!board) return;
  if (asking) { again = true; return; }
  asking = true;
  try {
    do {
      again = false;
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
      const answer = await fetch(board.dataset.changes, { method: "POST", headers, body: JSON.stringify(shown(board)) });
      if (!answer.ok) throw new Error(answer.status);
      const news = await answer.json();
      if (news.whole) throw new Error("whole");
      patch(board, news);
    } while (again);
  } catch {
    document.body.dispatchEvent(new Event("sw:board"));
  } finally {
    asking = false;
  }
}

document.addEventListener("live:queue", ask);
setInterval(ask, EVERY_MS);
