// The web report's pinch of salt: the phone's own position, when it is asked for. The form works without it.
const here = document.querySelector("[data-here]");
here?.addEventListener("click", () => {
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    const fields = here.closest("form").elements;
    fields.longitude.value = coords.longitude.toFixed(6);
    fields.latitude.value = coords.latitude.toFixed(6);
    fields.uncertainty_m.value = Math.round(coords.accuracy);
    here.querySelector("span").textContent = here.dataset.done;
    here.setAttribute("aria-pressed", "true");
  });
});
