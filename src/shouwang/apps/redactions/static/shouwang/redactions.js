// Draw a box on a page with a finger or a mouse: its edges go into the number fields, which can be typed as well.
const within = (value) => Math.min(1000, Math.max(0, Math.round(value)));

for (const sheet of document.querySelectorAll("[data-draws]")) {
  const form = document.getElementById(sheet.dataset.draws);
  const svg = sheet.querySelector("svg");
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  let from = null;
  const place = (event) => {
    const edges = svg.getBoundingClientRect();
    return [within((1000 * (event.clientX - edges.left)) / edges.width), within((1000 * (event.clientY - edges.top)) / edges.height)];
  };
  const show = (left, top, right, bottom) => {
    for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) box.setAttribute(name, value);
    for (const [name, value] of Object.entries({ left, top, right, bottom })) form.elements[name].value = value;
  };
  sheet.classList.add("drawing");
  svg.addEventListener("pointerdown", (event) => {
    from = place(event);
    svg.append(box);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(event);
    show(Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1]));
  });
  svg.addEventListener("pointerup", () => {
    from = null;
    form.elements.ground.focus();
  });
}
