// The resident's pinch of salt: news as it comes, sending that survives a lost network, voice and place. Nothing needs it.
import { follow } from "./follow.js";

const list = document.querySelector(".tl[data-more]");
const news = list ? follow(list) : null;

// A station's network may be plain HTTP, where browsers keep crypto.randomUUID to themselves.
const freshId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Sending: the same hidden id every time, so trying again can never say a thing twice.
const form = document.querySelector("form[data-send]");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const sending = form.querySelector("[data-sending]");
  const button = form.querySelector("button.btn:not([type=button])");
  const body = new FormData(form);
  button.disabled = true;
  for (let pause = 1000; ; pause = Math.min(pause * 2, 15000)) {
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    if (answer && answer.status < 500) {
      if (answer.redirected || answer.ok) {
        form.reset();
        form.elements.client_id.value = freshId();
        sending.hidden = true;
        button.disabled = false;
        await news?.();
        return;
      }
      document.open();
      document.write(await answer.text());
      document.close();
      return;
    }
    sending.hidden = false;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
});

// “Somebody is writing”, at most every four seconds.
let told = 0;
form?.addEventListener("input", () => {
  if (Date.now() - told < 4000) return;
  told = Date.now();
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  fetch(form.dataset.typingTo, { method: "POST", body }).catch(() => null);
});

const attach = document.querySelector("[data-attach]");
if (attach) {
  attach.hidden = false;
  const fields = attach.closest("form").elements;

  const voice = attach.querySelector("[data-voice]");
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) voice.hidden = true;
  let recorder = null;
  voice.addEventListener("click", async () => {
    if (recorder) {
      recorder.stop();
      return;
    }
    const sound = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!sound) return;
    const parts = [];
    const label = voice.querySelector("span");
    const before = label.textContent;
    recorder = new MediaRecorder(sound);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      for (const track of sound.getTracks()) track.stop();
      const chosen = new DataTransfer();
      for (const file of fields.attached.files) chosen.items.add(file);
      chosen.items.add(new File(parts, "voice.webm", { type: recorder.mimeType }));
      fields.attached.files = chosen.files;
      label.textContent = before;
      recorder = null;
    };
    recorder.start();
    label.textContent = voice.dataset.stop;
    setTimeout(() => recorder?.stop(), 120000);
  });

  const place = attach.querySelector("[data-place]");
  if (!window.isSecureContext || !navigator.geolocation || !fields.longitude) place.hidden = true;
  place.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition((found) => {
      fields.longitude.value = found.coords.longitude;
      fields.latitude.value = found.coords.latitude;
      place.querySelector("span").textContent = place.dataset.done;
      place.disabled = true;
    });
  });
}
