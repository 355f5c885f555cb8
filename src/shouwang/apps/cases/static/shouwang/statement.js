// Writing a statement with the keyboard alone, saved by itself. The form works without: a button saves, another adds a question.
const form = document.querySelector("#statement");
const list = form.querySelector("#turns");
const says = form.querySelector("[data-saved]");
let saving = false;
let dirty = false;
let stuck = false; // a colleague saved meanwhile, or it is finished: the button tells, saving by itself stops
let timer = 0;

const boxes = () => [...list.querySelectorAll("textarea")];

function addRow() {
  const row = list.lastElementChild.cloneNode(true);
  row.removeAttribute("id");
  for (const box of row.querySelectorAll("textarea")) box.value = "";
  list.append(row);
}

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.tagName !== "TEXTAREA") return;
  const all = boxes();
  const here = all.indexOf(event.target);
  if (here < 0) return;
  event.preventDefault();
  if (here === all.length - 1) addRow();
  boxes()[here + 1].focus();
});

// A browser that does not size boxes by their words gets it here.
const fit = (box) => {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
};
boxes().forEach(fit);

async function save() {
  if (saving || !dirty || stuck) return;
  saving = true;
  dirty = false;
  says.textContent = form.dataset.busy;
  const sent = new FormData(form);
  sent.set("do", "autosave");
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, redirect: "error" });
    const told = await answer.json();
    if (!told.says) throw new Error(answer.statusText);
    says.textContent = told.says;
    if (answer.ok) form.elements.version.value = told.version;
    else dirty = stuck = true;
  } catch {
    dirty = true; // tried again below, and asked about when the page is left
    says.textContent = form.dataset.failed;
    timer = setTimeout(save, 5000);
  }
  saving = false;
  form.dataset.all = dirty ? "unsaved" : "saved";
  if (dirty) later();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, 1500);
}

form.addEventListener("input", (event) => {
  if (event.target.closest("#turns")) fit(event.target);
  dirty = true;
  form.dataset.all = "unsaved";
  later();
});
form.addEventListener("submit", () => {
  dirty = false;
  clearTimeout(timer);
});
document.addEventListener("visibilitychange", () => document.hidden && save());
window.addEventListener("beforeunload", (event) => {
  if (dirty || saving) event.preventDefault();
});
