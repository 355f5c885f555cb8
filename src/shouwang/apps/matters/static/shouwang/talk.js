// The resident's pinch of salt: news as it comes, sending that survives a lost network, voice and place. Nothing needs it.
import { follow } from "./follow.js";

const list = document.querySelector(".tl[data-more]");
const news = list ? follow(list) : null;

// A station's network may be plain HTTP, where browsers keep crypto.randomUUID to themselves.
const freshId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// What was written on while the words before it were under way stays in the box.
export const beyond = (written, sent) => (written.startsWith(sent) ? written.slice(sent.length).trimStart() : written);

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
        const written = form.elements.body.value;
        form.reset();
        form.elements.body.value = beyond(written, body.get("body"));
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

// Voice and place. What they add goes with the next message only; what the phone refuses is said.
const attach = document.querySelector("[data-attach]");
if (attach) {
  attach.hidden = false;
  const owner = attach.closest("form");
  const fields = owner.elements;
  const says = attach.parentElement.querySelector("[data-attach-says]");
  const tell = (words) => { says.textContent = words; says.hidden = !words; };
  const label = (button, words) => { button.querySelector("span").textContent = words; };

  const voice = attach.querySelector("[data-voice]");
  const record = voice.querySelector("span").textContent;
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) voice.hidden = true;
  let recorder = null;
  let asked = false;
  voice.addEventListener("click", async () => {
    if (recorder) {
      recorder.stop();
      return;
    }
    if (asked) return; // the phone still asks whether it may
    asked = true;
    tell("");
    const sound = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    asked = false;
    if (!sound) {
      tell(voice.dataset.refused);
      return;
    }
    const parts = [];
    recorder = new MediaRecorder(sound);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      for (const track of sound.getTracks()) track.stop();
      const chosen = new DataTransfer();
      for (const file of fields.attached.files) chosen.items.add(file);
      chosen.items.add(new File(parts, "voice.webm", { type: recorder.mimeType }));
      fields.attached.files = chosen.files;
      label(voice, record);
      recorder = null;
      owner.dispatchEvent(new Event("recorded"));
    };
    recorder.start();
    label(voice, voice.dataset.stop);
    setTimeout(() => recorder?.stop(), 120000);
  });
  // Whoever sends while speaking has said what there was to say: the recording ends and goes along.
  owner.addEventListener("submit", (event) => {
    if (!recorder) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    owner.addEventListener("recorded", () => owner.requestSubmit(), { once: true });
    recorder.stop();
  }, { capture: true });

  const place = attach.querySelector("[data-place]");
  const take = place.querySelector("span").textContent;
  if (!window.isSecureContext || !navigator.geolocation || !fields.longitude) place.hidden = true;
  function leavePlace() {
    if (fields.longitude) fields.longitude.value = fields.latitude.value = "";
    label(place, take);
    place.setAttribute("aria-pressed", "false");
  }
  place.addEventListener("click", () => {
    if (fields.longitude.value) {
      leavePlace();
      return;
    }
    tell("");
    navigator.geolocation.getCurrentPosition((found) => {
      fields.longitude.value = found.coords.longitude;
      fields.latitude.value = found.coords.latitude;
      label(place, place.dataset.done);
      place.setAttribute("aria-pressed", "true");
    }, () => tell(place.dataset.refused));
  });
  owner.addEventListener("reset", leavePlace); // a reset leaves hidden fields as they are
}
