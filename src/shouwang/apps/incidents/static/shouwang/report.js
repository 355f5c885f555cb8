// The web report's pinch of salt: the phone's own position, when it is asked for. The form works without it.
const here = document.querySelector("[data-here]");
here?.addEventListener("click", () => {
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    const fields = here.closest("form").elements;
    fields.longitude.value = coords.longitude.toFixed(6);
    fields.latitude.value = coords.latitude.toFixed(6);
    fields.uncertainty_m.value = Math.round(coords.accuracy);
    fields.gcj02.checked = false; // what a browser gives is WGS-84
    here.querySelector("span").textContent = here.dataset.done;
    here.setAttribute("aria-pressed", "true");
  });
});
// A position typed by hand is no longer the phone's.
here?.closest("form").addEventListener("input", ({ target }) => {
  if (["longitude", "latitude"].includes(target.name)) target.form.elements.uncertainty_m.value = "";
});
