// The map: what a point is, by pointer, finger or keyboard; zooming and moving. Without it points are plain links.
"use strict";

for (const frame of document.querySelectorAll(".frame")) {
  const picture = frame.querySelector(".picture");
  const ground = picture.querySelector(".ground");
  const box = frame.querySelector(".told-of");
  const buttons = frame.parentElement.querySelector(".zoom");
  const MOST = 12, STEP = 1.6, NEAR = 70, MOVED = 5; // times; times; pixels; pixels
  const view = { times: 1, left: 0, top: 0 }; // left and top in widths and heights of the frame
  let here = null;

  const told = new Map();
  for (const item of document.querySelectorAll(".places > li")) {
    const link = item.querySelector("a");
    if (!told.has(link.getAttribute("href"))) told.set(link.getAttribute("href"), item);
  }
  const spots = [...picture.querySelectorAll(".spots > a")].map((link) => {
    const use = link.querySelector("use");
    link.querySelector("title").remove(); // the box says it, in the right voice
    return { link, x: parseFloat(use.getAttribute("x")) / 100, y: parseFloat(use.getAttribute("y")) / 100 };
  });
  const byLink = new Map(spots.map((spot) => [spot.link, spot]));
  const byAddress = new Map(spots.map((spot) => [spot.link.getAttribute("href"), spot]));
  const spotOf = (element) => {
    const link = element.closest?.("a");
    return link && picture.contains(link) ? byLink.get(link) ?? byAddress.get(link.getAttribute("href")) : null;
  };

  // Where a spot is in the frame, in pixels.
  const place = (spot) => ({
    x: (view.left + spot.x * view.times) * picture.clientWidth,
    y: (view.top + spot.y * view.times) * picture.clientHeight,
  });

  function close() {
    here?.link.classList.remove("here");
    here = null;
    box.hidden = true;
  }

  function tell(spot) {
    if (spot === here) return;
    close();
    here = spot;
    spot.link.classList.add("here");
    const item = told.get(spot.link.getAttribute("href"));
    if (item) box.replaceChildren(...[...item.childNodes].map((node) => node.cloneNode(true)));
    box.hidden = false;
    beside(spot);
  }

  // Put the box to the side of the spot that has room for it.
  function beside(spot) {
    const at = place(spot), gap = 16;
    const left = at.x + gap + box.offsetWidth < frame.clientWidth ? at.x + gap : at.x - gap - box.offsetWidth;
    const top = at.y + gap + box.offsetHeight < frame.clientHeight ? at.y + gap : at.y - gap - box.offsetHeight;
    box.style.left = `${Math.min(Math.max(4, left), Math.max(4, frame.clientWidth - box.offsetWidth - 4))}px`;
    box.style.top = `${Math.min(Math.max(4, top), Math.max(4, frame.clientHeight - box.offsetHeight - 4))}px`;
  }

  function show() {
    view.left = Math.min(0, Math.max(1 - view.times, view.left));
    view.top = Math.min(0, Math.max(1 - view.times, view.top));
    ground.setAttribute("width", `${view.times * 100}%`);
    ground.setAttribute("height", `${view.times * 100}%`);
    ground.setAttribute("x", `${view.left * 100}%`);
    ground.setAttribute("y", `${view.top * 100}%`);
    frame.classList.toggle("zoomed", view.times > 1);
    buttons.querySelector("[data-zoom=in]").disabled = view.times >= MOST;
    for (const name of ["out", "all"]) buttons.querySelector(`[data-zoom=${name}]`).disabled = view.times <= 1;
    if (here) beside(here);
  }

  // Zoom so that what is at x, y of the frame (0 to 1) stays there.
  function zoom(factor, x, y) {
    const times = Math.min(MOST, Math.max(1, view.times * factor));
    view.left = x - ((x - view.left) / view.times) * times;
    view.top = y - ((y - view.top) / view.times) * times;
    view.times = times;
    show();
  }

  function zoomHere(factor) {
    const at = here && place(here);
    zoom(factor, at ? at.x / picture.clientWidth : 0.5, at ? at.y / picture.clientHeight : 0.5);
  }

  // Move the view so that the spot is well inside.
  function bring(spot) {
    const inside = (from, at) => (from + at * view.times < 0.05 || from + at * view.times > 0.95 ? 0.5 - at * view.times : from);
    view.left = inside(view.left, spot.x);
    view.top = inside(view.top, spot.y);
    show();
  }

  // The nearest spot in a direction: those straight ahead count as nearer.
  function next(dx, dy) {
    const from = here ? place(here) : { x: picture.clientWidth / 2, y: picture.clientHeight / 2 };
    let best = null, least = Infinity;
    for (const spot of spots) {
      if (spot === here) continue;
      const at = place(spot);
      const ahead = (at.x - from.x) * dx + (at.y - from.y) * dy;
      const aside = Math.abs((at.x - from.x) * dy) + Math.abs((at.y - from.y) * dx);
      const far = ahead + 2 * aside;
      if (ahead > 0.5 && far < least) [best, least] = [spot, far];
    }
    return best;
  }

  function first() {
    const middle = spots.filter((spot) => !spot.link.matches(".outside"));
    const away = (spot) => Math.hypot(spot.x - 0.5, spot.y - 0.5);
    const best = byAddress.get(document.querySelector("ol.places a")?.getAttribute("href"));
    return best || (middle.length ? middle : spots).reduce((one, other) => (away(other) < away(one) ? other : one), spots[0]);
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && here) return close();
    if (event.target !== frame) return;
    if (event.key in ARROWS) {
      const spot = here ? next(...ARROWS[event.key]) : first();
      if (spot) {
        bring(spot);
        tell(spot);
      }
    } else if (event.key === "Enter" && here) location.href = here.link.getAttribute("href");
    else if (event.key === "+" || event.key === "=") zoomHere(STEP);
    else if (event.key === "-") zoomHere(1 / STEP);
    else if (event.key === "0") zoomHere(0);
    else return;
    event.preventDefault();
  });

  buttons.addEventListener("click", (event) => {
    const wish = event.target.closest("button")?.dataset.zoom;
    if (wish) zoomHere({ in: STEP, out: 1 / STEP, all: 0 }[wish]);
  });

  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // without it the page scrolls
    event.preventDefault();
    const edge = picture.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 300), (event.clientX - edge.left) / edge.width, (event.clientY - edge.top) / edge.height);
  }, { passive: false });

  // A pointer over a spot, or dragging. A finger's first touch on a spot tells of it, the second opens it.
  let drag = null, touched = null;

  picture.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "mouse" ? null : { before: here };
    drag = { x: event.clientX, y: event.clientY, left: view.left, top: view.top, moved: false };
  });
  frame.addEventListener("pointermove", (event) => {
    if (drag && event.buttons) {
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      drag.moved ||= Math.hypot(dx, dy) > MOVED;
      if (!drag.moved || view.times <= 1) return;
      if (!picture.hasPointerCapture(event.pointerId)) picture.setPointerCapture(event.pointerId);
      view.left = drag.left + dx / picture.clientWidth;
      view.top = drag.top + dy / picture.clientHeight;
      show();
    } else if (event.pointerType === "mouse" && !box.contains(event.target)) {
      const spot = spotOf(event.target);
      if (spot) tell(spot);
      else if (here && !frame.matches(":focus-visible")) {
        const at = place(here), edge = frame.getBoundingClientRect();
        if (Math.hypot(event.clientX - edge.left - at.x, event.clientY - edge.top - at.y) > NEAR) close();
      }
    }
  });
  picture.addEventListener("click", (event) => {
    const spot = spotOf(event.target);
    const opens = spot && !drag?.moved && !(touched && touched.before !== spot);
    if (opens) return;
    event.preventDefault();
    if (drag?.moved) return;
    if (spot) tell(spot);
    else close();
  });
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && !frame.matches(":focus-visible")) close();
  });
  addEventListener("resize", show);

  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", frame.dataset.label);
  buttons.hidden = false;
  show();
}
