// Pages of editors, which work without it: selecting everything on a page, the marks of the fact that is pointed
// at, and a word of warning before what was typed is lost. All texts come from the page.
"use strict";
for (const form of document.querySelectorAll("form.selecting")) {
  const boxes = [...form.querySelectorAll("input[name=id]")];
  const all = form.querySelector("[data-select-all]");
  const status = form.querySelector("[data-selected]");
  const follow = () => {
    const chosen = boxes.filter(box => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
    status.textContent = chosen ? status.dataset.selected.replace("{n}", chosen) : "";
  };
  all.closest("[hidden]").hidden = false;
  form.addEventListener("change", event => {
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    follow();
  });
  // With the shift key, all from the last one to this one.
  let last = null;
  form.addEventListener("click", event => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last !== null) {
      for (const box of boxes.slice(Math.min(at, last), Math.max(at, last) + 1)) box.checked = boxes[at].checked;
      follow();
    }
    last = at;
  });
  addEventListener("pageshow", follow); // a browser that goes back ticks again what was ticked
}

for (const sheet of document.querySelectorAll(".sheet")) {
  const light = (link, on) => document.getElementById(link.hash.slice(1))?.classList.toggle("lit", on);
  for (const link of sheet.querySelectorAll(".places a")) {
    link.addEventListener("pointerenter", () => light(link, true));
    link.addEventListener("pointerleave", () => light(link, false));
  }
}

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  const state = () => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrf_token")).toString();
  let before = null, leaving = false;
  addEventListener("pageshow", () => { before ??= form.querySelector("[aria-invalid]") ? "" : state(); leaving = false; });
  document.addEventListener("submit", () => { leaving = true; });
  addEventListener("beforeunload", event => { if (!leaving && before !== null && state() !== before) event.preventDefault(); });
}
