// The desk's form: a pin on the drawn map by pointer or arrow keys, and whose ground it is as soon as a place is known.
// Without this file the village, the coordinates and “看归哪里” do the same.
const form = document.querySelector("form[data-place]");
const pick = form?.querySelector(".pick");
const says = form?.querySelector("[data-ground]");
const PLACE = ["address", "landmark", "elsewhere", "community", "longitude", "latitude", "gcj02"];
const TYPE_PX = 13; // height of the names on the screen, however far the map is drawn in
const PIN_PX = 9;
const SURE_PX = 4; // a finger or a mouse means no less than this
const STEP_PX = 8;
const PAUSE_MS = 350;

let map = null;
let asked = 0;
let waiting = 0;

if (pick) {
  const svg = pick.querySelector("svg");
  const pin = svg.querySelector(".pin");
  const [west, top, east, north, left, above] = JSON.parse(pick.dataset.frame);
  const METRES = 111320 / north;
  const box = svg.viewBox.baseVal;
  const { longitude, latitude, uncertainty_m: sure, gcj02 } = form.elements;
  let at = null;

  const perPixel = () => box.width / (svg.clientWidth || 640);
  const draw = () => {
    svg.setAttribute("font-size", TYPE_PX * perPixel());
    for (const [n, circle] of [...pin.children].entries()) {
      circle.setAttribute("r", (n ? PIN_PX / 3 : PIN_PX) * perPixel());
      circle.removeAttribute("transform");
    }
    pin.setAttribute("visibility", at ? "visible" : "hidden");
    if (at) pin.setAttribute("transform", `translate(${at.x} ${at.y})`);
  };
  const degrees = ({ x, y }) => [west + (x - left) / east, top - (y - above) / north];
  const drawn = (lon, lat) => ({ x: left + (lon - west) * east, y: above + (top - lat) * north });
  const show = (point) => {
    const { x, y } = point;
    if (x < box.x) box.x = x - box.width / 4;
    if (y < box.y) box.y = y - box.height / 4;
    if (x > box.x + box.width) box.x = x - box.width * 3 / 4;
    if (y > box.y + box.height) box.y = y - box.height * 3 / 4;
  };
  const put = (point) => {
    at = point;
    show(point);
    const [lon, lat] = degrees(point);
    longitude.value = lon.toFixed(6);
    latitude.value = lat.toFixed(6);
    sure.value = Math.max(1, Math.round(SURE_PX * perPixel() * METRES));
    gcj02.checked = false; // the map is drawn in WGS-84
    draw();
    ask();
  };
  const zoom = (factor) => {
    const centre = at ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const width = Math.min(Math.max(box.width * factor, 8), 1280);
    const height = width * box.height / box.width;
    [box.x, box.y, box.width, box.height] = [centre.x - width / 2, centre.y - height / 2, width, height];
    draw();
  };
  const unpin = () => {
    at = null;
    longitude.value = latitude.value = sure.value = "";
    draw();
    ask();
  };

  map = {
    // What the house understood: the village, and the point in WGS-84.
    tell(point, village) {
      at = point ? drawn(...point) : null;
      if (at) show(at);
      for (const area of svg.querySelectorAll(".area")) area.classList.toggle("here", area.dataset.name === village);
      draw();
    },
  };

  pick.classList.add("live");
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "application");
  svg.setAttribute("aria-label", pick.dataset.label);
  svg.addEventListener("click", (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    put({ x: point.x, y: point.y });
  });
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const step = (event.shiftKey ? 1 : STEP_PX) * perPixel();
    if (move) {
      const from = at ?? { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      put(at ? { x: from.x + move[0] * step, y: from.y + move[1] * step } : from);
    } else if (event.key === "+" || event.key === "=") zoom(1 / 2);
    else if (event.key === "-") zoom(2);
    else if (event.key === "Delete" || event.key === "Backspace") unpin();
    else return;
    event.preventDefault();
    event.stopPropagation(); // the desk's own keys stay quiet
  });
  pick.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.zoom) zoom(button.dataset.zoom === "in" ? 1 / 2 : 2);
    else if (button?.hasAttribute("data-unpin")) unpin();
  });
  new ResizeObserver(draw).observe(svg);
  const start = pin.getAttribute("transform")?.match(/-?[\d.]+/g)?.map(Number);
  if (start && pin.getAttribute("visibility") !== "hidden") at = { x: start[0], y: start[1] };
  draw();
}

async function look() {
  const turn = ++asked;
  const body = new FormData();
  for (const name of [...PLACE, "matter", "csrfmiddlewaretoken"]) {
    const field = form.elements[name];
    if (!field || (field.type === "checkbox" && !field.checked)) continue;
    body.set(name, field.value);
  }
  let answer;
  try {
    answer = await fetch(form.dataset.place, { method: "POST", body });
  } catch {
    return; // no network: what stands there stays, and saving says it again
  }
  if (!answer.ok || turn !== asked) return;
  const { html, at, village } = await answer.json();
  if (turn !== asked) return;
  if (says.innerHTML !== html) says.innerHTML = html;
  map?.tell(at, village);
}

function ask() {
  clearTimeout(waiting);
  waiting = setTimeout(look, PAUSE_MS);
}

if (form && says) {
  form.addEventListener("input", (event) => { if (PLACE.includes(event.target.name)) ask(); });
  if (PLACE.some((name) => form.elements[name]?.value && form.elements[name].type !== "checkbox")) ask();
}
