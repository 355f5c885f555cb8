// A conversation that is told of news fetches the entries it lacks, as the server shows them to this reader.
import "./live.js";

export function follow(list) {
  let busy = false;
  let again = false;
  let heard = 0; // the newest entry that was told of
  let had = 0; // how far the page has it: something that belongs to an older message has no line of its own
  async function fetchMore() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const last = Math.max(Number(list.lastElementChild?.dataset.seq ?? 0), had);
    const upTo = heard;
    const answer = await fetch(`${list.dataset.more}?after=${last}`, { headers: { "X-Live": "1" } }).catch(() => null);
    if (answer?.ok) {
      const atEnd = window.innerHeight + window.scrollY >= document.body.offsetHeight - 200;
      const fresh = document.createElement("template");
      fresh.innerHTML = await answer.text();
      const found = [...fresh.content.querySelectorAll("[data-seq]")];
      for (const one of found) one.classList.add("glow");
      const added = found.filter((one) => !document.getElementById(one.id));
      for (const one of found) document.getElementById(one.id)?.replaceWith(one);
      if (added.length) list.querySelector(".now")?.classList.remove("now");
      list.append(...added);
      had = Math.max(had, upTo);
      if (atEnd) [...list.children].reverse().find((one) => !one.hidden)?.scrollIntoView({ block: "end" });
    }
    if (answer?.status === 404 && list.dataset.gone) location.assign(list.dataset.gone); // no longer ours to read
    busy = false;
    if (again) {
      again = false;
      fetchMore();
    }
  }
  list.addEventListener("live:entry", ({ detail }) => {
    heard = Math.max(heard, Number(detail.payload.seq) || 0);
    fetchMore();
  });
  // How far an entry came at the messenger: it is shown anew where it stands.
  list.addEventListener("live:fate", async ({ detail }) => {
    const answer = await fetch(`${list.dataset.more}?after=${detail.payload.seq - 1}`, { headers: { "X-Live": "1" } }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = await answer.text();
    const one = fresh.content.querySelector(`[data-seq="${detail.payload.seq}"]`);
    if (one) document.getElementById(one.id)?.replaceWith(one);
  });
  const typing = document.querySelector("[data-typing]");
  let hide = 0;
  list.addEventListener("live:typing", (event) => {
    if (!typing || event.detail.payload.side === list.dataset.side) return;
    typing.hidden = false;
    clearTimeout(hide);
    hide = setTimeout(() => (typing.hidden = true), 6000);
  });
  return fetchMore;
}
