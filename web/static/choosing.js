// Cases to compare: says how many are chosen, and lets nobody choose more than can be shown side by side.
for (const form of document.querySelectorAll("form.comparing")) {
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const most = Number(form.dataset.most);
  const status = form.querySelector(".chosen");
  const follow = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.disabled = chosen >= most && !box.checked;
    status.textContent = chosen
      ? form.dataset.chosen.replace("{number}", chosen).replace("{most}", most)
      : "";
  };
  form.addEventListener("change", follow);
  addEventListener("pageshow", follow); // a browser that goes back ticks again what was ticked
}
