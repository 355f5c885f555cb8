// The limit of questioning ticks by the server's clock, and is read out when an hour, half an hour, ten minutes and nothing are left.
const AT = [60, 30, 10, 0];

for (const box of document.querySelectorAll("[data-until]")) {
  const until = Date.parse(box.dataset.until);
  const ahead = Date.parse(box.dataset.now) - Date.now();
  const chip = box.querySelector(".chip");
  const word = document.createElement("span");
  const voice = document.createElement("span");
  voice.className = "sr";
  voice.setAttribute("aria-live", "polite");
  box.append(voice);
  let told = Infinity;
  const tick = () => {
    const left = Math.ceil((until - Date.now() - ahead) / 60000);
    const hours = Math.floor(Math.abs(left) / 60);
    const says = (left > 0 ? (hours ? box.dataset.hours : box.dataset.left) : box.dataset.over)
      .replace("{h}", hours)
      .replace("{m}", left > 0 && hours ? left % 60 : Math.abs(left));
    if (word.textContent !== says) word.textContent = says;
    chip.classList.toggle("red", left <= 0);
    chip.classList.toggle("lamp", left > 0 && left <= 60);
    const mark = AT.filter((at) => left <= at).at(-1) ?? Infinity;
    if (mark < told && told !== Infinity) voice.textContent = says;
    told = mark === Infinity ? Number.MAX_SAFE_INTEGER : mark;
  };
  const icon = chip.querySelector("svg");
  chip.replaceChildren(...(icon ? [icon] : []), word);
  tick();
  setInterval(tick, 1000);
}
