// The reading list of this browser. It is kept in localStorage, as words with spaces between them; a word stands
// for a document or a passage of one (web/citations/reading_list.py). Where nothing can be kept, pages work as without scripts.
//
//   a[data-item="WORD"]      adds WORD or takes it out; data-remove-text is its text while WORD is on the list
//   a form that leads to the list adds the items chosen in it
//   #shelf                   the link to the list, with what is to be said in its data
//   [data-shown]             the list on its page, with links that change it: a[data-edit]
//   button[data-print]       prints
"use strict";
(() => {
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  const KEY = "saphan-reading-list";
  const WORD = /^[\w-]{1,64}(\.[1-9]\d{0,8}\.(0|[1-9]\d{0,8})-(0|[1-9]\d{0,8}))?$/;
  const link = document.getElementById("shelf");
  const texts = link.dataset;
  const most = Number(texts.most);
  const place = link.pathname;
  const name = link.textContent;

  try {
    localStorage.getItem(KEY);
  } catch {
    return;
  }

  const tidy = words => [...new Set(words)].filter(word => WORD.test(word));
  const kept = () => tidy((localStorage.getItem(KEY) ?? "").split(/\s+/)).slice(0, most);
  const same = (one, other) => one.join(" ") === other.join(" ");
  const address = words => place + (words.length ? "?" : "") + words.map(word => `item=${word}`).join("&");
  const itemsOf = url => tidy(new URL(url, location).searchParams.getAll("item"));
  const filled = (text, words) => text.replace("{n}", words.length);

  const voice = document.createElement("p");
  voice.className = "said";
  voice.setAttribute("role", "status");
  document.body.append(voice);
  let silence;
  function say(text) {
    voice.textContent = "";
    clearTimeout(silence);
    setTimeout(() => { voice.textContent = text; }, 50); // the same words again are heard again
    silence = setTimeout(() => { voice.textContent = ""; }, 8000);
  }

  /** Keep these words; false, and nothing changed, where the browser refuses. */
  function keep(words) {
    try {
      localStorage.setItem(KEY, words.join(" "));
    } catch {
      return false;
    }
    refresh();
    return true;
  }

  /** The text of a link without what only some readers get to hear. */
  const wording = one => [...one.childNodes].find(node => node.nodeType === Node.TEXT_NODE && node.data.trim());

  function refresh() {
    const words = kept();
    link.textContent = words.length ? filled(texts.counted, words) : name;
    link.href = address(words);
    for (const one of document.querySelectorAll("a[data-item]")) {
      const text = wording(one);
      if (!text) continue;
      one.dataset.addText ??= text.data;
      text.data = words.includes(one.dataset.item) && one.dataset.removeText || one.dataset.addText;
      one.setAttribute("role", "button");
    }
    offer(words);
  }

  /** Adds the word, or takes it out. False where the browser refuses: then the link leads where it leads. */
  function toggled(one) {
    const words = kept(), word = one.dataset.item;
    if (!WORD.test(word)) return false;
    if (words.includes(word)) {
      const fewer = words.filter(other => other !== word);
      return keep(fewer) && (say(filled(texts.removed, fewer)), true);
    }
    if (words.length >= most) return say(texts.full), true;
    const more = [...words, word];
    return keep(more) && (say(filled(texts.added, more)), true);
  }

  document.addEventListener("click", event => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const item = event.target.closest("a[data-item]");
    if (item && toggled(item)) event.preventDefault();
    const edit = event.target.closest("a[data-edit]");
    if (edit && shown && same(shown, kept())) keep(itemsOf(edit.href));
  });

  document.addEventListener("keydown", event => {
    if (event.key !== " " || !event.target.matches?.("a[data-item][role=button]")) return;
    event.preventDefault(); // buttons are pressed with the space bar too
    event.target.click();
  });

  document.addEventListener("submit", event => {
    const form = event.target, by = event.submitter;
    const action = by?.hasAttribute("formaction") ? by.formAction : form.action;
    if (new URL(action, location).pathname !== place) return;
    const chosen = tidy(new FormData(form).getAll("item"));
    const words = tidy([...kept(), ...chosen]);
    if (!chosen.length) say(texts.none);
    else if (words.length > most) say(texts.full);
    else if (keep(words)) say(filled(texts.added, words));
    else return;
    event.preventDefault();
  });

  // The page of the list: one that is not kept here can be
  const page = document.querySelector("[data-shown]");
  const shown = page && tidy(page.dataset.shown.split(" "));
  const panel = page?.querySelector("[data-offer]");
  let replaced = null;

  function offer(words) {
    if (!panel) return;
    const state = same(words, shown) ? (replaced ? "kept" : "") : words.length ? "differs" : "none";
    panel.hidden = !state;
    for (const part of panel.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(state);
    panel.querySelector("[data-do=add]").hidden = !words.length || shown.every(word => words.includes(word));
    panel.querySelector("[data-own]").href = address(words);
    const before = panel.querySelector("[data-before]");
    before.hidden = !replaced?.length;
    before.href = address(replaced ?? []);
  }

  panel?.querySelector("[data-do=keep]").addEventListener("click", () => {
    replaced = kept();
    if (keep(shown)) return panel.focus();
    replaced = null;
    say(texts.lost);
  });
  panel?.querySelector("[data-do=add]").addEventListener("click", () => {
    const words = tidy([...kept(), ...shown]);
    if (words.length > most) say(texts.full);
    else if (keep(words)) location.assign(address(words));
    else say(texts.lost);
  });

  if (page && !shown.length && kept().length) {
    const others = new URLSearchParams(location.search).toString();
    location.replace(address(kept()) + (others && `&${others}`));
    return;
  }
  addEventListener("storage", event => { if (event.key === KEY || event.key === null) refresh(); });
  addEventListener("pageshow", event => { if (event.persisted) refresh(); });
  refresh();
})();
