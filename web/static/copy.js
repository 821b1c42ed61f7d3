// Buttons that copy a text: <button hidden data-copy="id of the text" data-copied="Copied">. Without scripts the
// text can be selected by hand, so the buttons show only where this runs.
"use strict";

async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch {  // not served over https, or not allowed: as a person would
    source.closest("details")?.setAttribute("open", "");
    getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.parentElement.append(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!await copied(document.getElementById(button.dataset.copy))) return;
    said.textContent = button.dataset.copied;
    setTimeout(() => { said.textContent = ""; }, 4000);
  });
}
