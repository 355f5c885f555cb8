// Checks a receipt in the browser: words → salted hash → leaf → path → root of the signed head. The file goes nowhere.
import { Sha256 } from "./sha256.js";

const $ = (id) => document.getElementById(id);
const utf8 = new TextEncoder();
const raw = (base64) => Uint8Array.from(atob(base64), (ch) => ch.charCodeAt(0));
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};

function sha256(...parts) {
  const sum = new Sha256();
  sum.update(joined(...parts));
  return Uint8Array.from(sum.hex().match(/../g), (two) => parseInt(two, 16));
}
const leafOf = (entry) => sha256(Uint8Array.of(0), entry);
const node = (left, right) => sha256(Uint8Array.of(1), left, right);

/** Where an inclusion proof leads, by the definition of the path in RFC 6962; null when its length is wrong. */
export function rootFrom(leaf, index, size, path) {
  if (!Number.isInteger(index) || index < 0 || index >= size) return null;
  if (size === 1) return path.length ? null : leaf;
  if (!path.length) return null;
  const half = 2 ** Math.floor(Math.log2(size - 1));
  const rest = path.slice(0, -1);
  const beside = path[path.length - 1];
  const inner = index < half ? rootFrom(leaf, index, half, rest) : rootFrom(leaf, index - half, size - half, rest);
  return inner && (index < half ? node(inner, beside) : node(beside, inner));
}

/** true, false, or null when this browser cannot check signatures. */
async function signedBy(note, vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const material = raw(rest.join("+"));
  if (material[0] !== 1 || base64(sha256(utf8.encode(`${name}\n`), material).slice(0, 4)) !== base64(Uint8Array.from(id.match(/../g), (two) => parseInt(two, 16)))) return false;
  const cut = note.lastIndexOf("\n\n");
  let key;
  try {
    key = await crypto.subtle.importKey("raw", material.slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  for (const line of note.slice(cut + 2).split("\n")) {
    const [dash, who, text] = line.split(" ");
    if (dash !== "—" || who !== name) continue;
    const signature = raw(text);
    if (!same(signature.slice(0, 4), sha256(utf8.encode(`${name}\n`), material).slice(0, 4))) continue;
    if (await crypto.subtle.verify({ name: "Ed25519" }, key, signature.slice(4), utf8.encode(note.slice(0, cut + 1)))) return true;
  }
  return false;
}

async function keysOf(log) {
  const keys = [log.key];
  for (const note of log.introductions) {
    const lines = note.split("\n");
    if (lines[0] !== "shouwang-key/v1" || lines[1] !== log.key.split("+")[0]) continue;
    if ((await signedBy(note, lines[2])) !== false && (await signedBy(note, keys.at(-1))) !== false) keys.push(lines[2]);
  }
  return keys;
}

async function anySigned(note, keys) {
  let found = false;
  for (const key of keys) {
    const one = await signedBy(note, key);
    if (one) return true;
    if (one === null) found = null;
  }
  return found;
}

/** Outcome of a receipt: `good`, `broken`, `waiting`, or `unusable`, whether signatures could be checked, and each entry's own. */
export async function check(receipt) {
  if (receipt.format !== "shouwang-receipt/v1" || !receipt.entries.length) return { outcome: "unusable", entries: [] };
  const keys = await keysOf(receipt.log);
  const name = receipt.log.key.split("+")[0];
  const lines = receipt.checkpoint.split("\n");
  const size = Number(lines[1] || 0);
  const root = receipt.checkpoint ? raw(lines[2]) : null;
  let signatures = receipt.checkpoint ? (lines[0] === name ? await anySigned(receipt.checkpoint, keys) : false) : true;
  const entries = [];
  for (const one of receipt.entries) {
    const digest = sha256(raw(one.salt), utf8.encode(one.text));
    const leaf = leafOf(utf8.encode(`{"sealed":"${base64(digest)}"}`));
    const words = JSON.parse(one.text);
    let outcome;
    if ("promise" in one) {
      const said = one.promise.split("\n");
      const signed = await anySigned(one.promise, keys);
      if (signed === null && signatures) signatures = null;
      const fits = said[0] === "shouwang-promise/v1" && said[1] === name && said[2] === base64(leaf) && signed !== false;
      outcome = !fits ? "broken" : Number(said[4]) * 1000 < Date.now() ? "late" : "waiting";
    } else {
      const found = root && rootFrom(leaf, one.index, size, one.proof.map(raw));
      outcome = found && same(found, root) ? "good" : "broken";
    }
    entries.push({ outcome, words });
  }
  const worst = ["broken", "late", "waiting", "good"].find((kind) => entries.some((one) => one.outcome === kind));
  return { outcome: signatures === false ? "broken" : worst, signatures, entries, size, key: receipt.log.key };
}

function show(found) {
  for (const part of document.querySelectorAll("[data-says]")) part.hidden = part.dataset.says !== found.outcome;
  $("unsigned").hidden = found.signatures !== null;
  $("key-differs").hidden = !found.key || found.key === $("result").dataset.key;
  const list = $("told");
  list.replaceChildren();
  for (const { outcome, words } of found.entries) {
    const item = document.createElement("li");
    const what = document.createElement("b");
    what.textContent = $("result").dataset[outcome];
    const when = new Date(words.at).toLocaleString(document.documentElement.lang);
    item.append(what, ` ${[words.matter, words.seq, when, words.name, words.body].filter(Boolean).join(" · ")}`);
    list.append(item);
  }
  $("result").hidden = false;
  $("result").focus();
}

async function open(reading) {
  try {
    show(await check(JSON.parse(await reading)));
  } catch {
    show({ outcome: "unusable", entries: [] });
  }
}

const unpacked = async (bytes, how) => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream(how))).text();

/** The receipt that a QR code carries: base32 of deflated JSON. */
export async function carried(base32) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bytes = [];
  let bits = 0;
  let held = 0;
  for (const letter of base32) {
    held = ((held << 5) | letters.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((held >> (bits -= 8)) & 0xff);
  }
  return unpacked(Uint8Array.from(bytes), "deflate-raw");
}

/** The receipt that lies in a PDF as a file: the first of its streams that reads as one. */
export async function inside(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  for (const begin of text.matchAll(/stream\r?\n/g)) {
    const from = begin.index + begin[0].length;
    const to = text.indexOf("endstream", from);
    if (text.slice(begin.index - 3, begin.index) === "end" || to < 0) continue;
    const found = await unpacked(bytes.slice(from, to).slice(0, text[to - 1] === "\n" ? -1 : undefined), "deflate").catch(() => "");
    if (found.includes('"shouwang-receipt/v1"')) return found;
  }
  throw new Error("no receipt in it");
}

async function read(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return bytes[0] === 0x25 ? inside(bytes) : new TextDecoder().decode(bytes); // a PDF begins with %
}

if (typeof document !== "undefined" && $("receipt")) {
  $("receipt").addEventListener("change", (event) => event.target.files[0] && open(read(event.target.files[0])));
  const from = location.hash.slice(1);
  if (/^\/m\/[\w-]+\/proof\/$/.test(from)) {
    const link = $("download");
    link.href = from;
    link.hidden = false;
    const answer = await fetch(from, { credentials: "same-origin" });
    if (answer.ok) open(answer.text());
  } else if (/^[A-Z2-7]+$/.test(from)) open(carried(from));
}
