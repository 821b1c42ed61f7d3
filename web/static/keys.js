// Single-key shortcuts: "/" to the search box, "j" and "k" to the next and the previous result, "?" tells of them.
// They can be turned off, and keep still while somebody types (WCAG 2.1.4).
"use strict";
(() => {
  const OFF = "saphan-keys-off";
  const STOPS = ".results :is(h2, h3) > a, .documents > li > a";
  const WRITING = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";
  const CODES = { Slash: "/", KeyJ: "j", KeyK: "k" };
  const help = document.getElementById("keys");

  // A browser may keep scripts from storing anything; then the keys are on until the page is left.
  let off = false;
  try { off = localStorage.getItem(OFF) !== null; } catch { /* as said */ }

  function turn(on) {
    off = !on;
    try { on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1"); } catch { /* as said */ }
    for (const box of document.querySelectorAll(".keys-switch input")) box.checked = on;
  }

  for (const label of document.querySelectorAll(".keys-switch")) {
    const box = label.querySelector("input");
    label.hidden = false;
    box.checked = !off;
    box.addEventListener("change", () => turn(box.checked));
  }

  // What was pressed. Thai letters stand for the English ones on the same keys; other layouts are left as they are.
  function pressed(event) {
    if (!/[\u0e00-\u0e7f]/.test(event.key)) return event.key.length === 1 ? event.key.toLowerCase() : "";
    const key = CODES[event.code] || "";
    if (!event.shiftKey) return key;
    return key === "/" ? "?" : "";
  }

  function step(by) {
    const stops = [...document.querySelectorAll(STOPS)];
    const around = document.activeElement.closest("article, li");
    const at = stops.findIndex((link) => link === document.activeElement || around?.contains(link));
    const next = stops[at + by];
    if (!next || (at < 0 && by < 0)) return;
    next.focus();
    next.closest("article, li").scrollIntoView({ block: "nearest" });
  }

  function search() {
    const box = document.getElementById("q");
    box?.focus();
    box?.select();
  }

  const acts = { "/": search, j: () => step(1), k: () => step(-1), "?": () => help?.showModal() };

  document.addEventListener("keydown", (event) => {
    if (off || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (help?.open || event.target.closest?.(WRITING)) return;
    const act = acts[pressed(event)];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
