// A conversation that is told of news fetches the entries it lacks, as the server shows them to this reader.
import "./live.js";

export function follow(list) {
  let busy = false;
  let again = false;
  async function fetchMore() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const last = list.lastElementChild?.dataset.seq ?? "0";
    const answer = await fetch(`${list.dataset.more}?after=${last}`, { headers: { "X-Live": "1" } }).catch(() => null);
    if (answer?.ok) {
      const atEnd = window.innerHeight + window.scrollY >= document.body.offsetHeight - 200;
      const fresh = document.createElement("template");
      fresh.innerHTML = await answer.text();
      const added = [...fresh.content.querySelectorAll("[data-seq]")].filter((one) => !document.getElementById(one.id));
      for (const one of added) one.classList.add("glow");
      if (added.length) list.querySelector(".now")?.classList.remove("now");
      list.append(...added);
      if (atEnd) [...list.children].reverse().find((one) => !one.hidden)?.scrollIntoView({ block: "end" });
    }
    if (answer?.status === 404 && list.dataset.gone) location.assign(list.dataset.gone); // no longer ours to read
    busy = false;
    if (again) {
      again = false;
      fetchMore();
    }
  }
  list.addEventListener("live:entry", fetchMore);
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
