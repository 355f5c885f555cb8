// A signature drawn by hand becomes the picture in the form's file field. Without a script a photo of paper does as well.
for (const box of document.querySelectorAll("[data-signature]")) {
  const canvas = box.querySelector("canvas");
  const field = document.getElementById(box.dataset.signature);
  const pen = canvas.getContext("2d");
  box.hidden = false;
  const clear = () => {
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  };
  clear();
  pen.strokeStyle = "#10161d";
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  let drawing = false;
  const at = (event) => {
    const room = canvas.getBoundingClientRect();
    return [((event.clientX - room.left) * canvas.width) / room.width, ((event.clientY - room.top) * canvas.height) / room.height];
  };
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    drawing = false;
    canvas.toBlob((picture) => {
      const files = new DataTransfer();
      files.items.add(new File([picture], "signature.png", { type: "image/png" }));
      field.files = files.files;
    }, "image/png");
  });
  box.querySelector("[data-clear]").addEventListener("click", clear);
}
