// One tap puts a suggested sentence into the reply box; without a script the reply form opens with it.
const box = document.querySelector("form.reply textarea, .reply form textarea");

function insert(text) {
  const before = box.value.trimEnd();
  box.value = before ? `${before}\n${text}` : text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  // The first blank is marked, so that typing fills it.
  const start = box.value.indexOf("{{");
  const end = box.value.indexOf("}}", start);
  if (start >= 0 && end > start) box.setSelectionRange(start, end + 2);
}

if (box) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-insert]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    insert(new URL(link.href).searchParams.get("text"));
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-insert]")) return;
    event.preventDefault();
    insert(new FormData(event.target).get("text"));
  });
}
