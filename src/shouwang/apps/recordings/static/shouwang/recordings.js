// A chosen file's SHA-256, size, name and time go into the form; the file itself goes nowhere. The forms work without.
import { sha256Of } from "./sha256.js";

const box = document.querySelector("[data-hash]");
const one = document.querySelector("#one");
const table = document.querySelector("[name=pasted]");

const local = (ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60000).toISOString().slice(0, 19);
const cell = (text) => `"${String(text).replaceAll('"', '""')}"`;

function fill(file, sha) {
  const values = { sha256: sha, size: file.size, file_name: file.name, until: local(file.lastModified) };
  for (const [name, value] of Object.entries(values)) {
    const field = one.elements[name];
    if (field && (name === "sha256" || name === "size" || !field.value)) field.value = value;
  }
}

function addLine(file, sha) {
  if (!table.value.trim()) table.value = "文件名,SHA-256,大小,设备,地方,从,到,备注\n";
  const chosen = (name) => {
    const field = one.elements[name];
    return field.value ? field.selectedOptions[0].text : "";
  };
  const row = [file.name, sha, file.size, chosen("device"), chosen("place"), "", local(file.lastModified), ""];
  table.value = `${table.value.trimEnd()}\n${row.map(cell).join(",")}\n`;
}

if (box && one) {
  box.hidden = false;
  const says = box.querySelector("[data-progress]");
  let run = 0;
  box.querySelector("input[type=file]").addEventListener("change", async ({ target }) => {
    const mine = ++run; // another choice meanwhile makes this one stale
    const files = [...target.files];
    for (const file of files) {
      try {
        const sha = await sha256Of(file, (share) => {
          if (mine === run) says.textContent = `${says.dataset.busy} ${file.name} ${Math.floor(share * 100)} %`;
        });
        if (mine !== run) return;
        if (files.length === 1 || !table) fill(file, sha);
        else addLine(file, sha);
      } catch {
        if (mine === run) says.textContent = `${says.dataset.failed} ${file.name}`;
        return;
      }
    }
    if (mine === run && files.length) says.textContent = says.dataset.done;
  });
}
